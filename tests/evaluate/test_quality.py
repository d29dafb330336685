from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest
import torch

from makebelieve.errors import DataError
from makebelieve.evaluate.quality import evaluate_quality, mse, psnr, ssim, window


def pair(c: int, h: int, w: int, n: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    drawn = torch.Generator().manual_seed(0)
    x = torch.rand(n, c, h, w, generator=drawn)
    return x, (x + 0.2 * torch.randn(x.shape, generator=drawn)).clamp(0, 1)


def test_mse_and_psnr() -> None:
    x, y = pair(3, 12, 10)
    expected = np.square(x.double().numpy() - y.double().numpy()).mean((1, 2, 3))
    np.testing.assert_allclose(mse(x, y), expected)
    np.testing.assert_allclose(psnr(x, y), [10 * math.log10(1 / e) for e in expected])
    assert torch.isinf(psnr(x, x)).all()


@pytest.mark.skipif(importlib.util.find_spec("skimage") is None, reason="scikit-image is not installed")
@pytest.mark.parametrize(("c", "h", "w"), [(1, 28, 28), (3, 20, 33)])
def test_ssim_agrees_with_scikit_image(c: int, h: int, w: int) -> None:
    from skimage.metrics import structural_similarity

    x, y = (t.double() for t in pair(c, h, w))
    for i, found in enumerate(ssim(x, y).tolist()):
        _, whole = structural_similarity(
            x[i].numpy(), y[i].numpy(), channel_axis=0, data_range=1.0, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, truncate=3.5, full=True,
        )  # fmt: skip
        assert found == pytest.approx(whole[:, 5:-5, 5:-5].mean(), rel=1e-6)  # where the window is inside


def test_ssim_by_loops_for_pictures_smaller_than_the_window() -> None:
    x, y = (t.double() for t in pair(1, 8, 6, n=1))
    weight = [[math.exp(-((i - 3) ** 2 + (j - 2) ** 2) / 4.5) for j in range(5)] for i in range(7)]
    g = torch.tensor(weight, dtype=torch.float64)
    g /= g.sum()
    found = []
    for i in range(2):
        for j in range(2):
            p, q = x[0, 0, i : i + 7, j : j + 5], y[0, 0, i : i + 7, j : j + 5]
            mp, mq = (g * p).sum(), (g * q).sum()
            vp, vq, cov = (g * (p - mp) ** 2).sum(), (g * (q - mq) ** 2).sum(), (g * (p - mp) * (q - mq)).sum()
            found.append((2 * mp * mq + 1e-4) * (2 * cov + 9e-4) / ((mp**2 + mq**2 + 1e-4) * (vp + vq + 9e-4)))
    assert float(ssim(x, y)) == pytest.approx(float(sum(found)) / 4, rel=1e-9)
    assert (window(8), window(6), window(28)) == (7, 5, 11)


def test_alike_is_one_and_order_does_not_matter() -> None:
    x, y = pair(3, 16, 16)
    torch.testing.assert_close(ssim(x, x), torch.ones(3, dtype=torch.float64))
    torch.testing.assert_close(ssim(x, y), ssim(y, x))


def test_figures() -> None:
    x, y = pair(1, 8, 8)
    figures = evaluate_quality(x, y)
    assert figures["mse"] == pytest.approx(float(mse(x, y).mean()))
    assert figures["psnr"] == pytest.approx(float(psnr(x, y).mean()))
    assert figures.protocol["ssim_window"] == "7 × 7"


def test_bad_input() -> None:
    x, y = pair(1, 8, 8)
    with pytest.raises(DataError, match=r"\(3, 1, 8, 8\).*\(2, 1, 8, 8\)"):
        mse(x, y[:2])
    y[0, 0, 0, 0] = math.nan
    with pytest.raises(DataError, match="finite"):
        ssim(x, y)
