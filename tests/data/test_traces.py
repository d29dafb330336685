from __future__ import annotations

import json
import logging
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from makebelieve.data import Data, random_flip, random_noise, traces
from makebelieve.data.traces import TraceReading, trace_reading
from makebelieve.data.traces_files import as_track, read_track
from makebelieve.data.traces_made import made_tracks
from makebelieve.errors import DataError, OptionError


def line(n: int = 10) -> np.ndarray:
    """To the right at one speed, with a click at the end."""
    t = np.linspace(0, 1, n)
    return np.stack([t, 100 * t, np.full(n, 50.0), t == 1], 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i, (track, label) in enumerate(zip(*made_tracks(12, seed=3), strict=True)):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        rows = "\n".join(",".join(map(str, point)) for point in track.tolist())
        (tmp_path / "set" / label / f"{i}.csv").write_text(f"time,x,y,button\n{rows}\n")
    return tmp_path / "set"


def rebuilt(data: Data) -> Data:
    again = data.how_to_rebuild()
    assert again is not None and again["door"] == "traces"
    return traces(**json.loads(json.dumps(again["arguments"])))


# drawing


def test_path_speed_and_click_have_a_colour_each() -> None:
    red, green, blue = TraceReading(17)(line())
    assert (red[8] > 0).sum() >= 13 and (red[:7] == 0).all() and (red[10:] == 0).all()
    along = red[8][red[8] > 0]
    assert along[0] < 0.5 < 0.9 < along[-1]  # brighter the later
    assert green[8][red[8] > 0].min() > 0.9  # one speed
    assert blue.argmax() == 8 * 17 + 14 and blue[:, :10].max() < 0.01  # where it ends


def test_speed_is_told_against_the_tracks_own() -> None:
    slow_then_fast = np.array([[0, 0, 0], [1, 10, 0], [2, 20, 0], [2.25, 60, 0], [2.5, 100, 0]])
    green = TraceReading(33)(slow_then_fast)[1][16]
    assert green[4:7].max() == pytest.approx(10 / 160, abs=0.05) and green[20:28].min() > 0.9
    doubled = slow_then_fast * [3, 5, 5]
    torch.testing.assert_close(TraceReading(33)(doubled), TraceReading(33)(slow_then_fast))


def test_a_screen_keeps_places() -> None:
    near, far = line() * [1, 0.1, 1, 1], line() * [1, 0.1, 1, 1] + [0, 80, 0, 0]
    free, shown = TraceReading(21), TraceReading(21, (100, 100))
    torch.testing.assert_close(free(near), free(far))
    assert not torch.allclose(shown(near), shown(far))
    assert shown(near)[0][:, 11:].max() == 0 and shown(far)[0][:, :10].max() == 0
    outside = TraceReading(21, (50, 50))(line())
    assert outside.isfinite().all() and outside.max() <= 1


def test_standing_still_and_jumping_have_a_picture() -> None:
    still = TraceReading(9)(np.array([[0, 5, 5], [1, 5, 5], [2, 5, 5]]))
    assert still[0].argmax() == 4 * 9 + 4 and still[1].max() == 0
    jump = TraceReading(9)(np.array([[0, 0, 0], [0, 10, 10]]))  # in no time
    assert jump.isfinite().all() and jump[1].max() == 1


# reading


def test_files_of_every_form_hold_the_same_track(tmp_path: Path) -> None:
    track = line(5)
    forms = {
        "named.csv": "Timestamp,junk,y,x,button\n"
        + "\n".join(f"{t},7,{y},{x},{'Left' if c else 'NoButton'}" for t, x, y, c in track.tolist()),
        "plain.csv": "\n".join(",".join(map(str, point)) for point in track.tolist()),
        "tabs.tsv": "t\tx\ty\tclick\n" + "\n".join("\t".join(map(str, point)) for point in track.tolist()),
        "points.jsonl": "\n".join(
            json.dumps({"t": t, "x": x, "y": y, "click": bool(c)}) for t, x, y, c in track.tolist()
        ),
        "lists.jsonl": json.dumps(dict(zip(("t", "x", "y", "click"), track.T.tolist(), strict=True))),
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text)
        np.testing.assert_allclose(read_track(tmp_path / name), track)
    assert as_track(track[:, :3])[:, 3].tolist() == [0] * 5


def test_a_folder_and_a_list(folder: Path) -> None:
    data = traces(folder, size=16, augment=[random_flip()])
    assert data.classes == ["bot", "person"] and data.shape == (3, 16, 16)
    assert (len(data.train), len(data.valid)) == (10, 2) and data.train.x.dtype == torch.uint8
    again = rebuilt(data)
    assert again.fingerprint() == data.fingerprint() and again.batch_transforms == (random_flip(),)
    held = traces(folder, size=16, valid=lambda path: int(path.stem) > 8)
    assert len(held.valid) == 3 and rebuilt(held).fingerprint() == held.fingerprint()
    disk = traces(folder, size=16, memory=False, workers=0)
    assert torch.equal(next(disk.batches("valid", 2)).x, next(data.batches("valid", 2)).x)
    assert data.reading is not None
    read = trace_reading(json.loads(json.dumps(data.reading.state())))
    assert read == data.reading and read.kind == "traces"
    path = folder / "bot" / "1.csv"
    torch.testing.assert_close(read(path), read(read_track(path)))


def test_one_file_with_a_track_a_line(tmp_path: Path) -> None:
    lines = []
    for track, label in zip(*made_tracks(8, seed=1), strict=True):
        lines.append(json.dumps({**dict(zip("txy", track.T[:3].tolist(), strict=True)), "label": label}))
    path = tmp_path / "all.jsonl"
    path.write_text("\n".join(lines))
    data = traces(path, size=12)
    assert data.classes == ["bot", "person"] and rebuilt(data).fingerprint() == data.fingerprint()
    assert traces(path, size=12, labels=None).classes is None
    path.write_text("[1, 2]\n")
    with pytest.raises(DataError, match="a track a line"):
        traces(path)
    path.write_text("{\n")
    with pytest.raises(DataError, match="can't be read as a track"):
        traces(path)


def test_made_up_tracks_are_the_same_each_time_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("makebelieve.data.traces"), "_MADE", 20)
    data = traces("synthetic", size=16)
    assert data.classes == ["bot", "person"] and "no evidence about real people" in data.summary()
    assert rebuilt(data).fingerprint() == data.fingerprint()
    tracks, labels = made_tracks(30, seed=0)
    assert labels[:3] == ["person", "bot", "person"]
    for track in tracks:
        assert (np.diff(track[:, 0]) >= 0).all() and track[-1, 3] == 1 and len(track) >= 4
    steps = [np.diff(track[:, 0]).round(6) for track in tracks]
    assert np.mean([len(set(some.tolist())) for some in steps[::2]]) > 20  # people are sampled unevenly
    assert np.mean([len(set(some.tolist())) for some in steps[1::2]]) < 5


# what can't be


def test_broken_tracks_are_named(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "bot" / "99.csv").write_text("t,x,y\n0,1,2\n")
    (folder / "bot" / "98.csv").write_text("a,b\n1,2\n")
    (folder / "bot" / "97.csv").write_bytes(b"\xff\xfe\x00\x80")
    for memory in (True, False):
        with caplog.at_level(logging.WARNING, "makebelieve"):
            data = traces(folder, size=16, max_broken=0.3, memory=memory, workers=0)
        assert len(data.train) + len(data.valid) == 12
    for words in ("99.csv (a track needs 2 points or more, this has 1)", "only a, b", "97.csv"):
        assert words in caplog.text
    with pytest.raises(DataError, match="more than the share"):
        traces(folder)


@pytest.mark.parametrize(
    ("track", "words"),
    [
        (np.zeros((1, 3)), "2 points or more, this has 1"),
        (np.zeros((5, 2)), r"has shape|shape \(points, 3\)"),
        (np.array([[0, 1, 1], [1, np.nan, 1]]), "point 1 holds NaN"),
        (np.array([[1, 1, 1], [0, 1, 1]]), "backwards at point 1"),
        ({"t": [0, 1], "x": [0, 1]}, "only t, x"),
        ({"t": [0, 1], "x": [0, 1], "y": [0]}, "differ in length"),
        ("gone.csv", "no file"),
    ],
)
def test_one_track_that_is_none(track: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        TraceReading(8)(track)


def test_options_and_sources_out_of_range() -> None:
    tracks = [line()] * 4
    with pytest.raises(DataError, match=r"Track 1 can't be used \(a track needs 2"):
        traces([line(), line()[:1]])
    for options, words in (
        ({"size": 4}, "size must be"),
        ({"screen": (0, 5)}, "screen must be"),
        ({"screen": 5}, "screen must be"),
        ({"augment": [random_noise()]}, "but traces has pictures"),
        ({"valid": "a"}, "this source has none"),
    ):
        with pytest.raises(OptionError, match=words):
            traces(tracks, **options)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="traces takes a folder"):
        traces(5)
    with pytest.raises(DataError, match="2 labels for 4"):
        traces(tracks, labels=["a", "b"])
    assert traces(tracks, labels=["a", "b", "a", "b"], size=8).classes == ["a", "b"]
