"""What every learner has that can be taken away: `export`, `push_to_hub`, and what its program form consists of."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from torch import Tensor

from makebelieve.export.formats import Format
from makebelieve.export.program import Program
from makebelieve.figures import Figures
from makebelieve.training import Learner


@dataclass(frozen=True)
class Held:
    """What an exported learner has besides networks, such as who and what there is to recommend.

    Attributes:
        tensors: by name.
        state: for JSON.
    """

    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)


class Exportable:
    """A learner that can be taken away. To be inherited beside `Learner`, before it."""

    @abstractmethod
    def programs(self) -> dict[str, Program]:
        """The networks of the program form by name, the most used first: what takes and gives what people mean."""

    def held(self) -> Held:
        """What the exported folder keeps besides the networks."""
        return Held()

    def take_up(self, held: Held) -> None:
        """Puts back what `held` gave; networks are as they will be used.

        Raises:
            ValueError: it does not fit, or could do harm; the text says what.
        """
        if held.tensors or held.state:
            raise ValueError(", ".join([*held.tensors, *held.state]))

    def export(
        self,
        folder: str | Path,
        to: Format | None = None,
        *,
        figures: Figures | Sequence[Figures] = (),
        licence: str | None = None,
        force: bool = False,
    ) -> Path:
        """Takes the learner away as a folder: `model.safetensors`, `config.json` and `README.md`, a model card.

        `mb.load(folder)` gives it back, to be used without the training data. Weights are those that the learner uses:
        the moving averages where there are some. Nothing in the folder can be executed by loading it.

        Args:
            folder: which must be new, or with `force` an earlier export. It appears whole or not at all.
            to: "onnx" or "torch.export": also each network of the program form, as `NAME.onnx` or `NAME.pt2`, for any
                batch size; what it takes and gives is in `config.json` under "signature".
            figures: evaluations that the card shows besides those kept in the run's folder.
            licence: of the model, for the card, such as "mit".
            force: replaces an earlier export.

        Returns:
            The folder.

        Raises:
            OptionError: there is no such format, or the folder exists, or a network can't be put in that form.
            MissingExtraError: packages for the format are not installed.
            TrainingError: there is nothing to say what it was trained on: a learner without data or run.
        """
        from makebelieve.export.folder import write_folder

        told = [figures] if isinstance(figures, Figures) else list(figures)
        return write_folder(cast(Learner, self), Path(folder), to, figures=told, licence=licence, force=force)

    def push_to_hub(
        self,
        name: str,
        *,
        to: Format | None = None,
        private: bool = True,
        figures: Figures | Sequence[Figures] = (),
        licence: str | None = None,
    ) -> str:
        """Exports and uploads to a model hub (huggingface.co, or where `HF_ENDPOINT` says); `mb.from_hub` fetches it.

        Args:
            name: "user/name"; it is made where it is not there.
            to: see `export`.
            private: whether only its owner sees it; of a model that is there already this is left as it is.
            figures: see `export`.
            licence: see `export`.

        Returns:
            The address.

        Raises:
            OptionError: the name can't be used; and what holds for `export`.
            MissingExtraError: huggingface_hub is not installed.
            DownloadError: the hub can't be reached or refuses.
        """
        from makebelieve.export.hub import push

        told = [figures] if isinstance(figures, Figures) else list(figures)
        return push(cast(Learner, self), name, to, private=private, figures=told, licence=licence)
