from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import json
import os
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from makebelieve.data import KNOWN_TEXTS, text, text_known
from makebelieve.data.download import RemoteFile
from makebelieve.data.readings import reading_of
from makebelieve.data.text_data import TextData
from makebelieve.data.text_files import guess
from makebelieve.data.tokens import tokens_of
from makebelieve.errors import DataError, DownloadError, MissingExtraError, OptionError

SHARED = Path(os.environ.get("MAKEBELIEVE_DATA", Path(__file__).parents[3] / "shared" / "data"))
here = pytest.mark.skipif(not (SHARED / "nsmc").is_dir(), reason=f"no data sets in {SHARED}")

REVIEWS = 'id\tdocument\tlabel\n1\t정말 "재미" 있다\t1\n2\t별로\t0\n3\t\t1\n4\t그저 그래 \t0\n5\t최고 \'임\t1\n'


def rebuilt(data: TextData) -> TextData:
    """The same data made again out of what a run keeps."""
    how = json.loads(json.dumps(data.how_to_rebuild()))
    assert how["door"] == "text"
    return text(**how["arguments"])


# one continuous text


def test_a_file_is_one_text_whose_last_tenth_is_held_back(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("0123456789" * 10)
    data = text(tmp_path / "book.txt")
    assert (len(data.train.ids), len(data.valid.ids), len(data.train), data.classes) == (90, 10, 1, None)
    assert data.continuous and data.facts.name == "book" and data.train.y is None
    assert rebuilt(data).fingerprint() == data.fingerprint()
    assert len(text(str(tmp_path / "book.txt"), valid=0).valid.ids) == 0
    for wrong in (1.0, [3], "x", True):
        with pytest.raises(OptionError, match="last share"):
            text(tmp_path / "book.txt", valid=wrong)


def test_a_byte_order_mark_and_other_line_ends_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert text(tmp_path / "a.txt", valid=0).train.text(0) == "one\ntwo\nthree\n"
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress("가나".encode()))
    assert text(tmp_path / "b.txt.gz", valid=0).train.text(0) == "가나"


def test_a_test_file_beside_the_training_file_is_for_validation(tmp_path: Path) -> None:
    for part, content in (("train", "abc" * 9), ("test", "cab")):
        (tmp_path / f"{part}.txt").write_text(content)
    data = text(tmp_path / "train.txt")
    assert (data.train.text(0), data.valid.text(0)) == ("abc" * 9, "cab")
    assert "own parts" in data.facts.split
    assert text(tmp_path / "train.txt", valid=0.5).valid.text(0) == ("abc" * 9)[13:]


def test_a_string_with_a_line_break_or_long_is_the_text_itself() -> None:
    assert text("one\ntwo", valid=0).train.text(0) == "one\ntwo"
    assert text("x" * 201, valid=0).how_to_rebuild() is None
    with pytest.raises(DataError, match="'nietsche' is neither .* known name \\(nietzsche"):
        text("nietsche")


def test_a_file_in_another_encoding_is_told_with_position_byte_and_one_that_goes(tmp_path: Path) -> None:
    path = tmp_path / "ko.txt"
    path.write_bytes("abc\n한국어 문장입니다".encode("cp949"))
    with pytest.raises(DataError, match=r"not utf-8: the byte 0xc7 at position 4 \(line 2\).*encoding='cp949'"):
        text(path)
    assert text(path, encoding="cp949", valid=0).train.text(0) == "abc\n한국어 문장입니다"
    path.write_bytes(b"\xef\xbb\xbfabc\xff")
    with pytest.raises(DataError, match="byte 0xff at position 6 .line 1.*'cp1252'"):
        text(path)
    path.write_text("caf\xe9 au lait", encoding="latin-1")
    with pytest.raises(DataError, match="byte 0xe9 at position 3"):
        text(path)
    path.write_text("abc가", encoding="utf-16")
    with pytest.raises(DataError, match="encoding='utf-16'"):
        text(path)
    with pytest.raises(OptionError, match="no encoding called 'utf-99'"):
        text(path, encoding="utf-99")
    assert guess(b"\x81 only latin-1") == "latin-1"


def test_a_torn_archive_and_half_a_surrogate_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError, match="can't be read"):
        text(tmp_path / "a.txt.gz")
    with pytest.raises(DataError, match="Document 1 holds half a surrogate pair at character 2"):
        text(["fine", "no\ud800"], valid=0)


# tables


@pytest.mark.parametrize("name", ["reviews.tsv", "reviews.txt", "reviews.tsv.gz"])
def test_a_table_by_tabs_has_literal_quotes_and_leaves_out_empty_texts(tmp_path: Path, name: str) -> None:
    raw = REVIEWS.encode()
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    data = text(tmp_path / name, valid=[0])
    assert data.valid.texts() == ['정말 "재미" 있다'] and data.train.texts() == ["별로", "그저 그래", "최고 '임"]
    assert data.classes == ["0", "1"] and data.train.y is not None and data.train.y.tolist() == [0, 0, 1]
    assert data.facts.skipped == ("row 2",) and "1: row 2" in data.summary()
    assert rebuilt(data).fingerprint() == data.fingerprint()


def test_commas_json_lines_and_frames(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text,label\n"one, ""two""\nlines",pos\nthree,neg\n')
    (tmp_path / "a.jsonl").write_text(
        '{"text": "one, \\"two\\"\\nlines", "label": "pos"}\n\n{"label": "neg", "text": "three"}\n'
    )
    made = [text(tmp_path / name, valid=0) for name in ("a.csv", "a.jsonl")]
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ['one, "two"\nlines', "three", None], "label": ["pos", "neg", "pos"]})
    made.append(text(frame, valid=0))
    for data in made:
        assert data.train.texts() == ['one, "two"\nlines', "three"] and data.classes == ["neg", "pos"]
    assert made[2].how_to_rebuild() is None and made[2].facts.skipped == ("row 2",)
    assert rebuilt(made[0]).fingerprint() == made[0].fingerprint() == made[1].fingerprint()


def test_a_pair_of_tables_has_its_own_split(tmp_path: Path) -> None:
    head = "text\tlabel\n"
    (tmp_path / "films_train.tsv").write_text(head + "".join(f"good {i}\t1\nbad {i}\t0\n" for i in range(5)))
    (tmp_path / "films_test.tsv").write_text(head + "new\t1\n")
    data = text(tmp_path / "films_train.tsv")
    assert (len(data.train), data.valid.texts(), data.facts.name) == (10, ["new"], "films")
    drawn = text(tmp_path / "films_train.tsv", valid=0.2)
    assert (len(drawn.train), len(drawn.valid)) == (8, 2) and "new" not in drawn.valid.texts()
    assert rebuilt(drawn).fingerprint() == drawn.fingerprint() != data.fingerprint()


def test_columns_are_found_or_asked_for_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("documnt\tstars\nok then\t3\n")
    with pytest.raises(DataError, match=r"no column 'document'; the nearest is 'documnt' \(columns: documnt, stars\)"):
        text(path, text="document")
    with pytest.raises(DataError, match="no column 'rating'; the nearest is 'stars'"):
        text(path, text="documnt", label="rating")
    with pytest.raises(DataError, match="Which column of a.tsv holds the texts"):
        text(path)
    assert text(path, label="stars", valid=0).train.texts() == ["ok then"]
    own = text(path, text="documnt", label=["good"], valid=0)
    assert own.classes == ["good"] and rebuilt(own).fingerprint() == own.fingerprint()


def test_broken_tables_are_told(tmp_path: Path) -> None:
    for name, content, said in (
        ("a.tsv", "text\tlabel\none\t1\ntwo\n", "Row 2 of .* has 1 fields, its head has 2"),
        ("b.tsv", "text\tlabel\n", "no rows"),
        ("c.jsonl", '{"text": "a"}\n{"text": \n', "Line 2 of .* no JSON object"),
        ("d.jsonl", "[1]\n", "Line 1 of .* no JSON object"),
        ("e.csv", 'text,label\n"open,1\n', "can't be read"),
        ("f.tsv", "text\tlabel\none\t\ntwo\t1\n", "label"),
        ("g.tsv", "text\tlabel\n \t1\n", "None of the 1 documents"),
    ):
        (tmp_path / name).write_text(content)
        with pytest.raises(DataError, match=said):
            text(tmp_path / name)


def test_parquet_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtraError, match="pyarrow"):
        text(tmp_path / "a.parquet")


# folders and lists


def test_a_folder_of_files_with_folders_for_labels_and_parts(tmp_path: Path) -> None:
    for part, count in (("train", 3), ("test", 2)):
        for label in ("neg", "pos"):
            (tmp_path / part / label).mkdir(parents=True)
            for i in range(count):
                (tmp_path / part / label / f"{i}.txt").write_text(f"{part} {label} {i}")
    data = text(tmp_path, label="folder")
    assert (len(data.train), len(data.valid), data.classes) == (6, 4, ["neg", "pos"])
    assert data.valid.texts()[0] == "test neg 0" and data.valid.y is not None and data.valid.y.tolist() == [0, 0, 1, 1]
    assert rebuilt(data).fingerprint() == data.fingerprint()
    held = text(tmp_path / "train", label="folder", valid="/2.txt")
    assert sorted(held.valid.texts()) == ["train neg 2", "train pos 2"]
    assert rebuilt(held).fingerprint() == held.fingerprint()
    assert text(tmp_path / "train").classes is None
    with pytest.raises(OptionError, match="label='stars' doesn't go with"):
        text(tmp_path, label="stars")


def test_lists_of_files_and_of_strings(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_text(f"text of {path.stem}")
    data = text(paths, label=["x", "y", "x"], valid=[1])
    assert data.train.texts() == ["text of a", "text of c"] and data.classes == ["x", "y"]
    assert rebuilt(data).fingerprint() == data.fingerprint()
    strings = text(["one", "two", "", "three"], label=[0, 1, 1, 0], valid=0)
    assert strings.train.y is not None and strings.train.y.tolist() == [0, 1, 0] and not strings.continuous
    assert text(["only one"], valid=0).continuous
    for wrong, said in (([], "items"), (7, "not int"), ({"a": 1}, "not dict")):
        with pytest.raises((DataError, OptionError), match=said):
            text(wrong)
    with pytest.raises(OptionError, match="names a column"):
        text(["a", "b"], label="label")
    with pytest.raises(DataError, match="lists"):
        text(["a", "b"], label=[["x"], ["y", "z"]])
    with pytest.raises(OptionError, match="length must be"):
        text(["a", "b"], length=0)


def test_numbers_for_labels_are_targets() -> None:
    data = text(["a", "b", "c"], label=[0.5, 1.5, 2.5], valid=0)
    assert data.classes is None and data.train.y is not None and data.train.y.dtype == torch.float32
    assert "targets from 0.5 to 2.5" in data.summary()


# what is kept of a run


def test_a_run_can_read_new_texts_without_the_data(tmp_path: Path) -> None:
    data = text(["One two", "three four"], valid=0, lower=True, length=5, level="bpe", vocabulary=300)
    facts = json.loads(json.dumps(data.describe()))
    reading = reading_of(facts["reading"])
    assert reading is not None and reading.kind == "texts"
    assert reading("  ONE two ").tolist() == data.train[0][0].tolist()
    assert tokens_of(facts["reading"]["tokens"]) == data.tokens
    (tmp_path / "new.txt").write_text("One two")
    for given in (tmp_path / "new.txt", str(tmp_path / "new.txt")):
        assert reading(given).tolist() == data.train[0][0].tolist()
    for wrong, said in (("  \n", "no text in"), (3, "not int"), (tmp_path / "none.txt", "no file")):
        with pytest.raises(DataError, match=said):
            reading(wrong)


# known texts


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address it is served at."""
    folder = tmp_path / "served"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def remote(folder: Path, name: str, content: bytes) -> RemoteFile:
    (folder / name).write_bytes(content)
    return RemoteFile(name, f"sha256:{hashlib.sha256(content).hexdigest()}")


def known(monkeypatch: pytest.MonkeyPatch, name: str, read: Any) -> None:
    monkeypatch.setitem(KNOWN_TEXTS, name, read)  # type: ignore[arg-type]


def test_a_known_text_is_fetched_checked_and_kept(
    cache: Path, serve: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = serve
    monkeypatch.setattr(text_known, "SHAKESPEARE_FILE", remote(folder, "input.txt", b"to be or not to be\n" * 9))
    known(monkeypatch, "tinyshakespeare", lambda: text_known.tinyshakespeare(url))
    data = text("tinyshakespeare")
    assert data.continuous and data.facts.licence is not None and data.facts.name == "tinyshakespeare"
    assert (cache / "text-tinyshakespeare" / "input.txt").is_file()
    (folder / "input.txt").unlink()
    assert rebuilt(data).fingerprint() == data.fingerprint()


def test_a_wrong_checksum_leaves_nothing_behind(
    cache: Path, serve: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = serve
    (folder / "nietzsche.txt").write_bytes(b"something else")
    with pytest.raises(DownloadError, match="nietzsche"):
        text_known.nietzsche(url)
    assert not any((cache / "text-nietzsche").glob("*"))
    with pytest.raises(DownloadError, match=r"works without one: 'python-docs'"):
        text_known.tinyshakespeare("http://127.0.0.1:9/")


def test_reviews_are_fetched_with_their_own_split(
    cache: Path, serve: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = serve
    files = [remote(folder, f"ratings_{part}.txt", REVIEWS.encode()) for part in ("train", "test")]
    monkeypatch.setattr(text_known, "NSMC_FILES", tuple(files))
    known(monkeypatch, "nsmc", lambda: text_known.nsmc(url))
    data = text("nsmc")
    assert (len(data.train), len(data.valid), data.classes) == (4, 4, ["0", "1"])
    assert set(data.describe()["files"]) == {"ratings_train.txt", "ratings_test.txt"}
    assert len(data.facts.skipped) == 2
    for path in (cache / "nsmc").glob("*.txt"):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    monkeypatch.setattr(text_known, "NSMC_FILES", tuple(files))
    assert text("nsmc").fingerprint() == data.fingerprint()


def test_the_archive_of_film_reviews_is_read_once(
    cache: Path, serve: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = serve
    with tarfile.open(folder / "aclImdb_v1.tar.gz", "w:gz") as tar:
        for name in ("train/pos/0_9", "train/neg/1_2", "train/unsup/2_0", "test/pos/3_8", "test/neg/4_1", "README"):
            content = f'A "film" of {name}<br /><br />The <BR/>end'.encode()
            info = tarfile.TarInfo(f"aclImdb/{name}.txt")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    checksum = hashlib.md5((folder / "aclImdb_v1.tar.gz").read_bytes()).hexdigest()
    monkeypatch.setattr(text_known, "IMDB_FILE", RemoteFile("aclImdb_v1.tar.gz", f"md5:{checksum}"))
    known(monkeypatch, "imdb", lambda: text_known.imdb(url))
    data = text("imdb")
    assert data.train.texts() == [f'A "film" of train/{name}\n\nThe\nend' for name in ("neg/1_2", "pos/0_9")]
    assert data.train.y is not None and data.train.y.tolist() == [0, 1] and len(data.valid) == 2
    assert data.reading("A<br />B").tolist() == data.tokens.encode("A\nB").tolist()
    (cache / "imdb" / "aclImdb_v1.tar.gz").unlink()
    assert text("imdb").fingerprint() == data.fingerprint()


def test_what_works_without_a_network() -> None:
    data = text("python-docs", level="char")
    assert len(data.train.ids) > 100_000 and "The" in data.train.text(0)
    assert rebuilt(data).fingerprint() == data.fingerprint()


def test_a_set_that_is_not_fetched_says_where_it_must_lie(cache: Path) -> None:
    with pytest.raises(DownloadError, match=r"imdb-20k.*train.tsv.gz"):
        text("imdb-20k")


@here
def test_the_real_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(SHARED))
    plays = text("tinyshakespeare")
    assert (
        len(plays.train.ids) + len(plays.valid.ids) == 1_115_394 and len(plays.tokens) - len(plays.tokens.special) == 65
    )
    assert plays.tokens.decode(plays.train.ids[:14]) == "First Citizen:"
    nietzsche = text("nietzsche")
    assert len(nietzsche.train.ids) + len(nietzsche.valid.ids) == 600_893
    assert nietzsche.train.characters + nietzsche.valid.characters == 600_893


@here
def test_the_real_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(SHARED))
    reviews = text("nsmc", hangul="jamo")
    assert (len(reviews.train), len(reviews.valid)) == (150_000, 50_000)
    assert reviews.train.y is not None and reviews.train.y.bincount().tolist() == [74_967, 75_033]
    for i in (0, 1, 149_999):
        assert reviews.tokens.decode(reviews.train[i][0]) == reviews.train.text(i)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_may_have_commas_semicolons_or_tabs_between_its_fields(tmp_path, separator):
    path = tmp_path / "reviews.csv"
    rows = [("text", "label"), *((f'"word {i}{separator} more"', str(i % 2)) for i in range(10))]
    path.write_text("\n".join(map(separator.join, rows)), encoding="utf-8")
    data = text(path, valid=0.2)
    assert data.classes == ["0", "1"] and f"{separator} more" in data.train.text(0)


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "reviews.tsv"
    path.write_text("text\ttext\tlabel\na\tb\t1\nc\td\t0\n", encoding="utf-8")
    with pytest.raises(DataError, match="two columns called 'text'"):
        text(path)


def test_arrays_and_columns_are_lists_of_texts():
    data = text(np.array([f"text {i}" for i in range(10)]), label=np.arange(10) % 2, valid=0.2)
    assert len(data.train) == 8 and data.classes == ["0", "1"]


def test_what_is_too_long_for_a_file_name_is_refused_by_a_sentence():
    with pytest.raises(DataError, match="neither a file or folder"):
        text("가나다라" * 40)  # 160 characters, 480 bytes


def test_torn_archives_empty_files_and_half_characters_are_told(tmp_path):
    torn, empty = tmp_path / "a.txt.gz", tmp_path / "a.txt"
    torn.write_bytes(gzip.compress(b"a text " * 100)[:12] + b"\xff" * 20)
    with pytest.raises(DataError, match="can't be read"):
        text(torn)
    empty.write_text(" \n", encoding="utf-8")
    with pytest.raises(DataError, match="has any text"):
        text(empty)
    with pytest.raises(DataError, match="half a surrogate pair at character 6"):
        text("hello \ud800 world\n" * 30, level="word")
