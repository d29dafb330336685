"""The pictures of what was found."""

from __future__ import annotations

import pytest
import torch

from makebelieve.errors import OptionError
from makebelieve.explain import (
    calibration,
    confusion_picture,
    filters_picture,
    heat_picture,
    reliability_picture,
)
from makebelieve.explain.pictures import shown, signed


@pytest.mark.parametrize("k", [1, 2, 10, 31, 200])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_confusion_of_any_number_of_classes_is_drawn(k: int, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", language)
    matrix = torch.randint(0, 9, (k, k), generator=torch.Generator().manual_seed(0)) + 50 * torch.eye(k).long()
    picture = confusion_picture(matrix, [f"종류 {i} of a long name" for i in range(k)])
    n, c, h, w = picture.tensor.shape
    assert (n, c) == (1, 3) and min(h, w) >= 400 and max(h, w) <= 1400
    assert picture.tensor.std() > 0.01
    assert confusion_picture(matrix).tensor.shape[0] == 1


def test_a_confusion_matrix_is_square_with_a_name_a_class() -> None:
    for matrix, classes in ((torch.zeros(2, 3), None), (torch.zeros(2, 2), ["a"]), (torch.zeros(0, 0), None)):
        with pytest.raises(OptionError, match="it is square"):
            confusion_picture(matrix, classes)


def test_a_reliability_diagram_is_drawn_also_of_one_bin() -> None:
    y, p = torch.tensor([0, 1, 1]), torch.tensor([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]])
    for bins in (1, 15):
        assert reliability_picture(calibration(y, p, bins=bins)).tensor.std() > 0.01


def test_heat_colours_what_it_covers_and_leaves_the_rest_grey() -> None:
    heat = torch.zeros(6, 6)
    heat[2, 3] = 1
    for channels in (1, 2, 3):
        picture = torch.rand(channels, 6, 6)
        tensor = heat_picture(picture, heat).tensor[0]
        assert tensor.shape == (3, 6, 6)
        torch.testing.assert_close(tensor[:, 0], picture.mean(0)[0].expand(3, -1))
        assert tensor[0, 2, 3] > tensor[2, 2, 3]


def test_signed_values_have_zero_in_the_middle() -> None:
    values = torch.tensor([[-2.0, 0, 1, 0.5], [0, 0, 0, 0]]).view(2, 1, 2, 2)
    found = signed(values).flatten().tolist()
    assert found == pytest.approx([0, 0.5, 0.75, 0.625, 0.5, 0.5, 0.5, 0.5], abs=0.01)
    sparse = torch.zeros(1, 1, 20, 20)
    sparse[0, 0, 3, 4] = -1
    assert signed(sparse)[0, 0, 3, 4] == 0 and signed(sparse).sum() == 0.5 * 399
    assert signed(torch.randn(1, 5, 2, 2)).shape == (1, 1, 2, 2)
    assert shown(torch.rand(2, 4, 3, 3)).shape == (2, 1, 3, 3)
    assert filters_picture(torch.rand(4, 3, 5, 5)).grid().size[0] > 5
