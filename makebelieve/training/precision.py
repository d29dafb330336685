"""Which device, which number format: "auto" resolved once, so that a checkpoint can say what was used."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from makebelieve.errors import OptionError
from makebelieve.training.parallel import World

FORMATS = {"float32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def resolve_device(device: str | torch.device, world: World) -> torch.device:
    """`"auto"` is a CUDA GPU, else Apple's, else the CPU."""
    if str(device) == "auto":
        if torch.cuda.is_available():
            return world.local_device()
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        found = torch.device(device)
        if found.type not in ("cpu", "cuda", "mps"):
            raise RuntimeError("cpu, cuda, mps")
        torch.empty(0, device=found)
        if found == torch.device("cuda") and world.size > 1:
            return world.local_device()
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise OptionError("training.device", device=device, reason=reason) from None
    return found


def multiplies_bf16(device: torch.device) -> bool:
    """Whether the chip itself multiplies bf16, so that it is faster and not only smaller."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        able = torch.cpu.get_capabilities()
        return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    return False


def gains_from_bf16(modules: Iterable[nn.Module]) -> bool:
    """Whether something in them was measured to train faster in bf16: convolutions, and what says so of itself."""
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    parts = (part for module in modules for part in module.modules())
    return any(isinstance(part, kinds) or getattr(part, "gains_from_bf16", False) for part in parts)


def resolve_precision(precision: str, device: torch.device, modules: Iterable[nn.Module]) -> str:
    """`"auto"` is bf16 where the chip multiplies it and the networks gain from it, else float32."""
    if precision == "auto":
        return "bf16" if multiplies_bf16(device) and gains_from_bf16(modules) else "float32"
    if precision not in FORMATS:
        raise OptionError("training.precision", given=precision, known="auto, " + ", ".join(FORMATS))
    return precision
