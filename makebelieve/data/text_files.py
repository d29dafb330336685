"""Reading text: files in some encoding, told where they are not in it."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from pathlib import Path

from makebelieve.errors import DataError, OptionError

_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_BREAKS = re.compile(r"(?:\s*<br\s*/?>\s*){2,}", re.IGNORECASE)
_LOOKED_AT = 1 << 16  # bytes around the first that can't be read, to guess the encoding by


def read_text(path: Path, encoding: str = "utf-8") -> str:
    r"""A file's text, plain or ``.gz``, without a byte order mark, lines ended by ``\n``.

    Raises:
        OptionError: there is no such encoding.
        DataError: there is no such file, or it is in another encoding.
    """
    if not path.is_file():
        raise DataError("data.file_missing", path=str(path))
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError("text.torn", path=str(path), why=str(error)) from error
    return decoded(raw, encoding, str(path)).replace("\r\n", "\n").replace("\r", "\n")


def decoded(raw: bytes, encoding: str, name: str) -> str:
    """Bytes as text.

    Raises:
        OptionError: there is no such encoding.
        DataError: they are in another one; the sentence names position and byte, and an encoding that goes.
    """
    try:
        wanted = codecs.lookup(encoding).name
        skipped = len(codecs.BOM_UTF8) if wanted == "utf-8" and raw.startswith(codecs.BOM_UTF8) else 0
        return raw[skipped:].decode(encoding)
    except (LookupError, TypeError) as error:
        raise OptionError("text.encoding", encoding=encoding) from error
    except UnicodeDecodeError as error:
        place = error.start + skipped
        raise DataError(
            "text.not_encoded", path=name, encoding=encoding, byte=f"0x{raw[place]:02x}", position=f"{place:,}",
            line=raw.count(b"\n", 0, place) + 1, guess=guess(raw, place),
        ) from error  # fmt: skip


def guess(raw: bytes, place: int = 0) -> str:
    """An encoding that bytes around a place can be read in: of Korean, "cp949"; else of the languages of Europe."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = raw.rfind(b"\n", 0, place) + 1
    some = raw[start : start + _LOOKED_AT]
    if _korean(some):
        return "cp949"
    try:
        some.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _korean(some: bytes) -> bool:
    """Whether these bytes are cp949, and most that isn't ASCII there is Hangul."""
    try:
        text = codecs.getincrementaldecoder("cp949")().decode(some)
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if ord(letter) > 127]
    return sum("가" <= letter <= "힣" for letter in foreign) > len(foreign) / 2


def sound(text: str, document: int = 0) -> str:
    """The text, which has no half of a surrogate pair in it.

    Raises:
        DataError: it has; document and place are told.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError("text.surrogate", document=document, position=error.start) from error
    return text


def exists(path: str | os.PathLike[str]) -> bool:
    """Whether there is such a file or folder: none is called "", nor by a text longer than names may be."""
    return os.path.exists(path)  # noqa: PTH110 - pathlib turns "" into ".", and raises where a name is too long


def tidy(text: str, *, breaks: bool = False) -> str:
    """A document without blanks around it; with `breaks`, a line break for ``<br />`` and an empty line for several."""
    if breaks and "<" in text:
        text = _BREAK.sub("\n", _BREAKS.sub("\n\n", text))
    return text.strip()
