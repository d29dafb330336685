"""History as TensorBoard scalars (extra `tensorboard`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from makebelieve.errors import MissingExtraError
from makebelieve.training.callbacks import Callback

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

    from makebelieve.training.learner import Learner


class TensorBoard(Callback):
    """Writes every figure of the history to `folder`, or to `tensorboard/` in the run's folder.

    Raises:
        MissingExtraError: at the first `fit`, if the package tensorboard is not installed.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self._folder = folder
        self._writer: SummaryWriter | None = None

    def on_fit_start(self, learn: Learner) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise MissingExtraError("training.no_tensorboard") from error
        folder = self._folder or (learn.run or Path()) / "tensorboard"
        self._writer = SummaryWriter(str(folder), purge_step=learn.step)

    def on_record(self, learn: Learner, record: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's signature
        if self._writer is None:
            return
        for name, value in record.items():
            if isinstance(value, float):
                self._writer.add_scalar(f"{record['kind']}/{name}", value, record["step"])

    def on_fit_end(self, learn: Learner) -> None:  # noqa: ARG002 - the hook's signature
        if self._writer is not None:
            self._writer.close()
            self._writer = None
