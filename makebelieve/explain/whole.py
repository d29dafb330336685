"""All that is shown of a network's layers, and of one prediction, in one call each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.explain.layers import Layer, default_layers, list_layers
from makebelieve.explain.maximise import maximise_channels
from makebelieve.explain.patches import NINE, Maxima, cut, find_maxima
from makebelieve.explain.pictures import heat_over, shown, signed
from makebelieve.explain.reconstruct import check_how, reconstruct_units
from makebelieve.explain.rectifiers import How
from makebelieve.explain.saliency import grad_cam, guided_backpropagation, occlusion
from makebelieve.explain.seeing import one
from makebelieve.explain.sheets import ChannelSheet, LayerSheet
from makebelieve.messages import say
from makebelieve.pictures import Pictures

Batches = Iterable[tuple[Tensor, Sequence[Any]]]

CHANNELS = 16
AT_ONCE = 16  # pictures carried back at a time
MADE = 112  # pixels a side of pictures that are made, at most
OUTSIDE = 0.5  # grey, beyond the picture's border


def explain_layers(
    model: nn.Module,
    pictures: Batches,
    layers: Sequence[str] | None = None,
    channels: int = CHANNELS,
    *,
    n: int = NINE,
    how: How = "guided",
    maximise: bool = True,
    seed: int = 0,
) -> list[LayerSheet]:
    """For some layers the channels of strongest response: patches that excite them, what in those does, made pictures.

    The pictures are walked twice, first for the strongest units, then for their patches; memory does not grow with
    their number. The network is left as it was.

    Args:
        model: of pictures (n, c, h, w).
        pictures: batches (b, c, h, w) in [0, 1] with b items each, whatever tells the caller which they are. Both walks
            must give the same.
        layers: names, as `named_modules` has them; those of `default_layers` where not given.
        channels: how many a layer, those whose mean over their n strongest units is greatest.
        n: patches a channel.
        how: reconstruction, "guided" or "deconv".
        maximise: whether to make pictures too, the longest part of the work.
        seed: of these.

    Raises:
        OptionError: no such layer or way, no convolution, no pictures, or they can be walked only once.
        DataError: the second walk gave other pictures.
    """
    if isinstance(pictures, Iterator):
        raise OptionError("explain.once")
    check_how(how)
    if channels < 1:
        raise OptionError("explain.at_least_one", name="channels", given=channels)
    example = next((x[0] for x, _ in pictures), None)
    if example is None:
        raise OptionError("explain.no_pictures")
    listed = list_layers(model, example, default_layers(model, example) if layers is None else layers)
    found = find_maxima(model, (x for x, _ in pictures), [layer.name for layer in listed], n)
    strong = {name: maxima.values.mean(1).argsort(descending=True)[:channels] for name, maxima in found.items()}
    kept = {name: Maxima(*(part[strong[name]] for part in maxima)) for name, maxima in found.items()}
    chosen = {name: numbers.tolist() for name, numbers in strong.items()}
    collected = _Collected(model, listed, chosen, kept, how)
    collected.walk(pictures)
    sheets = []
    for layer in listed:
        numbers = chosen[layer.name]
        made = _made(model, layer, numbers, example, seed) if maximise else [None] * len(numbers)
        sheets.append(LayerSheet(layer.name, layer.shape, layer.field, collected.sheets(layer.name, made)))
    return sheets


def explain_one(
    model: nn.Module,
    x: Tensor,
    target: int | None = None,
    *,
    layer: str | None = None,
    window: int | tuple[int, int] | None = None,
    stride: int | None = None,
) -> Pictures:
    """Four pictures with captions: the picture itself, Grad-CAM and occlusion laid over it, the guided gradient.

    Args:
        model: (n, c, h, w) to (n, k) logits or numbers, or to (n,).
        x: (c, h, w) or (1, c, h, w) in [0, 1].
        target: which output; the greatest where not given.
        layer: of Grad-CAM; the last with more than 1 × 1 places where not given.
        window: of occlusion.
        stride: of occlusion.

    Raises:
        OptionError: as `grad_cam` and `occlusion`.
    """
    picture = one(model, x)[0].cpu()
    base = shown(picture).expand(3, -1, -1)
    cam = heat_over(picture, grad_cam(model, x, target, layer))
    covered = heat_over(picture, occlusion(model, x, target, window=window, stride=stride))
    guided = signed(guided_backpropagation(model, x, target)[None])[0].expand(3, -1, -1)
    captions = [say(key) for key in ("explain.picture", "explain.grad_cam", "explain.occlusion", "explain.guided")]
    return Pictures(torch.stack([base, cam, covered, guided]), captions, columns=4)


class _Collected:
    """Patches and reconstructions of chosen channels, filled while the pictures come by a second time."""

    def __init__(
        self,
        model: nn.Module,
        layers: Sequence[Layer],
        numbers: dict[str, list[int]],
        maxima: dict[str, Maxima],
        how: How,
    ) -> None:
        self._model, self._layers, self._numbers, self._maxima, self._how = model, layers, numbers, maxima, how
        self._patches: dict[tuple[str, int, int], tuple[Tensor, Tensor]] = {}
        self._items: dict[tuple[str, int, int], Any] = {}

    def walk(self, pictures: Batches) -> None:
        count = 0
        for x, items in pictures:
            for layer in self._layers:
                at = self._maxima[layer.name].pictures - count
                wanted = ((at >= 0) & (at < len(x))).nonzero()
                for some in torch.split(wanted, AT_ONCE) if len(wanted) else ():
                    self._add(layer, some, x, items, count)
            count += len(x)
        if len(self._patches) < sum(maxima.values.numel() for maxima in self._maxima.values()):
            raise DataError("explain.other_pictures", place=count)

    def _add(self, layer: Layer, some: Tensor, x: Tensor, items: Sequence[Any], count: int) -> None:
        """The patches at `some`, (m, 2), channels and ranks among the maxima of a layer, from pictures x."""
        maxima, rows, ranks = self._maxima[layer.name], some[:, 0], some[:, 1]
        numbers = [self._numbers[layer.name][row] for row in rows.tolist()]
        at, places = maxima.pictures[rows, ranks], maxima.places[rows, ranks]
        chosen = x[(at - count).to(x.device)]
        back, values = reconstruct_units(self._model, chosen, layer.name, numbers, places, self._how)
        off = (values - maxima.values[rows, ranks]).abs() > 0.02 * maxima.values[rows, ranks].abs() + 1e-3
        if bool(off.any()):
            raise DataError("explain.other_pictures", place=int(at[off][0]))
        patches = _bytes(shown(cut(chosen.float().cpu(), layer.field, places, OUTSIDE)))
        backs = _bytes(signed(cut(back, layer.field, places, 0.0)))
        for i, (row, rank) in enumerate(some.tolist()):
            self._patches[layer.name, row, rank] = patches[i], backs[i]
            self._items[layer.name, row, rank] = items[int(at[i]) - count]

    def sheets(self, name: str, made: Sequence[Tensor | None]) -> tuple[ChannelSheet, ...]:
        found = []
        for row, (number, picture) in enumerate(zip(self._numbers[name], made, strict=True)):
            keys = [(name, row, rank) for rank in range(self._maxima[name].values.shape[1])]
            patches, backs = (torch.stack([self._patches[key][i] for key in keys]) for i in range(2))
            values = tuple(self._maxima[name].values[row].tolist())
            items = tuple(self._items[key] for key in keys)
            found.append(ChannelSheet(number, patches, backs, picture, values, items))
        return tuple(found)


def _made(model: nn.Module, layer: Layer, numbers: Sequence[int], example: Tensor, seed: int) -> list[Tensor]:
    c, h, w = example.shape
    scale = min(1.0, MADE / max(h, w))
    size = (c, max(1, round(h * scale)), max(1, round(w * scale)))
    made = maximise_channels(model, layer.name, numbers, size, seed=seed)
    return list(_bytes(shown(made)))


def _bytes(pictures: Tensor) -> Tensor:
    return (pictures * 255).round().to(torch.uint8)
