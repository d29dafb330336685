"""Keras' layers: shapes and numbers worked out by hand, first weights, options that can't be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import makebelieve.networks.wiring as mb
from makebelieve.errors import OptionError
from makebelieve.networks.wiring.layer import Layer

# layer, shape of an item, shape of what it gives, parameters: as Keras' own `model.summary()` has them, channels first
SHAPES: list[tuple[Callable[[], Layer], tuple[int, ...], tuple[int, ...], int]] = [
    (lambda: mb.Dense(64), (784,), (64,), 50240),
    (lambda: mb.Dense(5, use_bias=False), (7, 3), (7, 5), 15),
    (lambda: mb.Conv2D(8, 3), (3, 28, 28), (8, 26, 26), 224),
    (lambda: mb.Conv2D(8, 3, padding="same"), (3, 28, 28), (8, 28, 28), 224),
    (lambda: mb.Conv2D(8, 4, padding="same"), (3, 9, 9), (8, 9, 9), 392),
    (lambda: mb.Conv2D(8, 3, strides=2), (3, 28, 28), (8, 13, 13), 224),
    (lambda: mb.Conv2D(8, 3, strides=2, padding="same"), (3, 28, 28), (8, 14, 14), 224),
    (lambda: mb.Conv2D(8, 5, strides=(3, 2), padding="same"), (3, 10, 11), (8, 4, 6), 608),
    (lambda: mb.Conv2D(8, 1, strides=3, padding="same"), (3, 5, 5), (8, 2, 2), 32),
    (lambda: mb.Conv2D(8, 3, dilation_rate=2), (3, 9, 9), (8, 5, 5), 224),
    (lambda: mb.Conv2D(8, (3, 5), groups=2, padding="same"), (4, 9, 9), (8, 9, 9), 248),
    (lambda: mb.Conv1D(6, 3), (4, 10), (6, 8), 78),
    (lambda: mb.Conv1D(6, 4, strides=2, padding="same"), (4, 9), (6, 5), 102),
    (lambda: mb.Conv1D(6, 3, padding="causal", dilation_rate=2), (4, 10), (6, 10), 78),
    (lambda: mb.Conv2DTranspose(8, 3, strides=2, padding="same"), (3, 7, 7), (8, 14, 14), 224),
    (lambda: mb.Conv2DTranspose(8, 5, strides=2, padding="same"), (3, 7, 7), (8, 14, 14), 608),
    (lambda: mb.Conv2DTranspose(8, 4, strides=2, padding="same"), (3, 7, 7), (8, 14, 14), 392),
    (lambda: mb.Conv2DTranspose(8, 2, strides=3, padding="same"), (3, 4, 4), (8, 12, 12), 104),
    (lambda: mb.Conv2DTranspose(8, 3, strides=2), (3, 7, 7), (8, 15, 15), 224),
    (lambda: mb.Conv2DTranspose(8, 2, strides=3), (3, 4, 4), (8, 12, 12), 104),
    (lambda: mb.DepthwiseConv2D(3, padding="same", depth_multiplier=2), (4, 8, 8), (8, 8, 8), 80),
    (lambda: mb.SeparableConv2D(8, 3, padding="same", strides=2), (4, 8, 8), (8, 4, 4), 76),
    (lambda: mb.MaxPooling2D(), (3, 7, 7), (3, 3, 3), 0),
    (lambda: mb.MaxPooling2D(padding="same"), (3, 7, 7), (3, 4, 4), 0),
    (lambda: mb.MaxPooling2D(3, strides=2, padding="same"), (3, 8, 7), (3, 4, 4), 0),
    (lambda: mb.AveragePooling2D(3, strides=1, padding="same"), (3, 5, 6), (3, 5, 6), 0),
    (lambda: mb.MaxPooling1D(3), (3, 10), (3, 3), 0),
    (lambda: mb.MaxPooling1D(3, padding="same"), (3, 10), (3, 4), 0),
    (lambda: mb.GlobalAveragePooling2D(), (3, 4, 5), (3,), 0),
    (lambda: mb.GlobalMaxPooling2D(), (3, 4, 5), (3,), 0),
    (lambda: mb.GlobalAveragePooling1D(), (3, 4), (3,), 0),
    (lambda: mb.UpSampling2D(), (3, 4, 5), (3, 8, 10), 0),
    (lambda: mb.UpSampling2D((2, 3), "bilinear"), (3, 4, 5), (3, 8, 15), 0),
    (lambda: mb.ZeroPadding2D(1), (3, 4, 5), (3, 6, 7), 0),
    (lambda: mb.ZeroPadding2D((1, 2)), (3, 4, 5), (3, 6, 9), 0),
    (lambda: mb.ZeroPadding2D(((1, 0), (0, 2))), (3, 4, 5), (3, 5, 7), 0),
    (lambda: mb.Cropping2D(((1, 0), (0, 2))), (3, 4, 5), (3, 3, 3), 0),
    (lambda: mb.Flatten(), (3, 4, 5), (60,), 0),
    (lambda: mb.Flatten(), (3,), (3,), 0),
    (lambda: mb.Reshape((3, -1)), (12,), (3, 4), 0),
    (lambda: mb.Reshape(12), (3, 4), (12,), 0),
    (lambda: mb.Permute((2, 1)), (3, 4), (4, 3), 0),
    (lambda: mb.RepeatVector(5), (3,), (5, 3), 0),
    (lambda: mb.LSTM(6), (7, 4), (6,), 288),  # Keras: 264; torch has a second bias, of 4 · 6 zeros
    (lambda: mb.LSTM(6, return_sequences=True), (7, 4), (7, 6), 288),
    (lambda: mb.LSTM(6, bidirectional=True), (7, 4), (12,), 576),
    (lambda: mb.GRU(6), (7, 4), (6,), 216),
    (lambda: mb.GRU(6, bidirectional=True, return_sequences=True), (7, 4), (7, 12), 432),
    (lambda: mb.BatchNormalization(), (3, 4, 5), (3, 4, 5), 6),
    (lambda: mb.BatchNormalization(), (3, 4), (3, 4), 6),
    (lambda: mb.BatchNormalization(scale=False), (3,), (3,), 6),
    (lambda: mb.LayerNormalization(), (3, 4), (3, 4), 8),
    (lambda: mb.LayerNormalization(), (3, 4, 5), (3, 4, 5), 6),
    (lambda: mb.Dropout(0.2), (3, 4), (3, 4), 0),
    (lambda: mb.SpatialDropout2D(0.2), (3, 4, 5), (3, 4, 5), 0),
    (lambda: mb.Activation("softmax"), (3,), (3,), 0),
    (lambda: mb.LeakyReLU(), (3,), (3,), 0),
    (lambda: mb.ReLU(), (3,), (3,), 0),
    (lambda: mb.Softmax(), (3,), (3,), 0),
    (lambda: mb.Lambda(lambda x: x * 2), (3,), (3,), 0),
]


@pytest.mark.parametrize("case", range(len(SHAPES)))
def test_shapes_and_parameters(case: int) -> None:
    make, given, gives, parameters = SHAPES[case]
    x = mb.Input(given)
    y = make()(x)
    assert y.shape == (None, *gives)
    model = mb.Model(x, y).eval()
    assert sum(p.numel() for p in model.parameters()) == parameters
    for batch in (1, 3):
        assert model(torch.rand(batch, *given)).shape == (batch, *gives)


@pytest.mark.parametrize("case", range(len(SHAPES)))
def test_on_a_tensor_a_layer_computes(case: int) -> None:
    make, given, gives, _ = SHAPES[case]
    assert make()(torch.rand(2, *given)).shape == (2, *gives)


# ---------------------------------------------------------------- numbers by hand


def ones(layer: Any) -> Any:
    """The layer, after its weights were set to 1."""

    def call(x: Tensor) -> Tensor:
        layer(x)
        for parameter in layer.module.parameters():
            nn.init.constant_(parameter, 0.0 if parameter.dim() == 1 else 1.0)
        return layer(x)

    return call


def test_same_padding_adds_the_odd_zero_at_the_end() -> None:
    x = torch.arange(1.0, 7).view(1, 1, 6)
    # ⌈6 / 2⌉ = 3 windows of 3: (3 − 1) · 2 + 3 − 6 = 1 zero, behind: 1+2+3, 3+4+5, 5+6+0
    assert ones(mb.Conv1D(1, 3, 2, "same"))(x).flatten().tolist() == [6, 12, 11]
    # four windows of 4 at stride 1: 3 zeros, one before and two behind
    assert ones(mb.Conv1D(1, 4, 1, "same"))(x[:, :, :4]).flatten().tolist() == [6, 10, 9, 7]
    # 5 long: 2 zeros, one on each side: 0+1+2, 2+3+4, 4+5+0
    assert ones(mb.Conv1D(1, 3, 2, "same"))(x[:, :, :5]).flatten().tolist() == [3, 9, 9]
    assert ones(mb.Conv1D(1, 3, 1, "causal"))(x).flatten().tolist() == [1, 3, 6, 9, 12, 15]
    picture = torch.ones(1, 1, 4, 4)
    assert ones(mb.Conv2D(1, 3, 2, "same"))(picture)[0, 0].tolist() == [[9, 6], [6, 4]]


def test_a_shared_convolution_pads_each_size_as_it_needs() -> None:
    layer = ones(mb.Conv1D(1, 3, 2, "same"))
    assert layer(torch.ones(1, 1, 6)).flatten().tolist() == [3, 3, 2]
    assert layer(torch.ones(1, 1, 5)).flatten().tolist() == [2, 3, 2]


def test_pooling_leaves_padding_out() -> None:
    x = torch.tensor([-3.0, -1, -4, -1, -5]).view(1, 1, 1, 5).expand(1, 1, 5, 5)
    assert mb.MaxPooling2D(2, padding="same")(x)[0, 0, 0].tolist() == [-1, -1, -5]
    assert mb.AveragePooling2D(2, padding="same")(x)[0, 0, 0].tolist() == [-2, -2.5, -5]
    assert mb.AveragePooling2D(3, 1, padding="same")(x)[0, 0, 0].tolist() == pytest.approx(
        [-2, -8 / 3, -2, -10 / 3, -3]
    )
    even = torch.arange(4.0).view(1, 1, 1, 4).expand(1, 1, 4, 4)
    assert mb.MaxPooling2D(3, 2, padding="same")(even)[0, 0, 0].tolist() == [2, 3]  # 0 1 2 | 2 3 –
    assert mb.AveragePooling2D(3, 2, padding="same")(even)[0, 0, 0].tolist() == [1, 2.5]


@pytest.mark.parametrize("kernel", [2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [5, 8])
def test_pooling_of_the_same_size_is_that_of_each_window(kernel: int, stride: int, size: int) -> None:
    places = -(-size // stride)
    before = max((places - 1) * stride + kernel - size, 0) // 2
    starts = [place * stride - before for place in range(places)]
    x = torch.rand(1, 1, size) - 2
    windows = [x[0, 0, max(start, 0) : start + kernel] for start in starts]
    assert mb.MaxPooling1D(kernel, stride, "same")(x)[0, 0].tolist() == [float(w.max()) for w in windows]
    picture = x.unsqueeze(2).expand(1, 1, size, size)
    assert mb.MaxPooling2D(kernel, stride, "same")(picture)[0, 0, -1].tolist() == [float(w.max()) for w in windows]
    means = mb.AveragePooling2D(kernel, stride, "same")(picture)[0, 0, -1].tolist()
    assert means == pytest.approx([float(w.mean()) for w in windows])


@pytest.mark.parametrize(("kernel", "stride"), [(5, 2), (3, 2), (4, 2), (3, 1), (2, 3), (5, 3)])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_transposed_convolution_is_the_gradient_of_the_convolution(kernel: int, stride: int, padding: str) -> None:
    small = torch.rand(1, 2, 4, 4, dtype=torch.float64)
    layer = mb.Conv2DTranspose(3, kernel, stride, padding, use_bias=False)
    layer(small.float())
    weight = layer.module.double().weight.detach()  # (2, 3, kernel, kernel)
    large = torch.zeros_like(layer(small), requires_grad=True)
    convolution = mb.Conv2D(2, kernel, stride, padding, use_bias=False)
    convolution(large.float())
    convolution.module.double().load_state_dict({"weight": weight})
    y = convolution(large)
    assert y.shape == small.shape
    (gradient,) = torch.autograd.grad(y, large, small)
    torch.testing.assert_close(layer(small), gradient)


def test_lstm_gives_the_last_moment_or_all_and_takes_a_state() -> None:
    x = torch.rand(3, 5, 4)
    layer = mb.LSTM(6, return_sequences=True, return_state=True)
    y, h, c = layer(x)
    assert torch.equal(y[:, -1], h) and c.shape == (3, 6)
    _, h_after, _ = layer(x, initial_state=[h, c])
    twice = layer.module(torch.cat([x, x], 1))[0]
    torch.testing.assert_close(h_after, twice[:, -1])
    both = mb.LSTM(6, bidirectional=True)
    last = both(x)
    sequence = both.module(x)[0]
    torch.testing.assert_close(last, torch.cat([sequence[:, -1, :6], sequence[:, 0, 6:]], 1))
    gru = mb.GRU(6, return_state=True)
    y, h = gru(x)
    assert torch.equal(y, h) and not torch.equal(gru(x, initial_state=h)[0], y)


def test_an_encoder_hands_its_state_to_a_decoder() -> None:
    a, b = mb.Input((5, 4)), mb.Input((3, 4))
    _, h, c = mb.LSTM(6, return_state=True)(a)
    model = mb.Model([a, b], mb.Dense(2)(mb.LSTM(6, return_sequences=True)(b, initial_state=[h, c])))
    assert model(torch.rand(2, 5, 4), torch.rand(2, 3, 4)).shape == (2, 3, 2)


def test_normalisation_of_pictures_is_over_channels() -> None:
    x = torch.rand(2, 6, 3, 3)
    y = mb.LayerNormalization()(x)
    torch.testing.assert_close(y.mean(1), torch.zeros(2, 3, 3), atol=1e-6, rtol=0)
    frozen = mb.BatchNormalization(scale=False)
    frozen(x)
    assert [p.requires_grad for p in frozen.module.parameters()] == [False, True]
    assert frozen.module.momentum == pytest.approx(0.01) and frozen.module.eps == 1e-3


def test_merging() -> None:
    a, b = torch.tensor([[1.0, 4]]), torch.tensor([[3.0, 2]])
    found = {
        mb.Add: [4, 6],
        mb.Subtract: [-2, 2],
        mb.Multiply: [3, 8],
        mb.Average: [2, 3],
        mb.Maximum: [3, 4],
        mb.Concatenate: [1, 4, 3, 2],
    }
    x, y = mb.Input(2), mb.Input(2)
    for kind, expected in found.items():
        assert kind()([a, b]).flatten().tolist() == expected
        assert mb.Model([x, y], kind()([x, y]))(a, b).flatten().tolist() == expected
    assert torch.equal(mb.concat([a, b], -1), torch.cat([a, b], 1))


def test_activations() -> None:
    x = torch.tensor([[-1.0, 2.0]])
    torch.testing.assert_close(mb.Activation("leaky_relu")(x), torch.tensor([[-0.2, 2.0]]))
    torch.testing.assert_close(mb.LeakyReLU()(x), torch.tensor([[-0.3, 2.0]]))
    torch.testing.assert_close(mb.Activation("softmax")(x).sum(1), torch.ones(1))
    torch.testing.assert_close(mb.Activation("softmax")(torch.rand(1, 3, 2, 2)).sum(1), torch.ones(1, 2, 2))
    torch.testing.assert_close(mb.Activation("swish")(x), F.silu(x))
    assert torch.equal(mb.Activation(None)(mb.Activation("linear")(x)), x)
    assert torch.equal(mb.Dense(2, nn.Softplus())(x) > 0, torch.ones(1, 2, dtype=torch.bool))


# ---------------------------------------------------------------- first weights


def uniform_within(weight: Tensor, limit: float) -> bool:
    """Whether numbers look uniform in ±limit: none beyond, and of its deviation."""
    weight = weight.detach()
    return float(weight.abs().max()) <= limit and abs(float(weight.std()) - limit / math.sqrt(3)) < 0.1 * limit


def test_first_weights_are_those_of_keras() -> None:
    torch.manual_seed(0)
    dense, convolution = mb.Dense(50), mb.Conv2D(32, 3)
    dense(torch.rand(1, 70))
    convolution(torch.rand(1, 16, 5, 5))
    assert uniform_within(dense.module.weight, math.sqrt(6 / 120)) and not dense.module.bias.any()
    assert uniform_within(convolution.module.weight, math.sqrt(6 / (9 * 48))) and not convolution.module.bias.any()
    enlarge, depthwise = mb.Conv2DTranspose(32, 3), mb.DepthwiseConv2D(5, depth_multiplier=4)
    enlarge(torch.rand(1, 16, 5, 5))
    depthwise(torch.rand(1, 16, 5, 5))
    assert uniform_within(enlarge.module.weight, math.sqrt(6 / (9 * 48)))
    assert uniform_within(depthwise.module.weight, math.sqrt(6 / (25 * 20)))
    table = mb.Embedding(100, 20)
    table(torch.zeros(1, dtype=torch.int64))
    assert uniform_within(table.module.weight, 0.05)


def test_recurrent_weights_are_those_of_keras() -> None:
    torch.manual_seed(0)
    lstm, gru = mb.LSTM(20), mb.GRU(20, bidirectional=True)
    lstm(torch.rand(1, 3, 30))
    gru(torch.rand(1, 3, 30))
    assert uniform_within(lstm.module.weight_ih_l0, math.sqrt(6 / (30 + 80)))
    state = lstm.module.weight_hh_l0
    torch.testing.assert_close(state.T @ state, torch.eye(20), atol=1e-5, rtol=0)
    assert lstm.module.bias_ih_l0.tolist() == [0.0] * 20 + [1.0] * 20 + [0.0] * 40
    assert not lstm.module.bias_hh_l0.any() and not gru.module.bias_ih_l0_reverse.any()


def test_lstm_is_that_of_keras_by_hand() -> None:
    layer = mb.LSTM(1)
    x = torch.tensor([[[0.5], [-1.0]]])
    layer(x)
    weights = {"weight_ih_l0": [0.1, 0.2, 0.3, 0.4], "weight_hh_l0": [0.5, -0.6, 0.7, -0.8]}
    for name, values in weights.items():
        getattr(layer.module, name).data = torch.tensor(values).view(4, 1)
    h = c = 0.0
    for moment in (0.5, -1.0):
        i, f, g, o = (a * moment + b * h for a, b in zip(*weights.values(), strict=True))
        c = c / (1 + math.exp(-(f + 1))) + math.tanh(g) / (1 + math.exp(-i))  # the forget gate's bias is 1
        h = math.tanh(c) / (1 + math.exp(-o))
    assert float(layer(x).detach()) == pytest.approx(h, rel=1e-5)


# ---------------------------------------------------------------- what can go wrong


def sentence(make: Callable[[], Any]) -> str:
    with pytest.raises(OptionError) as caught:
        make()
    return str(caught.value)


def test_options_that_cannot_be() -> None:
    assert "units=-3" in sentence(lambda: mb.Dense(-3))
    assert "units=2.5" in sentence(lambda: mb.Dense(2.5))
    assert "units=True" in sentence(lambda: mb.Dense(True))
    told = sentence(lambda: mb.Dense(3, "rleu"))
    assert "'rleu'" in told and "'relu'" in told
    assert "'same'" in sentence(lambda: mb.Conv2D(3, 3, padding="sane"))
    assert "causal" not in sentence(lambda: mb.Conv2D(3, 3, padding="causal")).split("There are")[1]
    assert "kernel_size" in sentence(lambda: mb.Conv2D(3, (3, 3, 3)))
    assert "kernel_size" in sentence(lambda: mb.Conv2D(3, 0))
    assert "dilation_rate" in sentence(lambda: mb.Conv2D(3, 3, strides=2, dilation_rate=2))
    assert "rate=1" in sentence(lambda: mb.Dropout(1))
    assert "rate=50" in sentence(lambda: mb.Dropout(50))
    assert "interpolation" in sentence(lambda: mb.UpSampling2D(2, "nearst"))
    assert "bidirectional" in sentence(lambda: mb.LSTM(3, bidirectional=True, return_state=True))
    assert "output_dim=0" in sentence(lambda: mb.Embedding(3, 0))
    assert "padding=" in sentence(lambda: mb.ZeroPadding2D(((1, 2, 3), (1, 2))))
    assert "padding=" in sentence(lambda: mb.ZeroPadding2D(-1))


def test_calls_that_cannot_be() -> None:
    x, picture = mb.Input(12), mb.Input((4, 6, 6))
    assert "target_shape=(5, 2)" in sentence(lambda: mb.Reshape((5, 2))(x))
    assert "target_shape=(5, -1)" in sentence(lambda: mb.Reshape((5, -1))(x))
    assert "target_shape=(-1, -1)" in sentence(lambda: mb.Reshape((-1, -1))(x))
    assert "dims=(0, 1, 2)" in sentence(lambda: mb.Permute((0, 1, 2))(picture))
    assert "groups=3" in sentence(lambda: mb.Conv2D(6, 3, groups=3)(picture))
    assert "list" in sentence(lambda: mb.Add()(x))
    assert "list" in sentence(lambda: mb.Concatenate()([x]))
    assert "list" in sentence(lambda: mb.concat(x))
    assert "called with 7" in sentence(lambda: mb.Dense(3)(7))
    assert "called with" in sentence(lambda: mb.Dense(3)([x, x]))
    assert "> 6 × 0" in sentence(lambda: mb.Cropping2D(((3, 3), (0, 0)))(picture))
    assert "features" in sentence(lambda: mb.Dense(3)(mb.Input(())))


def test_layers_show_themselves() -> None:
    assert repr(mb.Dense(3, name="head")) == "mb.Dense(…, name='head')" and repr(mb.Dense(3)) == "mb.Dense(…)"
