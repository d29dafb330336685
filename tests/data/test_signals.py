"""Transforms of signals, and data that become pictures batch by batch."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor

from makebelieve.data import (
    Data,
    DataBlock,
    images,
    random_bend,
    random_crop,
    random_flip,
    random_mask,
    random_noise,
    random_shift,
    random_speed,
    random_split,
    random_warp,
)
from makebelieve.data.data import Facts
from makebelieve.data.signals import as_json, from_json, interpolated, split
from makebelieve.errors import DataError, OptionError

ALL = (random_speed(0.2), random_noise(0.3), random_shift(0.1), random_warp(0.3), random_bend(0.2), random_mask(0.4))
SIGNALS = ALL[:-1]


@dataclass(frozen=True)
class Outer:
    """(n, length) to (n, 1, length, length)."""

    def __call__(self, x: Tensor) -> Tensor:
        return (x.unsqueeze(1) * x.unsqueeze(2)).unsqueeze(1).clamp(0, 1)


@dataclass(frozen=True)
class Row:
    values: Tensor

    def __call__(self, i: int) -> Tensor:
        return self.values[i]


def outer(n: int = 41, memory: bool = True, augment: bool = True, length: int = 8) -> Data:
    values = torch.rand(n, length, generator=torch.Generator().manual_seed(1))
    block = DataBlock(
        items=range, x=Row(values), y=lambda i: i % 3, split=random_split(0.2), to_picture=Outer(),
        raw_transforms=[random_noise(0.3), random_speed(0.2)] if augment else [],
        batch_transforms=[random_flip()] if augment else [],
    )  # fmt: skip
    return block.assemble(range(n), Facts("outer"), memory=memory, workers=0)


def test_a_batch_is_pictures_and_an_item_is_one() -> None:
    data = outer(augment=False)
    assert data.shape == (1, 8, 8) and data.train.x.shape == (33, 8)
    batch = next(data.batches("train", 7))
    assert batch.x.shape == (7, 1, 8, 8)
    for x, item in zip(batch.x, batch.items, strict=True):
        torch.testing.assert_close(x, data.train[int(item)][0])
    shown = data.show_batch(4, seed=None)
    torch.testing.assert_close(shown.tensor[0], data.train[0][0])
    assert "1 × 8 × 8" in data.summary() and data.fingerprint() == outer(augment=True).fingerprint()


def test_signals_then_pictures_are_changed_by_seed_epoch_and_item_alone() -> None:
    data = outer()

    def seen(size: int, seed: int = 4) -> dict[tuple[int, int], Tensor]:
        batches = data.batches("train", size, seed=seed)
        out = {}
        for _ in range(2 * batches.steps_per_epoch):
            epoch = batches.state()["epoch"]
            batch = next(batches)
            out.update({(epoch, int(i)): x for i, x in zip(batch.items, batch.x, strict=True)})
        return out

    one, other = seen(33), seen(11)
    assert one.keys() == other.keys()
    for key, x in one.items():
        torch.testing.assert_close(other[key], x)
    assert not torch.equal(one[0, 3], one[1, 3]) and not torch.equal(one[0, 3], seen(33, seed=5)[0, 3])
    assert torch.equal(next(data.batches("valid", 8)).x[0], data.valid[0][0])  # nothing is changed here


@pytest.mark.parametrize("memory", [True, False])
def test_a_position_resumes_exactly(memory: bool) -> None:
    data = outer(memory=memory, length=16)  # 64 bytes an item
    batches = data.batches("train", 8, seed=5)
    for _ in range(9):
        state, batch = batches.state(), next(batches)
        fresh = data.batches("train", 8, seed=5)
        fresh.load_state(state)
        assert torch.equal(next(fresh).x, batch.x)


def test_memory_disk_processes_and_layout_agree() -> None:
    inside, outside = outer(), outer(memory=False)
    assert not isinstance(outside.train.x, Tensor) and outside.shape == inside.shape
    one, two = inside.batches("train", 8, seed=2), outside.batches("train", 8, seed=2)
    last = inside.batches("train", 8, seed=2, memory_format=torch.channels_last)
    disk_last = outside.batches("train", 8, seed=2, memory_format=torch.channels_last)
    shares = [inside.batches("train", 8, seed=2, rank=rank, world=2) for rank in range(2)]
    for _ in range(6):
        x = next(one).x
        assert torch.equal(next(two).x, x)
        for other in (next(last).x, next(disk_last).x):
            assert torch.equal(other, x) and other.is_contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(torch.cat([next(share).x for share in shares]), x)


def test_the_walk_through_a_block_shows_the_picture_stage() -> None:
    block = DataBlock(items=range, x=Row(torch.rand(9, 8)), to_picture=Outer(), raw_transforms=[random_noise()])
    told = block.summary(9)
    assert "raw_transforms 0" in told and "to_picture" in told and "2 × 1 × 8 × 8" in told


@pytest.mark.parametrize("transform", SIGNALS)
@pytest.mark.parametrize("shape", [(5, 64), (5, 2, 64)])
def test_transforms_keep_shape_and_depend_on_their_numbers(transform, shape) -> None:  # type: ignore[no-untyped-def]
    x = torch.randn(shape)
    u = torch.rand(5, transform.draws)
    y = transform(x, u)
    assert y.shape == x.shape and y.isfinite().all() and not torch.equal(y, x)
    assert torch.equal(transform(x, u), y)
    torch.testing.assert_close(transform(x[2:3], u[2:3])[0], y[2])  # an item alone comes out the same


def test_speed_warp_and_shift_read_elsewhere() -> None:
    ramp = torch.arange(101.0).expand(1, 101)
    faster = random_speed(0.5)(ramp, torch.tensor([[0.9999999]]))[0]
    torch.testing.assert_close(faster[50], torch.tensor(50.0))
    assert faster[51] - faster[50] == pytest.approx(1.5, abs=1e-3) and faster[0] == 0
    moved = random_shift(0.1)(ramp, torch.tensor([[0.9999999]]))[0]
    torch.testing.assert_close(moved[10:], ramp[0, :91])
    assert (moved[:9] == 0).all()
    warped = random_warp(0.5)(ramp, torch.tensor([[0.0, 1.0], [1.0, 0.0]]).expand(2, 2)[:1])[0]
    assert warped[0] == 0 and warped[-1] == 100 and (warped.diff() > 0).all()
    assert warped.diff().max() < 1.51 and not torch.allclose(warped, ramp[0], atol=1)
    assert interpolated(ramp, torch.tensor([[-2.0, 0.25, 99.5, 102.0]]))[0].tolist() == [0, 0.25, 99.5, 0]


def test_noise_has_the_level_asked_for() -> None:
    x = 3 * torch.randn(4, 20_000)
    loud = random_noise(0.5)(x, torch.tensor([[0.1, 0.0], [0.2, 0.0], [0.3, 0.5], [0.4, 1.0]])) - x
    levels = (loud.std(1) / x.std(1)).tolist()
    assert levels == pytest.approx([0.5, 0.5, 0.05, 0.005], rel=0.03)
    assert torch.corrcoef(loud)[0, 1].abs() < 0.05


def test_masks_black_out_a_band_each_way() -> None:
    x = torch.ones(50, 3, 20, 30)
    y = random_mask(0.5)(x, torch.rand(50, 4))
    rows, columns = (y[:, 0].amax(2) == 0).sum(1), (y[:, 0].amax(1) == 0).sum(1)
    assert rows.max() <= 10 and columns.max() <= 15 and rows.float().std() > 0 and columns.float().std() > 0
    assert torch.equal(y[:, 0], y[:, 2])


@pytest.mark.parametrize("make", [random_speed, random_noise, random_shift, random_warp, random_bend, random_mask])
@pytest.mark.parametrize("amount", [0, -0.1, 11, True, "a"])
def test_amounts_out_of_range_are_refused(make, amount) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OptionError, match=f"{make.__name__} takes an amount above 0"):
        make(amount)


def test_transforms_go_to_json_and_back() -> None:
    every = [*ALL, random_flip(0.3), random_crop(2)]
    told = as_json(every)
    assert told is not None
    assert [from_json(one) for one in json.loads(json.dumps(told))] == every
    assert split(every) == (list(SIGNALS), [random_mask(0.4), random_flip(0.3), random_crop(2)])
    assert as_json([Outer()]) is None  # type: ignore[list-item]
    assert math.isclose(random_speed(0.2).amount, 0.2)


# whole groups held out


def test_pictures_are_held_out_by_their_path(tmp_path: Path) -> None:
    from PIL import Image

    for who in ("ann", "bob"):
        for i in range(4):
            Image.new("L", (8, 8), 10 * i).save(tmp_path / f"{i % 2}_{who}_{i}.png")
    for held in ("_bob_", re.compile("bob"), lambda path: "bob" in path.name):
        data = images(tmp_path, labels=r"(\d)_\w+\.png$", valid=held)
        assert (len(data.train), len(data.valid)) == (4, 4)
        again = data.how_to_rebuild()
        assert again is not None
        arguments = json.loads(json.dumps(again["arguments"]))
        assert arguments["valid"] == [1, 3, 5, 7] or sorted(arguments["valid"]) == sorted(again["arguments"]["valid"])
        assert images(**arguments).fingerprint() == data.fingerprint()
        assert "held out" in data.summary()
    with pytest.raises(DataError, match="'carl' holds back none of the 8 items"):
        images(tmp_path, valid="carl")
    with pytest.raises(OptionError, match="no regular expression"):
        images(tmp_path, valid="(")
    with pytest.raises(OptionError, match="this source has none"):
        images(torch.zeros(4, 8, 8), valid="bob")
