"""The page of data in a browser: an archive is brought and looked at, sounds are recorded into bins."""

from __future__ import annotations

import io
import urllib.parse
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")  # beeps in place of a microphone


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for i in range(12):
            drawn = io.BytesIO()
            Image.effect_noise((20, 16 + i), 80).save(drawn, "PNG")
            file.writestr(f"pets/{'고양이' if i % 2 else 'dog'}/{i}.png", drawn.getvalue())
        file.writestr("pets/dog/drawing.png", "<svg onload=alert(1)></svg>")
    return out.getvalue()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("fastapi", reason="the extra studio is not installed")
    pytest.importorskip("soundfile", reason="the extra audio is not installed")
    from opened import Studio

    folder = tmp_path_factory.mktemp("data")
    opened = Studio(folder / "runs", log=folder / "log", OMP_NUM_THREADS="1")
    yield opened
    assert opened.stop() == 0
    assert "Traceback" not in opened.log.read_text()


@pytest.fixture(scope="module")
def visitor(studio: Any) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    import opened

    if opened.chromium() is None:
        pytest.skip("there is no chromium here; CHROMIUM may name one")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=opened.chromium(), args=["--no-sandbox", *FAKE])
        visitor = opened.Visitor(browser, studio)
        visitor.goto(f"/data?token={studio.token}")
        yield visitor
        assert visitor.faults == []
        browser.close()


def test_an_archive_is_brought_and_looked_at(visitor: Any) -> None:
    page = visitor.goto("/data?way=upload&for=classifier")
    page.set_input_files(
        ".drop input >> nth=0", [{"name": "pets.zip", "mimeType": "application/zip", "buffer": archive()}]
    )
    page.wait_for_selector(".data-seen", timeout=60_000)
    assert page.locator(".data-items figure").count() == 10
    assert set(page.locator(".data-items figcaption").all_inner_texts()) == {"dog", "고양이"}
    skipped = page.locator(".data-skipped").inner_text()
    assert "drawing.png" in skipped and "no picture" in skipped
    link = page.locator(".uses a").first
    assert "Classifier" in link.inner_text()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link.get_attribute("href")).query)
    assert '"door":"images"' in query["data"][0] and '"upload":' in query["data"][0] and query["open"] == ["classifier"]
    page.reload()  # the address keeps what was chosen
    page.wait_for_selector(".data-seen", timeout=60_000)
    page.locator("#data-size").fill("16")
    page.keyboard.press("Tab")
    page.wait_for_selector("text=1 × 16 × 16", timeout=60_000)


def test_sounds_are_recorded_into_bins_by_keyboard(visitor: Any) -> None:
    page = visitor.goto("/data?way=record")
    page.locator("#data-clip").select_option("1")  # the beeps are shorter apart, so none is silence
    page.locator(".bin input").first.fill("휘파람")
    for i in range(2):
        many = page.locator(".bin").nth(i).get_by_role("button", name="in a row")
        many.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f".bin:nth-of-type({i + 1}) .clips li:nth-child(5)", timeout=30_000)
        page.wait_for_selector("button.main:not(:disabled), .bin button:not(:disabled)")
    page.locator(".bin").nth(1).get_by_role("button", name="Delete sound 5").click()
    page.get_by_role("button", name="Use these sounds").click()
    page.wait_for_selector(".data-seen tbody th", timeout=60_000)
    assert page.locator(".data-seen tbody th").all_inner_texts() == ["no", "휘파람"]
    facts = visitor.api("/api/data/uploads")[0]
    assert facts["classes"] == {"no": 4, "휘파람": 5} and facts["kind"] == "sounds"


def test_a_missing_microphone_is_said_plainly(visitor: Any) -> None:
    page = visitor.goto("/data")
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError')) }"
    )
    page.get_by_role("button", name="Record sounds").click()
    page.locator(".bin button").first.click()
    page.wait_for_selector("p:has-text('There is no microphone')")
