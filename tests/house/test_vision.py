"""The door to torchvision, in fresh processes: importing it changes a process for good."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap

import pytest

from makebelieve import vision
from makebelieve.errors import MissingExtraError

needs_vision = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torchvision", "timm")), reason="extra vision is not installed"
)


def python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@needs_vision
def test_transforms_models_and_timm_work_behind_the_door() -> None:
    told = python("""
        from makebelieve import vision
        tv = vision.torchvision()
        import torch
        from torchvision import models
        from torchvision.transforms import v2
        assert v2.Resize(8)(torch.rand(3, 16, 16)).shape == (3, 8, 8)
        assert models.resnet18().eval()(torch.rand(1, 3, 32, 32)).shape == (1, 1000)
        net = vision.timm().create_model("resnet10t", pretrained=False).eval()
        assert net(torch.rand(1, 3, 32, 32)).shape == (1, 1000)
        assert vision.torchvision() is tv
        print("fine")
    """)
    assert told == "fine"


@needs_vision
def test_it_mends_what_a_failed_import_left_behind_and_only_that() -> None:
    told = python("""
        import sys
        try:
            import torchvision
            case = "matching"
        except RuntimeError as error:
            assert str(error) == "operator torchvision::nms does not exist"
            assert any(name.startswith("torchvision.") for name in sys.modules)
            case = "mended"
        from makebelieve import vision
        vision.torchvision()
        assert bool(vision._held) == (case == "mended")
        print(case, case in vision.status() if case == "mended" else "matches" in vision.status())
    """)
    assert told in ("mended True", "matching True")


@needs_vision
def test_torchmetrics_can_be_imported_after_it() -> None:
    assert (
        python("""
        from makebelieve import vision
        vision.torchvision()
        from torchmetrics.image import PeakSignalNoiseRatio
        print(PeakSignalNoiseRatio.__name__)
    """)
        == "PeakSignalNoiseRatio"
    )


@needs_vision
def test_what_is_carried_arrives_in_a_spawned_worker() -> None:
    assert (
        python("""
        import torch
        from torch.multiprocessing import get_context
        from makebelieve import vision

        if __name__ == "__main__":
            vision.torchvision()
            from torchvision.transforms import v2
            with get_context("spawn").Pool(1) as pool:
                shape = pool.apply(vision.Carried(v2.Resize(8)), (torch.rand(3, 16, 16),)).shape
            print(tuple(shape))
    """)
        == "(3, 8, 8)"
    )


def test_another_error_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise RuntimeError("libsomething.so is missing")

    monkeypatch.setattr(vision.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(vision.importlib, "import_module", broken)
    with pytest.raises(RuntimeError, match="libsomething"):
        vision.torchvision()
    assert "libsomething" in vision.status()


def test_where_it_is_not_installed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vision.importlib.util, "find_spec", lambda name: None)
    for door, package in ((vision.torchvision, "torchvision"), (vision.timm, "timm")):
        with pytest.raises(MissingExtraError, match=package) as caught:
            door()
        assert "makebelieve[vision]" in str(caught.value)
    assert "makebelieve[vision]" in vision.status()
