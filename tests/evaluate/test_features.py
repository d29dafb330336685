"""Feature networks: the data set's own, trained tiny here, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

import makebelieve as mb
from makebelieve.data.augment import random_flip
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate import cached as cached_module
from makebelieve.evaluate import classifier
from makebelieve.evaluate.cached import cached, features_folder, sha256_of
from makebelieve.evaluate.classifier import Plan, dataset_features, resized
from makebelieve.evaluate.features import identifier, in_levels, own_features, pictures_of

SHORT, LONGER = Plan(steps=30, batch=24, threads=1), Plan(steps=60, batch=24, threads=1)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_module.pooch, "os_cache", lambda name: tmp_path / "cache" / name)


def bars(n: int = 240, c: int = 1, side: int = 12, seed: int = 0) -> tuple[Tensor, list[str]]:
    """Lying and standing bars at random places."""
    drawn = np.random.default_rng(seed)
    x, names = torch.zeros(n, c, side, side, dtype=torch.uint8), []
    for i in range(n):
        place, grey = int(drawn.integers(2, side - 4)), int(drawn.integers(120, 256))
        x[i, :, place : place + 2] = grey
        names.append(("lying", "standing")[i % 2])
        if i % 2:
            x[i] = x[i].mT.clone()
    return x, names


def labelled(**options: object) -> mb.Data:
    x, names = bars()
    return mb.images(x, labels=names, **options)


def test_it_learns_the_labels_and_says_what_it_is() -> None:
    data = labelled()
    network = dataset_features(data, SHORT)
    features = network.look(in_levels(part) for part in pictures_of(data, data.valid))
    predicted = network.logits(features).argmax(1)
    assert features.shape == (len(data.valid), 128)
    assert float((predicted == data.valid.y).double().mean()) > 0.95
    assert network.figure("fd") == "fd_arrays_240_1_12_12"
    assert (network.tells_classes, network.classes) == (True, 2)
    assert network.protocol["features_sha256"] == sha256_of(network.module.state_dict())
    assert "28 × 28" in network.protocol["resize"]


def test_the_same_data_give_the_same_weights_whatever_the_threads_and_other_data_others() -> None:
    first = dataset_features(labelled(), SHORT).protocol["features_sha256"]
    for file in features_folder().glob("*.safetensors"):
        file.unlink()
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    torch.manual_seed(99)
    try:
        assert dataset_features(labelled(), SHORT).protocol["features_sha256"] == first
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert dataset_features(labelled(seed=1), SHORT).protocol["features_sha256"] != first
    assert len(list(features_folder().glob("*.safetensors"))) == 2


def test_it_is_trained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = dataset_features(labelled(), SHORT)
    monkeypatch.setattr(classifier, "train", lambda *given: pytest.fail("trained again"))
    assert dataset_features(labelled(), SHORT).protocol == first.protocol


def test_without_labels_it_tells_rotations() -> None:
    x, _ = bars(c=3)
    x[:, :, :, :6] //= 3  # so that all four ways differ
    data = mb.images(x)
    network = dataset_features(data, LONGER)
    assert network.figure("fd") == "fd_rotations_arrays_240_3_12_12"
    assert not network.tells_classes
    upright = in_levels(data.valid.x)
    turned = network.logits(network.look(iter([upright.rot90(1, (2, 3))]))).argmax(1)
    assert float((turned == 1).double().mean()) > 0.4  # chance is 0.25; a bar upside down looks much the same


def test_pictures_on_disk_are_read_unaugmented_and_in_order(tmp_path: Path) -> None:
    x, _ = bars(40)
    for i, picture in enumerate(x):
        Image.fromarray(picture[0].numpy()).save(tmp_path / f"{i:02d}.png")
    data = mb.images(tmp_path, memory=False, augment=[random_flip(1.0)], valid=0)
    found = torch.cat(list(pictures_of(data, data.train, size=7)))
    assert torch.equal(found, x)
    assert torch.equal(torch.cat(list(pictures_of(data, data.train, [5, 3]))), x[[5, 3]])
    assert dataset_features(data, Plan(steps=2, batch=8, threads=1)).figure("fd").startswith("fd_rotations_")


def test_what_is_no_picture_is_refused() -> None:
    data = mb.arrays(torch.randn(10, 4))
    with pytest.raises(DataError):
        next(pictures_of(data, data.train))


def test_a_torn_file_in_the_cache_is_made_anew() -> None:
    path = features_folder() / "some.safetensors"
    made: list[int] = []

    def make() -> dict[str, Tensor]:
        made.append(1)
        return {"w": torch.ones(3)}

    assert torch.equal(cached("some", make)["w"], torch.ones(3))
    assert torch.equal(cached("some", make)["w"], torch.ones(3))
    assert len(made) == 1
    path.write_bytes(path.read_bytes()[:20])
    assert torch.equal(cached("some", make)["w"], torch.ones(3))
    assert len(made) == 2


def test_a_cache_that_can_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(cached_module.pooch, "os_cache", lambda name: tmp_path / "file")
    with pytest.raises(DataError, match="XDG_CACHE_HOME"):
        cached("some", dict)


def test_own_features_are_named_after_what_was_given() -> None:
    def edges(x: Tensor) -> Tensor:
        return x.flatten(1)[:, :3]

    network = own_features(edges)
    assert network.figure("fd") == "fd_edges"
    assert network.look(iter([torch.rand(5, 1, 4, 4)])).shape == (5, 3)
    with pytest.raises(OptionError, match="edges"):
        network.logits(torch.rand(5, 3))
    module = nn.Sequential(nn.Flatten(), nn.Linear(16, 3), nn.Dropout(0.5))
    network = own_features(module)
    assert network.protocol["features_sha256"] == sha256_of(module.state_dict())
    x = torch.rand(5, 1, 4, 4)
    assert torch.equal(network.look(iter([x])), network.look(iter([x])))  # dropout is out of use
    assert module.training


def test_levels_names_and_sizes() -> None:
    x = torch.tensor([0.0, 0.2, 0.5001, 1.3])
    assert (in_levels(x) * 255).tolist() == pytest.approx([0, 51, 128, 255])
    assert torch.equal(in_levels(torch.tensor([3], dtype=torch.uint8)) * 255, torch.tensor([3.0]))
    assert [identifier(name) for name in ("mnist", "My faces/128", "꽃 사진", "…")] == [
        "mnist", "my_faces_128", "꽃_사진", "data",
    ]  # fmt: skip
    same = torch.rand(2, 1, 28, 28)
    assert resized(same, 28) is same
    assert resized(torch.rand(2, 3, 200, 9), 32).shape == (2, 3, 32, 32)
