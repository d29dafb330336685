"""Few labels: a balanced draw, nothing leaks, two streams that both come back, one process or two, one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from makebelieve.data import Data, arrays, images, random_crop
from makebelieve.errors import DataError, OptionError


def table(n: int = 90, **options: object) -> Data:
    """Rows whose first number is the row's own, in three classes by turns."""
    x = torch.arange(n * 16.0).view(n, 16)
    return arrays(x, [i % 3 for i in range(n)], **{"labelled": 9, **options})  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(11):
            Image.fromarray(noise.integers(0, 256, (8, 8), np.uint8)).save(tmp_path / "set" / name / f"{i}.png")
    return tmp_path / "set"


def test_labels_are_drawn_alike_from_all_classes() -> None:
    assert table(labelled=9).labelled.y.bincount().tolist() == [3, 3, 3]
    assert sorted(table(labelled=10).labelled.y.bincount().tolist()) == [3, 3, 4]
    assert len(table(labelled=72).labelled) == 72


def test_a_class_with_too_few_items_gives_all_and_the_others_make_up_for_it() -> None:
    data = arrays(torch.rand(40, 4), [0] * 2 + [1] * 20 + [2] * 18, valid=0, labelled=12)
    assert data.labelled.y.bincount().tolist() == [2, 5, 5]


def test_the_seed_decides_which() -> None:
    one, again, other = (table(seed=seed, valid=range(9)).labelled for seed in (1, 1, 2))
    assert torch.equal(one.x, again.x)
    assert not torch.equal(one.x, other.x)


def test_more_labels_keep_those_that_fewer_kept() -> None:
    few, more = (set(table(labelled=n).labelled.x[:, 0].tolist()) for n in (6, 30))
    assert few < more


def test_places_are_those_of_the_training_part() -> None:
    whole = table(labelled=None)
    data = table(labelled=np.array([7, 0, 1, 4]))
    assert torch.equal(data.labelled.x, whole.train.x[[0, 1, 4, 7]])
    assert torch.equal(data.labelled.y, whole.train.y[[0, 1, 4, 7]])


def test_no_other_label_is_to_be_had() -> None:
    data = table()
    assert data.train.y is None
    assert data.train[0][1] is None
    batches = data.batches("train", 8)
    assert all(next(batches).y is None for _ in range(3 * batches.steps_per_epoch))
    assert next(data.batches("valid", 8)).y is not None
    assert next(data.batches("valid", 8)).labelled is None
    assert data.classes == ["0", "1", "2"]


def test_labelled_batches_have_the_right_labels_and_visit_all() -> None:
    data = table(labelled=12)
    batches = data.batches("train", 4, seed=3)
    seen = []
    for _ in range(3):
        few = next(batches).labelled
        assert len(few) == few.total == 4
        assert ((few.x[:, 0] / 16).long() % 3).tolist() == few.y.tolist()
        assert torch.equal(few.x, data.labelled.x[few.items])
        seen += few.items.tolist()
    assert sorted(seen) == list(range(12))
    whole = next(data.batches("train", 40)).labelled
    assert len(whole) == whole.total == 12


def test_the_two_streams_have_orders_of_their_own() -> None:
    data = arrays(torch.arange(24.0)[:, None], [i % 2 for i in range(24)], valid=0, labelled=24)
    batch = next(data.batches("train", 24))
    assert not torch.equal(batch.items, batch.labelled.items)


@pytest.mark.parametrize("size", [1, 4, 16, 64])
def test_both_positions_resume_exactly(size: int) -> None:
    data = table(labelled=21)
    batches = data.batches("train", size, seed=5)
    seen = [(json.loads(json.dumps(batches.state())), next(batches)) for _ in range(2 * batches.steps_per_epoch + 3)]
    for state, batch in seen:
        fresh = data.batches("train", size, seed=5)
        fresh.load_state(state)
        assert fresh.state() == state
        got = next(fresh)
        assert torch.equal(got.x, batch.x)
        assert torch.equal(got.labelled.x, batch.labelled.x)
        assert torch.equal(got.labelled.items, batch.labelled.items)


def test_a_position_of_data_with_other_labels_is_refused() -> None:
    state = table(labelled=9).batches("train", 4).state()
    with pytest.raises(DataError, match="count=9"):
        table(labelled=12).batches("train", 4).load_state(state)
    with pytest.raises(DataError, match="labelled=None"):
        table().batches("train", 4).load_state(table(labelled=None).batches("train", 4).state())


@pytest.mark.parametrize("world", [2, 3])
def test_processes_together_see_what_one_sees(world: int) -> None:
    data = table(labelled=13)
    alone = data.batches("train", 8, seed=2)
    shares = [data.batches("train", 8, seed=2, rank=rank, world=world) for rank in range(world)]
    for _ in range(2 * alone.steps_per_epoch):
        whole, parts = next(alone), [next(share) for share in shares]
        assert torch.equal(torch.cat([p.x for p in parts]), whole.x)
        assert torch.equal(torch.cat([p.labelled.x for p in parts]), whole.labelled.x)
        assert torch.equal(torch.cat([p.labelled.y for p in parts]), whole.labelled.y)
        assert {p.labelled.total for p in parts} == {whole.labelled.total}


def test_chunks_share_the_labelled_items_too() -> None:
    batch = next(table(labelled=9).batches("train", 8))
    parts = batch.chunk(2)
    assert [len(part.labelled) for part in parts] == [4, 4]
    assert torch.equal(torch.cat([part.labelled.y for part in parts]), batch.labelled.y)
    assert {part.labelled.total for part in parts} == {8}
    few = next(table(labelled=3).batches("train", 8)).chunk(4)
    assert [part.labelled and len(part.labelled) for part in few] == [1, 1, 1, None]


def test_labelled_items_are_augmented_anew_each_time() -> None:
    x = np.random.default_rng(1).integers(0, 256, (30, 9, 8), np.uint8)
    data = images(x, labels=[i % 3 for i in range(30)], labelled=6, augment=[random_crop(3)])
    batches = data.batches("train", 6)
    one, two = ({int(i): x for i, x in zip(b.items, b.x, strict=True)} for b in (next(batches).labelled for _ in "ab"))
    assert one.keys() == two.keys()
    assert any(not torch.equal(one[i], two[i]) for i in one)


def test_streams_from_disk_give_the_batches_of_memory(folder: Path) -> None:
    inside, outside = (images(folder, labelled=4, memory=memory, workers=0) for memory in (True, False))
    one, two = (data.batches("train", 3, seed=6) for data in (inside, outside))
    for _ in range(2 * one.steps_per_epoch + 1):
        a, b = next(one), next(two)
        assert b.y is None
        assert torch.equal(a.x, b.x)
        assert torch.equal(a.labelled.x, b.labelled.x)
        assert torch.equal(a.labelled.y, b.labelled.y)
        assert one.state() == two.state()


def test_rebuilt_data_have_the_same_labels(folder: Path) -> None:
    of_list = [*sorted(map(str, folder.rglob("*.png")))]
    for source, labels in ((folder, "auto"), (of_list, lambda path: path.parent.name)):
        for labelled in (6, [0, 16, 3]):
            data = images(source, labels=labels, labelled=labelled, seed=3)
            how = json.loads(json.dumps(data.how_to_rebuild()))
            again = images(**how["arguments"])
            assert again.fingerprint() == data.fingerprint()
            assert torch.equal(again.labelled.x, data.labelled.x)


def test_the_fingerprint_tells_which_items_are_labelled() -> None:
    prints = {table(labelled=labelled, valid=range(9)).fingerprint() for labelled in (None, 9, 12, [0, 1, 2])}
    prints.add(table(seed=7, valid=range(9)).fingerprint())
    assert len(prints) == 5


def test_the_summary_and_the_description_tell_it() -> None:
    data = table(labelled=9)
    assert "9 of 72 training items have one" in data.summary()
    assert "labelled" in data.summary()
    assert data.describe()["labelled"] == 9
    assert table(labelled=None).describe()["labelled"] is None


def test_unlabelled_training_pictures_are_shown_without_captions(folder: Path) -> None:
    data = images(folder, labelled=4)
    assert data.show_batch(3).captions is None
    assert data.show_batch(3, "valid").captions is not None


@pytest.mark.parametrize(
    ("labelled", "error", "words"),
    [
        (73, OptionError, "labelled=73 asks for more labels than the 72 training items"),
        (2, OptionError, "labelled=2 is too few for 3 classes"),
        (0, OptionError, "not 0"),
        (-3, OptionError, "not -3"),
        (True, OptionError, "not True"),
        (1.5, OptionError, "not 1.5"),
        ("all", OptionError, "not 'all'"),
        ([], OptionError, "not []"),
        ([0, 1.5], OptionError, "not [0, 1.5]"),
        ([0, 1, 2, 1], OptionError, "place 1 twice"),
        ([0, 1, 72], OptionError, "training item 72, but there are only 72"),
        ([-1, 1, 2], OptionError, "training item -1"),
    ],
)
def test_unusable_labels_are_one_sentence(labelled: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        table(labelled=labelled)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_class_needs_a_label_and_labels_need_classes() -> None:
    places = [i for i, (_, label) in enumerate(table(labelled=None).train) if label != 2][:8]
    with pytest.raises(DataError, match="None of the 8 items that labelled names is of class 2"):
        table(labelled=places)
    with pytest.raises(DataError, match="no classes"):
        arrays(torch.rand(20, 3), labelled=4)
    with pytest.raises(DataError, match="no classes"):
        arrays(torch.rand(20, 3), torch.rand(20), labelled=4)
