"""The public face: its names, and what looking at it costs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import makebelieve as mb

PACKAGE = Path(mb.__file__).parent
HEAVY = ("torch", "numpy", "matplotlib", "torchvision", "PIL", "safetensors", "pooch")


def stub_names() -> list[str]:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    names = [alias.asname for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    return [name for name in names if name is not None]


def modules_after(*words: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running ``python words``."""
    done = subprocess.run([sys.executable, "-X", "importtime", *words], capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}


def test_names_in_the_stub_in_all_and_in_dir_are_the_same() -> None:
    assert mb.__all__ == sorted(stub_names())
    assert dir(mb) == sorted([*mb.__all__, "__version__"])


@pytest.mark.parametrize("name", mb.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(mb, name) is getattr(mb, name)


def test_stub_and_table_agree_on_the_home_of_each_name() -> None:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    homes = {alias.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert homes == mb._HOMES


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"'imges'.*did you mean 'images'"):
        mb.imges  # noqa: B018


def test_an_unknown_name_far_from_all_has_no_hint() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'zzzzzz'$"):
        mb.zzzzzz  # noqa: B018


@pytest.mark.parametrize("words", ["-c|import makebelieve", "-m|makebelieve|--help"])
def test_looking_at_it_loads_nothing_heavy(words: str) -> None:
    loaded = modules_after(*words.split("|"))
    assert "makebelieve" in loaded
    assert not loaded & set(HEAVY)


def test_help_takes_less_than_half_a_second_of_a_processor() -> None:
    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "makebelieve", "--help"], capture_output=True, check=True, env=os.environ)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(once() for _ in range(5)) < 0.5


def test_the_package_carries_its_types() -> None:
    assert (PACKAGE / "py.typed").is_file()
