"""The VAE's verbs: what one does with an encoder and a decoder that have been trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import numpy as np
import torch
from torch import Tensor

from makebelieve.data import Data as PictureData
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.likelihood import binarised, importance_weighted
from makebelieve.evaluate.pictures import FeaturesOption, evaluate_pictures
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.latent.arithmetic import combine, terms
from makebelieve.latent.concepts import direction
from makebelieve.latent.labels import Label, class_index, class_indices, class_names
from makebelieve.latent.laws import gaussian, points, whole
from makebelieve.latent.plane import plane
from makebelieve.latent.scatter import scatter
from makebelieve.latent.walks import ways
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.objectives.divergence import gaussian_kl
from makebelieve.ops import grid
from makebelieve.pictures import Pictures, as_batch
from makebelieve.systems.vae import exporting
from makebelieve.systems.vae.concept import Concept
from makebelieve.systems.vae.figures import Given, likelihood_figures
from makebelieve.systems.vae.networks import Vae
from makebelieve.training import Learner
from makebelieve.training.protocols import Data, Part
from makebelieve.training.recipe import Recipe

Group: TypeAlias = Pictures | Tensor | np.ndarray[Any, Any] | str

LOOKED_AT = 2000  # pictures of a class that a concept or a sum is made from
WIDE = 8  # pictures in a row


class VaeLearner(Exportable, Learner):
    """An encoder and a decoder, trained together.

    Args:
        data: pictures, or None for a learner that is only used.
        model: the networks and their likelihood.
        recipe: how they are trained.
        latent: size of z.
        shape: (c, h, w) of a picture.
        classes: names of the labels that the networks take; None where they take none.
        binarise: whether pixels are drawn as 0 or 1.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        model: Vae,
        recipe: Recipe,
        *,
        latent: int,
        shape: tuple[int, ...],
        classes: list[str] | None,
        binarise: bool,
        **options: Any,
    ) -> None:
        self.latent, self.shape, self.classes, self.binarise = latent, shape, classes, binarise
        self._law = gaussian(latent)
        super().__init__(data, {"model": model}, recipe, noise=self._law, law="gaussian", **options)

    @property
    def model(self) -> Vae:
        """Encoder and decoder to use: the moving average of their weights once one has begun."""
        return cast(Vae, self.network("model"))

    # ---------------------------------------------------------------- to z and back

    def posterior(self, pictures: Pictures | Tensor, *, label: Label = None) -> tuple[Tensor, Tensor]:
        """The mean and the log variance of q(z | x) for pictures (n, c, h, w): (n, latent) each, on the CPU.

        Args:
            pictures: in [0, 1], or uint8.
            label: their class or classes, which a conditional model needs.
        """
        x = as_batch(pictures, self.shape)
        model, y = self.model, self._labels_of(x, label)

        def encode(part: Tensor, *labels: Tensor) -> Tensor:
            return torch.cat(model.posterior(part.to(self.device), *labels), 1)

        with evaluating(model):
            mean, log_variance = in_parts(encode, x, *(() if y is None else (y,))).chunk(2, 1)
        return mean, log_variance

    def encode(self, pictures: Pictures | Tensor, *, label: Label = None) -> Tensor:
        """The mean of q(z | x), z_mean, for pictures (n, c, h, w): (n, latent), on the CPU. See `posterior`."""
        return self.posterior(pictures, label=label)[0]

    def decode(self, z: Tensor, *, label: Label = None) -> Tensor:
        """Pictures of the points z (n, latent): the mean of p(x | z), (n, c, h, w) in [0, 1], on the CPU.

        Args:
            z: points.
            label: for conditional models, a class, or one a point; None goes through all classes in turn.
        """
        if z.dim() != 2 or z.shape[1] != self.latent:
            raise OptionError("vae.points", given=tuple(z.shape), latent=self.latent)
        return self._decode(z.to(self.device), class_indices(label, len(z), self.classes, self.device))

    def _decode(self, z: Tensor, y: Tensor | None) -> Tensor:
        model = self.model
        with evaluating(model):
            return in_parts(model.decode, z, *(() if y is None else (y,)))

    def _labels_of(self, x: Tensor, label: Label) -> Tensor | None:
        if self.classes is not None and label is None:
            raise OptionError("latent.label_needed")
        return class_indices(label, len(x), self.classes, self.device)

    # ---------------------------------------------------------------- step 4

    def generate(
        self, n: int = 16, *, seed: int | None = None, label: Label = None, truncation: float | None = None
    ) -> Pictures:
        """n new pictures: points of the prior N(0, I), decoded.

        Args:
            n: how many.
            seed: the same seed gives the same pictures.
            label: for a conditional model: a class, or one a picture; None goes through all classes in turn.
            truncation: above 0: entries of z are squeezed into [−truncation, truncation], for typical pictures.

        Raises:
            OptionError: if an argument can't be used.
        """
        z = points(self._law, n, seed, device=self.device, truncation=truncation)
        y = class_indices(label, len(z), self.classes, self.device)
        made = self.made("generate", seed=seed, label=label, truncation=truncation)
        return Pictures(self._decode(z, y), class_names(y, self.classes), made=made)

    def reconstruct(self, pictures: Pictures | Tensor, *, label: Label = None) -> Pictures:
        """Each picture by way of z_mean and back."""
        x = as_batch(pictures, self.shape)
        return Pictures(self._decode(self.encode(x, label=label).to(self.device), self._labels_of(x, label)))

    def grid(self, side: int = 20, *, axes: tuple[int, int] = (0, 1), label: int | str | None = None) -> Pictures:
        """The latent plane as one picture: side × side points that the prior visits equally often.

        The points are the inverse Gaussian CDF of a regular grid (Kingma & Welling 2014, figure 4).

        Args:
            side: pictures a side.
            axes: which two entries of z; all others are 0.
            label: the class, which a conditional model needs.
        """
        z = plane(side, self.latent, (0, 0) if self.latent == 1 else axes).to(self.device)
        y = self._labels_of(z, label)
        made = self.made("grid", side=side, axes=axes, label=label)
        return Pictures(grid(self._decode(z, y), columns=side, padding=0), made=made)

    def interpolate(
        self,
        steps: int = 8,
        *,
        starts: Pictures | Tensor | None = None,
        ends: Pictures | Tensor | None = None,
        rows: int = 4,
        spherical: bool = False,
        seed: int | None = None,
        label: Label = None,
    ) -> Pictures:
        """Ways from one picture to another through z: rows × `steps` pictures, row by row.

        Args:
            steps: pictures a way, both ends included; at least 2.
            starts: pictures to begin with, and
            ends: as many to end with; without them, points of the prior.
            rows: ways between points of the prior.
            spherical: along the great circle (Shoemake 1985), which keeps the length that points of the prior have;
                else in a line, which suits the means of posteriors.
            seed: the same seed gives the same points.
            label: class of all pictures of a conditional model, or one for each row.
        """
        if (starts is None) != (ends is None):
            raise OptionError("vae.both_ends")
        if starts is not None and ends is not None:
            z0, z1 = self.encode(starts, label=label), self.encode(ends, label=label)
            if len(z0) != len(z1):
                raise OptionError("vae.as_many_ends", starts=len(z0), ends=len(z1))
        else:
            rows = whole(rows, 1, "latent.how_many")
            z0, z1 = points(self._law, 2 * rows, seed, device=self.device).cpu().chunk(2)
        y = class_indices(label, len(z0), self.classes, self.device)
        y = None if y is None else y.repeat_interleave(steps)
        z = ways(z0, z1, steps, spherical=spherical).to(self.device)
        made = self.made("interpolate", changed=starts is not None, seed=seed, label=label)
        return Pictures(self._decode(z, y), class_names(y, self.classes), columns=steps, made=made)

    def concept(
        self,
        attribute: int | str | None = None,
        *,
        having: Group | None = None,
        lacking: Group | None = None,
        label: Label = None,
    ) -> Concept:
        """What pictures have in common that others lack, as a direction in z: `.apply(pictures, strength)`.

        Args:
            attribute: a class of the data: its training pictures against those of all other classes.
            having: instead of a class: pictures that have it, (n, c, h, w) in [0, 1], or points z (n, latent);
            lacking: pictures or points that have not.
            label: the class of the given pictures, which a conditional model needs.

        Raises:
            OptionError: neither a class nor both groups are given, or there is no such class.
        """
        if attribute is not None and having is None and lacking is None:
            having, lacking = self._class_and_others(attribute)
            return Concept(str(attribute), direction(having, lacking), self)
        if attribute is not None or having is None or lacking is None:
            raise OptionError("vae.concept")
        return Concept("", direction(self._points(having, label), self._points(lacking, label)), self)

    def arithmetic(self, expression: str, *, label: int | str | None = None, **groups: Group) -> Pictures:
        """Adds and subtracts what groups of pictures have in common: `arithmetic("a - b + c", a=…, b=…, c=…)`.

        Each group is encoded and its mean taken (Radford et al. 2016, section 6.3.2, for an encoder's z).

        Args:
            expression: names of groups with + and − between them.
            label: the class of all pictures, which a conditional model needs.
            groups: pictures (n, c, h, w) in [0, 1], or points z (n, latent), or the name of a class of the data.

        Returns:
            The mean of each group as a picture, in order, then the result.
        """
        names = [name for _, name in terms(expression)]
        found = {name: self._points(group, label) for name, group in groups.items()}
        for name, group in found.items():
            if not len(group):
                raise OptionError("vae.empty_group", name=name)
        means = {name: group.mean(0) for name, group in found.items()}
        result = combine(expression, means)
        z = torch.stack([*(means[name] for name in names), result]).to(self.device)
        y = self._labels_of(z, label)
        signs = ["- " if sign < 0 else "+ " if i else "" for i, (sign, _) in enumerate(terms(expression))]
        captions = [sign + name for sign, name in zip(signs, names, strict=True)]
        made = self.made("arithmetic", changed=True, expression=expression, label=label)
        return Pictures(self._decode(z, y), [*captions, "="], columns=len(z), made=made)

    def _points(self, group: Group, label: Label) -> Tensor:
        """(n, latent) on the CPU."""
        if isinstance(group, str):
            return self._class_and_others(group)[0]
        if isinstance(group, Tensor) and group.dim() == 2:
            return group.cpu()
        return self.encode(cast(Pictures, group), label=label)

    def _class_and_others(self, name: int | str) -> tuple[Tensor, Tensor]:
        """Points of up to so many training pictures of a class, and of those of all others."""
        data = self._data()
        if not data.classes:
            raise DataError("vae.no_classes", name=name)
        index = class_index(name, data.classes)
        groups: tuple[list[Tensor], list[Tensor]] = ([], [])
        batches = data.batches("train", 256, shuffle=False)
        for _ in range(batches.steps_per_epoch):
            batch = next(batches)
            y = batch.y
            if y is None:
                raise DataError("vae.no_classes", name=name)
            z = self.encode(batch.x, label=self._names(y))
            groups[0].append(z[y == index])
            groups[1].append(z[y != index])
            if min(sum(map(len, group)) for group in groups) >= LOOKED_AT:
                break
        return torch.cat(groups[0]), torch.cat(groups[1])

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    def show_results(self, n: int = 8, *, seed: int | None = 0) -> Pictures:
        """Rows of n pictures each: originals, their reconstructions, and new pictures."""
        made = self.generate(n, seed=seed)
        if self.data is None:
            return made
        x, y = self._pictures("valid" if self.data.count("valid") else "train", n)
        back = self.reconstruct(x, label=self._names(y))
        return Pictures(torch.cat([x, back.tensor, made.tensor[: len(x)]]), columns=len(x))

    def show_latents(self, n: int = 2000, *, part: Part = "valid") -> Pictures:
        """A scatter plot of z_mean, coloured by label: its two numbers, or its two main directions where it has more.

        Args:
            n: pictures at most.
            part: of which data.
        """
        x, y = self._pictures(part, n)
        return Pictures(scatter(self.encode(x, label=self._names(y)), y, self._data().classes))

    def _names(self, y: Tensor | None) -> list[str] | None:
        """The labels that a conditional model needs, from class indices; None for others."""
        return None if self.classes is None or y is None else [self.classes[i] for i in y.tolist()]

    def _pictures(self, part: Part, n: int | None) -> tuple[Tensor, Tensor | None]:
        """The first n pictures of a part in its order, all for None, and their class indices, on the CPU."""
        data = self._data()
        n = data.count(part) if n is None else min(n, data.count(part))
        batches = data.batches(part, min(n, 1000), shuffle=False)
        found = [next(batches) for _ in range(-(-n // min(n, 1000)))]
        x = torch.cat([batch.x for batch in found])[:n].contiguous()
        y = None if found[0].y is None else torch.cat([cast(Tensor, batch.y) for batch in found])[:n]
        return x, y

    # ---------------------------------------------------------------- how probable

    def probabilities(
        self, pictures: Pictures | Tensor, *, k: int = 16, prior: Sequence[float] | None = None, seed: int = 0
    ) -> Tensor:
        """p(y | x) by Bayes: p(x | y) p(y) over its sum, (n, classes) on the CPU, for conditional models.

        log p(x | y) is the importance-weighted bound (Burda et al. 2016, eq. 8), with the same noise for all classes.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.
            k: samples of z for each picture and class.
            prior: p(y); by default the shares of the classes in the training data.
            seed: of those samples.
        """
        if self.classes is None:
            raise OptionError("vae.not_conditional")
        model, x = self.model, as_batch(pictures, self.shape).to(self.device)
        log_prior = cast(Tensor, model.log_prior) if prior is None else torch.tensor(prior, device=self.device).log()
        if len(log_prior) != len(self.classes):
            raise OptionError("vae.prior", given=len(log_prior), classes=len(self.classes))
        with evaluating(model):
            bounds = [importance_weighted(Given(model, y), x, k, seed=seed) for y in range(len(self.classes))]
        return torch.softmax(torch.stack(bounds, 1) + log_prior.cpu(), 1).float()

    def unit_kl(self, part: Part = "valid", n: int = 1000) -> Tensor:
        """Mean KL(q(z | x) ‖ N(0, 1)) of each unit in nats, (latent,), over the first n pictures of a part.

        Pixels are drawn as 0 or 1, always alike, where they are in training.
        """
        x, y = self._pictures(part, n)
        x = binarised(x) if self.binarise else x
        return gaussian_kl(*self.posterior(x, label=self._names(y))).mean(0)

    def evaluate(
        self, *, n: int = 1000, k: int = 100, part: Part = "valid", binarise: bool | None = None, seed: int = 0
    ) -> Figures:
        """ELBO, importance-weighted likelihood, bits per dimension and active units, in nats a picture.

        Of a conditional model all are given the label.

        Args:
            n: pictures for the importance-weighted bound, which decodes n · k times; the ELBO is of all.
            k: samples of z for each.
            part: of which data.
            binarise: whether pixels are drawn as 0 or 1 once, by `seed`; by default as in training.
            seed: of all that is drawn.

        Raises:
            DataError: the part has fewer than n pictures.
        """
        x, y = self._pictures(part, None)
        binarise = self.binarise if binarise is None else binarise
        labels = None if self.classes is None else y
        found = likelihood_figures(
            self.model, x.to(self.device), labels, n=n, k=k, seed=seed, binarise=binarise, part=part
        )
        return found.about(system="vae", step=self.step, weights=self.weights_of("model"))

    def evaluate_pictures(self, *, n: int | None = None, seed: int = 0, features: FeaturesOption = "auto") -> Figures:
        """New pictures against the validation pictures, as every generator is judged: Fréchet distance and more.

        Args:
            n: pictures to generate; None is 10,000, or as many as there are training pictures.
            seed: of the samples, and of whatever else is drawn.
            features: "auto" for those of the data set, "fid" for the standard Inception network, or one's own.

        Raises:
            DataError: there are too few pictures for the features, or none for validation.
        """
        return evaluate_pictures(
            lambda n, seed: self.generate(n, seed=seed).tensor,
            cast(PictureData, self._data()),
            features=features,
            n=n,
            seed=seed,
            device=self.device,
            subject={"system": "vae", "step": self.step, "weights": self.weights_of("model")},
        )
