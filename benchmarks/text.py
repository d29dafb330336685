"""Language models on real texts: quality in a given time, speed of learning and of writing, against bare PyTorch loops.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/text.py PART [--threads 2] [--seconds 60] [--minutes 5]

parts: nietzsche (the textbook's Keras character model as a bare loop, and ours, for equal seconds), shakespeare (nats a
character on the last tenth of tinyshakespeare), korean (the same on film reviews, in bits per byte), writing
(characters a second), step (the learner's training step against a bare loop with the same network).

The data are looked for in the folder that MAKEBELIEVE_DATA names, as `../shared/data` has them.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import tempfile
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import makebelieve as mb

STEPS = 200
DATA = Path(os.environ.get("MAKEBELIEVE_DATA", "../shared/data"))


def seeds_of(given: argparse.Namespace) -> list[int]:
    return [int(seed) for seed in given.seeds.split(",")]


def new_run() -> str:
    return tempfile.mkdtemp() + "/run"


# ------------------------------------------------------------------------ the textbook's model


class Textbook(nn.Module):
    """One-hot characters, an LSTM of 128, and the next character's scores from its last output (Chollet 2017, 8.1)."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.tokens = tokens
        self.lstm = nn.LSTM(tokens, 128, batch_first=True)
        self.head = nn.Linear(128, tokens)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(F.one_hot(ids, self.tokens).float())[0][:, -1])


def textbook(texts: mb.TextData, seconds: float, seed: int) -> tuple[float, float]:
    """Trains windows of 60, every third, batch 128, RMSprop 0.01; gives valid nats a character, characters a second."""
    torch.manual_seed(seed)
    model = Textbook(len(texts.tokens))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01, alpha=0.9, eps=1e-7)  # Keras' defaults
    data = texts.windows(60, 3)
    batches, learnt = data.batches("train", 128, seed=seed), 0
    begun = time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        batch = next(batches)
        optimizer.zero_grad()
        F.cross_entropy(model(batch.x.long()), batch.y).backward()
        optimizer.step()
        learnt += len(batch)
    taken = now - begun
    model.eval()
    losses = []
    with torch.no_grad():
        held, count = data.batches("valid", 512), data.count("valid")
        for _ in range(held.steps_per_epoch):
            batch = next(held)
            losses.append(F.cross_entropy(model(batch.x.long()), batch.y, reduction="sum").item())
    return sum(losses) / count, learnt / taken


def nietzsche(given: argparse.Namespace) -> None:
    seconds = given.seconds
    texts = mb.text("nietzsche")
    print("| model | seed | seconds | nats a character (valid) | characters learnt a second |\n|---|---|---|---|---|")
    for seed in seeds_of(given):
        theirs, their_speed = textbook(texts, seconds, seed)
        print(f"| textbook | {seed} | {seconds:.0f} | {theirs:.4f} | {their_speed:,.0f} |", flush=True)
        for name, options in (("ours, LSTM 128", {"hidden": 128}), ("ours, default", {})):
            learn = mb.language_model(texts, seed=seed, run=new_run(), **options)
            learn.fit(minutes=seconds / 60)
            speed = learn.step * learn.batch_size * learn.window / seconds
            nats = learn.evaluate()["nats"]
            times = f"{speed:,.0f} ({speed / their_speed:.1f}×)"
            print(f"| {name} | {seed} | {seconds:.0f} | {nats:.4f} | {times} |", flush=True)


# ------------------------------------------------------------------------ quality


def shakespeare(given: argparse.Namespace) -> None:
    quality("tinyshakespeare", mb.text("tinyshakespeare"), given)


def korean(given: argparse.Namespace) -> None:
    quality("nsmc", mb.text("nsmc"), given)


def quality(name: str, texts: mb.TextData, given: argparse.Namespace) -> None:
    print(f"{name}: {texts!r}")
    print("| seed | minutes | steps | nats | without state (256) | bits a character | bits a byte |")
    print("|---|---|---|---|---|---|---|")
    for seed in seeds_of(given):
        learn = mb.language_model(texts, seed=seed, run=new_run())
        learn.fit(minutes=given.minutes)
        figures, alone = learn.evaluate(), learn.evaluate(carry=False)
        print(
            f"| {seed} | {given.minutes:g} | {learn.step} | {figures['nats']:.4f} | {alone['nats']:.4f} "
            f"| {figures['bits_per_character']:.4f} | {figures['bits_per_byte']:.4f} |",
            flush=True,
        )
        print(learn.show_temperatures(n=200))


# ------------------------------------------------------------------------ speed


def writing(_: argparse.Namespace) -> None:
    """Characters a second of an LSTM of 128, then of the default."""
    for name, options in (("LSTM 128", {"hidden": 128}), ("default", {})):
        write_in_turns(name, options)


def write_in_turns(name: str, options: dict[str, int]) -> None:
    texts = mb.text("nietzsche")
    learn = mb.language_model(texts, run=new_run(), **options)
    learn.fit(steps=1)
    width = learn.nets["model"].encoder.features
    lstm, embedding = nn.LSTM(width, width, batch_first=True).eval(), nn.Embedding(len(texts.tokens), width)
    head = nn.Linear(width, len(texts.tokens))

    def stateful(n: int, many: int = 1) -> None:
        token, state = torch.zeros(many, 1, dtype=torch.long), None
        with torch.no_grad():
            for _ in range(n):
                out, state = lstm(embedding(token), state)
                token = torch.multinomial(torch.softmax(head(out[:, -1]), -1), 1)

    def window(n: int) -> None:
        text = torch.zeros(1, 60, dtype=torch.long)
        with torch.no_grad():
            for _ in range(n):
                out, _ = lstm(embedding(text))
                text = torch.cat([text[:, 1:], torch.multinomial(torch.softmax(head(out[:, -1]), -1), 1)], 1)

    works = {
        "window fed again": (lambda: window(300), 300),
        "stateful nn.LSTM": (lambda: stateful(1500), 1500),
        "ours": (lambda: learn.generate("a", 8000, temperature=1.0), 8000),
        "ours, streamed": (lambda: sum(len(p) for p in learn.stream("a", 8000, temperature=1.0)), 8000),
        "64 × stateful nn.LSTM": (lambda: stateful(300, 64), 300 * 64),
        "64 × ours": (lambda: learn.generate(["a"] * 64, 600, temperature=1.0), 600 * 64),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(7):
        for one, (work, count) in works.items():
            begun = time.perf_counter()
            work()
            found[one].append(count / (time.perf_counter() - begun))
    middle = {one: statistics.median(speeds) for one, speeds in found.items()}
    for one, speed in middle.items():
        base = middle["64 × stateful nn.LSTM" if one.startswith("64") else "stateful nn.LSTM"]
        print(f"{name:9} {one:22} {speed:12,.0f} characters/s  {speed / base:.2f}×")


def step(_: argparse.Namespace) -> None:
    """The same network, optimizer and clipping, state carried, in a bare loop and in the learner, in turns."""
    texts = mb.text("tinyshakespeare")
    learn = mb.language_model(texts, run=new_run())
    learn.fit(steps=20)
    player = mb.language_model(texts, run=new_run()).game.players["model"]
    bare, optimizer = player.module, player.optimizer
    streams = texts.streams(learn.window).batches("train", learn.batch_size, seed=1)
    kept: dict[str, torch.Tensor] = {}
    half = learn.precision == "bf16"

    def loop(n: int) -> None:
        nonlocal kept
        bare.train()
        for _ in range(n):
            batch = next(streams)
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                scores, state = bare(batch.x, kept or None)
                loss = F.cross_entropy(scores.flatten(0, 1), batch.y.flatten())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(bare.parameters(), 1.0)
            optimizer.step()
            kept = {name: value.detach() for name, value in state.items()}

    loop(20)
    times: dict[str, list[float]] = {"bare loop": [], "learner": []}
    for _ in range(8):
        for name, work in (("bare loop", lambda: loop(STEPS)), ("learner", lambda: learn.fit(steps=STEPS))):
            begun = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - begun) / STEPS)
    middle = {name: statistics.median(found) for name, found in times.items()}
    for name, found in middle.items():
        print(f"{name:10} {1e3 * found:7.2f} ms a step ({learn.precision}, fits of {STEPS} steps, validation included)")
    print(f"learner / bare loop: {middle['learner'] / middle['bare loop']:.3f}")


PARTS = {"nietzsche": nietzsche, "shakespeare": shakespeare, "korean": korean, "writing": writing, "step": step}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seeds", default="0")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    PARTS[given.part](given)


if __name__ == "__main__":
    main()
