from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from makebelieve.data import RatingsData, ratings
from makebelieve.data import ratings_tables as tables
from makebelieve.data.ratings_known import movielens_1m, synthetic
from makebelieve.errors import DataError, OptionError

MOVIELENS = Path(__file__).parents[2].parent / "shared" / "data" / "movielens-latest-small"

ROWS = [
    ("ann", 10, 4.0, 100), ("ann", 20, 2.5, 200), ("ann", 30, 5.0, 300), ("bob", 10, 3.0, 50), ("bob", 30, 1.0, 60),
    ("cat", 20, 4.5, 10), ("cat", 30, 2.0, 20), ("cat", 40, 3.5, 30),
]  # fmt: skip


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=["user_id", "movieId", "rating", "timestamp"]).assign(**columns)


def csv(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def plain(data: RatingsData) -> set[tuple[object, object, float]]:
    return {(data.users[u], data.items[i], v) for part in (data.train, data.valid) for u, i, v in part}


EXPECTED = {(user, item, value) for user, item, value, _ in ROWS}


# where they come from


def test_a_frame_a_file_a_dict_and_arrays_hold_the_same_ratings(tmp_path: Path) -> None:
    table = frame()
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    table.to_csv(tmp_path / "a.csv.gz", index=False)
    table.to_csv(tmp_path / "bare.csv", index=False, header=False)
    (tmp_path / "a.dat").write_text("\n".join("::".join(map(str, row)) for row in ROWS))
    columns = {name: table[name].tolist() for name in table}
    files = [tmp_path / name for name in ("a.csv", "a.tsv", "a.csv.gz", "bare.csv", "a.dat")]
    made = [ratings(one) for one in (table, columns, tuple(columns.values()), *files)]
    for data in made:
        assert plain(data) == EXPECTED
        assert data.users.ids == ["ann", "bob", "cat"] and data.items.ids == [10, 20, 30, 40]
        assert not data.implicit and data.range == (1.0, 5.0)
        assert data.train.times is not None
    assert len({data.fingerprint() for data in made}) == 1


def test_columns_go_by_many_names_or_by_those_given() -> None:
    renamed = frame().rename(
        columns={"user_id": "Customer ID", "movieId": "asin", "rating": "Stars", "timestamp": "date"}
    )
    assert plain(ratings(renamed)) == EXPECTED
    odd = frame().rename(columns={"user_id": "a", "movieId": "b", "rating": "c", "timestamp": "d"})
    assert plain(ratings(odd, user="a", item="b", rating="c", time="d")) == EXPECTED
    with pytest.raises(DataError, match="holds the user.*a, b, c, d"):
        ratings(odd)
    with pytest.raises(DataError, match="no column 'usr_id' for user=; the nearest is 'user_id'"):
        ratings(frame(), user="usr_id")


def test_ids_keep_their_leading_zeros_and_mix_with_text(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "user,item,rating\n007,1,3\n7,2,4\n7,x,5\n12,1,1\n")
    data = ratings(path)
    assert set(data.users.ids) == {"007", "7", "12"}
    assert set(data.items.ids) == {"1", "2", "x"}


def test_files_are_read_alike_in_pieces_and_by_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(i % 9, (i * i) % 7, (i % 10 + 1) / 2, i) for i in range(40)]
    head = "user,item,rating,time\n"
    path = csv(tmp_path / "a.csv", head + "".join(f"{u},{i},{r},{t}\n" for u, i, r, t in rows))
    whole = ratings(path).fingerprint()
    assert whole == ratings(pd.DataFrame(rows, columns=["user", "item", "rating", "time"])).fingerprint()
    quoted = csv(tmp_path / "b.csv", head + "".join(f'"{u}","{i}",{r},{t}\n' for u, i, r, t in rows))
    mixed = csv(tmp_path / "c.csv", head + "".join(f"{u}{'' if t < 20 else '.0'},{i},{r},{t}\n" for u, i, r, t in rows))
    torn = csv(tmp_path / "d.csv", head + "a,1,3,1\n\nb,1,4,2\na,2,good,3\nb,2,1,4\n")
    blank = csv(tmp_path / "f.csv", path.read_text() + "\n" * 9)
    long = csv(tmp_path / "e.csv", head + "a,1,3,1\nb,1,4,2\na,2,5,3,9\nb,2,1,4\n")
    for size in (3, 1 << 18):
        monkeypatch.setattr(tables, "_ROWS", size)
        assert ratings(path).fingerprint() == ratings(quoted).fingerprint() == ratings(blank).fingerprint() == whole
        assert set(ratings(mixed).users.ids) >= {"0", "8.0"}
        with pytest.raises(DataError, match=r"Row 3 .*'good'"):
            ratings(torn)
        with pytest.raises(DataError, match=r"Row 3 .*has 5 values where the first line has 4"):
            ratings(long)
    monkeypatch.setattr(tables, "_SNIFFED", 3)  # what comes later may be otherwise
    assert ratings(path).fingerprint() == whole


def test_a_sparse_matrix_and_an_array_are_taken() -> None:
    scipy = pytest.importorskip("scipy.sparse")
    data = ratings(scipy.csr_matrix(np.array([[5.0, 0, 1], [0, 2, 3]])), valid=0)
    assert list(data.train) == [(0, 0, 5.0), (0, 2, 1.0), (1, 1, 2.0), (1, 2, 3.0)]
    array = torch.tensor([[0, 7, 5.0], [1, 7, 2.0], [1, 9, 3.0]])
    assert plain(ratings(array, valid=0)) == {(0, 7, 5.0), (1, 7, 2.0), (1, 9, 3.0)}


def test_titles_are_found_beside_the_file_or_given(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "ratings.csv", index=False)
    films = csv(tmp_path / "movies.csv", 'movieId,title\n10,Alien (1979)\n20,"Matrix, The (1999)"\n30,기생충 (2019)\n')
    for data in (ratings(tmp_path), ratings(frame(), titles=films), ratings(frame(), titles=pd.read_csv(films))):
        assert data.items.titles == ["Alien (1979)", "Matrix, The (1999)", "기생충 (2019)", "40"]
        assert data.items.index("The Matrix") == 1
        assert data.items.index("기생충") == 2
        assert data.items.index("10") == data.items.index(10) == data.items.index("alien") == 0
    assert ratings(frame(), titles={10: "Ten"}).items.titles == ["Ten", "20", "30", "40"]
    with pytest.raises(DataError, match="no column of titles"):
        ratings(frame(), titles=pd.DataFrame({"a": [1]}))
    with pytest.raises(OptionError, match="not int"):
        ratings(frame(), titles=3)


def test_an_unknown_user_or_item_is_told_the_nearest() -> None:
    data = ratings(frame(), titles={10: "Alien (1979)", 20: "Aliens (1986)", 30: "Heat (1995)", 40: "Heat (1986)"})
    with pytest.raises(DataError, match=r"None of the 4 items is called 'Alein'; the nearest: 'Alien \(1979\)'"):
        data.items.index("Alein")
    with pytest.raises(DataError, match=r"nearest: 40"):
        data.items.index(41)
    with pytest.raises(DataError, match=r"None of the 3 users is called 'anne'; the nearest: 'ann'"):
        data.users.index("anne")
    with pytest.raises(DataError, match=r"2 items are called 'Heat': 30 .*40"):
        data.items.index("Heat")
    assert data.items.index("Heat (1986)") == 3
    assert type(data.items).from_state(json.loads(json.dumps(data.items.state()))).index("Heat (1995)") == 2


# what may be wrong


@pytest.mark.parametrize(
    ("columns", "options", "sentence"),
    [
        ({"rating": [4, 2, 9, 3, 1, 4, 2, 3]}, {"range": (0.5, 5)}, r"Row 3 .*holds 9, outside the range 0.5 to 5"),
        ({"rating": [4, 2, 5, np.nan, 1, 4, 2, np.inf]}, {}, r"Row 4 .*holds nan, as 2 row"),
        ({"rating": ["4", "2", "good", "3", "1", "4", "2", "3"]}, {}, r"Row 3 .*'good' where a number"),
        ({"user_id": ["a", "b", None, "a", "b", "c", "c", "d"]}, {}, r"Row 3 .*\"user_id\" is empty"),
        ({"movieId": [1, 2, 3, 4, np.nan, 5, 6, 7]}, {}, r"Row 5 .*\"movieId\" is empty"),
        ({"user_id": "ann"}, {}, r"All 4 ratings are of one user \('ann'\)"),
        ({"movieId": 7}, {}, r"All 3 ratings are of one item \(7\)"),
        ({"rating": 5}, {}, r"All 8 ratings are 5, which tells no taste"),
        ({}, {"valid": 0.01}, r"holds none of the 8 ratings back"),
        ({}, {"valid": "last:9"}, r"valid='last:9' holds none"),
        ({}, {"valid": 0.99}, r"All 8 items are held back"),
        ({}, {"fewest_user": 4}, r"None of the 8 ratings is left"),
        ({"timestamp": ["2024-01-01"] * 5 + ["yesterday"] * 3}, {}, r"Row 6 .*'yesterday'"),
    ],
)  # fmt: skip
def test_bad_rows_are_named(columns: dict[str, object], options: dict[str, object], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        ratings(frame(**columns), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [{"valid": "tomorrow"}, {"valid": 1.0}, {"valid": "last:0"}, {"valid": True}, {"range": (5, 1)}, {"range": 5},
     {"implicit": "yes"}, {"fewest_item": 0}],
)  # fmt: skip
def test_bad_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionError, match=str(next(iter(options)))):
        ratings(frame(), **options)  # type: ignore[arg-type]


def test_bad_sources_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="movielens-1m"):
        ratings("movilens-1m")
    with pytest.raises(DataError, match="no file called ratings"):
        ratings(tmp_path)
    with pytest.raises(DataError, match="not called like a table"):
        ratings(csv(tmp_path / "a.docx", "x"))
    with pytest.raises(DataError, match="holds no ratings"):
        ratings(csv(tmp_path / "a.csv", "user,item,rating\n"))
    with pytest.raises(DataError, match="not int"):
        ratings(3)
    with pytest.raises(DataError, match="Row 2 .*has 2 values where the first line has 3"):
        ratings(csv(tmp_path / "a.csv", "user,item,rating\na,1,3\nb,1\n"))
    (tmp_path / "a.csv").write_bytes("사용자,영화,평점\n가,나,3\n".encode("cp949"))
    with pytest.raises(DataError, match="encoding='cp949'"):
        ratings(tmp_path / "a.csv")
    with pytest.raises(DataError, match="goes by time"):
        ratings(frame().drop(columns="timestamp"), valid="time")


# what is kept


def test_repeated_ratings_keep_the_latest_and_events_add_up(caplog: pytest.LogCaptureFixture) -> None:
    rows = [("a", 1, 2.0, 5), ("a", 1, 4.0, 9), ("a", 1, 3.0, 7), ("a", 2, 1.0, 1), ("b", 1, 5.0, 1)]
    table = pd.DataFrame(rows, columns=["user", "item", "rating", "time"])
    data = ratings(table, valid=0)
    assert plain(data) == {("a", 1, 4.0), ("a", 2, 1.0), ("b", 1, 5.0)}
    assert data.facts.extra["duplicates"] == 2 and "2 ratings of an item" in data.summary()
    assert "2 ratings" in caplog.text
    events = ratings(table, valid=0, implicit=True)
    assert plain(events) == {("a", 1, 3.0), ("a", 2, 1.0), ("b", 1, 1.0)}
    assert events.implicit and events.range == (0.0, 1.0)
    plays = ratings(table.rename(columns={"rating": "plays"}), valid=0)
    assert plays.implicit and plain(plays) == {("a", 1, 9.0), ("a", 2, 1.0), ("b", 1, 5.0)}
    with pytest.raises(DataError, match="Row 1 .*above 0"):
        ratings(table.assign(plays=0), implicit=True, weight="plays")


def test_thin_users_and_items_are_left_out_until_none_is() -> None:
    # item 40 has one rating; without it cat has two, and without her item 20 has one, then ann two
    data = ratings(frame(), valid=0, fewest_item=2)
    assert data.items.ids == [10, 20, 30] and data.facts.extra["thin"] == 1
    assert "0 users" in data.facts.skipped[0] and "1 items" in data.facts.skipped[0]
    users, items = data.train.users, data.train.items
    assert users.bincount().min() >= 1 and items.bincount().min() >= 2
    both = ratings(frame(), valid=0, fewest_item=2, fewest_user=2)
    assert both.train.users.bincount().min() >= 2 and both.train.items.bincount().min() >= 2


def test_splits_at_random_by_time_and_by_each_users_last() -> None:
    share = ratings(frame(), valid=0.25)
    assert len(share.valid) == 2 and plain(share) == EXPECTED
    assert ratings(frame(), valid=0.25).fingerprint() == share.fingerprint()
    assert any(ratings(frame(), valid=0.25, seed=s).fingerprint() != share.fingerprint() for s in range(5))
    late = ratings(frame(), valid="time:0.25")
    assert late.valid.times is not None and late.train.times is not None
    assert sorted(late.valid.times.tolist()) == [200, 300] and late.train.times.max() == 100
    last = ratings(frame(), valid="last")
    assert {(last.users[u], last.items[i]) for u, i, _ in last.valid} == {("ann", 30), ("bob", 30), ("cat", 40)}
    two = ratings(frame(), valid="last:2")
    assert {last.users[u] for u, _, _ in two.valid} == {"ann", "cat"} and len(two.valid) == 4
    rows = ratings(frame().drop(columns="timestamp"), valid="last")
    assert {rows.items[i] for _, i, _ in rows.valid} == {30, 40}
    tied = [ratings(frame(timestamp=1), valid="last", seed=s) for s in range(20)]
    assert {data.items[i] for data in tied for u, i, _ in data.valid if data.users[u] == "ann"} == {10, 20, 30}
    assert len(ratings(frame(), valid=0).valid) == 0


def test_dates_become_seconds() -> None:
    days = [f"2024-01-{day:02d}" for day in range(1, 9)]
    for times in (days, pd.to_datetime(days)):
        data = ratings(frame(timestamp=times), valid=0)
        assert data.train.times is not None
        assert data.train.times[:2].tolist() == [1704067200, 1704067200 + 86400]


def test_data_are_made_again_from_plain_values(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "ratings.csv", index=False)
    films = csv(tmp_path / "movies.csv", "movieId,title\n10,Alien\n")
    for data in (
        ratings(tmp_path / "ratings.csv", valid="last", range=(0.5, 5)), ratings("synthetic", titles=films),
        ratings(tmp_path, titles=films, fewest_item=2, seed=7),
    ):  # fmt: skip
        again = data.how_to_rebuild()
        assert again is not None and again["door"] == "ratings"
        made = ratings(**json.loads(json.dumps(again["arguments"])))
        assert made.fingerprint() == data.fingerprint() and made.items.titles == data.items.titles
    assert ratings(frame()).how_to_rebuild() is None
    json.dumps(ratings("synthetic").describe())


# what learners see


def test_batches_are_pairs_and_values_and_go_on_where_they_were() -> None:
    data = ratings("synthetic")
    stream = data.batches("train", 64, seed=3)
    first = [next(stream) for _ in range(stream.steps_per_epoch)]
    assert first[0].x.shape == (64, 2) and first[0].x.dtype == torch.int64
    assert first[0].y is not None and first[0].y.dtype == torch.float32
    seen = torch.cat([batch.items for batch in first])
    assert len(seen.unique()) == len(seen)
    for batch in first[:3]:
        assert torch.equal(batch.x[:, 0], data.train.users[batch.items])
        assert torch.equal(batch.x[:, 1], data.train.items[batch.items])
        assert torch.equal(batch.y, data.train.values[batch.items])
    other = data.batches("train", 64, seed=3)
    for _ in range(10):
        next(other)
    state = json.loads(json.dumps(other.state()))
    again = data.batches("train", 64, seed=3)
    again.load_state(state)
    assert torch.equal(next(again).x, first[10].x)
    shares = [next(data.batches("train", 64, seed=3, rank=rank, world=2)) for rank in range(2)]
    assert torch.equal(torch.cat([share.x for share in shares]), first[0].x)


def test_the_matrix_holds_every_rating_and_its_transpose_too() -> None:
    data = ratings(frame(), valid=0)
    found = data.matrix()
    assert found.shape == (3, 4)
    dense = torch.zeros(3, 4)
    for u, i, v in data.train:
        dense[u, i] = v
    assert torch.equal(found.dense(torch.arange(3)), dense)
    assert torch.equal(found.dense(torch.tensor([2, 0, 2])), dense[[2, 0, 2]])
    assert torch.equal(found.by_item().dense(torch.arange(4)), dense.T)
    columns, values = found.row(1)
    assert columns.tolist() == [0, 2] and values.tolist() == [3.0, 1.0]


def test_data_tell_what_they_are() -> None:
    data = ratings("synthetic")
    summary = data.summary()
    assert "600: " in summary and "20 % for validation" in summary
    assert len(data.show_batch(5)) == 5 and "Item" in repr(data.show_batch(5))
    assert "600 users" in repr(data)
    with pytest.raises(DataError, match="holds no items"):
        ratings("synthetic", valid=0).show_batch(part="valid")


# known sets


def test_the_synthetic_truth_explains_its_ratings() -> None:
    data = ratings("synthetic", valid=0)
    truth = data.truth
    assert truth is not None
    error = data.train.values - truth.scores(data.train.users, data.train.items)
    assert error.mean().abs() < 0.03  # clipping at five stars leaves a little
    assert error.std() == pytest.approx((truth.noise**2 + 0.5**2 / 12) ** 0.5, abs=0.04)  # and rounding to halves
    means = torch.zeros(400).index_add_(0, data.train.items, data.train.values) / data.train.items.bincount(
        minlength=400
    )
    often = data.train.items.bincount(minlength=400) > 100
    assert torch.corrcoef(torch.stack([means[often], truth.item_bias[often]]))[0, 1] > 0.9
    counts = data.train.items.bincount(minlength=400).sort(descending=True).values
    assert counts[:40].sum() > counts[-200:].sum()
    small = synthetic(20, 10, 1000)
    assert len(next(small.table.pieces(["user"], ()))["user"]) == 100


def test_movielens_1m_is_unpacked_from_its_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path))
    (tmp_path / "movielens-1m").mkdir()
    archive = tmp_path / "movielens-1m" / "ml-1m.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ml-1m/ratings.dat", "1::5::5::9\n1::6::2::8\n2::5::3::7\n2::6::4::1\n3::5::1::1\n")
        packed.writestr("ml-1m/movies.dat", "5::Léon (1994)::Drama\n6::Up (2009)::Comedy\n".encode("latin-1"))
    monkeypatch.setattr("makebelieve.data.ratings_known.fetch", lambda *_: archive)
    assert movielens_1m().titles == {"5": "Léon (1994)", "6": "Up (2009)"}
    archive.unlink()  # what was unpacked is enough
    data = ratings("movielens-1m", valid="last")
    assert data.range == (1.0, 5.0) and data.items.index("Up") == 1 and len(data.valid) == 2


def test_compressed_text_that_is_torn_is_told(tmp_path: Path) -> None:
    whole = gzip.compress(b"user,item,rating\n" + b"a,1,3\nb,2,4\n" * 5000)
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="can't be read"):
        ratings(tmp_path / "a.csv.gz")


@pytest.mark.skipif(not MOVIELENS.is_dir(), reason="needs ../shared/data/movielens-latest-small")
def test_movielens_small_is_what_its_readme_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(MOVIELENS.parent))
    data = ratings("movielens-latest-small", valid="last")
    assert len(data.train) + len(data.valid) == 100_836 and len(data.valid) == len(data.users) == 610
    assert len(data.items) == 9_724 and data.range == (0.5, 5.0)
    assert data.items.title(data.items.index("alien")) == "Alien (1979)"


def test_whole_ids_are_found_as_floats_and_odd_text_is_only_unknown() -> None:
    data = ratings(frame())
    assert data.items.index(20.0) == data.items.index(" 20 ") == data.items.index(20)  # type: ignore[arg-type]
    for wanted in ("--20", 20.5, float("inf")):
        with pytest.raises(DataError):
            data.items.index(wanted)  # type: ignore[arg-type]


def test_weights_of_ratings_and_endless_ranges_are_refused() -> None:
    with pytest.raises(OptionError, match="implicit=True"):
        ratings(frame(plays=2), weight="plays")
    assert ratings(frame(plays=2), weight="plays", implicit=True).train.values.eq(2).all()
    with pytest.raises(OptionError, match="range"):
        ratings(frame(), range=(0, float("inf")))


def test_a_frame_without_rows_holds_no_ratings() -> None:
    with pytest.raises(DataError, match="no ratings"):
        ratings(frame().iloc[:0])


def test_titles_that_fit_no_item_are_told(caplog: pytest.LogCaptureFixture) -> None:
    ratings(frame(), titles={"10.0": "Alien"})
    assert "'10'" in caplog.text
    assert "'10.0'" in caplog.text


def test_a_single_rating_to_learn_from_has_a_spread_of_none() -> None:
    data = ratings({"user": [1, 2], "item": [1, 2], "rating": [3, 4]}, valid=0.5)
    assert "standard deviation 0" in data.summary()
