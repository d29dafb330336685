"""Acts of what writes, recognises, recommends and forecasts, on tiny learners and in this process."""

from __future__ import annotations

import ast
import base64
import io
import json
import shutil
import subprocess
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import makebelieve as mb
from makebelieve.errors import MakebelieveError
from makebelieve.studio.explorer import deciding, forecasting, recommending, writing
from makebelieve.studio.explorer.explored import Explored
from makebelieve.systems.language_model.sampling import Sampling, filtered, probabilities

SMALL: dict[str, Any] = {"device": "cpu", "precision": "float32", "batch_size": 32}
BOOK = "the cat sat on the mat. a dog ran to the door. " * 30
KOREAN = "고양이가 방에 앉았다. 개가 문으로 뛰었다. " * 30


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deciding")


def explored(learn: Any, place: Path) -> Explored:
    learn.fit(steps=2)
    return Explored(place)


def ask(module: Any, run: Explored, act: str, files: tuple[bytes, ...] = (), **request: Any) -> dict[str, Any]:
    assert module.serves(run.learn)
    found: dict[str, Any] = module.ACTS[act](run, request, list(files))
    compile(found["code"], act, "exec")
    return found


def png(picture: torch.Tensor) -> bytes:
    out = io.BytesIO()
    Image.fromarray((picture * 255).byte().numpy()).save(out, "PNG")
    return out.getvalue()


def pixels_of(address: str) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))


# ---------------------------------------------------------------- writing


def written(place: Path, text: str, **options: Any) -> Explored:
    place.mkdir(parents=True, exist_ok=True)
    (place / "book.txt").write_text(text, encoding="utf-8")
    data = mb.text(str(place / "book.txt"), **options)
    return explored(mb.language_model(data, hidden=12, window=16, run=place / "run", **SMALL), place / "run")


@pytest.fixture(scope="module")
def writer(place: Path) -> Explored:
    return written(place / "en", BOOK)


def test_the_next_scores_are_those_that_generate_draws_from(writer: Explored) -> None:
    found = ask(writing, writer, "next", text="the c")
    learn = writer.learn
    greedy = learn.generate("the c", 1, greedy=True)
    assert greedy == "the c" + found["names"][0]
    assert found["scores"] == sorted(found["scores"], reverse=True)
    assert len(found["scores"]) == len(learn.tokens) - len(learn.tokens.special)
    every = learn.next_scores("the c")
    assert found["scores"][0] == pytest.approx(float(every[found["tokens"][0]]), abs=1e-3)


def test_a_text_that_grows_gives_the_scores_of_the_whole(writer: Explored) -> None:
    for text in ("the ", "the cat", "the cat sat", "a dog", ""):
        grown = ask(writing, writer, "next", text=text)["scores"]
        assert grown == pytest.approx(ask(writing, Explored(writer.run), "next", text=text)["scores"], abs=2e-4)


def test_a_forced_token_goes_into_the_text(writer: Explored) -> None:
    found = ask(writing, writer, "next", text="the ")
    token = found["names"].index("m")
    forced = ask(writing, writer, "next", text="the ", force=found["tokens"][token])
    assert (forced["text"], forced["ids"]) == ("the m", [])
    assert forced["scores"] == ask(writing, writer, "next", text="the m")["scores"]


@pytest.mark.parametrize("options", [{"hangul": "jamo"}, {"level": "bpe", "vocabulary": 280}])
def test_korean_is_forced_piece_by_piece(place: Path, options: dict[str, Any]) -> None:
    run = written(place / f"ko-{options.get('level', 'char')}", KOREAN, **options)
    text, ids = "개가", []
    wanted = run.learn.tokens.encode("개가 문")[len(run.learn.tokens.encode("개가")) :].tolist()
    for token in wanted:
        found = ask(writing, run, "next", text=text, ids=ids, force=token)
        text, ids = found["text"], found["ids"]
        assert "\ufffd" not in text
    assert text == "개가 문"
    assert ids == []


def test_scores_after_half_a_syllable_are_those_of_its_program(place: Path) -> None:
    run = written(place / "half", KOREAN, hangul="jamo")
    wanted = run.learn.tokens.encode("문").tolist()
    found = ask(writing, run, "next", text="개가 ", force=wanted[0])
    assert found["ids"] == wanted[:1]
    given = ast.literal_eval(found["code"].split("next_scores(")[1].split(")")[0])
    scores = run.learn.next_scores(given)[found["tokens"]].tolist()
    assert found["scores"] == pytest.approx(scores, abs=1e-3)


def test_greedy_stands_beside_sampled_and_a_seed_repeats(writer: Explored) -> None:
    options = {"text": "the ", "n": 12, "temperature": 1.5, "seed": 3, "top_k": 5, "top_p": 0.9, "both": True}
    one, two = ask(writing, writer, "write", **options), ask(writing, writer, "write", **options)
    assert one == two
    assert one["greedy"] == writer.learn.generate("the ", 12, greedy=True)
    assert one["text"] == writer.learn.generate("the ", 12, temperature=1.5, seed=3, top_k=5, top_p=0.9)


def test_surprise_is_told_of_every_piece(writer: Explored) -> None:
    found = ask(writing, writer, "surprise", text="the cat")
    assert "".join(piece for piece, _ in found["pieces"]) == "the cat"
    assert found["pieces"][0][1] is None
    assert found["nats"] == pytest.approx(float(writer.learn.surprise("the cat").mean()))


@pytest.mark.parametrize(
    ("act", "request_"),
    [
        ("next", {"text": "§"}),
        ("next", {"text": 3}),
        ("next", {"ids": [10**6]}),
        ("write", {"n": 0}),
        ("write", {"temperature": -1}),
        ("write", {"top_p": 2}),
        ("surprise", {"text": "a"}),
        ("surprise", {}),
    ],
)
def test_bad_requests_of_the_writer_are_refused(writer: Explored, act: str, request_: dict[str, Any]) -> None:
    with pytest.raises(MakebelieveError):
        ask(writing, writer, act, **request_)


# ---------------------------------------------------------------- recognising


@pytest.fixture(scope="module")
def halves(place: Path) -> Explored:
    """Bright above or bright below, 12 × 12."""
    torch.manual_seed(0)
    x = torch.rand(64, 1, 12, 12) * 0.2
    labels = ["above" if i % 2 else "below" for i in range(64)]
    for i in range(64):
        x[i, :, : 6 if i % 2 else 12] += 0.0
        x[i, :, slice(0, 6) if i % 2 else slice(6, 12)] += 0.7
    for i in range(64):
        file = place / "halves" / labels[i] / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(x[i, 0]))
    data = mb.images(str(place / "halves"), size=12, channels=1, valid=0.25)
    learn = mb.classifier(data, run=place / "halves-run", device="cpu", precision="float32", batch_size=8)
    learn.fit_one_cycle(4)
    return Explored(place / "halves-run")


def above() -> bytes:
    picture = torch.full((12, 12), 0.1)
    picture[:6] = 0.8
    return png(picture)


def test_a_picture_is_recognised_as_predict_does(halves: Explored) -> None:
    found = ask(deciding, halves, "predict", (above(),))
    said = halves.learn.predict(above())
    assert found["label"] == said.label
    assert dict(found["bars"]) == pytest.approx(dict(said.probabilities))
    assert pixels_of(found["picture"]).shape == (12, 12)


def test_erasing_what_decided_changes_the_bars(halves: Explored) -> None:
    before = dict(ask(deciding, halves, "predict", (above(),))["bars"])
    after = dict(ask(deciding, halves, "predict", (above(),), covers=[[0, 0, 1, 0.5]])["bars"])
    assert after["above"] < before["above"]


@pytest.mark.parametrize("how", ["grad_cam", "occlusion"])
def test_what_decided_is_a_picture_to_lay_over(halves: Explored, how: str) -> None:
    found = ask(deciding, halves, "explain", (above(),), target="above", how=how)
    heat = pixels_of(found["heat"])
    assert heat.shape == (12, 12, 4)
    assert found["label"] == "above"
    assert np.array(found["grid"]).max() <= 1
    assert len(found["grid"]) == 12


def test_an_item_of_the_data_can_be_asked_about(halves: Explored) -> None:
    found = ask(deciding, halves, "example", n=3)
    assert found["truth"] in ("above", "below")
    same = ask(deciding, halves, "predict", example=found["n"])
    assert same["picture"] == found["picture"]


def test_facts_tell_the_page_what_to_show(halves: Explored) -> None:
    told = deciding.facts(halves)
    assert told["kind"] == "pictures"
    assert told["classes"] == ["above", "below"]
    assert told["shape"] == [1, 12, 12]
    assert told["examples"] is True
    assert told["light_on_dark"] is True


@pytest.mark.parametrize(
    ("files", "request_"),
    [
        ((), {}),
        ((b"no picture",), {}),
        ((above(), above()), {}),
        ((above(),), {"covers": [[0, 0, 1]]}),
        ((above(),), {"covers": [["a", 0, 1, 1]]}),
        ((), {"example": -1}),
        ((), {"example": 10**6}),
    ],
)
def test_bad_requests_of_the_recogniser_are_refused(
    halves: Explored, files: tuple[bytes, ...], request_: dict[str, Any]
) -> None:
    with pytest.raises(MakebelieveError):
        ask(deciding, halves, "predict", files, **request_)


def test_no_such_class_has_no_evidence(halves: Explored) -> None:
    with pytest.raises(MakebelieveError, match="above"):
        ask(deciding, halves, "explain", (above(),), target="sideways")


@pytest.fixture(scope="module")
def reader(place: Path) -> Explored:
    rows = [
        "text,label",
        *[f"{'a fine film' if i % 2 else 'a bad film'} {i},{'good' if i % 2 else 'poor'}" for i in range(60)],
    ]
    (place / "films.csv").write_text("\n".join(rows), encoding="utf-8")
    data = mb.text(str(place / "films.csv"), level="word", valid=0.25)
    learn = mb.classifier(data, run=place / "films-run", device="cpu", precision="float32")
    learn.fit(2)
    return Explored(place / "films-run")


def test_a_text_is_recognised_and_its_words_explained(reader: Explored) -> None:
    found = ask(deciding, reader, "predict", text="a fine film")
    assert dict(found["bars"]) == pytest.approx(dict(reader.learn.predict("a fine film").probabilities))
    told = ask(deciding, reader, "explain", text="a fine film", target="good")
    assert [word for word, _ in told["words"]] == ["a", "fine", "film"]
    assert told["label"] == "good"
    assert ask(deciding, reader, "example", n=1)["text"]


def test_a_text_is_never_taken_for_a_file(reader: Explored, place: Path) -> None:
    file = place / "secret.txt"
    file.write_text("a bad film", encoding="utf-8")
    told = ask(deciding, reader, "explain", text=str(file))
    assert [word for word, _ in told["words"]] == [str(file)]
    found = ask(deciding, reader, "predict", text=str(file))
    assert dict(found["bars"]) == pytest.approx(dict(reader.learn.predict(f"{file} ").probabilities))


def test_a_sound_is_recognised(place: Path) -> None:
    pytest.importorskip("soundfile", reason="the extra audio is not installed")
    waves = {"low": 300, "high": 1500}
    for name, hertz in waves.items():
        for i in range(8):
            file = place / "sounds" / name / f"{i}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(tone(hertz + 10 * i))
    data = mb.audio(str(place / "sounds"), rate=8000, seconds=0.25, valid=0.25)
    run = explored(
        mb.classifier(data, run=place / "sounds-run", device="cpu", precision="float32", batch_size=8),
        place / "sounds-run",
    )
    told = deciding.facts(run)
    assert (told["kind"], told["rate"]) == ("audio", 8000)
    found = ask(deciding, run, "predict", (tone(320),))
    assert found["label"] in waves
    assert found["picture"].startswith("data:image/png")
    assert ask(deciding, run, "explain", (tone(320),))["heat"].startswith("data:image/png")
    with pytest.raises(MakebelieveError):
        ask(deciding, run, "predict", (b"no sound",))


def tone(hertz: float, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.sin(np.arange(2000) * hertz * 2 * np.pi / rate) * 20000).astype("<i2").tobytes())
    return out.getvalue()


def test_rows_of_numbers_give_numbers(place: Path) -> None:
    x = torch.rand(60, 3)
    learn = mb.regressor(mb.arrays(x, (x.sum(1) * 10), valid=0.25), run=place / "rows", **SMALL)
    run = explored(learn, place / "rows")
    told = deciding.facts(run)
    assert (told["kind"], told["task"], told["classes"]) == ("numbers", "numbers", None)
    found = ask(deciding, run, "predict", numbers=[0.1, 0.2, 0.3])
    assert found["values"] == pytest.approx([run.learn.predict([0.1, 0.2, 0.3]).label])
    with pytest.raises(MakebelieveError):
        ask(deciding, run, "predict", numbers=[0.1, 0.2])
    with pytest.raises(MakebelieveError):
        ask(deciding, run, "example", n=0)  # made by the program, so they can't be had again


# ---------------------------------------------------------------- recommending


def films(place: Path, network: str) -> Explored:
    users = [user for user in range(14) for item in range(16) if (user + 2 * item) % 3]
    items = [item for user in range(14) for item in range(16) if (user + 2 * item) % 3]
    stars = [5.0 if user % 2 == item % 2 else 1.0 for user, item in zip(users, items, strict=True)]
    titles = {str(i): f"Film {i} (1990)" for i in range(16)}
    options: dict[str, Any] = {"factors": 3} if network in ("als", "dot") else {}
    data = mb.ratings((users, items, stars), titles=titles, range=(1, 5))
    learn = mb.recommender(data, network, run=place / network, device="cpu", **options)
    learn.fit(None if network != "dot" else 2)
    return Explored(place / network)


@pytest.fixture(scope="module")
def recommender(place: Path) -> Explored:
    return films(place, "als")


def test_stars_change_list_and_reasons(recommender: Explored) -> None:
    even = ask(recommending, recommender, "stars", ratings=[[0, 5], [1, 1], [2, 5]], n=6)
    odd = ask(recommending, recommender, "stars", ratings=[[0, 1], [1, 5], [2, 1]], n=6)
    assert even["known"] is True
    assert even["items"][0]["id"] % 2 == 0
    assert odd["items"][0]["id"] % 2 == 1
    assert {0, 1, 2}.isdisjoint(row["id"] for row in even["items"])
    assert [row["id"] for row in even["items"]] == recommender.learn.recommend(n=6, ratings={0: 5, 1: 1, 2: 5}).ids
    why = recommender.learn.reasons({0: 5, 1: 1, 2: 5}, [even["items"][0]["id"]])[0]
    assert [row["id"] for row in even["items"][0]["because"]] == why.ids


def test_a_visitor_without_stars_gets_what_is_popular(recommender: Explored) -> None:
    found = ask(recommending, recommender, "stars", ratings=[], n=4)
    assert found["known"] is False
    assert [row["id"] for row in found["items"]] == recommender.learn.popular(4).ids


@pytest.mark.parametrize("network", ["item_neighbours", "dot", "popular"])
def test_other_networks_answer_too(place: Path, network: str) -> None:
    run = films(place, network)
    found = ask(recommending, run, "stars", ratings=[[0, 5], [1, 2]], n=3)
    assert len(found["items"]) == 3
    assert len(ask(recommending, run, "map")["ids"]) == (16 if network == "dot" else 0)


def test_items_are_found_and_lie_on_a_map(recommender: Explored) -> None:
    assert ask(recommending, recommender, "search", words="3 FILM (")["items"][0] == [3, "Film 3 (1990)"]
    found = ask(recommending, recommender, "map")
    assert len(found["ids"]) == len(found["points"]) == 16
    assert ask(recommending, recommender, "similar", item=0, n=3)["items"][0]["id"] != 0


@pytest.mark.parametrize(
    ("act", "request_"),
    [
        ("stars", {"ratings": [[0, 9]]}),
        ("stars", {"ratings": [[99, 3]]}),
        ("stars", {"ratings": {"0": 3}}),
        ("stars", {"ratings": [[0, "a"]]}),
        ("similar", {"item": 99}),
        ("similar", {"item": None}),
        ("search", {"words": None}),
    ],
)
def test_bad_requests_of_the_recommender_are_refused(recommender: Explored, act: str, request_: dict[str, Any]) -> None:
    with pytest.raises(MakebelieveError):
        ask(recommending, recommender, act, **request_)


# ---------------------------------------------------------------- forecasting


@pytest.fixture(scope="module")
def forecaster(place: Path) -> Explored:
    days = [f"2024-{1 + i // 28:02d}-{1 + i % 28:02d}" for i in range(200)]
    rows = [f"{i},{10 + i % 7 + 0.1 * (i % 3)}" for i in range(len(days))]
    (place / "sales.csv").write_text("n,sold\n" + "\n".join(rows), encoding="utf-8")
    data = mb.series(str(place / "sales.csv"), target="sold", past=14, ahead=5)
    return explored(mb.forecaster(data, "linear", run=place / "sales", **SMALL), place / "sales")


def test_the_fan_follows_the_start(forecaster: Explored) -> None:
    told = forecasting.facts(forecaster)
    assert (told["past"], told["ahead"], told["season"]) == (14, 5, 7)
    whole = ask(forecasting, forecaster, "series")
    found = ask(forecasting, forecaster, "forecast", start=100)
    assert found["truth"] == whole["values"][100:105]
    assert found["naive"]["last"] == [whole["values"][99]] * 5
    assert found["naive"]["seasonal"] == pytest.approx(whole["values"][93:98])
    lines = np.array(found["lines"])
    assert (np.diff(lines, axis=0) >= 0).all()
    assert lines.shape == (len(found["quantiles"]), 5)
    same = forecaster.learn.forecast(end=100)
    np.testing.assert_allclose(lines, same.values[:, 0].T, rtol=1e-5)
    assert ask(forecasting, forecaster, "forecast")["truth"] == []


def test_values_of_ones_own_are_forecast(forecaster: Explored) -> None:
    found = ask(forecasting, forecaster, "given", values=[10.0 + i % 7 for i in range(30)])
    assert len(found["lines"][0]) == 5


@pytest.mark.parametrize("request_", [{"start": 3}, {"start": 10**6}, {"series": "x"}, {"target": "x"}])
def test_bad_requests_of_the_forecaster_are_refused(forecaster: Explored, request_: dict[str, Any]) -> None:
    with pytest.raises(MakebelieveError):
        ask(forecasting, forecaster, "forecast", **request_)


def test_too_few_values_are_refused(forecaster: Explored) -> None:
    with pytest.raises(MakebelieveError, match="14"):
        ask(forecasting, forecaster, "given", values=[1.0, 2.0, 3.0, 4.0])


# ---------------------------------------------------------------- the page's own arithmetic

SOFTMAX = Path(writing.__file__).parents[1] / "static" / "js" / "explore" / "deciding" / "softmax.js"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize(
    "options",
    [{}, {"temperature": 0.3}, {"temperature": 2.0, "k": 5}, {"p": 0.8}, {"k": 9, "p": 0.5}, {"temperature": 0}],
)
def test_the_page_reshapes_probabilities_as_generate_does(options: dict[str, Any], tmp_path: Path) -> None:
    scores = np.sort(np.random.default_rng(0).normal(0, 2, 40).astype(np.float32))[::-1]
    asked = {"temperature": 1.0, "k": None, "p": None, **options}
    script = tmp_path / "asked.mjs"
    told = f"shares({json.dumps(scores.tolist())}, {json.dumps(asked)})"
    shutil.copy(SOFTMAX, tmp_path / "softmax.mjs")
    script.write_text(f"import {{ shares }} from './softmax.mjs';\nconsole.log(JSON.stringify([...{told}]));", "utf-8")
    found = subprocess.run(["node", str(script)], capture_output=True, text=True, check=True)
    sampling = Sampling(temperature=max(asked["temperature"], 1e-9), top_k=asked["k"], top_p=asked["p"])
    if sampling.certain:
        wanted = np.eye(len(scores))[0]
    else:
        wanted = probabilities(filtered((scores / asked["temperature"])[None], sampling))[0]
    np.testing.assert_allclose(json.loads(found.stdout), wanted, atol=1e-6)
