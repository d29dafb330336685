"""The page's files, listed once at the start: nothing else can be asked for; and the words of both languages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from makebelieve.messages import CATALOGUE, LANGUAGES

HERE = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Served:
    """One file of the page.

    Attributes:
        content: bytes as they are sent.
        kind: its media type.
        tag: changes with the content, so that a browser need not fetch again what it has.
    """

    content: bytes
    kind: str
    tag: str


def served(content: bytes, kind: str) -> Served:
    """Content with its tag."""
    return Served(content, kind, f'"{hashlib.blake2b(content, digest_size=8).hexdigest()}"')


def page_files() -> dict[str, Served]:
    """All files of the page by their address, the catalogues of words among them."""
    files = {
        "/" + file.relative_to(HERE).as_posix(): served(file.read_bytes(), TYPES[file.suffix])
        for file in sorted(HERE.rglob("*"))
        if file.suffix in TYPES and file.is_file()
    }
    for index, language in enumerate(LANGUAGES):
        words = {key: pair[index] for key, pair in catalogue().items()}
        content = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
        files[f"/words/{language}.json"] = served(content, "application/json")
    return files


def catalogue() -> dict[str, tuple[str, str]]:
    """Every sentence that the page may show by its key: the page's own, and the library's."""
    own = {key: pair for file in sorted((HERE / "words").glob("*.json")) for key, pair in _pairs(file).items()}
    return {**CATALOGUE, **own}


def _pairs(file: Path) -> dict[str, tuple[str, str]]:
    return {key: (english, korean) for key, (english, korean) in json.loads(file.read_text(encoding="utf-8")).items()}
