"""Exceptions that a user can act on: one sentence each from the catalogue of messages, with the caller's own values."""

from __future__ import annotations

from typing import Any

from makebelieve.messages import say


class MakebelieveError(Exception):
    """Base of all errors that the library raises on purpose.

    Args:
        key: a key of the catalogue, such as ``"data.empty_folder"``.
        values: what the sentence restates; also kept for programs as ``error.values``.
    """

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(say(key, **values))
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:  # keyword arguments survive the way back from a worker process
        return _rebuild, (type(self), self.key, self.values)


def _rebuild(kind: type[MakebelieveError], key: str, values: dict[str, Any]) -> MakebelieveError:
    return kind(key, **values)


class OptionError(MakebelieveError, ValueError):
    """An argument has a value that can't be used."""


class DataError(MakebelieveError, ValueError):
    """The data are missing, broken or unfit for what was asked."""


class DownloadError(DataError):
    """A known data set could not be fetched, or what came is not what was expected."""


class RecipeError(MakebelieveError, RuntimeError):
    """A recipe broke the protocol between recipe and learner."""


class TrainingError(MakebelieveError, RuntimeError):
    """Training can't start or go on."""


class CheckpointError(MakebelieveError, RuntimeError):
    """A run or checkpoint is missing, torn, altered or made for something else."""


class MissingExtraError(MakebelieveError, ImportError):
    """An optional package is not installed; the sentence says which extra has it."""
