"""Folders that the studio was started for, and what is in them, by names that tell nothing of paths."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from makebelieve.studio.refusals import Refusal

FILES = (".csv", ".tsv", ".txt", ".ts", ".jsonl")  # single files that are a source by themselves
DEEP, MOST = 4, 2000  # floors below a folder that are listed, and places in all
ENTRIES = 200_000  # of a folder that is used, looked through for links

Kind = Literal["folder", "file"]


@dataclass(frozen=True)
class Place:
    """A folder or a file that may be used.

    Attributes:
        id: its opaque name.
        name: for people: its way from the folder above the one that was given, such as ``"pets/cats"``.
        path: resolved.
        kind: "folder" or "file".
    """

    id: str
    name: str
    path: Path
    kind: Kind


def opaque(path: Path) -> str:
    """The name of a place: 16 hexadecimal figures of BLAKE2b over its resolved path."""
    return hashlib.blake2b(os.fsencode(path.resolve()), digest_size=8).hexdigest()


class Folders:
    """What may be used of a file system: nothing but what lies in some folders, no link among it.

    Args:
        roots: folders that exist; a link among them is followed once, here.

    Raises:
        OSError: one is not there.
    """

    def __init__(self, roots: Sequence[str | os.PathLike[str]] = ()) -> None:
        self.roots = tuple(dict.fromkeys(Path(root).expanduser().resolve(strict=True) for root in roots))
        self._places: dict[str, Place] = {}

    def listed(self) -> list[Place]:
        """Folders and single files, those given first, then floor by floor; hidden ones and links are left out."""
        found = {place.id: place for root in self.roots for place in _below(root)}
        self._places = dict(list(found.items())[:MOST])
        return list(self._places.values())

    def path(self, name: str) -> Path:
        """Where a place lies.

        Raises:
            Refusal: 404 where nothing is called so, or it isn't there any more; 422 where a link lies in it.
        """
        place = self._places.get(name) or next((one for one in self.listed() if one.id == name), None)
        if place is None or not self._holds(place.path):
            raise Refusal(404, "studio.no_place")
        link = first_link(place.path) if place.kind == "folder" else None
        if link is not None:
            raise Refusal(422, "studio.link_inside", folder=place.name, link=link)
        return place.path

    def _holds(self, path: Path) -> bool:
        """Whether a path is there, is no link or below one, and lies in one of the folders, part by part."""
        try:
            resolved = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return False
        return resolved == path and any(resolved.is_relative_to(root) for root in self.roots)


def _below(root: Path) -> Iterator[Place]:
    """The folder and what lies in it, floor by floor, in the order of names."""
    floor, seen = [root], 0
    for depth in range(DEEP + 1):
        below: list[Path] = []
        for folder in floor:
            yield Place(opaque(folder), folder.relative_to(root.parent).as_posix() or str(folder), folder, "folder")
            for entry in _entries(folder):
                seen += 1
                if seen > MOST:
                    return
                if entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False) and entry.name.lower().endswith(FILES):
                    path = Path(entry.path)
                    yield Place(opaque(path), path.relative_to(root.parent).as_posix(), path, "file")
                else:
                    seen -= 1  # pictures and sounds are not listed one by one
        floor = below if depth < DEEP else []


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What may be seen in a folder; nothing where it can't be read."""
    try:
        with os.scandir(folder) as entries:
            seen = [entry for entry in entries if not entry.name.startswith((".", "__"))]
    except OSError:
        return []
    return sorted((entry for entry in seen if not entry.is_symlink()), key=lambda entry: entry.name)


def first_link(folder: Path) -> str | None:
    """The name of a link in a folder or below it; None where there is none.

    Raises:
        Refusal: 413 where there is more in it than is looked through.
    """
    seen = 0
    for here, folders, files in os.walk(folder):
        for name in (*folders, *files):
            if os.path.islink(os.path.join(here, name)):  # noqa: PTH114, PTH118 - many files
                return name
        seen += len(folders) + len(files)
        if seen > ENTRIES:
            raise Refusal(413, "studio.folder_full", most=ENTRIES)
    return None
