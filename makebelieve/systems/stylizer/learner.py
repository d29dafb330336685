"""The stylizer's verbs: what one does with a network that has learnt a style."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, overload

import numpy as np
import torch
from torch import Tensor, nn

from makebelieve.art.reading import Picture, bounded, read_picture, resized
from makebelieve.errors import OptionError
from makebelieve.export import Exportable, Program
from makebelieve.film import is_film, through
from makebelieve.latent.laws import whole
from makebelieve.networks.using import evaluating
from makebelieve.pictures import Pictures
from makebelieve.systems.stylizer import exporting
from makebelieve.systems.stylizer.networks import STRIDE, StyleNetwork
from makebelieve.systems.stylizer.painting import paint
from makebelieve.systems.stylizer.targets import Perception, Targets
from makebelieve.training import Learner, Recipe
from makebelieve.training.protocols import Data, Part
from makebelieve.training.schedule import Schedule, warm_linear

TILE = 1536  # pixels a side; larger pictures are painted in tiles
LEAST_TILE, MOST_TILE = 64, 16384


class Stylizer(Exportable, Learner):
    """A network that paints any picture in one style.

    Args:
        data: pictures, or None for a learner that is only used.
        model: the network.
        targets: what it aims at.
        recipe: how it is trained.
        perception: by what it is trained; None where there are no data.
        options: weights of the losses.
        others: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        model: StyleNetwork,
        targets: Targets,
        recipe: Recipe,
        *,
        perception: Perception | None,
        options: Mapping[str, Any],
        **others: Any,
    ) -> None:
        options = {**options, "perception": perception}
        super().__init__(data, {"model": model, "targets": targets}, recipe, options=options, **others)
        if perception is not None:
            perception.to(self.device)

    def usual_schedule(self) -> Schedule:
        """Up in the first fiftieth, then down to 0 in straight lines."""
        return warm_linear

    @property
    def model(self) -> nn.Module:
        """The network to use: (n, 3, h, w) in [0, 1] to the same."""
        return self.network("model")

    @property
    def style(self) -> Pictures:
        """The painting, as it was seen."""
        return Pictures(cast(Targets, self.nets["targets"]).picture)

    @overload
    def stylise(self, given: Picture, out: None = None, *, size: int | None = None, tile: int = TILE) -> Pictures: ...
    @overload
    def stylise(
        self,
        given: str | os.PathLike[str],
        out: str | os.PathLike[str],
        *,
        size: int | None = None,
        tile: int = TILE,
        steady: float = 0.5,
        fps: float | None = None,
        metadata: bool = True,
    ) -> Path: ...
    def stylise(
        self,
        given: Picture,
        out: str | os.PathLike[str] | None = None,
        *,
        size: int | None = None,
        tile: int = TILE,
        steady: float = 0.5,
        fps: float | None = None,
        metadata: bool = True,
    ) -> Pictures | Path:
        """Paints a picture, several, or a film in the style that was learnt, at their own size.

        What is larger than a tile is painted tile by tile. Instance normalisation there takes the statistics of a copy
        reduced to the size of one tile, so that tiles fit without seams; the colours' contrast can differ a little from
        what the whole would get.

        Args:
            given: a file, a PIL image, an array, a tensor or `Pictures`, of one picture or (n, c, h, w); or a film.
            out: where it is written. A film needs it, and its sound stays; interrupted, the same call goes on.
            size: pixels of the longer side at most; larger ones are shrunk.
            tile: pixels a side, from 64; memory grows with its square, some 1.5 GB at 1536.
            steady: of a film: how much stays where it does not move, against flicker, see `film.through`.
            fps: of a film: frames a second, where not all are wanted.
            metadata: with `out`: whether the file says by what it was made.

        Returns:
            The pictures; with `out` its path.

        Raises:
            OptionError: an option can't be used, or a film has no `out`.
            DataError: it can't be read as a picture or film.
            MissingExtraError: a film needs ffmpeg, and there is none.
        """
        tile = whole(tile, LEAST_TILE, "stylizer.tile")
        size = None if size is None else whole(size, 1, "stylizer.size")
        if isinstance(given, str | os.PathLike) and is_film(given):
            return self._film(Path(given), out, size, tile, steady, fps, metadata=metadata)
        pictures = torch.stack([self._painted(x, tile) for x in _pictures(given, size)])
        made = self.made("stylise", changed=True, size=size)
        found = Pictures(pictures, made=made)
        return found if out is None else found.save(out, metadata=metadata)

    def _painted(self, x: Tensor, tile: int) -> Tensor:
        """One picture (3, h, w) in [0, 1] to the same."""
        model = self.model
        reach = -(-getattr(self.nets["model"], "reach", 0) // STRIDE) * STRIDE
        with evaluating(model):
            return paint(model, x, tile, reach)

    def _film(
        self,
        film: Path,
        out: str | os.PathLike[str] | None,
        size: int | None,
        tile: int,
        steady: float,
        fps: float | None,
        *,
        metadata: bool,
    ) -> Path:
        if out is None:
            raise OptionError("stylizer.out", film=film)

        def one(frame: Tensor, _last: Tensor | None) -> Tensor:
            h, w = frame.shape[-2:]
            return self._painted(resized(frame, bounded((h, w), size)), tile)

        settings = {"system": "stylizer", "weights": _digest(self.model), "size": size, "tile": tile}
        made = self.made("stylise", changed=True, size=size) if metadata else None
        return through(film, out, one, steady=steady, fps=fps, settings=settings, made=made)

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    def show_results(self, n: int = 8) -> Pictures:
        """Validation pictures, or training pictures where there are none, over what the network makes of them.

        Args:
            n: pictures a row.
        """
        data = self._data()
        part: Part = "valid" if data.count("valid") else "train"
        x = next(data.batches(part, whole(n, 1, "stylizer.how_many"), shuffle=False)).x.cpu()[:n].expand(-1, 3, -1, -1)
        painted = torch.stack([self._painted(one, TILE) for one in x])
        return Pictures(torch.cat([x, painted]), columns=len(x), made=self.made("show_results", changed=True))


def _pictures(given: Picture, size: int | None) -> list[Tensor]:
    """(3, h, w) in [0, 1] each."""
    values = given.tensor if isinstance(given, Pictures) else given
    if isinstance(values, Tensor | np.ndarray) and values.ndim == 4 and len(values):
        return [read_picture(one, size) for one in values]
    return [read_picture(values, size)]


def _digest(module: nn.Module) -> str:
    """SHA-256 over weights by name."""
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
