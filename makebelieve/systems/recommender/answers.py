"""What a recommender answers: lists that show themselves as tables."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.ratings_names import Names
from makebelieve.data.table import aligned
from makebelieve.figures import number
from makebelieve.messages import say
from makebelieve.systems.recommender.catalogue import Catalogue

FEW = 5  # users whose lists are shown


@dataclass(frozen=True)
class Row:
    """One line of an answer.

    Attributes:
        id: of the user or item.
        title: its title, or its id as text.
        score: what the list is ordered by.
        more: further figures by name.
    """

    id: int | str
    title: str
    score: float
    more: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked(Sequence[Row]):
    """Users or items, best first. Shows itself as a table; `.ids`, `.titles` and `.scores` are lists.

    Attributes:
        rows: one an item.
        meaning: what the score is, in words: the head of its column.
        note: a sentence that belongs to it, or "".
    """

    rows: tuple[Row, ...]
    meaning: str
    note: str = ""

    @property
    def ids(self) -> list[int | str]:
        return [row.id for row in self.rows]

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.rows]

    @property
    def scores(self) -> list[float]:
        return [row.score for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: Any) -> Any:
        return self.rows[i]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def _cells(self) -> list[list[str]]:
        named = any(row.title != str(row.id) for row in self.rows)
        more = list(dict.fromkeys(name for row in self.rows for name in row.more))
        head = [
            "",
            self.meaning,
            *more,
            *([say("recommender.column_id")] if named else []),
            say("recommender.column_title"),
        ]
        cells = [head]
        for place, row in enumerate(self.rows, 1):
            figures = [number(row.score), *(number(row.more[name]) if name in row.more else "" for name in more)]
            cells.append([str(place), *figures, *([str(row.id)] if named else []), row.title])
        return cells

    def __repr__(self) -> str:
        return "\n".join([*([self.note, ""] if self.note else []), *aligned(self._cells())])

    def _repr_html_(self) -> str:
        return (f"<p>{html.escape(self.note)}</p>" if self.note else "") + table_html(self._cells())


@dataclass(frozen=True)
class TopLists:
    """The best items of many users. Shows the first few; ``lists[user]`` is that user's, as `recommend` gives it.

    Attributes:
        users: who and in which order.
        items: what there is.
        asked: (users asked for,) int64 places of users.
        places: (users asked for, n) int64 places of items, best first; −1 where there is nothing left.
        scores: (users asked for, n) float32.
        meaning: what the scores are.
    """

    users: Names
    items: Names
    asked: Tensor
    places: Tensor
    scores: Tensor
    meaning: str

    def __len__(self) -> int:
        return len(self.asked)

    def __iter__(self) -> Iterator[Ranked]:
        return (self.row(i) for i in range(len(self)))

    def row(self, i: int) -> Ranked:
        """The list of the user who was asked for in place i."""
        return ranked(self.items, self.places[i], self.scores[i], self.meaning)

    def __getitem__(self, user: int | str) -> Ranked:
        place = self.users.index(user)
        found = (self.asked == place).nonzero()
        if not len(found):
            raise KeyError(user)
        return self.row(int(found[0]))

    def ids(self) -> list[list[int | str]]:
        """The items' ids, a list a user."""
        return [[self.items[place] for place in row if place >= 0] for row in self.places.tolist()]

    def _cells(self) -> list[list[str]]:
        cells = [[say("recommender.column_user"), say("recommender.column_items")]]
        for i, place in enumerate(self.asked[:FEW].tolist()):
            cells.append([self.users.title(place), " · ".join(self.row(i).titles[:FEW])])
        return cells

    def _note(self) -> str:
        return say("recommender.top_lists", users=f"{len(self):,}", n=self.places.shape[1])

    def __repr__(self) -> str:
        return "\n".join([self._note(), "", *aligned(self._cells())])

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self._note())}</p>" + table_html(self._cells())


def ranked(names: Names, places: Tensor, scores: Tensor, meaning: str, note: str = "") -> Ranked:
    """Places (n,) with their scores as an answer; those of −1 are left out."""
    pairs = [(i, s) for i, s in zip(places.tolist(), scores.tolist(), strict=True) if i >= 0]
    return Ranked(tuple(Row(names[i], names.title(i), s) for i, s in pairs), meaning, note)


def best(scores: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """Places and values of the n greatest of (m,); fewer where there are not so many above minus infinity."""
    values, places = scores.topk(min(n, len(scores)))
    there = torch.isfinite(values)
    return places[there], values[there]


def most_seen(known: Catalogue, n: int) -> Ranked:
    """The items that most users have, and for ratings what they gave them on average."""
    places, counts = best(known.by_item.counts.float(), n)
    rows = [
        Row(known.items[i], known.items.title(i), count,
            {} if known.implicit else {say("recommender.mean"): float(known.item_means[i])})
        for i, count in zip(places.tolist(), counts.tolist(), strict=True)
    ]  # fmt: skip
    return Ranked(tuple(rows), say("ratings.row_events" if known.implicit else "recommender.count"))


def table_html(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head; every cell is escaped."""
    head, *body = rows
    cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"
