from __future__ import annotations

import itertools
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from makebelieve.data import Data, DataBlock, arrays, images, random_affine, random_crop, random_flip
from makebelieve.data.augment import as_json, from_json
from makebelieve.data.counter import mix, uniforms
from makebelieve.data.load import Reader
from makebelieve.data.memory import Finish
from makebelieve.data.order import Order
from makebelieve.data.stream import StreamBatches
from makebelieve.errors import DataError, OptionError

AUGMENT = (random_flip(), random_crop(3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(11):
            Image.fromarray(noise.integers(0, 256, (12, 10, 3), np.uint8)).save(tmp_path / "set" / name / f"{i}.png")
    return tmp_path / "set"


def pictures(n: int = 50, **options: object) -> Data:
    x = np.random.default_rng(1).integers(0, 256, (n, 9, 8, 3), np.uint8)
    return images(x, labels=[i % 3 for i in range(n)], **options)  # type: ignore[arg-type]


def test_a_batch_is_float_in_range_and_knows_its_items() -> None:
    data = pictures()
    batch = next(data.batches("train", 7))
    assert batch.x.shape == (7, 3, 9, 8) and batch.x.dtype == torch.float32 and batch.x.max() <= 1
    assert len(batch) == batch.total == 7 and batch.labelled is None
    for x, y, item in zip(batch.x, batch.y, batch.items, strict=True):
        stored, label = data.train[int(item)]
        torch.testing.assert_close(x, stored / 255)
        assert label == y


def test_an_epoch_visits_each_item_once_and_epochs_differ() -> None:
    data = pictures(valid=0)
    batches = data.batches("train", 5, seed=9)
    one, two = ([int(i) for _ in range(10) for i in next(batches).items] for _ in range(2))
    assert sorted(one) == sorted(two) == list(range(50)) and one != two
    again = data.batches("train", 10, seed=9)  # the order is that of seed and epoch, whatever the batch size
    assert [int(i) for _ in range(5) for i in next(again).items] == one
    assert [int(i) for i in next(data.batches("train", 5, seed=8)).items] != one[:5]


def test_training_drops_the_last_batch_and_validation_keeps_it_in_order() -> None:
    data = pictures(60)
    train, valid = data.batches("train", 7), data.batches("valid", 7)
    assert (train.steps_per_epoch, valid.steps_per_epoch) == (48 // 7, 2)
    both = [next(valid) for _ in range(2)]
    assert [len(b) for b in both] == [7, 5] and both[1].total == 5
    assert torch.cat([b.items for b in both]).tolist() == list(range(12))
    assert next(valid).items.tolist() == list(range(7))  # endless
    assert {len(next(train)) for _ in range(20)} == {7}
    small = data.batches("train", 1000)
    assert small.steps_per_epoch == 1 and len(next(small)) == 48


@pytest.mark.parametrize("size", [1, 4, 16, 32])
def test_a_position_is_two_numbers_and_resumes_exactly(size: int) -> None:
    data = arrays(torch.randn(83, 16), valid=0)  # 64 bytes an item: several batches are gathered at a time
    batches = data.batches("train", size, seed=5)
    seen = []
    for _ in range(2 * batches.steps_per_epoch + 1):
        seen.append((batches.state(), next(batches)))
    for state, batch in seen:
        fresh = data.batches("train", size, seed=5)
        fresh.load_state(state)
        assert fresh.state() == state
        got = next(fresh)
        assert torch.equal(got.x, batch.x) and torch.equal(got.items, batch.items)
        assert got.x.data_ptr() % 64 == batch.x.data_ptr() % 64


def test_a_position_of_another_order_is_refused() -> None:
    data = pictures()
    state = data.batches("train", 4, seed=1).state()
    with pytest.raises(DataError, match="seed=1"):
        data.batches("train", 4, seed=2).load_state(state)
    with pytest.raises(DataError, match="size=4"):
        data.batches("train", 5, seed=1).load_state(state)


@pytest.mark.parametrize("world", [2, 3])
def test_processes_together_see_what_one_sees(world: int) -> None:
    data = pictures(41, augment=AUGMENT)
    for part in ("train", "valid"):
        alone = data.batches(part, 8, seed=2)
        shares = [data.batches(part, 8, seed=2, rank=rank, world=world) for rank in range(world)]
        for _ in range(2 * alone.steps_per_epoch):
            whole, parts = next(alone), [next(share) for share in shares]
            assert torch.equal(torch.cat([p.x for p in parts]), whole.x)
            assert torch.equal(torch.cat([p.items for p in parts]), whole.items)
            assert {p.total for p in parts} == {whole.total}


def test_augmentation_is_a_function_of_seed_epoch_and_item_alone() -> None:
    data = pictures(40, augment=AUGMENT, valid=0.2)

    def seen(size: int, rank: int = 0, world: int = 1, seed: int = 4) -> dict[tuple[int, int], torch.Tensor]:
        batches = data.batches("train", size, seed=seed, rank=rank, world=world)
        out = {}
        for _ in range(3 * batches.steps_per_epoch):
            epoch = batches.state()["epoch"]
            batch = next(batches)
            out.update({(epoch, int(i)): x for i, x in zip(batch.items, batch.x, strict=True)})
        return out

    whole = seen(32)
    for other in (seen(8), seen(1), seen(8, 1, 2)):
        assert other and all(torch.equal(x, whole[at]) for at, x in other.items())
    assert any(not torch.equal(whole[0, i], whole[1, i]) for i in range(32))
    assert any(not torch.equal(whole[at], x) for at, x in seen(32, seed=5).items())
    plain = next(data.batches("valid", 8))
    assert torch.equal(plain.x, torch.stack([x for x, _ in data.valid]) / 255)  # validation is left as it is


def test_transforms_do_what_they_say() -> None:
    x = torch.arange(24.0).view(1, 1, 4, 6).expand(3, 1, 4, 6)
    flipped = random_flip(0.5)(x, torch.tensor([[0.4], [0.6], [0.0]]))
    assert torch.equal(flipped, torch.stack([x[0].flip(-1), x[1], x[2].flip(-1)]))
    moved = random_crop(1)(x, torch.tensor([[0.0, 0.5], [0.5, 0.5], [0.99, 0.99]]))
    assert torch.equal(moved[1], x[1])
    assert torch.equal(moved[0, 0, 1:], x[0, 0, :3]) and torch.equal(moved[0, 0, 0], x[0, 0, 1])  # reflected
    assert torch.equal(moved[2, 0, :3, :5], x[2, 0, 1:, 1:])


def test_an_affine_change_of_nothing_changes_nothing_and_shifts_are_exact() -> None:
    x = torch.rand(2, 3, 8, 8)
    middle = torch.full((2, 6), 0.5)
    torch.testing.assert_close(random_affine()(x, middle), x)
    right = middle.clone()
    right[:, 4] = 1.0  # u = 1: the picture is read a whole shift further right
    moved = random_affine(0, 0, 0, shift=0.25)(x, right)
    torch.testing.assert_close(moved[..., :6], x[..., 2:])
    assert moved[..., 6:].abs().max() < 1e-5


def test_an_affine_change_turns_about_the_middle() -> None:
    x = torch.rand(1, 1, 9, 9)
    u = torch.full((1, 6), 0.5)
    u[:, 0] = 1.0
    torch.testing.assert_close(random_affine(degrees=90, stretch=0, slant=0, shift=0)(x, u), x.rot90(1, (2, 3)))
    (told,) = as_json([random_affine(10, slant=0.1)]) or []
    assert from_json(told) == random_affine(10, slant=0.1)
    assert random_affine(180, 0.5, 1, 0.5)(x, torch.rand(1, 6)).shape == x.shape
    with pytest.raises(OptionError, match="degrees from 0 to 180.0, not 200"):
        random_affine(degrees=200)


def test_uniforms_look_uniform_and_unrelated() -> None:
    u = uniforms(3, 1, torch.arange(20_000), 3).double()
    assert u.min() >= 0 and u.max() < 1
    assert (u.mean(0) - 0.5).abs().max() < 0.01 and (u.var(0) - 1 / 12).abs().max() < 0.003
    table = torch.stack([*u.T, *uniforms(3, 2, torch.arange(20_000), 3).double().T, u[:, 0].roll(1)])
    off = torch.corrcoef(table) - torch.eye(7)
    assert off.abs().max() < 0.03
    assert mix(1, 2) != mix(2, 1) and mix(0) != mix(0, 0)


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_last_has_its_strides_even_with_one_channel(channels: int) -> None:
    data = pictures(channels=channels, augment=AUGMENT)
    plain = next(data.batches("train", 6))
    last = next(data.batches("train", 6, memory_format=torch.channels_last))
    assert last.x.stride() == (9 * 8 * channels, 1, 8 * channels, channels)
    assert plain.x.is_contiguous() and plain.x.stride()[-1] == 1
    assert torch.equal(plain.x, last.x)


def test_chunks_keep_order_and_the_total() -> None:
    batch = next(pictures().batches("train", 10, world=2))
    parts = batch.chunk(3)
    assert [len(p) for p in parts] == [2, 2, 1] and {p.total for p in parts} == {10}
    assert torch.equal(torch.cat([p.x for p in parts]), batch.x)
    assert torch.equal(torch.cat([p.y for p in parts]), batch.y)
    assert len(batch.chunk(50)) == 5


def test_float_features_come_as_they_are_and_drawing_leaves_them_alone() -> None:
    x = torch.randn(40, 5) * 100
    data = arrays(x, x.sum(1), valid=0)
    batch = next(data.batches("train", 8))
    assert torch.equal(batch.x, x[batch.items]) and torch.equal(batch.y, x.sum(1)[batch.items])
    batch.x.zero_()
    assert torch.equal(data.train.x, x) and data.classes is None and data.shape == (5,)


def test_streams_give_the_batches_of_memory(folder: Path) -> None:
    inside = images(folder, augment=AUGMENT, memory=True)
    outside = images(folder, augment=AUGMENT, memory=False, workers=0)
    assert not isinstance(outside.train.x, torch.Tensor)
    assert (inside.classes, inside.shape) == (outside.classes, outside.shape)
    for part, last in itertools.product(("train", "valid"), (None, torch.channels_last)):
        one, two = (d.batches(part, 4, seed=6, memory_format=last) for d in (inside, outside))
        for _ in range(2 * one.steps_per_epoch + 1):
            a, b = next(one), next(two)
            assert torch.equal(a.x, b.x) and torch.equal(a.y, b.y) and torch.equal(a.items, b.items)
            assert a.x.stride() == b.x.stride() and one.state() == two.state()
    fresh = outside.batches("train", 4, seed=6)
    going = inside.batches("train", 4, seed=6)
    for _ in range(6):
        next(going)
    fresh.load_state(going.state())
    assert torch.equal(next(fresh).x, next(going).x)


def test_spawned_workers_read_ahead_but_the_position_is_what_was_consumed(folder: Path) -> None:
    inside, outside = images(folder), images(folder, memory=False)
    reader = outside.train.x
    assert isinstance(reader, Reader) and len(pickle.dumps(reader)) < 20_000
    order = Order(len(reader), 4, True, 0)
    stream = StreamBatches(
        reader, outside.train.y, order, Finish((), 0), device=torch.device("cpu"), workers=1, start_method="spawn"
    )
    memory = inside.batches("train", 4)
    before = torch.random.get_rng_state()
    for _ in range(5):
        a, b = next(memory), next(stream)
        assert torch.equal(a.x, b.x) and memory.state() == stream.state()
        assert not b.x.is_inference()
    assert torch.equal(torch.random.get_rng_state(), before)  # the program's own generator is left alone


@pytest.mark.parametrize("workers", [0, 1])
def test_a_file_broken_after_the_check_is_named(folder: Path, workers: int) -> None:
    data = images(folder, memory=False, workers=workers, valid=0)
    file = folder / "cat" / "3.png"
    whole = file.read_bytes()
    file.write_bytes(b"no longer a picture")
    batches = data.batches("train", 22)
    with pytest.raises(DataError, match=r"cat.3\.png could not be read while training"):
        next(batches)
    file.write_bytes(whole)
    assert torch.equal(next(batches).x, next(data.batches("train", 22)).x)


def test_data_survive_pickling(folder: Path) -> None:
    for data in (images(folder, augment=AUGMENT), images(folder, memory=False, workers=0)):
        next(data.batches("train", 4, memory_format=torch.channels_last))
        again = pickle.loads(pickle.dumps(data))
        assert again.fingerprint() == data.fingerprint()
        assert torch.equal(next(again.batches("train", 4)).x, next(data.batches("train", 4)).x)


@pytest.mark.parametrize("size", [0, -1, 2.5, True])
def test_batch_sizes_that_make_no_sense(size: int) -> None:
    with pytest.raises(OptionError, match="batch size"):
        pictures().batches("train", size)


def test_parts_and_ranks_that_are_not_there() -> None:
    data = pictures(valid=0)
    with pytest.raises(DataError, match="'valid' holds no items"):
        data.batches("valid", 4)
    with pytest.raises(OptionError, match="'test'"):
        data.count("test")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="rank=2"):
        data.batches("train", 4, rank=2, world=2)
    with pytest.raises(OptionError, match="shared by 8"):
        data.batches("train", 4, rank=0, world=8)


def test_a_block_of_ones_own() -> None:
    block = DataBlock(items=range, x=_square, y=str, item_transforms=[_double], batch_transforms=[random_flip()])
    data = block.data(10)
    assert data.shape == (1, 4, 4) and len(data.train) == 8 and data.classes == [str(i) for i in range(10)]
    assert data.how_to_rebuild() is None
    told = block.summary(10)
    assert [line.split()[0] for line in told.splitlines()][:4] == ["items", "split", "x", "y"]
    assert "item_transforms 0" in told and "batch_transforms 0" in told and "10 items; the first is 0" in told


@pytest.mark.parametrize("stage", ["items", "x", "y", "split", "item_transforms 0", "batch_transforms 0", "tensor"])
def test_summary_names_the_stage_that_fails(stage: str) -> None:
    class Broken:
        draws = 0

        def __call__(self, *given: object) -> object:
            raise KeyError("gone")

    broken = Broken()
    block = DataBlock(
        items=broken if stage == "items" else range,
        x=str if stage == "tensor" else broken if stage == "x" else _square,
        y=broken if stage == "y" else str,
        split=broken if stage == "split" else None,  # type: ignore[arg-type]
        item_transforms=[broken] if stage.startswith("item_") else [],
        batch_transforms=[broken] if stage.startswith("batch_") else [],  # type: ignore[list-item]
    )
    with pytest.raises(DataError) as caught:
        block.summary(10)
    text = str(caught.value)
    assert repr(stage) in text and ("KeyError: 'gone'" in text or stage == "tensor")


def _square(i: int) -> Image.Image:
    return Image.new("L", (4, 4), 10 * i)


def _double(image: Image.Image) -> Image.Image:
    return image.point([min(2 * v, 255) for v in range(256)])
