"""What somebody else altered is refused with one sentence, before memory is taken and with nothing run."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import resource
import shutil
import struct
from pathlib import Path

import pytest
import torch
from doors import doors, pictures, recommender
from safetensors.torch import load_file, save_file

import makebelieve as mb
from makebelieve import runs
from makebelieve.errors import CheckpointError
from makebelieve.export.budget import Budget


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    place = tmp_path_factory.mktemp("exported")
    mb.gan(pictures(), network="mlp", latent=4, device="cpu", batch_size=8).export(place / "gan")
    doors(place)["gpt"]().export(place / "gpt")
    doors(place)["forecaster"]().export(place / "forecaster")
    recommender("user_neighbours").export(place / "neighbours")
    return place


@pytest.fixture
def copy(exported, tmp_path):
    def copied(name: str) -> Path:
        for file in (exported / name).iterdir():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / file.name).write_bytes(file.read_bytes())
        return tmp_path / name

    return copied


def refused(folder: Path, words: str = ".") -> str:
    """The sentence; memory has not grown by more than some hundred MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CheckpointError, match=words) as found:
        mb.load(folder)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB
    assert "\n" not in str(found.value)
    return str(found.value)


def change(folder: Path, change) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    change(config)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def sign(folder: Path) -> None:
    """As someone does who knows the format: the digest of the weights that are there."""
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    change(folder, lambda config: config["export"].update(sha256=digest))


def header(folder: Path, change) -> None:
    """Writes another header before the same bytes, and signs it."""
    content = (folder / "model.safetensors").read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    told = json.loads(content[8 : 8 + length])
    change(told)
    text = json.dumps(told).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])
    sign(folder)


class Trap:
    """Leaves a mark when it is unpickled."""

    def __reduce__(self):
        return (Path.touch, (Path("sprung"),))


def test_what_is_no_safetensors_file_is_never_unpickled(copy, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folder = copy("gan")
    for content in (pickle.dumps(Trap()), b"", b"\x08\0\0", b"PK\x03\x04" + bytes(100)):
        (folder / "model.safetensors").write_bytes(content)
        sign(folder)
        refused(folder, "safetensors")
    torch.save({"generator": Trap()}, folder / "model.safetensors")
    sign(folder)
    refused(folder, "safetensors")
    assert not (tmp_path / "sprung").exists()


def test_torn_lengthened_and_flipped_weights(copy):
    folder = copy("gan")
    weights = folder / "model.safetensors"
    content = weights.read_bytes()
    for torn in (content[: len(content) // 2], content[:-1], content + b"\0"):
        weights.write_bytes(torn)
        refused(folder, "safetensors")
        sign(folder)
        refused(folder, "safetensors")
        change(folder, lambda config: config["export"].update(sha256=hashlib.sha256(content).hexdigest()))
    flipped = bytearray(content)
    flipped[-5] ^= 1
    weights.write_bytes(flipped)
    refused(folder, "SHA-256")


def test_headers_that_lie(copy):
    folder = copy("gan")
    name = "generator.body.0.weight"

    def reshape(told):
        told[name]["shape"] = told[name]["shape"][::-1]

    def huge(told):
        told[name]["shape"] = [2**40, 2**40]

    def overlap(told):
        told[name]["data_offsets"] = told["generator.body.0.bias"]["data_offsets"]

    for lie, words in (
        (reshape, name),
        (huge, "safetensors"),
        (overlap, "safetensors"),
        (lambda told: told[name].update(shape=[2**63, 0]), "safetensors"),
        (lambda told: told[name].update(shape=[1] * 1000), "safetensors"),
        (lambda told: told[name].update(dtype="I32"), name),
        (lambda told: told[name].update(dtype="F4"), "safetensors"),
        (lambda told: told[name].update(shape="many"), "safetensors"),
        (lambda told: told.update({"x" * 2**22: told[name]}), "safetensors"),
        (lambda told: told.update({"generator.other": told.pop(name)}), "other|" + name),
    ):
        folder = copy("gan")
        header(folder, lie)
        refused(folder, words)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", 2**62) + b"{}")
    refused(folder, "safetensors")


def test_weights_of_another_network(copy):
    folder = copy("gan")
    tensors = load_file(folder / "model.safetensors")
    for altered in (
        {**tensors, "generator.more": torch.zeros(3)},
        {name: value for name, value in tensors.items() if name != "critic.output.bias"},
        {name: value.double() for name, value in tensors.items()},
    ):
        save_file(altered, folder / "model.safetensors")
        sign(folder)
        refused(folder, "tensor")


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("gan", "latent", 65_536),
        ("gpt", "hidden", 2**23),
        ("gpt", "layers", 2**23),
        ("gpt", "layers", 2**60),
        ("gpt", "hidden", -1),
        ("gpt", "hidden", "wide"),
        ("forecaster", "hidden", 10**9),
        ("forecaster", "quantiles", [0.5] * 10),
        ("neighbours", "neighbours", 10**400),
        ("neighbours", "network", "ease"),
        ("gan", "network", "resnet"),
        ("gan", "surprise", 1),
    ],
)
def test_networks_of_absurd_or_other_sizes_are_refused_before_memory_is_taken(copy, name, argument, value):
    folder = copy(name)
    change(folder, lambda config: config["arguments"].update({argument: value}))
    refused(folder)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("gan", {"shape": [1, 2**20, 2**20]}),
        ("gan", {"shape": [1, 8]}),
        ("gan", {"shape": None}),
        ("forecaster", {"layout": {"past": 2**23, "ahead": 2**23}}),
        ("neighbours", {"users": 2**40}),
        ("neighbours", {"count": {"train": 2**40}}),
        ("neighbours", {"items": -1}),
        ("gpt", {"reading": {"kind": "texts", "tokens": {"names": "x" * 100}}}),
        ("gpt", {"reading": None}),
    ],
)
def test_facts_of_absurd_data_are_refused_too(copy, name, facts):
    folder = copy(name)

    def alter(config):
        there = config["data"]["facts"]
        for key, value in facts.items():
            there[key] = {**there[key], **value} if isinstance(value, dict) else value

    change(folder, alter)
    refused(folder)


def test_places_that_lie_outside_the_catalogue(copy):
    for name, value in (
        ("held.indices", 10**6),
        ("held.indptr", -5),
        ("model.indices", 10**6),
        ("model.indptr", 10**9),
        ("model.near", 10**6),
    ):
        folder = copy("neighbours")
        tensors = load_file(folder / "model.safetensors")
        tensors[name].flatten()[1] = value
        save_file(tensors, folder / "model.safetensors")
        sign(folder)
        refused(folder, name.partition(".")[2])
    folder = copy("neighbours")
    change(folder, lambda config: config["export"]["held"]["items"].update(titles=[{}]))
    refused(folder)


def test_configs_that_are_none(copy):
    for text in ("", "[]", "{}", '{"export": 1}', "[" * 100_000, '{"export": {"format": 1}, "system": "gan"}', "\0"):
        folder = copy("gan")
        (folder / "config.json").write_text(text, encoding="utf-8")
        refused(folder)
    with (folder / "config.json").open("w", encoding="utf-8") as file:
        file.write('{"export": "' + "x" * 2**25)
    refused(folder, "bytes")
    (folder / "config.json").unlink()
    refused(folder, "no file")


def test_systems_formats_and_files_that_nobody_knows(copy):
    for system in ("os.system", "own", "dream", "", ["gan"]):
        folder = copy("gan")
        change(folder, lambda config, system=system: config.update(system=system))
        refused(folder)
    folder = copy("gan")
    change(folder, lambda config: config["export"].update(format=99))
    refused(folder, "99")
    folder = copy("gan")
    (folder / "model.safetensors").unlink()
    refused(folder, "no file")
    (folder / "model.safetensors").mkdir()
    refused(folder, "no file")


def test_pipes_and_devices_in_place_of_files(copy):
    folder = copy("gan")
    for name in ("config.json", "model.safetensors"):
        for odd in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
            kept = (folder / name).read_bytes()
            (folder / name).unlink()
            odd(folder / name)
            refused(folder, "no file")
            (folder / name).unlink()
            (folder / name).write_bytes(kept)
    (folder / "model.safetensors").unlink()
    for odd in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        (folder / "config.json").unlink()
        odd(folder / "config.json")
        refused(folder)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    mb.gan(pictures(), network="mlp", latent=4, device="cpu", batch_size=8, run=folder).fit(steps=1)
    for older in sorted(folder.glob("checkpoints/step-*"))[:-1]:
        shutil.rmtree(older)
    return folder


@pytest.fixture
def run(trained, tmp_path):
    return Path(shutil.copytree(trained, tmp_path / "run"))


def test_runs_with_pipes_and_devices_in_place_of_files(run):
    (checkpoint,) = run.glob("checkpoints/step-*")
    for file in (run / "config.json", run / "history.jsonl", *checkpoint.iterdir()):
        kept = file.read_bytes()
        for odd in (os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.write_text("[" * 100_000)):
            file.unlink()
            odd(file)
            refused(run)
        file.unlink()
        file.write_bytes(kept)
    assert mb.load(run).step == 1


def test_runs_that_describe_something_absurd(run, monkeypatch):
    def absurd(config, _data):
        return torch.zeros(2**40)

    def odd(config, _data):
        raise ValueError("odd")

    for system, words in ((absurd, "memory"), (odd, "configuration")):
        monkeypatch.setitem(runs.SYSTEMS, "gan", system)
        refused(run, words)


def test_the_budget_is_kept_whatever_makes_the_tensors():
    makers = (
        lambda: torch.zeros(2**30, 2**10),
        lambda: torch.randn(2**40, generator=torch.Generator()),
        lambda: torch.eye(2**20),
        lambda: torch.ones(2).repeat(2**40),
        lambda: torch.zeros(2**20, 1) + torch.zeros(1, 2**20),
        lambda: torch.nn.Linear(2**20, 2**20),
        lambda: [torch.zeros(2) for _ in range(10_000)],
    )
    for make in makers:
        with pytest.raises(CheckpointError), Budget(2**20, 5_000, "here"):
            make()
    with Budget(2**20, 5_000, "here"):
        assert torch.nn.Linear(30, 30)(torch.zeros(2, 30)).shape == (2, 30)
