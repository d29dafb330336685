"""The one door to ffmpeg: where it is, and how it is run. Never by a shell, and no path can be taken for an option."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from makebelieve.errors import MissingExtraError

# demuxers of real films; playlists (hls, concat), which name other files and addresses, are not among them
DEMUXERS = "mov,mp4,m4a,matroska,webm,avi,mpeg,mpegvideo,mpegts,ogg,asf,flv"


def ffmpeg() -> str:
    """The program: that of the package imageio-ffmpeg, which also honours ``IMAGEIO_FFMPEG_EXE``, or an installed one.

    Raises:
        MissingExtraError: there is none.
    """
    if importlib.util.find_spec("imageio_ffmpeg") is not None:
        try:
            return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
        except RuntimeError as error:  # the package without its program, and none installed
            raise MissingExtraError("film.missing") from error
    installed = shutil.which("ffmpeg")
    if installed is None:
        raise MissingExtraError("film.missing")
    return installed


def address(path: Path) -> str:
    """A path as ffmpeg's own address of a file: absolute, so that neither "-y" nor "http:…" is more than a name."""
    return f"file:{path.absolute()}"


def source(path: Path) -> list[str]:
    """Arguments that open a film for reading, and nothing that it may refer to."""
    return ["-protocol_whitelist", "file", "-format_whitelist", DEMUXERS, "-i", address(path)]


@contextmanager
def running(arguments: Sequence[str], **pipes: int) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """ffmpeg at work, and what it complains of; killed where the block is left before it has ended.

    In a session of its own: Ctrl-C is for Python, which then says what ffmpeg is to do.
    """
    with TemporaryFile() as told:
        command = [ffmpeg(), "-hide_banner", *arguments]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **pipes}
        process = subprocess.Popen(command, stderr=told, start_new_session=True, **streams)  # type: ignore[call-overload]
        try:
            yield process, told
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):  # what is still in its buffer has nobody to read it
                        pipe.close()


def complaints(told: IO[bytes]) -> str:
    """All that ffmpeg wrote so far."""
    told.seek(0)
    return told.read().decode("utf-8", "replace")


def reason(told: IO[bytes]) -> str:
    """The last line of what ffmpeg complained of."""
    lines = [line.strip() for line in complaints(told).splitlines() if line.strip()]
    return lines[-1] if lines else "ffmpeg"
