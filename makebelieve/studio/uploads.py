"""What visitors upload: files, folders of files and archives, checked one by one and kept under names of our own."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from makebelieve.studio.checking import FILE, TABLES, Kind, checked
from makebelieve.studio.folders import first_link
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.tables import table_facts

FILES = "files"
_ID = re.compile(r"[0-9a-f]{16}")
_DEEP = 3  # folders that are kept above a file; the first is its class
_TOLD = 200  # skipped files that are named
_ODD = re.compile(r'[<>:"|?*\\/%]')
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")
_ENTRY = b"PK\1\2"  # begins each entry of an archive's directory
_PARTS = ("train", "training", "valid", "validation", "val", "test")


@dataclass(frozen=True)
class Limits:
    """Of uploads.

    Args:
        parts: files in one request.
        files: in one upload.
        total: bytes of an upload, unpacked.
        ratio: bytes unpacked over bytes packed, of an archive that unpacks to more than `small`.
        small: bytes.
    """

    parts: int = 1000
    files: int = 50_000
    total: int = 4 << 30
    ratio: int = 100
    small: int = 16 << 20


class Uploads:
    """The folder of uploads.

    Args:
        folder: made where it is missing.
        limits: of an upload.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder, self.limits = folder, limits or Limits()

    def add(
        self, files: Iterable[tuple[str, BinaryIO]], *, into: str | None = None, only: Collection[Kind] | None = None
    ) -> dict[str, Any]:
        """Keeps files; what can't be kept is told by name with a reason.

        Args:
            files: names, maybe with folders before them (the first is a class), and their contents. Of archives
                what is in them is kept.
            into: an upload to which these are added.
            only: kinds that are taken; None takes all.

        Returns:
            {"id", "kind", "files", "classes": {name: files}, "skipped": [{"name", "why", "values"}], "doors"}; no
            id where nothing was kept.

        Raises:
            Refusal: 404 where `into` is nothing, 413 where there is too much, 422 for archives and names that lead
                elsewhere.
        """
        adding = _Adding(self, into, only)
        named = [(parts, file) for name, file in files if (parts := safe_parts(name)) is not None]
        adding.look_above([parts for parts, _ in named])
        try:
            for parts, file in named:
                adding.take(parts, file)
        except BaseException:
            adding.undo()
            raise
        return adding.done()

    def facts(self, name: str) -> dict[str, Any]:
        """What is known of an upload, as `add` told it.

        Raises:
            Refusal: 404 where nothing is called so.
        """
        if not _ID.fullmatch(name):
            raise Refusal(404, "studio.no_upload")
        try:
            found: dict[str, Any] = json.loads((self.folder / name / "source.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Refusal(404, "studio.no_upload") from error
        return found

    def path(self, name: str) -> Path:
        """Where an upload lies: its file where it has one, else its folder.

        Raises:
            Refusal: 404 where nothing is called so, 422 where a link lies in it.
        """
        self.facts(name)
        folder = self.folder.resolve() / name / FILES
        link = FILES if folder.resolve() != folder else first_link(folder)
        if link is not None:  # another hand's: nothing here makes one
            raise Refusal(422, "studio.link_inside", folder=name, link=link)
        inside = [Path(here, file) for here, _, some in os.walk(folder) for file in some[:2]][:2]
        alone = len(inside) == 1 and (inside[0].suffix in (*TABLES, ".txt"))
        return inside[0] if alone else folder

    def file(self, name: str, kind: Kind) -> Path:
        """The one file of an upload, such as a photo.

        Raises:
            Refusal: 404 where nothing is called so, 422 where it is another kind or has several files.
        """
        facts = self.facts(name)
        inside = sorted(path for path in (self.folder.resolve() / name / FILES).rglob("*") if path.is_file())
        if facts["kind"] != kind or len(inside) != 1:
            raise Refusal(422, "studio.upload_one", n=len(inside))
        return inside[0]

    def listed(self) -> list[dict[str, Any]]:
        """All uploads, the newest first."""
        found = []
        for place in self.folder.glob("*/source.json"):
            try:
                found.append(self.facts(place.parent.name))
            except Refusal:
                continue
        return sorted(found, key=lambda facts: -facts["created"])


class _Adding:
    """Files on their way into one upload."""

    def __init__(self, uploads: Uploads, into: str | None, only: Collection[Kind] | None) -> None:
        self._limits, self._only = uploads.limits, only
        self._before = uploads.facts(into) if into is not None else None
        self._id = into or secrets.token_hex(8)
        self._folder = uploads.folder / self._id
        self._kind: Kind | None = self._before["kind"] if self._before else None
        self._bytes: int = self._before["bytes"] if self._before else 0
        self._count: int = self._before["files"] if self._before else 0
        self._new: list[Path] = []
        self._skipped: list[dict[str, Any]] = []
        self._left = 0
        self._top: str | None = self._before["top"] if self._before else None

    def look_above(self, names: list[list[str]]) -> None:
        """Notes the folder that was dropped, where there are folders in it: these are the classes, not that one."""
        tops = {parts[0] for parts in names if len(parts) > 1}
        deep = any(len(parts) > 2 for parts in names)
        if self._before is None and deep and len(tops) == 1 and all(len(parts) > 1 for parts in names):
            self._top = tops.pop()

    def take(self, parts: list[str], file: BinaryIO) -> None:
        if len(parts) > 1 and parts[0] == self._top:
            parts = parts[1:]
        if parts[-1].lower().endswith(".zip"):
            for inner, content in self._unpacked(parts, file):
                self._keep(inner, content)
        else:
            self._keep(parts, file.read(FILE + 1))

    def _unpacked(self, archive: list[str], file: BinaryIO) -> Iterator[tuple[list[str], bytes]]:
        self._count_entries(file)
        try:
            with zipfile.ZipFile(file) as packed:
                yield from self._entries(packed, file)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            self._skip("/".join(archive), Refusal(415, "studio.skip_torn", why=str(error)[:100]))

    def _count_entries(self, file: BinaryIO) -> None:
        """Refuses an archive with a directory of millions of entries, which reading alone would take all memory."""
        found, before = 0, b""
        file.seek(0)
        while part := file.read(1 << 20):
            found += (before + part).count(_ENTRY)
            before = part[1 - len(_ENTRY) :]
            if found > 2 * self._limits.files:  # archives within may hold some of these marks
                raise Refusal(413, "studio.upload_many", most=self._limits.files)
        file.seek(0)

    def _entries(self, packed: zipfile.ZipFile, file: BinaryIO) -> Iterator[tuple[list[str], bytes]]:
        entries = packed.infolist()
        if len(entries) > self._limits.files:
            raise Refusal(413, "studio.upload_many", most=self._limits.files)
        size = file.seek(0, os.SEEK_END)
        claimed = sum(entry.file_size for entry in entries)
        if claimed > self._limits.total:
            raise Refusal(413, "studio.upload_total", most=self._limits.total >> 20)
        if claimed > max(self._limits.small, self._limits.ratio * size):
            raise Refusal(413, "studio.upload_ratio", ratio=claimed // max(size, 1), most=self._limits.ratio)
        named = [(entry, parts) for entry in entries if (parts := _entry_parts(entry)) is not None]
        above = _shared([parts[:-1] for _, parts in named])
        for entry, parts in named:
            name = "/".join(parts)
            if parts[-1].lower().endswith(_ARCHIVES):
                self._skip(name, Refusal(415, "studio.skip_nested"))
            elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA takes what it asks for
                self._skip(name, Refusal(415, "studio.skip_torn", why=f"compression {entry.compress_type}"))
            elif entry.flag_bits & 1:
                self._skip(name, Refusal(415, "studio.skip_locked"))
            elif entry.file_size > FILE:
                self._skip(name, Refusal(413, "studio.skip_large", most=FILE >> 20))
            else:
                with packed.open(entry) as inner:
                    yield parts[above:], inner.read(FILE + 1)

    def _keep(self, parts: list[str], content: bytes) -> None:
        name = "/".join(parts)
        try:
            kind, suffix, kept = checked(parts[-1], content)
            if self._only is not None and kind not in self._only:
                raise Refusal(415, "studio.skip_unwanted")
            self._kind = self._kind or kind
            if kind != self._kind:
                raise Refusal(415, "studio.skip_other")
        except Refusal as refusal:
            self._skip(name, refusal)
            return
        self._bytes, self._count = self._bytes + len(kept), self._count + 1
        if self._bytes > self._limits.total:
            raise Refusal(413, "studio.upload_total", most=self._limits.total >> 20)
        if self._count > self._limits.files:
            raise Refusal(413, "studio.upload_many", most=self._limits.files)
        folder = self._folder.joinpath(FILES, *parts[:-1][:_DEEP])
        folder.mkdir(parents=True, exist_ok=True)
        self._new.append(_written(folder, Path(parts[-1]).stem or "file", suffix, kept))

    def _skip(self, name: str, refusal: Refusal) -> None:
        self._left += 1
        if len(self._skipped) < _TOLD:
            self._skipped.append({"name": name, "why": refusal.key, "values": refusal.values})

    def undo(self) -> None:
        """Takes back what was written; empty folders are no matter."""
        for path in self._new:
            path.unlink(missing_ok=True)

    def done(self) -> dict[str, Any]:
        told = {"skipped": self._skipped, "skipped_in_all": self._left}
        if not self._count:
            return {"id": None, "kind": None, "files": 0, "classes": {}, "doors": [], **told}
        root = self._folder / FILES
        classes = Counter(_class_of(path.relative_to(root).parts) for path in self._new)
        if self._before is not None:
            classes.update(self._before["classes"])
            told["skipped"] = (self._before["skipped"] + self._skipped)[:_TOLD]
            told["skipped_in_all"] += self._before["skipped_in_all"]
        facts: dict[str, Any] = {
            "id": self._id, "kind": self._kind, "files": self._count, "bytes": self._bytes, "top": self._top,
            "classes": {name: n for name, n in sorted(classes.items()) if name}, **self._doors(root),
            "created": self._before["created"] if self._before else time.time(), **told,
        }  # fmt: skip
        facts["name"] = ", ".join(facts["classes"])[:80] or self._new[0].name
        whole = self._folder / f".source-{secrets.token_hex(4)}"
        whole.write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        whole.replace(self._folder / "source.json")
        return facts

    def _doors(self, root: Path) -> dict[str, Any]:
        """Doors that may read this, the likeliest first; of tables also the columns of the first one."""
        if self._kind == "tables":
            paths = sorted(path for path in root.rglob("*") if path.is_file())
            return table_facts(paths[0], [path.stem.lower() for path in paths])
        doors = {"pictures": ["images"], "sounds": ["audio"], "texts": ["text", "series"]}
        return {"doors": doors[str(self._kind)]}


def safe_parts(name: str) -> list[str] | None:
    """A name that was sent as folders and a file of our own making; None for hidden files and folders.

    Raises:
        Refusal: 422 where it leads elsewhere: it begins at a root or a drive, or goes up.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or ".." in parts or "\0" in plain or not parts:
        raise Refusal(422, "studio.upload_path", name=plain[:100].replace("\0", "?"))
    if any(part.startswith((".", "__")) for part in parts):
        return None
    return [_clean(part) for part in parts]


def _clean(part: str) -> str:
    """A name that any file system takes: printable, none of its marks, at most 60 characters, its suffix kept."""
    kept = _ODD.sub("_", "".join(letter if letter.isprintable() else "_" for letter in part)).strip(" .") or "_"
    stem, dot, suffix = kept.rpartition(".")
    return kept[:60] if not dot or len(suffix) > 8 else f"{stem[:50]}.{suffix}"


def _entry_parts(entry: zipfile.ZipInfo) -> list[str] | None:
    """What to call an archive's entry; None for folders and hidden files.

    Raises:
        Refusal: 422 where it leads elsewhere, or is a link or a device.
    """
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refusal(422, "studio.upload_link", name=entry.filename[:100])
    parts = safe_parts(entry.orig_filename)
    return None if entry.is_dir() or kind == stat.S_IFDIR else parts


def _shared(folders: list[list[str]]) -> int:
    """How many folders all files have above them."""
    shortest = min((len(some) for some in folders), default=0)
    for depth in range(shortest):
        if len({some[depth] for some in folders}) > 1:
            return depth
    return shortest


def _written(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """A new file; a number is added where one is called so already."""
    for n in range(1, 100_000):
        path = folder / (f"{stem}{suffix}" if n == 1 else f"{stem}-{n}{suffix}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise Refusal(413, "studio.upload_many", most=100_000)


def _class_of(parts: tuple[str, ...]) -> str:
    folders = [part for part in parts[:-1] if part.lower() not in _PARTS]
    return folders[0] if folders else ""
