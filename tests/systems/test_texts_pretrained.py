"""Classifier of texts from a language model: the encoder is really kept, and thaws from the head on."""

from __future__ import annotations

import pytest
import torch
from test_texts import data_of, made, reviews
from torch.nn.utils.rnn import pad_sequence

import makebelieve as mb
from makebelieve.systems.recogniser.texts.door import from_config
from makebelieve.training.run_folder import RunFolder


@pytest.fixture(scope="module")
def writer(tmp_path_factory):
    texts, _ = reviews()
    run = tmp_path_factory.mktemp("writer") / "run"
    data = mb.text(texts, valid=0.1)
    writer = mb.language_model(
        data, "lstm", hidden=8, window=8, batch_size=4, run=run, precision="float32", device="cpu"
    )
    writer.fit(steps=5)
    return writer


@pytest.mark.parametrize("by_folder", [False, True])
def test_the_encoder_is_kept_and_the_head_learns_first(writer, by_folder, tmp_path):
    learn = made(
        run=tmp_path / "run", data=data_of(tokens=writer.tokens), pretrained=writer.run if by_folder else writer
    )
    before = {k: v.clone() for k, v in learn.nets["model"].encoder.state_dict().items()}
    kept = writer.network("model").encoder.state_dict()
    assert before.keys() == kept.keys() and all(torch.equal(before[name], kept[name]) for name in kept)
    groups = learn.nets["model"].parameter_groups()
    assert len(groups) == 3 and learn.usual_fit == "fine_tune"
    learn.freeze(-1)
    learn.fit(1)
    after = learn.nets["model"].encoder.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in before)
    learn.fine_tune(1)
    assert any(not torch.equal(after[name], before[name]) for name in before)
    again = from_config(RunFolder(learn.run).read_config(), None)
    again.restore(learn.run)
    assert again.predict("정말 최고").probabilities == learn.predict("정말 최고").probabilities


def test_padding_changes_no_answer(writer):
    model = made(data=data_of(tokens=writer.tokens), pretrained=writer).nets["model"].eval()
    texts = [writer.tokens.encode(text) for text in ("최고", "the film was awful")]
    together = model(pad_sequence(texts, True, 0))
    alone = torch.cat([model(ids[None]) for ids in texts])
    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("network", ["conv", "lstm", "auto"])
def test_padding_changes_no_answer_of_the_other_networks(network):
    learn = made(network)
    model = learn.nets["model"].eval()
    texts = [learn.tokens.encode(text) for text in ("최고", "the film was awful")]
    assert torch.allclose(
        model(pad_sequence(texts, True, 0)), torch.cat([model(ids[None]) for ids in texts]), atol=1e-5
    )


def test_longer_texts_than_a_transformers_context_are_read_piece_by_piece(tmp_path):
    texts, _ = reviews()
    data = mb.text(texts, valid=0.1)
    writer = mb.language_model(
        data, "gpt", hidden=16, layers=1, window=6, batch_size=4, run=tmp_path / "w", device="cpu"
    )
    learn = made(run=tmp_path / "run", data=data_of(tokens=writer.tokens), pretrained=writer)
    learn.fine_tune(1)
    assert learn.predict("the film was awful").probability > 0


def test_other_tokens_and_other_runs_are_refused(writer, tmp_path):
    with pytest.raises(mb.DataError, match="language model learnt"):
        made(data=data_of("word"), pretrained=writer)
    other = made("linear", tmp_path / "run")
    other.fit(steps=1)
    with pytest.raises(mb.CheckpointError, match="needs one of a language model"):
        made(data=data_of(), pretrained=other.run)
    with pytest.raises(mb.OptionError, match="pretrained is"):
        made(data=data_of(), pretrained=other)
