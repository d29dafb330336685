"""What people would like, and what is alike."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import Body, FastAPI, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from makebelieve.messages import say
from makebelieve.serving.answers import as_json
from makebelieve.serving.desk import Desk, at_most, form, of_json, typed
from makebelieve.serving.refusals import RefusalError
from makebelieve.serving.worker import Work

USUAL = 10
RATED = 1000  # items that a newcomer names
Id = Annotated[int, Field(ge=-(2**53), le=2**53)] | Annotated[str, Field(max_length=200)]


class Item(BaseModel):
    """One line of an answer."""

    id: int | str
    title: str
    score: float | None


class Ranking(BaseModel):
    """Users or items, best first."""

    items: list[Item]
    meaning: str
    note: str


def serves(learn: Any) -> bool:
    return hasattr(learn, "recommend")


def add(app: FastAPI, desk: Desk) -> None:
    learn, limits = desk.learn, desk.limits
    user, item = learn.catalogue.users[0], learn.catalogue.items[0]
    n = (int, Field(min(USUAL, limits.n), ge=1, le=limits.n))
    rated = dict[str, Annotated[float, Field(allow_inf_nan=False)]]
    asks = form("Recommend", {
        "user": (Id | None, Field(None, examples=[user])),
        "ratings": (
            Annotated[
                Annotated[rated, Field(max_length=RATED)] | Annotated[list[Id], Field(max_length=RATED)] | None,
                at_most(RATED),
            ],
            Field(None, examples=[{str(item): 1.0}]),
        ),
        "n": n,
        "exclude_seen": (bool, Field(True)),
    })  # fmt: skip
    app.post("/recommend", summary=say("serving.recommend"), response_model=Ranking, dependencies=of_json)(
        typed(partial_of(_recommend, desk), asked=Annotated[asks, Body(examples=[{"user": user, "n": 5}])])
    )
    for verb, name, example in (("similar_items", "item", item), ("similar_users", "user", user)):
        asked = form(
            verb.title().replace("_", ""), {name: (str, Field(max_length=200, examples=[str(example)])), "n": n}
        )
        path = f"/{verb.replace('_', '-')}"
        summary = say("serving.similar_items") if name == "item" else say("serving.similar_users")
        app.get(path, summary=summary, operation_id=verb, response_model=Ranking)(
            typed(partial_of(_similar, desk, verb, name), asked=Annotated[asked, Query()])
        )


def partial_of(function: Any, *given: Any) -> Any:
    """`function` with its first arguments, as a function whose annotations are its own."""

    async def route(request: Request, asked: Any) -> Response:
        found: Response = await function(*given, request, asked)
        return found

    return route


async def _recommend(desk: Desk, request: Request, asked: Any) -> Response:
    learn = desk.learn
    if (asked.user is None) == (asked.ratings is None):
        raise RefusalError(422, "recommender.who")
    if asked.user is not None:
        learn.catalogue.users.index(asked.user)  # refuses who is unknown before anybody else waits for them
        run, key = partial(_for_users, learn, asked.exclude_seen), ("recommend", asked.exclude_seen)
        work = Work("recommend", key, 1, (asked.user, asked.n), run)
    else:
        options = {"ratings": asked.ratings, "exclude_seen": asked.exclude_seen}
        work = Work("recommend", None, 1, None, lambda _: [learn.recommend(None, asked.n, **options)])
    return _ranking(await desk.ask(request, work))


def _for_users(learn: Any, exclude_seen: bool, payloads: list[tuple[int | str, int]]) -> list[Any]:
    """One pass over the catalogue for all; whom nothing is known of goes alone, as that comes with a note."""
    known = learn.catalogue
    counts = [len(known.seen.row(known.users.index(user))[0]) for user, _ in payloads]
    together = [user for (user, _), count in zip(payloads, counts, strict=True) if count]
    most = max(n for _, n in payloads)
    lists = iter(learn.recommend_all(most, users=together, exclude_seen=exclude_seen)) if together else iter(())
    return [
        (next(lists), n) if count else (learn.recommend(user, n, exclude_seen=exclude_seen), n)
        for (user, n), count in zip(payloads, counts, strict=True)
    ]


async def _similar(desk: Desk, verb: str, name: str, request: Request, asked: Any) -> Response:
    wanted = getattr(asked, name)
    names = desk.learn.catalogue.items if name == "item" else desk.learn.catalogue.users
    names.index(wanted)
    work = Work(verb, None, 1, None, lambda _: [getattr(desk.learn, verb)(wanted, asked.n)])
    return _ranking(await desk.ask(request, work))


def _ranking(found: Any) -> Response:
    ranked, n = found if isinstance(found, tuple) else (found, None)
    rows = [{"id": row.id, "title": row.title, "score": row.score} for row in ranked.rows[:n]]
    return as_json({"items": rows, "meaning": ranked.meaning, "note": ranked.note})
