"""The program form, traced once for each network: .pt2 and ONNX say what the live learner says, for other sizes too."""

from __future__ import annotations

import json
import math
import warnings

import numpy as np
import pytest
import torch
from doors import NAMES, doors, pictures, shaken

import makebelieve as mb
from makebelieve.data.times import calendar
from makebelieve.errors import OptionError
from makebelieve.export.formats import traced, write_traced
from makebelieve.export.program import Port, Program, prepared
from makebelieve.networks.using import evaluating

LONG = {"lstm texts", "conv texts", "diffusion", "forecaster of several", "colouriser"}  # seconds of tracing
ONNX_SOON = {
    "gan of classes",
    "classifier",
    "gpt",
    "lstm",
    "forecaster",
    "user_neighbours, ratings",
}


def marked(soon):
    return [pytest.param(name, marks=[] if soon(name) else [pytest.mark.slow]) for name in NAMES]


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A learner by name, with its programs and their operations: traced once for both formats."""
    folder, made = tmp_path_factory.mktemp("formats"), {}

    def get(name):
        if name not in made:
            learn = shaken(doors(folder)[name]())
            programs = learn.programs()
            made[name] = [(key, program, traced(program)) for key, program in programs.items()]
        return made[name]

    return get


def sizes(program: Program) -> list[dict[str, int]]:
    """Two sizes of what is open that are not the example's."""
    names = sorted({name for port in program.inputs for size, _, name in port.open() if isinstance(size, str)})
    return [{name: more + i + program.least.get(name, 0) for i, name in enumerate(names)} for more in (1, 4)]


def drawn(program: Program, like) -> tuple[torch.Tensor, ...]:
    """Inputs of these shapes, drawn within their ranges."""
    generator, found = torch.Generator().manual_seed(5), []
    for port, one in zip(program.inputs, like, strict=True):
        low, high = port.range or (-2.0, 2.0)
        if one.is_floating_point():
            found.append(low + (high - low) * torch.rand(one.shape, generator=generator))
        else:
            found.append(torch.randint(int(low), int(high) + 1, one.shape, generator=generator))
    return tuple(found)


def agree(name: str, program: Program, run) -> None:
    for given in sizes(program):
        inputs = drawn(program, program.example(**given))
        with evaluating(program.module):
            wanted = program.module(*inputs)
        if isinstance(wanted, torch.Tensor):
            wanted = (wanted,)
        found = run(inputs)
        assert len(found) == len(wanted) == len(program.outputs)
        for port, one, other in zip(program.outputs, found, wanted, strict=True):
            shape = [size if isinstance(size, int) else times * given[name] for size, times, name in port.open()]
            assert list(one.shape) == shape == list(other.shape), port.name
            assert str(other.dtype) == f"torch.{port.dtype}"
            np.testing.assert_allclose(one, other.numpy(), rtol=1e-5, atol=1e-5, err_msg=f"{name}: {port.name}")
            if port.range is not None:
                assert port.range[0] - 1e-5 <= one.min() <= one.max() <= port.range[1] + 1e-5


def onnx_runner(path):
    onnxruntime = pytest.importorskip("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    return names, lambda inputs: session.run(None, {name: one.numpy() for name, one in zip(names, inputs, strict=True)})


@pytest.mark.parametrize("name", marked(lambda name: name not in LONG))
def test_a_pt2_file_agrees_with_the_live_model(name, known, tmp_path):
    for key, program, found in known(name):
        write_traced(found, program, tmp_path / f"{key}.pt2", "torch.export")
        loaded = torch.export.load(tmp_path / f"{key}.pt2").module()

        def run(inputs, loaded=loaded):
            given = loaded(*inputs)
            return [one.detach().numpy() for one in (given if isinstance(given, tuple) else (given,))]

        agree(name, program, run)


@pytest.mark.parametrize("name", marked(lambda name: name in ONNX_SOON))
def test_an_onnx_file_agrees_with_the_live_model(name, known, tmp_path):
    for key, program, found in known(name):
        write_traced(found, program, tmp_path / f"{key}.onnx", "onnx")
        names, run = onnx_runner(tmp_path / f"{key}.onnx")
        assert names == [port.name for port in program.inputs]
        agree(name, program, run)


def test_programs_speak_the_units_that_people_mean(tmp_path):
    """The program's module, which the formats agree with, against the learner's own verbs."""
    made = {name: shaken(learn()) for name, learn in doors(tmp_path).items() if name not in LONG or " " in name}

    def program(name: str, key: str = "model"):
        found = made[name].programs()[key]
        found.module.eval()
        return lambda *given: torch.no_grad()(found.module)(*given)

    x = torch.rand(3, 1, 8, 8)
    learn = made["gan"]
    z, y = learn.latents(3, seed=0), torch.tensor([2, 0, 1])
    torch.testing.assert_close(program("gan", "generator")(z, y), learn.decode(z, y))
    torch.testing.assert_close(
        program("gan", "critic")(x, y), learn.discriminate(x, label=["kind 2", "kind 0", "kind 1"])
    )
    shares, _ = program("gan of classes", "critic")(x)
    torch.testing.assert_close(shares, made["gan of classes"].predict(x).probabilities)
    torch.testing.assert_close(program("classifier")(x), made["classifier"].scores(x))
    rows = torch.rand(3, 5)
    torch.testing.assert_close(program("regressor")(rows), made["regressor"].scores(rows))
    ids = [made["conv texts"].read(text) for text in ("the cat", "no rain today")]
    padded = torch.nn.utils.rnn.pad_sequence(ids, True)
    torch.testing.assert_close(program("conv texts")(padded), made["conv texts"].scores(ids))

    for name, series in (("forecaster", ""), ("forecaster of several", "b")):
        learn = made[name]
        place = learn.data.names.index(series)
        history, scale = learn.data.histories[place], learn.data.scales[place]
        times = np.concatenate([history.times[-12:], history.after(3)])
        given = {"rows": history.values[-12:], "calendar": calendar(times, learn.layout.cycles)}
        given |= {"mean": scale.mean, "deviation": scale.deviation}
        taken = [given[port.name] for port in learn.programs()["model"].inputs]
        said = program(name)(*(torch.from_numpy(one)[None].float() for one in taken))
        wanted = torch.from_numpy(learn.forecast(series=series or None).values).float()[None]
        torch.testing.assert_close(said, wanted, rtol=1e-5, atol=1e-5)

    users, items = torch.arange(12).repeat_interleave(15), torch.arange(15).repeat(12)
    for name, learn in made.items():
        if "ratings" in name or "events" in name:
            torch.testing.assert_close(program(name)(users, items), learn.predict_places(users, items), msg=name)


def test_a_writer_goes_on_from_its_state(tmp_path):
    learn = doors(tmp_path)["lstm"]()
    program = learn.programs()["model"]
    step = program.module.eval()
    ids = learn.tokens.encode("the cat sat")
    with torch.no_grad():
        at_once, *_ = step(ids[None], *(one[:1] * 0 for one in program.example()[1:]))
        state = [one[:1] * 0 for one in program.example()[1:]]
        for i, token in enumerate(ids):
            scores, *state = step(token.view(1, 1), *state)
            torch.testing.assert_close(scores[0, 0], at_once[0, i])
    nats = -at_once[0, :-1].log_softmax(1).gather(1, ids[1:, None])[:, 0]
    torch.testing.assert_close(nats, learn.surprise("the cat sat"))


def test_the_signature_says_what_goes_in_and_out(tmp_path):
    folder = mb.vae(pictures(), network="dense", latent=3, device="cpu").export(tmp_path / "out", to="torch.export")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["export"]["programs"] == {"decoder": "decoder.pt2", "encoder": "encoder.pt2"}
    decoder = config["export"]["signature"]["decoder"]
    assert decoder["inputs"] == [{"name": "z", "shape": [None, 3], "dtype": "float32", "range": None}]
    assert decoder["outputs"] == [
        {"name": "pictures", "shape": [None, 1, 8, 8], "dtype": "float32", "range": [0, 1]},
    ]
    z = torch.randn(2, 3)
    made = torch.export.load(folder / "decoder.pt2").module()(z)
    torch.testing.assert_close(made, mb.load(folder).decode(z))
    assert "decoder.pt2" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [torch.nn.LSTM, torch.nn.GRU])
@pytest.mark.parametrize("options", [{"num_layers": 2, "bidirectional": True}, {"batch_first": True, "bias": False}])
def test_scanned_layers_are_those_of_torch(kind, options):
    torch.manual_seed(0)
    layer = kind(3, 4, **options).eval()
    scanned, x = prepared(layer), torch.randn(5, 6, 3)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, about its own insides
        for given in ((x,), (x, layer(x)[1])):
            (y, state), (wanted, wanted_state) = scanned(*given), layer(*given)
            torch.testing.assert_close(y, wanted)
            torch.testing.assert_close(state, wanted_state)


def test_normalised_weights_are_plain_in_the_copy_and_stay_in_the_original():
    layer = torch.nn.utils.parametrizations.spectral_norm(torch.nn.Linear(4, 5)).eval()
    x = torch.randn(2, 4)
    wanted = layer(x)
    copied = prepared(layer)
    assert sorted(copied.state_dict()) == ["bias", "weight"]
    torch.testing.assert_close(copied(x), wanted)
    torch.testing.assert_close(layer(x), wanted)


class Odd(torch.nn.Module):
    def forward(self, x):
        return x * 2 if float(x.sum()) > 0 else x


def test_what_depends_on_its_input_is_refused_with_a_reason():
    port = Port("x", ("n", 2), "float32", "export.x")
    with pytest.raises(OptionError, match=r"Odd can't be put in the form torch.export \(.+\)"):
        traced(Program(Odd(), [port], [port]))
    assert math.isfinite(float(port.example({}).sum()))
