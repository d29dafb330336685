"""The Inception network of the Fréchet Inception Distance, and its published weights.

The figure `fid` is only what these weights and this resize give: Inception v3 as it was in 2015 (Szegedy et al. 2016),
with averages that leave padding out and the last block's maximum, on which Heusel et al. 2017 built, as ported to
PyTorch by M. Seitzer (pytorch-fid, Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.data.download import RemoteFile, fetch
from makebelieve.errors import DownloadError
from makebelieve.evaluate.cached import cached, sha256_of
from makebelieve.evaluate.features import FeatureNetwork

BASE_URL = "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
FILE = RemoteFile(
    "pt_inception-2015-12-05-6726825d.pth", "sha256:6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
)
LICENCE = "Apache-2.0 (TensorFlow's Inception v3 of 2015-12-05, ported by pytorch-fid)"
SIDE, WIDTH, CLASSES = 299, 2048, 1008

Size = int | tuple[int, int]


class Conv(nn.Module):
    """Convolution without bias, batch normalisation, ReLU."""

    def __init__(self, here: int, there: int, size: Size, stride: int = 1, padding: Size = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(here, there, size, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(there, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


def mean_of_neighbours(x: Tensor) -> Tensor:
    """3 × 3 averages whose denominator counts the places inside the picture only, as TensorFlow's do."""
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


class BlockA(nn.Module):
    """35 × 35: 1×1; 5×5; two 3×3; average."""

    def __init__(self, here: int, pool: int) -> None:
        super().__init__()
        self.branch1x1 = Conv(here, 64, 1)
        self.branch5x5_1 = Conv(here, 48, 1)
        self.branch5x5_2 = Conv(48, 64, 5, padding=2)
        self.branch3x3dbl_1 = Conv(here, 64, 1)
        self.branch3x3dbl_2 = Conv(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(96, 96, 3, padding=1)
        self.branch_pool = Conv(here, pool, 1)

    def forward(self, x: Tensor) -> Tensor:
        five = self.branch5x5_2(self.branch5x5_1(x))
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, three, self.branch_pool(mean_of_neighbours(x))], 1)


class BlockB(nn.Module):
    """35 × 35 to 17 × 17."""

    def __init__(self, here: int) -> None:
        super().__init__()
        self.branch3x3 = Conv(here, 384, 3, stride=2)
        self.branch3x3dbl_1 = Conv(here, 64, 1)
        self.branch3x3dbl_2 = Conv(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(96, 96, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), three, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """17 × 17: 7×7 as 1×7 and 7×1, once and twice."""

    def __init__(self, here: int, inner: int) -> None:
        super().__init__()
        wide: dict[str, Any] = {"size": (1, 7), "padding": (0, 3)}
        tall: dict[str, Any] = {"size": (7, 1), "padding": (3, 0)}
        self.branch1x1 = Conv(here, 192, 1)
        self.branch7x7_1 = Conv(here, inner, 1)
        self.branch7x7_2 = Conv(inner, inner, **wide)
        self.branch7x7_3 = Conv(inner, 192, **tall)
        self.branch7x7dbl_1 = Conv(here, inner, 1)
        self.branch7x7dbl_2 = Conv(inner, inner, **tall)
        self.branch7x7dbl_3 = Conv(inner, inner, **wide)
        self.branch7x7dbl_4 = Conv(inner, inner, **tall)
        self.branch7x7dbl_5 = Conv(inner, 192, **wide)
        self.branch_pool = Conv(here, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        once = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        twice = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        twice = self.branch7x7dbl_5(self.branch7x7dbl_4(twice))
        return torch.cat([self.branch1x1(x), once, twice, self.branch_pool(mean_of_neighbours(x))], 1)


class BlockD(nn.Module):
    """17 × 17 to 8 × 8."""

    def __init__(self, here: int) -> None:
        super().__init__()
        self.branch3x3_1 = Conv(here, 192, 1)
        self.branch3x3_2 = Conv(192, 320, 3, stride=2)
        self.branch7x7x3_1 = Conv(here, 192, 1)
        self.branch7x7x3_2 = Conv(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3 = Conv(192, 192, (7, 1), padding=(3, 0))
        self.branch7x7x3_4 = Conv(192, 192, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """8 × 8: branches that end in a 1×3 and a 3×1 side by side. The last block of 2015 pools by the maximum."""

    def __init__(self, here: int, *, last: bool) -> None:
        super().__init__()
        self.last = last
        self.branch1x1 = Conv(here, 320, 1)
        self.branch3x3_1 = Conv(here, 384, 1)
        self.branch3x3_2a = Conv(384, 384, (1, 3), padding=(0, 1))
        self.branch3x3_2b = Conv(384, 384, (3, 1), padding=(1, 0))
        self.branch3x3dbl_1 = Conv(here, 448, 1)
        self.branch3x3dbl_2 = Conv(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = Conv(384, 384, (1, 3), padding=(0, 1))
        self.branch3x3dbl_3b = Conv(384, 384, (3, 1), padding=(1, 0))
        self.branch_pool = Conv(here, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        once = self.branch3x3_1(x)
        twice = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = F.max_pool2d(x, 3, 1, 1) if self.last else mean_of_neighbours(x)
        sides = [self.branch3x3_2a(once), self.branch3x3_2b(once)]
        sides += [self.branch3x3dbl_3a(twice), self.branch3x3dbl_3b(twice)]
        return torch.cat([self.branch1x1(x), *sides, self.branch_pool(pooled)], 1)


class Inception(nn.Module):
    """Pictures (n, 1 or 3, h, w) in [0, 1] to 2,048 features; `logits` of those. Layers are named as published."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Conv(3, 32, 3, stride=2)
        self.Conv2d_2a_3x3 = Conv(32, 32, 3)
        self.Conv2d_2b_3x3 = Conv(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = Conv(64, 80, 1)
        self.Conv2d_4a_3x3 = Conv(80, 192, 3)
        self.Mixed_5b = BlockA(192, 32)
        self.Mixed_5c = BlockA(256, 64)
        self.Mixed_5d = BlockA(288, 64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b = BlockC(768, 128)
        self.Mixed_6c = BlockC(768, 160)
        self.Mixed_6d = BlockC(768, 160)
        self.Mixed_6e = BlockC(768, 192)
        self.Mixed_7a = BlockD(768)
        self.Mixed_7b = BlockE(1280, last=False)
        self.Mixed_7c = BlockE(2048, last=True)
        self.fc = nn.Linear(WIDTH, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = x.expand(-1, 3, -1, -1) if x.shape[1] == 1 else x
        x = (tensorflow_resize(x, SIDE) * 255 - 128) / 128
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        return x.mean((2, 3))

    def logits(self, features: Tensor) -> Tensor:
        """(n, 1008) without the bias, as the reference Inception Score has them."""
        return F.linear(features, self.fc.weight)


def tensorflow_resize(x: Tensor, side: int) -> Tensor:
    """Bilinear resize of (n, c, h, w) to side × side as TensorFlow 1 does it: target pixel i looks at i · h / side.

    Corners are not aligned, pixel centres are not halfway, and there is no antialiasing (see Parmar et al. 2022,
    section 3.1, for how much that matters). It is linear in each direction: A x Bᵀ.
    """
    h, w = x.shape[-2:]
    if (h, w) == (side, side):
        return x
    resized: Tensor = _weights(h, side).to(x) @ x @ _weights(w, side).to(x).T
    return resized


def _weights(here: int, there: int) -> Tensor:
    """(there, here): two neighbours' weights in each row."""
    place = torch.arange(there, dtype=torch.float64) * here / there
    low = place.floor().long()
    high = (low + 1).clamp(max=here - 1)
    rows = torch.zeros(there, here, dtype=torch.float64)
    rows.scatter_add_(1, low[:, None], (1 - (place - low))[:, None])
    return rows.scatter_add_(1, high[:, None], (place - low)[:, None])


def inception_features(file: RemoteFile = FILE, base_url: str = BASE_URL) -> FeatureNetwork:
    """The standard network with its published weights, fetched and converted to safetensors once.

    Raises:
        DownloadError: they can't be fetched, or what came is not them.
        DataError: the cache can't be written.
    """
    weights = cached(Path(file.name).stem, lambda: converted(fetch("inception-fid", file, base_url, LICENCE)))
    net = Inception()
    net.load_state_dict(weights)
    protocol = {
        "features": "2,048 of the last average of Inception v3 of 2015-12-05, as ported by pytorch-fid",
        "features_sha256": sha256_of(weights),
        "resize": f"bilinear as TensorFlow 1, to {SIDE} × {SIDE}",
    }
    return FeatureNetwork("", net, net.logits, False, CLASSES, protocol)


def converted(path: Path) -> dict[str, Tensor]:
    """The tensors of the published file, whose checksum has been found right, as `Inception` takes them.

    Raises:
        DownloadError: they are not those of this network.
    """
    found = torch.load(path, map_location="cpu", weights_only=True)
    net = Inception().state_dict()
    wanted = {name: tensor for name, tensor in net.items() if not name.endswith("num_batches_tracked")}
    given = found if isinstance(found, Mapping) else {}
    for name, tensor in wanted.items():
        there = given.get(name)
        if not isinstance(there, Tensor) or there.shape != tensor.shape:
            raise DownloadError("evaluate.other_network", path=path, name=name, shape=tuple(tensor.shape))
    return {name: given[name].float() if name in wanted else net[name] for name in net}
