"""What runs in a looker's process: data as a door makes them, and what there is to see of them."""

from __future__ import annotations

import base64
import io
import json
import math
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

import torch
from PIL import Image

import makebelieve as mb
from makebelieve.data.text_part import TextPart
from makebelieve.data.windows import SeriesWindows
from makebelieve.errors import MakebelieveError, MissingExtraError
from makebelieve.messages import say
from makebelieve.studio import frames
from makebelieve.studio.refusals import Refusal, problem
from makebelieve.studio.sources import called

SHOWN, ROWS, LINES, POINTS = 16, 8, 6, 200  # pictures, rows of text, series, and points of one
SKIPPED, NAMES, LONG = 100, 200, 400
DOORS: dict[str, Callable[..., Any]] = {
    "images": mb.images, "audio": mb.audio, "text": mb.text, "ratings": mb.ratings, "traces": mb.traces,
    "binaries": mb.binaries, "series": mb.series, "pairs": mb.pairs,
}  # fmt: skip


def main(told: Mapping[str, Any]) -> None:  # noqa: ARG001 - as all workers are called
    """Answers frames on stdin by frames on stdout, until stdin ends.

    A request's head is {"act": "look"}, its one blob {"door", "arguments"} as `sources.resolve` gives them; an answer's
    head is {"status": of HTTP}, its one blob JSON.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's, whose end this one sees on stdin
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that a library prints gets among the frames
        torch.set_num_threads(1)
        while (frame := frames.read(sys.stdin.buffer)) is not None:
            status, answer = answered(json.loads(frame[1][0]))
            out.write(frames.packed({"status": status}, [json.dumps(answer, ensure_ascii=False).encode()]))
            out.flush()


def answered(data: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and the answer of one look."""
    try:
        return 200, look(data["door"], data["arguments"])
    except MakebelieveError as error:
        status = error.status if isinstance(error, Refusal) else 503 if isinstance(error, MissingExtraError) else 422
        return status, problem(error.key, error.values)
    except MemoryError:
        return 413, problem("studio.look_memory", {})


def look(door: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Makes data and shows them.

    Args:
        door: its name.
        arguments: of it, sources as paths or known names.

    Returns:
        {"batch": a PNG as a data address or None, "pictures": its pictures one by one or None, "rows": {"head", "rows"}
        of texts or None, "lines": series or None, "classes", "counts": {class: [train, valid]}, "n": [train, valid],
        "skipped": [text], "skipped_in_all", "summary": text, "facts", "code"}.

    Raises:
        MakebelieveError: as the door does.
    """
    made = DOORS[door](**arguments)
    facts = made.describe()
    skipped = [str(one)[:LONG] for one in made.facts.skipped]
    return {
        "batch": None, "pictures": None, "rows": None, "lines": None, **_shown(made),
        "classes": (made.classes or [])[:NAMES], "counts": _counts(made),
        "n": [_length(made.part(part)) for part in ("train", "valid")],
        "skipped": skipped[:SKIPPED], "skipped_in_all": len(skipped), "summary": made.summary(),
        "facts": _plain({name: facts[name] for name in _FACTS if facts.get(name) is not None}),
        "code": "\n".join(("import makebelieve as mb", "", f"data = {called(door, arguments)}", *_code_of(made))),
    }  # fmt: skip


_FACTS = ("name", "kind", "shape", "split", "licence", "users", "items", "series", "tokens", "level", "range")


def _shown(made: Any) -> dict[str, Any]:
    """What one sees of some of the data."""
    if isinstance(made, SeriesWindows):
        return {"lines": _lines(made)}
    batch = made.show_batch(SHOWN if isinstance(made, mb.Data) else ROWS)
    if isinstance(made, mb.Data):
        captions = batch.captions or [""] * len(batch)
        pictures = [{"src": _address(one), "caption": caption} for one, caption in zip(batch, captions, strict=True)]
        return {"batch": _address(batch.grid()), "pictures": pictures}
    rows = [[str(cell)[:LONG] for cell in row] for row in batch.rows]
    return {"rows": {"head": list(batch.head), "rows": rows}}


def _address(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def _code_of(made: Any) -> list[str]:
    return ["print(data.summary())"] if isinstance(made, SeriesWindows) else ["data.show_batch()"]


def _lines(made: SeriesWindows) -> list[dict[str, Any]]:
    """The first series as they run, thinned; where a value is missing, None."""
    found = []
    for history, before in zip(made.histories[:LINES], made.cuts, strict=False):
        every = max(1, math.ceil(len(history) / POINTS))
        for column, name in list(enumerate(made.layout.targets))[:LINES]:
            values = history.values[::every, column].tolist()
            label = f"{history.name} {name}".strip() or say("text.column_text")
            kept = [value if math.isfinite(value) else None for value in values]
            found.append({"name": label, "values": kept, "valid_from": before // every})
    return found[:LINES]


def _counts(made: Any) -> dict[str, list[int]]:
    """How many items of each class a part has."""
    if not made.classes:
        return {}
    per = [_per_class(made.part(part).y, len(made.classes)) for part in ("train", "valid")]
    return {name: [per[0][i], per[1][i]] for i, name in enumerate(made.classes[:NAMES])}


def _per_class(y: torch.Tensor | None, classes: int) -> list[int]:
    if y is None or not len(y):
        return [0] * classes
    each = y.sum(0) if y.ndim == 2 else torch.bincount(y, minlength=classes)
    found: list[int] = each.long().tolist()
    return found


def _length(part: Any) -> int:
    """Items of a part, or tokens of a text without documents."""
    return len(part.ids) if isinstance(part, TextPart) and part.y is None and len(part) <= 1 else len(part)


def _plain(value: Any) -> Any:
    """As JSON takes it."""
    return json.loads(json.dumps(value, default=str, allow_nan=False))
