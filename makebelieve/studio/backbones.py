"""Networks whose published weights lie on this machine, told without torch; and which of their layers to begin with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# by the beginning of a backbone's name: layers from shallow to deep, those of edges first, those of things last
LAYERS: dict[str, tuple[str, ...]] = {
    "inception_v3": ("Conv2d_4a_3x3", "Mixed_5b", "Mixed_5d", "Mixed_6a", "Mixed_6c", "Mixed_7b"),
    "googlenet": ("conv3", "inception3b", "inception4a", "inception4c", "inception4e", "inception5b"),
    "mobilenet_v2": ("features.3", "features.6", "features.11", "features.13", "features.17"),
    "squeezenet1_1": ("features.3", "features.5", "features.8", "features.10", "features.12"),
    "vgg16": ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_3", "relu5_1"),
    "vgg19_normalised_relu3_1": ("relu1_1", "relu2_1", "relu3_1"),
    "vgg19": ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_3", "relu5_1"),
    "resnet": ("layer1", "layer2", "layer3", "layer4"),
}
NAMES = (
    "inception_v3", "googlenet", "mobilenet_v2", "squeezenet1_1", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50",
    "resnet101", "resnet152",
)  # fmt: skip


def folder() -> Path:
    """Where the library keeps weights; as `makebelieve.networks.pretrained.weights_folder`, which needs torch."""
    chosen = os.environ.get("MAKEBELIEVE_DATA")
    if chosen:
        return Path(chosen).expanduser() / "weights"
    import pooch

    return Path(pooch.os_cache("makebelieve")) / "data" / "weights"


def known_by(stem: str) -> str | None:
    """The backbone that a file of weights is for, by the file's name without its suffix; None for no known one."""
    fitting = [name for name in NAMES if stem == name or stem.startswith(f"{name}_")]
    return max(fitting, key=len, default=None)


def usual_layers(given: str, *, style: bool) -> list[str]:
    """Layers to take where a page names none and the library knows none that a file of weights has; else []."""
    name = known_by(given)
    if name == given and not (style and not name.startswith("vgg")):
        return []
    begins = [one for one in LAYERS if given.startswith(one)]
    return list(LAYERS[max(begins, key=len)]) if begins else []


def looking(options: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Python by which a work's door is told which network looks, as `makebelieve.studio.works` does it.

    Args:
        options: of the work, "content" among them for a style.

    Returns:
        Lines that come before, and keywords with their values as Python.
    """
    given, style = options.get("backbone"), "content" in options
    if given is None:
        return [], {}
    if isinstance(given, Mapping):
        run, net = f"runs/{Path(str(given['run'])).name}", str(given.get("net") or "")
        lines = [
            "from makebelieve.studio.works import own_network",
            "",
            f"network, layers = own_network({', '.join(map(repr, [run, net] if net else [run]))})",
        ]
        words = {"backbone": "network"}
        usual = {"content_layers": "layers[-1:]", "style_layers": "layers"} if style else {"layers": "layers[-1:]"}
    else:
        name, layers = known_by(str(given)) or str(given), usual_layers(str(given), style=style)
        lines, words = [], {"backbone": repr(name)}
        if name != given:
            words["pretrained"] = repr(str(folder() / f"{given}.safetensors"))
        usual = {"content_layers": repr(layers[-1:]), "style_layers": repr(layers)} if style else {}
        usual = (usual or {"layers": repr(layers[-1:])}) if layers else {}
    return lines, words | {name: value for name, value in usual.items() if not options.get(name)}


def backbones() -> list[dict[str, Any]]:
    """{"name", "backbone", "layers"} for each file of weights that is there."""
    place = folder()
    found = []
    for file in sorted(place.glob("*.safetensors")) if place.is_dir() else ():
        name = known_by(file.stem)
        if name is not None:
            begins = [one for one in LAYERS if file.stem.startswith(one)]
            layers = LAYERS[max(begins, key=len)] if begins else ()
            found.append({"name": file.stem, "backbone": name, "layers": list(layers)})
    return found
