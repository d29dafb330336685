"""The diffusion model's verbs: what one does with a velocity that has been learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.data import Data as PictureData
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.pictures import FeaturesOption, evaluate_pictures
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.latent.labels import Label, class_indices, class_names
from makebelieve.latent.laws import points, whole
from makebelieve.latent.walks import ways
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.pictures import Pictures
from makebelieve.systems.diffusion import exporting
from makebelieve.systems.diffusion.flow import Solver, Velocity, from_signed, solve, times, to_signed
from makebelieve.training import Learner, Recipe
from makebelieve.training.precision import FORMATS
from makebelieve.training.protocols import Data
from makebelieve.training.recipe import NoiseLaw, Turns

STEPS = 8  # of the solver
MOST_STEPS = 1000
SHOWN = 9  # moments of a way that are shown


def gaussian_pictures(shape: tuple[int, ...]) -> NoiseLaw:
    """Noise N(0, 1) of a picture's shape, (n, c, h, w)."""
    return lambda n, generator: torch.randn(n, *shape, generator=generator, device=generator.device)


class DiffusionLearner(Exportable, Learner):
    """A network that knows which way leads from noise to pictures.

    Args:
        data: pictures, or None for a learner that is only used.
        nets: `model`, called model(z, t) or, with classes, model(z, t, y), which gives velocities; see `networks.py`.
        recipe: how it learns.
        shape: (c, h, w) of a picture.
        classes: names of the labels that the network takes; None where it takes none.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        nets: Mapping[str, nn.Module],
        recipe: Recipe | Callable[..., Turns],
        *,
        shape: tuple[int, ...],
        classes: list[str] | None,
        **options: Any,
    ) -> None:
        self.shape, self.classes = shape, classes
        self._noise = gaussian_pictures(shape)
        super().__init__(data, nets, recipe, noise=self._noise, law="gaussian", **options)

    # ---------------------------------------------------------------- step 4

    def noises(self, n: int, seed: int | None = None) -> Tensor:
        """n points where ways begin, Gaussian, shape (n, c, h, w), on the device.

        Args:
            n: how many.
            seed: the same seed gives the same noise; None draws new one each time.
        """
        return points(self._noise, n, seed, device=self.device)

    def velocity(self, y: Tensor | None = None, guidance: float = 1.0) -> Velocity:
        """dz/dt as a function of z (n, c, h, w) and t (n,), by the moving average of the network's weights.

        Args:
            y: class indices (n,) for a conditional model.
            guidance: w in v(∅) + w (v(y) − v(∅)), where ∅ is no label (Ho & Salimans 2022, eq. 6, with w − 1 for
                theirs); 1 leaves the velocity as it was learned.
        """
        model = self.network("model")
        if y is None:
            return model
        if guidance == 1:
            return lambda z, t: model(z, t, y)
        both = torch.cat([y, self._hidden(y)])

        def guided(z: Tensor, t: Tensor) -> Tensor:
            with_label, without = model(z.repeat(2, 1, 1, 1), t.repeat(2), both).chunk(2)
            found: Tensor = without + guidance * (with_label - without)
            return found

        return guided

    def _hidden(self, y: Tensor) -> Tensor:
        """The index that means no label, in the shape of y."""
        none: Any = self.network("model").unlabelled
        return torch.full_like(y, none)

    def decode(
        self,
        noise: Tensor,
        y: Tensor | None = None,
        *,
        steps: int = STEPS,
        guidance: float = 1.0,
        solver: Solver = "midpoint",
    ) -> Tensor:
        """Pictures at the ends of the ways from noise (n, c, h, w): (n, c, h, w) in [0, 1], on the CPU.

        Args:
            noise: where the ways begin.
            y: class indices (n,) for a conditional model.
            steps: of the solver, at most 1,000; more is finer and takes longer.
            guidance: how strongly the label is followed; see `velocity`.
            solver: "midpoint" or "heun" (two evaluations of the network a step), or "euler" (one).
        """
        at = times(whole(steps, 1, "diffusion.steps", MOST_STEPS))
        return self._walk(noise, y, lambda v, z: from_signed(solve(v, z, at, solver)[-1]), guidance)

    def _walk(
        self, z: Tensor, y: Tensor | None, walk: Callable[[Velocity, Tensor], Tensor], guidance: float = 1.0
    ) -> Tensor:
        """`walk(velocity, z)` in eval mode and in the numbers that were trained with, some hundred rows at a time."""
        if not (isinstance(guidance, int | float) and 0 <= guidance <= 100):
            raise OptionError("diffusion.guidance", given=guidance)
        if guidance != 1 and y is None:
            raise OptionError("diffusion.guidance_needs_labels", given=guidance)
        mixed = self.precision != "float32"
        with evaluating(self.network("model")), torch.autocast(self.device.type, FORMATS[self.precision], mixed):
            if y is None:
                return in_parts(lambda part: walk(self.velocity(), part), z)
            return in_parts(lambda part, labels: walk(self.velocity(labels, guidance), part), z, y)

    def generate(
        self,
        n: int = 16,
        *,
        seed: int | None = None,
        label: Label = None,
        steps: int = STEPS,
        guidance: float = 1.0,
    ) -> Pictures:
        """n new pictures.

        Args:
            n: how many.
            seed: the same seed gives the same pictures.
            label: for a conditional model: a class, or one a picture; None goes through all classes in turn.
            steps: of the solver; more is finer and takes longer.
            guidance: for a conditional model: above 1 the label is followed more strongly, with less variety.

        Raises:
            OptionError: if an argument can't be used.
        """
        noise = self.noises(n, seed)
        y = class_indices(label, len(noise), self.classes, self.device)
        made = self.made("generate", seed=seed, label=label, steps=steps, guidance=guidance)
        return Pictures(self.decode(noise, y, steps=steps, guidance=guidance), class_names(y, self.classes), made=made)

    def interpolate(self, steps: int = 8, *, rows: int = 4, seed: int | None = None, label: Label = None) -> Pictures:
        """From one picture to another: `rows` × `steps` pictures, row by row, from noises along the great circle.

        Args:
            steps: pictures a row, both ends included; at least 2.
            rows: ways.
            seed: the same seed gives the same ways.
            label: class of all pictures of a conditional model; by default another for each row.
        """
        rows = whole(rows, 1, "latent.how_many")
        ends = self.noises(2 * rows, seed).flatten(1)
        noise = ways(ends[:rows], ends[rows:], steps, spherical=True).view(-1, *self.shape)
        y = class_indices(label, rows, self.classes, self.device)
        y = None if y is None else y.repeat_interleave(steps)
        made = self.made("interpolate", seed=seed, label=label)
        return Pictures(self.decode(noise, y), class_names(y, self.classes), columns=steps, made=made)

    def show_steps(
        self, n: int = 4, *, seed: int | None = None, label: Label = None, steps: int = 16, guidance: float = 1.0
    ) -> Pictures:
        """How pictures come out of noise: one row a picture, from t = 0 on the left to t = 1 on the right.

        Args:
            n: pictures.
            seed: the same seed gives the same pictures.
            label: for a conditional model: a class, or one a picture.
            steps: of the solver; nine of its moments, or all where there are fewer, are shown.
            guidance: see `generate`.
        """
        noise = self.noises(n, seed)
        y = class_indices(label, len(noise), self.classes, self.device)
        at = times(whole(steps, 1, "diffusion.steps", MOST_STEPS))
        columns = min(SHOWN, len(at))
        shown = [round(i * steps / (columns - 1)) for i in range(columns)]

        def walk(velocity: Velocity, z: Tensor) -> Tensor:
            way = solve(velocity, z, at)
            return torch.stack([from_signed(way[i]) for i in shown], 1)

        found = self._walk(noise, y, walk, guidance).flatten(0, 1)
        return Pictures(found, columns=columns)

    def denoise(self, pictures: Tensor, *, noise: float = 0.55, label: Label = None) -> Pictures:
        """The mean of all pictures that could lie under Gaussian noise: one evaluation of the network.

        Noise of standard deviation s in [0, 1] is 2 s in [−1, 1], which the flow has at t = 1 / (1 + 2 s), scaled by t;
        there the mean of the pictures is z_t + (1 − t) v(z_t, t) (Lipman et al. 2023, eq. 8, solved for the picture).

        Args:
            pictures: (n, c, h, w), pictures in [0, 1] plus the noise, not clipped.
            noise: s, its standard deviation.
            label: for a conditional model: the class of all pictures, or one a picture; None if it is not known.

        Raises:
            DataError: the pictures have another shape.
            OptionError: the noise is no number above 0.
        """
        if not (isinstance(noise, int | float) and 0 < noise < float("inf")):
            raise OptionError("diffusion.noise", given=noise)
        if pictures.ndim != 4 or tuple(pictures.shape[1:]) != tuple(self.shape) or not len(pictures):
            raise DataError("diffusion.other_shape", given=tuple(pictures.shape), expected=("n", *self.shape))
        t = 1 / (1 + 2 * noise)
        y = class_indices(label, len(pictures), self.classes, self.device)
        if label is None and y is not None:
            y = self._hidden(y)

        def walk(velocity: Velocity, z: Tensor) -> Tensor:
            return from_signed(z + (1 - t) * velocity(z, torch.full((len(z),), t, device=z.device)))

        return Pictures(self._walk(to_signed(pictures.to(self.device).float()) * t, y, walk))

    def evaluate(
        self,
        *,
        n: int | None = None,
        seed: int = 0,
        features: FeaturesOption = "auto",
        steps: int = STEPS,
        guidance: float = 1.0,
    ) -> Figures:
        """New pictures against the validation pictures: Fréchet distance, coverage and more, with their floors.

        Args:
            n: pictures to generate; None is 10,000, or as many as there are training pictures.
            seed: of the samples, and of whatever else is drawn.
            features: "auto" for those of the data set, "fid" for the standard Inception network, or one's own.
            steps: of the solver; see `generate`.
            guidance: see `generate`.

        Raises:
            DataError: there are too few pictures for the features, or none for validation.
        """

        def generate(n: int, seed: int) -> Tensor:
            return self.generate(n, seed=seed, steps=steps, guidance=guidance).tensor

        subject = {"system": "diffusion", "step": self.step, "weights": self.weights_of("model")}
        subject |= {"solver": f"midpoint, {steps} steps", "guidance": guidance}
        data = cast(PictureData, self._data())
        return evaluate_pictures(generate, data, features=features, n=n, seed=seed, device=self.device, subject=subject)

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self, STEPS)

    def show_results(self, n: int = 16, *, seed: int | None = 0) -> Pictures:
        """n real pictures, then n generated ones."""
        made = self.generate(n, seed=seed)
        if self.data is None:
            return made
        batch = next(self.data.batches("valid" if self.data.count("valid") else "train", n))
        real = batch.x[:n].cpu().contiguous()
        return Pictures(torch.cat([real, made.tensor[: len(real)]]), columns=min(len(real), 8))
