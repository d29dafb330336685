"""The recurrences of LSTM and GRU over a window with gradients by hand: fewer, larger operations for a CPU.

Everything lies time-major, (t, n, …), so that a step is one piece of memory. What the inputs add to the gates of every
step is one product made before; here only hᵗ⁻¹ Uᵀ is left, a product a step, and dU is one product over all steps.
Measured by benchmarks/recurrent.py.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


class LSTMCells(torch.autograd.Function):
    """Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000, gates in torch's order i, f, g, o.

    c = σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c). The caller doubles the row of g in pre and weight, so that
    tanh(g) = 2 σ(2g) − 1 and all four gates take one sigmoid.

    Args of `apply`:
        pre: (t, n, 4 · hidden): W x + b of every step, g doubled.
        weight: (4 · hidden, hidden): U, g doubled.
        h: (n, hidden), the state before the first step.
        c: likewise.
        half: whether products are of bf16 numbers; sums and the state are float32.

    Returns of `apply`:
        h of every step (t, n, hidden), and the last c (n, hidden).
    """

    @staticmethod
    def forward(ctx: Any, pre: Tensor, weight: Tensor, h: Tensor, c: Tensor, half: bool) -> tuple[Tensor, Tensor]:
        steps, n, wide = pre.shape
        hidden = wide // 4
        factor = weight.t().bfloat16() if half else weight.t()
        gates = torch.empty_like(pre)
        cs, tanhs = pre.new_empty(steps + 1, n, hidden), pre.new_empty(steps, n, hidden)
        hs = pre.new_empty(steps + 1, n, hidden)
        hs[0], cs[0] = h, c
        candidate = pre.new_empty(n, hidden)
        for t in range(steps):
            gate = gates[t]
            if half:
                torch.add(pre[t], hs[t].bfloat16() @ factor, out=gate)
            else:
                torch.addmm(pre[t], hs[t], factor, out=gate)
            gate.sigmoid_()
            i, f, g, o = gate.chunk(4, 1)
            torch.mul(f, cs[t], out=cs[t + 1])
            torch.add(g, -0.5, out=candidate)  # half of tanh(g)
            cs[t + 1].addcmul_(i, candidate, value=2)
            torch.tanh(cs[t + 1], out=tanhs[t])
            torch.mul(o, tanhs[t], out=hs[t + 1])
        ctx.save_for_backward(weight, gates, cs, tanhs, hs)
        ctx.half = half
        return hs[1:], cs[steps].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, for_h: Tensor, for_c: Tensor) -> tuple[Tensor | None, ...]:
        weight, gates, cs, tanhs, hs = ctx.saved_tensors
        steps, n, wide = gates.shape
        factor = weight.bfloat16() if ctx.half else weight
        parts = gates.view(steps, n, 4, wide // 4)
        i, f, g, o = parts.unbind(2)
        # what dc (of i, f, g) and dh (of o) are multiplied with to give the gradient before the sigmoid
        slopes = parts * (1 - parts)
        slopes[:, :, 0] *= 2 * g - 1
        slopes[:, :, 1] *= cs[:-1]
        slopes[:, :, 2] *= 2 * i
        slopes[:, :, 3] *= tanhs
        through = o * (1 - tanhs * tanhs)  # dh/dc
        found = torch.empty_like(gates)
        split = found.view(steps, n, 4, wide // 4)
        dh, dc = for_h[steps - 1].clone(), for_c.clone()
        for t in reversed(range(steps)):
            dc.addcmul_(dh, through[t])
            torch.mul(slopes[t, :, :3], dc.unsqueeze(1), out=split[t, :, :3])
            torch.mul(slopes[t, :, 3], dh, out=split[t, :, 3])
            dc.mul_(f[t])
            if ctx.half:
                dh = (found[t].bfloat16() @ factor).float()
                if t:
                    dh += for_h[t - 1]
            elif t:
                torch.addmm(for_h[t - 1], found[t], factor, out=dh)
            else:
                dh = found[0] @ factor
        rows, before = found.view(-1, wide), hs[:-1].view(-1, wide // 4)
        for_weight = (rows.bfloat16().t() @ before.bfloat16()).float() if ctx.half else rows.t() @ before
        return found, for_weight, dh, dc, None


class GRUCells(torch.autograd.Function):
    """Cho et al. 2014 in the form of cuDNN and torch: n = tanh(Wx + r (Uh + b)), h = (1 − z) n + z h; order r, z, n.

    Args of `apply`:
        pre: (t, n, 3 · hidden): W x + b of every step.
        weight: (3 · hidden, hidden): U.
        bias: (3 · hidden,), added to U h.
        h: (n, hidden), the state before the first step.
        half: whether products are of bf16 numbers; sums and the state are float32.

    Returns of `apply`:
        h of every step, (t, n, hidden).
    """

    @staticmethod
    def forward(ctx: Any, pre: Tensor, weight: Tensor, bias: Tensor, h: Tensor, half: bool) -> Tensor:
        steps, n, wide = pre.shape
        hidden = wide // 3
        factor = weight.t().bfloat16() if half else weight.t()
        inner = torch.empty_like(pre)  # U h + b
        gates = torch.empty_like(pre)
        hs = pre.new_empty(steps + 1, n, hidden)
        hs[0] = h
        for t in range(steps):
            if half:
                torch.add(bias, hs[t].bfloat16() @ factor, out=inner[t])
            else:
                torch.addmm(bias, hs[t], factor, out=inner[t])
            both, new = gates[t, :, : 2 * hidden], gates[t, :, 2 * hidden :]
            torch.add(pre[t, :, : 2 * hidden], inner[t, :, : 2 * hidden], out=both)
            both.sigmoid_()
            torch.addcmul(pre[t, :, 2 * hidden :], both[:, :hidden], inner[t, :, 2 * hidden :], out=new)
            new.tanh_()
            torch.lerp(new, hs[t], both[:, hidden:], out=hs[t + 1])
        ctx.save_for_backward(weight, gates, inner, hs)
        ctx.half = half
        return hs[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, for_h: Tensor) -> tuple[Tensor | None, ...]:
        weight, gates, inner, hs = ctx.saved_tensors
        steps, n, wide = gates.shape
        hidden = wide // 3
        factor = weight.bfloat16() if ctx.half else weight
        r, z, new = gates.view(steps, n, 3, hidden).unbind(2)
        # what dh is multiplied with to give the gradients of r, z before the sigmoid and of n before the tanh
        for_new = (1 - z) * (1 - new * new)
        slopes = torch.stack(
            [for_new * inner[:, :, 2 * hidden :] * r * (1 - r), (hs[:-1] - new) * z * (1 - z), for_new * r], 2
        )
        found = torch.empty_like(gates)  # of U h + b
        dhs = torch.empty_like(for_h)
        dh = torch.zeros_like(for_h[0])
        for t in reversed(range(steps)):
            torch.add(dh, for_h[t], out=dhs[t])
            torch.mul(slopes[t], dhs[t].unsqueeze(1), out=found[t].view(n, 3, hidden))
            dh = dhs[t] * z[t]
            if ctx.half:
                dh += found[t].bfloat16() @ factor
            else:
                dh.addmm_(found[t], factor)
        rows, before = found.view(-1, wide), hs[:-1].view(-1, hidden)
        for_weight = (rows.bfloat16().t() @ before.bfloat16()).float() if ctx.half else rows.t() @ before
        for_pre = torch.cat([found[:, :, : 2 * hidden], dhs * for_new], 2)
        return for_pre, for_weight, rows.sum(0), dh, None
