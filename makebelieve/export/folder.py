"""The folder that a learner is taken away as: written beside its place and renamed, so whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save as save_tensors
from torch import Tensor

from makebelieve.errors import OptionError, TrainingError
from makebelieve.export.card import card
from makebelieve.export.formats import SUFFIXES, Format, checked_format, write_program
from makebelieve.export.learner import Exportable
from makebelieve.figures import Figures
from makebelieve.messages import say
from makebelieve.report.evaluations import read_evaluations
from makebelieve.training.checkpoint import read_whole, write_atomically
from makebelieve.training.run_folder import RunFolder
from makebelieve.training.summary import configuration

if TYPE_CHECKING:
    from makebelieve.training import Learner

FORMAT = 1
TENSORS, CONFIG, CARD = "model.safetensors", "config.json", "README.md"
HELD = "held."  # how names of tensors begin that are no network's


def write_folder(
    learn: Learner,
    folder: Path,
    to: Format | None,
    *,
    figures: Sequence[Figures],
    licence: str | None,
    force: bool,
) -> Path:
    """What `Exportable.export` does."""
    assert isinstance(learn, Exportable)  # noqa: S101 - it is called by its method
    if to is not None:
        checked_format(to)
    if not learn.world.leads:
        return folder
    place = folder.expanduser().absolute()
    if place.is_symlink() or (place.exists() and not (force and is_export(place))):
        raise OptionError("export.exists" if not is_export(place) else "export.exists_export", folder=folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.writing-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        _fill(learn, beside, to, figures, licence, place.name)
        _swap(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def is_export(folder: Path) -> bool:
    """Whether an export lies there: by its config.json."""
    try:
        found = json.loads(read_whole(folder / CONFIG, 2**25))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and isinstance(found.get("export"), dict)


def _swap(beside: Path, place: Path) -> None:
    """The new folder in the old one's place; the old one is put away first and comes back if that fails."""
    if not place.exists():
        beside.rename(place)
        return
    away = place.with_name(f".{place.name}.old-{os.getpid()}")
    shutil.rmtree(away, ignore_errors=True)
    place.rename(away)
    try:
        beside.rename(place)
    except OSError:
        away.rename(place)
        raise
    shutil.rmtree(away)


def _fill(
    learn: Learner, folder: Path, to: Format | None, figures: Sequence[Figures], licence: str | None, name: str
) -> None:
    assert isinstance(learn, Exportable)  # noqa: S101
    config = told(learn)
    held, programs = learn.held(), learn.programs()
    tensors: dict[str, Tensor] = {f"{HELD}{key}": _portable(value) for key, value in held.tensors.items()}
    for net in learn.nets:
        tensors.update({f"{net}.{key}": _portable(one) for key, one in learn.network(net).state_dict().items()})
    packed = save_tensors(tensors, metadata={"format": "pt"})
    write_atomically(folder / TENSORS, packed)
    files = {key: f"{key}{SUFFIXES[to]}" for key in programs} if to is not None else {}
    for key, program in programs.items():
        if to is not None:
            write_program(program, folder / files[key], to)
    config["export"] = {
        "format": FORMAT,
        "step": learn.step,
        "weights": {net: learn.weights_of(net) for net in learn.nets},
        "parameters": {net: sum(p.numel() for p in module.parameters()) for net, module in learn.nets.items()},
        "sha256": hashlib.sha256(packed).hexdigest(),
        "signature": {key: program.signature() for key, program in programs.items()},
        "programs": files,
        "held": held.state,
        "evidence": _evidence(learn, config, figures),
        "licence": licence,
    }
    write_atomically(folder / CARD, card(config, programs, name).encode())
    write_atomically(folder / CONFIG, json.dumps(config, ensure_ascii=False, indent=1, default=str).encode())


def told(learn: Learner) -> dict[str, Any]:
    """What config.json says of the learner, without where its data lie: that is nobody's affair.

    Raises:
        TrainingError: there is neither data nor a run nor an earlier export to tell it.
    """
    if learn.data is not None:
        config = configuration(learn)
    elif learn.run is not None:
        config = RunFolder(learn.run).read_config()
    elif "data" in learn.config:
        config = dict(learn.config)
    else:
        raise TrainingError("export.nothing_told")
    arguments = {name: _pathless(name, value) for name, value in config.get("arguments", {}).items()}
    return {
        **{name: value for name, value in config.items() if name not in ("export", "format")},
        "format": FORMAT,
        "library_name": "makebelieve",
        "arguments": arguments,
        "data": {"rebuild": None, "facts": config["data"]["facts"]},
    }


def _pathless(name: str, value: Any) -> Any:
    """An argument of a door; of weights that it began with only whether there were any."""
    return bool(value) if name == "pretrained" and value is not None else value


def _evidence(learn: Learner, config: Mapping[str, Any], figures: Sequence[Figures]) -> dict[str, Any]:
    """Last figures of the history, evaluations with their protocols, alarms as sentences."""
    earlier = config.get("evidence") or learn.config.get("evidence")
    if not learn.history.records and earlier:
        return {**earlier, "evaluations": [*earlier["evaluations"], *(one.state() for one in figures)]}
    kept = read_evaluations(learn.run) if learn.run is not None else []
    records = learn.history.epochs or [one for one in learn.history.records if one["kind"] == "steps"]
    last = {name: value for name, value in records[-1].items() if name != "kind"} if records else {}
    alarms = [{"step": one["step"], "said": say(one["key"], **one["values"])} for one in learn.history.alarms]
    return {"last": last, "evaluations": [one.state() for one in [*kept, *figures]], "alarms": alarms}


def _portable(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
