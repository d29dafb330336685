"""What the learner costs beyond the arithmetic: its step against a bare PyTorch loop that does the same work.

    python benchmarks/overhead.py [--rounds 9] [--threads 2]

Both sides train in turn in one process, on the same data, networks, number formats and fused optimizers; the learner
keeps history, health and checkpoints as it always does. Prints milliseconds a step (medians) and the median ratio.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.objectives import adversarial as adv
from makebelieve.systems.gan.networks import dcgan
from makebelieve.training import Settings
from makebelieve.training.precision import multiplies_bf16

Trainer = Callable[[int], None]


def mlp() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def bare_mlp(data: mb.Data) -> Trainer:
    """Digits as one uint8 tensor, an index a batch, fused Adam."""
    model, size = mlp(), 32
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    x, y = data.train.x, data.train.y
    steps_per_epoch = len(x) // size

    def train(steps: int) -> None:
        for step in range(steps):
            if step % steps_per_epoch == 0:
                order = torch.randperm(len(x)).split(size)
            items = order[step % steps_per_epoch]
            loss = F.cross_entropy(model(torch.div(x.index_select(0, items), 255)), y.index_select(0, items))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

    return train


def learner_mlp(data: mb.Data, folder: Path) -> Trainer:
    settings = Settings(batch_size=32, precision="float32")
    learn = mb.Learner(data, {"model": mlp()}, mb.supervised(F.cross_entropy), settings=settings, run=folder)
    return lambda steps: learn.fit(steps=steps)


def gan_networks() -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    nets = dcgan((1, 28, 28), 64, critic_norm="spectral", generator_norm="batch")
    return tuple(net.to(memory_format=torch.channels_last) for net in nets)


def bare_gan(data: mb.Data) -> Trainer:
    """Hinge loss, one fake for both turns, fused Adam, moving average of the generator's weights."""
    generator, critic = gan_networks()
    average, _ = gan_networks()
    average.load_state_dict(generator.state_dict())
    kept = [t for t in average.state_dict().values() if t.is_floating_point()]
    live = [t for t in generator.state_dict().values() if t.is_floating_point()]
    make = mb.recipes.hinge.optimizers
    optimizers = {
        name: make[name](net.parameters(), fused=True) for name, net in (("generator", generator), ("critic", critic))
    }
    x, size, bf16 = data.train.x, 128, multiplies_bf16(torch.device("cpu"))
    steps_per_epoch = len(x) // size

    def train(steps: int) -> None:
        for step in range(steps):
            if step % steps_per_epoch == 0:
                order = torch.randperm(len(x)).split(size)
            real = torch.div(x.index_select(0, order[step % steps_per_epoch]), 255).contiguous(
                memory_format=torch.channels_last
            )
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                fake = generator(torch.randn(size, 64))
                loss = adv.hinge_critic(*critic(torch.cat([real, fake.detach()])).chunk(2))
            optimizers["critic"].zero_grad(set_to_none=True)
            loss.backward()
            optimizers["critic"].step()
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                loss = adv.hinge_generator(critic(fake))
            optimizers["generator"].zero_grad(set_to_none=True)
            loss.backward(inputs=list(generator.parameters()))
            optimizers["generator"].step()
            with torch.no_grad():
                torch._foreach_lerp_(kept, live, 0.01)

    return train


def learner_gan(data: mb.Data, folder: Path) -> Trainer:
    generator, critic = gan_networks()
    learn = mb.Learner(
        data,
        {"generator": generator, "critic": critic},
        mb.recipes.hinge,
        noise=lambda n, draws: torch.randn(n, 64, generator=draws),
        settings=Settings(batch_size=128),
        run=folder,
    )
    return lambda steps: learn.fit(steps=steps)


def compare(name: str, bare: Trainer, ours: Trainer, steps: int, rounds: int, bound: float) -> None:
    """Interleaved rounds; the first of each is for warming up."""
    times: list[tuple[float, float]] = []
    for turn in range(rounds + 1):
        pair = []
        for train in (bare, ours) if turn % 2 else (ours, bare):
            begun = time.perf_counter()
            train(steps)
            pair.append((time.perf_counter() - begun) / steps * 1e3)
        times.append((pair[0], pair[1]) if turn % 2 else (pair[1], pair[0]))
    times = times[1:]
    ratio = statistics.median(b / a for a, b in times)
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    print(f"| {name} | {medians[0]:.3f} | {medians[1]:.3f} | {ratio:.3f} | {bound:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    folder = Path(tempfile.mkdtemp())
    print("| step | bare, ms | learner, ms | ratio | at most |\n|---|---|---|---|---|")
    digits = mb.images("digits", valid=0)
    compare(
        "MLP 64-64-10, batch 32", bare_mlp(digits), learner_mlp(digits, folder / "mlp"), 4000, arguments.rounds, 1.10
    )
    pictures = mb.images("mnist-5k", valid=0)
    compare("DCGAN, batch 128", bare_gan(pictures), learner_gan(pictures, folder / "gan"), 60, arguments.rounds, 1.03)


if __name__ == "__main__":
    main()
