"""The protocol between recipe and learner."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn
from toys import ToyData, classifier_learner, gan_learner, gaussian, toy_gan, toy_networks, wgan_learner

from makebelieve.errors import OptionError, RecipeError
from makebelieve.objectives import adversarial as adv
from makebelieve.training import Learner, Saving, Settings, recipe


def play(recipe_function, steps=2, nets=None, run=None, **options):
    settings = Settings(batch_size=8, device="cpu", **options)
    learn = Learner(ToyData(), nets or toy_networks(), recipe_function, noise=gaussian, settings=settings, run=run)
    learn.fit(steps=steps)
    return learn


def weights(module):
    return [parameter.detach().clone() for parameter in module.parameters()]


def test_gradients_reach_only_the_player_whose_turn_it_is(run):
    seen = []

    def spying(nets, batch, run):
        fake = nets.generator(run.noise(len(batch)))
        before = weights(nets.generator)
        for parameter in nets.generator.parameters():
            parameter.grad = None
        yield "critic", adv.minimax_critic(nets.critic(batch.x), nets.critic(fake))  # not detached
        assert all(map(torch.equal, before, weights(nets.generator)))
        assert all(p.grad is None for p in nets.generator.parameters())
        fake = nets.generator(run.noise(len(batch)))
        critic = [p.grad.clone() for p in nets.critic.parameters()]
        before = weights(nets.critic)
        # the generator's loss goes through the critic, whose gradients stay as its own turn left them
        yield "generator", adv.minimax_generator(nets.critic(fake))
        assert all(map(torch.equal, before, weights(nets.critic)))
        assert all(torch.equal(p.grad, g) for p, g in zip(nets.critic.parameters(), critic, strict=True))
        assert any(p.grad.abs().sum() > 0 for p in nets.generator.parameters())
        seen.append(run.step)

    play(spying, steps=3, run=run)
    assert seen == [0, 1, 2]


def test_the_generator_sees_the_updated_critic(run):
    def watching(nets, batch, _run):
        before = weights(nets.critic)
        yield "critic", nets.critic(batch.x).square().mean()
        assert not all(map(torch.equal, before, weights(nets.critic)))

    play(watching, run=run)


def test_a_step_equals_the_same_step_written_by_hand(run):
    learn = gan_learner(run)
    nets = toy_networks()
    optimizers = {name: torch.optim.Adam(net.parameters(), lr=1e-3, fused=True) for name, net in nets.items()}
    from makebelieve.training.randomness import derive

    noise = torch.Generator().manual_seed(derive(42, "noise"))
    batches = ToyData().batches("train", 8, seed=42)
    for _ in range(5):
        batch = next(batches)
        fake = nets["generator"](gaussian(8, noise))
        optimizers["critic"].zero_grad()
        adv.minimax_critic(nets["critic"](batch.x), nets["critic"](fake.detach())).backward()
        optimizers["critic"].step()
        optimizers["generator"].zero_grad()
        adv.minimax_generator(nets["critic"](fake)).backward()
        optimizers["generator"].step()
    learn.fit(steps=5)
    for name, net in nets.items():
        for ours, theirs in zip(learn.nets[name].parameters(), net.parameters(), strict=True):
            assert torch.equal(ours, theirs)


@pytest.mark.parametrize("make", [gan_learner, wgan_learner])
def test_accumulation_in_parts_equals_the_whole_batch(make, tmp_path):
    options = {"dropout": 0.0} if make is wgan_learner else {}
    whole, parts = make(tmp_path / "a", **options), make(tmp_path / "b", accumulate=4, **options)
    whole.fit(steps=9)
    parts.fit(steps=9)
    for name, net in whole.nets.items():
        for a, b in zip(net.parameters(), parts.nets[name].parameters(), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)
    a, b = (learn.history.records[-1] for learn in (whole, parts))
    assert a["critic"] == pytest.approx(b["critic"], abs=1e-5)


def test_lbfgs_evaluates_a_callable_again(run):
    nets = {"picture": nn.Linear(1, 4, bias=False)}
    target = torch.arange(4.0)
    calls = []

    @recipe(optimizers={"picture": partial(torch.optim.LBFGS, lr=1, max_iter=5)}, batch_size=8)
    def paint(nets, _batch, _run):
        def loss():
            calls.append(1)
            return (nets.picture.weight[:, 0] - target).square().sum()

        yield "picture", loss

    play(paint, steps=3, nets=nets, run=run)
    torch.testing.assert_close(nets["picture"].weight[:, 0], target, atol=1e-3, rtol=0)
    assert len(calls) > 3


def test_a_callable_is_evaluated_with_the_others_frozen(run):
    def frozen(nets, batch, run):
        z = run.noise(len(batch))

        def loss():
            assert not any(p.requires_grad for p in nets.critic.parameters())
            return adv.minimax_generator(nets.critic(nets.generator(z)))

        yield "generator", loss
        assert all(p.requires_grad for p in nets.critic.parameters())

    play(frozen, run=run)


def test_leaked_no_grad_is_told(run):
    def leaking(nets, batch, run):
        with torch.no_grad():
            yield "critic", nets.critic(batch.x).mean()

    with pytest.raises(RecipeError, match="no_grad"):
        play(leaking, run=run)
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_leaked_autocast_is_told(run, precision):
    def leaking(nets, batch, run):
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "float32"):
            yield "critic", nets.critic(batch.x).mean()

    with pytest.raises(RecipeError, match="autocast"):
        play(leaking, run=run, precision=precision)


def test_a_stale_graph_is_explained_in_the_recipes_terms(run):
    def stale(nets, batch, run):
        judged = nets.critic(nets.generator(run.noise(len(batch))))
        yield "critic", nets.critic(batch.x).square().mean()
        yield "generator", -judged.mean()

    with pytest.raises(RecipeError, match="generator was computed before another player's step"):
        play(stale, run=run)


def test_an_unknown_player_is_named(run):
    def wrong(nets, batch, run):
        yield "discriminator", nets.critic(batch.x).mean()

    with pytest.raises(RecipeError, match=r"'discriminator'.*generator, critic"):
        play(wrong, run=run)


def test_an_unknown_network_is_named(run):
    def wrong(nets, batch, run):
        yield "critic", nets.discriminator(batch.x).mean()

    with pytest.raises(RecipeError, match=r"nets\.discriminator.*generator, critic"):
        play(wrong, run=run)


def test_a_loss_without_a_gradient_is_told(run):
    def detached(nets, batch, run):
        yield "critic", nets.critic(batch.x).mean().detach()

    with pytest.raises(RecipeError, match="depends on no parameter"):
        play(detached, run=run)


def test_a_recipe_that_is_no_function_is_told():
    with pytest.raises(RecipeError, match="'hinge'"):
        Learner(ToyData(), toy_networks(), "hinge")


def test_validation_changes_nothing(run):
    learn = wgan_learner(run)
    learn.fit(steps=5)
    before = {name: weights(net) for name, net in learn.nets.items()}
    state = {name: value.clone() for name, value in learn.randomness.state(active=False).items()}
    outside = torch.get_rng_state()
    first, second = learn.validate(), learn.validate()
    assert first == second
    assert set(first) == {"critic", "generator", "drift"}
    for name, net in learn.nets.items():
        assert all(map(torch.equal, before[name], weights(net)))
    assert all(torch.equal(state[name], value) for name, value in learn.randomness.state(active=False).items())
    assert torch.equal(outside, torch.get_rng_state())
    assert learn.game.run.state["count"] == 5


def test_validation_losses_are_those_of_the_validation_data(run):
    learn = classifier_learner(run)
    learn.fit(2)
    data = ToyData()
    x, y = data.x[64:], data.y[64:]
    with torch.no_grad():
        expected = nn.functional.cross_entropy(learn.nets["model"](x), y).item()
    assert learn.history[-1]["valid_model"] == pytest.approx(expected, rel=1e-5)


def test_epoch_losses_are_means_over_the_whole_epoch(run):
    losses = []

    def spying(nets, batch, _run):
        loss = nn.functional.cross_entropy(nets.model(batch.x), batch.y)
        if torch.is_grad_enabled():
            losses.append(loss.item())
        yield "model", loss

    torch.manual_seed(0)
    learn = play(spying, steps=16, nets={"model": nn.Linear(6, 2)}, run=run)
    assert learn.history.column("model") == pytest.approx([sum(losses[:8]) / 8, sum(losses[8:]) / 8])


def test_the_moving_average_moves_only_with_its_player(run):
    learn = wgan_learner(run)
    learn.fit(steps=9)
    assert learn.game.players["generator"].average.count == 3  # steps 2, 5 and 8
    assert learn.game.players["generator"].steps == 3
    assert learn.game.players["critic"].steps == 9


def test_the_moving_average_ramps_up():
    from makebelieve.training.player import Average

    module = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        module.weight.zero_()
    average = Average(module, 0.9)
    expected = 0.0
    for t in range(200):
        with torch.no_grad():
            module.weight.fill_(t)
        average.update()
        decay = min(0.9, (1 + t) / (10 + t))
        expected = decay * expected + (1 - decay) * t
    assert average.module.weight.item() == pytest.approx(expected, rel=1e-5)


def test_clipping_bounds_the_gradient(run):
    norms = []

    def loud(nets, batch, run):
        yield "critic", 1e4 * nets.critic(batch.x).mean()
        norms.append(torch.stack([p.grad.norm() for p in nets.critic.parameters()]).norm().item())

    play(loud, run=run, clip=0.5)
    assert all(norm == pytest.approx(0.5, rel=1e-3) for norm in norms)


def test_a_learning_rate_given_replaces_the_recipes():
    learn = wgan_learner(learning_rate={"critic": 0.5})
    assert learn.game.players["critic"].rates == [0.5]
    assert learn.game.players["generator"].rates == [1e-3]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_size": 0}, "batch_size=0"),
        ({"accumulate": -1}, "accumulate=-1"),
        ({"learning_rate": -1.0}, "-1.0"),
        ({"clip": 0.0}, "clip=0.0"),
        ({"precision": "half"}, "float32, bf16, fp16"),
        ({"device": "quantum"}, "quantum"),
        ({"device": "meta"}, "meta"),
        ({"clip": float("nan")}, "clip=nan"),
        ({"learning_rate": "0.1"}, "0.1"),
        ({"learning_rate": {"genrator": 0.1}}, "genrator"),
    ],
)
def test_unusable_settings_are_refused_in_a_sentence(options, words):
    with pytest.raises(OptionError) as caught:
        gan_learner(**options)
    assert words in str(caught.value)


@pytest.mark.parametrize("options", [{"keep": 0}, {"steps": -1}, {"steps": 1.5}, {"seconds": 0}])
def test_unusable_saving_is_refused(options):
    with pytest.raises(OptionError):
        Saving(**options)


def test_a_recipe_with_options_put_in_is_told_how():
    with pytest.raises(RecipeError, match="options="):
        Learner(ToyData(), toy_networks(), partial(toy_gan, x=1))


def test_compiling_a_recipe_that_differentiates_twice_is_refused():
    @recipe(differentiates_twice=True)
    def twice(nets, batch, run):
        yield "critic", nets.critic(batch.x).mean()

    with pytest.raises(OptionError, match="differentiates twice"):
        Learner(ToyData(), toy_networks(), twice, settings=Settings(compile=True))


def test_fp16_skips_a_step_that_overflowed(run):
    learn = gan_learner(run, precision="fp16")
    learn.fit(steps=4)
    player = learn.game.players["critic"]
    before, steps = weights(player.module), player.steps
    player.zero()
    player.backward(player.module(torch.full((2, 6), 1e30)).mean() * 1e38)
    assert player.step() is False
    assert all(map(torch.equal, before, weights(player.module)))
    assert player.steps == steps
