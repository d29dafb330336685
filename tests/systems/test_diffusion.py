"""The diffusion model: the flow is right, it learns, the verbs do what they say, a run comes back bit for bit."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import makebelieve as mb
from makebelieve.systems.diffusion.door import diffusion, from_config
from makebelieve.systems.diffusion.flow import along, solve, times
from makebelieve.systems.diffusion.networks import unet
from makebelieve.systems.diffusion.recipes import flow_matching
from makebelieve.training import Networks, Run
from makebelieve.training.run_folder import RunFolder


@pytest.fixture(scope="module")
def data():
    """80 squares and crosses of 8 × 8, in two classes."""
    pictures = torch.zeros(80, 1, 8, 8, dtype=torch.uint8)
    pictures[:40, :, 2:6, 2:6] = 200
    pictures[40:, :, 3:5, :] = 255
    return mb.images(pictures, labels=[i // 40 for i in range(80)], valid=0.2)


def make(data, tmp_path, **options):
    return diffusion(data, run=tmp_path / "run", **{"width": 8, "batch_size": 16, "device": "cpu", **options})


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("diffusion"), conditional=True, width=16, precision="float32")
    learn.fit(steps=150)
    return learn


# ---------------------------------------------------------------- the flow


def gaussian_flow(mean, deviation):
    """The exact velocity where pixels are independent and N(mean, deviation²)."""

    def velocity(z, t):
        t = t.view(-1, 1, 1, 1)
        variance = (1 - t) ** 2 + (t * deviation) ** 2
        return mean + (t * deviation**2 - (1 - t)) / variance * (z - t * mean)

    return velocity


def test_ways_begin_in_noise_and_end_in_pictures():
    noise, pictures = torch.randn(3, 1, 2, 2), torch.rand(3, 1, 2, 2)
    z = along(noise, pictures, torch.tensor([0.0, 1.0, 0.25]))
    assert torch.equal(z[0], noise[0])
    assert torch.equal(z[1], pictures[1])
    torch.testing.assert_close(z[2], 0.75 * noise[2] + 0.25 * pictures[2])


@pytest.mark.parametrize(("solver", "order"), [("euler", 1), ("midpoint", 2), ("heun", 2)])
def test_solvers_converge_to_the_exact_way_at_their_order(solver, order):
    """dz/dt = z + t has the solution z(1) = (z(0) + 1) e − 2."""
    z = torch.linspace(-2, 2, 8, dtype=torch.float64).view(8, 1, 1, 1)
    exact = (z + 1) * math.e - 2
    ways = [solve(lambda z, t: z + t.view(-1, 1, 1, 1), z, times(steps), solver) for steps in (16, 32)]
    errors = [(way[-1] - exact).abs().max().item() for way in ways]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.2)


def test_a_way_has_a_point_for_each_time():
    way = solve(lambda z, _t: torch.ones_like(z), torch.zeros(2, 1, 1, 1), times(4, start=0.2))
    torch.testing.assert_close(torch.stack(way)[:, 0].flatten(), torch.tensor([0.0, 0.2, 0.4, 0.6, 0.8]))


def test_the_loss_is_the_squared_error_of_the_velocity_summed_over_the_picture(data):
    """Against a network that says 0, it is E|x − e|² = Σ (x² + 1) in the mean."""
    batch = next(data.batches("train", 64))
    run = Run(torch.device("cpu"), torch.Generator().manual_seed(0), lambda n, g: torch.randn(n, 1, 8, 8, generator=g))

    class Nothing(nn.Module):
        def forward(self, z, t):
            assert t.shape == (len(z),)
            return torch.zeros_like(z)

    losses = [next(flow_matching(Networks({"model": Nothing()}), batch, run))[1] for _ in range(50)]
    expected = ((batch.x * 2 - 1).square() + 1).sum((1, 2, 3)).mean()
    torch.testing.assert_close(torch.stack(losses).mean(), expected, rtol=0.02, atol=0)


# ---------------------------------------------------------------- the network


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 8, 8), (2, 16, 24), (1, 64, 64)])
def test_the_network_gives_velocities_and_begins_with_the_best_linear_ones(shape):
    """Before training, it answers as if all pixels were independent and Gaussian."""
    model = unet(shape, 8)
    model.centre.copy_(torch.rand(shape) - 0.5)
    model.spread.copy_(torch.rand(shape) + 0.1)
    z, t = torch.randn(4, *shape), torch.tensor([0.0, 0.3, 0.9, 1.0])
    torch.testing.assert_close(model(z, t), gaussian_flow(model.centre, model.spread)(z, t), rtol=1e-4, atol=1e-4)
    learned = model(z, t)
    learned.square().mean().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_every_parameter_learns(data, tmp_path):
    learn = make(data, tmp_path, conditional=True, precision="float32")
    before = {name: p.detach().clone() for name, p in learn.nets["model"].named_parameters()}
    learn.fit(steps=8)
    for name, p in learn.nets["model"].named_parameters():
        assert torch.isfinite(p).all(), name
        assert not torch.equal(p, before[name]), name


# ---------------------------------------------------------------- learning


def test_it_learns_the_two_pictures(trained, data):
    """Made with a label, a picture is nearer to those of its class than to the others."""
    real = {label: data.train.x[data.train.y == label][0].float() / 255 for label in (0, 1)}
    for label in (0, 1):
        made = trained.generate(16, seed=1, label=label).tensor
        near, far = ((made - real[other]).square().mean((1, 2, 3)) for other in (label, 1 - label))
        assert (near < far).float().mean() >= 0.9
    untrained = diffusion(data, width=8, seed=5, device="cpu")
    assert trained.validate()["model"] < 0.7 * untrained.validate()["model"]


def test_hidden_labels_give_the_same_for_all(trained):
    model = trained.network("model")
    z, t = torch.randn(2, 1, 8, 8), torch.rand(2)
    with torch.no_grad():
        seen, hidden = model(z, t, torch.tensor([0, 1])), model(z, t, torch.full((2,), model.unlabelled))
    assert not torch.allclose(seen, hidden)
    assert model.unlabelled == 2


def test_guidance_is_a_line_through_both_velocities(trained):
    z, t, y = trained.noises(3, seed=1), torch.full((3,), 0.4), torch.tensor([0, 1, 1])
    with torch.no_grad():
        none, plain, strong = (trained.velocity(y, w)(z, t) for w in (0.0, 1.0, 3.0))
        hidden = trained.network("model")(z, t, torch.full_like(y, 2))
    torch.testing.assert_close(none, hidden, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(strong, none + 3 * (plain - none), rtol=1e-3, atol=1e-3)


# ---------------------------------------------------------------- step 4


def test_the_same_seed_makes_the_same_pictures(trained):
    a, b, c = (trained.generate(3, seed=seed, steps=2).tensor for seed in (1, 1, 2))
    assert a.shape == (3, 1, 8, 8)
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert trained.generate(3, label="1", steps=1).captions == ["1", "1", "1"]


def test_interpolation_begins_and_ends_at_its_noises(trained):
    ways = trained.interpolate(5, rows=2, seed=7, label=0)
    assert ways.columns == 5
    ends = trained.noises(4, seed=7)
    y = torch.zeros(2, dtype=torch.long)
    ways = ways.tensor.view(2, 5, 1, 8, 8)
    torch.testing.assert_close(ways[:, 0], trained.decode(ends[:2], y), atol=1e-3, rtol=0)
    torch.testing.assert_close(ways[:, -1], trained.decode(ends[2:], y), atol=1e-3, rtol=0)


def test_steps_go_from_noise_to_the_picture(trained):
    shown = trained.show_steps(2, seed=3, steps=16)
    assert shown.columns == 9
    rows = shown.tensor.view(2, 9, 1, 8, 8)
    noise = trained.noises(2, seed=3)
    torch.testing.assert_close(rows[:, 0], (noise * 0.5 + 0.5).clamp(0, 1))
    torch.testing.assert_close(rows[:, -1], trained.generate(2, seed=3, steps=16).tensor, atol=1e-4, rtol=0)
    assert trained.show_steps(1, steps=3).columns == 4


def test_it_takes_noise_away(trained, data):
    clean = next(data.batches("valid", 16)).x
    noisy = clean + 0.4 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(1))
    cleaned = trained.denoise(noisy, noise=0.4).tensor
    assert (cleaned - clean).square().mean() < 0.3 * (noisy - clean).square().mean()


def test_show_results_has_real_ones_first(trained, data):
    shown = trained.show_results(8).tensor
    assert torch.equal(shown[:8], next(data.batches("valid", 8)).x)
    assert len(shown) == 16


def test_evaluation_compares_with_real_pictures(trained):
    pixels = trained.evaluate(n=40, features=lambda x: x[:, :, ::4, ::4].flatten(1), steps=2)
    assert {"precision", "coverage", "diversity"} <= pixels.keys()
    assert pixels.subject["solver"] == "midpoint, 2 steps"
    assert pixels.protocol["n_generated"] == 40


# ---------------------------------------------------------------- runs


def test_killed_and_resumed_it_ends_bit_for_bit_the_same(data, tmp_path):
    whole = make(data, tmp_path / "a", conditional=True)
    whole.fit(steps=10)

    class Kill(mb.Callback):
        def on_step(self, learn):
            if learn.step == 7:
                raise KeyboardInterrupt

    cut = make(data, tmp_path / "b", conditional=True, callbacks=[Kill()], saving=mb.Saving(steps=3))
    with pytest.raises(KeyboardInterrupt):
        cut.fit(steps=10)
    config = RunFolder(cut.run).read_config()
    again = from_config(config, data)
    again.resume(cut.run)
    assert again.step == 10
    for one, other in ((whole.nets["model"], again.nets["model"]), (whole.network("model"), again.network("model"))):
        assert one.state_dict().keys() == other.state_dict().keys()
        for key, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[key]), key
    assert (whole.run / "history.jsonl").read_bytes() == (cut.run / "history.jsonl").read_bytes()


def test_a_loaded_run_makes_the_same_pictures_without_its_data(trained):
    again = mb.load(trained.run)
    assert again.data is None
    assert torch.equal(again.generate(3, seed=1, steps=2).tensor, trained.generate(3, seed=1, steps=2).tensor)
    assert torch.equal(again.network("model").spread, trained.network("model").spread)


def test_a_network_of_ones_own(data, tmp_path):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Conv2d(2, 1, 3, padding=1)

        def forward(self, z, t):
            return self.layer(torch.cat([z, t.view(-1, 1, 1, 1).expand_as(z)], 1))

    learn = make(data, tmp_path, network=Own())
    learn.fit(steps=2)
    assert learn.generate(2).tensor.shape == (2, 1, 8, 8)
    with pytest.raises(mb.CheckpointError):
        mb.load(learn.run)
    with pytest.raises(mb.OptionError, match="unlabelled"):
        make(data, tmp_path, network=Own(), conditional=True)


SCRIPT = """
import sys
import torch
import makebelieve as mb
from makebelieve.systems.diffusion.door import diffusion, from_config
from safetensors.torch import save_file
pictures = torch.rand(64, 1, 8, 8, generator=torch.Generator().manual_seed(1))
data = mb.images(pictures, labels=[i % 2 for i in range(64)], valid=0.25)
learn = diffusion(data, width=8, conditional=True, batch_size=16, precision="float32", device="cpu", run=sys.argv[1])

def state():
    return {k: v.detach().clone().contiguous() for k, v in learn.nets["model"].state_dict().items()}

before = state()
learn.fit(steps=5)
if learn.world.leads:
    save_file({name: torch.stack([before[name], value]) for name, value in state().items()}, sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert one.keys() == two.keys()
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.03 * moved + 1e-6, name


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"network": "transformer"}, "transformer"),
        ({"width": 0}, "width=0"),
        ({"unlabelled": 1.0}, "unlabelled=1.0"),
        ({"learning_rate": -1}, "-1"),
        ({"warp": 9}, "warp"),
    ],
)
def test_unusable_options_are_one_sentence(data, tmp_path, options, words):
    with pytest.raises(mb.OptionError) as caught:
        make(data, tmp_path, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unfit_data_are_one_sentence():
    with pytest.raises(mb.DataError, match="needs pictures"):
        diffusion(mb.arrays(torch.rand(20, 5)))
    with pytest.raises(mb.DataError, match="needs labels"):
        diffusion(mb.images(torch.rand(20, 1, 16, 16), labels=None), conditional=True)
    with pytest.raises(mb.OptionError, match="7×7"):
        diffusion(mb.images(torch.rand(20, 1, 7, 7), labels=None))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda learn: learn.generate(0), "0 pictures"),
        (lambda learn: learn.generate(2, label="frog"), "no class frog"),
        (lambda learn: learn.generate(2, steps=0), "steps=0"),
        (lambda learn: learn.generate(2, guidance=-1), "guidance=-1"),
        (lambda learn: learn.interpolate(1), "steps=1"),
        (lambda learn: learn.denoise(torch.rand(2, 1, 8, 8), noise=0), "noise=0"),
        (lambda learn: learn.denoise(torch.rand(2, 3, 8, 8)), "(2, 3, 8, 8)"),
        (lambda learn: learn.network("model")(torch.rand(1, 1, 8, 8), torch.rand(1)), "called without one"),
    ],
)
def test_unusable_calls_are_one_sentence(trained, call, words):
    with pytest.raises(mb.MakebelieveError) as caught:
        call(trained)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_guidance_needs_labels(data, tmp_path):
    with pytest.raises(mb.OptionError, match="guidance=2"):
        make(data, tmp_path).generate(2, guidance=2)
