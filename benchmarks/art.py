"""Pictures that are optimised, and pictures made from pictures: quality and speed. One part, or all in order.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/art.py PART [options]
    python benchmarks/art.py PART --help
    python benchmarks/art.py all            # an hour and a half on two cores; see docs/performance.md

parts: dream, style, stylizer, translator. Each is a program of its own in the file beside this one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS: dict[str, list[list[str]]] = {
    "dream": [[]],
    "style": [["quality"], ["speed", "--optimizer", "adam", "--slow"], ["speed"], ["memory", "--steps", "11"]],
    "stylizer": [[]],
    "translator": [[]],
}


def run(part: str, options: list[str]) -> int:
    """One part in a process of its own, so that none inherits another's memory or threads."""
    print(f"\n# {part} {' '.join(options)}", flush=True)
    return subprocess.run([sys.executable, Path(__file__).with_name(f"_{part}.py"), *options], check=False).returncode


def main() -> int:
    """The exit status of the part that was asked for, or the worst of all."""
    words = sys.argv[1:]
    if words[:1] == ["all"]:
        return max(run(part, options) for part, calls in PARTS.items() for options in calls)
    if not words or words[0] not in PARTS:
        print(__doc__)
        return 0 if words in ([], ["-h"], ["--help"]) else 2
    return run(words[0], words[1:])


if __name__ == "__main__":
    sys.exit(main())
