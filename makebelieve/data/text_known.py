"""Known texts: what they are called, where they come from, and how their files are read.

The cache folder may hold other layouts of some: ``nsmc/ratings_train.txt.gz`` and ``ratings_test.txt.gz`` are taken as
they are, and told with their checksums.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from makebelieve.data.download import RemoteFile, cache_folder, fetch
from makebelieve.data.text_files import decoded, read_text
from makebelieve.data.text_sources import FoundTexts, continuous, from_tables
from makebelieve.data.text_tables import read_table
from makebelieve.errors import DownloadError

# the text of Keras' example as that turns it to lower case
NIETZSCHE_URL = "https://raw.githubusercontent.com/cvasii23/nietzsche/59978bc5072ee8734142f12b602c2a9060dc701a/"
NIETZSCHE_FILE = RemoteFile("nietzsche.txt", "sha256:9cb94a5f1f8d1359e2e018fa67306eba4ae03942b8c44643eececded39e096df")
SHAKESPEARE_URL = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/"
SHAKESPEARE_FILE = RemoteFile("input.txt", "sha256:86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed")
NSMC_URL = "https://raw.githubusercontent.com/e9t/nsmc/master/"
NSMC_FILES = (
    RemoteFile("ratings_train.txt", "sha256:e03b7d14e9e41be8d464a28057cd25d7396c53e67aa7fd5f7e552c59b0ee2940"),
    RemoteFile("ratings_test.txt", "sha256:8ac9f64052f11dbf6ae0acb5e038f03d90a76f0eda7820cfb3a92d02edfcebda"),
)
NSMC_LICENCE = "CC0 1.0 (Lucy Park)"
IMDB_URL = "https://ai.stanford.edu/~amaas/data/sentiment/"
IMDB_FILE = RemoteFile("aclImdb_v1.tar.gz", "md5:7c2ac02c03563afcf9b574c7e56c153a")
IMDB_LICENCE = "none stated (Maas et al. 2011)"
OFFLINE = "'python-docs'"
_PARTS = ("train", "test")


def nietzsche(base_url: str = NIETZSCHE_URL) -> FoundTexts:
    """600,893 characters of Nietzsche in English, in lower case: the text of Keras' character model."""
    licence = "none stated (an old translation)"
    path = fetch("text-nietzsche", NIETZSCHE_FILE, base_url, licence, OFFLINE)
    return continuous("nietzsche", [read_text(path)], {"source": "nietzsche"}, licence)


def tinyshakespeare(base_url: str = SHAKESPEARE_URL) -> FoundTexts:
    """1,115,394 characters of Shakespeare's plays (Karpathy 2015)."""
    licence = "MIT (the text is in the public domain)"
    path = fetch("text-tinyshakespeare", SHAKESPEARE_FILE, base_url, licence, OFFLINE)
    return continuous("tinyshakespeare", [read_text(path)], {"source": "tinyshakespeare"}, licence)


def nsmc(base_url: str = NSMC_URL) -> FoundTexts:
    """150,000 + 50,000 Korean film reviews (Park 2016), by sentiment: 0 negative, 1 positive."""
    folder = cache_folder() / "nsmc"
    paths = [folder / f"{file.name}.gz" for file in NSMC_FILES]
    if not all(path.is_file() for path in paths):
        paths = [fetch("nsmc", file, base_url, NSMC_LICENCE, OFFLINE) for file in NSMC_FILES]
    return _reviews("nsmc", paths, "document", NSMC_LICENCE)


def imdb(base_url: str = IMDB_URL) -> FoundTexts:
    """25,000 + 25,000 English film reviews (Maas et al. 2011), by sentiment: 0 negative, 1 positive."""
    folder = cache_folder() / "imdb"
    paths = [folder / f"{part}.csv.gz" for part in _PARTS]
    if not all(path.is_file() for path in paths):
        _unpack_imdb(fetch("imdb", IMDB_FILE, base_url, IMDB_LICENCE, OFFLINE), paths)
    return _reviews("imdb", paths, "text", IMDB_LICENCE)


def imdb_20k() -> FoundTexts:
    """10,000 + 10,000 of the film reviews of imdb; they must lie in the cache folder.

    ``imdb-20k/train.tsv.gz`` and ``test.tsv.gz``, columns id, label (0 negative, 1 positive), text.
    """
    paths = [cache_folder() / "imdb-20k" / f"{part}.tsv.gz" for part in _PARTS]
    for path in paths:
        if not path.is_file():
            raise DownloadError("data.cache_only", name="imdb-20k", path=str(path))
    return _reviews("imdb-20k", paths, "text", IMDB_LICENCE)


def python_docs() -> FoundTexts:
    """The texts of Python's own help on its language, which come with it and differ a little by its version."""
    from pydoc_data.topics import topics

    text = "\n\n".join(topics[name].strip() for name in sorted(topics))
    return continuous("python-docs", [text], {"source": "python-docs"}, "PSF-2.0 (Python Software Foundation)")


def _reviews(name: str, paths: Sequence[Path], column: str, licence: str) -> FoundTexts:
    """Reviews of a training and a test table, by sentiment."""
    tables = [(read_table(path), part) for path, part in zip(paths, ("train", "valid"), strict=True)]
    found = from_tables(tables, column, "label")
    found.name, found.licence, found.again, found.breaks = name, licence, {"source": name}, name.startswith("imdb")
    found.extra = {"files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}}
    return found


def _unpack_imdb(archive: Path, paths: Sequence[Path]) -> None:
    """The reviews of the archive as two tables, which are read in a fraction of the time; each appears whole."""
    rows: dict[str, list[tuple[int, str]]] = {part: [] for part in _PARTS}
    with tarfile.open(archive) as tar:
        for member in tar:
            _, part, kind, *rest = [*Path(member.name).parts, "", "", ""]
            file = tar.extractfile(member) if part in rows and kind in ("neg", "pos") and rest[0] else None
            if file is not None:
                rows[part].append((int(kind == "pos"), decoded(file.read(), "utf-8", member.name)))
    for path, part in zip(paths, _PARTS, strict=True):
        written = io.StringIO(newline="")
        table = csv.writer(written)
        table.writerow(("label", "text"))
        table.writerows(sorted(rows[part]))
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="unpacking-") as place:
            whole = Path(place, path.name)
            whole.write_bytes(gzip.compress(written.getvalue().encode(), 6, mtime=0))
            whole.replace(path)


KNOWN_TEXTS: dict[str, Callable[[], FoundTexts]] = {
    "nietzsche": nietzsche,
    "tinyshakespeare": tinyshakespeare,
    "nsmc": nsmc,
    "imdb": imdb,
    "imdb-20k": imdb_20k,
    "python-docs": python_docs,
}
