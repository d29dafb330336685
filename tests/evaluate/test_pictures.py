"""Judging generators whose faults are known, with features that need no training: the pixels themselves."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

import makebelieve as mb
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.features import FeatureNetwork, own_features
from makebelieve.evaluate.frechet import frechet_distance
from makebelieve.evaluate.neighbours import precision_recall_density_coverage
from makebelieve.evaluate.pictures import PictureJudge, evaluate_pictures

SIDE, CLASSES = 8, 4
NEAR = (2, 2)


def drawn(n: int, seed: int, only: int | None = None) -> tuple[Tensor, Tensor]:
    """Pictures (n, 1, 8, 8) of one bright quarter each, which is their class, with noise."""
    random = torch.Generator().manual_seed(seed)
    y = torch.randint(0, CLASSES, (n,), generator=random) if only is None else torch.full((n,), only)
    x = 0.3 + 0.1 * torch.randn(n, 1, SIDE, SIDE, generator=random)
    for quarter in range(CLASSES):
        row, column = divmod(quarter, 2)
        x[y == quarter, :, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4] += 0.4
    return x.clamp(0, 1), y


@pytest.fixture(scope="module")
def data() -> mb.Data:
    x, y = drawn(900, 0)
    return mb.images((x * 255).round().to(torch.uint8), labels=y, valid=range(600, 900))


class Quarters(torch.nn.Module):
    """Means over 2 × 2 pixels: 16 features."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.nn.functional.avg_pool2d(x, NEAR).flatten(1)


def classes_of(features: Tensor) -> Tensor:
    """Logits by the mean of each quarter."""
    return 50 * torch.nn.functional.avg_pool2d(features.view(-1, 1, 4, 4), 2).flatten(1)


QUARTERS = FeatureNetwork("quarters", Quarters(), classes_of, True, CLASSES, {"features": "quarters"})


def judge(data: mb.Data, n: int = 300) -> PictureJudge:
    return PictureJudge(data, features=QUARTERS, n=n)


def test_a_perfect_generator_is_at_the_floor(data: mb.Data) -> None:
    asked: list[tuple[int, int]] = []

    def generate(n: int, seed: int) -> Tensor:
        asked.append((n, seed))
        return drawn(n, seed)[0]

    figures = evaluate_pictures(generate, data, features=QUARTERS, n=300, subject={"step": 5})
    assert sum(n for n, _ in asked) == 300
    assert figures["fd_quarters"] < 3 * figures["fd_quarters_floor"]
    assert figures["coverage"] > 0.8 * figures["coverage_floor"]
    assert figures["classes_found"] == figures["classes_found_floor"] == CLASSES
    assert figures["diversity"] == pytest.approx(1, abs=0.1)
    assert figures["class_entropy"] == pytest.approx(math.log(4), abs=0.02)
    assert figures["copies"] < 0.05
    assert figures["nearest_training"] == pytest.approx(figures["nearest_training_floor"], rel=0.1)
    assert len(figures.verdict) == 2
    assert "Nothing is missing" in figures.verdict[0]
    assert figures.subject == {"step": 5}


def test_figures_are_those_of_the_features(data: mb.Data) -> None:
    samples = drawn(300, 7)[0]
    figures = judge(data).judge(samples)
    rounded = (samples * 255).round() / 255
    made, real = Quarters()(rounded), Quarters()(data.valid.x / 255)
    assert figures["fd_quarters"] == pytest.approx(frechet_distance(made, real), rel=1e-6)
    expected = precision_recall_density_coverage(real, made)._asdict()
    assert {name: figures[name] for name in expected} == pytest.approx(expected)


def test_a_collapse_has_high_precision_and_the_verdict_says_what_it_is(data: mb.Data) -> None:
    figures = judge(data).judge(drawn(300, 3, only=1)[0])
    assert figures["precision"] > 0.85
    assert figures["coverage"] < 0.3
    assert figures["classes_found"] == 1
    assert figures["least_class_share"] == 0
    assert figures.verdict[0].startswith("Collapsed: 1 of 4 classes")
    assert "precision" in figures.verdict[0]


def test_one_picture_for_each_class_is_too_alike(data: mb.Data) -> None:
    means = torch.cat([drawn(200, 0, only=k)[0].mean(0, keepdim=True) for k in range(CLASSES)])
    figures = judge(data).judge(means.repeat_interleave(75, 0))
    assert figures["diversity"] < 0.1
    assert figures["classes_found"] == CLASSES
    assert any("too alike" in sentence for sentence in figures.verdict)


def test_copies_of_training_pictures_are_told(data: mb.Data) -> None:
    figures = judge(data).judge(data.train.x[:300].float() / 255)
    assert figures["copies"] == 1
    assert any(sentence.startswith("It copies: 100.0%") for sentence in figures.verdict)
    assert figures["nearest_training"] == 0


def test_noise_is_far(data: mb.Data) -> None:
    figures = judge(data).judge(torch.rand(300, 1, SIDE, SIDE))
    assert figures["precision"] < 0.1
    assert "times its floor" in figures.verdict[-1]
    assert figures.verdict[-1].startswith("Samples can be told")


def test_the_protocol_says_all_that_figures_hang_on(data: mb.Data) -> None:
    protocol = judge(data, 200).judge(drawn(200, 1)[0]).protocol
    assert (protocol["n_generated"], protocol["n_real"], protocol["seed"]) == (200, 200, 0)
    assert "200 of 300" in protocol["real"]
    assert protocol["data_fingerprint"] == data.fingerprint()
    assert judge(data).judge(drawn(300, 1)[0]).protocol["real"] == "validation part"
    with pytest.raises(DataError, match="n_generated"):
        mb_table(judge(data, 200).judge(drawn(200, 1)[0]), judge(data).judge(drawn(300, 1)[0]))


def mb_table(*figures: object) -> object:
    from makebelieve.figures import table

    return table({str(i): one for i, one in enumerate(figures)})  # type: ignore[misc]


def test_the_same_seed_gives_the_same_figures(data: mb.Data) -> None:
    one, again, other = (
        dict(evaluate_pictures(lambda n, s: drawn(n, s)[0], data, features=QUARTERS, n=250, seed=seed))
        for seed in (0, 0, 1)
    )
    assert one == again
    assert one != other


def test_as_many_as_there_are_where_nobody_says_how_many(data: mb.Data) -> None:
    assert PictureJudge(data, features=QUARTERS).n == 600


def test_own_features_tell_no_classes(data: mb.Data) -> None:
    def pixels(x: Tensor) -> Tensor:
        return x.flatten(1)

    figures = evaluate_pictures(lambda n, s: drawn(n, s)[0], data, features=pixels, n=300)
    assert {"fd_pixels", "kd_pixels", "coverage", "diversity"} <= set(figures)
    assert not {"classes_found", "inception_score_pixels"} & set(figures)
    assert figures["coverage"] > 0.5


def test_data_on_disk_are_judged_the_same(data: mb.Data) -> None:
    x = torch.cat([data.train.x, data.valid.x])
    y = torch.cat([data.train.y, data.valid.y])
    streamed = mb.images(x, labels=y, valid=range(600, 900), memory=False, workers=0)
    samples = drawn(300, 7)[0]
    assert dict(judge(streamed).judge(samples)) == dict(judge(data).judge(samples))


def test_bad_input(data: mb.Data) -> None:
    with pytest.raises(DataError, match="64 numbers"):
        PictureJudge(data, features=own_features(lambda x: x.flatten(1)), n=50)
    with pytest.raises(DataError, match="n=700 .* only 600 training"):
        judge(data, 700)
    with pytest.raises(OptionError, match="n was given 0"):
        judge(data, 0)
    with pytest.raises(OptionError, match="'inception'"):
        PictureJudge(data, features="inception")  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"\(300, 1, 9, 9\)"):
        judge(data).judge(torch.rand(300, 1, 9, 9))
    with pytest.raises(DataError, match="200"):
        judge(data).judge(torch.rand(200, 1, SIDE, SIDE))
    with pytest.raises(DataError, match="not finite"):
        judge(data).judge(torch.full((300, 1, SIDE, SIDE), math.nan))
    without = mb.images(data.train.x, valid=0)
    with pytest.raises(DataError, match="no validation pictures"):
        PictureJudge(without, features=QUARTERS)
    with pytest.raises(DataError):
        PictureJudge(mb.arrays(torch.rand(50, 4)), features=QUARTERS)  # type: ignore[arg-type]
