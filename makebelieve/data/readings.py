"""From a run's `config.json` back to how its items were read and augmented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from makebelieve.data.audio import audio_reading
from makebelieve.data.augment import BatchTransform
from makebelieve.data.binaries import binary_reading
from makebelieve.data.reading import NumberReading, PictureReading, Reading
from makebelieve.data.series import series_reading
from makebelieve.data.signals import from_json
from makebelieve.data.text_reading import text_reading
from makebelieve.data.traces import trace_reading

KINDS: Mapping[str, Callable[[Mapping[str, Any]], Reading]] = {
    "audio": audio_reading,
    "binaries": binary_reading,
    "series": series_reading,
    "texts": text_reading,
    "traces": trace_reading,
    "pictures": lambda state: PictureReading(tuple(state["size"]), state["channels"]),
    "numbers": lambda state: NumberReading(tuple(state["shape"])),
}


def reading_of(state: Mapping[str, Any] | None) -> Reading | None:
    """The reading that a run's facts describe; None where they know none."""
    return None if state is None or state["kind"] not in KINDS else KINDS[state["kind"]](state)


def transforms_of(told: Sequence[Mapping[str, Any]] | None) -> tuple[BatchTransform, ...]:
    """The transforms of training batches that a run's facts describe; () where they are the program's own."""
    return tuple(from_json(transform) for transform in told or ())
