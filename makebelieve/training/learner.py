"""Step 3: the learner. It owns the networks, the players and the run; recipes say what to do, `fitting` does it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from torch import Tensor, nn

from makebelieve.errors import OptionError, TrainingError
from makebelieve.figures import Figures
from makebelieve.messages import say
from makebelieve.origin import made_by
from makebelieve.training import patience as waiting
from makebelieve.training import schedule as schedules
from makebelieve.training.allocation import keep_freed_memory
from makebelieve.training.callbacks import Callback
from makebelieve.training.checkpoint import save
from makebelieve.training.checks import default_checks
from makebelieve.training.fitting import validation_seed
from makebelieve.training.game import set_memory_format
from makebelieve.training.health import Check, Watch
from makebelieve.training.history import History
from makebelieve.training.looks import Looks
from makebelieve.training.parallel import World
from makebelieve.training.plan import Plan, plan_fit, rates_for, schedule_by_name
from makebelieve.training.players import make_game
from makebelieve.training.precision import resolve_device, resolve_precision
from makebelieve.training.protocols import Batches, Data, Part
from makebelieve.training.randomness import RandomStates
from makebelieve.training.rate_finder import RateFinder, find_lr
from makebelieve.training.recipe import NoiseLaw, OptimizerFactory, Recipe, Turns, with_defaults
from makebelieve.training.recovery import train
from makebelieve.training.resuming import open_folder, restore, take_up
from makebelieve.training.run_folder import RunFolder
from makebelieve.training.schedule import Schedule
from makebelieve.training.settings import Settings
from makebelieve.training.stages import freeze, only, plan_fine_tune, set_frozen
from makebelieve.training.state import pack
from makebelieve.training.summary import report, summary

log = logging.getLogger(__name__)


class Learner:
    """Trains networks by a recipe on data.

    Args:
        data: step 1; None for a learner that is only used.
        nets: networks by name; the recipe calls them `nets.NAME`, and its players are the networks they train.
        recipe: a generator function `recipe(nets, batch, run, **options)`.
        options: keyword arguments of the recipe.
        optimizers: by player; instead of the recipe's.
        average: decay of the moving average of weights by player; instead of the recipe's.
        noise: `(n, generator) -> z`, what `run.noise(n)` draws.
        law: a name for that, which must be the same when a run goes on.
        settings: how to train.
        callbacks: what else to do meanwhile.
        checks: what is watched besides that which can be watched in every game.
        run: folder of the run, which must be new; by default the next free one under `runs/`, made by the first `fit`;
            False keeps nothing on disk.
        name: what such a folder's name begins with.
        config: what `config.json` keeps so that the learner can be made again: `{"system": …, "recipe": …, …}`.

    Raises:
        OptionError: if an option can't be used.
    """

    window = 50  # steps between two records of kind "steps"
    channels_last = True  # whether networks with convolutions are laid out that way in memory

    def __init__(
        self,
        data: Data | None,
        nets: Mapping[str, nn.Module],
        recipe: Recipe | Callable[..., Turns],
        *,
        options: Mapping[str, Any] | None = None,
        optimizers: Mapping[str, OptimizerFactory] | None = None,
        average: Mapping[str, float] | None = None,
        noise: NoiseLaw | None = None,
        law: str = "",
        settings: Settings | None = None,
        callbacks: Sequence[Callback] = (),
        checks: Sequence[Check] = (),
        run: str | Path | Literal[False] | None = None,
        name: str = "run",
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self.data, self.recipe, self.settings = data, with_defaults(recipe), settings or Settings()
        self.callbacks, self.name, self.config, self.law = list(callbacks), name, dict(config or {}), law
        self.world = World()
        self.device = resolve_device(self.settings.device, self.world)
        self.nets = dict(nets)
        self.precision = resolve_precision(self.settings.precision, self.device, self.nets.values())
        self.compiled = self.settings.compile is True
        if self.compiled and self.recipe.differentiates_twice:
            raise OptionError("training.compile_twice", recipe=self.recipe.__name__)
        for module in self.nets.values():
            module.to(self.device)
            self.world.share(module)
        self.memory_format = set_memory_format(self.nets) if self.channels_last else None
        self.randomness = RandomStates(self.settings.seed, self.device, self.world.rank)
        self.batch_size = self.settings.batch_size or self.recipe.batch_size
        self.clip = self.settings.clip
        self.game = make_game(self, options or {}, optimizers or {}, average, noise)
        self.history, self.looks = History(), Looks(self)
        self.watch = Watch(list(self.game.players), [*default_checks(self.game.players), *checks])
        self.step, self.calls, self.seconds_before = 0, 0, 0.0
        self.waited = 0.0  # seconds for which callbacks held the training up; no clock of a run counts them
        self.interrupted = False  # whether the last `fit` was stopped before its end
        self.folder: RunFolder | None = None
        self._asked_folder, self._opened, self._failed = run, False, False
        self._batches: Batches | None = None
        self._plan: Plan | None = None
        self._best: dict[str, Tensor] = {}  # weights of the best epoch, while a fit with patience goes on

    # ---------------------------------------------------------------- what it trains on

    @property
    def run(self) -> Path | None:
        """The run's folder; None before the first `fit`, and on all processes but the first."""
        return self.folder.path if self.folder is not None else None

    def told_folder(self) -> Path:
        """The run's folder, for all processes."""
        return Path(self.world.tell_text(str(self.run or ""), self.device))

    def _data(self) -> Data:
        if self.data is None:
            raise TrainingError("training.no_data")
        return self.data

    @property
    def batches(self) -> Batches:
        """The endless stream of training batches, where it stands."""
        if self._batches is None:
            self._batches = self.batches_of("train")
        return self._batches

    def batches_of(self, part: Part, *, shuffle: bool | None = None, alone: bool = False) -> Batches:
        """A new stream of batches of a part; with `alone` whole ones for this process, else its share of them."""
        return self._data().batches(
            part,
            self.batch_size,
            device=self.device,
            seed=self.settings.seed,
            rank=0 if alone else self.world.rank,
            world=1 if alone else self.world.size,
            memory_format=self.memory_format,
            shuffle=shuffle,
        )

    @property
    def steps_per_epoch(self) -> int:
        return self.batches.steps_per_epoch

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
        """Trains, from where the last `fit` ended; Ctrl-C ends it after the step under way, and `resume()` goes on.

        Args:
            epochs: passes over the training data; exactly one of the three is given.
            steps: batches.
            minutes: of wall time; such a fit can't be repeated bit for bit.
            schedule: factor on the learning rates as a function of progress from 0 to 1 through this fit; None takes
                the system's usual one, which is constant for most.
            until: a condition that ends it sooner, such as "balanced" for a GAN; without a length, 100 epochs at most.
            patience: ends it after so many epochs without a better validation loss (early stopping); however it ends,
                the weights of its best epoch are put back then.

        Raises:
            OptionError: if not exactly one of the three is given, or it is not positive, or no check knows `until`; for
                `patience`, if there are no validation data or several players.
            TrainingError: if a loss is no number any more; the last checkpoint stays.
        """
        schedule = schedule or self.usual_schedule()
        plan = plan_fit(self, epochs, steps, minutes, schedule, until)
        plan.patience = waiting.begin(self, patience) if patience is not None else None
        self._carry_out(plan, schedule, begins=True)

    def usual_schedule(self) -> Schedule:
        """The schedule of a `fit` that is given none."""
        return schedules.constant

    def limit(self, clip: float | None) -> None:
        """Clips gradients to this norm from now on, or no more."""
        self.clip = clip
        for player in self.game.players.values():
            player.limit(clip)

    def fit_one_cycle(self, epochs: float, *, rate: float | None = None) -> None:
        """`fit` with learning rates that go up and down once (Smith & Topin 2018); momentum stays as it is.

        Args:
            epochs: passes over the training data.
            rate: greatest learning rate, in this fit only; None takes the players' own.
        """
        plan = plan_fit(self, epochs, schedule=schedules.one_cycle)
        plan.rates = rates_for(self, rate)
        self._carry_out(plan, schedules.one_cycle, begins=True)

    def fine_tune(self, epochs: float, *, frozen_epochs: float = 1, rate: float | None = None) -> None:
        """Transfer learning: one cycle for the head alone, then one for all, the nearer to the input the slower.

        In the second cycle the head has half the rate of the first, and the first group of parameters a hundredth of
        that, with geometric steps between (discriminative fine-tuning; Howard & Ruder 2018). What the optimizer
        remembers of the head is kept. Interrupted in either, `resume()` finishes both.

        Args:
            epochs: passes over the training data in which all groups learn.
            frozen_epochs: passes before that in which only the last group does; 0 leaves them out.
            rate: greatest learning rate of the head, in this fit only; None takes the player's own.

        Raises:
            OptionError: if a number can't be used, or the network has no groups of parameters (`parameter_groups()`).
        """
        self._carry_out(plan_fine_tune(self, epochs, frozen_epochs, rate), schedules.one_cycle, begins=True)

    def find_lr(self) -> RateFinder:
        """Tries rising learning rates for up to 100 steps and suggests one; everything else is left as it was.

        Raises:
            OptionError: if the game has several players.
        """
        return find_lr(self)

    def freeze(self, groups: int = -1) -> None:
        """Groups of parameters learn no more: the first `groups`, or with -n all but the last n; others learn again.

        Raises:
            OptionError: if the network has no groups (`parameter_groups()`), or not so many.
        """
        freeze(self, groups)

    def unfreeze(self) -> None:
        """All groups of parameters learn again."""
        for player in self.game.players.values():
            if player.frozen:
                set_frozen(self, player, 0)

    def only(self, *players: str) -> None:
        """From now on only these players learn, also in a `fit` under way; without any named, all learn again.

        The turns of the others are played and their losses recorded; their weights, moving averages and optimizers stay
        as they are.

        Raises:
            OptionError: there is no such player.
        """
        only(self, players)

    @property
    def frozen(self) -> int:
        """How many groups of parameters are frozen, counted from the input."""
        return max(player.frozen for player in self.game.players.values())

    def _frozen_changed(self) -> None:
        """Does nothing; for subclasses whose `batches_of` depends on `frozen`, which may call `_renew_batches` here.

        Called after `freeze`, `unfreeze` and the putting back of a checkpoint, and where a stage of a fit freezes other
        groups. Networks are as they will be used; `data` may be None. Nothing random may be drawn.
        """

    def _renew_batches(self) -> None:
        """Replaces the stream of training batches by a new one of the same order and batch size, at the same place."""
        if self._batches is not None:
            place = self._batches.state()
            self._batches = self.batches_of("train")
            self._batches.load_state(place)
        self.looks.forget()

    def resume(
        self,
        run: str | Path | None = None,
        *,
        schedule: Schedule | None = None,
        learning_rate: float | None = None,
        clip: float | None = None,
    ) -> None:
        """Puts back the newest whole checkpoint of a run and finishes the `fit` that was under way there, if any.

        Args:
            run: a run's folder; None means this learner's own, from its newest checkpoint if the last `fit` failed.
            schedule: needed again where that `fit` had one of the caller's own.
            learning_rate: from now on, of all players; None leaves what the checkpoint has.
            clip: greatest norm of a player's gradient from now on; None leaves what the checkpoint has.

        Raises:
            CheckpointError: if there is no such run or checkpoint, or it was made with other data or settings.
        """
        taken_up = take_up(self, run, learning_rate, clip)
        if not taken_up.over(self.step):
            self._carry_out(taken_up, schedule_by_name(taken_up.schedule, schedule))

    def restore(self, run: str | Path) -> None:
        """Takes over a run's folder, with the state of its newest whole checkpoint; trains nothing."""
        restore(self, Path(run))

    def _carry_out(self, plan: Plan, schedule: Schedule, *, begins: bool = False) -> None:
        """Trains by the plan, alone with the folder; one that begins is saved first, so that a kill can't lose it."""
        keep_freed_memory()
        if begins:
            self._open_folder()
            if plan.patience is None:
                self._best = {}  # of a fit that was broken off
        with self.folder.locked() if self.folder is not None else contextlib.nullcontext():
            if self.folder is not None:
                self.history.cut()
                self.folder.cut_clock(self.step)
            if begins:
                self.save_checkpoint(plan, active=False, seconds=self.seconds_before)
            self._failed, self._plan = True, plan
            self.interrupted = not train(self, plan, schedule)
            self._failed = False
        if self.interrupted:
            key = (
                "training.interrupted_here"
                if self._asked_folder is False and self.run is None
                else "training.interrupted"
            )
            log.warning(say(key, step=self.step, run=self.run))

    def _open_folder(self) -> None:
        """Makes the run's folder at the first `fit`."""
        if not self._opened:
            open_folder(self)
            self._opened = True

    def save_checkpoint(self, plan: Plan, *, active: bool, seconds: float = 0.0) -> None:
        """Writes a checkpoint of this moment.

        Args:
            plan: the `fit` under way.
            active: whether the run's random states are in place right now.
            seconds: of training so far, in all fits.
        """
        tensors, state = pack(self, plan, active=active, seconds=seconds)
        if self.world.leads and self.folder is not None:
            sure = self.watch.clean.values() if self.settings.on_trouble == "recover" else ()
            save(self.folder.checkpoints, self.step, tensors, state, self.settings.saving.keep, sure)

    # ---------------------------------------------------------------- evidence

    def validate(self) -> dict[str, float]:
        """Mean losses on the validation data by player: the same recipe, nothing updated; {} without such data."""
        items = self._data().count("valid")
        if items < self.world.size:
            return {}
        limit = self.settings.valid_batches
        some = limit is not None and limit * self.batch_size < items
        batches = self.batches_of("valid", shuffle=some)  # always the same ones, of all classes
        count = limit if some and limit is not None else batches.steps_per_epoch
        with self.randomness.aside(validation_seed(self.settings.seed)) as noise:
            return self.game.validate(batches, count, noise)

    def evaluate(self) -> Figures:
        """Mean losses and metrics on the validation data by name, and how they were measured."""
        data, most = self._data(), self.settings.valid_batches
        there = data.count("valid")
        told = {"part": "valid", "n": there if most is None else min(there, most * self.batch_size)}
        protocol = {**told, "data": data.fingerprint(), "seed": self.settings.seed}
        return Figures(self.validate(), protocol, subject={"recipe": self.recipe.__name__, "step": self.step})

    def network(self, name: str) -> nn.Module:
        """A network to use: the moving average of its weights where one has begun, else the network itself."""
        player = self.game.players.get(name)
        if player is not None and player.average is not None and player.average.count:
            return player.average.module
        return self.nets[name]

    def weights_of(self, name: str) -> str:
        """Which weights `network` gives, in words for the protocol of an evaluation."""
        return "as trained" if self.network(name) is self.nets[name] else "moving average"

    def made(self, verb: str, *, changed: bool = False, **settings: Any) -> dict[str, Any]:
        """Where pictures come from that a verb of this learner makes, for `Pictures`; see `origin.made_by`."""
        told = {"recipe": self.recipe.__name__, "step": self.step, "run": self.run.name if self.run else None}
        return made_by(str(self.config.get("system", self.name)), verb, changed=changed, **told, **settings)

    def summary(self) -> str:
        """A table of the networks, their players and how they are trained."""
        return summary(self)

    def report(self) -> Path | None:
        """Writes the run's page, `report.html`, as it is now; gives its path, or None on all processes but the first.

        Raises:
            TrainingError: there is no run's folder yet, or none of the learner's callbacks writes a page.
        """
        return report(self)
