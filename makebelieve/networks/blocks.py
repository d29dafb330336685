"""Building blocks: batch normalisation over processes, ways in and out of channels-last order, fast equal forms."""

from __future__ import annotations

from typing import Any, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F


class _SumOverProcesses(torch.autograd.Function):
    """y = Σ over processes of x; dL/dx = Σ over processes of dL/dy, as every process's loss depends on every x."""

    @staticmethod
    def forward(_ctx: Any, x: Tensor) -> Tensor:
        total = x.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_ctx: Any, gradient: Tensor) -> Tensor:
        return sum_over_processes(gradient.contiguous())


def sum_over_processes(x: Tensor) -> Tensor:
    """The sum of x over all processes of torch.distributed, differentiable any number of times."""
    return cast(Tensor, _SumOverProcesses.apply(x))  # type: ignore[no-untyped-call]


def many_processes() -> bool:
    """Whether torch.distributed runs with more than one process."""
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


class _JointStatistics(nn.modules.batchnorm._BatchNorm):
    """Batch normalisation (Ioffe & Szegedy 2015, algorithm 1) whose batch is that of all processes together.

    With one process, and in eval mode, it is torch's own layer. With more, mean and variance are those of the joined
    batch, weighted by how many samples each process has, and gradients flow through them; statistics are float32.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Gives x (n, c, …) normalised over everything but c."""
        if not (self.training and many_processes()):
            return super().forward(x)
        self._check_input_dim(x)  # type: ignore[no-untyped-call]
        wide = x.float()
        others = [d for d in range(x.dim()) if d != 1]
        shape = [1, -1, *[1] * (x.dim() - 2)]
        counted = torch.cat([wide.sum(others), wide.new_full((1,), x.numel() / x.shape[1])])
        *_, count = joined = sum_over_processes(counted)
        mean = joined[:-1] / count
        centred = wide - mean.view(shape)
        variance = sum_over_processes(centred.square().sum(others)) / count
        self._follow(mean.detach(), variance.detach(), count.detach())
        y = centred * (variance + self.eps).rsqrt().view(shape)
        if self.affine:
            y = y * self.weight.view(shape) + self.bias.view(shape)
        return cast(Tensor, y).to(x.dtype)

    @torch.no_grad()
    def _follow(self, mean: Tensor, variance: Tensor, count: Tensor) -> None:
        if not self.track_running_stats:
            return
        seen = cast(Tensor, self.num_batches_tracked).add_(1)
        share = 1 / float(seen) if self.momentum is None else self.momentum
        cast(Tensor, self.running_mean).lerp_(mean, share)
        cast(Tensor, self.running_var).lerp_(variance * count / (count - 1), share)


class BatchNorm1d(_JointStatistics, nn.BatchNorm1d):
    """`torch.nn.BatchNorm1d` whose statistics are those of the batch of all processes together."""


class BatchNorm2d(_JointStatistics, nn.BatchNorm2d):
    """`torch.nn.BatchNorm2d` whose statistics are those of the batch of all processes together."""


class ToPicture(nn.Module):
    """(n, side · side · c) to (n, c, side, side), in channels-last order: a view, and what convolutions there want.

    Args:
        channels: c.
        side: height and width.
    """

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.channels, self.side = channels, side

    def forward(self, x: Tensor) -> Tensor:
        """Views x."""
        return x.view(-1, self.side, self.side, self.channels).permute(0, 3, 1, 2)


class ToVector(nn.Module):
    """(n, c, h, w) to (n, h · w · c): a view of pictures in channels-last order, as is the gradient on its way back.

    With `nn.Flatten` the gradient of a channels-last network comes back in the other order, and the layers before it
    compute with mixed orders, several times slower on a CPU.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Views x where it lies in channels-last order."""
        return x.permute(0, 2, 3, 1).flatten(1)


class UpsampleConv2d(nn.Conv2d):
    """Nearest upsampling by 2 and a k×k convolution, in one: (n, c, h, w) to (n, out, 2h, 2w).

    Each of the 2×2 output phases reads repeated pixels, so the taps that fall on one pixel are added first: a smaller
    convolution with 4 · out channels at low resolution and a pixel shuffle give the same numbers (k = 5: 9 products a
    pixel instead of 25; the idea of sub-pixel convolution, Shi et al. 2016). Parameters are those of the k×k
    convolution.

    Args:
        in_channels: c.
        out_channels: out.
        kernel_size: k, odd; the padding is k // 2.
    """

    folding: Tensor

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, *, bias: bool = True) -> None:
        super().__init__(in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=bias)
        reach = kernel_size // 2
        low = (reach + 1) // 2  # reach at low resolution
        folding = torch.zeros(2, 2 * low + 1, kernel_size)
        for phase in range(2):
            for tap in range(kernel_size):
                # output pixel 2i + phase reads upsampled pixel 2i + phase + tap − reach, which is pixel i + ⌊·/2⌋
                folding[phase, (phase + tap - reach) // 2 + low, tap] = 1
        self.register_buffer("folding", folding, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, out, 2h, 2w)."""
        # (phase, row, tap) × (out, in, tap, tap) × (phase, column, tap) → (out · phase · phase, in, row, column)
        weight = torch.einsum("prk,oikl,qsl->opqirs", self.folding, self.weight, self.folding)
        weight = weight.reshape(4 * self.out_channels, self.in_channels, *weight.shape[-2:])
        bias = None if self.bias is None else self.bias.repeat_interleave(4)
        return F.pixel_shuffle(F.conv2d(x, weight, bias, padding=weight.shape[-1] // 2), 2)


class Dropout(nn.Module):
    """Dropout (Srivastava et al. 2014): each element is zero with probability p, the others are divided by 1 − p.

    On a CPU, drawing one Bernoulli number an element costs as much as a good part of a convolution; here one 64-bit
    draw of torch's global generator serves four elements, so p is rounded to a multiple of 2⁻¹⁶.

    Args:
        p: in [0, 1).
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def extra_repr(self) -> str:
        """Shown between the brackets of the module's text."""
        return f"p={self.p}"

    def forward(self, x: Tensor) -> Tensor:
        """Drops elements of x, of any shape, in training mode only."""
        if not self.training or self.p == 0:
            return x
        if x.device.type != "cpu":
            return F.dropout(x, self.p)
        dropped = round(self.p * 2**16)
        bits = torch.empty((x.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None).view(torch.int16)
        layout = torch.empty_like(x, device="meta")  # dense, in the memory format of x
        kept = bits[: x.numel()].as_strided(x.shape, layout.stride()) >= dropped - 2**15
        return x * (kept * (2**16 / (2**16 - dropped))).to(x.dtype)
