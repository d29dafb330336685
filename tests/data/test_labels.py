"""Labels as people give them: plain, NumPy's, torch's, pandas', and what has none."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import makebelieve as mb
from makebelieve.data.labels import encode, sort_classes

X = np.random.default_rng(0).normal(size=(20, 3))


@pytest.mark.parametrize(
    "labels",
    [
        [np.float32(i / 4) for i in range(20)],
        [torch.tensor(i / 4) for i in range(20)],
        [i // 4 if i % 4 == 0 else i / 4 for i in range(20)],  # whole ones among them, also the first
    ],
)
def test_numbers_of_any_make_are_targets(labels):
    data = mb.arrays(X, labels, valid=0)
    assert data.classes is None and data.train.y is not None
    torch.testing.assert_close(data.train.y, torch.arange(20) / 4)


@pytest.mark.parametrize("make", [np.array, torch.tensor, tuple])
def test_rows_of_numbers_are_several_targets(make):
    data = mb.arrays(X, [make([1.0, float(i)]) for i in range(20)], valid=0)
    assert data.classes is None and data.train.y is not None and data.train.y.shape == (20, 2)


def test_numpy_whole_numbers_and_truths_are_classes():
    assert mb.arrays(X, [np.int64(i % 2) for i in range(20)], classes=["no", "yes"]).classes == ["no", "yes"]
    assert mb.arrays(X, [np.bool_(i % 2) for i in range(20)]).classes == ["False", "True"]


def test_sets_of_names_are_several_classes():
    data = mb.arrays(X, [{"b", "a"} if i % 2 else {"a"} for i in range(20)])
    assert data.classes == ["a", "b"] and data.several


def test_no_value_of_a_data_frame_is_a_missing_label():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(mb.DataError, match="1 of 20"):
        mb.arrays(X, pandas.Series(["a"] * 19 + [None], dtype="string"))
    with pytest.raises(mb.DataError, match="2 of 3"):
        encode(["a", None, float("nan")])


def test_classes_that_are_the_same_number_have_one_order():
    names = ["1", "01", "001", "0001", "2"]
    assert {tuple(sort_classes(names[i:] + names[:i])) for i in range(5)} == {("0001", "001", "01", "1", "2")}


def test_targets_that_are_partly_whole_come_back_from_a_run(tmp_path):
    x = np.random.default_rng(0).integers(0, 255, (20, 8, 8), dtype=np.uint8)
    for path in (paths := [tmp_path / f"{i}.png" for i in range(20)]):
        mb.Pictures(torch.from_numpy(x[int(path.stem)])[None]).save(path)
    learn = mb.regressor(mb.images(paths, labels=[i // 2 if i % 2 == 0 else i / 2 for i in range(20)]), batch_size=16)
    learn.fit(1)
    assert mb.resume(learn.run).evaluate()["mae"] == pytest.approx(learn.evaluate()["mae"])


def test_clusters_of_an_empty_part_are_refused():
    data = mb.arrays(X, valid=0)
    with pytest.raises(mb.DataError):
        data.clusters(2, part="valid")
    with pytest.raises(mb.OptionError):
        data.clusters(2, n=0)
