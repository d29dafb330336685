"""What layers see, over the training items, and what decided one prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from makebelieve.data.labels import class_name
from makebelieve.errors import DataError, OptionError
from makebelieve.explain.whole import explain_layers, explain_one
from makebelieve.latent.laws import whole
from makebelieve.pictures import Pictures
from makebelieve.report.layers import write_layers
from makebelieve.training.protocols import Part

if TYPE_CHECKING:
    from makebelieve.systems.recogniser.learner import Recogniser

AT_ONCE = 64


class Walk:
    """The first n items of a part, batch by batch with their places, as often as one likes."""

    def __init__(self, learn: Recogniser, part: Part, n: int) -> None:
        self._learn, self._part, self._n = learn, part, min(n, learn.count(part))

    def __iter__(self) -> Iterator[tuple[Tensor, Sequence[Any]]]:
        batches, start = self._learn.items(self._part, AT_ONCE), 0
        while start < self._n:
            x = next(batches).x[: self._n - start]
            yield x, range(start, start + len(x))
            start += len(x)


def explain_item(learn: Recogniser, given: Any, target: str | int | None, layer: str | None) -> Pictures:
    """One item beside what decided it: Grad-CAM, occlusion, guided gradient.

    Raises:
        DataError: it can't be read, or is no picture.
        OptionError: there is no such class or layer.
    """
    _check_pictures(learn)
    x = learn.read(given).unsqueeze(0).to(learn.device)
    return explain_one(learn.network("model"), x, _output(learn, target), layer=layer)


def explain_network(
    learn: Recogniser, out: str | Path | None, layers: Sequence[str] | None, channels: int, n: int
) -> Path:
    """The page of what each layer's channels look for, among the first n training items.

    Raises:
        DataError: the items are no pictures.
        OptionError: there is no such layer, or a number is out of range.
    """
    _check_pictures(learn)
    path = Path(out) if out is not None else (learn.run or Path()) / "layers.html"
    walk = Walk(learn, "train", whole(n, 1, "recogniser.how_many"))
    seed = learn.settings.seed
    sheets = explain_layers(learn.network("model"), walk, layers, channels, seed=seed)
    return write_layers(path, f"{learn.name}, {learn.step:,}", sheets)


def _check_pictures(learn: Recogniser) -> None:
    if len(learn.shape) != 3:
        raise DataError("data.not_pictures", shape=learn.shape)


def _output(learn: Recogniser, target: str | int | None) -> int | None:
    """The place of a class among the outputs."""
    if target is None or isinstance(target, int):
        return target
    names = list(learn.classes or ())
    name = class_name(target)
    if name not in names:
        raise OptionError("recogniser.no_such_class", given=target, known=", ".join(names[:20]) or "-")
    return names.index(name)
