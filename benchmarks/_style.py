"""Pictures painted in the style of others: how near they come, how fast, and within which memory.

    python benchmarks/_style.py quality    # 256 pixels, three pairs, both optimizers, both precisions
    python benchmarks/_style.py speed      # VGG-19, 400 × 400, relu1_1 … relu5_1 and relu4_2, random weights
    python benchmarks/_style.py memory     # 1024 × 1024: what was told beforehand, and the peak

Quality is measured apart from the optimisation, in float32, with the VGG-19 of `../shared/data/weights`, which reaches
to relu3_1. Style loss: Σ_l 1/3 · 1/(4 N² M²) Σ (G − A)² of relu1_1, relu2_1, relu3_1; content loss: ½ Σ (F − P)² of
relu3_1, both of Gatys, Ecker and Bethge 2016. "Falls" is the style loss of the content picture over that of the result
(target: 20 or more), "content" the result's content loss over that of the style picture itself, shown at the content's
size (target: below 1). Chroma is R − Y, G − Y, B − Y: its mean absolute change, of 255.

In the table of speed each variant makes a step in turn, so that a busy moment meets them all; the last one's steps are
those of `mb.style` with all that its loop does, from the end of the step before.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.art.artwork import Artwork
from makebelieve.art.colour import luma
from makebelieve.art.reading import read_picture, resized
from makebelieve.art.style import style
from makebelieve.networks.features import features_of
from makebelieve.objectives.perceptual import gram, style_distance
from makebelieve.training import Callback, Learner

DATA = Path(os.environ.get("MAKEBELIEVE_DATA") or Path(__file__).parents[2] / "shared" / "data")
WEIGHTS = DATA / "weights" / "vgg19_normalised_relu3_1.safetensors"
PAIRS = (("tubingen", "starry_night"), ("amber", "udnie"), ("golden_gate", "the_scream"))
STYLE_LAYERS, CONTENT_LAYER = ("relu1_1", "relu2_1", "relu3_1"), "relu3_1"
DEEP = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
BEAT = 0.85  # s an iteration on cores of 202 GFLOP/s
GFLOPS = 202.0


def content_of(name: str) -> Path:
    return DATA / "pictures" / "content" / f"{name}.jpg"


def style_of(name: str) -> Path:
    return DATA / "pictures" / "style" / f"{name}.jpg"


def paint(content: str, painting: str, size: int, **more: Any) -> Artwork:
    layers = {"content_layers": CONTENT_LAYER, "style_layers": STYLE_LAYERS, "pretrained": WEIGHTS}
    return style(content_of(content), style_of(painting), size=size, **{**layers, "frames": 0, **more})


class Judge:
    """The paper's losses of a picture, in float32."""

    def __init__(self, content: Tensor, painting: Tensor) -> None:
        self.features = features_of("vgg19", STYLE_LAYERS, pretrained=WEIGHTS)
        self.content, self.painting = content, painting
        self.p = self.maps(content)
        self.a = {name: gram(maps) for name, maps in self.maps(painting).items()}

    @torch.no_grad()
    def maps(self, x: Tensor) -> dict[str, Tensor]:
        return self.features(x[None])

    def style(self, x: Tensor) -> float:
        seen = self.maps(x)
        return sum(float(style_distance(gram(seen[name]), a)) for name, a in self.a.items()) / len(self.a)

    def content_loss(self, x: Tensor) -> float:
        return 0.5 * float((self.maps(x)[CONTENT_LAYER] - self.p[CONTENT_LAYER]).square().sum())

    def figures(self, x: Tensor) -> str:
        falls = self.style(self.content) / self.style(x)
        other = self.content_loss(resized(self.painting, (self.content.shape[-2], self.content.shape[-1])))
        chroma = [y - luma(y) for y in (x, self.content)]
        moved = 255 * float((chroma[0] - chroma[1]).abs().mean())
        return f"{falls:8.1f} × {self.content_loss(x) / other:9.3f} {moved:8.2f}"


def quality(size: int, folder: Path | None, pairs: Sequence[int]) -> None:
    print(f"{'pair':24} {'optimizer':9} {'precision':9} {'falls':>10} {'content':>9} {'chroma':>8} {'seconds':>8}")
    for content, painting in [PAIRS[i] for i in pairs]:
        judge = Judge(read_picture(content_of(content), size), read_picture(style_of(painting), size))
        variants: list[dict[str, Any]] = [
            {"optimizer": "lbfgs"},
            {"optimizer": "adam"},
            {"optimizer": "lbfgs", "precision": "float32"},
            {"optimizer": "adam", "precision": "float32"},
            {"optimizer": "lbfgs", "preserve_colour": True},
        ]
        for more in variants if content == PAIRS[0][0] else variants[:2]:
            begun = time.perf_counter()
            art = paint(content, painting, size, **more)
            seconds = time.perf_counter() - begun
            kept = " colour kept" if more.get("preserve_colour") else ""
            told = f"{content + ', ' + painting:24} {more['optimizer']:9} {art.learner.precision:9}"
            print(f"{told} {judge.figures(art.tensor[0])} {seconds:8.0f}{kept}", flush=True)
            if folder is not None:
                art.save(folder / f"{content}_{painting}_{'_'.join(str(value) for value in more.values())}.png")


# ---------------------------------------------------------------- speed


def bare_loop(
    net: nn.Sequential, grams: dict[int, Tensor], p: Tensor, x: Tensor, kind: torch.dtype, rate: float
) -> Callable[[], None]:
    """A loop written out by hand: the layers one after the other, losses on the way, Adam.

    With bf16 weights and picture are converted here, not by autocast.
    """
    weights = [
        (part.weight.to(kind).contiguous(memory_format=torch.channels_last), part.bias.to(kind))
        if isinstance(part, nn.Conv2d) and part.bias is not None
        else None
        for part in net
    ]
    x = x.clone().contiguous(memory_format=torch.channels_last).requires_grad_()
    optimizer = torch.optim.Adam([x], lr=rate, fused=True)
    mean, std = torch.tensor((0.485, 0.456, 0.406)).view(3, 1, 1), torch.tensor((0.229, 0.224, 0.225)).view(3, 1, 1)

    def step() -> None:
        y = ((x - mean) / std).to(kind)
        loss = torch.zeros(())
        for i, part in enumerate(net):
            given = weights[i]
            y = F.conv2d(y, *given, padding=1) if given is not None else part(y)
            if i in grams:
                f = y.flatten(2)[0]
                g = (f @ f.T).float() / f.shape[1]
                loss = loss + (g - grams[i]).square().sum() / (4 * len(f) ** 2)
            if i == CONTENT_AT:
                loss = loss + (y - p).float().square().mean()
        x.grad = None
        loss.backward()
        optimizer.step()

    return step


CONTENT_AT = 22  # relu4_2, as the parts of torchvision's VGG-19 are numbered
GRAMS_AT = (1, 6, 11, 20, 29)


class Turns(Callback):
    """After each step of `mb.style` the other variants make one each; all are timed."""

    def __init__(self, others: dict[str, Callable[[], None]]) -> None:
        self.others, self.seconds = others, {name: [] for name in (*others, "mb.style")}
        self._from = time.perf_counter()

    def on_step(self, learn: Learner) -> None:  # noqa: ARG002 - every callback is told
        self.seconds["mb.style"].append(time.perf_counter() - self._from)
        for name, step in self.others.items():
            begun = time.perf_counter()
            step()
            self.seconds[name].append(time.perf_counter() - begun)
        self._from = time.perf_counter()


def gflops() -> float:
    """Of a float32 product of 2048³."""
    a, found = torch.randn(2048, 2048), []
    for _ in range(5):
        begun = time.perf_counter()
        a @ a
        found.append(2 * 2048**3 / (time.perf_counter() - begun) / 1e9)
    return statistics.median(found)


def autocast_loop(net: nn.Sequential, grams: dict[int, Tensor], p: Tensor, x: Tensor) -> Callable[[], None]:
    """As PyTorch's own tutorials have it, but channels-last and under autocast: weights converted at each step."""
    inner = bare_loop(net, grams, p, x, torch.float32, 0.02)

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            inner()

    return step


def speed(size: int, steps: int, optimizer: str, slow: bool) -> None:
    torch.manual_seed(0)
    content, painting = torch.rand(3, size, size), torch.rand(3, size, size)
    features = features_of("vgg19", [*DEEP, "relu4_2"], pretrained=False)
    net = nn.Sequential(*list(features.net.features)[:30])
    seen = features(painting[None])
    grams = {i: gram(seen[name]) for i, name in zip(GRAMS_AT, DEEP, strict=True)}
    p = features(content[None])["relu4_2"]
    others = {"bare, bf16": bare_loop(net, grams, p.bfloat16(), content[None], torch.bfloat16, 0.02)}
    if slow:
        others["bare, autocast"] = autocast_loop(net, grams, p, content[None])
        others["bare, float32"] = bare_loop(net, grams, p, content[None], torch.float32, 0.02)
    turns, before = Turns(others), gflops()
    style(
        content, painting, pretrained=False, size=size, scales=1, steps=steps, optimizer=optimizer, frames=0,  # type: ignore[arg-type]
        callbacks=[turns],
    )  # fmt: skip
    pace = statistics.median([before, gflops()])
    print(
        f"{torch.get_num_threads()} thread(s), float32 products {pace:.0f} GFLOP/s, {optimizer}, {steps - 2} steps each"
    )
    ours = statistics.median(turns.seconds["mb.style"][2:])
    for name, seconds in turns.seconds.items():
        middle = statistics.median(seconds[2:])
        print(f"{name:16} {middle:7.3f} s an iteration, {middle / ours:5.2f} × mb.style")
    here = BEAT * GFLOPS / pace
    print(f"to beat: {BEAT} s at {GFLOPS:.0f} GFLOP/s, {here:.2f} s at this pace: {ours / here:.2f} of it")


# ---------------------------------------------------------------- memory


def memory(size: int, steps: int, optimizer: str, precision: str) -> None:
    """What is told beforehand against the peak above what the process has at that moment (Linux)."""
    told: list[tuple[str, int]] = []
    handler = logging.Handler()

    def listen(record: logging.LogRecord) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        told.append((record.getMessage(), resident("VmRSS")))

    handler.emit = listen  # type: ignore[method-assign]
    logger = logging.getLogger("makebelieve.art.memory")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    content, painting = torch.rand(3, size, size), torch.rand(3, size, size)
    begun = time.perf_counter()
    style(
        content, painting, pretrained=False, size=size, scales=1, steps=steps, frames=0,
        optimizer=optimizer, precision=precision,  # type: ignore[arg-type]
    )  # fmt: skip
    peak, (sentence, before) = resident("VmHWM"), told[0]
    needed, seconds = int(re.findall(r"(\d+) MB", sentence)[0]), time.perf_counter() - begun
    print(f"{size} × {size}, {optimizer}, {precision}, {steps} steps in {seconds:.0f} s; {sentence}")
    print(f"from {before:,} MB to {peak:,} MB: {peak - before:,} MB, {(peak - before) / needed:.2f} of what was told")


def resident(what: str) -> int:
    """MB that the process has (VmRSS), or had at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{what}:"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", nargs="?", choices=("quality", "speed", "memory"), default="quality")
    parser.add_argument("--size", type=int, default=None)
    parser.add_argument("--steps", type=int, default=None)
    parser.add_argument("--optimizer", default="lbfgs", choices=("lbfgs", "adam"))
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--pairs", type=int, nargs="*", default=range(len(PAIRS)))
    parser.add_argument("--slow", action="store_true", help="speed: also the slower loops")
    parser.add_argument("--pictures", type=Path, default=None, help="quality: folder for the results")


def run(args: argparse.Namespace) -> None:
    if args.which == "quality":
        quality(args.size or 256, args.pictures, args.pairs)
    elif args.which == "speed":
        speed(args.size or 400, args.steps or 12, args.optimizer, args.slow)
    else:
        memory(args.size or 1024, args.steps or 3, args.optimizer, args.precision)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    run(parser.parse_args())
