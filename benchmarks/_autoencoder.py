"""The autoencoder on real MNIST against the textbook's, re-made in bare PyTorch: quality, denoising, speed.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/_autoencoder.py [quality] [denoise] [speed] [--threads 2]

The textbook trains dense 784-32-784 for ten epochs in batches of 256 with Adam at 1e-3 on binary cross-entropy; its
denoiser adds 0.55 times standard Gaussian noise, drawn once, and clips. Here that code is given its best conditions:
the data in memory as float32 and no progress to print. Times are wall time, and the library's contain all that `fit`
does (validation, samples, checkpoints, the page).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.evaluate.quality import mse, psnr
from makebelieve.objectives.reconstruction import bernoulli_nll
from makebelieve.systems.autoencoder import autoencoder
from makebelieve.systems.autoencoder.learner import AutoencoderLearner
from makebelieve.systems.autoencoder.networks import Autoencoder, dense
from makebelieve.training.schedule import one_cycle

BATCH, EPOCHS, NOISE = 256, 10, 0.55
OUR_EPOCHS = 50
STEPS = 4680  # twenty epochs, as one fit: what is written at its start and end weighs as in real use
FOLDER = Path(tempfile.mkdtemp())


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(dir=FOLDER)) / "run"


def textbook_network(seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 784), nn.Sigmoid())
    for layer in (network[0], network[2]):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    return network


def train_textbook(network: nn.Module, given: Tensor, wanted: Tensor, steps: int) -> None:
    """Steps on pictures (n, 784), in a new order each epoch."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    epoch = len(given) // BATCH
    for step in range(steps):
        if step % epoch == 0:
            order = torch.randperm(len(given)).split(BATCH)
        items = order[step % epoch]
        loss = F.binary_cross_entropy(network(given[items]), wanted[items])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def flat(x: Tensor) -> Tensor:
    return x.flatten(1).float() / 255


def textbook(data: mb.Data, seed: int, noise: float) -> tuple[float, nn.Module]:
    """Its seconds and its network."""
    x = flat(data.train.x)
    network = textbook_network(seed)
    begun = time.perf_counter()
    given = (x + noise * torch.randn_like(x)).clamp(0, 1) if noise else x
    train_textbook(network, given, x, EPOCHS * (len(x) // BATCH))
    return time.perf_counter() - begun, network.eval()


def ours(data: mb.Data, seed: int, noise: float, seconds: float | None) -> tuple[float, AutoencoderLearner]:
    """Seconds and learner of `mb.autoencoder` at its defaults: one cycle of OUR_EPOCHS, or of so many seconds."""
    learn = autoencoder(data, noise=noise, seed=seed, device="cpu", run=new_folder())
    begun = time.perf_counter()
    if seconds is None:
        learn.fit_one_cycle(OUR_EPOCHS)
    else:
        learn.fit(minutes=seconds / 60, schedule=one_cycle)
    return time.perf_counter() - begun, learn


def quality(data: mb.Data, seeds: int) -> None:
    """Test MSE of the dense autoencoder."""
    truth = data.valid.x / 255
    rows: dict[str, list[tuple[float, float]]] = {"textbook": [], "makebelieve": []}
    for seed in range(seeds):
        seconds, network = textbook(data, seed, 0.0)
        with torch.no_grad():
            found = network(truth.flatten(1)).view_as(truth)
        rows["textbook"].append((mse(found, truth).mean().item(), seconds))
        seconds, learn = ours(data, seed, 0.0, None)
        rows["makebelieve"].append((learn.evaluate()["mse"], seconds))
        learn.show_results(10).save(FOLDER / "reconstructions.png")
        learn.show_latents().save(FOLDER / "latents.png")
    print(f"\nDense 784-32-784, {EPOCHS} textbook epochs against fit_one_cycle({OUR_EPOCHS}); pictures in {FOLDER}")
    table(rows, "test MSE", "{:.5f}")


def denoise(data: mb.Data, seeds: int) -> None:
    """PSNR on the test pictures with one draw of noise for all, and the library has half the textbook's seconds."""
    truth = data.valid.x / 255
    noisy = (truth + NOISE * torch.randn(truth.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    rows: dict[str, list[tuple[float, float]]] = {"textbook": [], "makebelieve": []}
    errors: dict[str, list[float]] = {"textbook": [], "makebelieve": []}
    for seed in range(seeds):
        seconds, network = textbook(data, seed, NOISE)
        with torch.no_grad():
            found = {"textbook": network(noisy.flatten(1)).view_as(truth)}
        half, learn = ours(data, seed, NOISE, 0.45 * seconds)
        found["makebelieve"] = learn.denoise(noisy).tensor
        learn.show_results(10).save(FOLDER / "denoised.png")
        for name, taken in (("textbook", seconds), ("makebelieve", half)):
            rows[name].append((psnr(found[name], truth).mean().item(), taken))
            errors[name].append(mse(found[name], truth).mean().item())
    print(f"\nDenoiser, Gaussian noise {NOISE}: dense 784-32-784 both")
    table(rows, "test PSNR, dB", "{:.2f}")
    print({name: f"test MSE {statistics.median(all_):.5f}" for name, all_ in errors.items()})


def table(rows: dict[str, list[tuple[float, float]]], figure: str, form: str) -> None:
    """Medians, and each seed's figure."""
    print(f"| | {figure}, median | seconds, median | by seed |\n|---|---|---|---|")
    for name, found in rows.items():
        values, seconds = zip(*found, strict=True)
        each = ", ".join(form.format(value) for value in values)
        print(f"| {name} | {form.format(statistics.median(values))} | {statistics.median(seconds):.1f} | {each} |")


# ------------------------------------------------------------------------ speed

Trainer = Callable[[int], None]


def bare_textbook(data: mb.Data) -> Trainer:
    x, network = flat(data.train.x), textbook_network(0)
    return lambda steps: train_textbook(network, x, x, steps)


def bare_same(data: mb.Data) -> Trainer:
    """The learner's arithmetic in a loop of one's own: uint8 in memory, the same networks and loss, fused Adam."""
    torch.manual_seed(0)
    model = Autoencoder(*dense((1, 28, 28), 32))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    x, epoch = data.train.x, len(data.train) // BATCH

    def train(steps: int) -> None:
        for step in range(steps):
            if step % epoch == 0:
                order = torch.randperm(len(x)).split(BATCH)
            batch = torch.div(x.index_select(0, order[step % epoch]), 255)
            loss = bernoulli_nll(model(batch), batch).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

    return train


def by_the_learner(data: mb.Data, *, samples: bool = False, **options: object) -> Trainer:
    """`samples`: with pictures along the way and the page at the end, about fifty in any run."""
    learn = autoencoder(data, device="cpu", run=new_folder(), **options)
    if not samples:
        learn.callbacks.clear()
    return lambda steps: learn.fit(steps=steps)


def speed(rounds: int) -> None:
    """Interleaved rounds of STEPS steps; the first of each is for warming up."""
    data = mb.images("mnist", valid=0)
    trainers = {
        "textbook loop": bare_textbook(data),
        "bare loop, the learner's arithmetic": bare_same(data),
        "mb.autoencoder": by_the_learner(data),
        "mb.autoencoder, samples and page": by_the_learner(data, samples=True),
        "mb.autoencoder, bf16": by_the_learner(data, precision="bf16"),
        "mb.autoencoder, noise=0.55": by_the_learner(data, noise=NOISE),
    }
    times: dict[str, list[float]] = {name: [] for name in trainers}
    for turn in range(rounds + 1):
        order = list(trainers.items())
        for name, train in order if turn % 2 else reversed(order):
            steps = STEPS // 10 if name == "textbook loop" else STEPS
            begun = time.perf_counter()
            train(steps)
            if turn:
                times[name].append((time.perf_counter() - begun) / steps * 1e3)
    base = times["bare loop, the learner's arithmetic"]
    print(f"\nDense 784-32-784, batch {BATCH}, {torch.get_num_threads()} threads, {rounds} interleaved rounds")
    print(
        "| | ms a step | images/s | images/s, best round | time over the bare loop's, median |\n|---|---|---|---|---|"
    )
    for name, found in times.items():
        middle, ratio = statistics.median(found), statistics.median(a / b for a, b in zip(found, base, strict=True))
        print(
            f"| {name} | {middle:.3f} | {BATCH / middle * 1e3:,.0f} | {BATCH / min(found) * 1e3:,.0f} | {ratio:.3f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["quality", "denoise", "speed"])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if "quality" in arguments.what:
        quality(mb.images("mnist"), arguments.seeds)
    if "denoise" in arguments.what:
        denoise(mb.images("mnist"), arguments.seeds)
    if "speed" in arguments.what:
        speed(arguments.rounds)


if __name__ == "__main__":
    main()
