"""The translator's verbs: what one does with a network that makes one picture of another."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, overload

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.data.decode import fit_tensor
from makebelieve.errors import OptionError
from makebelieve.evaluate.quality import psnr
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.film import is_film, through
from makebelieve.latent.laws import whole
from makebelieve.messages import say
from makebelieve.networks.using import evaluating
from makebelieve.pictures import Pictures
from makebelieve.systems.translator import exporting, lab
from makebelieve.systems.translator.evidence import evaluate_translator
from makebelieve.systems.translator.reading import read_photo
from makebelieve.systems.translator.recipes import MEAN_ZOOM
from makebelieve.systems.translator.tasks import Colourise, Task
from makebelieve.systems.translator.tiles import TILE, in_tiles, seen_small
from makebelieve.training import Learner, Recipe
from makebelieve.training import schedule as schedules
from makebelieve.training.precision import FORMATS
from makebelieve.training.protocols import Data, Part
from makebelieve.training.randomness import derive
from makebelieve.training.recipe import NoiseLaw
from makebelieve.training.schedule import Schedule

AT_ONCE = 2**20  # pixels that go through the network together
MOST_SATURATION = 4.0


class Translator(Exportable, Learner):
    """A network that makes one picture of another, and maybe a critic that it learned against.

    Args:
        data: pictures or pairs, or None for a learner that is only used.
        nets: `model`, see `networks.py`, and `critic` where there is one.
        recipe: how it learns.
        task: what it does.
        shape: (c, h, w) of an item.
        crop: side of the squares that it learns from.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        nets: dict[str, nn.Module],
        recipe: Recipe,
        *,
        task: Task,
        shape: tuple[int, int, int],
        crop: int,
        **options: Any,
    ) -> None:
        self.task, self.shape, self.crop = task, shape, crop
        noise = _gaussian((shape[0], crop, crop)) if task.gaussian else None
        super().__init__(data, nets, recipe, noise=noise, law="gaussian" if task.gaussian else "", **options)

    def usual_schedule(self) -> Schedule:
        """Up and down once: nothing else gains as much where steps are few."""
        return schedules.one_cycle

    # ---------------------------------------------------------------- using it

    @overload
    def translate(self, photo: Any, *, tile: int = TILE, saturation: float = 1.0) -> Pictures: ...
    @overload
    def translate(
        self,
        photo: Any,
        out: str | os.PathLike[str],
        *,
        tile: int = TILE,
        saturation: float = 1.0,
        steady: float = 0.5,
        metadata: bool = True,
    ) -> Path: ...
    def translate(
        self,
        photo: Any,
        out: str | os.PathLike[str] | None = None,
        *,
        tile: int = TILE,
        saturation: float = 1.0,
        steady: float = 0.5,
        metadata: bool = True,
    ) -> Pictures | Path:
        """A picture of any size, or a film, translated.

        Large pictures go through the network in overlapping tiles that are blended. A colouriser sees a picture at the
        size that it learned from, and its colours are laid over the picture's own, sharp lightness. What is transparent
        is laid on white.

        Args:
            photo: a path, the bytes of a file, a PIL picture, an array, a tensor or `Pictures`; or the path of a film.
            out: where to write what comes out; a film needs it.
            tile: pixels of a tile's side; less takes less memory.
            saturation: for a colouriser: factor on the colours that it finds, in [0, 4]; above 1 is more vivid than it
                dares to be.
            steady: for a film: in [0, 1), how much of the last result stays where nothing moves, against flicker.
            metadata: with `out`: whether the file says by what it was made.

        Returns:
            `Pictures`, in [0, 1]; with `out` the path written.

        Raises:
            DataError: it is no picture, or can't be read.
            OptionError: an option can't be used.
        """
        number = isinstance(saturation, int | float) and not isinstance(saturation, bool)
        vivid = number and 0 <= saturation <= MOST_SATURATION
        if not vivid or (saturation != 1 and not isinstance(self.task, Colourise)):
            raise OptionError("translator.saturation", given=saturation, most=MOST_SATURATION, task=self.task.name)
        if isinstance(photo, (str, os.PathLike)) and is_film(photo):
            if out is None:
                raise OptionError("translator.film_out", film=photo)
            return self._film(Path(photo), out, tile, saturation, steady, metadata=metadata)
        x = read_photo(photo, self.task.read)
        found = Pictures(self._translated(x, tile, saturation), made=self._origin(saturation))
        return found if out is None else found.save(out, metadata=metadata)

    def _origin(self, saturation: float) -> dict[str, Any]:
        told = {"saturation": saturation} if isinstance(self.task, Colourise) else {}
        return self.made("translate", changed=True, task=self.task.name, **told)

    def _film(
        self,
        film: Path,
        out: str | os.PathLike[str],
        tile: int,
        saturation: float,
        steady: float,
        *,
        metadata: bool,
    ) -> Path:
        def one(frame: Tensor, _last: Tensor | None) -> Tensor:
            return self._translated(frame.unsqueeze(0), tile, saturation)[0]

        digest = hashlib.sha256()
        for parameter in self.network("model").state_dict().values():
            digest.update(parameter.detach().cpu().contiguous().numpy().tobytes())
        settings = {"system": "translator", "weights": digest.hexdigest(), "tile": tile, "saturation": saturation}
        made = self._origin(saturation) if metadata else None
        return through(film, out, one, steady=steady, settings=settings, made=made)

    def _translated(self, x: Tensor, tile: int, saturation: float) -> Tensor:
        """Pictures as they are read, (n, read, h, w), grey or colour as the task has it, to (n, made, H, W)."""
        if x.shape[1] != self.task.read:
            x = fit_tensor(x, None, self.task.read)
        return self.make(self.task.accept(x), tile=tile, saturation=saturation)

    def make(self, given: Tensor, *, tile: int = TILE, saturation: float = 1.0) -> Tensor:
        """Pictures (n, made, H, W) in [0, 1], on the CPU, of inputs (n, given, h, w) as the network takes them."""
        model, mixed = self.network("model"), self.precision != "float32"

        def found(x: Tensor) -> Tensor:
            with torch.autocast(self.device.type, FORMATS[self.precision], mixed):
                made: Tensor = model(x.to(self.device, memory_format=self.memory_format or torch.contiguous_format))
                return made

        made = []
        with evaluating(model):
            for part in torch.split(given.cpu(), max(1, AT_ONCE // (given.shape[-2] * given.shape[-1]))):
                seen = seen_small(part, self._seen_side()) if isinstance(self.task, Colourise) else part
                colours = in_tiles(found, seen, self.task.factor, tile)
                if seen is not part:
                    colours = F.interpolate(colours, part.shape[-2:], mode="bicubic")
                made.append(self.task.picture(part, colours * saturation).clamp(0, 1))
        return torch.cat(made)

    def _seen_side(self) -> int:
        """Short side at which things are as large as in the mean square of training, `recipes.zoomed`."""
        return min(*self.shape[1:], round(self.crop / MEAN_ZOOM))

    # ---------------------------------------------------------------- what it learned from

    def spoil(self, pictures: Any, *, seed: int = 0) -> Pictures:
        """Pictures as the task spoils them: what `translate` is to undo.

        Args:
            pictures: as for `translate`; sides are cut to multiples of the factor.
            seed: of noise, scratches and dust.

        Raises:
            OptionError: it learned from pairs, so it knows no spoiling.
        """
        if type(self.task) is Task:
            raise OptionError("translator.no_spoiling")
        return Pictures(self.pairs_of(read_photo(pictures, self.task.made), seed)[0])

    def pairs_of(self, x: Tensor, seed: int) -> tuple[Tensor, Tensor]:
        """(given, truth) of items x (n, c, h, w) on the CPU, whole but for sides that the factor does not divide."""
        factor, generator = self.task.factor, torch.Generator().manual_seed(derive(seed, "spoil"))
        h, w = (side // factor * factor for side in x.shape[-2:])
        if not h or not w:
            raise OptionError("translator.too_small", size=tuple(x.shape[-2:]), factor=factor)
        x = x[..., :h, :w]
        normal = torch.randn(x.shape, generator=generator) if self.task.gaussian else None
        return self.task.pair(x, normal, torch.rand(len(x), self.task.uniforms, generator=generator))

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    def show_results(self, n: int = 4) -> Pictures:
        """A row a validation picture: input (in its plain form: enlarged, grey, worn), output and truth, with figures.

        Args:
            n: rows.
        """
        x = next(self._data().batches(self._judged_by(), whole(n, 1, "translator.how_many"), shuffle=False)).x[:n]
        given, truth = self.pairs_of(x.cpu(), 0)
        plain, made = self.task.plain(given), self.make(given)
        captions, cells = [], []
        for rows in zip(plain, made, truth, strict=True):
            cells += [row if row.shape[0] == 3 else row.expand(3, -1, -1) for row in rows]
            told = [self._figure(row, rows[2]) for row in rows[:2]]
            captions += [f"{say(self.task.plain_key)} {told[0]}"]
            captions += [f"{say('translator.output')} {told[1]}", say("translator.truth")]
        return Pictures(torch.stack(cells), captions, columns=3, made=self.made("show_results", changed=True))

    def _figure(self, picture: Tensor, truth: Tensor) -> str:
        if isinstance(self.task, Colourise):
            return f"Lab {float(lab.distance(picture[None], truth[None])):.1f}"
        if picture.shape != truth.shape:
            return ""
        return f"{float(psnr(picture[None], truth[None])):.1f} dB"

    def _judged_by(self) -> Part:
        return "valid" if self._data().count("valid") else "train"

    # ---------------------------------------------------------------- evidence

    def evaluate(self, *, seed: int = 0) -> Figures:
        """How near to the truth it comes on all validation pictures, beside what one has without a network.

        `psnr` and `ssim` of the output, and under the name of the plain form (`psnr_bicubic`, `psnr_worn`, …) those of
        that; for a colouriser `lab_distance`, mean ΔE*ab over pixels, beside `lab_distance_grey` and
        `lab_distance_mean`, that of the training pictures' mean colour. Training pictures are taken where there are no
        others.

        Args:
            seed: of noise, scratches and dust.
        """
        return evaluate_translator(self, self._data(), self._judged_by(), seed)


def _gaussian(shape: tuple[int, int, int]) -> NoiseLaw:
    """N(0, 1) of a square's shape, (n, c, crop, crop)."""
    return lambda n, generator: torch.randn(n, *shape, generator=generator, device=generator.device)
