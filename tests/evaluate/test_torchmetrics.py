"""The same figures by torchmetrics, where it has them; in one fresh process, which its import changes for good."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap

import pytest

needs = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torchvision", "torchmetrics")),
    reason="torchvision or torchmetrics is not installed",
)


@needs
def test_they_agree() -> None:
    program = textwrap.dedent("""
        import warnings
        warnings.simplefilter("ignore")
        import pytest, torch
        from makebelieve import vision
        vision.torchvision()
        from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure
        from torchmetrics.image.fid import FrechetInceptionDistance
        from torchmetrics.image.inception import InceptionScore
        from torchmetrics.image.kid import KernelInceptionDistance
        from makebelieve.evaluate.frechet import frechet_distance
        from makebelieve.evaluate.kernel import kernel_distance
        from makebelieve.evaluate.mass import inception_score
        from makebelieve.evaluate.quality import psnr, ssim

        torch.manual_seed(0)
        x, y = torch.rand(40, 3, 6, 6), torch.rand(40, 3, 6, 6).square()

        class Net(torch.nn.Module):
            num_features = 12

            def __init__(self):
                super().__init__()
                self.mix = torch.nn.Linear(108, 12)

            def forward(self, x):
                return self.mix(x.double().flatten(1).float())

        net = Net().eval()
        with torch.no_grad():
            a, b = net(x), net(y)

            def asked(metric):
                metric.update(x, real=True)
                metric.update(y, real=False)
                return metric.compute()

            fid = asked(FrechetInceptionDistance(feature=net, normalize=True, input_img_size=(3, 6, 6)))
            assert frechet_distance(a, b) == pytest.approx(float(fid), rel=1e-3), (frechet_distance(a, b), fid)
            mean, _ = asked(KernelInceptionDistance(feature=net, subsets=1, subset_size=40, normalize=True))
            assert kernel_distance(a, b, subsets=1) == pytest.approx(float(mean), rel=1e-3, abs=1e-6)
            score = InceptionScore(feature=net, splits=1)
            score.update(x)
            assert inception_score(a.softmax(1), splits=1) == pytest.approx(float(score.compute()[0]), rel=1e-4)

        x = torch.rand(4, 1, 28, 28)
        y = (x + 0.1 * torch.randn(x.shape)).clamp(0, 1)
        theirs = [peak_signal_noise_ratio(y[i:i + 1], x[i:i + 1], data_range=1.0) for i in range(4)]
        assert psnr(y, x).tolist() == pytest.approx([float(v) for v in theirs], rel=1e-5)
        theirs = structural_similarity_index_measure(y, x, data_range=1.0, sigma=1.5, reduction="none")
        wider = [torch.nn.functional.pad(t, (5, 5, 5, 5), mode="reflect") for t in (y, x)]  # it looks past the border
        assert ssim(*wider).tolist() == pytest.approx(theirs.tolist(), rel=1e-4)
        print("fine")
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("fine"), done.stderr + done.stdout
