"""The page of what layers see."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import torch
from PIL import Image

from makebelieve.explain import ChannelSheet, Field, LayerSheet
from makebelieve.report.layers import write_layers


def sheets(channels: int = 3, side: int = 40, colours: int = 3) -> list[LayerSheet]:
    generator = torch.Generator().manual_seed(0)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)

    def channel(number: int, small: int) -> ChannelSheet:
        patches, backs = (drawn(9, colours, small, small) for _ in range(2))
        return ChannelSheet(number, patches, backs, drawn(colours, 56, 56), (2.0, 1.0), ("a", "b"))

    first = LayerSheet("0.<b>", (8, 20, 20), Field((5, 5), (1, 1), (-2, -2)), tuple(channel(i, 5) for i in range(2)))
    field = Field((side, side), (0, 0), (0, 0))
    return [first, LayerSheet("4.conv", (64, 5, 5), field, tuple(channel(10 + i, side) for i in range(channels)))]


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.addresses, self.alts = "", [], [], []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "srcset")]
        self.alts += [value or "" for name, value in attrs if name == "alt"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_shows_each_layer_and_channel_and_needs_no_network(tmp_path: Path) -> None:
    path = write_layers(
        tmp_path / "new" / "layers.html", "What <i>it</i> sees", sheets(), filters=torch.rand(8, 3, 5, 5)
    )
    html = path.read_text(encoding="utf-8")
    page = Page(html)
    for told in ("0.<b>", "8 channels of 20 × 20", "5 × 5 pixels", "4.conv", "the whole picture", "channel 12", "1.5"):
        assert told in page.text
    assert not {"b", "i", "a", "link", "iframe"} & set(page.tags)
    assert page.tags.count("details") == 2 + 5 and page.tags.count("summary") == 7
    assert len(page.addresses) == len(page.alts) == 1 + 5 * 3
    assert all(re.match(r"data:image/(png|webp);base64,", address) for address in page.addresses)
    assert not re.search(r"https?://|@import|url\(", html)
    assert "default-src 'none'" in html and "to keep this page" not in page.text.lower()
    assert not list(path.parent.glob("*.part"))


def test_it_is_korean_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    html = write_layers(tmp_path / "layers.html", "층", sheets()).read_text(encoding="utf-8")
    assert '<html lang="ko">' in html and "채널 12" in html and "그림 전체" in html


def test_it_stays_below_its_size_and_says_what_is_left_out(tmp_path: Path) -> None:
    many = sheets(channels=12)
    whole = write_layers(tmp_path / "a.html", "all", many)
    size = whole.stat().st_size
    smaller = write_layers(tmp_path / "b.html", "smaller", many, most_bytes=int(size * 0.7))
    assert smaller.stat().st_size <= size * 0.7 and "of 14 channels" not in smaller.read_text(encoding="utf-8")
    few = write_layers(tmp_path / "c.html", "few", many, most_bytes=60_000)
    text = Page(few.read_text(encoding="utf-8")).text
    assert few.stat().st_size <= 60_000
    assert re.search(r"below 0\.06 MB it shows \d+ of 14 channels", text)
    assert "channel 10" in text and "channel 21" not in text
    least = write_layers(tmp_path / "d.html", "least", many, most_bytes=10)
    assert Page(least.read_text(encoding="utf-8")).tags.count("details") == 4


def test_signed_pictures_of_nothing_are_grey(tmp_path: Path) -> None:
    patches = torch.zeros(1, 1, 40, 40, dtype=torch.uint8)
    sheet = ChannelSheet(0, patches, torch.full_like(patches, 128))
    layer = LayerSheet("a", (1, 2, 2), Field((40, 40), (1, 1), (0, 0)), (sheet,))
    address = Page(write_layers(tmp_path / "a.html", "a", [layer]).read_text(encoding="utf-8")).addresses[1]
    picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("L")
    assert abs(picture.getpixel((40, 40)) - 128) < 4


def test_grey_pictures_patches_alone_and_no_layers_are_borne(tmp_path: Path) -> None:
    bare = [
        LayerSheet("a", (1, 2, 2), Field((3, 3), (1, 1), (0, 0)), (ChannelSheet(0, torch.zeros(2, 1, 3, 3).byte()),)),
        *sheets(colours=1),
    ]
    assert Page(write_layers(tmp_path / "a.html", "grey", bare).read_text(encoding="utf-8")).tags.count("img") == 16
    assert Page(write_layers(tmp_path / "b.html", "none", []).read_text(encoding="utf-8")).tags.count("img") == 0
