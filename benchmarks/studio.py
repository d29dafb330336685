"""The studio's figures, measured in chromium.

    python benchmarks/studio.py                    all of them
    python benchmarks/studio.py first              from the command to the printed address, and to a usable page
    python benchmarks/studio.py latencies          what a person does, while a run trains
    python benchmarks/studio.py speed              steps a second from the page and from Python, in turns
    python benchmarks/studio.py hour               browser and server over an hour of live curves, told in a few minutes

Latencies are the page's own `performance.measure` entries named "mb:…", from the input to the visible change, and wall
clock where a click leads to files. p50 and p95 are over all entries of a name. Needs playwright and chromium
(`CHROMIUM` may name one).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "studio"))

import _studio_hour
import _studio_latencies
import _studio_speed

PARTS = {
    "first": _studio_latencies.first,
    "latencies": _studio_latencies.latencies,
    "speed": _studio_speed.speed,
    "hour": _studio_hour.hour,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all by default")
    parser.add_argument("--rounds", type=int, default=7, help="of speed: runs from the page and from Python")
    parser.add_argument("--steps", type=int, default=200, help="of speed: of each run")
    parser.add_argument("--threads", type=int, default=1, help="of each training")
    parser.add_argument("--minutes", type=float, default=3.0, help="of hour: in which an hour is told")
    parser.add_argument("--times", type=int, default=60, help="of latencies: how often each thing is done")
    args = parser.parse_args()
    for name in args.parts or PARTS:
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Path(folder), args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
