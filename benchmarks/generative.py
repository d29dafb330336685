"""The generative family on real MNIST: quality in equal time, likelihood, speed. One part, or all in order.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/generative.py PART [options]
    python benchmarks/generative.py PART --help
    python benchmarks/generative.py all            # hours on two cores; docs/performance.md has what it printed

parts: autoencoder, vae, gan, diffusion, few-labels. Each is a program of its own in the file beside this one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS = {
    "autoencoder": ("_autoencoder.py", [["quality"], ["denoise"], ["speed"]]),
    "vae": ("_vae.py", [["plane"], ["likelihood"], ["speed"]]),
    "gan": (
        "_gan.py",
        [
            ["standard", "--seeds", "0,1,2"],
            ["ours", "--seconds", "600", "--seeds", "0,1,2"],
            ["keras"],
            ["steady"],
            ["wgan"],
            ["overhead"],
        ],
    ),
    "diffusion": ("_diffusion.py", [["--seconds", "120,300"], ["--speed"]]),
    "few-labels": ("_semi_supervised.py", [[], ["--alone"]]),
}


def run(part: str, options: list[str]) -> int:
    """One part in a process of its own, so that none inherits another's memory or threads."""
    print(f"\n# {part} {' '.join(options)}", flush=True)
    return subprocess.run([sys.executable, Path(__file__).with_name(PARTS[part][0]), *options], check=False).returncode


def main() -> int:
    """The exit status of the part that was asked for, or the worst of all."""
    words = sys.argv[1:]
    if words[:1] == ["all"]:
        return max(run(part, options) for part, (_, calls) in PARTS.items() for options in calls)
    if not words or words[0] not in PARTS:
        print(__doc__)
        return 0 if words in ([], ["-h"], ["--help"]) else 2
    return run(words[0], words[1:])


if __name__ == "__main__":
    sys.exit(main())
