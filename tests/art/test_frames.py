"""Frames of a picture's making, and the live view."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from PIL import Image
from torch import nn

from makebelieve.art.dream import dream
from makebelieve.art.frames import SIDE, Frames, notebook_display
from makebelieve.errors import DataError, OptionError


def net() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU())


def photo() -> torch.Tensor:
    return torch.rand(3, 16, 20, generator=torch.Generator().manual_seed(0))


def test_frames_are_of_one_size_and_end_with_the_picture() -> None:
    art = dream(photo(), net(), "1", steps=4)
    assert len(art.frames) == 12 and art.frames.steps == list(range(1, 13))
    assert {tuple(frame.shape) for frame in art.frames} == {(3, 16, 20)}
    last = list(art.frames)[-1]
    assert torch.equal(last, (art.tensor[0] * 255).round().to(torch.uint8))
    assert art.frames[0].size == (20, 16)


def test_there_are_no_more_than_asked_for_and_the_last_is_among_them() -> None:
    art = dream(photo(), net(), "1", steps=5, frames=4)
    assert art.frames.steps == [1, 5, 10, 15]
    for most in (1, 2, 3, 7, 14, 15):
        steps = dream(photo(), net(), "1", steps=5, frames=most).frames.steps
        assert len(steps) <= most and steps[-1] == 15
    assert len(dream(photo(), net(), "1", steps=2, frames=0).frames) == 0


def test_large_frames_are_kept_small() -> None:
    frames = Frames()
    assert frames.add(1, torch.rand(3, 50, 2 * SIDE)).shape == (3, 25, SIDE)


def test_they_are_saved_as_a_gif(tmp_path: Path) -> None:
    path = dream(photo(), net(), "1", steps=2).frames.save(tmp_path / "new" / "dream.gif", fps=10)
    with Image.open(path) as image:
        assert (image.n_frames, image.size) == (6, (20, 16))


def test_without_frames_there_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="frames=100"):
        Frames().save(tmp_path / "dream.gif")


def test_a_full_disk_while_a_film_is_written_leaves_nothing_half_and_the_picture_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    art = dream(photo(), net(), "1", steps=2)
    art.save(tmp_path / "dream.png")

    def full(self: Any, path: Path, *_given: Any, **_options: Any) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Image.Image, "save", full)
        with pytest.raises(DataError, match="No space left on device"):
            art.frames.save(tmp_path / "dream.gif")
    assert [path.name for path in tmp_path.iterdir()] == ["dream.png"]
    with Image.open(tmp_path / "dream.png") as image:
        assert image.size == (20, 16)


def test_a_disk_that_is_full_of_frames_ends_them_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Any, path: Path, *_given: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    model = net()
    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(Image.Image, "save", full)
        art = dream(photo(), model, "1", steps=2, run=tmp_path / "run")
    assert caplog.text.count("No space left on device") == 1
    assert len(art.frames) == 6
    assert torch.equal(art.tensor, dream(photo(), model, "1", steps=2).tensor)
    assert not list((tmp_path / "run" / "frames").iterdir())


def test_nothing_is_shown_outside_notebooks() -> None:
    assert notebook_display() is None


def test_notebooks_see_the_picture_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    def display(image: Any, display_id: bool) -> Any:
        shown.append(image)
        return SimpleNamespace(update=shown.append)

    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    monkeypatch.setattr("makebelieve.art.frames.EVERY", 0.0)
    dream(photo(), net(), "1", steps=1, octaves=2, frames=5)
    assert len(shown) >= 3
    assert shown[-1].size == (20, 16)
