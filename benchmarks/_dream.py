"""Dreams: what is dreamt on real photos with real weights, and an iteration against a bare loop.

Quality: how much more the chosen layers answer after each octave than before it, on the picture as it lies, in float32
by the network as it is published; range; correlation of 16 times reduced copies; determinism for a seed.

Speed: Inception-v3 with random weights at 400 × 400 pixels, layers Mixed_6a and Mixed_6c (TensorFlow's mixed3 and
mixed5): 26.2 GFLOP forward and back. `mb.dream` is the learner's whole step with movements, history and a frame each
time; the bare loops do nothing but maps, loss, gradient and step. Interleaved, medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.art.artwork import Artwork
from makebelieve.art.ascent import resized
from makebelieve.art.dream import dream
from makebelieve.art.dreaming import Choices, make_learner
from makebelieve.art.layers import GOOD
from makebelieve.art.reading import read_picture
from makebelieve.networks.features import Features, features_of
from makebelieve.networks.folding import lighten
from makebelieve.training import Settings
from makebelieve.training.precision import multiplies_bf16
from makebelieve.training.randomness import seeded

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MAKEBELIEVE_DATA", ROOT.parent / "shared" / "data"))
NETWORKS = ("mobilenet_v2", "squeezenet1_1")
ROW = {"Mixed_6a": 1.0, "Mixed_6c": 1.0}
SIDE = 400
TO_BEAT, THEIRS = 0.105, 202.0  # seconds an iteration on cores of so many GFLOP/s


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dream-out", type=Path, help="folder for the pictures")
    parser.add_argument("--dream-size", type=int, default=400, help="longer side of the photos")
    parser.add_argument("--dream-rounds", type=int, default=8, help="rounds of the timing")
    parser.add_argument("--dream-part", choices=("quality", "speed", "both"), default="both")


def run(args: argparse.Namespace) -> None:
    if args.dream_part != "speed":
        quality(args.dream_size, args.dream_out)
    if args.dream_part != "quality":
        speed(args.dream_rounds)


# ------------------------------------------------------------------------ quality


def quality(size: int, out: Path | None) -> None:
    print("| network | photo | precision | answers after each octave over before | in range | 16x copy | same seed |")
    print("|---|---|---|---|---|---|---|")
    for name in NETWORKS:
        weights = DATA / "weights" / f"{name}.safetensors"
        judge = features_of(name, list(GOOD[name]), pretrained=weights)
        for path in sorted((DATA / "pictures" / "content").glob("*.jpg")):
            for precision in ("bf16", "float32") if multiplies_bf16(torch.device("cpu")) else ("float32",):
                options = {"pretrained": weights, "size": size, "precision": precision}
                art = dream(path, name, **options)
                again = dream(path, name, frames=0, **options) if precision == "bf16" else None
                rises = octave_rises(judge, name, art)
                low, high = float(art.tensor.min()), float(art.tensor.max())
                photo = read_picture(path, size)
                same = "-" if again is None else str(torch.equal(again.tensor, art.tensor))
                print(
                    f"| {name} | {path.stem} | {precision} | {', '.join(f'{rise:.2f}' for rise in rises)} "
                    f"| {low >= 0 and high <= 1} | {large_structure(photo, art.tensor[0]):.3f} | {same} |",
                    flush=True,
                )
                if out is not None:
                    art.save(out / f"{name}-{path.stem}-{precision}.png")
                    if precision == "bf16":
                        art.frames.save(out / f"{name}-{path.stem}.gif")


def octave_rises(judge: Features, name: str, art: Artwork) -> list[float]:
    """By octave: how much more the layers answer after it than before it, from its first and last canvas."""
    learner = art.learner
    pyramid = learner.game.options["pyramid"]
    rises = []
    for i, size in enumerate(learner.sizes):
        ended = learner.nets[f"scale_{i + 1}"].pixels.detach()[0]
        before = learner.nets[f"scale_{i}"].pixels.detach()[0] if i else None
        begun = pyramid.photos[0] if before is None else pyramid.enlarge(before, i - 1)
        assert tuple(begun.shape[1:]) == size
        rises.append(answer(judge, name, ended) / answer(judge, name, begun))
    return rises


@torch.no_grad()
def answer(judge: Features, name: str, picture: Tensor) -> float:
    maps = judge(picture[None])
    return sum(weight * float(maps[layer].square().mean()) for layer, weight in GOOD[name].items())


def large_structure(photo: Tensor, dreamt: Tensor) -> float:
    """Correlation of both at a sixteenth of the size."""
    h, w = (max(1, side // 16) for side in photo.shape[1:])
    small = torch.stack([resized(picture, (h, w)).flatten() for picture in (photo, dreamt)])
    return float(torch.corrcoef(small)[0, 1])


# ------------------------------------------------------------------------ speed


def speed(rounds: int) -> None:
    bf16 = multiplies_bf16(torch.device("cpu"))
    precision = torch.bfloat16 if bf16 else torch.float32
    photo = torch.rand(3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    choices = Choices("inception_v3", ROW, octaves=1, steps=50_000, pretrained=False, frames=50_000)
    settings = Settings(precision="bf16" if bf16 else "float32")
    learner = make_learner({"photo": photo}, choices, settings, "inception_v3")
    learner.fit(steps=2)
    with seeded(0):
        plain = features_of("inception_v3", list(ROW), pretrained=False)
        light = features_of("inception_v3", list(ROW), pretrained=False)
    lighten(light, precision, photo[None, :, :128, :128])
    of_light, of_plain, of_eager = (bare(photo, one) for one in (light, plain, plain))
    steps = 20  # as many as an octave has
    ways: dict[str, Callable[[], None]] = {
        "mb.dream": lambda: learner.fit(steps=steps),
        "bare, the same folded layers": lambda: repeat(of_light, steps, precision),
        "bare, layers as they are": lambda: repeat(of_plain, steps, precision),
        "bare, float32": lambda: repeat(of_eager, steps, torch.float32),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            if turn:
                times[name].append((time.perf_counter() - begun) / steps)
    threads, rate = torch.get_num_threads(), matmul_rate()
    ours, bar = statistics.median(times["mb.dream"]), TO_BEAT * THEIRS / rate
    print(f"\nInception-v3, {SIDE} × {SIDE}, {settings.precision}, {threads} threads, {rate:.0f} GFLOP/s float32")
    print("| way | s an iteration | mb.dream over it |\n|---|---|---|")
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"| {name} | {middle:.4f} | {ours / middle:.3f} |")
    print(f"| to beat: {TO_BEAT} s at {THEIRS:.0f} GFLOP/s | {bar:.4f} | {ours / bar:.3f} |")


def bare(photo: Tensor, features: nn.Module) -> Callable[[torch.dtype], None]:
    """One iteration as short as it can be: maps, loss, gradient, step."""
    x = photo[None].clone().requires_grad_()

    def iteration(precision: torch.dtype) -> None:
        with torch.autocast("cpu", precision, enabled=precision != torch.float32):
            maps = features(x)
            loss = torch.stack([weight * maps[name].float().square().mean() for name, weight in ROW.items()]).sum()
        (up,) = torch.autograd.grad(loss, x)
        with torch.no_grad():
            x.add_(up / up.abs().mean(), alpha=0.01).clamp_(0, 1)

    return iteration


def repeat(iteration: Callable[[torch.dtype], None], steps: int, precision: torch.dtype) -> None:
    for _ in range(steps):
        iteration(precision)


def matmul_rate() -> float:
    """GFLOP/s of a float32 product of 2048 × 2048 matrices: the yardstick of the figures to beat."""
    a, b = torch.rand(2, 2048, 2048)
    found = []
    for _ in range(6):
        begun = time.perf_counter()
        F.linear(a, b)
        found.append(2 * 2048**3 / (time.perf_counter() - begun) / 1e9)
    return statistics.median(found[1:])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_arguments(parser)
    run(parser.parse_args())
