"""The folder of a run: config.json, history.jsonl, clock.jsonl, checkpoints/, samples/, report.html."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from makebelieve.errors import CheckpointError, TrainingError
from makebelieve.training.checkpoint import read_whole, write_atomically

FORMAT = 1


class RunFolder:
    """Where things of one run lie."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.json"
        self.history = path / "history.jsonl"
        self.clock = path / "clock.jsonl"
        self.checkpoints = path / "checkpoints"
        self.samples = path / "samples"

    def exists(self) -> bool:
        return self.config.exists()

    def write_config(self, config: Mapping[str, Any]) -> None:
        content = json.dumps({"format": FORMAT, **config}, ensure_ascii=False, indent=1, default=str)
        write_atomically(self.config, content.encode())

    def read_config(self) -> dict[str, Any]:
        """What the run was made with.

        Raises:
            CheckpointError: if this is no run folder, or one of a format that this version does not know.
        """
        try:
            config = json.loads(read_whole(self.config))
            format_ = config["format"]
        except FileNotFoundError:
            raise CheckpointError("training.no_run", path=self.path) from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise CheckpointError("training.config_torn", path=self.config) from error
        if format_ != FORMAT:
            raise CheckpointError("training.checkpoint_format", path=self.config, found=format_, known=FORMAT)
        return dict(config)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The run for this process alone, while it trains.

        Raises:
            TrainingError: if another process is training it.
        """
        try:
            with FileLock(self.path / ".lock", blocking=False):
                yield
        except Timeout:
            raise TrainingError("training.run_busy", path=self.path) from None

    def tick(self, step: int, seconds: float) -> None:
        with self.clock.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, "seconds": round(seconds, 3)}) + "\n")

    def cut_clock(self, step: int) -> None:
        """Forgets the times of steps after `step`, which a resumed run takes again."""
        if self.clock.exists():
            lines = self.clock.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if line.endswith("}\n") and json.loads(line)["step"] <= step]
            write_atomically(self.clock, "".join(kept).encode())


def new_run_folder(asked: str | Path | None, name: str) -> RunFolder:
    """A new folder: the one asked for, or the next free `runs/NAME-001` (`MAKEBELIEVE_RUNS` moves runs/).

    Raises:
        TrainingError: if the folder asked for holds a run or something else already.
    """
    if asked is not None:
        path = Path(asked)
        if (path / "config.json").exists():
            raise TrainingError("training.run_exists", path=path)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise TrainingError("training.folder_in_use", path=path)
        path.mkdir(parents=True, exist_ok=True)
        return RunFolder(path)
    root = Path(os.environ.get("MAKEBELIEVE_RUNS", "runs"))
    root.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = root / f"{name}-{number:03d}"
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return RunFolder(path)
