"""What this machine and this installation can do, finding by finding."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve import __version__, vision
from makebelieve.cli.sets import sets_here
from makebelieve.data import cache_folder
from makebelieve.messages import say
from makebelieve.pictures import hangul_font
from makebelieve.training.precision import multiplies_bf16

_EXTRAS = {  # distributions that each extra brings
    "samples": ("scikit-learn", "scikit-image", "mlxtend"),
    "vision": ("torchvision", "timm"),
    "tensorboard": ("tensorboard",),
    "korean": ("koreanize-matplotlib",),
}


@dataclass(frozen=True)
class Finding:
    """One line of the examination: a name for programs, what it is called, and what was found."""

    key: str
    title: str
    value: Any
    text: str

    def __str__(self) -> str:
        return f"{self.title}: {self.text}"


def examine() -> list[Finding]:
    """Look at Python, torch, the devices, the extras, the cache, fonts and disk."""
    return [*_versions(), *_devices(), _vision(), _extras(), *_cache(), _font(), *_disk()]


def _versions() -> list[Finding]:
    import torch

    python = f"{platform.python_version()} ({sys.platform}, {platform.machine()})"
    found = {"makebelieve": __version__, "python": python, "torch": torch.__version__}
    return [Finding(name, name, version, version) for name, version in found.items()]


def _devices() -> list[Finding]:
    import torch

    devices = [torch.device("cpu")]
    names = {"cpu": platform.processor() or platform.machine()}
    for i in range(torch.cuda.device_count()):
        devices.append(torch.device("cuda", i))
        names[f"cuda:{i}"] = torch.cuda.get_device_name(i)
    if torch.backends.mps.is_available():
        devices.append(torch.device("mps"))
        names["mps"] = "Apple"
    bf16 = {str(device): multiplies_bf16(device) for device in devices}
    fast = [device for device, able in bf16.items() if able]
    threads = torch.get_num_threads()
    return [
        Finding("devices", say("cli.doctor_devices"), names, ", ".join(f"{d} ({name})" for d, name in names.items())),
        Finding("threads", say("cli.doctor_threads"), threads, str(threads)),
        Finding("bf16", say("cli.doctor_bf16"), bf16, ", ".join(fast) or say("cli.doctor_no_bf16")),
    ]


def _vision() -> Finding:
    case = vision.status()
    return Finding("torchvision", "torchvision", case, case)


def _extras() -> Finding:
    missing = {extra: [name for name in names if not _installed(name)] for extra, names in _EXTRAS.items()}
    told = [
        say("cli.doctor_extra_lacks", extra=extra, lacking=", ".join(lacking)) if lacking else extra
        for extra, lacking in missing.items()
    ]
    return Finding(
        "extras", say("cli.doctor_extras"), {e: not lacking for e, lacking in missing.items()}, ", ".join(told)
    )


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _cache() -> list[Finding]:
    folder = str(cache_folder())
    ready = [name for name, here in sets_here().items() if here]
    return [
        Finding("cache", say("cli.doctor_cache"), folder, folder),
        Finding("sets", say("cli.doctor_sets"), ready, ", ".join(ready) or say("cli.doctor_no_sets")),
    ]


def _font() -> Finding:
    file = hangul_font()
    return Finding("hangul_font", say("cli.doctor_font"), file, file or say("cli.doctor_no_font"))


def _disk() -> list[Finding]:
    places = {"disk_here": Path.cwd(), "disk_cache": cache_folder()}
    findings = []
    for key, path in places.items():
        there = next(place for place in (path, *path.absolute().parents) if place.exists())
        free = shutil.disk_usage(there).free
        findings.append(Finding(key, say("cli.doctor_disk", path=there), free, f"{free / 2**30:.1f} GiB"))
    return findings
