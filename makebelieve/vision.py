"""The one door to torchvision and timm.

The registry's torchvision is built against CUDA. Beside a CPU torch its compiled operators do not load, and importing
it ends in ``RuntimeError: operator torchvision::nms does not exist``: its Python files describe operators that were
never declared. Declaring the schemas of the two that it insists on makes transforms, models and everything built on
them (timm, torchmetrics) work; its compiled operators (``nms`` itself, ``roi_align``, ``torchvision.io``) stay
unavailable.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any, TypeVar

from makebelieve.errors import MissingExtraError
from makebelieve.messages import say

_SYMPTOM = "operator torchvision::nms does not exist"
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_held: list[Any] = []  # a torch Library takes its schemas back when it is collected, so it is held for ever

T = TypeVar("T")


def torchvision() -> ModuleType:
    """Torchvision, imported and mended where it stands beside a CPU torch; where the builds match, a plain import.

    Raises:
        MissingExtraError: torchvision is not installed.
    """
    if importlib.util.find_spec("torchvision") is None:
        raise MissingExtraError("vision.missing", package="torchvision")
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if _SYMPTOM not in str(error):
            raise
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    _declare()
    return importlib.import_module("torchvision")


def timm() -> ModuleType:
    """Timm, imported after torchvision, on which it stands.

    Raises:
        MissingExtraError: timm or torchvision is not installed.
    """
    if importlib.util.find_spec("timm") is None:
        raise MissingExtraError("vision.missing", package="timm")
    torchvision()
    return importlib.import_module("timm")


def status() -> str:
    """One sentence on which case holds here: absent, matching, mended, or broken and why."""
    try:
        module = torchvision()
    except MissingExtraError:
        return say("vision.absent")
    except (ImportError, RuntimeError, OSError) as error:
        return say("vision.broken", why=str(error).splitlines()[0])
    return say("vision.mended" if _held else "vision.matching", version=module.__version__)


class Carried:
    """Something made of torchvision parts, on its way to a spawned worker process.

    The worker rebuilds what it was sent before any of its own code runs; this puts the door first in that order, so
    that torchvision is mended there too by the time ``thing`` arrives. The worker receives ``thing`` itself.
    """

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __reduce__(self) -> tuple[Any, ...]:
        return _second, (_Door(), self.thing)


class _Door:
    def __reduce__(self) -> tuple[Any, ...]:
        return _open_door, ()


def _open_door() -> None:
    torchvision()


def _second(_first: None, thing: T) -> T:
    return thing


def _declare() -> None:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _held.append(library)
