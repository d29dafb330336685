"""The run that is explored: its learner as the newest checkpoint has it, and what acts keep between requests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from makebelieve.runs import load, resume
from makebelieve.training.checkpoint import NAME


class Explored:
    """One run in this process.

    Args:
        run: its folder.

    Attributes:
        run: its folder.
        kept: what acts keep from one request to the next, by a name that begins with their module's; forgotten when a
            newer checkpoint is taken up.
    """

    def __init__(self, run: Path) -> None:
        self.run = run
        self.kept: dict[str, Any] = {}
        self._learn: Any = None
        self._loaded = ""
        self._with_data = False

    @property
    def learn(self) -> Any:
        """The learner, without its data unless `with_data` was asked for; loaded at the first look.

        Raises:
            CheckpointError: the run can't be loaded.
        """
        if self._learn is None:
            loaded = self.newest()
            self._learn = load(self.run)
            self._loaded = loaded
        return self._learn

    def with_data(self) -> Any:
        """The learner with the data it was trained on.

        Raises:
            CheckpointError: the data have changed or can't be had again without the program.
            DataError: they are missing.
        """
        if not self._with_data:
            step = self._loaded
            learn = resume(self.run)
            self._learn, self._with_data = learn, True
            if step != self.newest():
                self.kept.clear()
            self._loaded = self.newest()
        return self._learn

    @property
    def config(self) -> dict[str, Any]:
        """What the run's `config.json` says; {} for what was exported."""
        folder = self.learn.folder
        return {} if folder is None else dict(folder.read_config())

    @property
    def has_data(self) -> bool:
        """Whether the data can be had again, as far as the run's own notes say."""
        data = self.config.get("data")
        return isinstance(data, dict) and data.get("rebuild") is not None

    @property
    def system(self) -> str:
        """Its name, such as "gan"."""
        return str(self.learn.config.get("system", ""))

    def newest(self) -> str:
        """The newest checkpoint's name; "" where there is none."""
        folder = self.run / "checkpoints"
        names = (path.name for path in folder.iterdir()) if folder.is_dir() else iter(())
        return max((name for name in names if NAME.fullmatch(name)), key=lambda name: name.split("-")[2], default="")

    @property
    def newer(self) -> bool:
        """Whether the run has a newer checkpoint than the one that is loaded."""
        return self._learn is not None and self.newest() != self._loaded

    def reload(self) -> None:
        """Takes up the newest checkpoint; the data, once had, are had again when they are asked for."""
        self._learn, self._with_data = None, False
        self.kept.clear()


Act: TypeAlias = Callable[[Explored, dict[str, Any], list[bytes]], dict[str, Any]]


def code_of(explored: Explored, *lines: str, data: bool = False) -> str:
    """Python that loads the run and does the same as an act; imports among the lines go to the top, once each.

    Args:
        explored: the run.
        lines: what follows; they know `mb` and `learn`.
        data: whether the learner needs its data.
    """
    door = "resume" if data else "load"
    imports = {line: None for line in ["import makebelieve as mb", *lines] if line.startswith(("import ", "from "))}
    body = [line for line in lines if line and line not in imports]
    ordered = sorted(imports, key=lambda line: (line.startswith("from "), "makebelieve" in line, line))
    return "\n".join([*ordered, "", f"learn = mb.{door}({('runs/' + explored.run.name)!r})", *body]) + "\n"
