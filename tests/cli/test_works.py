"""Pictures made from pictures by the command line: dreams, styles, translators, stylizers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

import makebelieve as mb
from makebelieve.cli import main
from makebelieve.cli.art import _places

TINY = ["--backbone", "squeezenet1_1", "--pretrained", "false", "--device", "cpu"]
DREAM = [*TINY, "--layers", "features.3", "--octaves", "2", "--steps", "2"]
STYLE = [*TINY, "--style-layers", "features.1,features.3", "--content-layers", "features.3", "--steps", "2"]


def run(capsys: pytest.CaptureFixture[str], *words: Any) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = torch.rand(3, 40, 48, generator=torch.Generator().manual_seed(0))
    return mb.Pictures(pixels).save(tmp_path / "photo.png")


@pytest.fixture
def painting(tmp_path: Path) -> Path:
    pixels = torch.rand(3, 36, 36, generator=torch.Generator().manual_seed(1))
    return mb.Pictures(pixels).save(tmp_path / "painting.jpg")


def test_dream_writes_the_picture_and_how_it_came_about(tmp_path, photo, capsys) -> None:
    out, frames = tmp_path / "out.png", tmp_path / "frames.gif"
    status, told, _ = run(capsys, "--json", "dream", photo, "-o", out, "--frames", frames, *DREAM)
    assert status == 0
    assert json.loads(told) == {"picture": str(out), "frames": str(frames), "steps": 4}
    with Image.open(out) as image, Image.open(frames) as film:
        assert image.size == (48, 40)
        assert film.n_frames > 1
    told = mb.provenance(out)
    assert told["system"] == "dream" and told["changed"] is True and told["settings"]["seed"] == 42


def test_metadata_is_left_out_where_asked(tmp_path, photo, capsys) -> None:
    out = tmp_path / "out.png"
    assert run(capsys, "dream", photo, "-o", out, "--no-metadata", *DREAM)[0] == 0
    assert mb.provenance(out) is None


def test_style_blends_paintings_by_their_shares(tmp_path, photo, painting, capsys) -> None:
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    assert run(capsys, "style", photo, painting, "-o", one, *STYLE)[0] == 0
    assert run(capsys, "style", photo, painting, photo, "--shares", "2,1", "-o", other, *STYLE)[0] == 0
    with Image.open(one) as first, Image.open(other) as second:
        assert first.size == second.size == (48, 40)
        assert first.tobytes() != second.tobytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["dream", "nowhere.png"], "nowhere.png"),
        (["dream", "{photo}", "{photo}"], "2 pictures"),
        (["dream", "{photo}", "--layers", "features.99"], "features.99"),
        (["dream", "{photo}", "--octaves", "0"], "octaves"),
        (["dream", "{photo}", "--wrong"], "--wrong"),
        (["dream", "{photo}", "-o", "out.xyz"], "'.xyz'"),
        (["dream", "{photo}", "-o", "out"], "out: no picture format"),
        (["dream", "{photo}", "-o", "{photo}/out.png"], "photo.png"),
        (["dream", "{photo}", "--frames", "frames.png"], "frames.png"),
        (["style", "{photo}"], "Only the content"),
        (["style", "{photo}", "{painting}", "--shares", "1,x"], "1,x"),
        (["style", "{photo}", "{painting}", "--shares", "1,2"], "1,2"),
        (["translate", "nowhere", "{photo}"], "nowhere"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(photo, painting, tmp_path, monkeypatch, capsys, words, told) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path))
    words = [word.format(photo=photo, painting=painting) for word in words]
    more = TINY if words[0] != "translate" else []
    status, out, err = run(capsys, *words, *more)
    assert status == 2
    assert told in err and "Traceback" not in err and not out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["painting.jpg", "photo.png"]


def test_a_film_becomes_a_film_of_its_kind(tmp_path, photo, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    with Image.open(photo) as image:
        image.save("film.gif", save_all=True, append_images=[image.rotate(90)], duration=100)
    status, told, err = run(capsys, "dream", "film.gif", *DREAM)
    assert status == 0 and "dream.gif" in told, err
    with Image.open("dream.gif") as film:
        assert film.n_frames == 2


def test_nothing_is_written_over(photo, capsys) -> None:
    before = photo.read_bytes()
    status, _, err = run(capsys, "dream", photo, "-o", photo, *DREAM)
    assert status == 2 and "--force" in err
    assert photo.read_bytes() == before


def test_a_dream_with_a_folder_resumes_from_the_command_line(tmp_path, photo, capsys) -> None:
    whole = tmp_path / "whole.png"
    assert run(capsys, "dream", photo, "-o", whole, *DREAM)[0] == 0

    class Stops(mb.Callback):
        def on_step(self, learn: Any) -> None:
            if learn.step == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mb.dream(
            photo, "squeezenet1_1", "features.3", octaves=2, steps=2, pretrained=False, device="cpu",
            run=tmp_path / "run", callbacks=[Stops()], saving=mb.Saving(steps=1),
        )  # fmt: skip
    status, told, _ = run(capsys, "--json", "resume", tmp_path / "run")
    assert status == 0
    with Image.open(json.loads(told)["picture"]) as image, Image.open(whole) as unbroken:
        assert image.tobytes() == unbroken.tobytes()


def test_a_translator_is_trained_and_used(tmp_path, photo, capsys) -> None:
    folder = tmp_path / "photos"
    mb.Pictures(torch.rand(6, 3, 16, 16)).save(folder)
    made = tmp_path / "run"
    words = ["--task", "enlarge", "--steps", "2", "--batch-size", "2", "--valid", "0.4", "--run", made]
    status, told, err = run(capsys, "train", "translator", folder, *words, "--width", "8", "--device", "cpu")
    assert status == 0, err
    assert f"makebelieve translate {made}" in told
    status, told, _ = run(capsys, "translate", made, photo, "-o", tmp_path / "large.png")
    assert status == 0
    with Image.open(tmp_path / "large.png") as image:
        assert image.size == (96, 80)
    assert mb.provenance(tmp_path / "large.png")["changed"] is True
    status, _, err = run(capsys, "stylise", made, photo)
    assert status == 2 and "translator" in err
    status, _, err = run(capsys, "translate", made, photo, photo, "-o", tmp_path / "both.png")
    assert status == 2 and "give a folder" in err and not (tmp_path / "both.png").exists()
    with Image.open(photo) as image:
        image.save(tmp_path / "film.gif", save_all=True, append_images=[image.rotate(90)], duration=100)
    for more in ([], ["--no-metadata"]):
        out = tmp_path / f"new{len(more)}.gif"
        status, _, err = run(capsys, "translate", made, tmp_path / "film.gif", "-o", out, *more)
        assert status == 0, err
        assert (mb.provenance(out) is None) == bool(more)


def test_films_go_to_containers_that_can_be_written() -> None:
    places = _places([Path("a/old.avi"), Path("new.mkv"), Path("photo.tif")], Path("out"), "translate")
    assert [place.name for place in places] == ["old-translated.mp4", "new-translated.mkv", "photo-translated.png"]


def test_a_stylizer_is_trained_and_used(tmp_path, photo, painting, capsys) -> None:
    folder = tmp_path / "photos"
    mb.Pictures(torch.rand(6, 3, 32, 32)).save(folder)
    made = tmp_path / "run"
    words = ["--style", painting, "--steps", "2", "--batch-size", "2", "--run", made, *TINY]
    words += ["--style-layers", "features.1", "--content-layer", "features.1", "--width", "4"]
    status, told, err = run(capsys, "train", "stylizer", folder, *words)
    assert status == 0, err
    assert f"makebelieve stylise {made}" in told
    places = [photo, painting]
    status, told, _ = run(capsys, "--json", "stylise", made, *places, "-o", tmp_path / "out")
    assert status == 0
    assert [Path(path).name for path in json.loads(told)["files"]] == ["photo-stylised.png", "painting-stylised.png"]
    with Image.open(tmp_path / "out" / "photo-stylised.png") as image:
        assert image.size == (48, 40)


def test_a_film_says_by_what_it_was_made_unless_asked_not_to(tmp_path, capsys) -> None:
    from makebelieve.film import write_film

    film = write_film(tmp_path / "film.gif", torch.rand(2, 3, 40, 48), fps=10)
    one, other = tmp_path / "one.gif", tmp_path / "other.gif"
    assert run(capsys, "dream", film, "-o", one, *DREAM)[0] == 0
    assert run(capsys, "dream", film, "-o", other, "--no-metadata", *DREAM)[0] == 0
    assert mb.provenance(one)["system"] == "dream"
    assert mb.provenance(other) is None
