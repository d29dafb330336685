from __future__ import annotations

import json
import logging
import math
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from makebelieve.data import Data, binaries, random_flip, random_noise
from makebelieve.data.binaries import BinaryReading, binary_reading, entropies, grey_levels, width_of
from makebelieve.errors import DataError, OptionError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for i in range(8):
        for name, content in (("text", b"words and words " * (30 + i)), ("packed", random.bytes(600 + i))):
            (tmp_path / "set" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "set" / name / f"file{i}.{'exe' if i % 2 else 'bin'}").write_bytes(content)
    return tmp_path / "set"


def rebuilt(data: Data) -> Data:
    again = data.how_to_rebuild()
    assert again is not None and again["door"] == "binaries"
    return binaries(**json.loads(json.dumps(again["arguments"])))


def test_grey_levels_are_rows_of_bytes() -> None:
    values = np.arange(32 * 32, dtype=np.uint32).astype(np.uint8)
    assert torch.equal(grey_levels(values, 32), torch.from_numpy(values.reshape(32, 32)))
    half = grey_levels(values, 16)
    assert half[0, 0] == round((0 + 1 + 32 + 33) / 4) and half.shape == (16, 16)
    assert [width_of(n) for n in (1, 9_999, 10_000, 150_000, 5_000_000)] == [32, 32, 64, 384, 1024]
    assert torch.equal(grey_levels(np.array([7], np.uint8), 8), torch.full((8, 8), 7, dtype=torch.uint8))


def test_entropy_agrees_with_its_definition() -> None:
    random = np.random.default_rng(1)
    values = np.concatenate([np.zeros(2048), random.integers(0, 4, 2048), random.integers(0, 256, 4096)]).astype(
        np.uint8
    )
    made = entropies(values, 16)
    for row, column in ((0, 0), (5, 3), (9, 15), (15, 15), (12, 8)):
        place = int((row + 0.5) / 16 * 256) * 32 + int((column + 0.5) / 16 * 32)
        start = min(max((place - 128) // 16 * 16, 0), len(values) - 256)
        counts = [int((values[start : start + 256] == byte).sum()) for byte in range(256)]
        bits = -sum(n / 256 * math.log2(n / 256) for n in counts if n)
        assert made[row, column] == round(255 * bits / 8)
    assert made[:3].max() == 0 and abs(int(made[6, 8]) - 255 * 2 / 8) < 4 and made[10:].min() > 200
    assert entropies(np.zeros(1, np.uint8), 8).max() == 0


def test_a_folder_of_any_files(folder: Path) -> None:
    data = binaries(folder, size=16, how=("bytes", "entropy"), augment=[random_flip()])
    assert data.classes == ["packed", "text"] and data.shape == (2, 16, 16) and data.train.x.dtype == torch.uint8
    assert rebuilt(data).fingerprint() == data.fingerprint()
    for x, label in data.train:
        assert (x[1].float().mean() > 220) == (label == 0)  # what is packed has no order
    assert data.show_batch(2).tensor.shape == (2, 1, 16, 32)
    by_suffix = binaries(folder, size=8, labels=lambda path: path.suffix, valid="file7")
    assert by_suffix.classes == [".bin", ".exe"] and len(by_suffix.valid) == 2
    assert rebuilt(by_suffix).fingerprint() == by_suffix.fingerprint()
    disk = binaries(folder, size=16, how=("bytes", "entropy"), memory=False, workers=0)
    assert torch.equal(next(disk.batches("valid", 3)).x, next(data.batches("valid", 3)).x)
    paths = sorted(folder.rglob("*.exe"))
    assert binaries(paths, size=8, labels="folder").classes == ["packed", "text"]
    assert binaries([b"abc", b"defg", b"hi"], labels=["x", "y", "x"], size=8, valid=0).classes == ["x", "y"]


def test_only_so_many_bytes_are_read_and_none_are_written(folder: Path) -> None:
    path = folder / "packed" / "file0.bin"
    before = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o400)
    read = BinaryReading(("bytes",), 8, 100)
    torch.testing.assert_close(read(path), read(before[0][:100]))
    assert not torch.equal(read(path), BinaryReading(("bytes",), 8, 1000)(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_reading_makes_the_same_picture(folder: Path) -> None:
    data = binaries([folder / "text" / "file0.bin"], size=8, how="entropy", valid=0)
    assert data.reading is not None
    read = binary_reading(json.loads(json.dumps(data.reading.state())))
    assert read == data.reading and read.kind == "binaries"
    path = folder / "text" / "file0.bin"
    for given in (path, str(path), path.read_bytes(), bytearray(path.read_bytes())):
        torch.testing.assert_close(read(given), data.train[0][0] / 255)
    for given, words in ((b"", "it is empty"), (folder / "gone", "no file"), (5, "can't be read as a picture of its")):
        with pytest.raises(DataError, match=words):
            read(given)


@pytest.mark.parametrize("memory", [True, False])
def test_empty_and_strange_files_are_named(folder: Path, memory: bool, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "text" / "empty.bin").touch()
    os.mkfifo(folder / "text" / "pipe")
    with caplog.at_level(logging.WARNING, "makebelieve"):
        data = binaries(folder, size=8, max_broken=0.2, memory=memory, workers=0)
    assert len(data.train) + len(data.valid) == 16
    assert "empty.bin (it is empty)" in caplog.text and "pipe (it is no regular file)" in caplog.text
    with pytest.raises(DataError, match="more than the share"):
        binaries(folder, memory=memory, max_broken=0.05)
    with pytest.raises(DataError, match="it is empty"):
        binaries([b"a", b""])


def test_options_and_sources_out_of_range(folder: Path, tmp_path: Path) -> None:
    for options, words in (
        ({"how": "colour"}, "how='colour' is not among"),
        ({"size": 7}, "size must be"),
        ({"most": 0}, "most must be"),
        ({"augment": [random_noise()]}, "but binaries has pictures"),
        ({"valid": "gone"}, "holds back none"),
    ):
        with pytest.raises((OptionError, DataError), match=words):
            binaries(folder, **options)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="binaries takes a folder"):
        binaries(7)
    with pytest.raises(DataError, match="no folder"):
        binaries(tmp_path / "gone")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DataError, match="no such files"):
        binaries(tmp_path / "nothing")
