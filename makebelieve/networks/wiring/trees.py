"""Nested arguments and results: tuples, lists, dictionaries and slices with values at the leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    """The same tree with every leaf changed; named tuples and other kinds of dictionary keep their kind."""
    if isinstance(tree, tuple):
        return like_tuple(tree, [mapped(part, change) for part in tree])
    if isinstance(tree, list):
        return [mapped(part, change) for part in tree]
    if isinstance(tree, dict):
        return {key: mapped(part, change) for key, part in tree.items()}
    if isinstance(tree, slice):
        return slice(mapped(tree.start, change), mapped(tree.stop, change), mapped(tree.step, change))
    return change(tree)


def like_tuple(given: tuple[Any, ...], parts: list[Any]) -> tuple[Any, ...]:
    """Parts as a tuple of the same kind: plain, named, or one of torch's with names, as `max` gives."""
    if hasattr(given, "_fields"):
        return type(given)(*parts)
    return type(given)(parts) if hasattr(given, "n_fields") else tuple(parts)


def leaves(tree: Any) -> Iterator[Any]:
    """All leaves of a tree, from left to right."""
    if isinstance(tree, tuple | list):
        for part in tree:
            yield from leaves(part)
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from leaves(part)
    elif isinstance(tree, slice):
        yield from (tree.start, tree.stop, tree.step)
    else:
        yield tree
