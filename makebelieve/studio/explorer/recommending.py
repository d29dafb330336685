"""Acts of the recommender: looking for items, stars, what is recommended and why, a map."""

from __future__ import annotations

import json
from typing import Any

from makebelieve.errors import OptionError
from makebelieve.studio.explorer import asked
from makebelieve.studio.explorer.asked import refused
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.systems.recommender.learner import Recommender

FOUND = 50  # items of a search
LISTED = 50  # recommendations
RATED = 200  # items with stars
MAPPED = 10_000  # items on the map, those with most ratings
EACH = 3  # reasons of an item
SHELF = 24  # well-known items to begin with


def serves(learn: Any) -> bool:
    return isinstance(learn, Recommender)


def facts(explored: Explored) -> dict[str, Any]:
    learn: Recommender = explored.learn
    known = learn.catalogue
    shelf = [[row.id, row.title] for row in learn.popular(SHELF)]
    return {
        "users": len(known.users), "items": len(known.items), "span": list(known.span), "implicit": known.implicit,
        "titles": known.items.titles is not None, "rates": learn.rates, "shelf": shelf,
    }  # fmt: skip


def search(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """Items whose titles have all of "words", those with most ratings first."""
    learn: Recommender = explored.learn
    words = asked.text(request, "words", 200).lower().split()
    if "recommending.titles" not in explored.kept:
        names = learn.catalogue.items
        order = learn.catalogue.by_item.counts.argsort(descending=True, stable=True).tolist()
        explored.kept["recommending.titles"] = [(place, names.title(place).lower()) for place in order]
    found = [place for place, title in explored.kept["recommending.titles"] if all(word in title for word in words)][
        :FOUND
    ]
    names = learn.catalogue.items
    code = code_of(
        explored,
        f"words = {words!r}",
        "titles = [learn.catalogue.items.title(place) for place in range(len(learn.catalogue.items))]",
        "print([title for title in titles if all(word in title.lower() for word in words)])",
    )
    return {"items": [[names[place], names.title(place)] for place in found], "code": code}


def _ratings(learn: Recommender, request: dict[str, Any]) -> dict[int | str, float]:
    """Stars by item, of "ratings": pairs [id, stars]."""
    given = request.get("ratings")
    low, high = learn.catalogue.span
    told = isinstance(given, list) and len(given) <= RATED
    if not told or not all(isinstance(one, list) and len(one) == 2 and _is_id(one[0]) for one in given or []):
        raise refused("ratings", f"[[id, {low:g} … {high:g}], …]", given)
    stars = asked.numbers([stars for _, stars in given or []], "ratings", len(given or []))
    return {pair[0]: one for pair, one in zip(given or [], stars, strict=True)}


def _is_id(given: Any) -> bool:
    short = len(given) <= 500 if isinstance(given, str) else isinstance(given, int) and abs(given) < 1 << 63
    return short and not isinstance(given, bool)


def stars(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """What is recommended to somebody who gave these "ratings", each with the ratings that speak for it."""
    learn: Recommender = explored.learn
    n = asked.whole(request, "n", 1, LISTED, 12)
    ratings = _ratings(learn, request)
    if not ratings:
        best = learn.popular(n)
        return {
            "items": _rows(best),
            "known": False,
            "code": code_of(explored, f"print(learn.popular({n}))"),
        }
    best = learn.recommend(n=n, ratings=ratings)
    try:
        reasons = [_rows(one) for one in learn.reasons(ratings, best.ids, EACH)] if best.ids else []
    except OptionError:  # a network of one's own takes no newcomers
        reasons = [[] for _ in best.ids]
    items = [{**row, "because": why} for row, why in zip(_rows(best), reasons, strict=True)]
    told = json.dumps([*ratings.items()], ensure_ascii=False)
    code = code_of(
        explored,
        f"ratings = dict({told})",
        f"best = learn.recommend(n={n}, ratings=ratings)",
        "print(best)",
        "for why in learn.reasons(ratings, best.ids):",
        "    print(why)",
    )
    return {"items": items, "known": True, "code": code}


def _rows(found: Any) -> list[dict[str, Any]]:
    return [{"id": row.id, "title": row.title, "score": round(row.score, 4)} for row in found]


def similar(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """Items that the same people like as "item"."""
    learn: Recommender = explored.learn
    item, n = request.get("item"), asked.whole(request, "n", 1, LISTED, 8)
    if not isinstance(item, int | str) or not _is_id(item):
        raise refused("item", "id", item)
    found = learn.similar_items(item, n)
    code = code_of(explored, f"print(learn.similar_items({item!r}, {n}))")
    return {"items": _rows(found), "code": code}


def items_map(explored: Explored, _request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """The items with most ratings on a plane: ids, titles, points; none where the network has no vectors."""
    code = code_of(explored, "learn.embedding_map()")
    if "recommending.map" not in explored.kept:
        try:
            found = explored.learn.embedding_map(MAPPED)
        except OptionError:
            explored.kept["recommending.map"] = {"ids": [], "titles": [], "points": [], "shares": []}
        else:
            points = [[round(x, 4), round(y, 4)] for x, y in found.points.tolist()]
            ids, titles = list(found.ids), list(found.titles)
            explored.kept["recommending.map"] = {
                "ids": ids,
                "titles": titles,
                "points": points,
                "shares": list(found.shares),
            }
    return {**explored.kept["recommending.map"], "code": code}


ACTS: dict[str, Act] = {"search": search, "stars": stars, "similar": similar, "map": items_map}
