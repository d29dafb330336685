"""Convolutions to few channels, and transposed ones, in forms that a CPU computes faster; the numbers are the same.

Measured by benchmarks/_vae.py.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


class ThinConv2d(nn.Conv2d):
    """A k×k convolution of stride 1 to few channels, such as the one that a picture comes out of.

    A CPU's convolutions compute sixteen output channels at least. Here, as out channels are few, one product of the
    picture's rows of channels with all k² taps at once gives for each pixel what it adds to its neighbours, and sums of
    shifted copies put that in place: a transposed im2col, of little data where there are few outputs.

    On other devices, and where no gradients are wanted, it is `nn.Conv2d`. Can't be differentiated twice on a CPU.

    Args:
        in_channels: c.
        out_channels: o, a few.
        kernel_size: k, odd; the padding is k // 2.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, *, bias: bool = True) -> None:
        super().__init__(in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, o, h, w)."""
        if x.device.type != "cpu" or not torch.is_grad_enabled():
            return super().forward(x)
        y = cast(Tensor, _Thin.apply(x, self.weight))  # type: ignore[no-untyped-call]
        return y if self.bias is None else y + self.bias.to(y.dtype).view(1, -1, 1, 1)


class _Thin(torch.autograd.Function):
    """The convolution itself, without bias."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        n, c, h, w = x.shape
        o, k = weight.shape[0], weight.shape[-1]
        dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype
        rows = x.permute(0, 2, 3, 1).reshape(-1, c).to(dtype)
        taps = weight.permute(2, 3, 0, 1).reshape(-1, c).to(dtype)  # (k · k · o, c)
        ctx.save_for_backward(rows, taps)
        ctx.sizes, ctx.x_dtype = (n, c, h, w, o, k), x.dtype
        parts = (taps @ rows.t()).view(k, k, o, n, h, w)
        y = rows.new_zeros(o, n, h + k - 1, w + k - 1)
        for i in range(k):
            for j in range(k):
                # tap (i, j) of pixel (a, b) reads (a + i − k//2, b + j − k//2), so that pixel adds to (a − i, b − j)
                y[:, :, k - 1 - i : k - 1 - i + h, k - 1 - j : k - 1 - j + w] += parts[i, j]
        inner = y[:, :, k // 2 : k // 2 + h, k // 2 : k // 2 + w]
        return inner.permute(1, 0, 2, 3).contiguous(memory_format=torch.channels_last)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor]:
        rows, taps = ctx.saved_tensors
        n, c, h, w, o, k = ctx.sizes
        wide = F.pad(gradient.to(rows.dtype).permute(1, 0, 2, 3), [k // 2] * 4)
        shifted = [wide[:, :, k - 1 - i : k - 1 - i + h, k - 1 - j : k - 1 - j + w] for i in range(k) for j in range(k)]
        columns = torch.stack(shifted).view(k * k * o, -1)
        for_weight = (columns @ rows).float().view(k, k, o, c).permute(2, 3, 0, 1)
        if not ctx.needs_input_grad[0]:
            return None, for_weight
        for_x = (columns.t() @ taps).view(n, h, w, c).permute(0, 3, 1, 2)
        return for_x.to(ctx.x_dtype), for_weight


class DoublingConv2d(nn.ConvTranspose2d):
    """A transposed convolution of stride 2 that doubles the side: k = 3 or 4, its bias added apart.

    With its bias inside, a CPU's transposed convolution in bf16 goes back at about half the speed.

    Args:
        in_channels: c.
        out_channels: o.
        kernel_size: 3 or 4.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride=2, padding=1, output_padding=1 if kernel_size == 3 else 0
        )

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:  # noqa: ARG002
        """(n, c, h, w) to (n, o, 2h, 2w)."""
        y = F.conv_transpose2d(x, self.weight, None, 2, 1, self.output_padding)
        return y.add_(cast(Tensor, self.bias).to(y.dtype).view(1, -1, 1, 1))
