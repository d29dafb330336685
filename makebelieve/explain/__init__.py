"""What a network decided, where it looked and what its layers see: functions of a module and tensors."""

from __future__ import annotations

from makebelieve.explain.decisions import (
    Calibration,
    Confused,
    PerClass,
    Worst,
    calibration,
    class_table,
    confusion,
    confusion_table,
    greatest_errors,
    most_confused,
    per_class,
    per_label,
    top_losses,
)
from makebelieve.explain.layers import Field, Layer, default_layers, list_layers
from makebelieve.explain.saliency import grad_cam, guided_backpropagation, occlusion

__all__ = [
    "Calibration",
    "Confused",
    "Field",
    "Layer",
    "PerClass",
    "Worst",
    "calibration",
    "class_table",
    "confusion",
    "confusion_table",
    "default_layers",
    "grad_cam",
    "greatest_errors",
    "guided_backpropagation",
    "list_layers",
    "most_confused",
    "occlusion",
    "per_class",
    "per_label",
    "top_losses",
]
