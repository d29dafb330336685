from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from makebelieve.data import text
from makebelieve.data.text_data import TextData
from makebelieve.errors import DataError, OptionError
from makebelieve.training import protocols


def documents(n: int = 230, seed: int = 0, **options: Any) -> TextData:
    """Documents of many lengths, each told apart by its number."""
    drawn = random.Random(seed)
    texts = [f"{i:04d}" + "".join(drawn.choice("abcde ") for _ in range(drawn.randint(0, 60))) + "z" for i in range(n)]
    return text(texts, label=[i % 3 for i in range(n)], **{"valid": 0.2, **options})


def stream(n: int = 5000, seed: int = 0, **options: Any) -> TextData:
    drawn = random.Random(seed)
    return text("\n" + "".join(drawn.choice("abcdefgh \n") for _ in range(n - 1)), **options)


def same(one: Any, two: Any) -> bool:
    ys = one.y is two.y is None or torch.equal(one.y, two.y)
    return torch.equal(one.x, two.x) and ys and torch.equal(one.items, two.items) and one.total == two.total


# documents


def test_a_batch_has_its_documents_filled_up_at_the_end() -> None:
    data = documents()
    batch = next(data.batches("train", 16))
    assert batch.x.dtype == batch.y.dtype == torch.int64 and len(batch) == batch.total == 16
    for row, y, place in zip(batch.x, batch.y, batch.items.tolist(), strict=True):
        ids, label = data.train[place]
        assert torch.equal(row[: len(ids)], ids) and (row[len(ids) :] == data.tokens.pad).all()
        assert label == y.item() and data.classes == ["0", "1", "2"]
        assert data.tokens.decode(ids) == data.train.text(place)
    assert batch.x.shape[1] == max(len(data.train[i][0]) for i in batch.items.tolist())


def test_an_epoch_takes_every_document_once_at_most_and_in_another_order() -> None:
    data = documents()
    batches = data.batches("train", 16, seed=3)
    assert batches.steps_per_epoch == 184 // 16
    epochs = [torch.cat([next(batches).items for _ in range(batches.steps_per_epoch)]) for _ in range(2)]
    for items in epochs:
        assert len(items.unique()) == len(items) == 176
    assert not torch.equal(*epochs)
    again = data.batches("train", 16, seed=3)
    assert torch.equal(torch.cat([next(again).items for _ in range(11)]), epochs[0])


def test_documents_of_like_length_come_together() -> None:
    data = documents(2000, valid=0)
    batches = data.batches("train", 20)
    filled = spent = 0
    for _ in range(batches.steps_per_epoch):
        x = next(batches).x
        filled, spent = filled + int((x != 0).sum()), spent + x.numel()
    assert filled / spent > 0.9
    means = [next(batches).x.shape[1] for _ in range(100)]
    assert means != sorted(means) and means != sorted(means, reverse=True)


def test_validation_goes_by_length_and_misses_none() -> None:
    data = documents()
    batches = data.batches("valid", 16)
    got = [next(batches) for _ in range(batches.steps_per_epoch)]
    assert torch.cat([b.items for b in got]).sort().values.tolist() == list(range(46))
    widths = [b.x.shape[1] for b in got]
    assert widths == sorted(widths) and len(got[-1]) == 46 % 16


def test_documents_are_cut_to_length_but_kept_whole_for_a_language_model() -> None:
    data, whole = documents(length=10), documents()
    assert next(data.batches("valid", 64)).x.shape[1] == 10
    assert max(len(ids) for ids, _ in data.train) == 10
    assert torch.equal(data.train.ids, whole.train.ids) and data.train.text(0) == whole.train.text(0)
    assert data.reading("abc" * 9).tolist() == whole.reading("abc" * 9)[:10].tolist()


@pytest.mark.parametrize("part", ["train", "valid"])
@pytest.mark.parametrize("kind", ["documents", "carried", "windows"])
def test_resumed_anywhere_the_stream_goes_on_bit_for_bit(kind: str, part: protocols.Part) -> None:
    data: Any = documents() if kind == "documents" else stream().streams(7, carry=kind == "carried")
    whole = data.batches(part, 8, seed=1)
    steps = whole.steps_per_epoch
    states, got = [], []
    for _ in range(2 * steps + 3):
        states.append(whole.state())
        got.append(next(whole))
    for at in (0, 1, steps - 1, steps, steps + 1, 2 * steps):
        other = data.batches(part, 8, seed=1)
        next(other)
        other.load_state(states[at])
        assert other.state() == states[at]
        assert all(same(next(other), batch) for batch in got[at:])


@pytest.mark.parametrize("part", ["train", "valid"])
@pytest.mark.parametrize("kind", ["documents", "carried", "windows"])
@pytest.mark.parametrize("world", [2, 3])
def test_processes_together_have_the_rows_of_one(kind: str, part: protocols.Part, world: int) -> None:
    data: Any = documents() if kind == "documents" else stream().streams(7, carry=kind == "carried")
    one = data.batches(part, 8, seed=5)
    several = [data.batches(part, 8, seed=5, rank=rank, world=world) for rank in range(world)]
    for _ in range(one.steps_per_epoch + 2):
        whole, shares = next(one), [next(each) for each in several]
        assert torch.equal(torch.cat([share.x for share in shares]), whole.x)
        assert torch.equal(torch.cat([share.y for share in shares]), whole.y)
        assert torch.equal(torch.cat([share.items for share in shares]), whole.items)
        assert {share.total for share in shares} == {whole.total}


def test_a_state_of_other_batches_is_refused() -> None:
    data = stream()
    state = data.streams(7).batches("train", 8, seed=1).state()
    for other in (
        data.streams(7).batches("train", 4, seed=1),
        data.streams(7).batches("train", 8, seed=2),
        data.streams(9).batches("train", 8, seed=1),
    ):
        with pytest.raises(DataError):
            other.load_state(state)
    with pytest.raises(DataError):
        documents().batches("train", 8).load_state(documents(99).batches("train", 8).state())


def test_batches_are_cut_in_chunks() -> None:
    for batch in (next(documents().batches("train", 8)), next(stream().streams(7).batches("train", 8))):
        parts = batch.chunk(3)
        assert [len(one) for one in parts] == [3, 3, 2]
        assert torch.equal(torch.cat([one.x for one in parts]), batch.x)


def test_sizes_that_cannot_be() -> None:
    data = documents()
    for size in (0, -1, True, 2.5):
        with pytest.raises(OptionError):
            data.batches("train", size)  # type: ignore[arg-type]
        with pytest.raises(OptionError):
            stream().streams(7).batches("train", size)  # type: ignore[arg-type]
    with pytest.raises(OptionError):
        data.batches("train", 1, world=2)
    with pytest.raises(OptionError):
        data.batches("test", 8)  # type: ignore[arg-type]
    with pytest.raises(DataError):
        documents(valid=0).batches("valid", 8)


# streams


def test_every_position_is_to_predict_the_next_token() -> None:
    data = stream()
    for carry in (True, False):
        batches = data.streams(7, carry=carry).batches("train", 8)
        for _ in range(batches.steps_per_epoch + 1):
            batch = next(batches)
            assert batch.x.shape == batch.y.shape == (8, 7) and batch.x.dtype == torch.int64
            for x, y, at in zip(batch.x, batch.y, batch.items.tolist(), strict=True):
                assert torch.equal(x, data.train.ids[at : at + 7].long())
                assert torch.equal(y, data.train.ids[at + 1 : at + 8].long())


def test_carried_rows_go_on_where_they_were_and_an_epoch_begins_elsewhere() -> None:
    streams = stream().streams(7)
    batches = streams.batches("train", 8, seed=2)
    firsts = []
    for _ in range(5):
        last = next(batches).items
        firsts.append(last.tolist())
        for _ in range(batches.steps_per_epoch - 1):
            items = next(batches).items
            assert torch.equal(items, last + 7)
            last = items
    offsets = {first[0] for first in firsts}
    assert len(offsets) > 1 and max(offsets) < 7
    other = streams.batches("train", 8, seed=3)
    seen = [next(other).items[0].item() for _ in range(5 * other.steps_per_epoch)][:: other.steps_per_epoch]
    assert seen != [first[0] for first in firsts]


def test_a_new_epoch_never_looks_like_going_on() -> None:
    batches = stream(600).streams(7).batches("train", 8, seed=2)
    steps, last = batches.steps_per_epoch, next(batches).items
    for step in range(1, 20 * steps):
        items = next(batches).items
        assert torch.equal(items, last + 7) == (step % steps != 0)
        last = items


def covered(batches: Any) -> list[int]:
    places = []
    for _ in range(batches.steps_per_epoch):
        batch = next(batches)
        places += [at + 1 + i for at in batch.items.tolist() for i in range(batch.x.shape[1])]
    return sorted(places)


@pytest.mark.parametrize("carry", [True, False])
@pytest.mark.parametrize("window", [1, 7, 64, 5000])
@pytest.mark.parametrize("size", [1, 8, 33, 700])
def test_validation_predicts_every_token_but_the_first_exactly_once(carry: bool, window: int, size: int) -> None:
    data = stream(1007, valid=0.5)
    data.train.ids = data.train.ids.repeat(20)  # long enough for the widest window
    streams = data.streams(window, carry=carry)
    assert streams.count("valid") == 503
    assert covered(streams.batches("valid", size)) == list(range(1, 504))


def test_validation_rows_go_on_and_what_is_left_goes_on_in_the_last_row() -> None:
    streams = stream(1007, valid=0.5).streams(10)
    batches = streams.batches("valid", 6)
    ends: set[int] = set()
    for i in range(batches.steps_per_epoch):
        batch = next(batches)
        if i:
            assert all(at in ends for at in batch.items.tolist())
        ends = {at + batch.x.shape[1] for at in batch.items.tolist()}


def test_training_windows_on_their_own_are_shuffled_and_do_not_overlap() -> None:
    batches = stream().streams(7, carry=False).batches("train", 8)
    items = torch.cat([next(batches).items for _ in range(batches.steps_per_epoch)])
    assert not torch.equal(items, items.sort().values)
    assert (items.sort().values.diff() >= 7).all() and len({i % 7 for i in items.tolist()}) == 1


def test_small_parts_have_fewer_rows_of_four_windows() -> None:
    data = stream(300, valid=0.2)
    batch = next(data.streams(10).batches("train", 64))
    assert len(batch) == batch.total == 239 // 40
    with pytest.raises(OptionError):
        data.streams(100).batches("train", 64, world=4)


def test_a_text_shorter_than_a_window_is_told() -> None:
    data = text("a short\ntext", valid=0)
    with pytest.raises(DataError, match="12 tokens, too short for a window of 60: it takes 61"):
        data.streams(60)
    with pytest.raises(DataError, match="window of 60"):
        data.windows(60)
    batches = data.streams(11).batches("train", 4)
    assert next(batches).x.shape == (1, 11)
    for wrong in (0, True, 1.5):
        with pytest.raises(OptionError):
            data.streams(wrong)  # type: ignore[arg-type]
        with pytest.raises(OptionError):
            data.windows(5, wrong)  # type: ignore[arg-type]


def test_documents_follow_one_another_in_a_stream_each_closed_by_its_end() -> None:
    data = text(["one", "two", "three", "four"], valid=[3])
    assert data.tokens.decode(data.train.ids) == "one\ntwo\nthree\n"
    assert data.train.ids[data.train.starts[1:] - 1].tolist() == [data.tokens.end] * 3
    assert data.streams(4).count("train") == 13
    assert data.train.bytes == data.train.characters == 14


def test_textbook_windows_are_windows_and_the_next_token() -> None:
    data = stream(1000)
    windows = data.windows(20, 3)
    assert len(windows.train) == len(range(0, 900 - 20, 3)) and windows.shape == (20,)
    batch = next(windows.batches("train", 16))
    assert batch.x.dtype == torch.int64 and batch.x.shape == (16, 20)
    for x, y, place in zip(batch.x, batch.y, batch.items.tolist(), strict=True):
        assert torch.equal(x, data.train.ids[3 * place : 3 * place + 20].long())
        assert y == data.train.ids[3 * place + 20]
    assert windows.fingerprint() != data.windows(20, 2).fingerprint()


# what data say of themselves


def test_the_vocabulary_is_learnt_from_the_training_part_only() -> None:
    data = text("ab" * 50 + "\n" + "λ" * 30, valid=0.2)
    assert data.tokens.names[2:] == ("\n", "a", "b") or data.tokens.names[2:] == ("\n", "a", "b", "λ")
    drawn = text(["aa", "bb", "cc", "dd"], valid=[3])
    assert drawn.tokens.names[3:] == ("a", "b", "c")
    assert (drawn.valid[0][0] == drawn.tokens.unknown).all() and drawn.valid.text(0) == "dd"


def test_fingerprints_tell_data_apart() -> None:
    data = documents()
    assert data.fingerprint() == documents().fingerprint()
    others = [
        documents(seed=1),
        documents(length=10),
        documents(level="bpe"),
        documents(valid=0.3),
        documents(lower=True),
    ]
    assert len({data.fingerprint(), *(other.fingerprint() for other in others)}) == 6


def test_what_data_show() -> None:
    data = documents()
    told = data.summary()
    assert "184 train, 46 valid" in told and "characters" in told and "class" in told
    shown = data.show_batch(3)
    assert len(shown) == 3 and shown.head == ("class", "text") and "<table>" in shown._repr_html_()
    assert repr(data).startswith("TextData(230 texts: 184 train, 46 valid, Tokens(")
    line = stream()
    assert "the last 10 %" in line.summary() and len(line.show_batch(4, "valid")) == 4
    assert "window 7" in repr(line.streams(7))
    with pytest.raises(DataError):
        stream(valid=0).show_batch(part="valid")


def test_tokens_of_other_data_are_taken_as_they_are() -> None:
    first = documents()
    second = text(["new text", "and more"], tokens=first.tokens, valid=0)
    assert second.tokens is first.tokens and second.reading.tokens is first.tokens
    from_state = text(["new text", "and more"], tokens=first.tokens.state(), valid=0)
    assert from_state.fingerprint() == second.fingerprint()


def test_both_kinds_are_what_training_asks_for() -> None:
    def takes(data: protocols.Data) -> dict[str, Any]:
        return data.describe()

    data = documents()
    assert takes(data)["kind"] == takes(data.streams(5))["kind"] == "texts"
    assert data.as_validation("train").count("valid") == 184
    assert data.streams(5).as_validation("train").count("valid") == data.streams(5).count("train")
