"""Networks of the VAE: the model itself, and two builders of one signature that give its encoder and decoder.

The encoder is called `encoder(x)`: pictures (n, c, h, w) in [0, 1] to (n, 2 · latent), the means of q(z | x) and then
the logarithms of its variances. The decoder is called `decoder(z)`: points (n, latent) to (n, c, h, w) without bounds,
whose sigmoid is the picture. Where the model is conditional, both are called with y too, (n,) int64 class indices.
"""

from __future__ import annotations

import math
from typing import Literal, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.blocks import ToPicture, ToVector
from makebelieve.networks.thin import DoublingConv2d, ThinConv2d
from makebelieve.objectives.reconstruction import bernoulli_nll, gaussian_nll

Likelihood = Literal["bernoulli", "gaussian"]
Layer = TypeVar("Layer", nn.Linear, nn.Conv2d, nn.ConvTranspose2d)

LEAST_SIDE, MOST_SIDE = 8, 128  # of pictures for convolutions
LOG_VARIANCE_START = -3.0
LOG_VARIANCE_FLOOR = -2 * math.log(255)  # a deviation of one step of 8-bit pixels
THIN = 4
SPREAD_GAIN = 10.0  # one number for all pixels has farther to go than weights, at the same learning rate


class Vae(nn.Module):
    """p(x | z) and q(z | x) with the prior N(0, I) (Kingma & Welling 2014), maybe all given a label y.

    Args:
        encoder: `encoder(x)` or `encoder(x, y)`, see above.
        decoder: `decoder(z)` or `decoder(z, y)`.
        likelihood: "bernoulli" for pixels, or "gaussian" with one variance for all pixels, which is learned (Rybkin,
            Daniilidis & Levine 2021).
        prior: p(y), one number a class, of a conditional model; else None.
    """

    log_prior: Tensor | None

    def __init__(
        self, encoder: nn.Module, decoder: nn.Module, likelihood: Likelihood, prior: Tensor | None = None
    ) -> None:
        super().__init__()
        self.encoder, self.decoder, self.likelihood = encoder, decoder, likelihood
        self.spread = nn.Parameter(torch.zeros(())) if likelihood == "gaussian" else None
        self.register_buffer("log_prior", None if prior is None else prior.log())

    def forward(self, x: Tensor, noise: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Through a drawn z and back: what the decoder gives, and the mean and log variance of q(z | x).

        Args:
            x: (n, c, h, w) in [0, 1].
            noise: ε ~ N(0, I), (n, latent): z = μ + σ ε (Kingma & Welling 2014, section 2.4).
            y: (n,), for conditional models.
        """
        mean, log_variance = self.posterior(x, y)
        return self.raw(mean + (0.5 * log_variance).exp() * noise, y), mean, log_variance

    def posterior(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The mean and the log variance of q(z | x), (n, latent) each, float32."""
        mean, log_variance = self.encoder(*_both(x, y, self.log_prior)).float().chunk(2, 1)
        return mean, log_variance

    def raw(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """What the decoder gives, (n, c, h, w), not bounded."""
        return cast(Tensor, self.decoder(*_both(z, y, self.log_prior)))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """The mean of p(x | z), (n, c, h, w) in [0, 1], float32."""
        return torch.sigmoid(self.raw(z, y).float())

    def nll(self, raw: Tensor, x: Tensor) -> Tensor:
        """−log p(x | z) in nats, summed over pixels, (n,); `raw` is what the decoder gave for z."""
        if self.spread is None:
            return bernoulli_nll(raw, x)
        log_variance = LOG_VARIANCE_START + SPREAD_GAIN * self.spread
        return gaussian_nll(torch.sigmoid(raw.float()), x, log_variance.clamp(min=LOG_VARIANCE_FLOOR))

    def log_likelihood(self, x: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """log p(x | z) in nats, summed over pixels, (n,)."""
        return -self.nll(self.raw(z, y), x)


def _both(x: Tensor, y: Tensor | None, prior: Tensor | None) -> tuple[Tensor, ...]:
    if prior is None:
        return (x,)
    if y is None:
        raise OptionError("vae.labels_needed")
    return x, y


def conv(
    shape: tuple[int, int, int], latent: int, *, classes: int | None = None, width: int = 32
) -> tuple[nn.Module, nn.Module]:
    """Strided convolutions, as long as 4 pixels a side are left and the side is even, a dense layer, and the way back.

    Args:
        shape: (c, h, w) of a picture, square, the side a multiple of 4 from 8 to 128.
        latent: numbers in z.
        classes: how many labels, for networks conditional on y.
        width: channels at half the picture's side; doubled with every halving, up to 4 times as many.

    Returns:
        encoder, decoder.
    """
    channels, height, side = shape
    if height != side or side % 4 or not LEAST_SIDE <= side <= MOST_SIDE:
        raise OptionError("vae.side", height=height, width=side)
    halvings = 1
    while side % 2 ** (halvings + 1) == 0 and side // 2**halvings > 7:
        halvings += 1
    widths = [width * min(2**level, 4) for level in range(halvings)]
    base, hidden = side // 2**halvings, 8 * width
    features = widths[-1] * base * base

    down: list[nn.Module] = []
    for here, there in zip([channels, *widths], widths, strict=False):
        down += [_he(nn.Conv2d(here, there, 4, stride=2, padding=1)), nn.ReLU()]
    up: list[nn.Module] = [ToPicture(widths[-1], base)]
    for here, there in zip(widths[:0:-1], widths[-2::-1], strict=True):
        up += [_he(DoublingConv2d(here, there, 4)), nn.ReLU()]
    # the last doubling, to few channels, as the convolution at the lower side that it equals
    up += [_he(_to_few(widths[0], 4 * channels)), nn.PixelShuffle(2)]
    k = classes or 0
    encoder = nn.Sequential(*down, ToVector())
    into = nn.Sequential(_he(nn.Linear(features + k, hidden)), nn.ReLU(), _posterior(hidden, latent))
    out = nn.Sequential(_he(nn.Linear(latent + k, hidden)), nn.ReLU(), _he(nn.Linear(hidden, features)), nn.ReLU(), *up)
    return Encoder(encoder, into, classes), Decoder(out, classes)


def dense(
    shape: tuple[int, int, int], latent: int, *, classes: int | None = None, width: int = 512
) -> tuple[nn.Module, nn.Module]:
    """Dense networks with two hidden layers each, for pictures of any size.

    Args:
        shape: (c, h, w) of a picture.
        latent: numbers in z.
        classes: how many labels, for networks conditional on y.
        width: units of the hidden layer nearer to the picture; the other has half as many.

    Returns:
        encoder, decoder.
    """
    pixels, half, k = math.prod(shape), width // 2, classes or 0
    into = nn.Sequential(
        _he(nn.Linear(pixels + k, width)), nn.ReLU(), _he(nn.Linear(width, half)), nn.ReLU(), _posterior(half, latent)
    )
    out = nn.Sequential(
        _he(nn.Linear(latent + k, half)),
        nn.ReLU(),
        _he(nn.Linear(half, width)),
        nn.ReLU(),
        _he(nn.Linear(width, pixels)),
        nn.Unflatten(1, shape),
    )
    return Encoder(nn.Flatten(), into, classes), Decoder(out, classes)


class Encoder(nn.Module):
    """`into` applied to the features of a picture and, where there are classes, its label, one unit a class."""

    def __init__(self, features: nn.Module, into: nn.Module, classes: int | None) -> None:
        super().__init__()
        self.features, self.into, self.classes = features, into, classes

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """(n, c, h, w) in [0, 1] to (n, 2 · latent)."""
        return cast(Tensor, self.into(_joined(self.features(x), y, self.classes)))


class Decoder(nn.Module):
    """`out` applied to z and, where there are classes, the label, one unit a class."""

    def __init__(self, out: nn.Module, classes: int | None) -> None:
        super().__init__()
        self.out, self.classes = out, classes

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(n, latent) to (n, c, h, w)."""
        return cast(Tensor, self.out(_joined(z, y, self.classes)))


def _joined(features: Tensor, y: Tensor | None, classes: int | None) -> Tensor:
    if classes is None or y is None:
        return features
    return torch.cat([features, F.one_hot(y, classes).to(features.dtype)], 1)


def _to_few(here: int, there: int) -> nn.Conv2d:
    """A 3×3 convolution; up to as many channels, the thin form is the faster one on a CPU."""
    return ThinConv2d(here, there, 3) if there <= THIN else nn.Conv2d(here, there, 3, padding=1)


def _he(layer: Layer) -> Layer:
    """Weights for layers before a ReLU (He et al. 2015, eq. 10), biases zero."""
    if isinstance(layer, nn.ConvTranspose2d):  # (in, out, k, k), of which an output sees in · (k / stride)² taps
        fan_in = layer.weight.shape[0] * layer.weight[0, 0].numel() / (layer.stride[0] * layer.stride[1])
        nn.init.normal_(layer.weight, std=(2 / fan_in) ** 0.5)
    else:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(cast(Tensor, layer.bias))
    return layer


def _posterior(features: int, latent: int) -> nn.Linear:
    """The layer that gives q(z | x); its start is small, so that q is near the prior."""
    layer = nn.Linear(features, 2 * latent)
    nn.init.normal_(layer.weight, std=0.1 * features**-0.5)
    nn.init.zeros_(layer.bias)
    return layer
