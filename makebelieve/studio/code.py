"""The Python that does what a job does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from makebelieve.studio.backbones import looking
from makebelieve.studio.sources import called
from makebelieve.studio.systems import SYSTEMS

LINE = 100


def code_of(job: Mapping[str, Any], run: str) -> str:
    """A program with the same result.

    Args:
        job: a job, its data and pictures resolved.
        run: what the run's folder is to be called.
    """
    system = SYSTEMS[job["system"]]
    options = dict(job["options"])
    if system.works:
        first = [repr(options.pop(name)) for name in ("photo", "content") if name in options]
        lines, words = looking(job["options"])
        looks = [f"{name}={value}" for name, value in words.items()]
        options.pop("backbone", None)
        call = _call(f"made = mb.{system.door}", [*first, *looks, *_keywords(options), f"run={run!r}"])
        head = "\n".join(["import makebelieve as mb", *lines])
        return f"{head}\n{'' if lines else chr(10)}{call}\nmade.save({run + '/picture.png'!r})\n"
    first = [repr(options.pop("style"))] if "style" in options else []
    data = f"data = {called(job['data']['door'], job['data']['arguments'])}"
    call = _call(f"learn = mb.{system.door}", [*first, "data", *_keywords(options), f"run={run!r}"])
    fits = [_fit(job), *(_fitted("fit", more) for more in job.get("more", []))]
    lines = ["import makebelieve as mb", "", data, call, *(f"learn.{fit}" for fit in fits)]
    return "\n".join(lines) + "\n"


def code_to_resume(run: str) -> str:
    """A program that takes up a run that was made elsewhere."""
    return f"import makebelieve as mb\n\nlearn = mb.resume({run!r})\nlearn.resume()\n"


def _fit(job: Mapping[str, Any]) -> str:
    fit = dict(job.get("fit") or {})
    method = job.get("method") or (SYSTEMS[job["system"]].fit if set(fit) == {"epochs"} else "fit")
    return _fitted(method, fit)


def _fitted(method: str, fit: Mapping[str, Any]) -> str:
    told = [repr(fit["epochs"])] if set(fit) == {"epochs"} else _keywords(fit)
    return f"{method}({', '.join(told)})"


def _keywords(options: Mapping[str, Any]) -> list[str]:
    return [f"{name}={f'mb.recipes.{value}' if name == 'recipe' else repr(value)}" for name, value in options.items()]


def _call(head: str, arguments: list[str]) -> str:
    line = f"{head}({', '.join(arguments)})"
    if len(line) <= LINE:
        return line
    return f"{head}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"
