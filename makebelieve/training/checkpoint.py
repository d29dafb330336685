"""Checkpoints: a folder of one safetensors file and one JSON file, complete or not there at all, never executable.

A checkpoint is written beside its place, flushed to the disk and then renamed, so that a power cut or a kill at any
instruction leaves either the old set of checkpoints or the new one. The JSON file holds the SHA-256 of the tensors and
of its own state: what is torn or altered is refused, and the one before it is used.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from makebelieve.errors import CheckpointError, OptionError
from makebelieve.messages import say

log = logging.getLogger(__name__)

FORMAT = 1
NAME = re.compile(r"step-\d{10}-\d{6,}")  # the step, and the how manieth checkpoint of the run
TENSORS, STATE = "tensors.safetensors", "state.json"


@dataclass(frozen=True)
class Saving:
    """When checkpoints are written, besides at the end of every `fit`.

    Attributes:
        seconds: at most this long after the last one.
        steps: also every so many steps, if given.
        keep: how many of the newest stay.
    """

    seconds: float = 60.0
    steps: int | None = None
    keep: int = 2

    def __post_init__(self) -> None:
        whole = {"steps": self.steps, "keep": self.keep}
        for name, value in whole.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise OptionError("training.positive", name=name, given=value)
        if not self.seconds > 0:
            raise OptionError("training.positive", name="seconds", given=self.seconds)


def write_atomically(path: Path, content: bytes) -> None:
    """The file has either its old content or the new one, whatever happens."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _flush_folder(path.parent)


def read_whole(path: Path, most: int | None = None) -> bytes:
    """The content of an ordinary file, at most `most` bytes of it: devices and pipes, which have no end, are not read.

    Raises:
        OSError: it can't be read, or is no ordinary file.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as file:  # noqa: PTH123 - what is looked at is what is read
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        return file.read(about.st_size if most is None else min(about.st_size, most))


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows can't open folders; its rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _canonical(state: Mapping[str, Any]) -> bytes:
    return json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _portable(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)


def save(
    folder: Path,
    step: int,
    tensors: Mapping[str, Tensor],
    state: Mapping[str, Any],
    keep: int,
    sure: Iterable[int] = (),
) -> Path:
    """Writes `folder/step-STEP-NUMBER` and removes all but the `keep` newest.

    Args:
        tensors: by name; copied to the CPU.
        state: what JSON can hold; floats come back bit for bit.
        keep: how many stay.
        sure: of each of these steps the newest that is not after it stays as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    newest = next(iter(_newest_first(folder)), None)
    target = folder / f"step-{step:010d}-{_serial(newest) + 1 if newest else 1:06d}"
    beside = folder / f".writing-{target.name}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    packed = save_tensors({name: _portable(tensor) for name, tensor in tensors.items()})
    text = _canonical(state)
    manifest = {
        "format": FORMAT,
        "sha256": {"tensors": hashlib.sha256(packed).hexdigest(), "state": hashlib.sha256(text).hexdigest()},
        "state": json.loads(text),
    }
    write_atomically(beside / TENSORS, packed)
    write_atomically(beside / STATE, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    beside.rename(target)
    _flush_folder(folder)
    found = _newest_first(folder)
    spared = {next((path for path in found if _step(path) <= step), None) for step in sure}
    for old in found[keep:]:
        if old not in spared:
            shutil.rmtree(old)
    for leftover in folder.glob(".writing-step-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    return target


def _serial(checkpoint: Path) -> int:
    return int(checkpoint.name.rsplit("-", 1)[1])


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.split("-")[1])


def _newest_first(folder: Path) -> list[Path]:
    """By when they were written, not by step: after going back, the newest may have fewer steps than a refused one."""
    found = [path for path in folder.glob("step-*") if NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=_serial, reverse=True)


def load(checkpoint: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and state of one checkpoint.

    Raises:
        CheckpointError: if it is torn, altered, or of a format that this version does not know.
    """
    try:
        packed = read_whole(checkpoint / TENSORS)
        manifest = json.loads(read_whole(checkpoint / STATE))
        format_, state, sha256 = manifest["format"], manifest["state"], manifest["sha256"]
        whole = (
            hashlib.sha256(packed).hexdigest() == sha256["tensors"]
            and hashlib.sha256(_canonical(state)).hexdigest() == sha256["state"]
        )
        if format_ != FORMAT:
            raise CheckpointError("training.checkpoint_format", path=checkpoint, found=format_, known=FORMAT)
        if not whole:
            raise CheckpointError("training.checkpoint_altered", path=checkpoint)
        return load_tensors(packed), state
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SafetensorError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError("training.checkpoint_torn", path=checkpoint) from error


def load_newest(folder: Path, until: int | None = None) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The newest checkpoint that is whole; those that are not are named in a warning and passed over.

    Args:
        folder: of the checkpoints.
        until: if given, only those count that are not after this step, or else the one of fewest steps.

    Raises:
        CheckpointError: if there is none.
    """
    refused: CheckpointError | None = None
    found = _newest_first(folder)
    if until is not None:
        early = [path for path in found if _step(path) <= until]
        found = [*early, *sorted((path for path in found if path not in early), key=_step)]
    for checkpoint in found:
        try:
            return load(checkpoint)
        except CheckpointError as error:
            log.warning(say("training.checkpoint_passed_over", reason=error))
            refused = error
    if refused is not None:
        raise refused
    raise CheckpointError("training.no_checkpoint", path=folder)
