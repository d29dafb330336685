"""Known ratings: MovieLens as GroupLens gives it out, and ratings drawn from a latent model that is known."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.download import RemoteFile, cache_folder, fetch
from makebelieve.data.ratings_tables import ORDER, RatingsTable, read_ratings
from makebelieve.data.text_tables import read_table

MOVIELENS_URL = "https://files.grouplens.org/datasets/movielens/"
MOVIELENS_LICENCE = "GroupLens: research use, not commercial, no endorsement (Harper and Konstan 2015)"
MOVIELENS_SMALL = RemoteFile(
    "ml-latest-small.zip", "sha256:696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436"
)
MOVIELENS_100K = RemoteFile("ml-100k.zip", "md5:0e33842e24a9c977be4e0107933c0723")
MOVIELENS_1M = RemoteFile("ml-1m.zip", "md5:c4d9eecfca2ab87c1945afe126590906")
MOVIELENS_25M = RemoteFile("ml-25m.zip", "md5:6b51fb2759a8657d3bfcbfc42b592ada")


@dataclass(frozen=True)
class Truth:
    """The model that synthetic ratings were drawn from: mean + user's bias + item's bias + factors + noise.

    Attributes:
        mean: of all.
        user_bias: (users,) float32.
        item_bias: (items,) float32.
        user_factors: (users, rank) float32.
        item_factors: (items, rank) float32.
        noise: standard deviation of what no model can know, rounding to half stars not counted.
    """

    mean: float
    user_bias: Tensor
    item_bias: Tensor
    user_factors: Tensor
    item_factors: Tensor
    noise: float

    def scores(self, users: Tensor, items: Tensor) -> Tensor:
        """(n,) float32: what users (n,) would rate items (n,) on average, before rounding and clipping."""
        taste = (self.user_factors[users] * self.item_factors[items]).sum(1)
        return self.mean + self.user_bias[users] + self.item_bias[items] + taste


@dataclass(frozen=True)
class KnownRatings:
    """A known set as read: its table, titles by id as text, range of ratings, licence, and the truth where known."""

    name: str
    table: RatingsTable
    titles: dict[str, str] | None
    bounds: tuple[float, float]
    licence: str | None = None
    truth: Truth | None = None


def movielens_small(base_url: str = MOVIELENS_URL) -> KnownRatings:
    """100,836 ratings of 9,724 films by 610 people, 0.5 to 5 stars (MovieLens latest small, 2018)."""
    return _with_heads("movielens-latest-small", MOVIELENS_SMALL, base_url)


def movielens_25m(base_url: str = MOVIELENS_URL) -> KnownRatings:
    """25,000,095 ratings of 62,423 films by 162,541 people, 0.5 to 5 stars (MovieLens 25M, 2019)."""
    return _with_heads("movielens-25m", MOVIELENS_25M, base_url)


def movielens_100k(base_url: str = MOVIELENS_URL) -> KnownRatings:
    """100,000 ratings of 1,682 films by 943 people, 1 to 5 stars (MovieLens 100K, 1998)."""
    folder = _unpacked("movielens-100k", MOVIELENS_100K, base_url, ("u.data", "u.item"))
    return _without_heads("movielens-100k", folder / "u.data", folder / "u.item", "|")


def movielens_1m(base_url: str = MOVIELENS_URL) -> KnownRatings:
    """1,000,209 ratings of 3,706 films by 6,040 people, 1 to 5 stars (MovieLens 1M, 2003)."""
    folder = _unpacked("movielens-1m", MOVIELENS_1M, base_url, ("ratings.dat", "movies.dat"))
    return _without_heads("movielens-1m", folder / "ratings.dat", folder / "movies.dat", "::")


def synthetic(
    users: int = 600, items: int = 400, ratings: int = 24_000, *, rank: int = 4, noise: float = 0.5, seed: int = 0
) -> KnownRatings:
    """Ratings of 0.5 to 5 stars in halves, drawn from a latent model that is kept.

    Biases have a standard deviation of 0.4, the factors' product one of 0.6. How active users and how popular items
    are is as uneven as in real ratings; what is rated doesn't hang on taste. No pair comes twice.

    Args:
        users: how many.
        items: how many.
        ratings: how many, at most half of all pairs.
        rank: of the factors.
        noise: standard deviation.
        seed: of all draws.
    """
    random = np.random.default_rng(seed)

    def normal(*shape: int) -> Any:
        return random.standard_normal(shape, dtype=np.float32)

    scale = np.float32((0.6 / np.sqrt(rank)) ** 0.5)
    of_user, of_item = (torch.from_numpy(0.4 * normal(n)) for n in (users, items))
    tastes, traits = (torch.from_numpy(scale * normal(n, rank)) for n in (users, items))
    truth = Truth(3.4, of_user, of_item, tastes, traits, noise)
    chances = [random.permutation(1 / (np.arange(n) + n / 20)) for n in (users, items)]
    sums = [np.cumsum(one / one.sum()) for one in chances]
    pairs = np.empty(0, dtype=np.int64)
    while len(pairs) < min(ratings, users * items // 2):
        missing = min(ratings, users * items // 2) - len(pairs)
        rows, columns = (np.searchsorted(one, random.random(missing + missing // 8 + 8)) for one in sums)
        rows, columns = np.minimum(rows, users - 1), np.minimum(columns, items - 1)
        pairs = np.unique(np.concatenate([pairs, rows * items + columns]))
    pairs = random.permutation(pairs)[: min(ratings, users * items // 2)]
    row, column = (pairs // items).astype(np.int32), (pairs % items).astype(np.int32)
    values = np.float32(noise) * normal(len(pairs))
    for start in range(0, len(pairs), 1 << 20):
        some = slice(start, start + (1 << 20))
        values[some] += truth.scores(torch.from_numpy(row[some]), torch.from_numpy(column[some])).numpy()
    values = np.clip(np.round(2 * values) / 2, 0.5, 5).astype(np.float32)
    columns_by_name = dict(zip(ORDER, (row, column, values, np.arange(len(pairs))), strict=True))
    table = RatingsTable("synthetic", list(ORDER), lambda wanted, _: iter([{n: columns_by_name[n] for n in wanted}]))
    titles = {str(i): f"Item {i}" for i in range(items)}
    return KnownRatings("synthetic", table, titles, (0.5, 5.0), truth=truth)


def _with_heads(name: str, file: RemoteFile, base_url: str) -> KnownRatings:
    folder = _unpacked(name, file, base_url, ("ratings.csv", "movies.csv"))
    found = read_table(folder / "movies.csv")
    titles = dict(zip(map(str, found.column("movieId")), map(str, found.column("title")), strict=True))
    return KnownRatings(name, read_ratings(folder / "ratings.csv"), titles, (0.5, 5.0), MOVIELENS_LICENCE)


def _without_heads(name: str, ratings: Path, films: Path, separator: str) -> KnownRatings:
    lines = films.read_text(encoding="latin-1").splitlines()
    titles = {number: title for number, title, *_ in (line.split(separator) for line in lines if line)}
    return KnownRatings(name, read_ratings(ratings), titles, (1.0, 5.0), MOVIELENS_LICENCE)


def _unpacked(name: str, archive: RemoteFile, base_url: str, files: tuple[str, ...]) -> Path:
    """The folder of a set in the cache with these files of its archive; each appears whole or not at all."""
    folder = cache_folder() / name
    if all((folder / file).is_file() for file in files):
        return folder
    with zipfile.ZipFile(fetch(name, archive, base_url, MOVIELENS_LICENCE)) as packed:
        for file in files:
            with tempfile.TemporaryDirectory(dir=folder, prefix="unpacking-") as place:
                found = packed.extract(f"{Path(archive.name).stem}/{file}", place)
                Path(found).replace(folder / file)
    return folder


KNOWN_RATINGS: dict[str, Callable[[], KnownRatings]] = {
    "synthetic": synthetic,
    "movielens-latest-small": movielens_small,
    "movielens-100k": movielens_100k,
    "movielens-1m": movielens_1m,
    "movielens-25m": movielens_25m,
}
