"""The GAN's verbs: what one does with a generator and a critic that have been trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn

from makebelieve.data import Data as PictureData
from makebelieve.errors import OptionError
from makebelieve.evaluate.pictures import FeaturesOption, evaluate_pictures
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.latent.arithmetic import combine, terms
from makebelieve.latent.labels import Label, class_indices, class_names
from makebelieve.latent.laws import gaussian, points, uniform, whole
from makebelieve.latent.projection import project
from makebelieve.latent.walks import ways
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.objectives.semi_supervised import real_logit
from makebelieve.pictures import Pictures, as_batch
from makebelieve.systems.gan import exporting
from makebelieve.systems.gan.semi_supervised import Prediction, classification, predict
from makebelieve.training import Learner, Recipe
from makebelieve.training.protocols import Data
from makebelieve.training.recipe import Turns

Group: TypeAlias = int | Sequence[int] | Tensor | Pictures
PROJECTED_FROM = 4  # points that a picture's projection begins at


class GanLearner(Exportable, Learner):
    """A generator and a critic, and the game between them.

    Args:
        data: pictures, or None for a learner that is only used.
        nets: `generator` and `critic`.
        recipe: how they play.
        latent: size of z.
        law: "gaussian" or "uniform", the law of z.
        shape: (c, h, w) of a picture.
        classes: names of the labels that the networks take; None where they take none.
        told_apart: names of the classes that the critic tells apart; None where it only tells real from fake.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        nets: Mapping[str, nn.Module],
        recipe: Recipe | Callable[..., Turns],
        *,
        latent: int,
        law: str,
        shape: tuple[int, ...],
        classes: list[str] | None,
        told_apart: list[str] | None = None,
        **options: Any,
    ) -> None:
        self.latent, self.shape, self.classes, self.told_apart = latent, shape, classes, told_apart
        noise = gaussian(latent) if law == "gaussian" else uniform(latent)
        super().__init__(data, nets, recipe, noise=noise, law=law, **options)
        self._noise = noise

    # ---------------------------------------------------------------- step 4

    def latents(self, n: int, seed: int | None = None, truncation: float | None = None) -> Tensor:
        """n points z, shape (n, latent), on the device.

        Args:
            n: how many.
            seed: the same seed gives the same points; None draws new ones each time.
            truncation: above 0: entries of z are squeezed into [−truncation, truncation], so that pictures become
                more typical, less varied; None leaves them.
        """
        if self.law == "uniform" and truncation is not None and truncation > 0:
            return points(self._noise, n, seed, device=self.device) * min(truncation, 1.0)
        return points(self._noise, n, seed, device=self.device, truncation=truncation)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures of the points z (n, latent) with class indices y (n,): (n, c, h, w) in [0, 1], on the CPU."""
        generator = self.network("generator")
        with evaluating(generator):
            return in_parts(generator, z, *(() if y is None else (y,)))

    def generate(
        self, n: int = 16, *, seed: int | None = None, label: Label = None, truncation: float | None = None
    ) -> Pictures:
        """n new pictures, by the moving average of the generator's weights.

        Args:
            n: how many.
            seed: the same seed gives the same pictures.
            label: for a conditional GAN: a class, or one a picture; None goes through all classes in turn.
            truncation: above 0; see `latents`.

        Raises:
            OptionError: if an argument can't be used.
        """
        z = self.latents(n, seed, truncation)
        y = class_indices(label, len(z), self.classes, self.device)
        made = self.made("generate", seed=seed, label=label, truncation=truncation)
        return Pictures(self.decode(z, y), class_names(y, self.classes), made=made)

    def interpolate(self, steps: int = 8, *, rows: int = 4, seed: int | None = None, label: Label = None) -> Pictures:
        """Ways from one picture to another: `rows` × `steps` pictures, row by row.

        Between Gaussian points along the great circle (Shoemake 1985; White 2016), between uniform ones in a line.

        Args:
            steps: pictures a way, both ends included; at least 2.
            rows: ways.
            seed: the same seed gives the same ways.
            label: class of all pictures of a conditional GAN; by default another for each row.
        """
        rows = whole(rows, 1, "latent.how_many")
        ends = self.latents(2 * rows, seed)
        z = ways(ends[:rows], ends[rows:], steps, spherical=self.law == "gaussian")
        y = class_indices(label, rows, self.classes, self.device)
        y = None if y is None else y.repeat_interleave(steps)
        made = self.made("interpolate", seed=seed, label=label)
        return Pictures(self.decode(z, y), class_names(y, self.classes), columns=steps, made=made)

    def project(self, pictures: Pictures | Tensor, *, label: Label = None, steps: int = 200, seed: int = 0) -> Tensor:
        """The points z, (n, latent), whose pictures come nearest to those given: a search from several starts.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.
            label: their class or classes, which a conditional GAN needs.
            steps: of the search.
            seed: of its starts.
        """
        x = as_batch(pictures, self.shape).to(self.device)
        generator, y = self.network("generator"), self._labels_of(x, label)
        labels = () if y is None else (y.repeat(PROJECTED_FROM),)
        starts = self.latents(PROJECTED_FROM * len(x), seed).view(PROJECTED_FROM, len(x), -1)
        with evaluating(generator):
            return project(lambda z: generator(z, *labels), x, starts, steps=steps)[0]

    def _labels_of(self, x: Tensor, label: Label) -> Tensor | None:
        if self.classes is not None and label is None:
            raise OptionError("latent.label_needed")
        return class_indices(label, len(x), self.classes, self.device)

    def arithmetic(
        self, expression: str, *, seed: int = 0, label: int | str | None = None, **groups: Group
    ) -> Pictures:
        """Adds and subtracts what groups of pictures have in common (Radford et al. 2016, section 6.3.2).

        `learn.arithmetic("a - b + c", seed=3, a=[0, 4, 9], b=[2, 5], c=[7, 8])` takes means of z over pictures 0, 4
        and 9, and so on, of `learn.generate(64, seed=3)`.

        Args:
            expression: names of groups with + and − between them.
            seed: of the pictures that the numbers name.
            label: the class of all pictures of a conditional GAN, which needs one; then the numbers are those of
                `learn.generate(64, seed=seed, label=label)`.
            groups: numbers of generated pictures, or points z of shape (k, latent), or pictures of your own, which are
                projected to z first: a search of some seconds.

        Returns:
            One picture for each name, in order, then the result.
        """
        names = [name for _, name in terms(expression)]
        if self.classes is not None and label is None:
            raise OptionError("latent.label_needed")
        means = {
            name: self._generated(name, group, seed)
            if isinstance(group, int | Sequence)
            else self._points_of(group, label)
            for name, group in groups.items()
        }
        means = {name: z.mean(0) for name, z in means.items()}
        result = combine(expression, means)
        z = torch.stack([*(means[name] for name in names), result])
        y = class_indices(label, len(z), self.classes, self.device)
        made = self.made("arithmetic", expression=expression, seed=seed, label=label)
        return Pictures(self.decode(z, y), [*names, "= " + expression], columns=len(z), made=made)

    def _generated(self, name: str, group: int | Sequence[int], seed: int) -> Tensor:
        numbers = [group] if isinstance(group, int) else list(group)
        if not numbers or min(numbers) < 0:
            raise OptionError("gan.empty_group", name=name, given=numbers)
        return self.latents(max(64, max(numbers) + 1), seed)[numbers]

    def _points_of(self, group: Pictures | Tensor, label: Label) -> Tensor:
        if isinstance(group, Tensor) and group.dim() == 2:
            return group.to(self.device)
        return self.project(group, label=label)

    def discriminate(self, pictures: Pictures | Tensor, *, label: Label = None) -> Tensor:
        """The critic's outputs for pictures, shape (n,) on the CPU: higher is more real.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.
            label: their class or classes, which a conditional GAN needs, save one whose critic tells classes apart.
        """
        x = as_batch(pictures, self.shape).to(self.device)
        critic = self.network("critic")
        if self.told_apart is not None:
            with evaluating(critic):
                return real_logit(in_parts(critic, x))
        y = self._labels_of(x, label)
        with evaluating(critic):
            return in_parts(critic, x, *(() if y is None else (y,)))

    def predict(self, pictures: Pictures | Tensor) -> Prediction:
        """Classes of pictures, by the moving average of the critic's weights: for the recipe `semi_supervised`.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.

        Raises:
            OptionError: if the critic only tells real from fake.
        """
        if self.told_apart is None:
            raise OptionError("gan.tells_no_classes", recipe=self.recipe.__name__)
        return predict(self.network("critic"), as_batch(pictures, self.shape).to(self.device), self.told_apart)

    def evaluate(self, *, n: int | None = None, seed: int = 0, features: FeaturesOption | None = "auto") -> Figures:
        """New pictures against the validation pictures: Fréchet distance, coverage and more, with their floors.

        Where the critic tells classes apart, also its `accuracy` and `error_rate` on all validation pictures. Both
        players are the moving averages of their weights.

        Args:
            n: pictures to generate; None is 10,000, or as many as there are training pictures.
            seed: of the samples, and of whatever else is drawn.
            features: "auto" for those of the data set, "fid" for the standard Inception network, or one's own; None
                leaves generated pictures out, which is quick.

        Raises:
            DataError: there are too few pictures for the features, or none for validation.
        """
        data = cast(PictureData, self._data())
        weights = self.weights_of("generator")
        subject = {"system": "gan", "recipe": self.recipe.__name__, "step": self.step, "weights": weights}
        told: dict[str, float] = {}
        if self.told_apart is not None and data.count("valid"):
            told = classification(self.network("critic"), data, self.device)
        if features is None:
            return Figures(told, {"data": data.facts.name, "split": data.facts.split}, subject=subject)
        made = evaluate_pictures(
            lambda n, seed: self.generate(n, seed=seed).tensor,
            data,
            features=features,
            n=n,
            seed=seed,
            device=self.device,
            subject=subject,
        )
        return Figures({**told, **made}, made.protocol, subject=made.subject, verdict=made.verdict)

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    def show_results(self, n: int = 16, *, seed: int | None = 0) -> Pictures:
        """n real pictures, then n generated ones."""
        made = self.generate(n, seed=seed)
        if self.data is None:
            return made
        batch = next(self.data.batches("valid" if self.data.count("valid") else "train", n))
        real = batch.x[:n].cpu().contiguous()
        return Pictures(torch.cat([real, made.tensor[: len(real)]]), columns=min(len(real), 8))
