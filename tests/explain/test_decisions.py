"""What was decided, counted; checked by hand and against scikit-learn."""

from __future__ import annotations

import importlib
import importlib.util

import pytest
import torch
from torch import Tensor

from makebelieve import vision
from makebelieve.errors import DataError, OptionError
from makebelieve.explain import (
    calibration,
    class_table,
    confusion,
    confusion_table,
    greatest_errors,
    most_confused,
    per_class,
    per_label,
    top_losses,
)


def drawn(n: int = 200, k: int = 5, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Classes, of which the last never comes, and probabilities that are often right, of which the first never wins."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(0, k - 1, (n,), generator=generator)
    logits = torch.randn(n, k, generator=generator) + 2 * torch.nn.functional.one_hot(y, k)
    logits[:, 0] = -20
    return y, logits.softmax(1)


def test_confusion_counts_true_by_predicted() -> None:
    y = torch.tensor([0, 0, 1, 2, 2])
    p = torch.eye(3)[torch.tensor([0, 1, 1, 0, 2])]
    assert confusion(y, p).tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 1]]


def test_shares_by_class_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    y, p = drawn()
    matrix = confusion(y, p)
    assert matrix.tolist() == metrics.confusion_matrix(y, p.argmax(1), labels=range(5)).tolist()
    nan = float("nan")
    expected = metrics.precision_recall_fscore_support(y, p.argmax(1), labels=range(5), zero_division=nan)
    for found, reference in zip(per_class(matrix), expected, strict=True):
        torch.testing.assert_close(found.double(), torch.tensor(reference).double(), equal_nan=True)


def test_shares_by_label_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    generator = torch.Generator().manual_seed(1)
    p = torch.rand(50, 4, generator=generator)
    y = (torch.rand(50, 4, generator=generator) < p).float()
    y[:, 3] = 0
    expected = metrics.precision_recall_fscore_support(y, p >= 0.7, average=None, zero_division=float("nan"))
    for found, reference in zip(per_label(y, p, threshold=0.7), expected, strict=True):
        torch.testing.assert_close(found.double(), torch.tensor(reference).double(), equal_nan=True)


def test_calibration_by_hand() -> None:
    y = torch.tensor([0, 0, 0, 1])
    p = torch.tensor([[0.875, 0.125], [0.875, 0.125], [0.25, 0.75], [0.25, 0.75]])
    found = calibration(y, p, bins=4)  # 0.75 ends the third bin and belongs to it
    assert found.counts.tolist() == [0, 0, 2, 2]
    assert found.accuracy[2:].tolist() == [0.5, 1.0]
    assert found.accuracy[:2].isnan().all()
    assert found.error == pytest.approx(0.5 * 0.25 + 0.5 * 0.125)


@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torchvision", "torchmetrics")),
    reason="torchvision or torchmetrics is not installed",
)
def test_calibration_is_that_of_torchmetrics() -> None:
    vision.torchvision()  # torchmetrics imports it, and it may need mending
    functional = importlib.import_module("torchmetrics.functional.classification")
    y, p = drawn(400)
    expected = functional.multiclass_calibration_error(p, y, num_classes=5, n_bins=15, norm="l1")
    assert calibration(y, p).error == pytest.approx(float(expected), abs=1e-6)


def test_what_happens_as_often_as_told_is_calibrated_also_with_several_labels() -> None:
    generator = torch.Generator().manual_seed(2)
    p = torch.rand(20_000, 2, generator=generator)
    y = (torch.rand(20_000, 2, generator=generator) < p).float()
    assert calibration(y, p).error < 0.02
    assert calibration(y, p.sqrt()).error > 0.1
    assert int(calibration(y, p).counts.sum()) == 40_000


def test_most_confused_pairs_come_sorted() -> None:
    matrix = torch.tensor([[9, 3, 0], [1, 9, 5], [3, 0, 9]])
    assert most_confused(matrix) == [(1, 2, 5), (0, 1, 3), (2, 0, 3), (1, 0, 1)]
    assert most_confused(matrix, at_least=4) == [(1, 2, 5)]
    assert matrix.diagonal().tolist() == [9, 9, 9]


def test_top_losses_are_the_greatest_cross_entropies() -> None:
    y, p = drawn()
    losses = torch.nn.functional.nll_loss(p.double().log(), y, reduction="none")
    found = top_losses(y, p, 7)
    expected = losses.topk(7)
    assert found.places.tolist() == expected.indices.tolist()
    torch.testing.assert_close(found.losses, expected.values)
    assert top_losses(y[:3], p[:3], 9).places.shape == (3,)


def test_top_losses_of_several_labels_are_binary_cross_entropies() -> None:
    y, p = torch.tensor([[1.0, 0], [1, 1], [0, 0]]), torch.tensor([[0.9, 0.2], [0.1, 0.0], [0.5, 0.5]])
    found = top_losses(y, p, 3)
    assert found.places.tolist() == [1, 2, 0]
    expected = torch.nn.functional.binary_cross_entropy(p, y, reduction="none").mean(1)[[2, 0]]
    torch.testing.assert_close(found.losses[1:], expected.double())
    assert found.losses.isfinite().all()


def test_greatest_errors_of_one_or_several_numbers() -> None:
    y = torch.tensor([0.0, 1, 2, 3])
    assert greatest_errors(y, torch.tensor([[0.0], [3], [2], [2]]), 2).places.tolist() == [1, 3]
    found = greatest_errors(torch.zeros(2, 2), torch.tensor([[3.0, 4], [0, 1]]))
    assert found.losses.tolist() == [5, 1]


def test_tables_show_names_and_counts() -> None:
    matrix = torch.tensor([[8, 2], [0, 5]])
    shown = repr(class_table(per_class(matrix), ["cat", "dog"]))
    assert "precision" in shown and "cat" in shown and "0.8000" in shown
    lines = repr(confusion_table(matrix, ["cat", "dog"])).splitlines()
    assert lines[1].split()[0] == "cat" and lines[1].split()[2].startswith("2")


@pytest.mark.parametrize(
    ("y", "p", "told"),
    [
        (torch.zeros(2, dtype=torch.int64), torch.ones(3, 2), "do not fit"),
        (torch.zeros(0, dtype=torch.int64), torch.ones(0, 2), "do not fit"),
        (torch.zeros(2), torch.ones(2, 2), "do not fit"),
        (torch.tensor([0, 2]), torch.ones(2, 2), "0 to 1"),
        (torch.tensor([0, -1]), torch.ones(2, 2), "from -1"),
        (torch.tensor([0, 1]), torch.tensor([[1.0, 0], [float("nan"), 0]]), "1 of the predicted"),
    ],
)
def test_what_does_not_fit_is_told(y: Tensor, p: Tensor, told: str) -> None:
    with pytest.raises(DataError, match=told):
        confusion(y, p)


def test_logits_are_no_probabilities() -> None:
    with pytest.raises(DataError, match="softmax"):
        calibration(torch.tensor([0]), torch.tensor([[3.0, -1.0]]))
    with pytest.raises(OptionError, match="bins"):
        calibration(torch.tensor([0]), torch.tensor([[1.0, 0.0]]), bins=0)
    with pytest.raises(OptionError, match="n was given 0"):
        top_losses(torch.tensor([0]), torch.tensor([[1.0, 0.0]]), 0)
    with pytest.raises(DataError, match="do not fit"):
        greatest_errors(torch.zeros(2, 2), torch.zeros(2, 3))
    with pytest.raises(DataError, match="do not fit"):
        per_label(torch.zeros(2, 2), torch.zeros(2, 3))
