"""The door: `mb.recommender(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

from torch import nn

from makebelieve.data.ratings_data import RatingsData
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.latent.laws import whole
from makebelieve.report import WriteReport
from makebelieve.systems.recommender import recipes
from makebelieve.systems.recommender.baselines import Biases, Method, Popular, UserMean
from makebelieve.systems.recommender.ease import Ease
from makebelieve.systems.recommender.factors import Draws, Factors
from makebelieve.systems.recommender.health import Collapsed
from makebelieve.systems.recommender.learner import Recommender
from makebelieve.systems.recommender.neighbours import ItemNeighbours, Likeness, UserNeighbours
from makebelieve.systems.recommender.networks import DotProduct, Layers, Own
from makebelieve.systems.recommender.rules import Rules
from makebelieve.training import Callback, Recipe, Settings, TrainingOptions
from makebelieve.training.protocols import Data as AnyData
from makebelieve.training.randomness import derive, seeded

Kind = Literal[
    "auto", "dot", "mlp", "als", "bayesian", "user_neighbours", "item_neighbours", "ease", "biases", "popular",
    "user_mean", "rules",
]  # fmt: skip
Loss = Literal["auto", "squared_error", "bpr", "softmax"]

MOST_FACTORS, MOST_NEIGHBOURS = 4096, 100_000
MANY = 5_000_000  # ratings, from which on "auto" takes least squares, which needs fewer sweeps than draws do
LARGE = 10_000  # items, from which on "auto" does without EASE, whose matrix is items by items
LARGE_BATCH = 65_536  # where there are so many ratings that an epoch still has ...
ENOUGH_STEPS = 200
NEGATIVES = 32  # items drawn for an event
FACTORS = {"dot": 40, "mlp": 32, "als": 32, "bayesian": 8}
EPOCHS = {"dot": 5, "mlp": 5, "als": 16, "bayesian": 84}
RANKING_EPOCHS = 20
DRAWS, EVERY = 32, 2  # kept, and sweeps from one to the next


def recommender(
    data: RatingsData,
    network: Kind | nn.Module = "auto",
    *,
    factors: int | None = None,
    loss: Loss = "auto",
    decay: float | None = None,
    confidence: float = 2.0,
    neighbours: int | None = None,
    likeness: Likeness | None = None,
    shrinkage: float | None = None,
    **training: Unpack[TrainingOptions],
) -> Recommender:
    """A recommender, of ratings or of events; `fit()` without a length trains it for as long as is usual.

    Args:
        data: ratings or events, from `mb.ratings`.
        network: "bayesian" (matrix factorisation, factors drawn from their posterior law and averaged), "als"
            (alternating least squares: with biases for ratings, weighted for events), "dot" (dot product and biases, by
            gradients), "mlp" (layers over embeddings), "item_neighbours", "user_neighbours", "ease" (a linear model of
            items by items), "rules" (what is bought together), "biases", "user_mean", "popular"; a module of one's own,
            called with users (n,) and items (n,) it gives (n,), through a sigmoid to the range for ratings; or "auto":
            "bayesian" for ratings, "ease" for events, and "als" where these are too many.
        factors: of a user and an item; by default 8 for "bayesian", 32 for "als" and "mlp", 40 for "dot".
        loss: for networks trained by gradients: "squared_error" of ratings; "bpr" or "softmax" against items drawn at
            random, which learn to rank; "auto" is the first for ratings and the last for events.
        decay: λ of "als" (0.1 for each rating, 30 for events) and "ease" (300), or the decay of weights of networks
            trained by gradients (0.1, to rank 0.02).
        confidence: α of "als" for events: how much more an event says than none (Hu, Koren & Volinsky 2008).
        neighbours: k of neighbours (of users 100, for events 20; of items 80 and 50), or rules kept of each item (100).
        likeness: of neighbours: "cosine", "pearson" or "adjusted_cosine".
        shrinkage: common ratings at which the likeness of neighbours counts for half (of users 30, else 5 to 10).
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`. Precision is
            float32 where nothing else is asked for.

    Raises:
        OptionError: an option can't be used.
        DataError: the data are no ratings.
    """
    if not isinstance(data, RatingsData):
        raise DataError("recommender.not_ratings", given=repr(data)[:80])
    if not isinstance(network, nn.Module) and network not in get_args(Kind):
        raise OptionError("recommender.network", given=network, known=", ".join(get_args(Kind)))
    chosen = _auto(data) if network == "auto" else network
    choices = Choices(chosen, factors, loss, decay, confidence, neighbours, likeness, shrinkage)
    settings = Settings.of({"precision": "float32", **training})
    return _make(data, _Sizes.of(data), choices, settings, training.get("callbacks", ()), training.get("run"))


def _auto(data: RatingsData) -> Kind:
    if data.count("train") > MANY:
        return "als"
    if data.implicit:
        return "ease" if len(data.items) <= LARGE else "als"
    return "bayesian"


@dataclass(frozen=True)
class Choices:
    """What makes this recommender, apart from data and training: the door's arguments, as config.json keeps them."""

    network: str | nn.Module | None
    factors: int | None
    loss: str
    decay: float | None
    confidence: float
    neighbours: int | None
    likeness: Likeness | None
    shrinkage: float | None

    def __post_init__(self) -> None:
        if self.loss not in get_args(Loss):
            raise OptionError("recommender.loss", given=self.loss, known=", ".join(get_args(Loss)))
        if self.loss != "auto" and isinstance(self.network, str) and self.network not in ("dot", "mlp"):
            raise OptionError("recommender.loss_of_solved", given=self.loss, network=self.network)
        if self.factors is not None:
            whole(self.factors, 1, "recommender.factors", MOST_FACTORS)
        if self.neighbours is not None:
            whole(self.neighbours, 1, "recommender.neighbours", MOST_NEIGHBOURS)
        for name in ("decay", "confidence", "shrinkage"):
            given = getattr(self, name)
            number = isinstance(given, int | float) and not isinstance(given, bool)
            if given is not None and not (number and 0 <= given < float("inf")):
                raise OptionError("recommender.number", name=name, given=given)

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "network": self.network if isinstance(self.network, str) else None}


@dataclass(frozen=True)
class _Sizes:
    """What a network must know of the data."""

    users: int
    items: int
    entries: int
    implicit: bool
    low: float
    high: float

    @classmethod
    def of(cls, data: RatingsData) -> _Sizes:
        return cls(len(data.users), len(data.items), len(data.train), data.implicit, *data.range)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> _Sizes:
        low, high = facts["range"]
        return cls(facts["users"], facts["items"], facts["count"]["train"], facts["implicit"], low, high)

    @property
    def span(self) -> tuple[float, float] | None:
        return None if self.implicit else (self.low, self.high)


def _make(
    data: RatingsData | None,
    sizes: _Sizes,
    choices: Choices,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
    *,
    alone: bool = False,
) -> Recommender:
    """The learner; `alone` for one of a simulation, of which nothing is kept."""
    learned = choices.network in ("dot", "mlp") or not isinstance(choices.network, str)
    loss = _loss(choices, sizes)
    rates = loss == "squared_error" if learned else not sizes.implicit
    recipe, options = _recipe(loss if learned else None, rates, sizes.items)
    if learned and settings.batch_size is None and sizes.entries >= ENOUGH_STEPS * LARGE_BATCH:
        settings = dataclasses.replace(settings, batch_size=LARGE_BATCH)
    untrained = choices.network if isinstance(choices.network, str) else copy.deepcopy(choices.network)

    def refit(other: RatingsData, folder: Path) -> Recommender:
        fresh = dataclasses.replace(choices, network=copy.deepcopy(untrained))
        return _make(other, _Sizes.of(other), fresh, settings, run=folder, alone=True)

    model = _model(choices, sizes, rates, settings.seed)
    optimizers = {}
    if learned and choices.decay is not None:
        factory: Any = recipe.optimizers["model"]
        optimizers = {"model": type(factory)(factory.func, **{**factory.keywords, "weight_decay": choices.decay})}
    usual = RANKING_EPOCHS if learned and not rates else EPOCHS.get(str(choices.network), 5 if learned else 1)
    return Recommender(
        data,
        model,
        recipe,
        rates=rates,
        steps=0 if learned else 2 if isinstance(model, Factors | Draws) else 1,
        usual_epochs=usual,
        refit=refit,
        options=options,
        optimizers=optimizers,
        checks=[Collapsed()] if learned else [],
        settings=settings,
        callbacks=[] if alone else [*callbacks, WriteReport()],
        run=run,
        name="recommender",
        config={
            "system": "recommender",
            "recipe": recipe.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _loss(choices: Choices, sizes: _Sizes) -> str:
    if choices.loss != "auto":
        if choices.loss == "squared_error" and sizes.implicit:
            raise OptionError("recommender.loss_of_events")
        return choices.loss
    return "softmax" if sizes.implicit else "squared_error"


def _recipe(loss: str | None, rates: bool, items: int) -> tuple[Recipe, dict[str, Any]]:
    """The recipe with its options; None for a loss is of networks that are solved."""
    if loss is None:
        return recipes.solved, {"rates": rates, "items": items}
    if loss == "squared_error":
        return recipes.squared_error, {}
    if loss == "bpr":
        return recipes.bpr, {"items": items}
    return recipes.sampled_softmax, {"items": items, "negatives": NEGATIVES}


def _model(choices: Choices, sizes: _Sizes, rates: bool, seed: int) -> nn.Module:
    kind, users, items = choices.network, sizes.users, sizes.items
    span = sizes.span if rates else None
    if isinstance(kind, nn.Module):
        return Own(kind, items, span)
    if kind is None:
        raise CheckpointError("training.own_parts")
    k = choices.factors or FACTORS.get(kind, 1)
    with seeded(derive(seed, "weights")):
        if kind == "dot":
            return DotProduct(users, items, k, span)
        if kind == "mlp":
            return Layers(users, items, k, span)
        if kind == "bayesian":
            if sizes.implicit:
                raise OptionError("recommender.bayesian_events")
            return Draws(users, items, k, draws=DRAWS, every=EVERY, span=span)
        if kind == "als":
            decay = choices.decay if choices.decay is not None else 30.0 if sizes.implicit else 0.1
            if not decay:  # then what is to be solved may have no one solution
                raise OptionError("ratings.decay", decay=decay)
            confidence = choices.confidence if sizes.implicit else None
            return Factors(users, items, k, decay=decay, confidence=confidence, span=span)
    return _method(kind, choices, sizes)


def _method(kind: str, choices: Choices, sizes: _Sizes) -> Method:
    """A method that is fitted in one step."""
    given = (sizes.users, sizes.items, sizes.entries, sizes.span)
    if kind == "popular":
        return Popular(*given)
    if kind == "user_mean":
        return UserMean(*given)
    if kind == "biases":
        return Biases(*given)
    if kind == "ease":
        return Ease(*given, decay=choices.decay if choices.decay is not None else 300.0)
    if kind == "rules":
        return Rules(*given, k=choices.neighbours or 100)
    if kind == "user_neighbours":
        usual = _Usual(20, "cosine", 10.0) if sizes.implicit else _Usual(100, "pearson", 30.0)
        return UserNeighbours(*given, **usual.but(choices))
    usual = _Usual(50, "cosine", 10.0) if sizes.implicit else _Usual(80, "cosine", 5.0)
    return ItemNeighbours(*given, **usual.but(choices))


@dataclass(frozen=True)
class _Usual:
    """Options of neighbours where the caller says nothing: the best of some dozen on movielens-latest-small."""

    k: int
    likeness: Likeness
    shrinkage: float

    def but(self, choices: Choices) -> dict[str, Any]:
        return {
            "k": choices.neighbours or self.k,
            "likeness": choices.likeness or self.likeness,
            "shrinkage": self.shrinkage if choices.shrinkage is None else choices.shrinkage,
        }


def from_config(config: Mapping[str, Any], data: AnyData | None) -> Recommender:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a network of the program's own, which a file can't hold.
    """
    choices = Choices(**config["arguments"])
    if data is not None and not isinstance(data, RatingsData):
        raise DataError("recommender.not_ratings", given=repr(data)[:80])
    sizes = _Sizes.from_facts(config["data"]["facts"]) if data is None else _Sizes.of(data)
    return _make(data, sizes, choices, Settings.from_config(config))
