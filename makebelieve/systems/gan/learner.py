"""The GAN's verbs: what one does with a generator and a critic that have been trained."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

import numpy as np
import torch
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.ops import slerp
from makebelieve.pictures import Pictures
from makebelieve.training import Learner, Recipe
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive
from makebelieve.training.recipe import NoiseLaw, Turns

Label: TypeAlias = int | str | Sequence[int | str] | Tensor | np.ndarray[Any, Any] | np.generic | None

PICTURES_AT_ONCE = 256
MOST_PICTURES = 1_000_000


def gaussian(latent: int) -> NoiseLaw:
    """z ~ N(0, 1), shape (n, latent)."""
    return lambda n, generator: torch.randn(n, latent, generator=generator, device=generator.device)


def uniform(latent: int) -> NoiseLaw:
    """z ~ U(−1, 1), shape (n, latent)."""
    return lambda n, generator: torch.rand(n, latent, generator=generator, device=generator.device) * 2 - 1


class GanLearner(Learner):
    """A generator and a critic, and the game between them.

    Args:
        data: pictures, or None for a learner that is only used.
        nets: `generator` and `critic`.
        recipe: how they play.
        latent: size of z.
        law: "gaussian" or "uniform", the law of z.
        shape: (c, h, w) of a picture.
        classes: names of the labels that the networks take; None where they take none.
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
        **options: Any,
    ) -> None:
        self.latent, self.shape, self.classes = latent, shape, classes
        noise = gaussian(latent) if law == "gaussian" else uniform(latent)
        super().__init__(data, nets, recipe, noise=noise, law=law, **options)
        self._noise = noise

    # ---------------------------------------------------------------- step 4

    def latents(self, n: int, seed: int | None = None, truncation: float | None = None) -> Tensor:
        """n points z, shape (n, latent), on the device.

        Args:
            n: how many.
            seed: the same seed gives the same points; None draws new ones each time.
            truncation: Gaussian entries are squeezed into [−truncation, truncation], so that pictures become
                more typical, less varied (the law of Brock et al. 2019, section 3.1); None leaves them.
        """
        n = _whole(n, 1, "gan.how_many")
        seed = int(torch.randint(2**62, ())) if seed is None else seed
        z = self._noise(n, torch.Generator(self.device).manual_seed(derive(seed, "latents")))
        if truncation is None:
            return z
        if not truncation > 0:
            raise OptionError("gan.truncation", given=truncation)
        if self.law == "uniform":
            return z * min(truncation, 1.0)
        low, high = torch.special.ndtr(torch.tensor([-truncation, truncation], dtype=torch.float64)).tolist()
        squeezed: Tensor = torch.special.ndtri(low + torch.special.ndtr(z.double()) * (high - low))
        return squeezed.float()

    def labels(self, n: int, label: Label) -> Tensor | None:
        """Class indices, shape (n,), of the label or labels asked for; all classes in turn for None."""
        if isinstance(label, Tensor | np.ndarray | np.generic):
            label = label.tolist()
        if self.classes is None:
            if label is not None:
                raise OptionError("gan.not_conditional", label=label)
            return None
        if label is None:
            return torch.arange(n, device=self.device) % len(self.classes)
        asked = [label] * n if isinstance(label, int | str) else list(label)
        if len(asked) != n:
            raise OptionError("gan.label_count", given=len(asked), n=n)
        return torch.tensor([self._class_index(one) for one in asked], device=self.device)

    def _class_index(self, label: int | str) -> int:
        classes = cast(list[str], self.classes)
        if str(label) in classes:
            return classes.index(str(label))
        raise OptionError("gan.unknown_label", label=label, known=", ".join(classes[:20]))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures of the points z (n, latent) with class indices y (n,): (n, c, h, w) in [0, 1], on the CPU."""
        generator = self.network("generator")
        found = []
        with evaluating(generator):
            for start in range(0, len(z), PICTURES_AT_ONCE):
                part = slice(start, start + PICTURES_AT_ONCE)
                labels = () if y is None else (y[part],)
                found.append(generator(z[part], *labels).float().cpu().contiguous())
        return torch.cat(found)

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
        y = self.labels(len(z), label)
        return Pictures(self.decode(z, y), self._captions(y))

    def _captions(self, y: Tensor | None) -> list[str] | None:
        return None if y is None or self.classes is None else [self.classes[i] for i in y.tolist()]

    def interpolate(self, steps: int = 8, *, rows: int = 4, seed: int | None = None, label: Label = None) -> Pictures:
        """Ways from one picture to another: `rows` × `steps` pictures, row by row.

        Between Gaussian points along the great circle (Shoemake 1985; White 2016), between uniform ones in a line.

        Args:
            steps: pictures a way, both ends included; at least 2.
            rows: ways.
            seed: the same seed gives the same ways.
            label: class of all pictures of a conditional GAN; by default another for each row.
        """
        steps = _whole(steps, 2, "gan.interpolate_steps")
        rows = _whole(rows, 1, "gan.how_many")
        ends = self.latents(2 * rows, seed)
        t = torch.linspace(0, 1, steps, device=self.device)
        between = slerp if self.law == "gaussian" else torch.lerp
        ways = [torch.stack([between(a, b, s) for s in t]) for a, b in zip(ends[:rows], ends[rows:], strict=True)]
        y = self.labels(rows, label)
        y = None if y is None else y.repeat_interleave(steps)
        return Pictures(self.decode(torch.cat(ways), y), self._captions(y), columns=steps)

    def arithmetic(
        self, expression: str, *, seed: int = 0, label: int | str | None = None, **groups: int | Sequence[int] | Tensor
    ) -> Pictures:
        """Adds and subtracts what groups of pictures have in common (Radford et al. 2016, section 6.3.2).

        `learn.arithmetic("a - b + c", seed=3, a=[0, 4, 9], b=[2, 5], c=[7, 8])` takes means of z over pictures 0, 4
        and 9, and so on, of `learn.generate(64, seed=3)`.

        Args:
            expression: names of groups with + and − between them.
            seed: of the pictures that the numbers name.
            label: the class of all pictures of a conditional GAN, which needs one; then the numbers are those of
                `learn.generate(64, seed=seed, label=label)`.
            groups: numbers of pictures, or points z of shape (k, latent).

        Returns:
            One picture for each name, in order, then the result.
        """
        terms = re.findall(r"([+-]?)\s*([^\W\d]\w*)", expression)
        whole = "".join(sign + name for sign, name in terms) == re.sub(r"\s", "", expression)
        if not terms or not whole or not all(sign for sign, _ in terms[1:]):
            raise OptionError("gan.expression", given=expression)
        if self.classes is not None and label is None:
            raise OptionError("gan.label_needed")
        means = [self._mean_latent(name, groups, seed) for _, name in terms]
        signs = torch.tensor([-1.0 if sign == "-" else 1.0 for sign, _ in terms], device=self.device)
        result = (signs[:, None] * torch.stack(means)).sum(0)
        points = torch.stack([*means, result])
        y = self.labels(len(points), label)
        return Pictures(self.decode(points, y), [*(name for _, name in terms), "= " + expression], columns=len(points))

    def _mean_latent(self, name: str, groups: Mapping[str, int | Sequence[int] | Tensor], seed: int) -> Tensor:
        if name not in groups:
            raise OptionError("gan.unknown_group", name=name, known=", ".join(groups) or "-")
        group = groups[name]
        group = [group] if isinstance(group, int) else group
        if isinstance(group, Tensor):
            return group.to(self.device).mean(0)
        if not len(group) or min(group) < 0:
            raise OptionError("gan.empty_group", name=name, given=list(group))
        return self.latents(max(64, max(group) + 1), seed)[list(group)].mean(0)

    def discriminate(self, pictures: Pictures | Tensor, *, label: Label = None) -> Tensor:
        """The critic's outputs for pictures, shape (n,) on the CPU: higher is more real.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.
            label: their class or classes, which a conditional GAN needs.
        """
        x = pictures.tensor if isinstance(pictures, Pictures) else pictures
        x = x / 255 if x.dtype == torch.uint8 else x
        if self.classes is not None and label is None:
            raise OptionError("gan.label_needed")
        if x.dim() != 4 or tuple(x.shape[1:]) != tuple(self.shape):
            raise DataError("gan.other_shape", given=tuple(x.shape), expected=("n", *self.shape))
        y = self.labels(len(x), label)
        critic = self.network("critic")
        found = []
        with evaluating(critic):
            for start in range(0, len(x), PICTURES_AT_ONCE):
                part = slice(start, start + PICTURES_AT_ONCE)
                labels = () if y is None else (y[part],)
                found.append(critic(x[part].to(self.device).float(), *labels).float().cpu())
        return torch.cat(found)

    def show_results(self, n: int = 16, *, seed: int | None = 0) -> Pictures:
        """n real pictures, then n generated ones."""
        made = self.generate(n, seed=seed)
        if self.data is None:
            return made
        batch = next(self.data.batches("valid" if self.data.count("valid") else "train", n))
        real = batch.x[:n].cpu().contiguous()
        return Pictures(torch.cat([real, made.tensor[: len(real)]]), columns=min(len(real), 8))


def _whole(given: int, least: int, key: str) -> int:
    """A whole number from `least` up to a million, of Python's or NumPy's; else the sentence `key`."""
    if (
        isinstance(given, bool)
        or not hasattr(given, "__index__")
        or not least <= operator.index(given) <= MOST_PICTURES
    ):
        raise OptionError(key, given=given)
    return operator.index(given)


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """The module in eval mode without gradients, and as it was afterwards."""
    mode = module.training
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        module.train(mode)
