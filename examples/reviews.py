"""Film reviews: good or bad? Beside the linear baseline, and with the words that decided.

    python examples/reviews.py [SOURCE] [--text document --label label] [--epochs 3]

SOURCE is a table (.tsv, .csv), or a known name: "nsmc", 200,000 Korean reviews (the default, fetched once), or "imdb".
"""

from __future__ import annotations

import argparse

import makebelieve as mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="nsmc")
    parser.add_argument("--text")
    parser.add_argument("--label")
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--run", default="runs/reviews")
    arguments = parser.parse_args()

    data = mb.text(arguments.source, text=arguments.text, label=arguments.label)
    print(data.summary())
    learn = mb.classifier(data, run=arguments.run)
    learn.fit_one_cycle(arguments.epochs)
    print(learn.evaluate())
    print(learn.top_losses(5))
    korean, english = ("정말 재미있다", "시간이 아깝다"), ("A delight.", "A waste of time.")
    for review in korean if arguments.source == "nsmc" else english:
        print(learn.explain(review))


if __name__ == "__main__":
    main()
