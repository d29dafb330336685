"""The stylizer on real photos: what a step costs over a bare loop, what one pass reaches of what optimising the picture
itself does, and how many pictures a second it paints.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/_stylizer.py [step] [quality] [use] [--steps 500] [--run FOLDER]

Photos are those of photos-flowers at --size pixels, the style a painting of pictures/style, the losses those of VGG-19
up to relu3_1. "step" times windows of a fit without checkpoints and of a bare loop over the same network, layers,
losses and precision, turn by turn. "quality" trains for --steps (or takes --run) and paints the pictures of
pictures/content, which it has never seen, at 256 pixels; L-BFGS then optimises each picture itself on the same weighted
sum. "use" takes a network with random weights, which costs the same.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

import makebelieve as mb
from makebelieve.art.reading import read_picture
from makebelieve.networks.using import evaluating
from makebelieve.systems.stylizer import stylizer
from makebelieve.systems.stylizer.learner import Stylizer
from makebelieve.systems.stylizer.targets import Perception, Targets

SHARED = Path(os.environ.get("MAKEBELIEVE_DATA", "../shared/data"))
WEIGHTS = SHARED / "weights" / "vgg19_normalised_relu3_1.safetensors"
PARTS = ("step", "quality", "use")
CONTENT = ("amber", "golden_gate", "tubingen")
SEEN = 256  # pixels of the longer side in "quality"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all without")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=500, help="of the fit in quality")
    parser.add_argument("--style", default="mosaic")
    parser.add_argument("--run", type=Path, help="a run to judge in quality, instead of a fit")
    parser.add_argument("--out", type=Path, help="a folder for the pictures of quality")


def make(args: argparse.Namespace) -> Stylizer:
    data = mb.images(SHARED / "photos-flowers", size=args.size, labels=None)
    painting = SHARED / "pictures" / "style" / f"{args.style}.jpg"
    run = Path(tempfile.mkdtemp()) / "run"
    return stylizer(painting, data, pretrained=WEIGHTS, saving=mb.Saving(steps=10**9), run=run)


def seconds(function: partial[None]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def weighted(perception: Perception, options: dict[str, float], targets: Targets, x: Tensor, y: Tensor) -> Tensor:
    content, style = perception.losses(x, y, targets)
    return (options["content_weight"] * content + options["style_weight"] * style).mean()


def step(args: argparse.Namespace, windows: int = 5, steps: int = 12) -> None:
    """Medians of windows, ours and bare in turn."""
    ours, other = make(args), make(args)
    options, targets = dict(other.game.options), other.nets["targets"]
    perception = options.pop("perception")
    net, optimizer = other.nets["model"], other.game.players["model"].optimizer
    batches = other.batches
    ours.fit(steps=3)

    def bare(count: int) -> None:
        for _ in range(count):
            x = next(batches).x
            with torch.autocast("cpu", torch.bfloat16, enabled=other.precision == "bf16"):
                loss = weighted(perception, options, targets, x, net(x))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def fit(count: int) -> None:
        for index in range(count):
            ours.game.play(next(ours.batches), index)

    bare(3)
    times = [(seconds(partial(fit, steps)) / steps, seconds(partial(bare, steps)) / steps) for _ in range(windows)]
    our, their = (statistics.median(column) for column in zip(*times, strict=True))
    whole = seconds(partial(ours.fit, steps=100)) / 100
    print(f"step, batch {ours.batch_size} of {args.size} pixels, {ours.precision}, {torch.get_num_threads()} threads")
    print(f"  ours {our * 1000:7.1f} ms   bare {their * 1000:7.1f} ms   {our / their:.3f}×")
    print(
        f"  a fit of 100 steps with samples, checkpoints and page: {whole * 1000:.1f} ms a step, {whole / their:.3f}×"
    )


def optimised(x: Tensor, learn: Stylizer, iterations: int) -> Tensor:
    """The picture itself on the same sum, by L-BFGS from the photo."""
    options = dict(learn.game.options)
    perception, targets = options.pop("perception"), learn.nets["targets"]
    y = x.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([y], max_iter=iterations, max_eval=2 * iterations, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = weighted(perception, options, targets, x, y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return y.detach().clamp(0, 1)


def quality(args: argparse.Namespace, iterations: int = 60) -> None:
    judge = make(args)
    taken = seconds(partial(judge.fit, steps=args.steps)) if args.run is None else 0.0
    learn: Stylizer = judge if args.run is None else mb.load(args.run)
    perception, targets = judge.game.options["perception"], judge.nets["targets"]
    print(f"quality, {args.style}, {learn.step} steps in {taken:.0f} s; content + style as shares at {SEEN} pixels")
    print(f"{'':14}{'the photo':>16}{'one pass':>22}{f'L-BFGS, {iterations} iterations':>28}")
    for name in CONTENT:
        x = read_picture(SHARED / "pictures" / "content" / f"{name}.jpg", SEEN)[None]
        start = time.perf_counter()
        painted = learn.stylise(x).tensor
        once = time.perf_counter() - start
        start = time.perf_counter()
        best = optimised(x, judge, iterations)
        many = time.perf_counter() - start
        cells = []
        with torch.no_grad(), evaluating(learn.model):
            for y in (x, painted, best):
                content, style = perception.losses(x, y, targets)
                cells.append(f"{float(content):.3f} + {float(style):.3f}")
        print(f"{name:14}{cells[0]:>16}{cells[1]:>16}{once:5.2f} s{cells[2]:>20}{many:6.1f} s   {many / once:,.0f}×")
        if args.out is not None:
            mb.Pictures(torch.cat([x, painted, best])).save(args.out / f"{args.style}-{name}.png")


def use(args: argparse.Namespace) -> None:
    learn = make(args)
    print(f"use, {torch.get_num_threads()} threads, float32, one picture after the other")
    for side in (256, 512):
        photo = torch.rand(3, side, side)
        learn.stylise(photo)
        times = [seconds(partial(_stylise, learn, photo)) for _ in range(8)]
        print(f"  {side} × {side}: {1 / statistics.median(times):.1f} pictures a second")


def _stylise(learn: Stylizer, photo: Tensor) -> None:
    learn.stylise(photo)


def run(args: argparse.Namespace) -> None:
    torch.manual_seed(0)
    parts = {"step": step, "quality": quality, "use": use}
    for name in getattr(args, "parts", None) or PARTS:
        parts[name](args)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(arguments)
    run(arguments.parse_args())
