"""Labels that pictures are asked for by: names or numbers to class indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from makebelieve.errors import OptionError

Label: TypeAlias = int | str | Sequence[int | str] | Tensor | np.ndarray[Any, Any] | np.generic | None


def class_indices(
    label: Label, n: int, classes: Sequence[str] | None, device: torch.device | str = "cpu"
) -> Tensor | None:
    """Class indices, shape (n,) int64, of the label or labels asked for; None where there are no classes.

    Args:
        label: a class by name, or one for each picture; None goes through all classes in turn.
        n: number of pictures.
        classes: their names by index; None for networks that take no labels.
        device: where.

    Raises:
        OptionError: a label for networks without, an unknown one, or not as many as pictures.
    """
    if isinstance(label, Tensor | np.ndarray | np.generic):
        label = label.tolist()
    if classes is None:
        if label is not None:
            raise OptionError("latent.not_conditional", label=label)
        return None
    if label is None:
        return torch.arange(n, device=device) % len(classes)
    asked = [label] * n if isinstance(label, int | str) else list(label)
    if len(asked) != n:
        raise OptionError("latent.label_count", given=len(asked), n=n)
    return torch.tensor([class_index(one, classes) for one in asked], device=device)


def class_index(label: int | str, classes: Sequence[str]) -> int:
    """Where a class, by its name, stands among the classes; OptionError if nowhere."""
    if str(label) in classes:
        return list(classes).index(str(label))
    raise OptionError("latent.unknown_label", label=label, known=", ".join(list(classes)[:20]))


def class_names(y: Tensor | None, classes: Sequence[str] | None) -> list[str] | None:
    """Captions: the names of class indices y (n,); None where there are none."""
    return None if y is None or classes is None else [classes[i] for i in y.tolist()]
