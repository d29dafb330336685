"""Four ways to make pictures, the same time for each, judged alike: one table, and one sheet with a row a system.

    python examples/compare_generators.py [--data mnist] [--minutes 3] [--n 10000]

An autoencoder is no generator, as nobody says where in its latent space pictures lie: here a Gaussian is fitted to the
codes of the training pictures, and draws from it are decoded. The VAE has its prior, the GAN its generator, and the
diffusion model walks from noise to a picture in some steps, which costs it time at use.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import Tensor

import makebelieve as mb
from makebelieve.evaluate.pictures import PictureJudge
from makebelieve.figures import table

Draw = Callable[[int, int], Tensor]
SHOWN = 12


def from_codes(learn: mb.AutoencoderLearner, n: int = 10_000) -> Draw:
    """(n, seed) to pictures decoded from a Gaussian with mean and covariance of n training pictures' codes."""
    codes = learn.latents("train", n)[0].double()
    jitter = 1e-6 * torch.eye(codes.shape[1], dtype=torch.float64)
    mean, scale = codes.mean(0), torch.linalg.cholesky(codes.T.cov() + jitter)

    def draw(count: int, seed: int) -> Tensor:
        noise = torch.randn(count, len(mean), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        return learn.decode((mean + noise @ scale.T).float()).tensor

    return draw


def generated(learn: mb.VaeLearner | mb.GanLearner | mb.DiffusionLearner) -> Draw:
    """(n, seed) to the pictures that the system generates itself."""
    return lambda count, seed: learn.generate(count, seed=seed).tensor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--n", type=int, help="pictures that each is judged by; by default 10,000 if there are as many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/compare")
    arguments = parser.parse_args()

    data = mb.images(arguments.data)
    judge = PictureJudge(data, n=arguments.n, seed=arguments.seed)
    doors: dict[str, Callable[..., mb.Learner]] = {
        "autoencoder": mb.autoencoder,
        "vae": lambda data, **options: mb.vae(data, latent=16, **options),
        "gan": mb.gan,
        "diffusion": mb.diffusion,
    }
    figures, rows = {}, []
    for name, door in doors.items():
        learn = door(data, seed=arguments.seed, run=f"{arguments.run}/{name}")
        learn.fit(minutes=arguments.minutes)
        draw = from_codes(learn) if name == "autoencoder" else generated(learn)
        begun = time.perf_counter()
        figures[name] = judge.judge(draw, subject={"system": name, "step": learn.step})
        rows.append(draw(SHOWN, arguments.seed))
        print(
            f"{name}: {learn.step:,} steps of {learn.batch_size} in {arguments.minutes:g} minutes, "
            f"{judge.n:,} samples made and judged in {time.perf_counter() - begun:.0f} s",
            flush=True,
        )
    print(f"\n{table(figures)}\n")
    for name, found in figures.items():
        print(f"{name}: {' '.join(found.verdict)}")
    sheet = f"{arguments.run}/samples.png"
    mb.Pictures(torch.cat(rows), columns=SHOWN).save(sheet)
    print(f"\nOne row a system, in this order: {sheet}")


if __name__ == "__main__":
    main()
