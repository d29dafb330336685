"""Acts of the page of layers: the graph, the maps of one picture, what excites a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.explain import Layer, Maxima, find_maxima, list_layers, maximise_channels, reconstruct_units
from makebelieve.explain.layers import Field
from makebelieve.explain.patches import cut
from makebelieve.explain.pictures import shown, signed
from makebelieve.explain.seeing import maps_of, seen, unknown
from makebelieve.networks.using import evaluating
from makebelieve.ops import grid
from makebelieve.studio.explorer import graph
from makebelieve.studio.explorer.views import POINTS, View, data_of, read_for, view_of, views
from makebelieve.studio.pictures import address

if TYPE_CHECKING:
    from makebelieve.studio.explorer import Explored

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
    return {"networks": [view.told() for view in views(explored.learn).values()]}


def show_graph(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"net"} → parts, wires, which parts give maps, and what the network is given."""
    view = _view(explored, request)
    parts = graph.tree(view.module)
    shapes: dict[str, list[int]] = {}
    pairs: list[tuple[str, str]] = []
    maps: set[str] = set()
    if view.run is not None:
        shapes, pairs = graph.wires(view.module, view.run)
        maps = set(_maps(view))
    order = {name: i for i, name in enumerate(shapes)}
    for part in parts:
        name = part["name"]
        part |= {"shape": shapes.get(name, [None])[1:], "order": order.get(name), "maps": name in maps}
    code = f"{_loaded(explored)}print(learn.network({view.name!r}))\nprint(learn.summary())"
    return {**view.told(), "parts": parts, "wires": pairs, "code": code}


def show_weights(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"net", "layer"} → facts of that part's weights."""
    view = _view(explored, request)
    name = _part(view, request)
    code = (
        f"{_loaded(explored)}part = {view.code}.get_submodule({name!r})\n"
        "for name, weight in part.named_parameters():\n"
        "    print(name, tuple(weight.shape), weight.mean(), weight.std())"
    )
    return {"weights": graph.weights(view.module.get_submodule(name)), "code": code}


def show_maps(explored: Explored, request: dict[str, Any], files: list[bytes]) -> dict[str, Any]:
    """{"net", "layer", "item" | "seed", "from": first channel} with maybe a picture → its output maps as one sheet."""
    view = _view(explored, request)
    name = _part(view, request)
    if view.run is None:
        raise OptionError("studio.no_maps", network=view.name)
    given, words = _given(explored, view, request, files)
    with evaluating(view.module):
        found = seen(view.module, given[:1], [name])[name][0].float().cpu()
    first = _number(request, "from", 0, len(found) - 1, 0)
    most = _strongest(found)
    some = _small(found[first : first + SHOWN])
    sheet = grid(_coloured(some / most), COLUMNS, 1, 0.5)
    picture = given[0] if view.takes != POINTS else _generated(view, given)[0]
    layer = _layer(view, name)
    return {
        "picture": address(shown(picture.float().cpu()).clamp(0, 1)),
        "sheet": address(sheet),
        "columns": min(COLUMNS, len(some)),
        "side": list(some.shape[-2:]),
        "shape": list(found.shape),
        "from": first,
        "strong": [float(one.max()) for one in found],
        "most": most,
        "field": None if layer is None or layer.field.whole else list(layer.field.size),
        "items": _items(explored),
        "code": f"{_loaded(explored, view)}{words}\n{_seen_code(view, name)}",
    }


def show_channel(explored: Explored, request: dict[str, Any], files: list[bytes]) -> dict[str, Any]:
    """{"net", "layer", "channel", "item" | "seed"} → its map of that picture, and what of the data excites it."""
    view = _view(explored, request)
    name = _part(view, request)
    if view.run is None:
        raise OptionError("studio.no_maps", network=view.name)
    given, words = _given(explored, view, request, files)
    with evaluating(view.module):
        found = seen(view.module, given[:1], [name])[name][0].float().cpu()
    channel = _channel(request, name, len(found))
    one = _coloured(_small(found[channel : channel + 1], 160) / _strongest(found))[0]
    told = {"map": address(one), "channel": channel, "of": len(found), "shape": list(found.shape)}
    told |= {"low": float(found[channel].min()), "high": float(found[channel].max())}
    if view.takes == POINTS:
        told |= _exciting_points(view, name, channel)
        told["code"] = f"{_loaded(explored)}{words}\n{_seen_code(view, name)}"
        return told
    if data_of(explored) is None:
        return {**told, "patches": None, "code": f"{_loaded(explored)}{words}\n{_seen_code(view, name)}"}
    return {**told, **_exciting_patches(explored, view, name, channel), "code": _patches_code(explored, view, name)}


def make_exciting(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"net", "layer", "channel"} → a picture that was made to excite the channel."""
    view = _view(explored, request)
    name = _part(view, request)
    if view.takes == POINTS or view.run is None:
        raise OptionError("studio.not_made", network=view.name)
    example = view.example
    c, h, w = example.shape[1:]
    scale = min(1.0, MADE / max(h, w))
    size = (c, max(1, round(h * scale)), max(1, round(w * scale)))
    with evaluating(view.module):
        count = seen(view.module, example, [name])[name].shape[1]
    channel = _channel(request, name, count)
    seed = _number(request, "seed", 0, 2**31, 0)
    made = shown(maximise_channels(view.module, name, [channel], size, seed=seed))[0]
    code = (
        f"{_loaded(explored)}from makebelieve.explain import maximise_channels\n"
        f"made = maximise_channels({view.code}, {name!r}, [{channel}], {size}, seed={seed})\n"
        'mb.Pictures(made).save("made.png")'
    )
    return {"picture": address(made), "code": code}


ACTS: dict[str, Callable[[Explored, dict[str, Any], list[bytes]], dict[str, Any]]] = {
    "layers_graph": show_graph,
    "layers_weights": show_weights,
    "layers_maps": show_maps,
    "layers_channel": show_channel,
    "layers_made": make_exciting,
}


# -------------------------------------------------------------------- requests


def _view(explored: Explored, request: dict[str, Any]) -> View:
    return view_of(explored.learn, request.get("net"))


def _part(view: View, request: dict[str, Any]) -> str:
    """The name of a part of the network.

    Raises:
        OptionError: there is no such part.
    """
    name = request.get("layer")
    known = [part["name"] for part in graph.tree(view.module)]
    if not isinstance(name, str) or name not in known:
        raise unknown(str(name), known)
    return name


def _number(request: dict[str, Any], name: str, low: int, high: int, otherwise: int) -> int:
    value = request.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise OptionError("studio.number", name=name, given=value, low=low, high=high)
    return value


def _channel(request: dict[str, Any], layer: str, count: int) -> int:
    channel = request.get("channel", 0)
    if isinstance(channel, bool) or not isinstance(channel, int) or not 0 <= channel < count:
        raise OptionError("explain.channel", layer=layer, count=count, last=count - 1, given=channel)
    return channel


def _items(explored: Explored) -> int:
    found = data_of(explored)
    return 0 if found is None else found[1]


def _given(explored: Explored, view: View, request: dict[str, Any], files: list[bytes]) -> tuple[Tensor, str]:
    """What the network is given, (1, …), and the line of Python that has it as `x`."""
    if view.takes == POINTS:
        seed = _number(request, "seed", 0, 2**31, 0)
        return view.points(1, seed), f"x = {view.points_code}".replace("SEED", str(seed))
    if files:
        return read_for(explored.learn, view, files[0])[:1], 'x = read("picture.png")  # (1, c, h, w) in [0, 1]'
    found = data_of(explored)
    if found is None:
        return view.example, "x = torch.full((1, c, h, w), 0.5)"
    item = _number(request, "item", 0, found[1] - 1, 0)
    return view.seen(found[0](item, 1)), f"x = learn.data.batches({found[2]!r}, {item + 1}, shuffle=False)\nx = next(x).x[{item}:]"


# -------------------------------------------------------------------- looking


def _maps(view: View) -> list[str]:
    """Names of the parts that give maps of more than one place."""
    known = view.kept.get("maps")
    if known is None:
        try:
            known = view.kept["maps"] = list(maps_of(view.module, view.example))
        except OptionError as error:
            if error.key != "explain.no_convolutions":
                raise
            known = view.kept["maps"] = []
    return list(known)


def _layer(view: View, name: str) -> Layer | None:
    """The layer with its receptive field; None where it can't be told."""
    if view.takes == POINTS or name not in _maps(view):
        return None
    kept: dict[str, Layer] = view.kept.setdefault("layers", {})
    if name not in kept:
        kept[name] = list_layers(view.module, view.example, [name])[0]
    return kept[name]


def _exciting_patches(explored: Explored, view: View, name: str, channel: int) -> dict[str, Any]:
    """The patches of the data that excite a channel most, and what in them does."""
    found = data_of(explored)
    if found is None:
        raise DataError("studio.no_data")
    pictures, count, part = found
    n = min(WALKED, count)
    kept: dict[str, Maxima] = view.kept.setdefault("maxima", {})
    if name not in kept:
        walk = (view.seen(pictures(start, min(AT_ONCE, n - start))) for start in range(0, n, AT_ONCE))
        kept |= find_maxima(view.module, walk, [name], PATCHES)
    maxima, layer = kept[name], _layer(view, name)
    items = maxima.pictures[channel].tolist()
    x = torch.cat([view.seen(pictures(item, 1)) for item in items])
    back, _values = reconstruct_units(view.module, x, name, [channel] * len(items), maxima.places[channel])
    h, w = x.shape[-2:]
    field = layer.field if layer is not None else Field((h, w), (0, 0), (0, 0))
    patches = shown(cut(x.float().cpu(), field, maxima.places[channel], OUTSIDE))
    backs = signed(cut(back, field, maxima.places[channel], 0.0))
    return {
        "patches": [address(one) for one in patches],
        "backs": [address(one) for one in backs],
        "values": [float(value) for value in maxima.values[channel]],
        "items": items,
        "part": part,
        "walked": n,
        "whole": field.whole,
    }


def _exciting_points(view: View, name: str, channel: int) -> dict[str, Any]:
    """Of pictures that the network makes those in which the channel speaks most."""
    kept: dict[str, tuple[Tensor, Tensor]] = view.kept.setdefault("made", {})
    if name not in kept:
        z = view.points(WALKED // 4, 0)
        with evaluating(view.module):
            maps = [seen(view.module, part, [name])[name].float().cpu().amax((2, 3)) for part in torch.split(z, AT_ONCE)]
        kept[name] = z, torch.cat(maps)
    z, strength = kept[name]
    values, order = strength[:, channel].sort(descending=True)
    made = _generated(view, z[order[:PATCHES]])
    told = [float(value) for value in values[:PATCHES]]
    return {"patches": [address(one) for one in made], "backs": None, "values": told, "walked": len(z), "whole": True}


def _generated(view: View, z: Tensor) -> Tensor:
    """Pictures (n, c, h, w) in [0, 1] of points."""
    return shown(view.picture(z).float().cpu()).clamp(0, 1)


# -------------------------------------------------------------------- pictures of maps


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
    size = (max(1, round(h * side / max(h, w))), max(1, round(w * side / max(h, w))))
    return torch.nn.functional.interpolate(x, size, mode="area")


def _coloured(values: Tensor) -> Tensor:
    """(n, 1, h, w) in [−1, 1] to colours (n, 3, h, w): zero is nearly black, above it amber, below it blue."""
    up, down = values.clamp(0, 1), (-values).clamp(0, 1)
    red = 0.06 + 1.4 * up + 0.4 * down.square()
    green = 0.06 + 0.2 * up + 0.75 * up.square() + 0.45 * down
    blue = 0.08 + 0.7 * up.square().square() + 1.3 * down
    return torch.cat([red, green, blue], 1).clamp(0, 1)


# -------------------------------------------------------------------- the same in Python


def _loaded(explored: Explored, view: View | None = None) -> str:
    how = "load" if view is None or view.takes == POINTS else "resume"
    return f"import makebelieve as mb\n\nlearn = mb.{how}({str(explored.run)!r})\n"


def _seen_code(view: View, name: str) -> str:
    return (
        "from makebelieve.explain.seeing import seen\n"
        f"maps = seen({view.code}.eval(), x, [{name!r}])[{name!r}]  # (1, channels, h, w)"
    )


def _patches_code(explored: Explored, view: View, name: str) -> str:
    if view.verb is not None:
        return f"{_loaded(explored, view)}{view.verb.replace('LAYER', name)}"
    return (
        f"{_loaded(explored, view)}from makebelieve.explain import explain_layers, patches_picture\n"
        f"batches = learn.data.batches('train', {AT_ONCE}, shuffle=False)\n"
        f"x = [next(batches) for _ in range({WALKED // AT_ONCE})]\n"
        f"layers = explain_layers({view.code}, [(one.x, one.items) for one in x], [{name!r}])\n"
        'patches_picture(layers[0]).save("patches.png")'
    )
