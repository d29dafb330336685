"""The page's words and programs: each sentence in both languages, none unused or missing; nothing that runs data."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from makebelieve.messages import CATALOGUE

STATIC = Path(__file__).parents[2] / "makebelieve" / "studio" / "static"
STUDIO = STATIC.parent
WORDS = sorted((STATIC / "words").glob("*.json"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
KEY = re.compile(r"[a-z]+(\.[a-z0-9_-]+)+")
HOLE = re.compile(r"\{(\w+)(?:![rs])?(?::[^}]*)?\}")
FILES = (".js", ".css", ".png", ".json", ".svg", ".zip", ".wav", ".txt", ".html", ".csv", ".jpg", ".gif", ".mp4", ".py")
MOST_LINES = 400
LONGER = {"systems.py": 500}  # a table of literals, one system after the other


def pairs(file: Path) -> list[tuple[str, object]]:
    """Keys and what they have, also those that stand twice."""
    return json.loads(file.read_text("utf-8"), object_pairs_hook=lambda found: found)


@cache
def own() -> dict[str, tuple[str, str]]:
    return {key: tuple(pair) for file in WORDS for key, pair in pairs(file)}


@cache
def program() -> str:
    """All scripts, without comments that take a line."""
    lines = [line for file in SCRIPTS for line in file.read_text("utf-8").splitlines()]
    return "\n".join(line for line in lines if not line.lstrip().startswith(("//", "*", "/*")))


@cache
def literal() -> set[str]:
    """Everything that stands between quotes and looks like a key of a room of words."""
    rooms = {key.partition(".")[0] for key in (*own(), *CATALOGUE)}
    quoted = re.findall(r"""["'`]([a-z0-9_.-]+)["'`]""", program())
    return {
        word for word in quoted if KEY.fullmatch(word) and word.partition(".")[0] in rooms and not word.endswith(FILES)
    }


@cache
def beginnings() -> set[str]:
    """What keys begin with that are put together: `gallery.name.${system}`."""
    return set(re.findall(r"`([a-z]+\.[a-z0-9_.-]*)\$\{", program()))


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_each_sentence_is_there_in_english_and_korean(file):
    for key, pair in pairs(file):
        assert KEY.fullmatch(key), key
        assert isinstance(pair, list) and len(pair) == 2, key
        assert all(isinstance(one, str) and one.strip() == one and one for one in pair), key


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_both_languages_have_the_same_holes(file):
    for key, (english, korean) in pairs(file):
        assert Counter(set(HOLE.findall(english))) == Counter(set(HOLE.findall(korean))), key


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_sentences_in_korean_have_hangul(file):
    # names of things, signs and formulas may be the same in both
    for key, (english, korean) in pairs(file):
        words = re.sub(r"\{[^}]*\}", "", english)
        if len(re.findall(r"[a-z]{2,}", words)) >= 3:
            assert re.search("[가-힣]", korean), f"{key}: {korean}"
        assert not re.search("[가-힣]", english) or key == "shell.language", key


def test_no_key_stands_twice():
    keys = [key for file in WORDS for key, _ in pairs(file)]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert sorted(set(keys) & set(CATALOGUE)) == []


def test_every_key_that_is_used_exists():
    missing = literal() - set(own()) - set(CATALOGUE)
    assert sorted(missing) == []


def test_every_beginning_of_a_key_leads_to_some():
    assert [start for start in beginnings() if not any(key.startswith(start) for key in (*own(), *CATALOGUE))] == []


def test_every_key_is_used():
    starts = tuple(beginnings())
    assert sorted(key for key in own() if key not in literal() and not key.startswith(starts)) == []


def test_each_system_has_its_words_and_each_option_a_label():
    systems = pytest.importorskip("makebelieve.studio.systems", reason="the extra studio is not installed").SYSTEMS
    parts = ("name", "about", "picture")
    assert [name for name in systems for part in parts if f"gallery.{part}.{name}" not in own()] == []
    trained = [system for system in systems.values() if not system.works]
    options = {option for system in trained for option in system.all_options}
    assert sorted(option for option in options if f"gallery.option.{option}" not in own()) == []


def test_each_system_has_a_small_picture():
    systems = pytest.importorskip("makebelieve.studio.systems", reason="the extra studio is not installed").SYSTEMS
    for name in systems:
        (picture,) = (STATIC / "pictures").glob(f"{name}.*")
        assert picture.stat().st_size <= 31_000


# ------------------------------------------------------------------ programs


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(STATIC).as_posix())
def test_scripts_never_make_markup_or_programs_of_data(file):
    text = file.read_text("utf-8")
    forbidden = (
        r"\binnerHTML\b", r"\bouterHTML\b", r"\binsertAdjacentHTML\b", r"\bdocument\.write", r"\beval\s*\(",
        r"\bnew Function\b", r"javascript:", r"\bsrcdoc\b", r"setAttribute\(\s*[\"']on", r"https?://(?!www\.w3\.org/)",
        r"setTimeout\(\s*[\"'`]",
    )  # fmt: skip
    assert [what for what in forbidden if re.search(what, text)] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(STATIC).as_posix())
def test_everything_that_a_script_imports_is_there(file):
    text = file.read_text("utf-8")
    named = re.findall(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""", text)
    assert [name for name in named if not (file.parent / name).resolve().is_file()] == []
    workers = re.findall(r"""Worker\(\s*["']/([^"']+)["']""", text)
    assert [name for name in workers if not (STATIC / name).is_file()] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(STATIC).as_posix())
def test_imported_names_are_exported(file):
    text = file.read_text("utf-8")
    for names, path in re.findall(r"""import\s*\{([^}]*)\}\s*from\s*["'](\.{1,2}/[^"']+)["']""", text):
        target = (file.parent / path).resolve()
        if "vendor" in target.parts:
            continue
        other = target.read_text("utf-8")
        exported = set(re.findall(r"export (?:async )?(?:function\*?|class|const|let) (\w+)", other))
        for group in re.findall(r"export\s*\{([^}]*)\}", other):
            exported |= {name.split(" as ")[-1].strip() for name in group.split(",")}
        wanted = {name.split(" as ")[0].strip() for name in names.split(",") if name.strip()}
        assert wanted <= exported, f"{path}: {sorted(wanted - exported)}"


def test_the_page_has_no_program_or_style_in_its_markup():
    page = (STATIC / "index.html").read_text("utf-8")
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:|https?://", page)
    assert all('src="/' in tag for tag in re.findall(r"<script[^>]*>", page))
    for address in re.findall(r"""(?:href|src)="/([^"]+)\"""", page):
        assert (STATIC / address).is_file(), address


def test_styles_fetch_nothing():
    for file in (STATIC / "style").glob("*.css"):
        assert not re.search(r"@import|url\(\s*[\"']?(?!data:)", file.read_text("utf-8")), file.name


def test_files_are_short():
    files = [
        file for file in STUDIO.rglob("*")
        if file.suffix in (".py", ".js", ".css", ".json", ".html") and "vendor" not in file.parts
    ]  # fmt: skip
    assert {
        file.name: n
        for file in files
        if (n := len(file.read_text("utf-8").splitlines())) > LONGER.get(file.name, MOST_LINES)
    } == {}
