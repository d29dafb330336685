"""Clusters without labels: items that are near to each other, how far that agrees with labels, and a map of them."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from makebelieve.errors import DataError, MissingExtraError, OptionError
from makebelieve.figures import Figures
from makebelieve.pictures import Pictures

DIRECTIONS = 50  # main directions that are kept before clusters are sought
MAPPED = 1000  # items on a map
SIDE, THUMB, BORDER = 1600, 40, 3  # pixels: of the map, of an item on it, of the frame that tells its cluster


class Clusters:
    """What `clusters` found.

    Attributes:
        labels: (n,) int64: the cluster of each item, from 0; the largest comes first.
        sizes: items in each cluster.
        points: (n, f): the features, in their main directions.
        agreement: with the items' labels: `adjusted_rand` (Hubert & Arabie 1985; 1 for the same groups, about 0 by
            chance), `mutual_information` (normalised to [0, 1]) and `purity` (share of items whose label is the most
            frequent of their cluster); None without labels.
    """

    def __init__(
        self, labels: Tensor, points: Tensor, agreement: Figures | None, pictures: Callable[[Sequence[int]], Tensor]
    ) -> None:
        self.labels, self.points, self.agreement = labels, points, agreement
        self.sizes = labels.bincount().tolist()
        self._pictures = pictures

    def __repr__(self) -> str:
        sizes = ", ".join(f"{size:,}" for size in self.sizes)
        return f"Clusters({len(self.sizes)}: {sizes})" + (f"\n{self.agreement}" if self.agreement is not None else "")

    def examples(self, n: int = 8) -> Pictures:
        """A row for each cluster: the n items nearest to its middle."""
        places: list[int] = []
        wide = min(n, *self.sizes)
        for cluster in range(len(self.sizes)):
            members = (self.labels == cluster).nonzero()[:, 0]
            apart = (self.points[members] - self.points[members].mean(0)).norm(dim=1)
            places += members[apart.argsort()[:wide]].tolist()
        return Pictures(_shown(self._pictures(places)), columns=wide)

    def picture(self, n: int = MAPPED, *, seed: int = 0) -> Pictures:
        """A map: up to n items as small pictures, alike ones side by side (t-SNE), framed in their cluster's colour.

        Args:
            n: items, drawn by `seed`.
            seed: of that draw and of the map.
        """
        from sklearn.manifold import TSNE

        order = torch.randperm(len(self.labels), generator=torch.Generator().manual_seed(seed))[:n].sort().values
        points = self.points[order].numpy()
        if len(order) > 3:
            near = min(30.0, (len(order) - 1) / 3)
            points = TSNE(2, perplexity=near, init="pca", random_state=seed).fit_transform(points)
        flat = np.zeros((len(order), 2), np.float32)
        flat[:, : points.shape[1]] = points[:, :2]
        low, high = flat.min(0), flat.max(0)
        at = (flat - low) / np.where(high > low, high - low, 1) * (SIDE - THUMB - 2 * BORDER)
        sheet = Image.new("RGB", (SIDE, SIDE), "white")
        for (x, y), picture, cluster in zip(
            at.round().astype(int), Pictures(_shown(self._pictures(order.tolist()))), self.labels[order], strict=True
        ):
            framed = Image.new("RGB", (THUMB + 2 * BORDER,) * 2, _colour(int(cluster), len(self.sizes)))
            framed.paste(picture.convert("RGB").resize((THUMB, THUMB)), (BORDER, BORDER))
            sheet.paste(framed, (int(x), int(y)))
        return Pictures(torch.from_numpy(np.array(sheet)).permute(2, 0, 1))


def clusters(
    features: Tensor,
    k: int,
    *,
    pictures: Callable[[Sequence[int]], Tensor],
    y: Tensor | None = None,
    seed: int = 0,
) -> Clusters:
    """k clusters of features (n, f): k-means (Lloyd 1982, k-means++ starts) in up to 50 main directions.

    Args:
        features: (n, f) float32.
        k: clusters, from 2 to n.
        pictures: places to pictures (m, c, h, w) in [0, 1], for maps and examples.
        y: (n,) int64 labels to compare with, or None.
        seed: of the starts.

    Raises:
        OptionError: k is out of range.
        MissingExtraError: scikit-learn is not installed.
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 2 <= k <= len(features):
        raise OptionError("data.clusters", given=k, n=len(features))
    try:
        from sklearn.cluster import KMeans
        from sklearn.decomposition import PCA
    except ImportError as error:
        raise MissingExtraError("data.extra_missing", name="clusters", package="scikit-learn") from error
    x = features.reshape(len(features), -1).float().numpy()
    points = PCA(min(DIRECTIONS, *x.shape), random_state=seed).fit_transform(x)
    found = torch.from_numpy(KMeans(k, n_init=10, random_state=seed).fit_predict(points)).long()
    order = found.bincount(minlength=k).argsort(descending=True, stable=True)
    labels = order.argsort()[found]
    agreement = None if y is None or y.ndim != 1 or y.is_floating_point() else _agreement(labels, y)
    return Clusters(labels, torch.from_numpy(points.astype(np.float32)), agreement, pictures)


def _agreement(labels: Tensor, y: Tensor) -> Figures:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    table = torch.zeros(int(labels.max()) + 1, int(y.max()) + 1)
    table.index_put_((labels, y), torch.ones(len(y)), accumulate=True)
    values = {
        "adjusted_rand": adjusted_rand_score(y, labels),
        "mutual_information": normalized_mutual_info_score(y, labels),
        "purity": table.max(1).values.sum() / len(y),
    }
    return Figures(values, {"n": len(y), "clusters": len(table), "classes": table.shape[1]})


def _shown(x: Tensor) -> Tensor:
    """Pictures of any number of channels as pictures that can be looked at.

    Raises:
        DataError: they are no pictures.
    """
    if x.ndim != 4:
        raise DataError("data.not_pictures", shape=tuple(x.shape[1:]))
    return x if x.shape[1] in (1, 3) else x.mean(1, keepdim=True)


def _colour(i: int, k: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(i / k, 0.85, 0.9 if i % 2 else 0.65)
    return round(255 * red), round(255 * green), round(255 * blue)
