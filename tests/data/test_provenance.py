"""Pictures say by what they were made."""

import pytest
import torch
from PIL import Image

import makebelieve as mb
from makebelieve.origin import CHANGED, MADE, made_by


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".gif"])
def test_a_file_says_how_its_picture_was_made(tmp_path, suffix):
    made = made_by("gan", "generate", seed=7, label=None, note="그림 <&>")
    pictures = mb.Pictures(torch.rand(1, 3, 8, 8), made=made)
    told = mb.provenance(pictures.save(tmp_path / f"a{suffix}"))
    assert told == {**made, "settings": {"seed": 7, "note": "그림 <&>"}}
    assert mb.provenance(pictures.save(tmp_path / f"b{suffix}", metadata=False)) is None


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
@pytest.mark.parametrize(("changed", "mark"), [(False, MADE), (True, CHANGED)])
def test_the_trade_s_mark_stands_beside_it(tmp_path, suffix, changed, mark):
    made = made_by("style", "style", changed=changed)
    path = mb.Pictures(torch.rand(1, 3, 8, 8), made=made).save(tmp_path / f"a{suffix}")
    content = path.read_bytes().decode("latin-1")
    assert mark in content
    with Image.open(path) as image:
        assert image.size == (8, 8)


def test_grids_slices_and_folders_keep_it(tmp_path):
    pictures = mb.Pictures(torch.rand(4, 1, 8, 8), made=made_by("vae", "grid"))
    pictures.save(tmp_path / "grid.png")
    pictures[1:3].save(tmp_path / "some")
    assert mb.provenance(tmp_path / "grid.png")["system"] == "vae"
    assert mb.provenance(tmp_path / "some" / "0001.png")["verb"] == "grid"


def test_pictures_of_one_s_own_say_nothing(tmp_path):
    assert mb.provenance(mb.Pictures(torch.rand(1, 3, 8, 8)).save(tmp_path / "a.png")) is None


def test_a_picture_by_others_says_nothing_and_what_is_none_is_told(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.gif", comment=b'{"software": "other"}')
    assert mb.provenance(tmp_path / "a.gif") is None
    (tmp_path / "b.png").write_text("no picture")
    with pytest.raises(mb.DataError, match="b.png"):
        mb.provenance(tmp_path / "b.png")


def test_what_a_gan_generates_is_marked(tmp_path):
    learn = mb.gan(mb.images(torch.rand(8, 1, 8, 8)), network="mlp", latent=4, device="cpu")
    path = learn.generate(2, seed=3).save(tmp_path / "a.png")
    told = mb.provenance(path)
    assert told["system"] == "gan" and told["settings"]["seed"] == 3 and told["changed"] is False
