"""Dreams, styles and pictures made from pictures, from the command line."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

import makebelieve as mb
from makebelieve.cli.output import emit, keep_existing
from makebelieve.cli.signatures import option, options_of
from makebelieve.cli.train import arguments_for
from makebelieve.errors import OptionError
from makebelieve.messages import say

# What makes a picture from pictures, without a run: asked for only when it is needed, as it loads torch.
WORKS: dict[str, Callable[[], Callable[..., Any]]] = {"dream": lambda: mb.dream, "style": lambda: mb.style}
NOT_OPTIONS = ["photo", "content", "style", "styles", "frames", "out", "metadata"]
HELPS = {"dream": ("works.help_dream", "works.help_photo"), "style": ("works.help_style", "works.help_content")}
OUT = {"dream": Path("dream.png"), "style": Path("styled.png")}


def work_command(name: str) -> Any:
    """The command ``dream`` or ``style``; its options are those of the function."""
    from makebelieve.film import is_film

    work = WORKS[name]()
    shown = options_of(work, leave_out=NOT_OPTIONS)
    if name == "style":
        shown["shares"] = option("shares", str, None, say("works.help_shares"), metavar="NUMBER,…")
    told = say("works.help_dream_out" if name == "dream" else "works.help_style_out", out=OUT[name])
    where = typer.Option("--out", "-o", help=told, show_default=False)
    shown["out"] = _parameter("out", Annotated[Path | None, where], None)
    shown["frames"] = option("frames", Path, None, say("works.help_frames"))

    def run(
        context: typer.Context, pictures: list[Path], force: bool = False, no_metadata: bool = False, **given: Any
    ) -> None:
        moves = name == "dream" and is_film(pictures[0])
        usual = OUT[name].with_suffix(pictures[0].suffix) if moves else OUT[name]
        out, frames = given.pop("out") or usual, given.pop("frames")
        for path, film in ((out, moves), (frames, True)):
            if path is not None:
                keep_existing(path, force)
                _check_place(path, film=film)
        arguments = arguments_for(work, given, leave_out=NOT_OPTIONS)
        if name == "style":
            content, *manners = pictures
            arguments["styles"] = _with_shares(manners, given.get("shares"))
            made = work(content, **arguments)
        else:
            if len(pictures) != 1:
                raise OptionError("works.one_picture", n=len(pictures))
            made = work(pictures[0], **arguments, **({"out": out, "metadata": not no_metadata} if moves else {}))
        if made.film is None:
            made.save(out, metadata=not no_metadata)
        if frames is not None:
            made.frames.save(frames)
        _tell(context, out, frames, made)

    first = [
        _parameter("context", typer.Context),
        _parameter("pictures", Annotated[list[Path], _pictures(name)]),
        _parameter("force", Annotated[bool, typer.Option("--force", help=say("cli.help_force"))], False),
        _parameter(
            "no_metadata", Annotated[bool, typer.Option("--no-metadata", help=say("works.help_no_metadata"))], False
        ),
    ]
    run.__signature__ = inspect.Signature([*first, *shown.values()])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [*first, *shown.values()]}
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, help=say(HELPS[name][0]))(run)
    return typer.main.get_command(app)


def _check_place(path: Path, *, film: bool) -> None:
    """Whether a file can be written there: asked before the work, which would be lost after it.

    Raises:
        OptionError: no format goes with the suffix.
        OSError: the folder can't be made or written.
    """
    from makebelieve.art.frames import FPS
    from makebelieve.film.writing import check_suffix as check_film
    from makebelieve.pictures import check_suffix

    if film:
        check_film(path, Fraction(FPS))
    else:
        check_suffix(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _pictures(name: str) -> Any:
    metavar = "PHOTO" if name == "dream" else "CONTENT PAINTING…"
    return typer.Argument(metavar=metavar, help=say(HELPS[name][1]), show_default=False)


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _with_shares(manners: list[Path], given: str | None) -> list[tuple[Path, float]]:
    """Paintings with how much of each.

    Raises:
        OptionError: there is none, or shares are no numbers above 0, one a painting.
    """
    if not manners:
        raise OptionError("works.no_painting")
    if given is None:
        return [(manner, 1.0) for manner in manners]
    try:
        shares = [float(word) for word in given.split(",")]
    except ValueError:
        shares = []
    if len(shares) != len(manners) or not all(0 < share < float("inf") for share in shares):
        raise OptionError("works.shares", given=given, n=len(manners))
    return list(zip(manners, shares, strict=True))


def finish(learn: Any, context: typer.Context) -> None:
    """Finishes a dream or style that was interrupted, and writes its picture into the folder of its run."""
    learn.finish()
    out = Path(learn.run) / "picture.png"
    made = mb.Artwork(learn)
    made.save(out)
    _tell(context, out, None, made)


def _tell(context: typer.Context, out: Path, frames: Path | None, made: Any) -> None:
    values = {"picture": str(out), "frames": None if frames is None else str(frames), "steps": made.learner.step}
    if made.learner.run is not None:
        values["run"] = str(made.learner.run)
    if made.learner.interrupted:
        emit(context.obj, {**values, "interrupted": True}, say("works.work_interrupted", out=out))
        raise typer.Exit(130)
    more = "" if frames is None else say("works.frames_too", frames=frames)
    emit(context.obj, values, say("works.made", out=out, more=more))


def change(
    run: Path,
    files: list[Path],
    out: Path | None,
    options: Mapping[str, Any],
    *,
    verb: str,
    metadata: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Make new pictures or films of some by a run's translator or stylizer.

    Args:
        run: folder of the run.
        files: pictures or films.
        out: the file for one; for several a folder. By default NAME-VERB beside the working folder's files.
        options: of the verb, by name; None where not given. `steady` is left out for pictures.
        verb: "translate" or "stylise".
        metadata: whether pictures say by what they were made.
        force: whether a file that is there may be written over.
        as_json: write one JSON document.

    Raises:
        OptionError: the run's system has no such verb; or a file exists.
    """
    from makebelieve.film import is_film

    places = _places(files, out, verb)
    for place in places:
        keep_existing(place, force)
    learn = mb.load(run)
    if not hasattr(learn, verb):
        raise OptionError("works.cant_change", run=run, system=learn.name, verb=verb)
    given = {name: value for name, value in options.items() if value is not None}
    steady = {"steady": given.pop("steady")} if "steady" in given else {}
    for file, place in zip(files, places, strict=True):
        if is_film(file):
            getattr(learn, verb)(file, out=place, metadata=metadata, **given, **steady)
        else:
            getattr(learn, verb)(file, **given).save(place, metadata=metadata)
    emit(as_json, {"run": str(run), "files": [str(place) for place in places]}, "\n".join(map(str, places)))


def _places(files: list[Path], out: Path | None, verb: str) -> list[Path]:
    """Where results go, no two to one place: films to a container that can be written, pictures to .png."""
    from makebelieve.film import can_write, is_film

    if out is not None and out.suffix and not out.is_dir():
        if len(files) > 1:
            raise OptionError("works.many_to_one", n=len(files), out=out)
        return [out]
    folder = Path() if out is None else out
    suffixes = [(file.suffix if can_write(file) else ".mp4") if is_film(file) else ".png" for file in files]
    places = [folder / f"{file.stem}-{verb}d{suffix}" for file, suffix in zip(files, suffixes, strict=True)]
    twice = [place for place in places if places.count(place) > 1]
    if twice:
        raise OptionError("works.same_place", place=twice[0])
    return places
