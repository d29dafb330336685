"""What a person does with mouse and keyboard, done in chromium; no page may complain, or ask another server."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

pytest.importorskip("playwright", reason="playwright is not installed")


def shown(visitor, selector):
    """The pixels of a picture in the page, as shown."""
    with Image.open(io.BytesIO(visitor.page.locator(selector).first.screenshot())) as picture:
        return picture.convert("RGB").tobytes()


def pulse(visitor, run):
    return visitor.api(f"/api/runs/{run}")["pulse"] or {}


def started(visitor):
    """The ID of the run whose page is open."""
    visitor.page.wait_for_url(re.compile("/runs/[0-9a-f]+"))
    return visitor.page.url.rpartition("/runs/")[2].partition("?")[0]


@pytest.fixture
def ended(studio):
    """Stops what a test has started, so that the next does not wait for it."""
    yield
    from opened import Web

    web = Web(studio)
    for run in web.get("/api/runs")["runs"]:
        if run["state"] in ("running", "waiting"):
            web.post(f"/api/runs/{run['id']}/control", {"do": "stop"})
    web.until(lambda: all(run["state"] not in ("running", "waiting") for run in web.get("/api/runs")["runs"]))


def test_a_click_trains_a_gan_whose_wall_changes_and_that_can_be_led(visit, ended):
    visitor = visit()
    page = visitor.page
    page.locator("[data-system=gan] button.main.try").click()
    run = started(visitor)
    page.locator(".run-frame img").wait_for()
    visitor.wait("() => Number(document.querySelector('.run-frame').dataset.step) > 0")
    later = shown(visitor, ".run-frame img")

    page.get_by_role("button", name="Pause", exact=True).click()
    visitor.until(lambda: pulse(visitor, run).get("state") == "paused")
    step = pulse(visitor, run)["step"]
    page.get_by_role("button", name="One step", exact=True).click()
    visitor.until(lambda: pulse(visitor, run)["step"] == step + 1)
    page.get_by_role("button", name="Only critic", exact=True).click()
    page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_text("Learning: critic").wait_for()

    page.get_by_role("slider", name="Moment of the run").press("Home")
    visitor.wait("() => document.querySelector('.run-frame').dataset.step === '0'")
    assert shown(visitor, ".run-frame img") != later
    page.wait_for_url(re.compile(r"[?&]step=0\b"))
    page.get_by_text("The same in Python").click()
    assert "mb.gan(" in page.locator("details.code code").inner_text()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.locator(".run-page").get_by_text("Stopped", exact=True).first.wait_for()


def test_a_training_outlives_the_server_and_goes_on_at_its_next_start(visit, studio, ended):
    visitor = visit()
    body = {"system": "gan", "data": {"door": "images", "arguments": {"source": "digits"}}}
    body |= {"options": {"network": "mlp", "latent": 8}, "fit": {"epochs": 40}}
    run = visitor.api("/api/runs", body)["id"]
    visitor.api(f"/api/runs/{run}/control", {"do": "slow", "seconds": 0.02})
    visitor.until(lambda: pulse(visitor, run).get("step", 0) > 3)
    visitor.goto(f"/runs/{run}")
    visitor.forgive("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET")

    studio.kill()
    visitor.page.get_by_text("The connection to the studio is cut").wait_for()
    studio.start()
    visitor.enter()
    found = visitor.api(f"/api/runs/{run}")
    assert found["state"] == "running"
    visitor.until(lambda: pulse(visitor, run)["step"] > found["step"])  # the same process, which nobody interrupted

    assert studio.stop() == 0
    studio.start()
    visitor.enter()
    visitor.goto(f"/runs/{run}")
    visitor.until(lambda: visitor.api(f"/api/runs/{run}")["state"] == "running")
    visitor.api(f"/api/runs/{run}/control", {"do": "slow", "seconds": 0})
    visitor.page.locator(".run-page").get_by_text("Finished", exact=True).first.wait_for()
    records = visitor.api(f"/api/runs/{run}/history?from=0")["records"]
    assert [record["epoch"] for record in records if record["kind"] == "epoch"] == list(range(1, 41))


def test_the_latent_plane_follows_arrow_keys_and_its_place_is_in_the_address(visit):
    visitor = visit()
    page = visitor.goto(f"/explore/{visitor.run('vae-001')}")
    page.locator("canvas.plane").wait_for()
    picture = ".space .picture img"
    visitor.wait("(selector) => document.querySelector(selector)?.naturalWidth > 0", picture)
    before = page.locator(picture).first.get_attribute("src")
    for _ in range(12):
        page.locator("canvas.plane").press("ArrowRight")
    visitor.wait("([selector, src]) => document.querySelector(selector).src !== src", [picture, before])
    page.wait_for_url(re.compile(r"[?&]z=-?[\d.]+_"))
    words = "document.getElementById('plane-words')?.textContent"
    visitor.wait(f"() => {words} && !{words}.includes('z1 = 0,')")
    here = page.evaluate(words)
    page.reload()
    visitor.wait(f"(here) => {words} === here", here)


def test_the_writer_writes_and_its_bars_follow_the_temperature(visit):
    visitor = visit()
    page = visitor.goto(f"/explore/{visitor.run('language_model-001')}?text=the%20ca")
    bars = ".bars"
    page.locator(bars).first.wait_for()
    cold = page.locator(bars).first.inner_text()
    page.get_by_role("slider", name="Temperature").fill("2")
    visitor.wait("([selector, text]) => document.querySelector(selector).innerText !== text", [bars, cold])
    page.get_by_role("button", name="Write on").click()
    visitor.wait("() => document.querySelector('textarea').value.length > 12")
    assert page.locator("textarea").input_value().startswith("the ca")


def test_korean_is_everywhere_and_stays(visit):
    visitor = visit()
    page = visitor.page
    page.locator("#language").click()
    visitor.wait("() => /[가-힣]/.test(document.querySelector('main h1')?.textContent)")
    page.locator("#theme").click()
    for path in ("/", "/data", "/compare", f"/explore/{visitor.run('gan-001')}", f"/runs/{visitor.run('gan-001')}"):
        visitor.goto(path)
        page.locator("main h1").wait_for()
        assert page.locator("html").get_attribute("lang") == "ko"
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert re.search("[가-힣]", page.locator("main").inner_text())
