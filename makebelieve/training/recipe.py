"""The recipe: a generator function that yields whose turn it is and what that player's loss is.

    def lsgan(nets, batch, run):
        fake = nets.generator(run.noise(len(batch)))
        yield "critic", lsgan_critic(nets.critic(batch.x), nets.critic(fake.detach()))
        yield "generator", lsgan_generator(nets.critic(fake))       # sees the updated critic

The learner does the rest at each `yield`: backward to that player's parameters only, averaging over processes,
clipping, the optimizer's step, the moving average of weights, the metrics.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from typing import Any, Protocol, TypeAlias, cast

import torch
from torch import Tensor, nn

from makebelieve.errors import RecipeError
from makebelieve.training.protocols import Batch

Loss: TypeAlias = Tensor | Callable[[], Tensor]
Turn: TypeAlias = tuple[str, Loss] | tuple[str, Loss, Mapping[str, Tensor]]
Turns: TypeAlias = Generator[Turn, None, None]
OptimizerFactory: TypeAlias = Callable[[Iterable[Any]], torch.optim.Optimizer]
NoiseLaw: TypeAlias = Callable[[int, torch.Generator], Tensor]


class Networks:
    """The networks of a game as attributes, `nets.generator`, `nets.critic`; a player is the network it trains."""

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        self.by_name = dict(modules)
        self.__dict__.update(modules)

    def __getattr__(self, name: str) -> nn.Module:  # only called for names that are not there
        if name.startswith("__"):
            raise AttributeError(name)
        raise RecipeError("training.unknown_network", name=name, known=", ".join(self.by_name))


class Recipe(Protocol):
    """A recipe with its defaults beside it, as `recipe` makes it."""

    __name__: str
    optimizers: Mapping[str, OptimizerFactory]
    period: int
    differentiates_twice: bool
    average: Mapping[str, float]
    batch_size: int
    networks: Mapping[str, Any]

    def __call__(self, nets: Networks, batch: Batch, run: Run, **options: Any) -> Turns: ...


def recipe(
    *,
    optimizers: Mapping[str, OptimizerFactory] | None = None,
    period: int = 1,
    differentiates_twice: bool = False,
    average: Mapping[str, float] | None = None,
    batch_size: int = 64,
    networks: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Turns]], Recipe]:
    """Puts a recipe's defaults beside it, as plain attributes of the function; all of them can be left out.

    Args:
        optimizers: by player: called with the parameters, or torch's groups of them, gives the optimizer
            (`partial(torch.optim.Adam, lr=2e-4)`).
        period: after how many steps the pattern of turns repeats (5 for a critic that plays five times as often).
        differentiates_twice: whether a loss holds gradients itself (penalties); such recipes are never compiled.
        average: by player: decay, in [0, 1), of the exponential moving average of its weights.
        batch_size: pictures a step.
        networks: what the recipe asks of the networks built for it, such as `{"critic_norm": "spectral"}`.
    """

    def put(function: Callable[..., Turns]) -> Recipe:
        function.__dict__.update(
            optimizers=optimizers or {},
            period=period,
            differentiates_twice=differentiates_twice,
            average=average or {},
            batch_size=batch_size,
            networks=networks or {},
        )
        return cast(Recipe, function)

    return put


def with_defaults(function: Callable[..., Turns] | Recipe) -> Recipe:
    """A plain generator function as a recipe; one that has its defaults stays as it is."""
    if not callable(function):
        raise RecipeError("training.recipe_not_callable", given=repr(function))
    if not inspect.isgeneratorfunction(function) or isinstance(function, partial):
        raise RecipeError("training.not_a_generator", given=repr(function))
    if hasattr(function, "optimizers"):
        return cast(Recipe, function)
    return recipe()(function)


def supervised(loss: Callable[[Tensor, Tensor], Tensor], **metrics: Callable[[Tensor, Tensor], Tensor]) -> Recipe:
    """Supervised learning as a game with one player, "model".

    Args:
        loss: (prediction, target) to a scalar.
        metrics: further scalars of (prediction, target) by name, averaged like the loss.
    """

    @recipe(optimizers={"model": partial(torch.optim.Adam, lr=1e-3)})
    def supervised_recipe(nets: Networks, batch: Batch, _run: Run) -> Turns:
        prediction = nets.model(batch.x)
        target = cast(Tensor, batch.y)
        if metrics:
            found = prediction.detach()
            yield "model", loss(prediction, target), {name: metric(found, target) for name, metric in metrics.items()}
        else:
            yield "model", loss(prediction, target)

    return supervised_recipe


class Run:
    """What a recipe may know of the run it is in.

    Attributes:
        step: number of the step under way, from 0; one step is one batch. In validation: of the validation batch.
        training: false in validation, where nothing is updated and penalties and clipping are left out.
        state: tensors kept across steps and in checkpoints, the same in every process.
        device: where tensors live.
    """

    def __init__(self, device: torch.device, generator: torch.Generator, noise: NoiseLaw | None = None) -> None:
        self.step = 0
        self.training = True
        self.state: dict[str, Tensor] = {}
        self.rows: dict[str, Tensor] = {}  # what `keep` keeps: the rows of this process's share of a batch
        self.device = device
        self._generator = generator
        self._noise = noise
        self._start, self._size, self._total = 0, 1, 1
        self._first, self._share = 0, 1
        self._whole = True
        self._calls = 0
        self._drawn: list[Tensor] = []

    def noise(self, n: int) -> Tensor:
        """n draws of z, shape (n, latent): the same rows whether the batch is split over processes, chunks or not."""
        if self._noise is None:
            raise RecipeError("training.no_noise")
        return self._draw(n, self._noise)

    def uniform(self, n: int) -> Tensor:
        """n numbers, uniform in [0, 1), shape (n,), split like `noise`."""
        return self._draw(n, self._uniform)

    def _uniform(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.rand(n, generator=generator, device=self.device)

    def recall(self, name: str, empty: Tensor) -> Tensor:
        """What was kept under a name for the rows at hand, as where a recurrent network was in each text.

        Args:
            name: as given to `keep`.
            empty: (n, …), a row an item of the batch: the answer where nothing of this size was kept.
        """
        kept, (first, size) = self.rows.get(name), self._place(len(empty))
        return empty if kept is None or len(kept) != size else kept[first : first + len(empty)]

    def keep(self, name: str, value: Tensor) -> None:
        """Keeps value (n, …), a row an item of the batch at hand, for the step to come; it is in checkpoints.

        Rows belong to their places in the batch: only a stream whose batches go on row by row has a use for it.
        Validation begins with nothing kept, and leaves what training kept as it was.
        """
        value, (first, size) = value.detach(), self._place(len(value))
        if len(value) != size:
            kept = self.rows.get(name)
            fits = kept is not None and kept.shape == (size, *value.shape[1:])
            whole = kept.clone() if kept is not None and fits else value.new_zeros(size, *value.shape[1:])
            whole[first : first + len(value)] = value
            value = whole
        self.rows[name] = value

    def _place(self, n: int) -> tuple[int, int]:
        """Where the n rows at hand begin in this process's share of the batch, and how many rows that has."""
        return (0, n) if self._whole else (self._start - self._first, self._share)

    def _draw(self, n: int, law: NoiseLaw) -> Tensor:
        if self._whole:
            return law(n, self._generator)
        if n % self._size:  # not a multiple of the share, so there are no rows to call one's own: all draw the same
            start, size = 0, n
        else:
            start, size = n // self._size * self._start, n // self._size * self._total
        if self._calls == len(self._drawn):
            self._drawn.append(law(size, self._generator))
        drawn = self._drawn[self._calls]
        self._calls += 1
        return drawn[start : start + n]

    def _enter_step(self, step: int, whole: bool) -> None:
        self.step = step
        self._whole = whole
        self._drawn = []

    def _enter_batch(self, first: int, share: int) -> None:
        """This process has the rows [first, first + share) of the global batch."""
        self._first, self._share = first, share

    def _enter_share(self, start: int, size: int, total: int, calls: int) -> None:
        """The next draws are for rows [start, start + size) of a global batch of `total`; `calls` were made before."""
        self._start, self._size, self._total, self._calls = start, size, total, calls
