"""Acts of the writer: scores of what comes next, writing on, greedy beside sampled, how surprising a text is."""

from __future__ import annotations

from typing import Any

import numpy as np

from makebelieve.data.tokens import Tokens
from makebelieve.studio.explorer import asked
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.systems.language_model.learner import LanguageModel

LONGEST = 20_000  # characters of a text
OPEN = 64  # tokens that make no whole character yet
MOST = 2000  # tokens written at once
SCORES = 4096  # of the next token, the greatest
NAMED = 256  # of these, tokens whose names are told
OPEN_SIGN = "\ufffd"  # what a decoder gives for a character that is not whole


def serves(learn: Any) -> bool:
    return isinstance(learn, LanguageModel)


def facts(explored: Explored) -> dict[str, Any]:
    tokens: Tokens = explored.learn.tokens
    beginning = tokens.decode([int(np.argmax(tokens.counts))]) if any(tokens.counts) else ""
    return {"level": tokens.level, "tokens": len(tokens), "hangul": tokens.hangul, "common": beginning}


def following(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """The scores of the next token after "text" and "ids", greatest first; with "force", after that token as well."""
    learn: LanguageModel = explored.learn
    tokens = learn.tokens
    text, ids, after = _place(learn, request)
    if "writing.following" not in explored.kept:
        explored.kept["writing.following"] = learn.following()
    scores = explored.kept["writing.following"].after(after or learn.ids_of("")).numpy()
    never = [one for one in (tokens.unknown, tokens.pad if tokens.pad != tokens.end else None) if one is not None]
    scores[never] = -np.inf
    order = np.argsort(-scores, kind="stable")[: min(SCORES, len(scores) - len(never))]
    names = [_name(tokens, int(one)) for one in order[:NAMED]]
    same = not ids and tokens.encode(text).tolist() == after  # else pieces were chosen that make the text otherwise
    code = code_of(
        explored, f"scores = learn.next_scores({text if same else after!r})", "print(scores.softmax(0).topk(10))"
    )
    return {
        "text": text, "ids": ids, "open": tokens.decode(ids).rstrip(OPEN_SIGN), "names": names,
        "scores": [round(float(one), 4) for one in scores[order]], "tokens": order.tolist(), "code": code,
    }  # fmt: skip


def _place(learn: LanguageModel, request: dict[str, Any]) -> tuple[str, list[int], list[int]]:
    """The text as it is now, tokens after it that make no whole character yet, and all as tokens."""
    text, tokens = asked.text(request, "text", LONGEST, ""), learn.tokens
    given = request.get("ids") or []
    ids = asked.wholes(given, "ids", 0, len(tokens) - 1, count=OPEN) if given else []
    if "force" in request:
        ids.append(asked.whole(request, "force", 0, len(tokens) - 1))
    before = tokens.encode(text, strict=True).tolist()
    every = [*before, *ids]
    if not ids:
        return text, [], every
    told, whole = tokens.decode(before), tokens.decode(every)
    more = whole[len(told) :]
    if tokens.level == "word" and text[-1:].isspace():
        more = more.lstrip(" ")
    grown = text + more if whole.startswith(told) else whole  # else a closed syllable took a consonant
    half = tokens.encode(grown).tolist() != every if tokens.level == "char" else whole.endswith(OPEN_SIGN)
    if half:  # a syllable or a character that is not whole yet
        return text, ids, every
    return grown, [], every


def _name(tokens: Tokens, token: int) -> str:
    return "" if token == tokens.end else tokens.decode([token])


def _sampling(request: dict[str, Any]) -> dict[str, Any]:
    """The options of `generate` that the page sets."""
    found: dict[str, Any] = {
        "temperature": asked.number(request, "temperature", 0, 10, 0.5),
        "seed": asked.whole(request, "seed", 0, 2**53, 0),
    }
    if request.get("top_k") is not None:
        found["top_k"] = asked.whole(request, "top_k", 1, 10**9)
    if request.get("top_p") is not None:
        found["top_p"] = asked.number(request, "top_p", 1e-9, 1)
    return found


def write(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """The "text" with n tokens more; and with "both" true, the same written greedily."""
    learn: LanguageModel = explored.learn
    text, n, options = (
        asked.text(request, "text", LONGEST, ""),
        asked.whole(request, "n", 1, MOST, 200),
        _sampling(request),
    )
    both = asked.yes(request, "both")
    found = {"text": learn.generate(text, n, **options)}
    told = ", ".join(f"{name}={value!r}" for name, value in options.items())
    lines = [f"print(learn.generate({text!r}, {n}, {told}))"]
    if both:
        found["greedy"] = learn.generate(text, n, greedy=True)
        lines.append(f"print(learn.generate({text!r}, {n}, greedy=True))")
    return {**found, "code": code_of(explored, *lines)}


def surprise(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """How surprised it is by each token of "text": pieces with nats, None for the first, and the mean."""
    learn: LanguageModel = explored.learn
    text = asked.text(request, "text", LONGEST)
    nats = learn.surprise(text).tolist()
    decoder = learn.tokens.decoder()
    pieces = [decoder.feed(token) for token in learn.tokens.encode(text).tolist()]
    pieces[-1] += decoder.flush()
    told = [None, *(round(one, 3) for one in nats)]
    code = code_of(explored, f"nats = learn.surprise({text!r})", "print(nats.mean().exp())")
    mean = sum(nats) / len(nats)
    return {"pieces": [[*pair] for pair in zip(pieces, told, strict=True)], "nats": mean, "code": code}


ACTS: dict[str, Act] = {"next": following, "write": write, "surprise": surprise}
