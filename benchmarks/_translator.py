"""The translator on photos that it has not seen: enlarged, coloured, restored, beside what needs no network.

    python benchmarks/_translator.py [--tasks enlarge colourise backbone restore speed] [--minutes 10] [--size 128]

The photos are split by their folders, `train` and `test`. Times are wall time of `fit`, all that it does included; how
many threads there were stands below each table. Sheets of results are written where `--out` says.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

import makebelieve as mb
from makebelieve.systems.translator import Translator, translator
from makebelieve.systems.translator.tasks import Task
from makebelieve.training.precision import multiplies_bf16

FLOWERS = Path(__file__).parents[2] / "shared" / "data" / "photos-flowers"
BARS = {"enlarge": 0.7, "restore": 7.0}  # dB over bicubic, and over the noisy input


def new_folder() -> Path:
    return Path(tempfile.mkdtemp()) / "run"


def trained(data: mb.Data, task: str, minutes: float, **options: Any) -> tuple[Translator, float]:
    """A translator at its defaults, and the minutes that its training took."""
    learn = translator(data, task, device="cpu", run=new_folder(), **options)  # type: ignore[arg-type]
    begun = time.perf_counter()
    learn.fit(minutes=minutes)
    return learn, (time.perf_counter() - begun) / 60


def quality(data: mb.Data, task: str, minutes: float, out: Path, **options: Any) -> None:
    learn, taken = trained(data, task, minutes, **options)
    figures = learn.evaluate()
    learn.show_results(8).save(out / f"{task}.png")
    threads = torch.get_num_threads()
    print(f"\n{task}: {learn.step:,} steps in {taken:.1f} minutes on {threads} threads, {figures.protocol['n']} photos")
    if task == "colourise":
        grey, mean = figures["lab_distance_grey"], figures["lab_distance_mean"]
        print("| ΔE in Lab | mean | over ours |\n|---|---|---|")
        for name, value in (("ours", figures["lab_distance"]), ("grey", grey), ("mean colour", mean)):
            print(f"| {name} | {value:.2f} | {value / figures['lab_distance']:.3f} |")
        return
    plain = learn.task.plain_name
    gain = figures["psnr"] - figures[f"psnr_{plain}"]
    print("| | PSNR, dB | SSIM |\n|---|---|---|")
    print(f"| {plain} | {figures[f'psnr_{plain}']:.2f} | {figures[f'ssim_{plain}']:.4f} |")
    print(f"| ours | {figures['psnr']:.2f} | {figures['ssim']:.4f} |")
    print(f"gain {gain:+.2f} dB (bar {BARS[task]:+.1f})")


# ------------------------------------------------------------------------ speed


def bare_loop(learn: Translator, data: mb.Data, steps: int) -> float:
    """Seconds a step of the same network, task and crops in a loop of one's own: bf16 where the chip has it."""
    task, crop, n = learn.task, learn.crop, learn.batch_size
    x = data.train.x
    assert isinstance(x, torch.Tensor)
    model, optimizer = learn.nets["model"], None
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    begun = time.perf_counter()
    for _ in range(steps):
        given, truth = bare_example(x, task, crop, n)
        with torch.autocast("cpu", torch.bfloat16, multiplies_bf16(torch.device("cpu"))):
            loss = task.loss(model(given), task.wanted(truth)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return (time.perf_counter() - begun) / steps


def bare_example(x: torch.Tensor, task: Task, crop: int, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    items = torch.randint(len(x), (n,))
    tops, lefts = torch.randint(x.shape[-2] - crop + 1, (n,)), torch.randint(x.shape[-1] - crop + 1, (n,))
    places = zip(items.tolist(), tops.tolist(), lefts.tolist(), strict=True)
    some = torch.stack([x[i, :, top : top + crop, left : left + crop] for i, top, left in places]).float().div_(255)
    some = some.contiguous(memory_format=torch.channels_last)
    if torch.rand(()) < 0.5:
        some = some.flip(-1)
    return task.pair(some, torch.randn_like(some) if task.gaussian else None, torch.rand(n, task.uniforms))


def speed(data: mb.Data, rounds: int, steps: int) -> None:
    """Interleaved rounds of `steps` steps; the first of each is for warming up."""
    print(f"\nSpeed on {torch.get_num_threads()} threads, {rounds} interleaved rounds of {steps} steps")
    print(
        "| task | bare loop, ms a step | mb.translator, ms a step | ratio, median | pictures/s |\n|---|---|---|---|---|"
    )
    for task in ("enlarge", "colourise", "restore"):
        learn, other = (translator(data, task, device="cpu", run=new_folder()) for _ in range(2))
        learn.callbacks.clear()
        bare, ours = list[float](), list[float]()
        for turn in range(rounds + 1):
            one = bare_loop(other, data, steps)
            begun = time.perf_counter()
            learn.fit(steps=steps)
            two = (time.perf_counter() - begun) / steps
            if turn:
                bare.append(one)
                ours.append(two)
        ratio = statistics.median(b / a for a, b in zip(bare, ours, strict=True))
        per_second = learn.batch_size / statistics.median(ours)
        times = f"{statistics.median(bare) * 1e3:.1f} | {statistics.median(ours) * 1e3:.1f}"
        print(f"| {task} | {times} | {ratio:.3f} | {per_second:.0f} |")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tasks",
        nargs="*",
        default=["enlarge", "colourise", "restore", "speed"],
        choices=["enlarge", "colourise", "backbone", "restore", "speed"],
    )
    parser.add_argument("--data", type=Path, default=FLOWERS)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--backbone", default="mobilenet_v2", help="of the task `backbone`: colourise with one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20, help="of a round of the speed test")
    parser.add_argument("--out", type=Path, default=Path(tempfile.mkdtemp()))


def run(args: argparse.Namespace) -> None:
    data = mb.images(args.data, size=args.size, channels=3, labels=None)
    for task in ("enlarge", "colourise", "restore"):
        if task in args.tasks:
            quality(data, task, args.minutes, args.out)
    if "backbone" in args.tasks:
        quality(data, "colourise", args.minutes, args.out / "with-backbone", backbone=args.backbone)
    if "speed" in args.tasks:
        speed(data, args.rounds, args.steps)
    print(f"\nSheets in {args.out}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    run(parser.parse_args())


if __name__ == "__main__":
    main()
