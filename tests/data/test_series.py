from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from makebelieve.data import Data, random_noise, series
from makebelieve.data.series import series_reading
from makebelieve.data.series_fields import Fields
from makebelieve.data.series_files import to_length
from makebelieve.errors import DataError, OptionError

UCR = Path(__file__).parents[2].parent / "shared" / "data" / "ucr"


def waves(n: int = 20, length: int = 12) -> tuple[np.ndarray, list[str]]:
    random = np.random.default_rng(0)
    labels = ["slow" if i % 2 else "fast" for i in range(n)]
    t = np.linspace(0, 1, length)
    x = np.stack([np.sin((3 if label == "slow" else 9) * t + random.random()) for label in labels])
    return x + 0.1 * random.standard_normal(x.shape), labels


def rebuilt(data: Data) -> Data:
    again = data.how_to_rebuild()
    assert again is not None and again["door"] == "series"
    return series(**json.loads(json.dumps(again["arguments"])))


# the pictures


def reference(x: np.ndarray) -> dict[str, np.ndarray]:
    """The definitions, moment by moment, in double precision."""
    low, high = float(x.min()), float(x.max())
    scaled = [((float(v) - high) + (float(v) - low)) / (high - low) for v in x]
    phi = [math.acos(min(1.0, max(-1.0, v))) for v in scaled]
    n = len(x)
    out = {name: np.empty((n, n)) for name in ("gasf", "gadf", "recurrence", "line")}
    for i in range(n):
        for j in range(n):
            out["gasf"][i, j] = math.cos(phi[i] + phi[j])
            out["gadf"][i, j] = math.sin(phi[i] - phi[j])
            out["recurrence"][i, j] = 1 - abs(scaled[i] - scaled[j]) / 2
            out["line"][i, j] = (scaled[j] + 1) / 2
    return out


@pytest.mark.parametrize("seed", range(5))
def test_fields_agree_with_their_definitions(seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal(40).astype(np.float32) * 10**seed + seed
    expected = reference(x)
    made = Fields(("gasf", "gadf", "recurrence", "line"))(torch.from_numpy(x).view(1, 1, -1))[0].double().numpy()
    assert np.abs(2 * made[0] - 1 - expected["gasf"]).max() < 1e-6
    assert np.abs(2 * made[1] - 1 - expected["gadf"]).max() < 1e-6
    assert np.abs(made[2] - expected["recurrence"]).max() < 1e-6
    assert np.abs(made[3] - expected["line"]).max() < 1e-6


def test_the_markov_field_counts_steps_between_bins() -> None:
    x = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.0, 0.0]).view(1, 1, -1)
    made = Fields(("mtf",), bins=2)(x)[0, 0]
    # from 0: to 1 twice, to 0 once; from 1: always to 0
    high = x[0, 0] == 1
    expected = torch.where(high.unsqueeze(1), torch.where(high, 0.0, 1.0), torch.where(high, 2 / 3, 1 / 3))
    torch.testing.assert_close(made, expected)
    every = Fields(("mtf",))(torch.randn(3, 2, 30))
    assert every.shape == (3, 2, 30, 30) and every.min() >= 0 and every.max() <= 1


def test_a_recurrence_plot_is_black_and_white_with_a_threshold() -> None:
    x = torch.tensor([0.0, 0.05, 0.5, 1.0]).view(1, 1, -1)
    made = Fields(("recurrence",), threshold=0.1)(x)[0, 0]
    assert made.tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def test_a_constant_series_has_a_picture() -> None:
    every = Fields(("gasf", "gadf", "mtf", "recurrence", "line"))
    made = every(torch.full((1, 1, 5), 7.0))[0]
    assert [channel.unique().tolist() for channel in made] == [[0], [0.5], [1], [1], [0.5]]
    both = every(torch.stack([torch.full((1, 5), 7.0), torch.arange(5.0).view(1, 5)]))
    torch.testing.assert_close(both[0], made)  # its neighbour changes nothing
    tiny = every(torch.tensor([[[1e-30, 2e-30, 3e-30]]]))
    assert tiny.isfinite().all() and tiny.max() <= 1
    assert every(torch.tensor([[[1e20, -1e20, 3e18]]])).isfinite().all()


def test_which_fields_see_a_series_upside_down() -> None:
    x = torch.randn(1, 1, 12)
    for how, same in (("gasf", True), ("recurrence", True), ("mtf", True), ("gadf", False), ("line", False)):
        one, other = Fields((how,))(x), Fields((how,))(-x)  # type: ignore[arg-type]
        assert torch.allclose(one, other, atol=1e-5) == same


def test_channels_are_fields_of_variables_in_order() -> None:
    x = torch.randn(2, 3, 8)
    made = Fields(("gadf", "line"))(x)
    assert made.shape == (2, 6, 8, 8)
    for variable in range(3):
        alone = Fields(("gadf", "line"))(x[:, variable : variable + 1])
        torch.testing.assert_close(made[:, [variable, 3 + variable]], alone)


def test_lengths_are_brought_together() -> None:
    some = [
        np.arange(12.0)[None],
        np.arange(6.0)[None],
        np.arange(3.0)[None],
        np.arange(5.0)[None],
        np.full((1, 7), 2.0),
    ]
    made = to_length(some, 6)[:, 0]
    assert made[0].tolist() == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5] and made[1].tolist() == [0, 1, 2, 3, 4, 5]
    torch.testing.assert_close(made[2], torch.linspace(0, 2, 6))
    torch.testing.assert_close(made[4], torch.full((6,), 2.0))
    torch.testing.assert_close(to_length([np.array([[0.0, 1, 2, 3, 4]])], 2)[0, 0], torch.tensor([0.8, 3.2]))


# the door


def test_an_array_with_labels() -> None:
    x, labels = waves()
    data = series(x, labels)
    assert data.classes == ["fast", "slow"] and data.shape == (3, 12, 12)
    assert (data.count("train"), data.count("valid")) == (16, 4) and data.how_to_rebuild() is None
    batch = next(data.batches("train", 8))
    assert batch.x.shape == (8, 3, 12, 12) and batch.x.min() >= 0 and batch.x.max() <= 1
    assert len(data.show_batch(4)) == 4 and "RandomWarp" in data.summary()
    assert series(x, labels, how="gasf").fingerprint() != series(x, labels, how="gadf").fingerprint()


def test_other_sources() -> None:
    x, labels = waves()
    ragged = [row[: 6 + i % 5] for i, row in enumerate(x)]
    assert series(ragged, labels).shape == (3, 10, 10)
    assert series(ragged, labels, size=8, how=("gadf", "mtf")).show_batch(2).tensor.shape == (2, 1, 8, 16)
    several = np.stack([x, x[:, ::-1]], 1)
    assert series(several, labels, how="gadf").shape == (2, 12, 12)
    assert series(torch.from_numpy(x)).classes is None
    assert series(x, [float(i) for i in range(20)]).classes is None
    frame = pd.DataFrame(x).assign(label=labels)
    assert series(frame).classes == ["fast", "slow"] and series(frame, "label").shape == (3, 12, 12)
    assert series(x, labels, classes=["slow"]).classes == ["slow"]
    with pytest.raises(DataError, match="no column 'kind'"):
        series(frame, "kind")


def write_pair(folder: Path, suffix: str) -> Path:
    x, labels = waves()
    for part, rows in (("TRAIN", slice(0, 12)), ("TEST", slice(12, 20))):
        numbers = [1 + (label == "slow") for label in labels[rows]]
        if suffix == ".ts":
            lines = ["# a comment", "@problemName Waves", "@timeStamps false", "@classLabel true 1 2", "@data"]
            lines += [",".join(map(str, row)) + f":{n}" for row, n in zip(x[rows], numbers, strict=True)]
        else:
            between = "\t" if suffix == ".tsv" else "  "
            lines = [between.join([f"{n:.7e}", *map(str, row)]) for row, n in zip(x[rows], numbers, strict=True)]
        (folder / f"Waves_{part}{suffix}").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.parametrize("suffix", [".txt", ".tsv", ".ts"])
def test_files_in_pairs_keep_their_split(tmp_path: Path, suffix: str) -> None:
    data = series(write_pair(tmp_path, suffix), augment=[random_noise(0.2)])
    assert (len(data.train), len(data.valid)) == (12, 8) and data.classes == ["1", "2"]
    assert "own parts" in data.summary()
    assert data.fingerprint() == series(tmp_path / f"Waves_TRAIN{suffix}").fingerprint()
    again = rebuilt(data)
    assert again.fingerprint() == data.fingerprint() and again.raw_transforms == (random_noise(0.2),)
    assert len(series(tmp_path, valid=0.25).valid) == 3  # the test file stays unseen
    one_class = series(tmp_path, classes=[2])
    assert one_class.classes == ["2"] and rebuilt(one_class).fingerprint() == one_class.fingerprint()
    torch.testing.assert_close(data.train.x[0, 0], torch.from_numpy(waves()[0][0]).float())


def test_several_variables_and_gaps_in_ts_files(tmp_path: Path) -> None:
    head = "@classLabel true a b\n@data\n"
    (tmp_path / "two.ts").write_text(head + "1,2,3:4,5,6:a\n2,3,4:5,6,7:b\n1,1,2:4,4,5:a\n")
    assert series(tmp_path / "two.ts", how="line").shape == (2, 3, 3)
    (tmp_path / "gap.ts").write_text(head + "1,2,3:a\n1,?,3:b\n")
    with pytest.raises(DataError, match="Series 1 has 1 of 3 values"):
        series(tmp_path / "gap.ts")
    (tmp_path / "uneven.ts").write_text(head + "1,2,3:4,5:a\n")
    with pytest.raises(DataError, match=r"variables of uneven.ts:3 differ"):
        series(tmp_path / "uneven.ts")
    (tmp_path / "short.txt").write_text("1 1.0 2.0 3.0 NaN\n2 1.0 2.0 3.0 4.0\n")
    assert series(tmp_path / "short.txt", valid=0).train.x.shape == (2, 1, 4)


def test_a_reading_makes_the_same_pictures(tmp_path: Path) -> None:
    x, labels = waves()
    data = series(x, labels, how=("gasf", "mtf"), size=8, valid=0)
    assert data.reading is not None
    read = series_reading(json.loads(json.dumps(data.reading.state())))
    assert read == data.reading and read.kind == "series" and ".ts" in read.suffixes
    for given in (x[3], torch.from_numpy(x[3]), x[3].tolist()):
        torch.testing.assert_close(read(given), data.train[3][0])
    (tmp_path / "new.txt").write_text("\n".join(map(str, x[3])))
    torch.testing.assert_close(read(str(tmp_path / "new.txt")), data.train[3][0])
    for given, words in (([1.0], "2 values or more"), ([1.0, math.nan], "NaN"), (np.ones((2, 9)), "2 variables")):
        with pytest.raises(DataError, match=words):
            read(given)
    with pytest.raises(DataError, match="no file"):
        read(tmp_path / "gone.txt")


def test_what_is_no_series() -> None:
    x, labels = waves()
    holed = x.copy()
    holed[3, 2:4] = np.nan
    cases: list[tuple[object, str]] = [
        (holed, "Series 3 has 2 of 12 values that are NaN"),
        (np.ones((4, 1)), r"Series 0 has shape \(1, 1\)"),
        ([[1.0, 2.0], ["a", "b"]], "Series 1 is no array of numbers"),
        ([np.ones((2, 5)), np.ones((3, 5))], "Series 1 has 3 variables where 2"),
        (7, "series takes an array"),
        ([], "series takes an array"),
        (np.ones((2, 2, 2, 2)), "Series 0 has shape"),
    ]
    for given, words in cases:
        with pytest.raises(DataError, match=words):
            series(given)
    with pytest.raises(DataError, match="19 labels for 20 items"):
        series(x, labels[:-1])
    with pytest.raises(DataError, match="1 of 20 items have no label"):
        series(x, [None, *labels[1:]])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"how": "gaf"}, "how='gaf' is not among"),
        ({"how": ()}, "not among"),
        ({"size": 1}, "size must be"),
        ({"size": True}, "size must be"),
        ({"bins": 1}, "bins must be"),
        ({"threshold": 0}, "threshold must be"),
        ({"valid": 1.0}, "valid must be"),
        ({"augment": ["flip"]}, "augment takes"),
    ],
)
def test_options_out_of_range(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        series(*waves(), **options)  # type: ignore[arg-type]


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file"):
        series(tmp_path / "gone.txt")
    with pytest.raises(DataError, match="holds 0 training files"):
        series(tmp_path)
    (tmp_path / "a.txt").write_text("1 2 3\n1 2 x\n")
    with pytest.raises(DataError, match=r"Line 2 of .*a\.txt"):
        series(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("\n")
    with pytest.raises(DataError, match="holds no series"):
        series(tmp_path / "b.txt")
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DataError, match="no text file"):
        series(tmp_path / "c.txt")


@pytest.mark.skipif(not UCR.is_dir(), reason="the UCR sets are not there")
def test_the_ucr_sets_as_given() -> None:
    counts = {"GunPoint": (50, 150), "Coffee": (28, 28), "ItalyPowerDemand": (67, 1029), "ArrowHead": (36, 175)}
    for name, count in counts.items():
        data = series(UCR / name)
        assert (len(data.train), len(data.valid)) == count and data.classes is not None
    assert data.classes == ["0", "1", "2"] and data.facts.name == "ArrowHead"
    assert rebuilt(data).fingerprint() == data.fingerprint()
