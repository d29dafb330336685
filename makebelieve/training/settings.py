"""How a learner trains, apart from what: one small object that doors fill from their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypedDict

from makebelieve.errors import OptionError
from makebelieve.training.callbacks import Callback
from makebelieve.training.checkpoint import Saving

OnTrouble = Literal["tell", "recover"]


class TrainingOptions(TypedDict, total=False):
    """How to train: the keyword arguments that every door takes besides its own.

    Args:
        batch_size: items a step, over all processes; by default the recipe's.
        learning_rate: of all players; by default the recipe's.
        seed: of weights, order and noise.
        device: "auto", "cpu", "cuda", "cuda:1" or "mps".
        precision: "auto" (bf16 where the chip multiplies it, else float32), "float32", "bf16" or "fp16".
        compile: whether networks go through torch.compile; "auto" where it was measured to pay back, so far nowhere.
        clip: greatest norm of a player's gradient.
        accumulate: parts that each batch is computed in, to save memory.
        deterministic: on a GPU, only kernels that give the same bits each time, so that a resumed run is exact.
        on_trouble: "tell" warns; "recover" also goes back to the last healthy checkpoint with the remedy applied.
        saving: when checkpoints are written.
        callbacks: what else to do while it trains.
        run: folder for the run, which must be new; by default the next free one under runs/.
    """

    batch_size: int | None
    learning_rate: float | None
    seed: int
    device: str
    precision: str
    compile: bool | Literal["auto"]
    clip: float | None
    accumulate: int
    deterministic: bool
    on_trouble: OnTrouble
    saving: Saving | None
    callbacks: Sequence[Callback]
    run: str | Path | None


@dataclass(frozen=True)
class Settings:
    """Settings of a learner.

    Attributes:
        batch_size: items a step, over all processes; None takes the recipe's.
        learning_rate: of every player, or by player's name; None takes the recipe's.
        seed: of the order, the noise and everything else that is drawn.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        precision: "auto", "float32", "bf16", "fp16".
        compile: whether the networks go through `torch.compile`; "auto" where it was measured to pay back, which so far
            is nowhere.
        clip: greatest norm of a player's gradient, or None.
        accumulate: parts that each batch is computed in, to save memory; the step is the same, except that batch
            normalisation sees one part at a time.
        deterministic: on a GPU, only kernels that give the same bits each time.
        on_trouble: "tell" warns of trouble; "recover" also goes back to the last healthy checkpoint, remedy applied.
        valid_batches: at most so many validation batches after each epoch; None means all.
        saving: when checkpoints are written.
    """

    batch_size: int | None = None
    learning_rate: float | Mapping[str, float] | None = None
    seed: int = 42
    device: str = "auto"
    precision: str = "auto"
    compile: bool | Literal["auto"] = "auto"
    clip: float | None = None
    accumulate: int = 1
    deterministic: bool = False
    on_trouble: OnTrouble = "tell"
    valid_batches: int | None = None
    saving: Saving = field(default_factory=Saving)

    def __post_init__(self) -> None:
        rates = self.learning_rate.values() if isinstance(self.learning_rate, Mapping) else [self.learning_rate]
        for rate in rates:
            if rate is not None and not (isinstance(rate, int | float) and 0 <= rate < float("inf")):
                raise OptionError("training.learning_rate", given=rate)
        for name in ("batch_size", "accumulate", "valid_batches"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                raise OptionError("training.positive", name=name, given=value)
        if self.compile not in (True, False, "auto"):
            raise OptionError("training.compile", given=self.compile)
        if self.on_trouble not in ("tell", "recover"):
            raise OptionError("training.on_trouble", given=self.on_trouble)
        if self.clip is not None and not self.clip > 0:
            raise OptionError("training.positive", name="clip", given=self.clip)

    @classmethod
    def of(cls, options: TrainingOptions, **more: Any) -> Settings:
        """The settings among a door's training options; `callbacks` and `run` are the learner's own.

        Raises:
            OptionError: if a name is unknown or a value can't be used.
        """
        known = {one.name for one in fields(cls)} - {"valid_batches"}
        for name in options:
            if name not in TrainingOptions.__annotations__:
                raise OptionError(
                    "training.unknown_option", name=name, known=", ".join(TrainingOptions.__annotations__)
                )
        given = {name: value for name, value in options.items() if name in known}
        return cls(**{**given, "saving": options.get("saving") or Saving(), **more})

    def state(self) -> dict[str, Any]:
        """For `config.json`; the device is the machine's, not the run's."""
        return {name: value for name, value in asdict(self).items() if name != "device"}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """From a run's `config.json`: as asked for, with batch size and precision as they were resolved."""
        resolved = {name: config["settings"][name] for name in ("precision", "batch_size")}
        return cls(**{**config["training"], "saving": Saving(**config["training"]["saving"]), **resolved})
