"""A language model that writes like a book, and what temperature does to it.

    python examples/writer.py [SOURCE] [--minutes 5] [--prompt "…"]

SOURCE is a text file, a folder of them, or a known name: "nietzsche" (600 KB, fetched once), "tinyshakespeare", or
"python-docs" (the default), the texts inside Python itself, which need no network.
"""

from __future__ import annotations

import argparse

import makebelieve as mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="python-docs")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--prompt", default="")
    parser.add_argument("--run", default="runs/writer")
    arguments = parser.parse_args()

    data = mb.text(arguments.source)
    print(data.summary())
    learn = mb.language_model(data, run=arguments.run)
    learn.fit(minutes=arguments.minutes)
    print(learn.evaluate())
    print(learn.show_temperatures((0.2, 0.5, 1.0, 1.2), prompt=arguments.prompt))


if __name__ == "__main__":
    main()
