"""Evidence: scores of many items beside their labels, and what can be read from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.explain import decisions
from makebelieve.explain import pictures as drawn
from makebelieve.figures import Table
from makebelieve.pictures import Pictures
from makebelieve.systems.recogniser.tasks import Task
from makebelieve.training.protocols import Part


class Judge(Protocol):
    """What evidence needs of the learner that gave it."""

    @property
    def task(self) -> Task: ...

    @property
    def classes(self) -> tuple[str, ...] | None: ...

    def captioned(self, part: Part, places: Sequence[int], notes: Sequence[str] = ()) -> Any:
        """Items of a part with what is said of them."""
        ...


class Evidence:
    """What is said of the items of a part.

    Attributes:
        part: "train" or "valid".
        scores: (n, outputs): probabilities, or numbers in the targets' units.
        y: labels, as the data have them.
    """

    def __init__(self, learn: Judge, part: Part, scores: Tensor, y: Tensor) -> None:
        self._learn, self.part, self.scores, self.y = learn, part, scores, y

    def top_losses(self, n: int = 9) -> Any:
        """The n items that it is most wrong about, with what is said, the truth and the loss or error."""
        numbers = self._learn.classes is None
        worst = (decisions.greatest_errors if numbers else decisions.top_losses)(self.y, self.scores, n)
        return self._learn.captioned(self.part, worst.places.tolist(), [f"{loss:.2f}" for loss in worst.losses])

    def confusion(self) -> Confusion:
        """Which classes are taken for which.

        Raises:
            OptionError: items have several classes at once, or numbers.
        """
        self._needs_one_of()
        return Confusion(decisions.confusion(self.y, self.scores), self._learn.classes or ())

    def per_class(self) -> Table:
        """Precision, recall, F1 and number of items by class.

        Raises:
            OptionError: the labels are numbers.
        """
        if self._learn.classes is None:
            raise OptionError("recogniser.needs_one_of")
        several = self._learn.task.kind == "several"
        found = decisions.per_label(self.y, self.scores) if several else decisions.per_class(self.confusion().matrix)
        return decisions.class_table(found, self._learn.classes)

    def calibration(self) -> Calibration:
        """Whether it is right as often as it says.

        Raises:
            OptionError: the labels are numbers.
        """
        if self._learn.classes is None:
            raise OptionError("recogniser.needs_one_of")
        return Calibration(decisions.calibration(self.y, self.scores))

    def _needs_one_of(self) -> None:
        if self._learn.task.kind != "one":
            raise OptionError("recogniser.needs_one_of")


class Confusion:
    """A confusion matrix. Shows itself, as a table and as a picture.

    Attributes:
        matrix: (k, k) int64: true classes by row, classes said by column.
        names: of the classes.
    """

    def __init__(self, matrix: Tensor, names: tuple[str, ...]) -> None:
        self.matrix, self.names = matrix, names

    def worst(self, n: int = 10) -> list[tuple[str, str, int]]:
        """(true class, class said, how often) off the diagonal, the most frequent first."""
        pairs = decisions.most_confused(self.matrix)[:n]
        return [(self.names[true], self.names[said], often) for true, said, often in pairs]

    def picture(self) -> Pictures:
        """The matrix as a picture."""
        return drawn.confusion_picture(self.matrix, list(self.names))

    def __repr__(self) -> str:
        return repr(decisions.confusion_table(self.matrix, self.names))

    def _repr_png_(self) -> bytes:
        return self.picture()._repr_png_()


class Calibration:
    """How sure it was against how often it was right. Shows itself.

    Attributes:
        found: error, and by bin the mean confidence, the share that was right and how many there were.
    """

    def __init__(self, found: decisions.Calibration) -> None:
        self.found = found

    @property
    def error(self) -> float:
        """The expected calibration error, in [0, 1]."""
        return self.found.error

    def picture(self) -> Pictures:
        """The reliability diagram."""
        return drawn.reliability_picture(self.found)

    def __repr__(self) -> str:
        *_, counts = self.found
        return f"Calibration(error={self.error:.4f}, n={int(counts.sum()):,})"

    def _repr_png_(self) -> bytes:
        return self.picture()._repr_png_()
