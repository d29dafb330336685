"""`mb.audio`: sounds, seen as log-mel spectrograms."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from torch import Tensor

from makebelieve.data.audio_files import SUFFIXES, SoundFile, SoundRows, fitted, read_sound, usual
from makebelieve.data.audio_mel import LogMel, log_mel
from makebelieve.data.augment import BatchTransform
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.decode import Item, label_of
from makebelieve.data.files import labelled
from makebelieve.data.labels import Labels
from makebelieve.data.load import UNREADABLE, Memory
from makebelieve.data.reading import found as found_file
from makebelieve.data.reading import named, why
from makebelieve.data.signals import RandomNoise, RandomShift, RandomSpeed, as_json, from_json, split
from makebelieve.data.sources import Found, find_files, is_files, only, own_part, rebuilding
from makebelieve.data.split import Valid, choose
from makebelieve.data.split import as_json as as_places
from makebelieve.errors import DataError, MakebelieveError, OptionError

GENTLE = (RandomSpeed(0.1), RandomShift(0.05), RandomNoise(0.1))
_RATES = (1000, 384_000)


@dataclass(frozen=True)
class AudioReading:
    """Sounds: mixed down, resampled, cut or padded to `samples`, then a log-mel spectrogram (1, mels, frames).

    It takes a path, the bytes of a file, samples (k,) or (k, channels) at the data's own rate, or a pair of a rate and
    samples.
    """

    samples: int
    mel: LogMel
    kind: ClassVar[str] = "audio"
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    def __call__(self, given: Any) -> Tensor:
        try:
            return self.mel(self._wave(given).unsqueeze(0))[0]
        except (*UNREADABLE, TypeError) as error:
            if isinstance(error, MakebelieveError):
                raise
            raise DataError("audio.unreadable", name=named(given), why=why(error)) from error

    def _wave(self, given: Any) -> Tensor:
        rate = self.mel.rate
        if isinstance(given, (str, os.PathLike)):
            return read_sound(found_file(given), rate, self.samples)
        if isinstance(given, bytes):
            return read_sound(given, rate, self.samples)
        own, wave = given if isinstance(given, tuple) and len(given) == 2 else (rate, given)
        return fitted(wave, int(own), rate, self.samples)

    def state(self) -> dict[str, Any]:
        return asdict(self)


def audio_reading(state: Mapping[str, Any]) -> AudioReading:
    """From what `state` gave."""
    return AudioReading(state["samples"], LogMel(**state["mel"]))


def audio(
    source: Any,
    *,
    rate: int | None = None,
    seconds: float | None = None,
    mels: int = 64,
    window: float = 0.025,
    hop: float = 0.010,
    reach: float = 40.0,
    classes: Sequence[Any] | None = None,
    labels: Labels = "auto",
    valid: Valid = None,
    seed: int = 42,
    augment: Sequence[BatchTransform | Mapping[str, Any]] | None = None,
    memory: Memory = "auto",
    workers: int | None = None,
    max_broken: float = 0.1,
) -> Data:
    """Sounds as pictures: x is a log-mel spectrogram (1, mels, frames) in [0, 1], drawn batch by batch on the device.

    Sounds stay samples until then, all of one rate and length: mixed down, resampled, with silence at both ends, or cut
    to their middle. Low pitches are at the bottom; white is the loudest place of a sound, black `reach` below it.

    Args:
        source: a folder, a list of paths or a data frame with a column of paths (wav, flac, ogg and what else
            libsndfile reads; extra ``audio``); or arrays: (n, samples), or a list of (samples,) or (samples, channels)
            of any lengths, with `rate`.
        rate: samples a second; by default the commonest among the files.
        seconds: length of all sounds; by default the length into which 95 % of them fit.
        mels: rows of the picture.
        window: seconds of sound that a column is made from.
        hop: seconds from column to column.
        reach: decibels from white to black, from 10 to 120: less hides the noise behind sounds, by which recordings
            differ more than by what is said; more shows what is faint.
        classes: keep these only.
        labels: as of `images`: ``"auto"`` (the names of folders), ``"folder"``, a function of the path, a regular
            expression with one group, a data frame's column, a sequence, or None.
        valid: share held back for validation; or places of items; or a function of the path or a regular expression
            searched for in it, such as ``"_george_"``, that picks the files to hold back: hold out whole speakers, as
            one voice on both sides tells too much; or None: a folder's own ``train`` and ``valid``, else 0.2.
        seed: of that draw.
        augment: transforms of training batches, of sounds (`random_speed`, `random_shift`, `random_noise`) and of their
            pictures (`random_mask`); None is a gentle choice of the first three, ``()`` is none.
        memory: keep all samples in memory, or read in worker processes; "auto": up to 1 GiB in memory.
        workers: processes that read what stays on disk; None is one a core, at most 8.
        max_broken: share of files that may be unreadable or silent; they are skipped, named in a warning and counted.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing, empty or unfit; too many files are broken.
        MissingExtraError: files are to be read and the package soundfile isn't installed.
    """
    _check(rate, seconds)
    transforms = GENTLE if augment is None else tuple(from_json(transform) for transform in augment)
    found = _find(source, labels, rate)
    only(found, classes)
    rate, samples = _length(found, rate, seconds)
    mel = log_mel(rate, mels, window, hop, reach)
    sounds, pictures = split(transforms)
    own = own_part(found, valid)
    block = DataBlock(
        items=list, x=SoundFile(rate, samples) if found.rows is None else SoundRows(found.rows, rate, samples),
        y=label_of if any(item.label is not None for item in found.items) else None, split=choose(valid, seed, own),
        batch_transforms=pictures, to_picture=mel, raw_transforms=sounds,
    )  # fmt: skip
    arguments: dict[str, Any] = {"rate": rate, "seconds": samples / rate, "mels": mels, "window": window, "hop": hop}
    arguments["reach"] = reach
    arguments |= {"valid": as_places(valid), "seed": seed, "augment": as_json(transforms)}
    arguments |= {"memory": memory, "max_broken": max_broken}
    facts = Facts(found.name, rebuild=rebuilding("audio", found, arguments), extra={"kind": "audio"})
    return block.assemble(
        found.items, facts, memory=memory, workers=workers, max_broken=max_broken,
        reading=lambda _: AudioReading(samples, mel),
    )  # fmt: skip


def _check(rate: int | None, seconds: float | None) -> None:
    low, high = _RATES
    if rate is not None and (isinstance(rate, bool) or not isinstance(rate, int) or not low <= rate <= high):
        raise OptionError("audio.rate", rate=rate, low=low, high=high)
    number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if seconds is not None and not (number and 0.01 <= seconds <= 3600):
        raise OptionError("audio.seconds_range", name="seconds", given=seconds, least=0.01, most=3600)


def _find(source: Any, labels: Labels, rate: int | None) -> Found:
    if is_files(source):
        return find_files(source, labels, SUFFIXES, "audio")
    many = isinstance(source, (Tensor, np.ndarray, Sequence)) and getattr(source, "ndim", 1) > 0
    rows = list(source) if many else None
    if rows is None or any(not isinstance(row, (Tensor, np.ndarray, Sequence)) for row in rows):
        raise OptionError("sources.kind", door="audio", kind=type(source).__name__)
    if not len(rows):
        raise DataError("data.no_items")
    if rate is None:
        raise OptionError("audio.rate_needed")
    items = labelled([Item(i) for i in range(len(rows))], labels)
    return Found(f"{len(rows):,} sounds", items, rows, again=None)


def _length(found: Found, rate: int | None, seconds: float | None) -> tuple[int, int]:
    """Rate and samples of all sounds, from the files' heads or the rows' lengths where not given."""
    if found.rows is not None:
        lengths = sorted(len(row) for row in found.rows)
        usual_rate, usual_seconds = rate or 1, lengths[int(0.95 * (len(lengths) - 1))] / (rate or 1)
    elif rate is None or seconds is None:
        usual_rate, usual_seconds = usual([str(item.where) for item in found.items])
    else:
        usual_rate, usual_seconds = rate, seconds
    rate = rate or usual_rate
    return rate, max(2, round((seconds or usual_seconds) * rate))
