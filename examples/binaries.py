"""Kinds of files told apart by the picture of their bytes. Files are read and never run.

    python examples/binaries.py [--data FOLDER] [--how bytes,entropy] [--epochs 8]

FOLDER holds a folder for each class; any files will do. Without it Python's own standard library is looked at: its
sources against its compiled and its shared libraries, as far as they are there.
"""

from __future__ import annotations

import argparse
import sysconfig
from pathlib import Path

import makebelieve as mb


def own_files(most: int = 300) -> tuple[list[Path], list[str]]:
    """Files of this Python, and their kinds by suffix: those of which there are ten or more."""
    files: dict[str, list[Path]] = {".py": [], ".pyc": [], ".so": []}
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*")):
        if path.suffix in files and len(files[path.suffix]) < most and path.is_file() and path.stat().st_size > 500:
            files[path.suffix].append(path)
    kept = [(path, suffix) for suffix, paths in files.items() if len(paths) >= 10 for path in paths]
    return [path for path, _ in kept], [suffix for _, suffix in kept]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of folders of files")
    parser.add_argument("--how", default="bytes,entropy", help="looks with commas between")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/binaries")
    arguments = parser.parse_args()
    source, labels = (arguments.data, "auto") if arguments.data else own_files()

    data = mb.binaries(source, labels=labels, how=arguments.how.split(","), size=arguments.size)
    learn = mb.classifier(data, seed=arguments.seed, run=arguments.run)
    learn.fit_one_cycle(arguments.epochs)
    print(learn.evaluate())

    print(data.summary())
    data.show_batch(16).save(f"{arguments.run}/files.png")
    print("this program:", learn.predict(__file__))


if __name__ == "__main__":
    main()
