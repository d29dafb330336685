"""Speed of the networks of text on a CPU, against the same work written plainly in PyTorch.

    python benchmarks/recurrent.py [--rounds 7] [--threads 2]

Both sides of a row take turns in one process; medians. Training steps are forward, loss, backward, clipping and a fused
optimizer, on random characters; writing draws each character from the softmax.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks.language import language_network
from makebelieve.networks.stepping import stepper

CHARACTERS = 65
Work = Callable[[], object]


class Plain(nn.Module):
    """Embedding, `nn.LSTM` and a linear layer."""

    def __init__(self, hidden: int, embedding: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, embedding)
        self.lstm = nn.LSTM(embedding, hidden, batch_first=True)
        self.head = nn.Linear(hidden, CHARACTERS)

    def forward(self, ids: Tensor) -> Tensor:
        return self.head(self.lstm(self.embedding(ids))[0])


class Textbook(nn.Module):
    """One-hot characters, an LSTM, the scores after the last one (Chollet 2021, section 12.1)."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(CHARACTERS, hidden, batch_first=True)
        self.head = nn.Linear(hidden, CHARACTERS)

    def forward(self, ids: Tensor) -> Tensor:
        return self.head(self.lstm(F.one_hot(ids, CHARACTERS).float())[0][:, -1])


def step(network: nn.Module, n: int, window: int, *, bf16: bool = False, last: bool = False) -> Work:
    """One training step on n windows."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    ids = torch.randint(CHARACTERS, (n, window + 1))
    x, y = ids[:, :-1].contiguous(), ids[:, -1] if last else ids[:, 1:].flatten()

    def work() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            scores = network(x)
        scores = scores[0] if isinstance(scores, tuple) else scores
        loss = F.cross_entropy(scores.float().reshape(-1, CHARACTERS), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    return work


def plain_writing(hidden: int, n: int, characters: int) -> Work:
    """A loop over one character at a time, with the state carried."""
    network = Plain(hidden, 32)

    @torch.no_grad()
    def work() -> None:
        ids, state = torch.zeros(n, 1, dtype=torch.int64), None
        for _ in range(characters):
            y, state = network.lstm(network.embedding(ids), state)
            ids = torch.multinomial(torch.softmax(network.head(y)[:, 0], 1), 1)

    return work


def writing(hidden: int, n: int, characters: int) -> Work:
    network = language_network("lstm", CHARACTERS, hidden=hidden)
    draws = np.random.default_rng(0)

    def work() -> None:
        steps, ids = stepper(network, n), np.zeros(n, np.int64)
        for _ in range(characters):
            scores = steps.feed(ids)
            heights = np.exp(scores - scores.max(1, keepdims=True)).cumsum(1)
            ids = (heights < draws.random((n, 1)) * heights[:, -1:]).sum(1)

    return work


def compare(name: str, plain: Work, ours: Work, counts: tuple[int, int], rounds: int) -> None:
    """A row: how much of something a second each side gets done, `counts` of it in one call, and the median ratio."""
    seconds: list[tuple[float, float]] = []
    for turn in range(rounds + 1):
        pair = [0.0, 0.0]
        for side in (0, 1) if turn % 2 else (1, 0):
            begun = time.perf_counter()
            (plain, ours)[side]()
            pair[side] = time.perf_counter() - begun
        seconds.append((pair[0], pair[1]))
    seconds = seconds[1:]  # the first is for warming up
    rates = [counts[side] / statistics.median(pair[side] for pair in seconds) for side in (0, 1)]
    ratio = statistics.median(a / b for a, b in seconds) * counts[1] / counts[0]
    print(f"| {name} | {rates[0]:,.0f} | {rates[1]:,.0f} | {ratio:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    rounds = arguments.rounds
    print("| a second | plain | ours | ours / plain |\n|---|---|---|---|")

    def lstm(hidden: int) -> nn.Module:
        return language_network("lstm", CHARACTERS, hidden=hidden)

    compare(
        "samples: LSTM 128, 128 windows of 60, all places; plain float32",
        step(Plain(128, 128), 128, 60),
        step(lstm(128), 128, 60),
        (128, 128),
        rounds,
    )
    compare(
        "samples: the same; plain bf16 and the same embedding",
        step(Plain(128, 32), 128, 60, bf16=True),
        step(lstm(128), 128, 60),
        (128, 128),
        rounds,
    )
    compare(
        "characters learnt: LSTM 128; plain is the textbook's, next character only",
        step(Textbook(128), 128, 60, last=True),
        step(lstm(128), 128, 60),
        (128, 128 * 60),
        rounds,
    )
    compare(
        "characters learnt: LSTM 384, 32 windows of 64; plain float32",
        step(Plain(384, 384), 32, 64),
        step(lstm(384), 32, 64),
        (32 * 64, 32 * 64),
        rounds,
    )
    for hidden, n in ((128, 1), (384, 1), (128, 64), (384, 64)):
        compare(
            f"characters written: LSTM {hidden}, {n} side by side",
            plain_writing(hidden, n, 300),
            writing(hidden, n, 300),
            (300 * n, 300 * n),
            rounds,
        )


if __name__ == "__main__":
    main()
