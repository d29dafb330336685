"""What to watch next: films rated, neighbours against factors, and lists ranked over the full catalogue.

    python examples/films.py [SOURCE] [--like "Alien" --like "Heat"]

SOURCE is a table of ratings (.csv, .tsv, .parquet) with a table of titles beside it, or a known name:
"movielens-latest-small" (the default, fetched once), "movielens-1m", … or "synthetic", which needs no network.
"""

from __future__ import annotations

import argparse

import makebelieve as mb

RIVALS = ("popular", "item_neighbours", "user_neighbours", "als", "ease")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="movielens-latest-small")
    parser.add_argument("--like", action="append", help="a title; may be given several times")
    parser.add_argument("--run", default="runs/films")
    arguments = parser.parse_args()

    ratings = mb.ratings(arguments.source)
    print(ratings.summary())
    stars = mb.recommender(ratings, run=f"{arguments.run}/stars")
    stars.fit()
    print(stars.evaluate())

    events = mb.ratings(arguments.source, implicit=True, valid="last")
    found = {}
    for network in RIVALS:
        learn = mb.recommender(events, network, run=f"{arguments.run}/{network}")
        learn.fit()
        found[network] = learn.evaluate()
    print(mb.table(found))

    user = events.users[0]
    print(learn.recommend(user))
    print(learn.because(user, learn.recommend(user, n=1)[0].id))
    print(learn.recommend(ratings=arguments.like or [events.items.title(0), events.items.title(1)]))


if __name__ == "__main__":
    main()
