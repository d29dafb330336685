"""Acts of the page of layers: the graph, the maps of one picture, what excites a channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.explain import Field, Layer, Maxima, find_maxima, list_layers, maximise_channels, reconstruct_units
from makebelieve.explain.patches import cut
from makebelieve.explain.pictures import shown, signed
from makebelieve.explain.seeing import maps_of, seen, unknown
from makebelieve.networks.using import evaluating
from makebelieve.ops import grid
from makebelieve.studio.explorer import graph, points
from makebelieve.studio.explorer.asked import files, whole
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import address
from makebelieve.studio.explorer.views import View, data_lines, generated, items_of, view_of, views

WALKED = 400  # pictures of the data that are looked through for patches
AT_ONCE = 50
PATCHES = 9
SHOWN = 64  # channels a sheet
MADE = 112  # pixels a side of pictures that are made, at most
OUTSIDE = 0.5  # grey, beyond the picture's border
COLUMNS = 8  # of a sheet of maps
WIDEST_MAP = 64  # pixels of a map's side in a sheet
STRONG = 0.995  # share of a layer's values that keep their colour


def serves(_learn: Any) -> bool:
    """Every learner has networks to look at."""
    return True


def facts(explored: Explored) -> dict[str, Any]:
    """The networks that can be looked at, and how."""
    return {"networks": [view.told() for view in views(explored).values()]}


def show_graph(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"net"} → its parts, the wires between them, which parts give maps, and what there is to show it."""
    view = view_of(explored, request)
    parts, (shapes, pairs), maps = graph.tree(view.module), _wires(view), set(_maps(view))
    order = {name: i for i, name in enumerate(shapes)}
    parts = [part for part in parts if not shapes or part["parameters"] or _ran(part["name"], shapes)]
    for part in parts:
        name = part["name"]
        part |= {"shape": shapes[name][1:] if name in shapes else None, "order": order.get(name), "maps": name in maps}
    items = items_of(explored) if view.takes == "pictures" else None
    told = {
        **view.told(),
        "parts": parts,
        "wires": pairs,
        "made": view.made is not None,
        "upload": view.read is not None,
    }
    told["items"] = 0 if items is None else items[0].count(items[1])
    return {**told, "code": code_of(explored, *_imports(view), f"print({view.code})", "print(learn.summary())")}


def show_weights(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"net", "layer"} → facts of that part's weights."""
    view = view_of(explored, request)
    name = _part(view, request)
    part = view.module.get_submodule(name)
    lines = [
        *_imports(view),
        f"part = {view.code}.get_submodule({name!r})",
        "for name, weight in part.named_parameters():",
        "    print(name, tuple(weight.shape), weight.mean().item(), weight.std().item())",
    ]
    return {"weights": graph.weights(part), "kind": type(part).__name__, "code": code_of(explored, *lines)}


def show_maps(explored: Explored, request: dict[str, Any], given: list[bytes]) -> dict[str, Any]:
    """{"net", "layer", "item" | "seed" | "made", "from"}, maybe with a picture → its output maps as one sheet."""
    view = view_of(explored, request)
    name = _layer_name(view, request)
    x, lines, data = _given(explored, view, request, given)
    found = _seen(view, x, name)
    first = whole(request, "from", 0, len(found) - 1, 0)
    most = _strongest(found)
    some = _small(found[first : first + SHOWN])
    layer = _layer(view, name)
    return {
        "picture": address((generated(view, x) if view.takes == "points" else _visible(x))[0]),
        "sheet": address(grid(_coloured(some / most), COLUMNS, 0)),
        "columns": min(COLUMNS, len(some)),
        "side": list(some.shape[-2:]),
        "shape": list(found.shape),
        "from": first,
        "shown": len(some),
        "strong": [float(one.max()) for one in found[first : first + SHOWN]],
        "most": most,
        "field": None if layer is None or layer.field.whole else list(layer.field.size),
        "code": code_of(explored, *lines, *_seen_lines(view, name), data=data),
    }


def show_channel(explored: Explored, request: dict[str, Any], given: list[bytes]) -> dict[str, Any]:
    """{"net", "layer", "channel", "item" | …} → its map of that picture, and the patches of the data that excite it."""
    view = view_of(explored, request)
    name = _layer_name(view, request)
    x, lines, data = _given(explored, view, request, given)
    found = _seen(view, x, name)
    channel = whole(request, "channel", 0, len(found) - 1)
    one = _coloured(_small(found[channel : channel + 1], MADE) / _strongest(found))[0]
    told = {"map": address(one), "channel": channel, "of": len(found), "shape": list(found.shape)}
    told |= {"low": float(found[channel].min()), "high": float(found[channel].max())}
    if view.takes == "points":
        lines = [*lines, *_seen_lines(view, name)]
        return {**told, **_exciting_points(view, name, channel), "code": code_of(explored, *lines)}
    if items_of(explored) is None:
        lines = [*lines, *_seen_lines(view, name)]
        return {**told, "patches": None, "code": code_of(explored, *lines, data=data)}
    found_patches = _exciting_patches(explored, view, name, channel)
    lines, data = _patches_lines(explored, view, name, channel)
    return {**told, **found_patches, "code": code_of(explored, *lines, data=data)}


def make_exciting(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"net", "layer", "channel", "seed"} → a picture that was made to excite the channel."""
    view = view_of(explored, request)
    name = _layer_name(view, request)
    if view.takes == "points":
        raise OptionError("studio.not_made", network=view.name)
    c, h, w = view.example.shape[1:]
    scale = min(1.0, MADE / max(h, w))
    size = (c, max(1, round(h * scale)), max(1, round(w * scale)))
    channel = whole(request, "channel", 0, len(_seen(view, view.example, name)) - 1)
    seed = whole(request, "seed", 0, 2**31 - 1, 0)
    made = maximise_channels(view.module, name, [channel], size, seed=seed)
    lines = [
        *_imports(view),
        "from makebelieve.explain import maximise_channels",
        f"made = maximise_channels({view.code}, {name!r}, [{channel}], {size}, seed={seed})",
        'mb.Pictures(made).save("made.png")',
    ]
    return {"picture": address(_visible(made)[0]), "code": code_of(explored, *lines)}


ACTS: dict[str, Act] = {
    "layers_graph": show_graph,
    "layers_weights": show_weights,
    "layers_maps": show_maps,
    "layers_channel": show_channel,
    "layers_made": make_exciting,
}


# -------------------------------------------------------------------- requests


def _part(view: View, request: Mapping[str, Any]) -> str:
    """The name of a part of the network.

    Raises:
        OptionError: there is no such part.
    """
    name = request.get("layer")
    known = [part["name"] for part in graph.tree(view.module)]
    if not isinstance(name, str) or name not in known:
        raise unknown(str(name), known)
    return name


def _layer_name(view: View, request: Mapping[str, Any]) -> str:
    """The same, of a network that can be shown something.

    Raises:
        OptionError: it can't, or there is no such part.
    """
    if view.takes == "nothing":
        raise OptionError("studio.no_maps", network=view.name)
    return _part(view, request)


def _given(
    explored: Explored, view: View, request: Mapping[str, Any], given: list[bytes]
) -> tuple[Tensor, list[str], bool]:
    """What the network is shown, (1, …), the Python that has it as `x`, and whether that needs the data."""
    if view.takes == "points" and view.draw is not None:
        seed = whole(request, "seed", 0, 2**31 - 1, 0)
        return view.draw(1, seed), points.told(explored.learn, "x", {"n": 1, "seed": seed, "i": 0}), False
    if given and view.read is not None:
        return view.read(files(given, 1, 1)[0]), [*_readers(view.reading), f"x = {view.reading}"], False
    if "made" in request and view.made is not None:
        seed = whole(request, "made", 0, 2**31 - 1)
        return view.made(seed), [f"x = learn.generate(1, seed={seed}).tensor"], False
    found = items_of(explored)
    if found is None:
        return view.example, ["import torch", f"x = torch.full({tuple(view.example.shape)}, 0.5)"], False
    data, part = found
    item = whole(request, "item", 0, data.count(part) - 1, 0)
    lines, resumed = _items_lines(explored, view, f"{part!r}, [{item}]")
    return view.prepare(data.xs(part, [item])), lines, resumed


# -------------------------------------------------------------------- looking


def _wires(view: View) -> tuple[dict[str, list[int]], list[tuple[str, str]]]:
    if view.run is None:
        return {}, []
    if "wires" not in view.kept:
        view.kept["wires"] = graph.wires(view.module, view.run)
    found: tuple[dict[str, list[int]], list[tuple[str, str]]] = view.kept["wires"]
    return found


def _maps(view: View) -> list[str]:
    """Names of the parts that give maps of more than one place, of the network's input."""
    if view.takes == "nothing":
        return []
    if view.takes == "points":
        return [name for name, shape in _wires(view)[0].items() if len(shape) == 4 and shape[2] * shape[3] > 1]
    if "maps" not in view.kept:
        try:
            names = maps_of(view.module, view.example)
            view.kept["maps"] = [name for name in names if graph.HELPERS not in name.split(".")]
        except OptionError as error:
            if error.key != "explain.no_convolutions":
                raise
            view.kept["maps"] = []
    return list(view.kept["maps"])


def _layer(view: View, name: str) -> Layer | None:
    """The layer with its receptive field; None where there is none to tell."""
    if view.takes == "points" or name not in _maps(view):
        return None
    kept: dict[str, Layer] = view.kept.setdefault("layers", {})
    if name not in kept:
        kept[name] = list_layers(view.module, view.example, [name])[0]
    return kept[name]


def _ran(name: str, shapes: Mapping[str, list[int]]) -> bool:
    """Whether a part or one in it ran."""
    return name in shapes or any(one.startswith(f"{name}.") for one in shapes)


def _seen(view: View, x: Tensor, name: str) -> Tensor:
    """The maps (C, h, w) of one input at a layer, float32 on the CPU."""
    with evaluating(view.module):
        return seen(view.module, x[:1].to(view.example.device), [name])[name][0].float().cpu()


def _exciting_patches(explored: Explored, view: View, name: str, channel: int) -> dict[str, Any]:
    """The patches of the data that excite a channel most, and what in them does."""
    found = items_of(explored)
    assert found is not None  # noqa: S101 - looked at before
    data, part = found
    n = min(WALKED, data.count(part))
    kept: dict[str, Maxima] = view.kept.setdefault("maxima", {})
    if name not in kept:
        starts = range(0, n, AT_ONCE)
        walk = (view.prepare(data.xs(part, range(start, min(start + AT_ONCE, n)))) for start in starts)
        kept |= find_maxima(view.module, walk, [name], PATCHES)
    maxima, layer = kept[name], _layer(view, name)
    items, places = maxima.pictures[channel].tolist(), maxima.places[channel]
    x = view.prepare(data.xs(part, items))
    back, _values = reconstruct_units(view.module, x, name, [channel] * len(items), places)
    h, w = x.shape[-2:]
    field = layer.field if layer is not None else Field((h, w), (0, 0), (0, 0))
    patches = _visible(cut(x.float().cpu(), field, places, OUTSIDE))
    return {
        "patches": [address(one) for one in patches],
        "backs": [address(one) for one in signed(cut(back, field, places, 0.0))],
        "values": maxima.values[channel].tolist(),
        "items": items,
        "part": part,
        "walked": n,
        "whole": field.whole,
    }


def _exciting_points(view: View, name: str, channel: int) -> dict[str, Any]:
    """Of pictures that the network makes those in which the channel speaks most."""
    assert view.draw is not None  # noqa: S101 - who takes points can be given some
    if "drawn" not in view.kept:
        view.kept["drawn"] = view.draw(WALKED // 4, 0)
    z: Tensor = view.kept["drawn"]
    kept: dict[str, Tensor] = view.kept.setdefault("strengths", {})
    if name not in kept:
        with evaluating(view.module):
            parts = [seen(view.module, some, [name])[name].float().amax((2, 3)) for some in torch.split(z, AT_ONCE)]
        kept[name] = torch.cat(parts).cpu()
    values, order = kept[name][:, channel].sort(descending=True)
    made = generated(view, z[order[:PATCHES].to(z.device)])
    told = {"patches": [address(one) for one in made], "backs": None, "values": values[:PATCHES].tolist()}
    return {**told, "items": None, "part": None, "walked": len(z), "whole": True}


# -------------------------------------------------------------------- pictures of maps


def _visible(pictures: Tensor) -> Tensor:
    """Pictures (n, c, h, w) with one or three channels, on the CPU."""
    return shown(pictures.detach().float().cpu()).clamp(0, 1)


def _strongest(maps: Tensor) -> float:
    """The size that all but one in two hundred of the values of maps (C, h, w) have at most; above 0."""
    size = maps.abs().flatten()
    size = size[:: max(1, len(size) // 1_000_000)]
    return max(float(torch.quantile(size, STRONG)), float(size.max()) / 10, 1e-12)


def _small(maps: Tensor, side: int = WIDEST_MAP) -> Tensor:
    """Maps (C, h, w) as (C, 1, h, w), no side longer than `side`."""
    x = maps[:, None]
    h, w = x.shape[-2:]
    if max(h, w) <= side:
        return x
    return F.interpolate(x, (max(1, round(h * side / max(h, w))), max(1, round(w * side / max(h, w)))), mode="area")


def _coloured(values: Tensor) -> Tensor:
    """(n, 1, h, w) in [−1, 1] to colours (n, 3, h, w): zero is nearly black, above it amber, below it blue."""
    up, down = values.clamp(0, 1), (-values).clamp(0, 1)
    red = 0.06 + 1.4 * up + 0.4 * down.square()
    green = 0.06 + 0.2 * up + 0.75 * up.square() + 0.45 * down
    blue = 0.08 + 0.7 * up.pow(4) + 1.3 * down
    return torch.cat([red, green, blue], 1).clamp(0, 1)


# -------------------------------------------------------------------- the same in Python


def _imports(view: View) -> list[str]:
    return ["from makebelieve.studio.explorer.views import WithLabel"] if "WithLabel" in view.code else []


def _readers(code: str) -> list[str]:
    """What has to be imported for Python that reads a picture."""
    known = {"read_picture": "makebelieve.art.reading", "fit_tensor": "makebelieve.data.decode"}
    return [f"from {module} import {name}" for name, module in known.items() if f"{name}(" in code]


def _items_lines(explored: Explored, view: View, which: str) -> tuple[list[str], bool]:
    """Python that has items of the data as `x`, and whether the learner needs its data for it."""
    lines, name = data_lines(explored)
    x = view.prepared.format(f"{name}.xs({which})")
    return [*_readers(x), *lines, f"x = {x}"], not lines


def _seen_lines(view: View, name: str) -> list[str]:
    return [
        *_imports(view),
        "from makebelieve.explain.seeing import seen",
        f"maps = seen({view.code}.eval(), x, [{name!r}])[{name!r}]  # (1, channels, h, w)",
    ]


def _patches_lines(explored: Explored, view: View, name: str, channel: int) -> tuple[list[str], bool]:
    found = items_of(explored)
    assert found is not None  # noqa: S101 - looked at before
    data, part = found
    lines, resumed = _items_lines(explored, view, f"{part!r}, range({min(WALKED, data.count(part))})")
    lines += [
        *_imports(view),
        "from makebelieve.explain import find_maxima",
        f"strongest = find_maxima({view.code}.eval(), x.split({AT_ONCE}), [{name!r}], {PATCHES})[{name!r}]",
        f"print(strongest.pictures[{channel}], strongest.values[{channel}])",
    ]
    return lines, resumed
