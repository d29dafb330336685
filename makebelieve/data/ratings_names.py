"""Who and what: users and items by place, by id, and by title."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import torch
from torch import Tensor

from makebelieve.errors import DataError

Side = Literal["user", "item"]

_YEAR = re.compile(r"\s*\(\d{4}\)\s*$")
_ARTICLE = re.compile(r"^(.*), (the|a|an|les?|la|l'|das|der|die|el|il)$")
_WHOLE = re.compile(r"\s*-?\d+\s*$")
_NEAR = 3  # names that a sentence suggests


class Names:
    """Users or items: ``len(names)``, ``names[place]`` gives the id, ``names.index(id or title)`` the place.

    Args:
        side: "user" or "item".
        ids: by place, whole numbers or text, each once.
        titles: by place, or None where there are none.
    """

    def __init__(self, side: Side, ids: Sequence[int | str], titles: Sequence[str] | None = None) -> None:
        self.side, self.ids = side, list(ids)
        self.titles = None if titles is None else list(titles)
        self._places: dict[int | str, int] | None = None
        self._by_title: dict[str, list[int]] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: int) -> int | str:
        return self.ids[place]

    def __iter__(self) -> Iterator[int | str]:
        return iter(self.ids)

    def __contains__(self, wanted: object) -> bool:
        return self._place(wanted) is not None

    def __repr__(self) -> str:
        return f"Names({len(self):,} {self.side}s{', with titles' if self.titles else ''})"

    def title(self, place: int) -> str:
        """The title of the one at a place, or its id as text where there are no titles."""
        return str(self.ids[place]) if self.titles is None else self.titles[place]

    def index(self, wanted: int | str) -> int:
        """The place of an id or a title.

        Whole numbers may come as text. A title may lack its year ("Alien" for "Alien (1979)"), have its article in
        front ("The Matrix" for "Matrix, The (1999)") and other capitals.

        Raises:
            DataError: there is none, and the nearest are named; or several go by this title, and their ids are.
        """
        place = self._place(wanted)
        if place is not None:
            return place
        found = self._titled(str(wanted))
        if len(found) == 1:
            return found[0]
        if found:
            told = ", ".join(f"{self.ids[i]!r} ({self.title(i)})" for i in found[:_NEAR])
            raise DataError("ratings.several_titles", wanted=wanted, n=len(found), found=told)
        key = "ratings.unknown_user" if self.side == "user" else "ratings.unknown_item"
        raise DataError(key, wanted=wanted, n=f"{len(self):,}", near=self.near(wanted) or "-")

    def indices(self, wanted: Sequence[int | str]) -> Tensor:
        """(n,) int64 places of ids or titles.

        Raises:
            DataError: as `index`.
        """
        return torch.tensor([self.index(one) for one in wanted], dtype=torch.int64)

    def near(self, wanted: Any) -> str:
        """Up to three titles or ids that are written most like `wanted`, for a sentence."""
        if self.titles is not None and not isinstance(wanted, int):
            simple = _simple(str(wanted))
            known = self._titles()
            inside = sorted((title for title in known if simple and simple in title), key=len)
            close = difflib.get_close_matches(simple, known, n=_NEAR, cutoff=0.5)
            some = list(dict.fromkeys([*inside, *close]))[:_NEAR]
            return ", ".join(repr(self.title(known[title][0])) for title in some)
        if isinstance(wanted, int) and all(isinstance(one, int) for one in self.ids):
            return ", ".join(repr(one) for one in sorted(self.ids, key=lambda one: abs(int(one) - wanted))[:_NEAR])
        close = difflib.get_close_matches(str(wanted), [str(one) for one in self.ids], n=_NEAR, cutoff=0.5)
        return ", ".join(repr(one) for one in close)

    def state(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"side": self.side, "ids": self.ids, "titles": self.titles}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Names:
        """The names that `state` gave."""
        return cls(state["side"], state["ids"], state["titles"])

    def _place(self, wanted: Any) -> int | None:
        if self._places is None:
            self._places = {one: i for i, one in enumerate(self.ids)}
        wanted = wanted.item() if hasattr(wanted, "item") else wanted
        if isinstance(wanted, float) and wanted.is_integer():  # a column with gaps makes its ids so
            wanted = int(wanted)
        if isinstance(wanted, bool) or not isinstance(wanted, (int, str)):
            return None
        place = self._places.get(wanted)
        if place is None and isinstance(wanted, str) and _WHOLE.match(wanted):
            place = self._places.get(int(wanted))
        return self._places.get(str(wanted)) if place is None else place

    def _titled(self, wanted: str) -> list[int]:
        if self.titles is None:
            return []
        found = self._titles().get(_simple(wanted), [])
        exact = [i for i in found if self.titles[i] == wanted]
        return exact or found

    def _titles(self) -> dict[str, list[int]]:
        """Places by simplified title."""
        if self._by_title is None:
            self._by_title = {}
            for i, title in enumerate(self.titles or []):
                self._by_title.setdefault(_simple(title), []).append(i)
        return self._by_title


def _simple(title: str) -> str:
    """A title in lower case, without its year, its article in front."""
    simple = _YEAR.sub("", title.strip().lower())
    match = _ARTICLE.match(simple)
    return f"{match[2]} {match[1]}" if match else simple
