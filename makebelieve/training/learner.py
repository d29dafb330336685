"""Step 3: the learner. It owns the networks, the players and the run; recipes say what to do, `fitting` does it."""

from __future__ import annotations

import contextlib
import logging
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from makebelieve.errors import CheckpointError, OptionError, TrainingError
from makebelieve.messages import say
from makebelieve.training import schedule as schedules
from makebelieve.training.callbacks import Callback
from makebelieve.training.checkpoint import load_newest, save
from makebelieve.training.fitting import Fitting, Plan, Stop, schedule_by_name, validation_seed
from makebelieve.training.game import Game, set_memory_format
from makebelieve.training.health import Watch
from makebelieve.training.history import History
from makebelieve.training.parallel import World
from makebelieve.training.player import Player
from makebelieve.training.precision import FORMATS, resolve_device, resolve_precision
from makebelieve.training.progress import ProgressBar
from makebelieve.training.protocols import Batches, Data
from makebelieve.training.randomness import RandomStates
from makebelieve.training.recipe import Networks, NoiseLaw, OptimizerFactory, Recipe, Run, Turns, with_defaults
from makebelieve.training.run_folder import RunFolder, new_run_folder
from makebelieve.training.schedule import Schedule
from makebelieve.training.settings import Settings
from makebelieve.training.state import pack, unpack

log = logging.getLogger(__name__)


def default_optimizer(parameters: Any) -> torch.optim.Optimizer:
    """Adam at 1e-3, for players whose recipe says nothing."""
    return torch.optim.Adam(parameters, lr=1e-3)


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
        settings: how to train.
        callbacks: what else to do meanwhile.
        run: folder of the run, which must be new; by default the next free one under `runs/`, made by the first `fit`.
        name: what such a folder's name begins with.
        config: what `config.json` keeps so that the learner can be made again: `{"system": …, "recipe": …, …}`.

    Raises:
        OptionError: if an option can't be used.
    """

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
        settings: Settings | None = None,
        callbacks: Sequence[Callback] = (),
        run: str | Path | None = None,
        name: str = "run",
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self.data, self.recipe, self.settings = data, with_defaults(recipe), settings or Settings()
        self.callbacks, self.name, self.config = list(callbacks), name, dict(config or {})
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
        self.memory_format = set_memory_format(self.nets)
        self.randomness = RandomStates(self.settings.seed, self.device, self.world.rank)
        self.batch_size = self.settings.batch_size or self.recipe.batch_size
        self.game = self._make_game(options or {}, optimizers or {}, average, noise)
        self.history, self.watch = History(), Watch()
        self.step, self.calls, self.seconds_before = 0, 0, 0.0
        self.interrupted = False  # whether the last `fit` was stopped before its end
        self.folder: RunFolder | None = None
        self._asked_folder, self._opened = run, False
        self._batches: Batches | None = None
        self._plan: Plan | None = None

    def _make_game(
        self,
        options: Mapping[str, Any],
        optimizers: Mapping[str, OptimizerFactory],
        average: Mapping[str, float] | None,
        noise: NoiseLaw | None,
    ) -> Game:
        settings, factories = self.settings, {**self.recipe.optimizers, **optimizers}
        names = list(factories) or [
            name for name, net in self.nets.items() if any(p.requires_grad for p in net.parameters())
        ]
        averages = self.recipe.average if average is None else average
        for name in {*names, *averages}:
            if name not in self.nets:
                raise OptionError("training.player_without_network", player=name, known=", ".join(self.nets))
        players = {}
        for name in names:
            player = Player(
                name,
                self.nets[name],
                factories.get(name, default_optimizer),
                self.world,
                clip=settings.clip,
                scale=self.precision == "fp16",
                average=averages.get(name),
            )
            rate = settings.learning_rate
            rate = rate.get(name) if isinstance(rate, Mapping) else rate
            if rate is not None:
                player.rates = [rate for _ in player.rates]
                player.rate(1.0)
            players[name] = player
        called: dict[str, Any] = (
            {n: torch.compile(net) for n, net in self.nets.items()} if self.compiled else self.nets
        )
        autocast = FORMATS[self.precision] if self.precision != "float32" else None
        run = Run(self.device, self.randomness.noise, noise)
        return Game(
            Networks(called),
            players,
            self.recipe,
            options,
            run,
            self.world,
            autocast=autocast,
            accumulate=settings.accumulate,
        )

    # ---------------------------------------------------------------- what it trains on

    @property
    def run(self) -> Path | None:
        """The run's folder; None before the first `fit`, and on all processes but the first."""
        return self.folder.path if self.folder is not None else None

    def _data(self) -> Data:
        if self.data is None:
            raise TrainingError("training.no_data")
        return self.data

    @property
    def batches(self) -> Batches:
        """The endless stream of training batches, where it stands."""
        if self._batches is None:
            self._batches = self._data().batches(
                "train",
                self.batch_size,
                device=self.device,
                seed=self.settings.seed,
                rank=self.world.rank,
                world=self.world.size,
                memory_format=self.memory_format,
            )
        return self._batches

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
        schedule: Schedule = schedules.constant,
    ) -> None:
        """Trains, from where the last `fit` ended; Ctrl-C ends it after the step under way, and `resume()` goes on.

        Args:
            epochs: passes over the training data; exactly one of the three is given.
            steps: batches.
            minutes: of wall time; such a fit can't be repeated bit for bit.
            schedule: factor on the learning rates as a function of progress from 0 to 1 through this fit.

        Raises:
            OptionError: if not exactly one of the three is given, or it is not positive.
            TrainingError: if a loss is no number any more; the last checkpoint stays.
        """
        given = {"epochs": epochs, "steps": steps, "minutes": minutes}
        said = {name: value for name, value in given.items() if value is not None}
        if len(said) != 1:
            raise OptionError("training.fit_how_long", given=", ".join(f"{k}={v}" for k, v in said.items()) or "-")
        ((name, value),) = said.items()
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise OptionError("training.positive", name=name, given=value)
        until = None
        if steps is not None:
            until = self.step + int(steps)
        elif epochs is not None:
            until = self.step + max(1, round(epochs * self.steps_per_epoch))
        names = [name for name in schedules.__all__ if getattr(schedules, name) is schedule]
        plan = Plan(
            call=self.calls + 1,
            start=self.step,
            until=until,
            seconds=minutes * 60 if minutes is not None else None,
            schedule=names[0] if names else "custom",
        )
        self._carry_out(plan, schedule)

    def fit_one_cycle(self, epochs: float) -> None:
        """`fit` with learning rates that go up and down once (Smith & Topin 2018)."""
        self.fit(epochs, schedule=schedules.one_cycle)

    def resume(self, run: str | Path | None = None, *, schedule: Schedule | None = None) -> None:
        """Puts back the newest whole checkpoint of a run and finishes the `fit` that was under way there, if any.

        Args:
            run: a run's folder; None means this learner's own.
            schedule: needed again where that `fit` had one of the caller's own.

        Raises:
            CheckpointError: if there is no such run or checkpoint, or it was made with other data or settings.
        """
        if run is not None:
            self.restore(run)
        if self._plan is None:
            raise TrainingError("training.nothing_to_resume")
        plan = self._plan
        over = self.step >= plan.until if plan.until is not None else plan.spent >= (plan.seconds or 0.0)
        if not over:
            self._carry_out(plan, schedule_by_name(plan.schedule, schedule))

    def restore(self, run: str | Path) -> None:
        """Takes over a run's folder, with the state of its newest whole checkpoint; trains nothing."""
        folder = RunFolder(Path(run))
        config = folder.read_config()
        if self.data is not None and config.get("fingerprint") != self.data.fingerprint():
            raise CheckpointError("training.other_data", path=run)
        tensors, state = load_newest(folder.checkpoints)
        self._plan = unpack(self, tensors, state)
        self.folder, self._opened = folder, True
        if self.world.leads and self.data is not None:
            self.history.take_up(folder.history, state["history_bytes"])
            folder.cut_clock(self.step)

    def _carry_out(self, plan: Plan, schedule: Schedule) -> None:
        self._open_folder(plan)
        self._plan, stop = plan, Stop()
        bar = ProgressBar(plan.until - plan.start if plan.until is not None else plan.seconds or 0.0, self.world.leads)
        fitting = Fitting(self, plan, schedule, bar, stop)
        leading = self.callbacks if self.world.leads else []
        deterministic = self.settings.deterministic and not torch.are_deterministic_algorithms_enabled()
        with self.randomness.active(), stop.listening(), bar, contextlib.ExitStack() as after:
            if deterministic:
                torch.use_deterministic_algorithms(True)
                after.callback(torch.use_deterministic_algorithms, False)
            for module in self.nets.values():
                module.train()
            for callback in leading:
                callback.on_fit_start(self)
            begun = time.perf_counter()
            fitting.run()
            if fitting.finished:
                self.calls = plan.call
            fitting.save()
            self.seconds_before += time.perf_counter() - begun
        for callback in leading:
            callback.on_fit_end(self)
        self.world.wait()
        self.interrupted = not fitting.finished
        if self.interrupted:
            log.warning(say("training.interrupted", step=self.step, run=self.run))

    def _open_folder(self, plan: Plan) -> None:
        """Makes the run's folder at the first `fit`, with a checkpoint of the very start."""
        if self._opened:
            return
        self._opened = True
        if self.world.leads:
            data = self._data()
            self.folder = new_run_folder(self._asked_folder, self.name)
            self.folder.write_config(
                {
                    **self.config,
                    "data": {"rebuild": data.how_to_rebuild(), "facts": data.describe()},
                    "fingerprint": data.fingerprint(),
                    "settings": {
                        "batch_size": self.batch_size,
                        "seed": self.settings.seed,
                        "precision": self.precision,
                    },
                    "versions": {"python": platform.python_version(), "torch": torch.__version__},
                }
            )
            self.history.attach(self.folder.history)
        self.save_checkpoint(plan, active=False)

    def save_checkpoint(self, plan: Plan, *, active: bool, seconds: float = 0.0) -> None:
        """Writes a checkpoint of this moment.

        Args:
            plan: the `fit` under way.
            active: whether the run's random states are in place right now.
            seconds: of training so far, in all fits.
        """
        tensors, state = pack(self, plan, active=active, seconds=seconds)
        if self.world.leads and self.folder is not None:
            save(self.folder.checkpoints, self.step, tensors, state, self.settings.saving.keep)

    # ---------------------------------------------------------------- evidence

    def validate(self) -> dict[str, float]:
        """Mean losses on the validation data by player: the same recipe, nothing updated; {} without such data."""
        data = self._data()
        items = data.count("valid")
        if not items:
            return {}
        batches = data.batches(
            "valid",
            self.batch_size,
            device=self.device,
            rank=self.world.rank,
            world=self.world.size,
            memory_format=self.memory_format,
        )
        count = min(batches.steps_per_epoch, self.settings.valid_batches or batches.steps_per_epoch)
        with self.randomness.aside(validation_seed(self.settings.seed)) as noise:
            return self.game.validate(batches, count, noise)

    def evaluate(self) -> dict[str, float]:
        """Figures on the validation data, as plain floats by name."""
        return self.validate()

    def network(self, name: str) -> nn.Module:
        """A network to use: the moving average of its weights where one has begun, else the network itself."""
        player = self.game.players.get(name)
        if player is not None and player.average is not None and player.average.count:
            return player.average.module
        return self.nets[name]

    def summary(self) -> str:
        """A table of the networks, their players and how they are trained."""
        lines = [
            say("training.summary_head", recipe=self.recipe.__name__, device=self.device, precision=self.precision)
        ]
        for name, module in self.nets.items():
            player = self.game.players.get(name)
            trained = type(player.optimizer).__name__ if player is not None else "-"
            rates = ", ".join(f"{rate:g}" for rate in player.rates) if player is not None else "-"
            count = sum(parameter.numel() for parameter in module.parameters())
            lines.append(f"{name:>12}  {count:>12,}  {trained:>8}  {rates}")
        return "\n".join(lines)
