"""The recommender's verbs: what one does with something that knows what people like."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_data import RatingsData
from makebelieve.data.ratings_names import Names
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.ranking import top_k
from makebelieve.export import Exportable, Held, Program
from makebelieve.figures import Figures
from makebelieve.latent.laws import whole
from makebelieve.messages import say
from makebelieve.networks.using import evaluating
from makebelieve.systems.recommender import exporting
from makebelieve.systems.recommender.als import Rows
from makebelieve.systems.recommender.answers import Ranked, TopLists, best, most_seen, ranked
from makebelieve.systems.recommender.baselines import Popular
from makebelieve.systems.recommender.catalogue import Catalogue, Newcomer, profile_of
from makebelieve.systems.recommender.embedding_map import EmbeddingMap, embedding_map
from makebelieve.systems.recommender.evidence import evaluate
from makebelieve.systems.recommender.factors import Ratings
from makebelieve.systems.recommender.feedback import Feedback, Refit, simulate
from makebelieve.systems.recommender.nearness import alike
from makebelieve.systems.recommender.networks import Network, Own, Side
from makebelieve.systems.recommender.newcomers import reasons_of_newcomer
from makebelieve.systems.recommender.reasons import reasons_for
from makebelieve.systems.recommender.rules import Rules
from makebelieve.systems.recommender.solving import Solving, Steps
from makebelieve.training import Learner, Recipe
from makebelieve.training import schedule as schedules
from makebelieve.training.protocols import Batches, Part
from makebelieve.training.rate_finder import RateFinder
from makebelieve.training.schedule import Schedule

PAIRS_AT_ONCE = 65_536
MOST = 1_000_000


class Recommender(Exportable, Learner):
    """Says what people would like: predicts, recommends, compares, explains.

    Args:
        data: ratings or events, or None for a learner that is only used.
        model: the network.
        recipe: how it is trained; for those that are solved, how it is validated.
        rates: whether its predictions are ratings; else they only order items.
        steps: to an epoch where it is solved, not trained by gradients; 0 where it is.
        usual_epochs: of a fit that is given no length.
        refit: makes the same learner anew for other data.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: RatingsData | None,
        model: nn.Module,
        recipe: Recipe,
        *,
        rates: bool,
        steps: int,
        usual_epochs: int,
        refit: Refit,
        **options: Any,
    ) -> None:
        self.ratings, self.rates, self._steps, self.usual_epochs, self._refit = data, rates, steps, usual_epochs, refit
        self._catalogue = None if data is None else Catalogue.of(data)
        self._sides: Ratings | None = None
        super().__init__(data, {"model": model}, recipe, **options)
        if steps:
            self.game = Solving(self.game, self._solve)

    # ---------------------------------------------------------------- step 3

    def fit(
        self,
        epochs: float | None = None,
        *,
        steps: int | None = None,
        minutes: float | None = None,
        schedule: Schedule | None = None,
        until: str | None = None,
        patience: int | None = None,
    ) -> None:
        """Trains, as `Learner.fit` does; without any length for as many epochs as are usual for this network.

        Networks trained by gradients go through one cycle of learning rates. For those that are solved an epoch is a
        sweep, users first, then items; and neighbours, EASE and the like are done after one.
        """
        if epochs is None and steps is None and minutes is None and until is None:
            epochs = self.usual_epochs
        super().fit(epochs, steps=steps, minutes=minutes, schedule=schedule, until=until, patience=patience)

    def usual_schedule(self) -> Schedule:
        return schedules.constant if self._steps else schedules.one_cycle

    def find_lr(self) -> RateFinder:
        """Tries rising learning rates, as `Learner.find_lr` does.

        Raises:
            OptionError: this network is solved and has no learning rate.
        """
        if self._steps:
            raise OptionError("recommender.no_rate", network=self.config["arguments"]["network"])
        return super().find_lr()

    def batches_of(self, part: Part, *, shuffle: bool | None = None, alone: bool = False) -> Batches:
        if self._steps and part == "train":
            return Steps(self._steps, self.device)
        return super().batches_of(part, shuffle=shuffle, alone=alone)

    def _solve(self, step: int) -> Tensor | None:
        if self._sides is None:
            self._sides = Ratings(self._ratings().matrix("train").to(self.device), getattr(self._model, "width", 1))
        found: Tensor | None = cast(Any, self.nets["model"]).learn(self._sides, step, self.settings.seed)
        return found

    def _open_folder(self) -> None:
        fresh = not self._opened
        super()._open_folder()
        if fresh and self.folder is not None:
            self.catalogue.save(self.folder.path)

    def restore(self, run: Any) -> None:
        super().restore(run)
        if self._catalogue is None:
            self._catalogue = Catalogue.load(self.told_folder())

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    def held(self) -> Held:
        return exporting.held(self.catalogue)

    def take_up(self, held: Held) -> None:
        self._catalogue = exporting.catalogue(held, self.nets["model"])

    @property
    def catalogue(self) -> Catalogue:
        """Users, items, and who rated what in training."""
        if self._catalogue is None:
            raise DataError("recommender.no_data")
        return self._catalogue

    def _ratings(self) -> RatingsData:
        if self.ratings is None:
            raise DataError("recommender.no_data")
        return self.ratings

    @property
    def _model(self) -> Network:
        return cast(Network, self.network("model"))

    # ---------------------------------------------------------------- step 4

    def predict(self, user: Any, item: Any) -> Any:
        """What a user would rate an item; where there are no ratings, a score that only orders items.

        Args:
            user: an id, or several.
            item: an id or title, or several; one of the two may stand for all of the other.

        Returns:
            A float, or (n,) float32 for several.

        Raises:
            DataError: somebody or something is unknown; the nearest are named.
        """
        one = not (_several(user) or _several(item))
        users, items = self._places(self.catalogue.users, user), self._places(self.catalogue.items, item)
        if len(users) != len(items) and 1 not in (len(users), len(items)):
            raise OptionError("recommender.pairs", users=len(users), items=len(items))
        n = len(items) if len(users) == 1 else len(users)
        users, items = users.expand(n), items.expand(n)
        found = self.predict_places(users, items)
        return float(found[0]) if one else found

    def predict_places(self, users: Tensor, items: Tensor) -> Tensor:
        """The same of places (n,) and (n,), as the data have them: (n,) float32, on the CPU."""
        model = self.network("model")
        with evaluating(model):
            parts = zip(torch.split(users, PAIRS_AT_ONCE), torch.split(items, PAIRS_AT_ONCE), strict=True)
            found = [model(u.to(self.device), i.to(self.device)).float().cpu() for u, i in parts]
        return torch.cat(found) if found else torch.zeros(0)

    def recommend(
        self,
        user: int | str | None = None,
        n: int = 10,
        *,
        ratings: Newcomer | None = None,
        exclude_seen: bool = True,
    ) -> Ranked:
        """The best items for a user, or for a newcomer who is known by a few ratings only: nothing is trained anew.

        A user who had no ratings in training gets what suits most people, and the answer says so.

        Args:
            user: an id.
            n: how many.
            ratings: instead of a user: ratings by item, `{"Alien": 5}`; for events a list of items does.
            exclude_seen: leaves out what the user has in the training data, or what is in `ratings`.

        Raises:
            DataError: somebody or something is unknown, and the nearest are named; or a rating is out of range.
            OptionError: not exactly one of user and ratings is given.
        """
        n = whole(n, 1, "recommender.how_many", MOST)
        if (user is None) == (ratings is None):
            raise OptionError("recommender.who")
        note, names, place = "", self.catalogue.items, -1
        if ratings is not None:
            known, values = profile_of(self.catalogue, ratings)
        else:
            place = self.catalogue.users.index(cast(Any, user))
            known, values = self.catalogue.seen.row(place)
            note = "" if len(known) else say("recommender.cold_user", user=user)
        scores = self._served(torch.tensor([place]))[0].cpu() if place >= 0 else self._of_profile(known, values)
        if exclude_seen:
            scores[known] = -math.inf
        places, found = best(scores, n)
        return ranked(names, places, self._shown(found), self._meaning, note)

    def recommend_all(
        self, n: int = 10, *, users: int | str | Sequence[int | str] | None = None, exclude_seen: bool = True
    ) -> TopLists:
        """The best items of every user, block by block: the matrix of all scores is never there as a whole.

        Users who had no ratings in training get what suits most people, as in `recommend`.

        Args:
            n: how many.
            users: ids, or one; None takes all.
            exclude_seen: leaves out what they have in the training data.
        """
        n, known = whole(n, 1, "recommender.how_many", MOST), self.catalogue
        asked = torch.arange(len(known.users)) if users is None else self._places(known.users, users)
        n = min(n, len(known.items))
        seen = known.seen.to(self.device) if exclude_seen else None
        places, scores = (one.cpu() for one in top_k(self._served, asked.to(self.device), seen, n))
        return TopLists(known.users, known.items, asked, places, self._shown(scores), self._meaning)

    def similar_items(self, item: int | str, n: int = 10) -> Ranked:
        """Items that the same people like: by the angle between their vectors, less for items with few ratings.

        Args:
            item: an id or title.
            n: how many.

        Raises:
            DataError: it is unknown; the nearest are named.
        """
        return self._similar("item", item, n)

    def similar_users(self, user: int | str, n: int = 10) -> Ranked:
        """Users who like the same things, as `similar_items`.

        Raises:
            DataError: the user is unknown.
        """
        return self._similar("user", user, n)

    def _similar(self, side: Side, wanted: int | str, n: int) -> Ranked:
        n, known = whole(n, 1, "recommender.how_many", MOST), self.catalogue
        names, matrix = (known.users, known.seen) if side == "user" else (known.items, known.by_item)
        place = names.index(wanted)
        places, likeness = alike(self.network("model"), matrix, side, place, n)
        return ranked(names, places, likeness, say("recommender.likeness"))

    def because(self, user: int | str, item: int | str, n: int = 5) -> Ranked:
        """The user's ratings that speak most for an item: how much less it would get without each of them.

        Where the score is a sum over ratings (item neighbours, EASE, rules), its parts; else the user is taken as a
        newcomer with all training ratings, and again with all but one. Of users with more than 200, the 200 whose items
        are most like the item are tried.

        Args:
            user: an id.
            item: an id or title.
            n: how many, at most: those that speak against it are left out.

        Raises:
            DataError: somebody or something is unknown, or the user has no ratings.
            OptionError: the network is one of the program's own, or can't take newcomers.
        """
        n, known = whole(n, 1, "recommender.how_many", MOST), self.catalogue
        return reasons_for(self.network("model"), known, user, item, n, self.folded)

    def reasons(self, ratings: Newcomer, items: Sequence[int | str], n: int = 3) -> list[Ranked]:
        """`because` for a newcomer, of several items at once: which of the ratings speak most for each.

        Args:
            ratings: as for `recommend`.
            items: ids or titles, such as those recommended.
            n: ratings of each, at most.

        Raises:
            DataError: something is unknown, or a rating is out of range.
            OptionError: the network is one of the program's own, which can't take newcomers.
        """
        n = whole(n, 1, "recommender.how_many", MOST)
        return reasons_of_newcomer(self.network("model"), self.catalogue, ratings, items, n, self.folded)

    def popular(self, n: int = 10) -> Ranked:
        """What most users have in the training data, and for ratings what they gave it on average."""
        return most_seen(self.catalogue, whole(n, 1, "recommender.how_many", MOST))

    def embedding_map(self, n: int = 60) -> EmbeddingMap:
        """The items' vectors on the two directions in which they vary most, with the titles of the n best known.

        Raises:
            OptionError: the network has no vectors.
        """
        vectors = self._model.vectors("item")
        if vectors is None:
            raise OptionError("recommender.no_vectors")
        n = whole(n, 1, "recommender.how_many", MOST)
        return embedding_map(vectors.detach().float().cpu(), self.catalogue, n)

    def simulate_feedback(
        self, rounds: int = 5, *, n: int = 10, share: float = 1.0, epochs: float | None = None, seed: int = 0
    ) -> Feedback:
        """What becomes of a catalogue if people only take what is recommended and the recommender learns from that.

        Each round every user is shown the n best new items and takes one, the first likelier than the second and so on
        (in proportion to 1 / log₂(1 + place)); ratings are what was predicted. Then a fresh learner of the same kind is
        fitted to all of it. Told after each round: how much of the catalogue is recommended, how unequally (Gini),
        the entropy of recommendations, and how popular they were before it all began (Chaney, Stewart & Engelhardt
        2018).

        Args:
            rounds: how many.
            n: items shown.
            share: of the users, drawn once, that take part.
            epochs: of each fit; None takes those usual for the network.
            seed: of who takes part and what they take.

        Raises:
            OptionError: a number is out of range.
            DataError: there are no data to learn from anew.
        """
        rounds, n = whole(rounds, 1, "recommender.rounds", 1000), whole(n, 1, "recommender.how_many", MOST)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise OptionError("recommender.share", given=share)
        return simulate(self, self._ratings(), self._refit, rounds=rounds, n=n, share=share, epochs=epochs, seed=seed)

    # ---------------------------------------------------------------- evidence

    def evaluate(self, k: int = 10) -> Figures:
        """How well it does on the validation data, beside what needs no learning.

        Ratings: `rmse` and `mae`, and those of predicting each user's mean (`rmse_user_mean`). Ranking over the full
        catalogue, what users have in training left out: `precision_at_k`, `recall_at_k`, `ndcg_at_k`, `map_at_k`,
        `mrr_at_k`, `coverage`, `novelty`, `popularity_bias`, and `ndcg_at_k_popular` of what is most popular.

        Args:
            k: length of the lists.

        Raises:
            DataError: there are no validation data.
        """
        return evaluate(self, self._ratings(), whole(k, 1, "recommender.how_many", 1000))

    # ---------------------------------------------------------------- inside

    @property
    def _ranks_by_rating(self) -> bool:
        return self.rates and not isinstance(self.network("model"), Popular | Rules)

    @property
    def _meaning(self) -> str:
        return say("recommender.predicted" if self._ranks_by_rating else "recommender.score")

    def _shown(self, scores: Tensor) -> Tensor:
        return scores.clamp(*self.catalogue.span) if self._ranks_by_rating else scores

    def best_places(self, users: Tensor, n: int) -> Tensor:
        """(m, n) places of the best items of users (m,), seen or not."""
        return top_k(self.on_device, users.to(self.device), None, n)[0].cpu()

    def on_device(self, users: Tensor) -> Tensor:
        """(n, items) scores of places (n,), on the device."""
        with evaluating(self.network("model")):
            return self._model.scores(users.to(self.device))

    def _served(self, users: Tensor) -> Tensor:
        """`on_device`, and for users without ratings in training the scores of somebody of whom nothing is known."""
        scores, start = self.on_device(users), self.catalogue.seen.indptr
        cold = start[users.cpu() + 1] == start[users.cpu()]
        if cold.any() and not isinstance(self.network("model"), Own):  # which takes no newcomers
            unknown = self._of_profile(torch.zeros(0, dtype=torch.int64), torch.zeros(0))
            scores = torch.where(cold[:, None].to(scores.device), unknown.to(scores), scores)
        return scores

    def folded(self, columns: Tensor, values: Tensor, there: Tensor) -> Tensor:
        """(n, items) of newcomers, on the CPU."""
        rows = Rows(torch.arange(len(columns)), columns, values * there, there)
        with evaluating(self.network("model")):
            return self._model.fold_in(Rows(*(one.to(self.device) for one in rows))).float().cpu()

    def _of_profile(self, items: Tensor, values: Tensor) -> Tensor:
        if not len(items):
            items, values, there = torch.zeros(1, dtype=torch.int64), torch.zeros(1), torch.zeros(1, 1)
        else:
            there = torch.ones(1, len(items))
        scores = self.folded(items[None], values[None], there)[0]
        same = bool((scores == scores[0]).all())  # nothing is known that tells one item from another
        return self.catalogue.by_item.counts.float() if same and not self._ranks_by_rating else scores

    @staticmethod
    def _places(names: Names, wanted: Any) -> Tensor:
        return names.indices(list(wanted) if _several(wanted) else [wanted])


def _several(given: Any) -> bool:
    return not isinstance(given, str) and isinstance(given, Iterable) and getattr(given, "ndim", 1) > 0
