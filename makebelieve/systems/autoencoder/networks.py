"""Networks of the autoencoder: the model itself, and two builders of one signature that give its encoder and decoder.

The encoder is called `encoder(x)`: pictures (n, c, h, w) in [0, 1] to z (n, latent). The decoder is called
`decoder(z)`: back to (n, c, h, w) without bounds (logits), whose sigmoid is the picture.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.networks.blocks import ToPicture, ToVector

LEAST_SIDE, MOST_SIDE = 8, 256  # of pictures for convolutions


class Autoencoder(nn.Module):
    """x to z and back to x̂, both networks trained together (Hinton & Salakhutdinov 2006).

    Args:
        encoder: see above.
        decoder: see above.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, x: Tensor) -> Tensor:
        """The logits of x̂, as losses want them: (n, c, h, w) in [0, 1] to (n, c, h, w) without bounds."""
        return cast(Tensor, self.decoder(self.encoder(x)))

    def encode(self, x: Tensor) -> Tensor:
        """z (n, …) of pictures (n, c, h, w) in [0, 1]."""
        return cast(Tensor, self.encoder(x))

    def decode(self, z: Tensor) -> Tensor:
        """Pictures (n, c, h, w) in [0, 1] of points z (n, …), float32."""
        return torch.sigmoid(self.decoder(z).float())

    def reconstruct(self, x: Tensor) -> Tensor:
        """x̂ (n, c, h, w) in [0, 1] of pictures, noisy ones for a denoiser."""
        return self.decode(self.encoder(x))


def dense(shape: tuple[int, int, int], latent: int) -> tuple[nn.Module, nn.Module]:
    """One dense layer each way, for pictures of any size: pixels, `latent` ReLU units, pixels.

    With MNIST and 32 units it is the 784-32-784 of textbooks, with their first weights: Glorot's uniform ones (Glorot &
    Bengio 2010, eq. 16). Biases are zero but for the ReLU units': from 0, the first steps leave some of these without
    input above zero for any picture, for good; from 1, all of them learn.

    Args:
        shape: (c, h, w) of a picture.
        latent: numbers in z.

    Returns:
        encoder, decoder.
    """
    pixels = shape[0] * shape[1] * shape[2]
    down, up = nn.Linear(pixels, latent), nn.Linear(latent, pixels)
    for layer in (down, up):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    nn.init.ones_(down.bias)
    return nn.Sequential(nn.Flatten(), down, nn.ReLU()), nn.Sequential(up, nn.Unflatten(1, shape))


def conv(shape: tuple[int, int, int], latent: int, *, width: int = 32) -> tuple[nn.Module, nn.Module]:
    """Strided convolutions while the side is even and above 7, a dense layer to z, and the same way back.

    Args:
        shape: (c, h, w) of a picture, square, the side a multiple of 4 from 8 to 256.
        latent: numbers in z.
        width: channels at half the picture's side; doubled with every halving, up to 4 times as many.

    Returns:
        encoder, decoder.
    """
    channels, height, side = shape
    if height != side or side % 4 or not LEAST_SIDE <= side <= MOST_SIDE:
        raise OptionError("autoencoder.side", height=height, width=side)
    base, widths = side // 2, [width]
    while base % 2 == 0 and base > 7:
        base, widths = base // 2, [*widths, min(2 * widths[-1], 4 * width)]
    features = widths[-1] * base * base

    down: list[nn.Module] = []
    for here, there in zip([channels, *widths[:-1]], widths, strict=True):
        down += [nn.Conv2d(here, there, 4, stride=2, padding=1), nn.ReLU()]
    down += [ToVector(), nn.Linear(features, latent)]

    up: list[nn.Module] = [nn.Linear(latent, features), ToPicture(widths[-1], base), nn.ReLU()]
    for here, there in zip(widths[:0:-1], widths[-2::-1], strict=True):
        up += [nn.ConvTranspose2d(here, there, 4, stride=2, padding=1), nn.ReLU()]
    # a transposed convolution of stride 2 with few channels, done as the equal convolution at half the side
    up += [nn.Conv2d(widths[0], 4 * channels, 3, padding=1), nn.PixelShuffle(2)]

    for layer in (*down, *up):
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            _keep_variance(layer)
    return nn.Sequential(*down), nn.Sequential(*up)


def _keep_variance(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> None:
    """Gaussian weights of variance 2 / fan-in for layers around ReLUs (He et al. 2015, eq. 14), biases zero."""
    fan_in = layer.weight[0].numel()
    if isinstance(layer, nn.ConvTranspose2d):  # weight is (in, out, k, k); an output sees 1/stride² of the taps
        fan_in = layer.weight.shape[0] * layer.weight[0, 0].numel() // (layer.stride[0] * layer.stride[1])
    nn.init.normal_(layer.weight, std=(2 / fan_in) ** 0.5)
    nn.init.zeros_(cast(Tensor, layer.bias))
