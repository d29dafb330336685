from __future__ import annotations

import importlib.util
import io
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from makebelieve import pictures
from makebelieve.errors import DataError, OptionError
from makebelieve.ops import grid, lerp, linspace, slerp, total_variation
from makebelieve.pictures import Pictures, as_batch


def test_grid_places_pictures_row_by_row_and_fills_the_rest() -> None:
    sheet = grid(torch.arange(1, 6).view(5, 1, 1, 1).float().expand(5, 1, 2, 3), columns=3, padding=1, fill=0)
    assert sheet.shape == (1, 2 * 3 + 1, 3 * 4 + 1)
    assert [sheet[0, 1, x].item() for x in (1, 5, 9)] == [1, 2, 3]
    assert [sheet[0, 4, x].item() for x in (1, 5, 9)] == [4, 5, 0]
    assert sheet[0, 0].abs().sum() == 0 and sheet[0, :, -1].abs().sum() == 0


@pytest.mark.parametrize(("shape", "columns"), [((0, 1, 2, 2), None), ((2, 2, 2), None), ((2, 1, 2, 2), 0)])
def test_grid_refuses_what_it_cannot_lay_out(shape: tuple[int, ...], columns: int | None) -> None:
    with pytest.raises(OptionError):
        grid(torch.zeros(shape), columns)


def test_slerp_stays_on_the_sphere_and_meets_its_ends() -> None:
    a, b = torch.nn.functional.normalize(torch.randn(2, 7, 16, generator=torch.Generator().manual_seed(0)), dim=-1)
    torch.testing.assert_close(slerp(a, b, 0.0), a)
    torch.testing.assert_close(slerp(a, b, 1.0), b)
    torch.testing.assert_close(slerp(a, b, 0.3).norm(dim=-1), torch.ones(7))
    torch.testing.assert_close(slerp(a, a, 0.5), a)
    way = linspace(a, b, 5, spherical=True)
    assert way.shape == (5, 7, 16)
    torch.testing.assert_close(way[2], slerp(a, b, 0.5))
    torch.testing.assert_close(linspace(a, b, 3)[1], lerp(a, b, 0.5))


def test_total_variation_of_stripes() -> None:
    stripes = torch.tensor([0.0, 1.0]).repeat(4).expand(1, 1, 8, 8)
    assert total_variation(stripes).item() == 1
    assert total_variation(torch.ones(2, 3, 4, 4)).tolist() == [0, 0]


def test_pictures_save_one_grid_and_folder(tmp_path: Path) -> None:
    shown = Pictures(torch.rand(5, 3, 8, 8), ["a", "b", "c", "d", "e"])
    assert len(shown) == 5 and len(shown[1:3]) == 2 and shown[1:3].captions == ["b", "c"]
    assert [image.size for image in shown] == [(8, 8)] * 5
    shown.save(tmp_path / "deep" / "folder")
    assert sorted(p.name for p in (tmp_path / "deep" / "folder").iterdir()) == [f"000{i}.png" for i in range(5)]
    with Image.open(shown.save(tmp_path / "grid.png")) as sheet:
        assert sheet.width >= 3 * 96  # enlarged so that one can see them
    with Image.open(shown[:1].save(tmp_path / "one.png")) as one:
        assert one.size == (8, 8)
        assert list(one.getpixel((2, 3))) == (shown.tensor[0, :, 3, 2] * 255).round().int().tolist()
    assert not list(tmp_path.rglob("*.part"))
    with Image.open(io.BytesIO(shown._repr_png_())) as again:
        assert again.format == "PNG"


def test_pictures_refuse_in_a_sentence(tmp_path: Path) -> None:
    two = Pictures(torch.rand(2, 1, 4, 4))
    with pytest.raises(OptionError, match="exactly one"):
        two.save(tmp_path / "a.png", as_="picture")
    with pytest.raises(OptionError, match=r"suffix '\.xyz'"):
        two.save(tmp_path / "a.xyz")
    with pytest.raises(OptionError, match=r"\(2, 4, 4, 1\)"):
        Pictures(torch.rand(2, 4, 4, 1))
    with pytest.raises(OptionError, match="3 captions for 2"):
        Pictures(torch.rand(2, 1, 4, 4), ["a", "b", "c"])
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Pictures(torch.zeros(1, 1, 4, 4)).save(tmp_path / "a.png")
    before = path.read_bytes()

    def broken(self: Image.Image, file: Path, *args: object) -> None:
        Path(file).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(Image.Image, "save", broken)
    with pytest.raises(OSError, match="disk full"):
        Pictures(torch.ones(1, 1, 4, 4)).save(path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_hangul_captions_use_the_packaged_font_or_warn_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pictures.hangul_font.cache_clear()
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "NanumGothic.ttf").touch()
    there = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: there)
    assert pictures.hangul_font() == str(tmp_path / "fonts" / "NanumGothic.ttf")

    pictures.hangul_font.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(pictures, "_HANGUL_FONTS", ())
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert Pictures(torch.rand(2, 1, 8, 8), ["고양이", "강아지"]).grid().width > 8
    assert [r.message for r in caplog.records if "makebelieve[korean]" in r.message] == [caplog.records[0].message]
    pictures.hangul_font.cache_clear()


def test_a_long_caption_is_cut_not_overlapping() -> None:
    short, long = (Pictures(torch.zeros(2, 1, 8, 8), ["", text]).grid() for text in ("x", "many words " * 20))
    assert short.size == long.size
    left = long.crop((0, 0, long.width // 2 - 6, long.height))
    assert left.tobytes() == short.crop((0, 0, long.width // 2 - 6, long.height)).tobytes()


def test_pictures_as_networks_take_them():
    import numpy as np

    bytes_ = torch.randint(0, 255, (4, 1, 6, 6), dtype=torch.uint8)
    for given in (bytes_, bytes_.numpy(), bytes_ / 255, Pictures(bytes_)):
        torch.testing.assert_close(as_batch(given, (1, 6, 6)), bytes_ / 255)
    assert as_batch(np.zeros((1, 6, 6)), [1, 6, 6]).shape == (1, 1, 6, 6)
    for wrong in (
        torch.zeros(2, 3, 6, 6),
        torch.zeros(6, 6),
        torch.full((1, 1, 6, 6), 1.5),
        torch.full((1, 1, 6, 6), torch.nan),
    ):
        with pytest.raises(DataError):
            as_batch(wrong, (1, 6, 6))
