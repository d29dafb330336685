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


RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


def faultless(visitor):
    """Axe finds no serious fault of accessibility in the open page, in either theme."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = []
    visitor.page.locator("main h1").first.wait_for()
    visitor.quiet()
    for rules in (RULES, CONTRAST):  # colours are all that another theme changes
        theme = visitor.page.locator("html").get_attribute("data-theme")
        for one in axe.Axe().run(visitor.page, options=rules).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                found.append(f"{theme}: {one['id']} at {[node['target'][0] for node in one['nodes']][:4]}")
        visitor.page.locator("#theme").click()
    assert not found, "\n".join(found)


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
    faultless(visitor)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.locator(".run-page").get_by_text("Stopped", exact=True).first.wait_for()


@pytest.fixture
def other(chromium, tmp_path):
    """A studio with no runs yet, and a visitor whose connections may break."""
    from opened import Studio, Visitor

    studio = Studio(tmp_path / "runs", log=tmp_path / "log", OMP_NUM_THREADS="1")
    visitor = Visitor(chromium, studio)
    visitor.forgive("net::ERR_")
    visitor.enter()
    yield studio, visitor
    visitor.close()
    studio.stop()
    assert not visitor.faults, "\n".join(visitor.faults)


def test_a_training_outlives_the_server_and_goes_on_at_its_next_start(other):
    studio, visitor = other
    page = visitor.page
    body = {"system": "gan", "data": {"door": "images", "arguments": {"source": "digits"}}}
    body |= {"options": {"network": "mlp", "latent": 8}, "fit": {"epochs": 12}}
    run = visitor.api("/api/runs", body)["id"]
    visitor.api(f"/api/runs/{run}/control", {"do": "slow", "seconds": 0.05})
    visitor.goto(f"/runs/{run}")
    page.locator(".run-frame img").wait_for()

    studio.kill()
    page.get_by_text("The connection to the studio is cut").wait_for()
    studio.start()
    visitor.enter()
    found = visitor.api(f"/api/runs/{run}")
    assert found["state"] == "running"
    visitor.until(lambda: pulse(visitor, run)["step"] > found["step"])  # the same process, which nobody interrupted

    assert studio.stop() == 0  # its trainers save and end
    studio.start()
    visitor.enter()
    visitor.goto(f"/runs/{run}")
    visitor.until(lambda: visitor.api(f"/api/runs/{run}")["state"] == "running")
    visitor.api(f"/api/runs/{run}/control", {"do": "slow", "seconds": 0})
    page.locator(".run-page").get_by_text("Finished", exact=True).first.wait_for()
    records = visitor.api(f"/api/runs/{run}/history?from=0")["records"]
    assert [record["epoch"] for record in records if record["kind"] == "epoch"] == list(range(1, 13))


def test_the_latent_plane_follows_arrow_keys_and_its_place_is_in_the_address(visit):
    visitor = visit("/explore/vae-001")
    page = visitor.page
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
    faultless(visitor)


def test_the_writer_writes_and_its_bars_follow_the_temperature(visit):
    visitor = visit("/explore/language_model-001?text=the%20ca")
    page = visitor.page
    bars = ".bars"
    page.locator(bars).first.wait_for()
    cold = page.locator(bars).first.inner_text()
    page.get_by_role("slider", name="Temperature").fill("2")
    visitor.wait("([selector, text]) => document.querySelector(selector).innerText !== text", [bars, cold])
    page.get_by_role("button", name="Write on").click()
    visitor.wait("() => document.querySelector('textarea').value.length > 12")
    page.get_by_role("button", name="Stop", exact=True).click()
    assert page.locator("textarea").input_value().startswith("the ca")
    faultless(visitor)


def test_korean_is_everywhere_and_stays(visit):
    visitor = visit()
    page = visitor.page
    page.locator("#language").click()
    visitor.wait("() => /[가-힣]/.test(document.querySelector('main h1')?.textContent)")
    page.locator("#theme").click()
    for path in ("/", "/data", "/compare", "/explore/gan-001", "/runs/gan-001"):
        visitor.goto(path)
        page.locator("main h1").wait_for()
        assert page.locator("html").get_attribute("lang") == "ko"
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert re.search("[가-힣]", page.locator("main").inner_text())


def bars(visitor):
    return visitor.page.locator(".bars").first.inner_text()


def test_a_picture_of_ones_own_is_recognised_and_a_drawn_one_stroke_by_stroke(visit, tiny, tmp_path):
    visitor = visit("/explore/classifier-001")
    page = visitor.page
    page.locator("input[type=file]").first.wait_for(state="attached")
    from sklearn.datasets import load_digits

    four = load_digits().images[4]
    Image.fromarray((four * 255 / 16).astype("uint8")).resize((64, 64), Image.Resampling.NEAREST).save(
        tmp_path / "4.png"
    )
    page.locator("input[type=file]").first.set_input_files(tmp_path / "4.png")
    page.locator(".bars .best", has_text=re.compile(r"^\s*4")).wait_for()
    uploaded = bars(visitor)

    page.get_by_role("button", name="Wipe").click()
    box = page.locator("canvas").first.bounding_box()
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 6
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across, down + box["height"] / 3, steps=6)
    visitor.wait("(before) => ![before, ''].includes(document.querySelector('.bars').innerText)", uploaded)
    half = bars(visitor)
    page.mouse.move(across + box["width"] / 3, down + box["height"] / 2, steps=6)
    page.mouse.up()
    visitor.wait("(before) => document.querySelector('.bars').innerText !== before", half)
    faultless(visitor)


def test_a_dream_of_ones_own_classifier_grows_and_is_scrubbed_back(visit, tiny, tmp_path, ended):
    visitor = visit()
    page = visitor.page
    page.locator("[data-system=dream] summary").click()
    page.locator("[data-system=dream] [data-kind=photo] input[type=file]").set_input_files(
        tiny / "files/photos/dawn/01.png"
    )
    page.locator("[data-system=dream] .thumbs img").wait_for()
    page.locator("[data-system=dream] select").first.select_option(label="classifier-001 (your own run)")
    page.get_by_role("button", name="Dream", exact=True).click()
    run = started(visitor)
    page.locator(".run-page").get_by_text("Finished", exact=True).first.wait_for()
    page.get_by_role("slider", name="Moment of the run").press("Home")
    visitor.wait("() => document.querySelector('.run-frame').dataset.step === '0'")
    awake = shown(visitor, ".run-frame img")
    page.get_by_role("button", name="Live", exact=True).click()
    visitor.wait("() => Number(document.querySelector('.run-frame').dataset.step) > 10")
    assert shown(visitor, ".run-frame img") != awake
    page = visitor.goto(f"/explore/{run}")
    page.get_by_role("slider", name="Frame").press("Home")
    page.get_by_text(re.compile("^step 0 of ")).wait_for()
    faultless(visitor)


PLACES = ["/", "/data", "/compare?ids=gan-001,vae-001", "/layers/classifier-001", "/runs/forecaster-001"]


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_no_serious_fault_on_pages_in_either_theme(visit, place):
    faultless(visit(place))


MORE = [
    pytest.param(system, marks=pytest.mark.slow) for system in ("autoencoder", "diffusion", "stylizer", "translator")
]


@pytest.mark.parametrize("system", ["forecaster", "gan", "recommender", *MORE])  # each waits for a process of its own
def test_what_was_learnt_is_shown_and_axe_finds_no_serious_fault(visit, system):
    faultless(visit(f"/explore/{system}-001"))
