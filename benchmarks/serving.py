"""Serving: what batching gains, and ten minutes of mixed load.

    python benchmarks/serving.py                 throughput of a small generator, one at a time and batched
    python benchmarks/serving.py --minutes 10    mixed load with malformed, huge and cut-off requests, then SIGTERM

Ends with status 1 where an answer was wrong or lost, or memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from _load import Answer, Connection, Good, Server, Tally, behave, misbehave, request, upload
from PIL import Image

import makebelieve as mb

CLIENTS, ROUNDS = 16, 5
GROWTH = 48.0  # MiB of resident memory that the second half of a load may add
TEXT = "the cat sat on the mat. a dog ran to the door. the sun is hot and high. we sing and we play. "


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, help="of mixed load, instead of measuring throughput")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement of throughput, in five rounds")
    parser.add_argument("--network", default="dcgan", help="of the generator: dcgan, mlp, resnet")
    args = parser.parse_args()
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        if args.minutes:
            return load(Path(folder), args.minutes * 60)
        return throughput(Path(folder), args.seconds, args.network)


# -------------------------------------------------------------------- throughput


def throughput(folder: Path, seconds: float, network: str) -> int:
    data = mb.images(torch.randint(0, 256, (64, 1, 28, 28), dtype=torch.uint8))
    learn = mb.gan(data, network=network, run=folder / "gan")
    learn.fit(steps=1)
    print(f"generator: {network}, 28 × 28, {sum(p.numel() for p in learn.nets['generator'].parameters()):,} parameters")
    print(f"threads of torch: {torch.get_num_threads()}")
    print(f"{'batching':>10} {'clients':>8} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8}")
    servers = {"off": Server(folder / "gan", batch=1, wait=0.0), "on": Server(folder / "gan")}
    times: dict[tuple[str, int], list[list[float]]] = {}
    rates: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):  # in turns, as a machine is not equally fast all the time
        for clients in (1, CLIENTS):
            for batching, server in servers.items():
                asyncio.run(_ask_for(server.port, clients, 0.3))
                taken, wall = asyncio.run(_ask_for(server.port, clients, seconds / ROUNDS))
                times.setdefault((batching, clients), []).append(taken)
                rates.setdefault((batching, clients), []).append(len(taken) / wall)
    found = {key: statistics.median(rate) for key, rate in rates.items()}
    for (batching, clients), rate in sorted(found.items()):
        cuts = statistics.quantiles([one for taken in times[batching, clients] for one in taken], n=100)
        print(f"{batching:>10} {clients:>8} {rate:>11.1f} {cuts[49] * 1e3:>8.1f} {cuts[98] * 1e3:>8.1f}")
    for server in servers.values():
        server.end()
    many = found["on", CLIENTS]
    print(f"{CLIENTS} clients, batched, over {CLIENTS} clients unbatched: {many / found['off', CLIENTS]:.2f}x")
    print(f"{CLIENTS} clients, batched, over one client: {many / found['on', 1]:.2f}x")
    return 0


async def _ask_for(port: int, clients: int, seconds: float) -> tuple[list[float], float]:
    """Times of requests that so many clients make one after the other, for so long, and the time of all."""
    times: list[float] = []
    start = time.perf_counter()

    async def client(number: int) -> None:
        connection, i = Connection(port), 0
        while time.perf_counter() - start < seconds:
            before = time.perf_counter()
            i += 1
            answer = await connection.ask(request(f"/generate?n=1&seed={number * 100_000 + i}"))
            if answer.status != 200:
                raise SystemExit(f"{answer.status} {answer.body[:200]!r}")
            times.append(time.perf_counter() - before)
        connection.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return times, time.perf_counter() - start


# -------------------------------------------------------------------- load


def load(folder: Path, seconds: float) -> int:
    pictures = torch.randint(0, 256, (96, 1, 16, 16), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    data = mb.images(pictures, labels=[i % 3 for i in range(96)], valid=0.25)
    vae = mb.vae(data, network="dense", latent=4, conditional=True, run=folder / "vae")
    vae.fit(steps=20)
    writer = mb.language_model(mb.text(TEXT * 60), hidden=32, window=16, batch_size=8, run=folder / "writer")
    writer.fit(steps=20)
    limits = {"body": 2 << 20, "queue": 48, "n": 16, "length": 200, "seconds": 20.0, "streams": 6}
    servers = {"vae": Server(folder / "vae", **limits), "writer": Server(folder / "writer", **limits)}
    wanted = {"vae": of_vae(mb.load(folder / "vae"), pictures), "writer": of_writer(mb.load(folder / "writer"))}
    tally = Tally()
    memory = asyncio.run(_run_load(servers, wanted, tally, seconds))
    codes = {name: server.process.wait(60) for name, server in servers.items()}
    for name, server in servers.items():
        print(f"\n{name}: {server.last_words()}", end="")
    return _judge(tally, memory, codes)


def _judge(tally: Tally, memory: dict[str, list[float]], codes: dict[str, int]) -> int:
    print(f"\n\nright answers: {sum(tally.right.values()):,} {dict(sorted(tally.right.items()))}")
    print(f"refused: {dict(sorted(tally.refused.items()))}")
    for kind, times in sorted(tally.seconds.items()):
        cuts = statistics.quantiles(times, n=100)
        print(f"{kind:>12}: {len(times):>8,} answers, p50 {cuts[49] * 1e3:7.1f} ms, p99 {cuts[98] * 1e3:7.1f} ms")
    print(f"wrong or lost answers: {len(tally.wrong)}")
    for one in tally.wrong[:10]:
        print("   ", one)
    print(f"requests that met the closing server: {tally.after_end}; exit status after SIGTERM under load: {codes}")
    grown = {name: max(found[-3:]) - found[len(found) // 2] for name, found in memory.items()}
    for name, added in grown.items():
        print(
            f"memory of {name}: {memory[name][0]:.0f} MiB at first, {memory[name][-1]:.0f} at last, "
            f"{added:+.1f} in the second half"
        )
    failed = bool(tally.wrong) or any(codes.values()) or any(added > GROWTH for added in grown.values())
    print("FAILED" if failed else "all as it should be")
    return int(failed)


async def _run_load(
    servers: dict[str, Server], wanted: dict[str, list[Good]], tally: Tally, seconds: float
) -> dict[str, list[float]]:
    ending, start = asyncio.Event(), time.monotonic()
    memory: dict[str, list[float]] = {name: [] for name in servers}
    clients = [
        asyncio.create_task(client(server.port, wanted[name], tally, ending, seed))
        for name, server in servers.items()
        for seed, client in enumerate([behave] * (CLIENTS // 2) + [misbehave] * 3)
    ]
    print("minute  right  refused  memory in MiB")
    every = max(2.0, min(15.0, seconds / 20))
    while (passed := time.monotonic() - start) < seconds:
        await asyncio.sleep(min(every, seconds - passed))
        for name, server in servers.items():
            memory[name].append(server.memory())
        told = "  ".join(f"{name} {found[-1]:.0f}" for name, found in memory.items())
        minutes, right, refused = (
            (time.monotonic() - start) / 60,
            sum(tally.right.values()),
            sum(tally.refused.values()),
        )
        print(f"{minutes:6.1f} {right:6,} {refused:8,}  {told}", flush=True)
    ending.set()
    for server in servers.values():
        server.process.terminate()
    await asyncio.wait(clients, timeout=60)
    return memory


def of_vae(learn: Any, pictures: torch.Tensor) -> list[Good]:
    """Requests to a conditional VAE, and what the learner itself gives."""
    found = []
    for seed in range(24):
        n, label = 1 + seed % 8, learn.classes[seed % 3]
        made = learn.generate(n, seed=seed, label=label).tensor.numpy()
        path = f"/generate?n={n}&seed={seed}&label={label}&format="
        found.append(Good("generate npy", request(path + "npy"), _npy_is(made)))
        sheet = learn.generate(n, seed=seed, label=label)
        image = np.asarray(sheet[0] if n == 1 else sheet.grid(), int)
        found.append(Good("generate png", request(path + "png"), _png_is(image)))
        x, file = pictures[seed : seed + 1], io.BytesIO()
        Image.fromarray(x[0, 0].numpy()).save(file, "PNG")
        z = learn.encode(x, label=label)
        found.append(Good("encode", upload(f"/encode?label={label}", file.getvalue()), _json_is("z", z.numpy())))
        body = json.dumps({"z": z.tolist(), "label": label, "format": "json"}).encode()
        back = learn.decode(z, label=label).numpy()
        found.append(Good("decode", request("/decode", body), _json_is("pictures", back)))
    return found


def of_writer(learn: Any) -> list[Good]:
    """Requests to a language model, and what it writes itself."""
    found = []
    for seed in range(12):
        asked = {"prompt": "the ", "n": 20 + 10 * seed, "seed": seed, "temperature": 0.8}
        text = learn.generate("the ", asked["n"], seed=seed, temperature=0.8).removeprefix("the ")
        body = json.dumps(asked).encode()
        found.append(Good("write", request("/write", body), lambda a, text=text: json.loads(a.body)["text"] == text))
        found.append(Good("stream", request("/write/stream", body), lambda a, text=text: _streamed(a) == text))
    return found


def _streamed(answer: Answer) -> str:
    lines = answer.body.decode().split("\n")
    ended = "event: end" in lines
    pieces = [json.loads(line[6:]).get("text", "") for line in lines if line.startswith("data: ")]
    return "".join(pieces) if ended else "cut off"


def _npy_is(wanted: np.ndarray) -> Any:
    return lambda answer: np.allclose(np.load(io.BytesIO(answer.body)), wanted, atol=2e-6)


def _png_is(wanted: np.ndarray) -> Any:
    def check(answer: Answer) -> bool:
        image = np.asarray(Image.open(io.BytesIO(answer.body)), int)
        return image.shape == wanted.shape and int(np.abs(image - wanted).max()) <= 1

    return check


def _json_is(name: str, wanted: np.ndarray) -> Any:
    return lambda answer: np.allclose(np.array(json.loads(answer.body)[name]), wanted, atol=1e-5)


if __name__ == "__main__":
    sys.exit(main())
