"""A process that has everything loaded, and waits on stdin for one line of JSON that says what to be."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OOM = {"trainer": 300, "explorer": 600, "looker": 600}  # of 1000


def main() -> None:
    """Loads, waits, and becomes a trainer, an explorer or a looker; ends where stdin ends before that."""
    _warm()
    line = sys.stdin.buffer.readline()
    if line.strip():
        become(json.loads(line))


def become(told: Mapping[str, Any]) -> None:
    """Does what it is told until that is done.

    Args:
        told: {"be": "trainer", "job": folder}, {"be": "explorer", "run": folder} or {"be": "looker"}.

    Raises:
        ValueError: it is told something else.
    """
    _goes_first(OOM.get(told["be"], 0))
    match told["be"]:
        case "trainer":
            from makebelieve.studio import trainer

            trainer.main(told)
        case "explorer":
            from makebelieve.studio.explorer import process

            process.main(told)
        case "looker":
            from makebelieve.studio import looker

            looker.main(told)
        case other:
            raise ValueError(other)


def _goes_first(score: int) -> None:
    """Where memory runs out, Linux is to end this process and not the server, or the desktop."""
    try:
        Path("/proc/self/oom_score_adj").write_text(str(score), encoding="ascii")
    except OSError:  # another system, or not allowed
        return


def _warm() -> None:
    """Loads what every errand needs, and plays a tiny game once, as torch loads much of itself at the first step."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's products are small: threads slow them
    import numpy as np
    import torch

    import makebelieve as mb
    import makebelieve.runs
    import makebelieve.studio.trainer  # to have it loaded

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # others are training, maybe
    pictures = np.zeros((16, 1, 16, 16), np.float32)
    logging.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with tempfile.TemporaryDirectory() as folder:
            learn = mb.gan(mb.arrays(pictures), batch_size=4, latent=2, run=f"{folder}/warm", device="cpu")
            learn.fit(steps=1)
    logging.disable(logging.NOTSET)
    torch.set_num_threads(threads)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # what torch still has running in threads is not waited for
