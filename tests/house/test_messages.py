"""The catalogue of messages: nothing asked for is missing, nothing written is unused, both languages say the same."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import makebelieve as mb
from makebelieve.messages import CATALOGUE, language, say

PACKAGE = Path(mb.__file__).parent
FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file.parent.name != "messages"]


def literals(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def first_words(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Keys given as the first argument of ``say`` or of an error."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        keyed = called == "say" or (called in mb.__all__ and called.endswith("Error"))
        if keyed and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            yield node.args[0].value, node


def placeholders(sentence: str) -> set[str]:
    fields = (name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)
    return {name.partition(".")[0].partition("[")[0] for name in fields}


def test_every_key_that_code_asks_for_exists() -> None:
    missing = [f"{file.name}: {key}" for file in FILES for key, _ in first_words(file) if key not in CATALOGUE]
    assert not missing


def test_every_sentence_gets_just_the_values_that_it_names() -> None:
    wrong = []
    for file in FILES:
        for key, call in first_words(file):
            given = {word.arg for word in call.keywords}
            if key in CATALOGUE and None not in given and not placeholders(CATALOGUE[key][0]) <= given:
                wrong.append(f"{file.name}:{call.lineno}: {key} lacks {placeholders(CATALOGUE[key][0]) - given}")
    assert not wrong


def test_no_key_is_unused() -> None:
    used = {text for file in FILES for text, _ in literals(file)}
    assert sorted(set(CATALOGUE) - used) == []


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_both_languages_name_the_same_values(key: str) -> None:
    english, korean = CATALOGUE[key]
    assert placeholders(english) == placeholders(korean)
    assert english.strip()
    assert korean.strip()


def test_sentences_are_korean_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    assert language() == "ko"
    assert say("cli.help_doctor") == CATALOGUE["cli.help_doctor"][1]
    assert any("가" <= letter <= "힣" for letter in say("cli.help_doctor"))


def test_the_locale_decides_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAKEBELIEVE_LANG")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert language() == "ko"
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert language() == "en"
