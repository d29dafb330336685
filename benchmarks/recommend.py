"""Recommenders on real ratings and on large synthetic ones: quality beside plain rivals, speed beside bare loops.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/recommend.py PART [--seeds 5] [--threads 2] [--network dot]

parts: rating (RMSE on movielens-latest-small, a random fifth held out), ranking (NDCG@10 of each user's last film over
the whole catalogue, beside tuned least squares, item neighbours and, where it is installed, the package implicit),
step (embedding training against a bare loop with the whole table in memory), large (25 million synthetic ratings of
160,000 users and 60,000 items: an epoch, and its memory), top (the best 10 of 60,000 items for all 160,000 users,
beside the matrix product alone).
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.data.ratings import ratings
from makebelieve.systems.recommender import Recommender, recommender

DATA = Path(os.environ.get("MAKEBELIEVE_DATA", "../shared/data"))
USERS, ITEMS, RATINGS = 160_000, 60_000, 25_000_000


def new_run() -> str:
    return tempfile.mkdtemp() + "/run"


def films(**options: object) -> mb.RatingsData:
    return ratings("movielens-latest-small", **options)


# ------------------------------------------------------------------------ quality


def rating(args: argparse.Namespace) -> None:
    """RMSE of the defaults, fit() and all, and CPU seconds of the fit."""
    found = []
    for seed in range(args.seeds):
        data = films(valid=0.2, seed=seed)
        begun = time.process_time()
        learn = recommender(data, args.network, seed=seed, run=new_run())
        learn.fit()
        seconds = time.process_time() - begun
        figures = learn.evaluate()
        found.append(figures["rmse"])
        print(
            f"seed {seed}: rmse {figures['rmse']:.4f} mae {figures['mae']:.4f} ndcg@10 {figures['ndcg_at_10']:.4f} "
            f"(user mean {figures['rmse_user_mean']:.4f}), {seconds:.1f} CPU s",
            flush=True,
        )
    print(f"{args.network}: mean rmse {statistics.mean(found):.4f} over {len(found)} seeds")


def ndcg(learn: Recommender) -> str:
    learn.fit()
    figures = learn.evaluate()
    return f"{figures['ndcg_at_10']:.4f} recall {figures['recall_at_10']:.4f} coverage {figures['coverage_at_10']:.3f}"


def ranking(args: argparse.Namespace) -> None:
    """Each user's last film, all ratings as events."""
    data = films(implicit=True, valid="last")
    tried: list[tuple[str, dict[str, object]]] = [("auto", {}), ("popular", {}), ("item_neighbours", {})]
    tried += [("als", {"factors": k, "decay": d, "confidence": c}) for k, d, c in args.als]
    tried += [(kind, {}) for kind in args.more]
    for kind, options in tried:
        begun = time.process_time()
        learn = recommender(data, kind, run=new_run(), **options)
        told = ndcg(learn)
        print(f"{kind:>16} {options}: ndcg@10 {told}, {time.process_time() - begun:.1f} CPU s", flush=True)
    if importlib.util.find_spec("implicit") is not None:
        _implicit(data)


def _implicit(data: mb.RatingsData) -> None:
    """Least squares of the package implicit, tuned over a small grid, judged by the same function."""
    import implicit
    from scipy.sparse import csr_matrix

    from makebelieve.evaluate.ranking import evaluate_ranking

    seen, held = data.matrix("train"), data.matrix("valid")
    events = csr_matrix((np.ones(len(seen.values), np.float32), seen.indices.numpy(), seen.indptr.numpy()), seen.shape)
    for factors in (16, 32, 64):
        for alpha in (1.0, 10.0, 40.0):
            model = implicit.als.AlternatingLeastSquares(factors, regularization=0.1, alpha=alpha, random_state=0)
            model.fit(events, show_progress=False)
            users, items = torch.from_numpy(model.user_factors), torch.from_numpy(model.item_factors)
            figures = evaluate_ranking(lambda some, u=users, i=items: u[some] @ i.T, seen, held)
            print(f"implicit factors {factors} alpha {alpha}: ndcg@10 {figures['ndcg_at_10']:.4f}")


# ------------------------------------------------------------------------ speed


class Bare(nn.Module):
    """Four embeddings, as one would write it."""

    def __init__(self, users: int, items: int, factors: int) -> None:
        super().__init__()
        self.p, self.q = nn.Embedding(users, factors), nn.Embedding(items, factors)
        self.b, self.c = nn.Embedding(users, 1), nn.Embedding(items, 1)

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        u, i = pairs.unbind(1)
        raw = (self.p(u) * self.q(i)).sum(1) + self.b(u)[:, 0] + self.c(i)[:, 0]
        return torch.sigmoid(raw) * 5 + 0.25


def random_ratings(users: int, items: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Users and items drawn uniformly, one pair maybe twice; ratings of half stars."""
    rng = np.random.default_rng(0)
    u, i = rng.integers(users, size=n, dtype=np.int32), rng.integers(items, size=n, dtype=np.int32)
    return u, i, rng.integers(1, 11, size=n).astype(np.float32) / 2


def bare_rate(model: nn.Module, x: torch.Tensor, y: torch.Tensor, size: int, steps: int) -> float:
    """Ratings a second of a loop over batches cut from a whole table that lies in memory in a new order."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.1, fused=True)
    order, at = torch.randperm(len(x)), 0
    begun = time.perf_counter()
    for _ in range(steps):
        if at + size > len(x):
            order, at = torch.randperm(len(x)), 0
        some = order[at : at + size]
        at += size
        loss = F.mse_loss(model(x[some]), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return steps * size / (time.perf_counter() - begun)


def step(args: argparse.Namespace) -> None:
    """100,000 ratings of 943 users and 1,682 items, by turns with the bare loops; the best of several rounds."""
    users, items, n = 943, 1682, 125_000
    u, i, r = random_ratings(users, items, n)
    data = ratings((u, i, r), valid=0.2)
    learn = recommender(data, "dot", factors=args.factors, batch_size=args.batch, run=new_run())
    x, y = data.train.pairs.long(), data.train.values
    loops = {"bare": Bare(users, items, args.factors), "bare, our network": OneCall(learn)}
    best: dict[str, float] = {}
    for _ in range(args.rounds):
        for name, model in loops.items():
            best[name] = max(best.get(name, 0.0), bare_rate(model, x, y, args.batch, args.steps))
        begun = time.perf_counter()
        learn.fit(steps=args.steps)
        best["learner"] = max(best.get("learner", 0.0), args.steps * args.batch / (time.perf_counter() - begun))
    for name, rate in best.items():
        print(f"{name:>18}: {rate:,.0f} ratings/s at batch {args.batch}, {args.factors} factors")
    print(f"learner against the bare loop with the same network: {best['bare, our network'] / best['learner']:.2f}×")


class OneCall(nn.Module):
    """A copy of a learner's network, called with pairs."""

    def __init__(self, learn: Recommender) -> None:
        super().__init__()
        import copy

        self.body = copy.deepcopy(learn.nets["model"])

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        return self.body(pairs[:, 0], pairs[:, 1])


def memory() -> float:
    """GiB, the most this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def large(args: argparse.Namespace) -> None:
    """One epoch of the dot product over 25 million ratings."""
    begun = time.perf_counter()
    data = _large_data()
    print(f"{data}: made in {time.perf_counter() - begun:.0f} s, {memory():.2f} GiB", flush=True)
    learn = recommender(data, args.network if args.network != "auto" else "dot", run=new_run())
    begun = time.perf_counter()
    learn.fit(1)
    seconds, n = time.perf_counter() - begun, len(data.train)
    print(f"{n:,} ratings at batch {learn.batch_size:,}: {n / seconds:,.0f} a second, {memory():.2f} GiB at most")
    print(learn.history)


def _large_data() -> mb.RatingsData:
    u, i, r = random_ratings(USERS, ITEMS, RATINGS)
    return ratings((u, i, r), valid=0.002)


def top(args: argparse.Namespace) -> None:
    """Lists of 10 for all users, in blocks; the floor is the product of all factors, thrown away block by block."""
    from makebelieve.evaluate.ranking import top_k

    users, items = torch.randn(USERS, args.factors), torch.randn(ITEMS, args.factors)
    asked = torch.arange(args.users)
    block = 16_000_000 // ITEMS
    out = torch.empty(block, ITEMS)
    begun = time.perf_counter()
    for some in asked.split(block):
        torch.mm(users[some], items.T, out=out[: len(some)])
    floor = len(asked) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    top_k(lambda some: users[some] @ items.T, asked, None, 10)
    ours = len(asked) / (time.perf_counter() - begun)
    print(f"{ours:,.0f} users/s; the product alone {floor:,.0f} users/s: {floor / ours:.2f}×, {memory():.2f} GiB")


PARTS = {"rating": rating, "ranking": ranking, "step": step, "large": large, "top": top}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--network", default="auto")
    parser.add_argument("--factors", type=int, default=40)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--users", type=int, default=8000)
    parser.add_argument("--more", nargs="*", default=["user_neighbours", "dot"])
    args = parser.parse_args()
    args.als = [(32, 10.0, 10.0), (32, 30.0, 2.0), (64, 50.0, 5.0), (64, 100.0, 5.0)]
    torch.set_num_threads(args.threads)
    logging.basicConfig(level=logging.WARNING)
    os.environ.setdefault("MAKEBELIEVE_DATA", str(DATA))
    PARTS[args.part](args)


if __name__ == "__main__":
    main()
