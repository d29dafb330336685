"""Every learner can be taken away: weights come back bit for bit, answers are the same without the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from doors import NAMES, doors, pictures, recommender, shaken
from safetensors.torch import load_file

import makebelieve as mb
from makebelieve.errors import CheckpointError, OptionError, TrainingError
from makebelieve.figures import Figures


@pytest.fixture
def gan(tmp_path):
    return mb.gan(pictures(), network="mlp", latent=4, device="cpu", batch_size=8, run=tmp_path / "run")


@pytest.mark.parametrize("name", NAMES)
def test_every_door_is_exported_and_loaded_without_its_data(name, tmp_path):
    learn = shaken(doors(tmp_path)[name]())
    folder = learn.export(tmp_path / "out")
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "config.json", "model.safetensors"]
    found = mb.load(folder)
    assert type(found) is type(learn)
    assert found.data is None
    for net in learn.nets:
        wanted = learn.network(net).state_dict()
        for key, value in found.network(net).state_dict().items():
            assert torch.equal(value, wanted[key]), key
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["data"]["rebuild"] is None
    assert set(config["export"]["signature"]) == set(learn.programs())
    assert str(tmp_path) not in (folder / "config.json").read_text(encoding="utf-8")
    again = found.export(tmp_path / "again")
    assert (again / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()


def test_a_loaded_learner_answers_as_the_one_that_was_exported(tmp_path):
    pairs = {}
    for name in ("gan", "vae", "diffusion", "classifier", "conv texts", "lstm", "ease, events", "bayesian, ratings"):
        learn = shaken(doors(tmp_path)[name]())
        pairs[name] = learn, mb.load(learn.export(tmp_path / name))
    x = torch.rand(3, 1, 8, 8)
    for name in ("gan", "vae", "diffusion"):
        made = [learn.generate(4, seed=1).tensor for learn in pairs[name]]
        assert torch.equal(*made), name
    assert torch.equal(*(learn.scores(x) for learn in pairs["classifier"]))
    assert len({repr(learn.predict("the cat sat")) for learn in pairs["conv texts"]}) == 1
    assert len({learn.generate("the", 20, seed=0) for learn in pairs["lstm"]}) == 1
    for name in ("ease, events", "bayesian, ratings"):
        assert len({repr(learn.recommend(3, 5)) for learn in pairs[name]}) == 1
        assert len({repr(learn.recommend(ratings={4: 4, "Film 7": 5}, n=5)) for learn in pairs[name]}) == 1
    with pytest.raises(TrainingError):
        pairs["gan"][1].fit(1)


def test_averages_of_weights_are_what_is_taken_away(gan, tmp_path):
    gan.fit(steps=5)
    assert gan.weights_of("generator") == "moving average"
    tensors = load_file(gan.export(tmp_path / "out") / "model.safetensors")
    for name, value in gan.network("generator").state_dict().items():
        assert torch.equal(tensors[f"generator.{name}"], value)
    assert any(
        not torch.equal(tensors[f"generator.{name}"], value)
        for name, value in gan.nets["generator"].state_dict().items()
    )
    assert mb.load(tmp_path / "out").step == 5
    assert torch.equal(mb.load(tmp_path / "out").generate(3, seed=0).tensor, gan.generate(3, seed=0).tensor)


def test_the_card_tells_data_figures_with_protocol_alarms_and_use(gan, tmp_path):
    gan.fit(1)
    gan.history.add("alarm", step=3, key="training.not_a_number", values={"name": "critic", "step": 3, "value": "nan"})
    figures = Figures({"fd_mnist": 12.5}, {"n": 10_000, "seed": 0}, subject={"step": 5}, verdict=["It is good."])
    folder = gan.export(tmp_path / "digits", figures=figures, licence="mit")
    text = (folder / "README.md").read_text(encoding="utf-8")
    head, _, rest = text.removeprefix("---\n").partition("---\n")
    assert 'license: "mit"' in head
    assert "pipeline_tag: unconditional-image-generation" in head
    assert '"fd_mnist"' in head
    for told in (gan.data.fingerprint(), "12.5", "n=10000", "It is good.", "step 3", "mb.load", "makebelieve generate"):
        assert told in rest, told
    assert "# digits" in rest
    later = (mb.load(folder).export(tmp_path / "later") / "README.md").read_text(encoding="utf-8")
    assert "12.5" in later and "step 3" in later


def test_it_appears_whole_or_not_at_all(gan, tmp_path, monkeypatch):
    def torn(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("makebelieve.export.folder.card", torn)
    with pytest.raises(KeyboardInterrupt):
        gan.export(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_nothing_is_overwritten_unless_it_is_an_export_and_asked_for(gan, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("dear")
    for force in (False, True):
        with pytest.raises(OptionError, match="no export"):
            gan.export(tmp_path / "precious", force=force)
    assert (tmp_path / "precious" / "letter.txt").read_text() == "dear"
    gan.export(tmp_path / "out")
    with pytest.raises(OptionError, match="force=True"):
        gan.export(tmp_path / "out")
    gan.export(tmp_path / "out", to="torch.export", force=True)
    assert (tmp_path / "out" / "generator.pt2").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "precious"]
    with pytest.raises(OptionError, match="'onnx', 'torch.export'"):
        gan.export(tmp_path / "third", to="keras")  # type: ignore[arg-type]


def test_a_run_that_is_loaded_can_be_exported_too(gan, tmp_path):
    gan.fit(steps=2)
    mb.load(tmp_path / "run").export(tmp_path / "out")
    assert torch.equal(mb.load(tmp_path / "out").generate(2, seed=0).tensor, gan.generate(2, seed=0).tensor)


def test_networks_of_the_programs_own_are_exported_but_only_the_program_can_load_them(tmp_path):
    nets = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.Sigmoid(), torch.nn.Unflatten(1, (1, 8, 8)))
    critic = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 1), torch.nn.Flatten(0))
    learn = mb.gan(pictures(), network=(nets, critic), latent=4, device="cpu", batch_size=8)
    folder = learn.export(tmp_path / "out")
    with pytest.raises(CheckpointError, match="own"):
        mb.load(folder)
    assert "mb.load can't" in (folder / "README.md").read_text(encoding="utf-8")


def test_the_catalogue_comes_along(tmp_path):
    learn = recommender("item_neighbours")
    config = json.loads((learn.export(tmp_path / "out") / "config.json").read_text(encoding="utf-8"))
    assert config["export"]["held"]["items"]["titles"][3] == "Film 3 (1953)"
    assert "values" not in config["export"]["held"]
    assert Path(tmp_path / "out" / "model.safetensors").stat().st_size > 1000
