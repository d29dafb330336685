"""How a learner trains, apart from what: one small object that doors fill from their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from makebelieve.errors import OptionError
from makebelieve.training.checkpoint import Saving


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
        if self.clip is not None and not self.clip > 0:
            raise OptionError("training.positive", name="clip", given=self.clip)
