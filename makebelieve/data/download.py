"""Fetching known data sets: the cache, checksums, progress, and one clear sentence where there is no network."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve.errors import DownloadError
from makebelieve.messages import say

_LOG = logging.getLogger("makebelieve.data")


@dataclass(frozen=True)
class RemoteFile:
    """A file of a known set: its name, and its checksum as ``sha256:…`` or ``md5:…``."""

    name: str
    checksum: str


def cache_folder() -> Path:
    """Where data sets are kept: ``MAKEBELIEVE_DATA``, else the platform's cache folder; a folder for each set."""
    chosen = os.environ.get("MAKEBELIEVE_DATA")
    if chosen:
        return Path(chosen).expanduser()
    import pooch

    return Path(pooch.os_cache("makebelieve")) / "data"


def matches(path: Path, checksum: str) -> bool:
    """Whether the file has this checksum."""
    kind, _, wanted = checksum.partition(":")
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest() == wanted


def fetch(name: str, file: RemoteFile, base_url: str, licence: str, works: str = "'digits', 'mnist-5k'") -> Path:
    """The file of data set `name`, from the cache, or fetched into it and checked.

    `works` names sets of the kind that need no network.

    Raises:
        DownloadError: there is no network, or what came isn't what was expected; nothing broken is kept.
    """
    folder = cache_folder() / name
    path = folder / file.name
    if path.is_file() and matches(path, file.checksum):
        return path
    _LOG.info(say("data.fetching", name=name, file=file.name, url=base_url, licence=licence))
    import pooch
    import requests

    url = base_url + file.name
    try:
        with _quiet(pooch.get_logger()), _progress(file.name) as progress:
            downloader = pooch.HTTPDownloader(progressbar=progress, timeout=30)
            pooch.retrieve(url, file.checksum, fname=file.name, path=folder, downloader=downloader)
    except requests.exceptions.RequestException as error:
        raise DownloadError("data.offline", name=name, url=url, why=type(error).__name__, works=works) from error
    except ValueError as error:  # pooch: the checksum is another; it has removed its temporary file
        raise DownloadError("data.wrong_checksum", name=name, url=url, checksum=file.checksum) from error
    except OSError as error:
        raise DownloadError("data.cannot_keep", name=name, folder=str(folder), why=str(error)) from error
    return path


@contextmanager
def _quiet(log: logging.Logger) -> Iterator[None]:
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


@contextmanager
def _progress(name: str) -> Iterator[Any]:
    """A progress bar as pooch drives it; False, which is none, where nobody watches a terminal."""
    if not sys.stderr.isatty():
        yield False
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress, name)


class _Bar:
    """What pooch asks of a progress bar: a writable total, update, reset, close."""

    def __init__(self, progress: Any, name: str) -> None:
        self._progress, self._task, self._total = progress, progress.add_task(name, total=None), 0

    @property
    def total(self) -> int:
        return self._total

    @total.setter
    def total(self, total: int) -> None:
        self._total = total
        self._progress.update(self._task, total=total)

    def update(self, n: int) -> None:
        self._progress.update(self._task, advance=n)

    def reset(self) -> None:
        self._progress.reset(self._task, total=self._total)

    def close(self) -> None:
        self._progress.refresh()
