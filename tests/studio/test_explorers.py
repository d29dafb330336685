"""Explorers: processes of one run each, asked over pipes; acts of generators in such a process."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

import makebelieve as mb
from makebelieve.studio import frames
from makebelieve.studio.explorer.explored import Explored, code_of
from makebelieve.studio.explorer.playing import wilson
from makebelieve.studio.explorer.process import answered
from makebelieve.studio.explorers import Explorers
from makebelieve.studio.refusals import Refusal, add_handlers
from makebelieve.studio.routes import explore
from makebelieve.studio.spare import Spare

SIZE = 8
Asked = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of tiny pictures in folders: one bright on the left, one on the right."""
    folder, draw = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for i in range(40):
        name = ("left", "right")[i % 2]
        x = draw.uniform(0, 0.3, (SIZE, SIZE))
        x[:, slice(0, 4) if name == "left" else slice(4, 8)] += 0.6
        (folder / name).mkdir(exist_ok=True)
        Image.fromarray((x * 255).astype(np.uint8)).save(folder / name / f"{i:02d}.png")
    return folder


@pytest.fixture(scope="module")
def data(pictures: Path) -> Any:
    return mb.images(pictures, size=SIZE, channels=1)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, data: Any) -> dict[str, Path]:
    """One tiny run of each generator."""
    root = tmp_path_factory.mktemp("runs")
    made = {
        "vae": mb.vae(data, latent=3, network="dense", batch_size=8, run=root / "vae"),
        "vae_of_classes": mb.vae(
            data, latent=2, network="dense", conditional=True, batch_size=8, run=root / "vae_of_classes"
        ),
        "gan": mb.gan(data, latent=4, network="mlp", batch_size=8, run=root / "gan"),
        "autoencoder": mb.autoencoder(data, latent=2, noise=0.2, batch_size=8, run=root / "autoencoder"),
        "diffusion": mb.diffusion(data, batch_size=8, run=root / "diffusion"),
    }
    for learn in made.values():
        learn.fit(steps=2)
    return {name: root / name for name in made}


@pytest.fixture(scope="module")
def explored(runs: dict[str, Path]) -> dict[str, Explored]:
    return {name: Explored(run) for name, run in runs.items()}


@pytest.fixture
def ask(explored: dict[str, Explored]) -> Asked:
    def one(name: str, act: str, request: Any = None, files: list[bytes] | None = None) -> tuple[int, dict[str, Any]]:
        status, found = answered(explored[name], act, {} if request is None else request, files or [])
        json.dumps(found)
        return status, found

    return one


def png(size: int = 12) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((size, size, 3), 200, np.uint8)).save(out, "PNG")
    return out.getvalue()


def seen(address: str) -> np.ndarray[Any, Any]:
    """The pixels of a data address."""
    head, content = address.split(",", 1)
    assert head in ("data:image/png;base64", "data:image/gif;base64")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def in_loop(work: Callable[[Explorers], Awaitable[Any]], **options: Any) -> Any:
    """What `work(explorers)` gives, with real processes."""

    async def main() -> Any:
        spare = Spare()
        explorers = Explorers(spare.start, **options)
        try:
            return await work(explorers)
        finally:
            await explorers.close()
            spare.close()

    return asyncio.run(main())


# ---------------------------------------------------------------- processes


def test_one_process_answers_breaks_and_starts_again(runs: dict[str, Path]) -> None:
    async def work(explorers: Explorers) -> None:
        status, content = await explorers.ask(runs["vae"], "generate", {"n": 4, "seed": 3})
        found = json.loads(content)
        assert status == 200 and len(found["pictures"]) == 4
        assert seen(found["pictures"][0]).shape == (SIZE, SIZE)
        status, content = await explorers.ask(runs["vae"], "frobnicate", {})
        assert status == 404 and json.loads(content)["error"]["key"] == "studio.unknown_act"
        both = await asyncio.gather(*(explorers.ask(runs["vae"], "decode", {"z": [0, 0, i]}) for i in range(3)))
        assert [status for status, _ in both] == [200, 200, 200]
        process = explorers._explorers[runs["vae"]].process
        assert process is not None
        process.kill()
        await process.wait()
        status, content = await explorers.ask(runs["vae"], "facts", {})
        assert status == 200 and json.loads(content)["system"] == "vae"

    in_loop(work)


class Fake:
    """A worker that answers with its run's name, slowly where it is told to."""

    started: list[str] = []

    def __init__(self, run: str, delay: float, breaks: bool) -> None:
        self.run, self.delay, self.breaks = run, delay, breaks
        self.stdin, self.stdout, self.returncode = self, asyncio.StreamReader(), None
        self._answer: asyncio.Task[None] | None = None

    def write(self, frame: bytes) -> None:
        head, _ = frames.read(io.BytesIO(frame)) or ({}, [])
        self._answer = asyncio.create_task(self._answered(head["act"]))

    async def _answered(self, act: str) -> None:
        await asyncio.sleep(self.delay)
        if self.breaks:
            self.kill()
        else:
            self.stdout.feed_data(frames.packed({"status": 200}, [f"{Path(self.run).name} {act}".encode()]))

    async def drain(self) -> None: ...

    def close(self) -> None:
        self.kill()

    def kill(self) -> None:
        if self.returncode is None:
            self.returncode = 0
            self.stdout.feed_eof()

    async def wait(self) -> int:
        return 0


def fakes(
    explorers_options: dict[str, Any], *, delay: float = 0.0, breaks: bool = False
) -> tuple[Explorers, list[Fake]]:
    made: list[Fake] = []

    async def start(told: Any) -> Any:
        made.append(Fake(told["run"], delay, breaks))
        return made[-1]

    return Explorers(start, **explorers_options), made


def test_the_least_recently_used_goes() -> None:
    async def main() -> None:
        explorers, made = fakes({"most": 2})
        for name in ("a", "b", "a", "c"):
            assert (await explorers.ask(Path(name), "x", {}))[1] == f"{name} x".encode()
        assert sorted(path.name for path in explorers.runs) == ["a", "c"]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [fake.run for fake in made if fake.returncode is not None] == ["b"]
        await explorers.close()
        assert all(fake.returncode is not None for fake in made)

    asyncio.run(main())


def test_one_that_answers_is_not_ended_for_room() -> None:
    async def main() -> None:
        explorers, made = fakes({"most": 1}, delay=0.05)
        first = asyncio.create_task(explorers.ask(Path("a"), "x", {}))
        await asyncio.sleep(0)
        second = await explorers.ask(Path("b"), "y", {})
        assert (await first)[1] == b"a x" and second[1] == b"b y"
        assert len(made) == 2 and explorers.runs == [Path("b")]
        await explorers.close()

    asyncio.run(main())


def test_idle_ones_are_ended() -> None:
    async def main() -> None:
        explorers, made = fakes({"idle": 0.05})
        await explorers.ask(Path("a"), "x", {})
        await asyncio.sleep(0.2)
        assert explorers.runs == [] and made[0].returncode is not None

    asyncio.run(main())


def test_slow_and_broken_ones_are_refused_and_started_again() -> None:
    async def main() -> None:
        explorers, made = fakes({"seconds": 0.02}, delay=5)
        with pytest.raises(Refusal) as slow:
            await explorers.ask(Path("a"), "x", {})
        assert slow.value.status == 504 and made[0].returncode is not None
        made_before = len(made)
        with pytest.raises(Refusal):
            await explorers.ask(Path("a"), "x", {})
        assert len(made) == made_before + 1
        await explorers.close()
        explorers, made = fakes({}, breaks=True)
        with pytest.raises(Refusal) as broken:
            await explorers.ask(Path("a"), "x", {})
        assert broken.value.status == 503 and broken.value.key == "studio.explorer_ended"
        await explorers.close()

    asyncio.run(main())


def test_a_caller_who_leaves_does_not_mix_up_answers() -> None:
    async def main() -> None:
        explorers, _ = fakes({}, delay=0.03)
        left = asyncio.create_task(explorers.ask(Path("a"), "first", {}))
        await asyncio.sleep(0.005)
        left.cancel()
        assert (await explorers.ask(Path("a"), "second", {}))[1] == b"a second"
        await explorers.close()

    asyncio.run(main())


def test_frames_come_back() -> None:
    stream = io.BytesIO(frames.packed({"act": "x"}, [b"one", b""]) + frames.packed({"act": "y"}))
    assert frames.read(stream) == ({"act": "x", "sizes": [3, 0]}, [b"one", b""])
    assert frames.read(stream) == ({"act": "y", "sizes": []}, [])
    assert frames.read(stream) is None
    with pytest.raises(EOFError):
        frames.read(io.BytesIO(frames.packed({"act": "x"}, [b"one"])[:-1]))


# ---------------------------------------------------------------- over HTTP


@pytest.fixture
def client() -> TestClient:
    class Echo:
        async def ask(self, run: Path, act: str, request: Any, files: Any = ()) -> tuple[int, bytes]:
            told = {"run": run.name, "act": act, "request": request, "files": [len(file) for file in files]}
            return 200, json.dumps(told).encode()

    def folder(run: str) -> Path:
        if run != "abc":
            raise Refusal(404, "studio.no_route")
        return Path("gan-001")

    app = FastAPI()
    add_handlers(app)
    app.include_router(explore.router(Echo(), folder))  # type: ignore[arg-type]
    return TestClient(app)


def test_requests_and_files_arrive(client: TestClient) -> None:
    assert client.get("/api/explore/abc").json()["act"] == "facts"
    found = client.post("/api/explore/abc/decode", json={"z": [1, 2]}).json()
    assert found == {"run": "gan-001", "act": "decode", "request": {"z": [1, 2]}, "files": []}
    sent = {"files": ("x.png", b"12345", "image/png")}
    found = client.post("/api/explore/abc/project", data={"request": '{"label": "3"}'}, files=sent).json()
    assert found["request"] == {"label": "3"} and found["files"] == [5]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b'{"x": NaN}', "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"[" * 100_000, "headers": {"content-type": "application/json"}}, 400),
        ({"content": b" " * (3 << 20), "headers": {"content-type": "application/json"}}, 413),
        ({"content": b"x", "headers": {"content-type": "text/plain"}}, 415),
        ({"data": {"other": "1"}, "files": {"files": b"1"}}, 400),
        ({"data": {"request": "{}"}, "files": {"files": b"1" * (33 << 20)}}, 413),
    ],
)
def test_what_can_not_be_read_is_refused(client: TestClient, options: dict[str, Any], status: int) -> None:
    assert client.post("/api/explore/abc/decode", **options).status_code == status


def test_unknown_runs_are_refused(client: TestClient) -> None:
    assert client.get("/api/explore/def").status_code == 404
    assert client.post("/api/explore/..%2f..%2fetc/decode", json={}).status_code == 404


# ---------------------------------------------------------------- a run that goes on


def test_a_newer_checkpoint_is_told_of_and_taken_up(tmp_path: Path, data: Any) -> None:
    learn = mb.vae(data, latent=2, network="dense", batch_size=8, run=tmp_path / "run")
    learn.fit(steps=1)
    run = Explored(tmp_path / "run")
    assert answered(run, "decode", {"z": [0, 0]}, [])[1]["newer"] is False
    learn.fit(steps=2)
    found = answered(run, "decode", {"z": [0, 0]}, [])[1]
    assert found["newer"] is True and found["step"] == 1
    assert answered(run, "reload", {}, [])[1]["step"] == 3
    learn.fit(steps=1)
    assert answered(run, "facts", {}, [])[1]["step"] == 4


def test_what_is_no_run_is_refused_in_a_sentence(tmp_path: Path) -> None:
    status, found = answered(Explored(tmp_path), "facts", {}, [])
    assert status == 422 and found["error"]["key"] == "training.no_run"


def test_code_has_its_imports_on_top_once(explored: dict[str, Explored]) -> None:
    text = code_of(explored["gan"], "import torch", "a = 1", "import torch", "b = 2")
    assert text == "import makebelieve as mb\nimport torch\n\nlearn = mb.load('runs/gan')\na = 1\nb = 2\n".replace(
        "import makebelieve as mb\nimport torch", "import torch\nimport makebelieve as mb"
    )


# ---------------------------------------------------------------- making


@pytest.mark.parametrize("name", ["vae", "vae_of_classes", "gan", "diffusion"])
def test_points_of_a_wall_are_its_pictures(ask: Asked, explored: dict[str, Explored], name: str) -> None:
    classes = explored[name].learn.classes
    status, wall = ask(name, "generate", {"n": 6, "seed": 2})
    assert status == 200 and len(wall["pictures"]) == 6
    point = {"seed": 2, "n": 6, "i": 3, **({"label": classes[3 % 2]} if classes else {})}
    status, shown = ask(name, "show", {"points": [point]})
    assert status == 200
    apart = seen(shown["pictures"][0]).astype(int) - seen(wall["pictures"][3])
    assert abs(apart).max() <= 1
    status, found = ask(name, "blend", {"a": point, "b": {**point, "i": 0}, "frames": 5})
    assert status == 200 and len(found["frames"]) == 5
    assert (
        abs(
            seen(found["frames"][-1]).astype(int)
            - seen(ask(name, "show", {"points": [{**point, "i": 0}]})[1]["pictures"][0])
        ).max()
        <= 1
    )


def test_a_film_goes_there_and_back(ask: Asked) -> None:
    status, found = ask("gan", "film", {"a": {"seed": 1, "n": 4, "i": 0}, "b": {"z": [0.5, 0, 0, 1]}, "frames": 5})
    assert status == 200
    film = Image.open(io.BytesIO(base64.b64decode(found["film"].split(",")[1])))
    assert film.n_frames == 8  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["vae", "gan", "vae_of_classes"])
def test_sums(ask: Asked, explored: dict[str, Explored], name: str) -> None:
    d = explored[name].learn.latent
    a, b, c = ([float(i)] * d for i in (1, 2, 3))
    terms = [{"sign": s, "points": [{"z": z}]} for s, z in ((1, a), (-1, b), (1, c))]
    status, found = ask(name, "arithmetic", {"terms": terms})
    assert status == 200 and found["z"] == [2.0] * d and len(found["pictures"]) == 3
    label = explored[name].learn.classes
    shown = ask(name, "show", {"points": [{"z": [2.0] * d, **({"label": label[0]} if label else {})}]})[1]["pictures"][
        0
    ]
    assert (seen(found["result"]) == seen(shown)).all()
    assert "learn.arithmetic('a - b + c'" in found["code"]
    status, found = ask(name, "arithmetic", {"terms": [{"sign": 1, "points": []}]})
    assert status == 422


def test_the_game_is_the_same_for_the_same_round(ask: Asked) -> None:
    status, one = ask("gan", "deal", {"seed": 5, "round": 2})
    assert status == 200 and ask("gan", "deal", {"seed": 5, "round": 2})[1]["pictures"] == one["pictures"]
    status, found = ask("gan", "guess", {"seed": 5, "round": 2, "choice": 0, "played": 2, "you": 1, "critic": 2})
    assert status == 200 and found["played"] == 3
    assert found["you"] == 1 + (found["real"] == 0)
    assert found["critic"] == 2 + (found["critic_choice"] == found["real"])
    assert found["critic_choice"] == int(found["scores"][1] > found["scores"][0])
    places = {ask("gan", "guess", {"seed": 5, "round": i, "choice": 0})[1]["real"] for i in range(12)}
    assert places == {0, 1}


def test_wilson_interval() -> None:
    low, high = wilson(8, 10)  # Newcombe 1998 gives methods; by hand: (0.8 + 0.19207) / 1.38414 ± 0.22630
    assert low == pytest.approx(0.4901, abs=1e-3) and high == pytest.approx(0.9433, abs=1e-3)
    assert wilson(0, 5)[0] == pytest.approx(0) and wilson(5, 5)[1] == pytest.approx(1)


def test_the_nearest_picture_is_searched(ask: Asked) -> None:
    status, found = ask("gan", "project", {}, [png()])
    assert status == 200 and len(found["z"]) == 4
    assert seen(found["original"]).shape == seen(found["picture"]).shape == (SIZE, SIZE)


def test_the_way_out_of_noise(ask: Asked) -> None:
    status, found = ask("diffusion", "way", {"n": 2, "steps": 4, "seed": 1})
    assert status == 200 and [len(row) for row in found["rows"]] == [5, 5]
    assert ask("gan", "way", {"n": 2})[0] == 404


# ---------------------------------------------------------------- latent


def test_frames_of_axes(ask: Asked) -> None:
    status, found = ask("vae", "frame", {})
    assert status == 200 and found["kind"] == "main"
    axes = np.array(found["axes"])
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-5)
    assert found["shares"] == sorted(found["shares"], reverse=True) and sum(found["shares"]) == pytest.approx(1)
    assert all(np.diff(one).min() > 0 for one in found["ticks"])
    assert ask("vae_of_classes", "frame", {})[1]["kind"] == "entries"
    assert ask("autoencoder", "frame", {})[1]["kind"] == "main"


def test_the_map_is_the_learners_own_grid(ask: Asked, explored: dict[str, Explored]) -> None:
    status, found = ask("vae_of_classes", "tiles", {"side": 4, "label": "right"})
    grid = explored["vae_of_classes"].learn.grid(4, label="right").tensor[0, 0]
    assert status == 200 and abs(seen(found["picture"]).astype(int) - (grid * 255).round().numpy()).max() <= 1


def test_the_map_goes_through_the_place(ask: Asked) -> None:
    far = {"side": 3, "kind": "entries", "z": [0.0, 0.0, 5.0], "x": 0, "y": 1}
    near = {**far, "z": [1.0, -1.0, 5.0]}
    assert ask("vae", "tiles", far)[1]["picture"] == ask("vae", "tiles", near)[1]["picture"]
    assert ask("vae", "tiles", far)[1]["picture"] != ask("vae", "tiles", {**far, "z": [0.0] * 3})[1]["picture"]
    middle = seen(ask("vae", "tiles", far)[1]["picture"])[SIZE : 2 * SIZE, SIZE : 2 * SIZE].astype(int)
    assert abs(middle - seen(ask("vae", "decode", {"z": [0, 0, 5]})[1]["picture"])).max() <= 1


def test_concepts_are_the_learners(ask: Asked, explored: dict[str, Explored]) -> None:
    status, found = ask("vae", "concept", {"attribute": "left"})
    assert status == 200
    assert np.allclose(found["direction"], explored["vae"].with_data().concept("left").direction.numpy())
    assert ask("vae", "concept", {"attribute": "up"})[1]["error"]["key"] == "latent.unknown_label"
    assert ask("autoencoder", "concept", {"attribute": "left"})[0] == 404


@pytest.mark.parametrize("name", ["vae", "vae_of_classes", "autoencoder"])
def test_pictures_there_and_back(ask: Asked, name: str) -> None:
    status, found = ask(name, "some", {"n": 3})
    assert status == 200 and found["labels"] is not None and len(found["z"]) == 3
    status, own = ask(name, "reconstruct", {}, [png()])
    assert status == 200 and seen(own["originals"][0]).shape == (SIZE, SIZE)
    assert seen(own["originals"][0]).min() == 200
    status, back = ask(name, "reconstruct", {"places": [found["places"][1]]})
    assert status == 200 and back["originals"][0] == found["pictures"][1]
    assert np.allclose(back["z"][0], found["z"][1], atol=1e-4)
    status, dots = ask(name, "scatter", {})
    assert status == 200 and len(dots["dots"]) == len(dots["classes"]) and dots["names"] == ["left", "right"]


@pytest.mark.parametrize(
    ("name", "act", "request_", "files"),
    [
        ("vae", "decode", {"z": [0, 0]}, []),
        ("vae", "decode", {"z": [0, 0, "1"]}, []),
        ("vae", "decode", {"z": [0, 0, 1e300]}, []),
        ("vae", "decode", {}, []),
        ("vae", "generate", {"n": 10_000}, []),
        ("vae", "generate", {"n": 4, "seed": True}, []),
        ("vae_of_classes", "generate", {"n": 4, "label": "up"}, []),
        ("vae", "tiles", {"side": 1000}, []),
        ("vae", "tiles", {"x": 7}, []),
        ("vae", "reconstruct", {}, []),
        ("vae", "reconstruct", {"places": [10**6]}, []),
        ("vae", "show", {"points": [{"seed": 1, "n": 4, "i": 4}]}, []),
        ("gan", "show", {"points": ["x"]}, []),
        ("gan", "blend", {"a": None, "b": {"z": [0] * 4}}, []),
        ("gan", "film", {"a": {"z": [0] * 4}, "b": {"z": [0] * 4}, "frames": 100_000}, []),
        ("gan", "arithmetic", {"terms": "a - b"}, []),
        ("gan", "guess", {"choice": 2}, []),
        ("gan", "generate", [], []),
        ("diffusion", "way", {"steps": 10_000}, []),
    ],
)
def test_what_can_not_be_is_told(ask: Asked, name: str, act: str, request_: Any, files: list[bytes]) -> None:
    status, found = ask(name, act, request_, files)
    assert status == 422 and found["error"]["key"]


def test_uploads_are_looked_at(ask: Asked) -> None:
    assert ask("vae", "reconstruct", {}, [b"<svg xmlns='http://www.w3.org/2000/svg'/>"])[0] == 415
    assert ask("vae", "reconstruct", {}, [png(4200)])[0] == 413
    assert ask("gan", "project", {}, [])[0] == 422
