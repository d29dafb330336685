"""The linters, for people and for CI alike: ``python scripts/check.py``; with ``--fix`` ruff mends what it can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)
FIXES = (("ruff", "check", "--fix", "."), ("ruff", "format", "."))


def main(arguments: list[str]) -> int:
    """Run all checks, also after one has failed, and return how many failed."""
    root = Path(__file__).resolve().parents[1]
    beside = Path(sys.executable).parent
    failed = []
    for words in (*(FIXES if "--fix" in arguments else ()), *CHECKS):
        print(">", *words, flush=True)
        program = beside / words[0]
        if subprocess.run(
            [str(program) if program.exists() else words[0], *words[1:]], cwd=root, check=False
        ).returncode:
            failed.append(" ".join(words))
    print("failed: " + ", ".join(failed) if failed else "all checks passed")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
