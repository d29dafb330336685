"""Functional wiring: symbols, modules that are called on them, and the network that is made."""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional as F
from torch.nn.modules.module import _has_any_global_hook

import makebelieve.networks.wiring as mb
from makebelieve.data import arrays
from makebelieve.errors import OptionError
from makebelieve.training import Learner, Settings, supervised


def wired() -> mb.Model:
    torch.manual_seed(0)
    x = mb.Input((1, 8, 8))
    h = mb.Conv2D(4, 3, padding="same", activation="relu")(x)
    h = mb.BatchNormalization()(h)
    h = mb.MaxPooling2D()(h)
    h = mb.Dropout(0.5)(mb.Flatten()(h))
    return mb.Model(x, mb.Dense(3, name="head")(h))


class ByHand(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4, eps=1e-3, momentum=0.01)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(64, 3)

    def forward(self, x: Tensor) -> Tensor:
        h = self.pool(self.norm(torch.relu(self.convolution(x))))
        return self.head(self.dropout(torch.flatten(h, 1)))


# ---------------------------------------------------------------- the network that is made


def test_it_is_a_graph_module_with_modules_of_torch_and_code_to_read() -> None:
    model = wired()
    assert isinstance(model, GraphModule)
    assert "self.conv2d_1(x)" in model.code and "self.head(" in model.code
    assert type(model.conv2d_1) is nn.Conv2d and type(model.head) is nn.Linear
    assert [n for n, _ in model.named_parameters()] == [
        "conv2d_1.weight",
        "conv2d_1.bias",
        "batch_normalization_1.weight",
        "batch_normalization_1.bias",
        "head.weight",
        "head.bias",
    ]
    assert model(torch.rand(5, 1, 8, 8)).shape == (5, 3)


def operators(graph: torch.fx.Graph) -> list[str]:
    return [str(node.target) for node in graph.nodes if node.op == "call_function"]


@pytest.mark.parametrize("training", [True, False])
def test_it_traces_to_the_operators_of_the_same_module_by_hand(training: bool) -> None:
    ours, theirs, x = wired().train(training), ByHand().train(training), torch.rand(2, 1, 8, 8)
    by_make_fx = [operators(make_fx(copy.deepcopy(model))(x).graph) for model in (ours, theirs)]
    assert by_make_fx[0] == by_make_fx[1] and len(by_make_fx[0]) > 5
    exported = [operators(torch.export.export(copy.deepcopy(model), (x,)).graph) for model in (ours, theirs)]
    assert exported[0] == exported[1] and len(exported[0]) > 5


def test_it_computes_what_the_module_by_hand_computes() -> None:
    ours, theirs, x = wired().eval(), ByHand().eval(), torch.rand(4, 1, 8, 8)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    assert torch.equal(ours(x), theirs(x))


def test_export_leaves_the_batch_open() -> None:
    model = wired().eval()
    program = torch.export.export(model, (torch.rand(2, 1, 8, 8),), dynamic_shapes=({0: torch.export.Dim("n")},))
    x = torch.rand(7, 1, 8, 8)
    torch.testing.assert_close(program.module()(x), model(x))


@pytest.mark.filterwarnings("ignore")  # torch's compiler warns of what it uses itself
def test_it_compiles_without_a_break() -> None:
    model = wired().eval()
    x = torch.rand(3, 1, 8, 8)
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(x), model(x))


def test_a_deep_copy_is_a_model_of_its_own() -> None:
    model, x = wired().eval(), torch.rand(2, 1, 8, 8)
    other = copy.deepcopy(model)
    assert torch.equal(other(x), model(x)) and repr(other.summary()) == repr(model.summary())
    with torch.no_grad():
        other.head.bias.add_(1)
    assert not torch.equal(other(x), model(x))


def test_weights_go_through_safetensors(tmp_path: Path) -> None:
    model, x = wired().eval(), torch.rand(2, 1, 8, 8)
    save_file(model.state_dict(), tmp_path / "m.safetensors")
    other = wired().eval()
    with torch.no_grad():
        other.head.weight.zero_()
    other.load_state_dict(load_file(tmp_path / "m.safetensors"))
    assert torch.equal(other(x), model(x))


def test_the_same_program_gives_the_same_names_whatever_was_wired_before() -> None:
    first = list(wired().state_dict())
    mb.Dense(3)(mb.Input(2))
    assert list(wired().state_dict()) == first


def test_training_and_evaluation_reach_dropout_and_normalisation() -> None:
    model, x = wired(), torch.rand(8, 1, 8, 8)
    before = model.batch_normalization_1.running_mean.clone()
    assert not torch.equal(model(x), model(x))
    assert not torch.equal(model.batch_normalization_1.running_mean, before)
    model.eval()
    assert torch.equal(model(x), model(x))


def test_it_learns() -> None:
    torch.manual_seed(0)
    x = mb.Input(4)
    model = mb.Model(x, mb.Dense(1)(mb.Dense(16, "tanh")(x)))
    given = torch.rand(64, 4)
    wanted = given.sum(1, keepdim=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(60):
        loss = F.mse_loss(model(given), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 20


def test_a_learner_trains_it(tmp_path: Path) -> None:
    data = arrays(torch.rand(64, 1, 8, 8), torch.arange(64) % 3, seed=0)
    settings = Settings(batch_size=16, device="cpu", precision="float32")
    learn = Learner(data, {"model": wired()}, supervised(F.cross_entropy), settings=settings, run=tmp_path / "run")
    before = learn.nets["model"].head.weight.detach().clone()
    learn.fit(1)
    assert (
        not torch.equal(learn.nets["model"].head.weight, before) and "head.weight" in learn.nets["model"].state_dict()
    )


# ---------------------------------------------------------------- inputs, outputs, sharing


def test_several_inputs_and_outputs_by_list() -> None:
    a, b = mb.Input(3), mb.Input(4)
    model = mb.Model([a, b], [mb.Dense(2)(mb.concat([a, b])), a * 2])
    y, doubled = model(torch.ones(5, 3), torch.ones(5, 4))
    assert y.shape == (5, 2) and torch.equal(doubled, torch.full((5, 3), 2.0))
    assert torch.equal(model(x_1=torch.ones(1, 3), x_2=torch.ones(1, 4))[1], torch.full((1, 3), 2.0))


def test_dictionaries_name_arguments_and_results() -> None:
    a, b = mb.Input(3), mb.Input(4, name="ignored")
    model = mb.Model({"left": a, "right": b}, {"sum": mb.Dense(2)(a) + mb.Dense(2)(b), "left": a})
    found = model(right=torch.ones(2, 4), left=torch.zeros(2, 3))
    assert list(found) == ["sum", "left"] and found["sum"].shape == (2, 2)
    assert torch.equal(found["left"], torch.zeros(2, 3))


def test_an_inputs_name_is_its_arguments_name() -> None:
    z = mb.Input(2, name="z")
    assert "def forward(self, z)" in mb.Model(z, z * 2).code


def test_a_shared_layer_is_one_entry_and_learns_from_both_calls() -> None:
    layer = mb.Dense(2)
    a, b = mb.Input(3), mb.Input(3)
    model = mb.Model([a, b], layer(a) + layer(b))
    assert list(model.state_dict()) == ["dense_1.weight", "dense_1.bias"]
    assert model.code.count("self.dense_1(") == 2
    more = mb.Model([a, b], mb.Dense(4)(layer(a) + layer(b)))
    assert "dense_2 = self.dense_2(" in more.code and [row.name for row in more.summary().rows][-1] == "dense_2"
    one = mb.Model(a, layer(a))
    assert torch.equal(model(torch.ones(1, 3), torch.ones(1, 3)), 2 * one(torch.ones(1, 3)))
    assert one.dense_1 is model.dense_1 is layer.module


def test_symbols_may_be_used_in_several_models_and_a_model_may_begin_anywhere() -> None:
    x = mb.Input(4)
    code = mb.Dense(2)(x)
    back = mb.Dense(4)(code)
    whole, encoder, decoder = mb.Model(x, back), mb.Model(x, code), mb.Model(code, back)
    given = torch.rand(3, 4)
    assert torch.equal(whole(given), decoder(encoder(given)))


def test_a_model_is_a_part_of_another() -> None:
    x = mb.Input(4)
    inner = mb.Model(x, mb.Dense(2)(x), name="Encoder")
    y = mb.Input(4)
    outer = mb.Model(y, nn.Linear(2, 1)(inner(y)))
    assert next(iter(outer.state_dict())) == "encoder_1.dense_1.weight"
    assert outer(torch.rand(3, 4)).shape == (3, 1)
    assert outer.encoder_1 is inner
    a, b = mb.Input(2, name="a"), mb.Input(2, name="b")
    difference = mb.Model([a, b], a - b)
    assert torch.equal(mb.Model(y, difference(b=y[:, 1:3], a=y[:, :2]))(torch.eye(4)[:1]), torch.tensor([[1.0, 0]]))


def test_a_model_inside_a_module_by_hand() -> None:
    class Around(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            inner = mb.Input(4)
            self.inner = mb.Model(inner, nn.BatchNorm1d(2)(mb.Dense(2)(inner)))
            self.head = nn.Linear(2, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.inner(x))

    around, x = Around(), mb.Input(4)
    y = around(x)
    model = mb.Model(x, nn.Linear(1, 3)(y))
    assert [node.target for node in model.graph.nodes if node.op == "call_module"] == ["around_1", "linear_1"]
    assert int(around.inner.batch_norm1d_1.num_batches_tracked) == 0 and _has_any_global_hook()
    assert model(torch.rand(2, 4)).shape == (2, 3)
    with pytest.raises(OptionError):
        around(mb.Input(5))
    assert nn.Linear(3, 1)(mb.Input(3)).shape == (None, 1)


def test_sequential() -> None:
    model = mb.Sequential([mb.Input(4), mb.Dense(8, "relu"), nn.LayerNorm(8), torch.tanh, mb.Dense(2)])
    assert model(torch.rand(3, 4)).shape == (3, 2)
    assert list(model.state_dict())[:3] == ["dense_1.weight", "dense_1.bias", "layer_norm_1.weight"]
    assert mb.Sequential([nn.Linear(3, 1)], input_shape=3)(torch.rand(2, 3)).shape == (2, 1)


# ---------------------------------------------------------------- modules and functions of torch


def test_any_module_is_one_node_and_is_not_changed_by_wiring() -> None:
    norm, spectral = nn.BatchNorm1d(4), nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4))
    net = nn.Sequential(norm, spectral, nn.Dropout(0.5))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    objects = {name: id(tensor) for name, tensor in net.named_buffers()}
    state = torch.get_rng_state()
    x = mb.Input(4)
    y = net(x)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert {name: id(tensor) for name, tensor in net.named_buffers()} == objects
    model = mb.Model(x, y)
    assert [node.op for node in model.graph.nodes] == ["placeholder", "call_module", "output"]
    assert model.sequential_1 is net


class Odd(nn.Module):
    """Takes keywords, and gives a dictionary of a tuple, a number and nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(3, 2)

    def forward(self, x: Tensor, *, scale: float = 1.0, other: Tensor | None = None) -> dict[str, Any]:
        y = self.inner(x) * scale
        if other is not None:
            y = y + other
        return {"pair": (y, x[:, 0]), "count": 7, "none": None, "rows": x.shape[0]}


def test_a_module_with_keywords_and_nested_results() -> None:
    odd = Odd()
    x, other = mb.Input(3), mb.Input(2)
    found = odd(x, scale=2.0, other=other)
    assert found["count"] == 7 and found["none"] is None and isinstance(found["rows"], mb.Symbol)
    y, first = found["pair"]
    assert y.shape == (None, 2) and first.shape == (None,)
    model = mb.Model([x, other], [y, first])
    a, b = torch.rand(4, 3), torch.rand(4, 2)
    assert torch.equal(model(a, b)[0], odd.inner(a) * 2 + b) and torch.equal(model(a, b)[1], a[:, 0])


def test_lazy_modules_make_their_parameters() -> None:
    x = mb.Input((2, 6, 6))
    lazy = nn.Sequential(nn.LazyConv2d(3, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(5))
    model = mb.Model(x, lazy(x)).eval()
    found = model(torch.rand(2, 2, 6, 6))
    assert found.shape == (2, 5) and found.isfinite().all()
    assert float(lazy[3].weight.detach().abs().max()) <= 1 / 48**0.5
    assert int(lazy[1].num_batches_tracked) == 0 and lazy[1].training is False


def test_attention_and_modules_of_several_values() -> None:
    x = mb.Input((5, 8))
    y, weights = nn.MultiheadAttention(8, 2, batch_first=True)(x, x, x)
    assert y.shape == (None, 5, 8) and weights.shape == (None, 5, 5)
    model = mb.Model(x, nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)(y)).eval()
    assert model(torch.rand(3, 5, 8)).shape == (3, 5, 8)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "arithmetic": lambda x: (1 - x) * 2 / (x + 3) - x**2 + (-x) + 2**x + x // 0.5 + x % 0.3,
    "products": lambda x: x @ x.transpose(1, 2),
    "slices": lambda x: x[:, 1:, ::2] + x[:, :1, :1] - x[:, -1:, :3],
    "torch": lambda x: torch.relu(x) + torch.where(x > 0.5, x, torch.zeros_like(x)) + torch.stack([x, x], 1).sum(1),
    "functional": lambda x: F.softmax(F.gelu(x), -1) + F.pad(x, (1, 1))[:, :, 1:-1] + F.normalize(x, dim=1),
    "methods": lambda x: x.mean((1, 2), keepdim=True) + x.clamp(0.1, 0.9).sqrt() + x.detach().sigmoid(),
    "shapes": lambda x: x.view(x.size(0), -1).unflatten(1, (4, 6)) + x.reshape(x.size()[0] * 2, -1).view(-1, 4, 6),
    "batch in front": lambda x: x.flatten(0, 1).unflatten(0, (-1, 4)),
    "several": lambda x: torch.cat(list(reversed(x.split(2, 2))), 2) + x.max(1, keepdim=True).values,
    "tensors": lambda x: torch.ones(6) + x * torch.arange(6.0) - torch.full((4, 1), 2.0) / (x + 1),
    "einsum": lambda x: torch.einsum("bij,bkj->bik", x, x) @ x,
    "logic": lambda x: ((x > 0.2) & ~(x == 0.5) | (x <= 0.1)).float() + x.ne(0).to(torch.float32),
    "properties": lambda x: x.mT.mT + x.transpose(1, 2).mT,
    "constant shape": lambda x: x + x.shape[-1] + x.ndim + x.dim() + x.size(1),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_methods_do_what_they_do_on_tensors(name: str) -> None:
    function = FUNCTIONS[name]
    x = mb.Input((4, 6))
    model = mb.Model(x, function(x))
    for batch in (1, 3):
        given = torch.rand(batch, 4, 6)
        torch.testing.assert_close(model(given), function(given))


def test_parameters_learn_and_constants_are_buffers() -> None:
    scale, shift = nn.Parameter(torch.ones(3)), torch.arange(3.0)
    x = mb.Input(3)
    model = mb.Model(x, x * scale + shift)
    assert list(model.state_dict()) == ["parameter_1", "constant_1"]
    assert [n for n, _ in model.named_parameters()] == ["parameter_1"]
    model(torch.ones(2, 3)).sum().backward()
    assert scale.grad is not None


# ---------------------------------------------------------------- hooks


def test_hooks_are_there_only_while_symbols_are() -> None:
    gc.collect()
    assert not _has_any_global_hook()
    x = mb.Input(3)
    y = nn.Linear(3, 2)(x)
    assert _has_any_global_hook()
    model = mb.Model(x, y)
    seen = []
    model.linear_1.register_forward_hook(lambda *_: seen.append(bool(_has_any_global_hook())))
    model(torch.rand(2, 3))
    assert seen == [False] and _has_any_global_hook()
    del x, y
    gc.collect()
    assert not _has_any_global_hook()


def test_modules_on_tensors_are_left_alone_while_symbols_live() -> None:
    x = mb.Input(3)
    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
    assert net(torch.rand(4, 3)).device.type == "cpu" and int(net[1].num_batches_tracked) == 1
    assert x.shape == (None, 3)


def test_after_a_layer_refused_everything_goes_on() -> None:
    x = mb.Input(3)
    with pytest.raises(OptionError):
        nn.Sequential(nn.Identity(), nn.Linear(4, 2))(x)
    with pytest.raises(ZeroDivisionError):
        Broken()(x)
    assert nn.Linear(3, 2)(x).shape == (None, 2)
    assert nn.Linear(3, 2)(torch.rand(1, 3)).device.type == "cpu"


class Broken(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x / (1 // 0)


# ---------------------------------------------------------------- what can go wrong


def sentence(make: Callable[[], Any]) -> str:
    with pytest.raises(OptionError) as caught:
        make()
    return str(caught.value)


def test_a_misfit_names_the_layer_what_it_got_and_what_it_needs() -> None:
    x, picture = mb.Input(5), mb.Input((3, 8, 8))
    told = sentence(lambda: nn.Linear(4, 2)(x))
    assert "Linear(in_features=4, out_features=2" in told and "(batch, 5)" in told and "(batch, …, 4)" in told
    told = sentence(lambda: mb.Conv2D(4, 3, name="first")(x))
    assert 'Conv2D "first"' in told and "(batch, 5)" in told and "(batch, channels, height, width)" in told
    assert "(batch, 1, height, width)" in sentence(lambda: nn.Conv2d(1, 2, 3)(picture))
    assert "at least 9 × 9" in sentence(lambda: mb.Conv2D(4, 9)(picture))
    assert "whole numbers below 10" in sentence(lambda: mb.Embedding(10, 3)(x))
    assert "(batch, time, features)" in sentence(lambda: mb.LSTM(3)(x))
    assert "(batch, 7)" in sentence(lambda: nn.BatchNorm1d(7)(x))
    layer = mb.Dense(2, name="twice")
    layer(x)
    assert 'Dense "twice"' in sentence(lambda: layer(mb.Input(6)))


def test_functions_that_do_not_fit_name_themselves() -> None:
    told = sentence(lambda: mb.Input(3) + mb.Input(4))
    assert told.startswith("add") and "(batch, 3), (batch, 4)" in told
    assert "cat" in sentence(lambda: mb.concat([mb.Input((2, 4)), mb.Input((2, 5))]))
    assert "axis=5" in sentence(lambda: mb.concat([mb.Input(2), mb.Input(2)], axis=5))
    assert "Sequential" in sentence(lambda: nn.Sequential(nn.ReLU(), nn.Linear(4, 1))(mb.Input(3)))


def test_a_symbol_has_no_numbers() -> None:
    x = mb.Input(3)
    for ask in (
        lambda: bool(x > 0),
        lambda: len(x),
        lambda: list(x),
        lambda: float(x.sum()),
        lambda: x.numpy(),
        lambda: x.sum().item(),
        lambda: x.device,
        lambda: 1 in x,
        lambda: [1, 2][x],
    ):
        assert "no numbers yet" in sentence(ask)
    with pytest.raises(AttributeError, match="wibble"):
        _ = x.wibble
    assert not hasattr(x, "wibble")


def test_the_batch_is_open() -> None:
    x = mb.Input((3, 4))
    assert x.shape == (None, 3, 4) and x.shape[0] is None
    assert "x.size(0)" in sentence(lambda: x.view(x.shape[0], -1))
    assert "not a number" in sentence(lambda: x.size(0) > 3)
    assert "any size" in sentence(lambda: x.view(5, 12))
    assert "depends on numbers" in sentence(lambda: x[x > 0])
    assert "depends on numbers" in sentence(lambda: x.cpu())
    assert "any size" in sentence(lambda: x + torch.ones(5, 1, 1))


def test_nothing_is_written_in_place() -> None:
    x = mb.Input(3)
    for write in (
        lambda: x.add_(1),
        lambda: torch.relu_(x),
        lambda: F.relu(x, inplace=True),
        lambda: F.relu(x, True),
        lambda: torch.add(x, x, out=x),
        lambda: x.__setitem__(0, 1),
    ):
        assert "new value" in sentence(write)
    y = x
    y += 1
    assert torch.equal(mb.Model(x, y)(torch.zeros(1, 3)), torch.ones(1, 3))


def test_functions_that_would_always_train_are_refused() -> None:
    x = mb.Input(3)
    assert "mb.Dropout" in sentence(lambda: F.dropout(x, 0.5))
    assert torch.equal(mb.Model(x, F.dropout(x, 0.5, training=False))(torch.ones(1, 3)), torch.ones(1, 3))


def test_a_module_may_write_into_what_nobody_else_uses() -> None:
    x = mb.Input(3)
    h = x * 1
    y = nn.ReLU(inplace=True)(h)
    assert torch.equal(mb.Model(x, y)(torch.tensor([[-1.0, 0, 1]])), torch.tensor([[0.0, 0, 1]]))
    assert "inplace=False" in sentence(lambda: mb.Model(x, y + h))
    assert "inplace=False" in sentence(lambda: mb.Model(x, [y, h]))
    assert "inplace=False" in sentence(lambda: mb.Model(h, y))


def test_models_that_cannot_be() -> None:
    x, other = mb.Input(3, name="left"), mb.Input(4, name="right")
    y = mb.Dense(2)(x)
    assert "name='right'" in sentence(lambda: mb.Model(x, y + mb.Dense(2)(other)))
    assert "'right'" in sentence(lambda: mb.Model([x, other], y))
    assert "mb.Input(3, name='left')" in sentence(lambda: mb.Model(other, y + mb.Dense(2)(other)))
    assert "twice" in sentence(lambda: mb.Model([x, x], y))
    assert "at least one" in sentence(lambda: mb.Model([], y))
    assert "at least one" in sentence(lambda: mb.Model(x, []))
    assert "wired values" in sentence(lambda: mb.Model(x, torch.ones(3)))
    assert "wired values" in sentence(lambda: mb.Model(3, y))
    assert "wired values" in sentence(lambda: mb.Model(x, [y, 3]))
    assert "wired values" in sentence(lambda: mb.Model(x, y.size(0)))


def test_names_that_cannot_be() -> None:
    x = mb.Input(3)
    assert "'same'" in sentence(lambda: mb.Model(x, mb.Dense(2, name="same")(mb.Dense(2, name="same")(x))))
    for name in ("a.b", "class", "forward", "parameters", "1st", "", "_x", "training"):
        assert repr(name) in sentence(lambda name=name: mb.Model(x, mb.Dense(2, name=name)(x)))
    assert "'a-b'" in sentence(lambda: mb.Model(mb_input := mb.Input(2, name="a-b"), mb_input * 2))
    model = mb.Model(x, mb.Dense(2, name="dense_1")(mb.Dense(2)(x)))
    assert list(model.state_dict())[::2] == ["dense_2.weight", "dense_1.weight"]


def test_inputs_that_cannot_be() -> None:
    for shape in (0, -1, (3, 0), "3", (None, 3), 2.5, True):
        assert "shape=" in sentence(lambda shape=shape: mb.Input(shape))
    assert "'int63'" in sentence(lambda: mb.Input(3, dtype="int63"))
    assert mb.Input(3, dtype="int64").dtype is torch.int64 and mb.Input(()).shape == (None,)


def test_a_module_that_gets_symbols_by_keyword_only_is_told() -> None:
    x = mb.Input(3)
    assert "by position" in sentence(lambda: nn.Linear(3, 2)(input=x))


def test_sequences_that_cannot_be() -> None:
    assert "mb.Input" in sentence(lambda: mb.Sequential([mb.Dense(3)]))
    assert "mb.Input" in sentence(lambda: mb.Sequential([]))
    assert "no layer" in sentence(lambda: mb.Sequential([mb.Input(3), 7]))
    assert "no layer" in sentence(lambda: mb.Sequential([mb.Input(3), mb.Flatten]))
    assert "tuple" in sentence(lambda: mb.Sequential([mb.Input((2, 3)), nn.LSTM(3, 3), mb.Dense(1)]))


def test_slips_with_brackets_classes_and_axes() -> None:
    x, other = mb.Input(3), mb.Input(3)
    for slip in (lambda: mb.Dense(x), lambda: mb.Flatten(x), lambda: mb.Add([x, other]), lambda: mb.ReLU(x)):
        with pytest.raises(OptionError, match="make the layer first"):
            slip()
    with pytest.raises(OptionError, match="activation is the class ReLU"):
        mb.Dense(3, nn.ReLU)
    with pytest.raises(TypeError, match="unexpected keyword"):
        mb.Flatten(activation="relu")
    for given in (mb.Dense(3), nn.ReLU(x), nn.Linear):
        with pytest.raises(OptionError, match="Dense was called with .*layer that is called on one"):
            mb.Dense(3)(given)
    with pytest.raises(OptionError, match="mb.concat needs a list"):
        mb.concat(x, 1)
    with pytest.raises(OptionError, match=r"stand last.*mb\.Input\(\(3, 32, 32\)\)"):
        mb.Conv2D(8, 3, padding="same")(mb.Input((32, 32, 3)))
    assert nn.Conv2d(32, 8, 3, padding=1)(mb.Input((32, 32, 3))).shape == (None, 8, 32, 3)
    with pytest.raises(OptionError, match="tried with a batch of 5"):
        x.reshape(32, 3)


def test_sizes_may_be_numbers_of_numpy() -> None:
    x = mb.Input((np.int64(2), np.int64(4), 4))
    assert mb.Conv2D(np.int64(3), (np.int64(2), 2))(x).shape == (None, 3, 3, 3)


def test_results_that_cannot_be_wired() -> None:
    class Gives(nn.Module):
        def forward(self, x: Tensor) -> object:
            return object()

    assert "object" in sentence(lambda: Gives()(mb.Input(3)))


def test_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    assert "(배치, 5)" in sentence(lambda: nn.Linear(4, 2)(mb.Input(5)))
