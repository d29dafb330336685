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
from makebelieve.explain.filters import first_filters
from makebelieve.explain.layers import Field, Layer, default_layers, list_layers
from makebelieve.explain.maximise import maximise_channels
from makebelieve.explain.patches import Maxima, find_maxima
from makebelieve.explain.pictures import (
    confusion_picture,
    filters_picture,
    heat_picture,
    patches_picture,
    reliability_picture,
)
from makebelieve.explain.reconstruct import reconstruct_units
from makebelieve.explain.saliency import grad_cam, guided_backpropagation, occlusion
from makebelieve.explain.sheets import ChannelSheet, LayerSheet
from makebelieve.explain.whole import explain_layers, explain_one

__all__ = [
    "Calibration",
    "ChannelSheet",
    "Confused",
    "Field",
    "Layer",
    "LayerSheet",
    "Maxima",
    "PerClass",
    "Worst",
    "calibration",
    "class_table",
    "confusion",
    "confusion_picture",
    "confusion_table",
    "default_layers",
    "explain_layers",
    "explain_one",
    "filters_picture",
    "find_maxima",
    "first_filters",
    "grad_cam",
    "greatest_errors",
    "guided_backpropagation",
    "heat_picture",
    "list_layers",
    "maximise_channels",
    "most_confused",
    "occlusion",
    "patches_picture",
    "per_class",
    "per_label",
    "reconstruct_units",
    "reliability_picture",
    "top_losses",
]
