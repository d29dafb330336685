"""Recognisers on real data: quality by seeds, and speed against bare PyTorch loops.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/recognisers.py PART [--seeds 0,1,2] [--threads 2]

parts: flowers (a photo set, fine-tuned from mobilenet_v2's weights, against a linear probe on the frozen features),
mnist (the small network, three epochs), sounds (spoken digits, each speaker held out in turn), series (four UCR sets),
angles (how far a digit has been turned), frozen and unfrozen (steps of a ResNet-34 at 224 pixels against bare loops on
the same tensors), jpeg (photos to batches).

The data are looked for in the folder that MAKEBELIEVE_DATA names, as `../shared/data` has them.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import makebelieve as mb
from makebelieve.data.stream import StreamBatches
from makebelieve.networks.transfer import transfer
from makebelieve.training.game import set_memory_format
from makebelieve.training.precision import multiplies_bf16

DATA = Path(os.environ.get("MAKEBELIEVE_DATA", "../shared/data"))
WEIGHTS = DATA / "weights" / "mobilenet_v2.safetensors"
SPEAKERS = ("george", "jackson", "nicolas", "theo", "yweweler")
UCR = {"GunPoint": 0.96, "Coffee": 1.0, "ItalyPowerDemand": 0.95, "ArrowHead": 0.80}


def new_run() -> str:
    return tempfile.mkdtemp() + "/run"


def show(name: str, figure: str, found: list[float], seconds: list[float], bar: str) -> None:
    each = ", ".join(f"{value:.4f}" for value in found)
    print(
        f"| {name} | {figure} | {statistics.median(found):.4f} | {statistics.mean(found):.4f} | {each} "
        f"| {statistics.median(seconds):.0f} | {bar} |",
        flush=True,
    )


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


# ------------------------------------------------------------------------ quality


def flowers(seeds: list[int], epochs: int = 5) -> None:
    from sklearn.linear_model import LogisticRegression

    photos = DATA / "photos-flowers"
    augment = [mb.random_flip(), mb.random_affine(10, 0.15, 0.1, 0.05)]
    found, taken, probes = [], [], []
    for seed in seeds:
        data = mb.images(photos, size=224, augment=augment, seed=seed)
        learn = mb.classifier(data, "mobilenet_v2", pretrained=WEIGHTS, seed=seed, run=new_run())
        train, test = learn.embed(part="train").numpy(), learn.embed(part="valid").numpy()
        scale = train.mean(0), train.std(0) + 1e-6
        probe = LogisticRegression(C=0.01, max_iter=2000)
        probe.fit((train - scale[0]) / scale[1], data.train.y.numpy())
        probes.append(float(probe.score((test - scale[0]) / scale[1], data.valid.y.numpy())))
        taken.append(timed(lambda learn=learn: learn.fine_tune(epochs)))
        found.append(learn.evaluate()["accuracy"])
    show("photos-flowers, linear probe", "accuracy", probes, [0.0], "0.88 (lead)")
    show(f"photos-flowers, fine_tune({epochs})", "accuracy", found, taken, "0.91, 2 points above the probe, 600 s")


def mnist(seeds: list[int], epochs: int = 3) -> None:
    found, taken = [], []
    for seed in seeds:
        learn = mb.classifier(mb.images("mnist"), seed=seed, run=new_run())
        taken.append(timed(lambda learn=learn: learn.fit_one_cycle(epochs)))
        found.append(learn.evaluate()["accuracy"])
    show(f"MNIST, small network, fit_one_cycle({epochs})", "accuracy", found, taken, "0.992 in 180 s")


def sounds(seeds: list[int], epochs: int = 4) -> None:
    means, folder = [], DATA / "audio-fsdd"
    for seed in seeds:
        found, taken = [], []
        for speaker in SPEAKERS:
            look = {"mels": 40, "window": 0.032, "hop": 0.016, "reach": 30}
            data = mb.audio(folder, labels=r"(\d)_\w+_\d+\.wav$", valid=f"_{speaker}_", seed=seed, **look)
            learn = mb.classifier(data, seed=seed, run=new_run())
            taken.append(timed(lambda learn=learn: learn.fit_one_cycle(epochs)))
            found.append(learn.evaluate()["accuracy"])
            print(f"{speaker}, seed {seed}: {found[-1]:.4f} in {taken[-1]:.0f} s", flush=True)
        means.append(statistics.mean(found))
    show("spoken digits, mean over speakers held out", "accuracy", means, taken, "0.85")


def series(seeds: list[int], steps: int = 150) -> None:
    for name, bar in UCR.items():
        found, taken = [], []
        for seed in seeds:
            learn = mb.classifier(mb.series(DATA / "ucr" / name), batch_size=16, seed=seed, run=new_run())
            epochs = steps / learn.steps_per_epoch
            taken.append(timed(lambda learn=learn, epochs=epochs: learn.fit_one_cycle(epochs)))
            found.append(learn.evaluate()["accuracy"])
        show(f"UCR {name}", "accuracy", found, taken, f"{bar:.2f}")


def angles(seeds: list[int], epochs: int = 5, n: int = 20_000) -> None:
    """Digits of MNIST turned by up to 45 degrees; the first n of the training digits, 1,000 others to judge by."""
    found, taken = [], []
    every = mb.images("mnist")
    x = every.train.x[: n + 1000, 0].numpy()
    for seed in seeds:
        turns = np.random.default_rng(seed).uniform(-45, 45, len(x))
        turned = np.stack([
            np.asarray(Image.fromarray(picture).rotate(angle, Image.Resampling.BILINEAR))
            for picture, angle in zip(x, turns, strict=True)
        ])  # fmt: skip
        data = mb.images(turned, labels=turns.tolist(), valid=range(n, n + 1000))
        learn = mb.regressor(data, seed=seed, run=new_run())
        taken.append(timed(lambda learn=learn: learn.fit_one_cycle(epochs)))
        found.append(learn.evaluate()["mae"])
    show("angle of turned digits", "degrees, mean error", found, taken, "6")


# ------------------------------------------------------------------------ speed


def resnet(frozen: bool, rounds: int, batch: int = 16, steps: int = 4) -> None:
    """A ResNet-34 at 224 pixels: the learner against a bare loop on the same tensors and number format."""
    x = torch.randint(0, 256, (batch * steps, 3, 224, 224), dtype=torch.uint8)
    y = torch.randint(0, 5, (len(x),))
    data = mb.images(x, labels=y.tolist(), valid=0, augment=[mb.random_flip()])
    learn = mb.classifier(data, "resnet34", pretrained=False, batch_size=batch, run=new_run())
    learn.callbacks.clear()
    if frozen:
        learn.freeze()
    model = transfer("resnet34", channels=3, size=(224, 224), outputs=5, pretrained=False)
    set_memory_format({"model": model})
    model.train()
    if frozen:
        model.body.requires_grad_(False).eval()
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=1e-3, weight_decay=0.01, fused=True)
    pictures = x.to(memory_format=torch.channels_last)
    bf16 = multiplies_bf16(torch.device("cpu"))

    def bare(count: int) -> None:
        for step in range(count):
            part = slice(step % steps * batch, (step % steps + 1) * batch)
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                logits = model(pictures[part] / 255)
            loss = torch.nn.functional.cross_entropy(logits, y[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    clock = Clock()
    learn.callbacks.append(clock)
    times: dict[str, list[float]] = {"bare": [], "learner": []}
    for turn in range(rounds + 1):
        bare(1)
        found = {"bare": [timed(lambda: bare(1)) for _ in range(2 * steps)]}
        clock.steps.clear()
        learn.fit(steps=2 * steps + 2)  # its checkpoints, one at each end, are no step's time
        found["learner"] = clock.steps[1:]
        if turn:
            for name, each in found.items():
                times[name].append(statistics.median(each))
    rate = {name: batch / statistics.median(each) for name, each in times.items()}
    ratio = statistics.median(ours / theirs for ours, theirs in zip(times["learner"], times["bare"], strict=True))
    kind = "body frozen" if frozen else "unfrozen"
    print(f"| ResNet-34 at 224, batch {batch}, {kind} | {rate['bare']:.1f} | {rate['learner']:.1f} | {ratio:.3f} |")


class Clock(mb.Callback):
    """Seconds from the end of one step to the end of the next."""

    def __init__(self) -> None:
        self.steps: list[float] = []
        self._last = 0.0

    def on_step(self, learn: mb.Learner) -> None:  # noqa: ARG002
        now = time.perf_counter()
        self.steps.append(now - self._last)
        self._last = now


def jpeg(rounds: int, count: int = 300, longest: int = 500, workers: int = 2) -> None:
    """JPEG files of about 500 pixels to batches of 64 at 224, read by two worker processes."""
    folder = Path(tempfile.mkdtemp())
    for i, path in enumerate(sorted((DATA / "photos-flowers").rglob("*.jpg"))[:count]):
        image = Image.open(path).convert("RGB")
        scale = longest / max(image.size)
        size = round(image.width * scale), round(image.height * scale)
        encoded = io.BytesIO()
        image.resize(size, Image.Resampling.BICUBIC).save(encoded, "JPEG", quality=90)
        (folder / f"{i:04}.jpg").write_bytes(encoded.getvalue())
    data = mb.images(folder, size=224, memory=False, workers=workers, valid=0)
    rates = []
    for _ in range(rounds):
        batches = data.batches("train", 60)
        assert isinstance(batches, StreamBatches)
        next(batches)
        begun = time.perf_counter()
        for _ in range(20):
            next(batches)
        rates.append(20 * 60 / (time.perf_counter() - begun))
    print(
        f"JPEG files to 224 pixels, {workers} workers: {statistics.median(rates):.0f} images/s (best {max(rates):.0f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("flowers", "mnist", "sounds", "series", "angles", "frozen", "unfrozen", "jpeg")
    parser.add_argument("part", choices=parts)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    logging.disable(logging.INFO)
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    if arguments.part in ("frozen", "unfrozen"):
        print("| step | bare, images/s | learner, images/s | time over the bare loop's |\n|---|---|---|---|")
        resnet(arguments.part == "frozen", arguments.rounds)
    elif arguments.part == "jpeg":
        jpeg(arguments.rounds)
    else:
        print("| what | figure | median | mean | by seed | seconds | bar |\n|---|---|---|---|---|---|---|")
        quality = {"flowers": flowers, "mnist": mnist, "sounds": sounds, "series": series, "angles": angles}
        more = {"epochs": arguments.epochs} if arguments.epochs else {}
        quality[arguments.part](seeds, **more)


if __name__ == "__main__":
    main()
