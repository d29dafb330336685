"""What a page orders: a system, data, options and how long, looked at before anything is made of it. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from makebelieve.studio.folders import Folders
from makebelieve.studio.house import House
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.sources import resolve
from makebelieve.studio.systems import DOORS, System, checked_fit, checked_options, system_of


class Shelf(Protocol):
    """Where uploads lie."""

    def path(self, name: str, /) -> Any: ...


@dataclass(frozen=True)
class Order:
    """What a trainer can carry out; ids have become paths.

    Attributes:
        system: its name.
        data: {"door", "arguments"}; None for a work.
        options: keywords of the system's door.
        fit: {"epochs"}, {"steps"} or {"minutes"}; {} for the usual length.
    """

    system: str
    data: dict[str, Any] | None
    options: dict[str, Any]
    fit: dict[str, float]


def read_order(asked: Mapping[str, Any], house: House, uploads: Shelf, folders: Folders) -> Order:
    """An order as a page sends it.

    Args:
        asked: {"system", "data", "options", "fit"}; data as in `sources.resolve`; pictures are ids of uploads.
        house: who knows runs, whose networks may be looked through.
        uploads: where uploads lie.
        folders: that the studio was started for.

    Raises:
        Refusal: something of that can't be.
    """
    system = system_of(asked.get("system"))
    options = checked_options(system, asked.get("options") or {})
    fit = checked_fit(system, asked.get("fit"))
    data = None if system.works else _data(system, asked.get("data"), uploads, folders)
    return Order(system.name, data, _with_paths(system, options, house, uploads), fit)


def _data(system: System, asked: Any, uploads: Shelf, folders: Folders) -> dict[str, Any]:
    resolved = resolve(asked, uploads, folders)
    known = [DOORS[kind] for kind in system.kinds]
    if resolved["door"] not in known:
        raise Refusal(422, "studio.data_of_system", system=system.name, door=resolved["door"], known=", ".join(known))
    return resolved


def _with_paths(system: System, options: Mapping[str, Any], house: House, uploads: Shelf) -> dict[str, Any]:
    """Options with paths in place of ids."""
    known, found = system.all_options, dict(options)
    for name, value in options.items():
        kind = known[name].type
        if kind == "picture":
            found[name] = str(_picture(uploads.path(value)))
        elif kind == "pictures":
            found[name] = [str(_picture(uploads.path(one))) for one in value]
        elif kind == "network" and isinstance(value, Mapping):
            found[name] = {**value, "run": str(house.folder(value["run"]))}
    return found


def _picture(place: Path) -> Path:
    """The file of an upload of one picture; of several, the first."""
    files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
    if not files:
        raise Refusal(404, "studio.no_upload")
    return files[0]
