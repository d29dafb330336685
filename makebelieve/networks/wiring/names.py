"""Names of a network's parts: of the arguments, and of the modules as they stand in the state dict."""

from __future__ import annotations

import keyword
import re
from typing import Any

from makebelieve.errors import OptionError

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Names:
    """Gives each part one name: that which the user gave, or the kind's in lower case with a number, `dense_1`.

    Numbers count in the order of calls in one network, so that the same program gives the same state dict.

    Args:
        owner: whose attributes names must not be.
    """

    def __init__(self, owner: type) -> None:
        self._owner = owner
        self._by_part: dict[int, str] = {}
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def of_input(self, wanted: str) -> str:
        """The name of an argument.

        Raises:
            OptionError: it is no name, or another one's.
        """
        self._check(wanted)
        self._taken.add(wanted)
        return wanted

    def of_module(self, part: Any, label: str, wanted: str | None) -> str:
        """The name of a part, the same each time.

        Raises:
            OptionError: what was wanted is no name, or another part's.
        """
        if id(part) in self._by_part:
            return self._by_part[id(part)]
        if wanted is not None:
            self._check(wanted)
        name = wanted if wanted is not None else self._numbered(label)
        self._by_part[id(part)] = name
        self._taken.add(name)
        return name

    def _numbered(self, label: str) -> str:
        word = _WORD.sub("_", label).lower()
        word = re.sub(r"\W", "_", word)
        while True:
            self._counts[word] = self._counts.get(word, 0) + 1
            name = f"{word}_{self._counts[word]}"
            if name not in self._taken:
                return name

    def _check(self, name: Any) -> None:
        if name in self._taken:
            raise OptionError("wiring.name_taken", name=name)
        plain = isinstance(name, str) and name.isidentifier() and not name.startswith("_")
        if not plain or keyword.iskeyword(name) or hasattr(self._owner, name) or name in ("training", "graph", "self"):
            raise OptionError("wiring.bad_name", name=name)
