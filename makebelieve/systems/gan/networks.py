"""Networks of the GAN: three builders of one signature, each giving a generator and a critic.

The generator is called `generator(z, y=None)`: z (n, latent) to pictures (n, c, h, w) in [0, 1]; the critic
`critic(x, y=None)`: such pictures to raw outputs (logits) of shape (n,). With `classes=k`, y is (n,) int64 class
indices: the generator sees an embedding of y beside z, the critic adds the inner product of an embedding of y and its
features (projection; Miyato & Koyama 2018, eq. 3). Networks without classes leave y unread.
"""

from __future__ import annotations

from typing import Literal, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from makebelieve.errors import OptionError
from makebelieve.networks.blocks import BatchNorm1d, BatchNorm2d, ToPicture, ToVector

CriticNorm = Literal["none", "batch", "spectral", "weight"]
GeneratorNorm = Literal["batch", "none"]
Layer = TypeVar("Layer", nn.Linear, nn.Conv2d, nn.ConvTranspose2d)

LABEL_FEATURES = 32
SLOPE = 0.2  # of leaky ReLUs (Radford et al. 2016, section 3)
SPECTRAL_GAIN = 10.0  # bound of a spectrally normalised critic's slope; at 1 its logits stay near 0 for long


class Generator(nn.Module):
    """Scales what `body` gives for z: tanh, then [−1, 1] to [0, 1], in float32 whatever autocast says."""

    def __init__(self, body: nn.Module, classes: int | None) -> None:
        super().__init__()
        self.body = body
        self.label = None if classes is None else nn.Embedding(classes, LABEL_FEATURES)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """From z (n, latent) and y (n,) to pictures (n, c, h, w) in [0, 1]."""
        if self.label is not None:
            z = torch.cat([z, self.label(_labels(y))], 1)
        return torch.tanh(self.body(z).float()) * 0.5 + 0.5


class Critic(nn.Module):
    """A logit for each picture: `features` are made from pictures in [−1, 1], and weighed by one linear layer.

    Args:
        features: (n, c, h, w) to (n, width).
        width: features of a picture.
        classes: how many, for the projection on an embedding of y; None without.
        norm: `"spectral"` bounds the linear layer and the embedding too.
    """

    def __init__(self, features: nn.Module, width: int, classes: int | None, norm: CriticNorm) -> None:
        super().__init__()
        self.features = features
        self.gain = SPECTRAL_GAIN if norm == "spectral" else 1.0
        self.output = _bounded(_initialised(nn.Linear(width, 1), width**-0.5), norm)
        self.label = None
        if classes is not None:
            self.label = nn.Embedding(classes, width)
            nn.init.normal_(self.label.weight, std=width**-0.5)
            if norm == "spectral":
                spectral_norm(self.label)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """From x (n, c, h, w) in [0, 1] and y (n,) to logits (n,), float32."""
        features = self.features(x * 2 - 1)
        logit = cast(Tensor, self.output(features)).squeeze(1)
        if self.label is not None:
            logit = logit + (self.label(_labels(y)) * features).sum(1)
        return logit.float() * self.gain


class Classifier(nn.Module):
    """A critic of K logits a picture, those of its classes if it is real (Salimans et al. 2016, section 5).

    Args:
        features: (n, c, h, w) to (n, width).
        width: features of a picture.
        classes: K.
        norm: `"spectral"` and `"weight"` go for the linear layer too.
    """

    def __init__(self, features: nn.Module, width: int, classes: int, norm: CriticNorm) -> None:
        super().__init__()
        self.features = features
        self.output = _bounded(_initialised(nn.Linear(width, classes), width**-0.5), norm)

    def features_of(self, x: Tensor) -> Tensor:
        """From x (n, c, h, w) in [0, 1] to the last hidden layer, (n, width)."""
        return cast(Tensor, self.features(x * 2 - 1))

    def logits_of(self, features: Tensor) -> Tensor:
        """From that layer to logits (n, K), float32."""
        return cast(Tensor, self.output(features)).float()

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:  # noqa: ARG002 - the signature of all critics
        """From x (n, c, h, w) in [0, 1] to logits (n, K), float32."""
        return self.logits_of(self.features_of(x))


def dcgan(
    shape: tuple[int, int, int],
    latent: int,
    *,
    classes: int | None = None,
    critic_norm: CriticNorm = "none",
    generator_norm: GeneratorNorm = "batch",
    told_apart: int | None = None,
    width: int = 32,
) -> tuple[nn.Module, nn.Module]:
    """Strided and transposed convolutions without pooling (Radford, Metz & Chintala 2016), 16 to 64 pixels a side.

    Args:
        shape: (c, h, w) of a picture, square, the side a multiple of 4.
        latent: numbers in z.
        classes: how many labels, for networks conditional on y.
        critic_norm: of the critic's hidden layers.
        generator_norm: of the generator's hidden layers.
        told_apart: K, for a critic of K classes, `Classifier`.
        width: the critic's channels at half the picture's side, doubled with every halving, up to 8 times as many;
            the generator of a `Critic` has twice as many, which gave better pictures than a wider critic.

    Returns:
        generator, critic.
    """
    sides, widths = _pyramid(shape, width, odd=True)
    wider = [2 * each for each in widths] if told_apart is None else widths
    inputs = latent + (LABEL_FEATURES if classes is not None else 0)
    up = _strided_up(inputs, sides, wider, shape[0], generator_norm)
    down = [*_strided_down(shape[0], sides, widths, critic_norm), ToVector()]
    features = widths[-1] * sides[-1] ** 2
    if told_apart is None and critic_norm != "batch":
        # what the convolutions give sees 18 of 28 pixels a side; a dense layer sees all (Chen et al. 2016, C.1)
        down += [_bounded(_initialised(nn.Linear(features, 8 * width)), critic_norm), nn.LeakyReLU(SLOPE)]
        features = 8 * width
    return Generator(up, classes), _critic(nn.Sequential(*down), features, classes, critic_norm, told_apart)


def _strided_up(inputs: int, sides: list[int], widths: list[int], channels: int, norm: GeneratorNorm) -> nn.Sequential:
    """(n, inputs) to (n, channels, h, w), h and w twice `sides[0]`, by a dense layer and transposed convolutions."""
    base = sides[-1]
    up: list[nn.Module] = [
        _initialised(nn.Linear(inputs, widths[-1] * base * base), _spread(norm)),
        ToPicture(widths[-1], base),
        *_normalised(widths[-1], norm),
        nn.ReLU(),
    ]
    for here, there, side in zip(widths[:0:-1], widths[-2::-1], sides[-2::-1], strict=True):
        # the norm would take a bias away again, and on a CPU a bias makes this layer several times slower
        layer = nn.ConvTranspose2d(here, there, _kernel(side), stride=2, padding=1, bias=norm != "batch")
        up += [_initialised(layer, _spread(norm)), *_normalised(there, norm), nn.ReLU()]
    # a transposed convolution of stride 2 with few channels, done as the equal convolution at half the side
    up += [_initialised(nn.Conv2d(widths[0], 4 * channels, 3, padding=1), 0.02), nn.PixelShuffle(2)]
    return nn.Sequential(*up)


def _strided_down(channels: int, sides: list[int], widths: list[int], norm: CriticNorm) -> list[nn.Module]:
    """Layers from (n, channels, h, w), h and w twice `sides[0]`, to (n, widths[-1], sides[-1], sides[-1])."""
    down: list[nn.Module] = []
    for index, (here, there, side) in enumerate(zip([channels, *widths], widths, [2 * sides[0], *sides], strict=False)):
        this: CriticNorm = "none" if index == 0 and norm == "batch" else norm
        conv = nn.Conv2d(here, there, _kernel(side), stride=2, padding=1, bias=this != "batch")
        _initialised(conv, _spread(norm))
        down += [_bounded(conv, this), *_normalised(there, this), nn.LeakyReLU(SLOPE)]
    return down


def resnet(
    shape: tuple[int, int, int],
    latent: int,
    *,
    classes: int | None = None,
    critic_norm: CriticNorm = "none",
    generator_norm: GeneratorNorm = "batch",
    told_apart: int | None = None,
    width: int = 32,
) -> tuple[nn.Module, nn.Module]:
    """Residual networks as in Gulrajani et al. (2017) and Miyato et al. (2018, table 4), 16 to 64 pixels a side.

    Args:
        shape: (c, h, w) of a picture, square, the side a multiple of 4.
        latent: numbers in z.
        classes: how many labels, for networks conditional on y.
        critic_norm: of the critic's hidden layers.
        generator_norm: of the generator's hidden layers.
        told_apart: K, for a critic of K classes, `Classifier`.
        width: channels at half the picture's side; doubled with every halving, up to 8 times as many.

    Returns:
        generator, critic.
    """
    sides, widths = _pyramid(shape, width, odd=False)
    channels, base = shape[0], sides[-1]
    inputs = latent + (LABEL_FEATURES if classes is not None else 0)
    up: list[nn.Module] = [
        _initialised(nn.Linear(inputs, widths[-1] * base * base), 1.0),
        ToPicture(widths[-1], base),
    ]
    for here, there in zip(widths[::-1], [*widths[-2::-1], widths[0]], strict=True):
        up.append(_Residual(here, there, generator_norm, nn.ReLU(), up=True))
    up += [*_normalised(widths[0], generator_norm), nn.ReLU()]
    up.append(_initialised(nn.Conv2d(widths[0], channels, 3, padding=1), 0.02))

    first = _bounded(_initialised(nn.Conv2d(channels, widths[0], 3, padding=1)), critic_norm)
    down: list[nn.Module] = [first]
    for here, there in zip([widths[0], *widths], widths, strict=False):
        down.append(_Residual(here, there, critic_norm, nn.LeakyReLU(SLOPE), down=True))
    down += [nn.LeakyReLU(SLOPE), _SumOverPicture()]
    return Generator(nn.Sequential(*up), classes), _critic(
        nn.Sequential(*down), widths[-1], classes, critic_norm, told_apart
    )


def mlp(
    shape: tuple[int, int, int],
    latent: int,
    *,
    classes: int | None = None,
    critic_norm: CriticNorm = "none",
    generator_norm: GeneratorNorm = "batch",
    told_apart: int | None = None,
    width: int = 256,
) -> tuple[nn.Module, nn.Module]:
    """Dense networks with two hidden layers each, for pictures of any size (as in Goodfellow et al. 2014).

    Args:
        shape: (c, h, w) of a picture.
        latent: numbers in z.
        classes: how many labels, for networks conditional on y.
        critic_norm: of the critic's hidden layers.
        generator_norm: of the generator's hidden layers.
        told_apart: K, for a critic of K classes, `Classifier`.
        width: units of a hidden layer; the layer nearer to the picture has twice as many.

    Returns:
        generator, critic.
    """
    pixels = shape[0] * shape[1] * shape[2]
    inputs = latent + (LABEL_FEATURES if classes is not None else 0)
    up: list[nn.Module] = []
    for here, there in ((inputs, width), (width, 2 * width)):
        up += [_initialised(nn.Linear(here, there), _spread(generator_norm))]
        up += [BatchNorm1d(there)] if generator_norm == "batch" else []
        up += [nn.ReLU()]
    up += [_initialised(nn.Linear(2 * width, pixels), 0.02), nn.Unflatten(1, shape)]

    down: list[nn.Module] = [nn.Flatten()]
    for index, (here, there) in enumerate(((pixels, 2 * width), (2 * width, width))):
        down += [_bounded(_initialised(nn.Linear(here, there), _spread(critic_norm)), critic_norm)]
        down += [BatchNorm1d(there)] if critic_norm == "batch" and index > 0 else []
        down += [nn.LeakyReLU(SLOPE)]
    return Generator(nn.Sequential(*up), classes), _critic(
        nn.Sequential(*down), width, classes, critic_norm, told_apart
    )


def _critic(
    features: nn.Module, width: int, classes: int | None, norm: CriticNorm, told_apart: int | None
) -> Critic | Classifier:
    if told_apart is None:
        return Critic(features, width, classes, norm)
    return Classifier(features, width, told_apart, norm)


class _Residual(nn.Module):
    """shortcut(x) + branch(x), the branch normalise, activate, convolve, twice; nearest ×2 up or average ÷2 down."""

    def __init__(
        self,
        here: int,
        there: int,
        norm: CriticNorm | GeneratorNorm,
        activation: nn.Module,
        *,
        up: bool = False,
        down: bool = False,
    ) -> None:
        super().__init__()
        scale_up = [nn.Upsample(scale_factor=2)] if up else []
        scale_down = [nn.AvgPool2d(2)] if down else []
        last = nn.Conv2d(there, there, 3, padding=1)
        # without a norm the branch starts small, so that the sum over blocks keeps its variance
        _initialised(last, 1e-3 if norm == "none" else None)
        self.branch = nn.Sequential(
            *_normalised(here, norm),
            activation,
            *scale_up,
            _bounded(_initialised(nn.Conv2d(here, there, 3, padding=1, bias=norm != "batch")), norm),
            *_normalised(there, norm),
            activation,
            _bounded(last, norm),
            *scale_down,
        )
        shortcut = _bounded(_initialised(nn.Conv2d(here, there, 1), (1 / here) ** 0.5), norm)
        # a 1×1 convolution commutes with both scalings, so it runs at the smaller side
        self.shortcut = nn.Sequential(*scale_down, shortcut, *scale_up)

    def forward(self, x: Tensor) -> Tensor:
        """(n, here, h, w) to (n, there, ·, ·) at the same, twice or half the side."""
        return cast(Tensor, self.shortcut(x) + self.branch(x))


class _SumOverPicture(nn.Module):
    """(n, c, h, w) to (n, c)."""

    def forward(self, x: Tensor) -> Tensor:
        """Sums over rows and columns."""
        return x.sum((2, 3))


def _pyramid(shape: tuple[int, int, int], width: int, *, odd: bool) -> tuple[list[int], list[int]]:
    """Sides and widths (channels) from half the picture's side down to 4 or below.

    Args:
        shape: (c, h, w) of a picture.
        width: channels at half the side; doubled with every halving, up to 8 times as many.
        odd: whether an odd side is halved too, rounded up; otherwise it is the last one.
    """
    _, height, side = shape
    if height != side or side % 4 or not 16 <= side <= 64:
        raise OptionError("gan.side", height=height, width=side)
    sides = [side // 2]
    while sides[-1] > 4 and (odd or sides[-1] % 2 == 0):
        sides.append((sides[-1] + 1) // 2)
    return sides, [width * min(2**level, 8) for level in range(len(sides))]


def _kernel(side: int) -> int:
    """Of a convolution of stride 2 and padding 1 from `side` to its half, rounded up, or of the transposed one back."""
    return 4 if side % 2 == 0 else 3


def _spread(norm: CriticNorm | GeneratorNorm) -> float | None:
    """Deviation 0.02 (Radford et al. 2016, section 3) where a norm follows, else None: He's, which keeps variance."""
    return 0.02 if norm == "batch" else None


def _initialised(layer: Layer, deviation: float | None = None) -> Layer:
    """Gaussian weights of that standard deviation, or He's (He et al. 2015, eq. 14) where None; biases zero."""
    weight = layer.weight
    if deviation is None:
        fan_in = weight[0].numel()
        if isinstance(layer, nn.ConvTranspose2d):  # weight is (in, out, k, k); an output sees 1/stride² of the taps
            fan_in = weight.shape[0] * weight[0, 0].numel() // (layer.stride[0] * layer.stride[1])
        deviation = (2 / (1 + SLOPE**2) / fan_in) ** 0.5
    nn.init.normal_(weight, std=deviation)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _normalised(channels: int, norm: CriticNorm | GeneratorNorm) -> list[nn.Module]:
    if norm != "batch":
        return []
    layer = BatchNorm2d(channels)
    nn.init.normal_(layer.weight, 1.0, 0.02)
    return [layer]


def _bounded(layer: Layer, norm: CriticNorm | GeneratorNorm) -> Layer:
    if norm == "weight":  # w = g v / ‖v‖, g and v learned (Salimans & Kingma 2016, eq. 2)
        return cast(Layer, weight_norm(layer))
    return cast(Layer, spectral_norm(layer)) if norm == "spectral" else layer


def _labels(y: Tensor | None) -> Tensor:
    if y is None:
        raise OptionError("gan.labels_needed")
    return y
