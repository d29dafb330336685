"""Language networks: shapes, states, that no place sees a later one, specs, dropout, and refusals."""

from __future__ import annotations

import copy
import json

import pytest
import torch
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.encoders import RecurrentEncoder
from makebelieve.networks.language import PRESETS, LanguageEncoder, language_network

SMALL = {"lstm": {"hidden": 16, "layers": 2}, "gru": {"hidden": 16, "layers": 2}, "gpt": {"hidden": 16, "heads": 2}}


def small(network, **options):
    return language_network(network, 11, **{**SMALL[network], "window": 8, **options})


@pytest.mark.parametrize("network", PRESETS)
def test_scores_of_every_place_and_the_state(network):
    net = small(network)
    ids = torch.randint(11, (3, 8))
    scores, state = net(ids)
    assert scores.shape == (3, 8, 11) and scores.dtype == torch.float32
    assert all(tensor.shape[0] == 3 for tensor in state.values())
    assert bool(state) == (network != "gpt")
    features, _ = net.encoder(ids)
    assert isinstance(net.encoder, LanguageEncoder)
    assert features.shape == (3, 8, net.encoder.features) and net.encoder.vocabulary == 11


@pytest.mark.parametrize("network", PRESETS)
def test_no_place_sees_a_later_one(network):
    net = small(network).eval()
    ids = torch.randint(11, (2, 8))
    other = ids.clone()
    other[:, 5:] = (other[:, 5:] + 1) % 11
    before, after = net(ids)[0], net(other)[0]
    torch.testing.assert_close(before[:, :5], after[:, :5])
    assert not torch.allclose(before[:, 5:], after[:, 5:])


@pytest.mark.parametrize("network", PRESETS)
def test_a_spec_is_json_and_makes_the_network_again(network):
    net = small(network, dropout=0.1).eval()
    again = language_network(**json.loads(json.dumps(net.spec()))).eval()
    again.load_state_dict(net.state_dict())
    ids = torch.randint(11, (2, 5))
    torch.testing.assert_close(again(ids)[0], net(ids)[0])
    assert again.spec() == net.spec()


@pytest.mark.parametrize("network", PRESETS)
def test_embedded_tokens_can_be_given_instead_of_ids(network):
    net = small(network).eval()
    ids = torch.randint(11, (2, 5))
    embedded = net.encoder.embedding(ids).detach().requires_grad_()
    features, _ = net.encoder.encode(embedded)
    torch.testing.assert_close(features, net.encoder(ids)[0])
    (gradient,) = torch.autograd.grad(features[:, 2, 0].sum(), embedded)
    assert gradient[:, :3].any() and not gradient[:, 3:].any()


@pytest.mark.parametrize("network", PRESETS)
def test_dropout_is_felt_in_training_only(network):
    net, without = small(network, dropout=0.5), small(network, dropout=0.0)
    ids = torch.randint(11, (2, 8))
    assert not net(ids)[0].equal(net(ids)[0])
    net.eval()
    assert net(ids)[0].equal(net(ids)[0])
    torch.manual_seed(0)
    before = torch.get_rng_state()
    without(ids)
    assert torch.get_rng_state().equal(before)  # nothing was drawn


def test_row_dropout_drops_whole_tokens():
    encoder = RecurrentEncoder(200, 6, 16, row_dropout=0.2)
    table = encoder.table()
    gone = table.eq(0).all(1)
    assert 10 < gone.sum() < 80
    torch.testing.assert_close(table[~gone], encoder.embedding.weight[~gone] / 0.8)


@pytest.mark.parametrize("network", PRESETS)
def test_groups_go_from_the_embedding_on_and_have_every_parameter_once(network):
    encoder = small(network).encoder
    groups = encoder.parameter_groups()
    assert len(groups) == (3 if network != "gpt" else 5)
    assert groups[0][0] is encoder.embedding.weight
    grouped = [id(parameter) for group in groups for parameter in group]
    assert sorted(grouped) == sorted(id(parameter) for parameter in encoder.parameters())


def test_words_drop_weights_and_rows_and_characters_do_not():
    words, characters = (language_network("lstm", size, hidden=8, dropout=0.4).encoder for size in (600, 60))
    assert (words.row_dropout, words.recurrent.layers[0].weight_dropout) == (0.1, 0.2)
    assert (characters.row_dropout, characters.recurrent.layers[0].weight_dropout) == (0, 0)
    assert words.dropout == characters.dropout == 0.4


def test_the_head_is_the_embedding_where_the_sizes_agree():
    tied, own = small("lstm", embedding=16), small("lstm", embedding=6)
    assert tied.head.weight is None and own.head.weight.shape == (11, 16)
    assert copy.deepcopy(tied).head.weight is None
    names = [name for name, _ in tied.named_parameters()]
    assert "head.bias" in names and "head.weight" not in names


def test_words_have_as_many_features_as_the_layers_and_characters_few():
    assert language_network("lstm", 65, hidden=48).spec()["embedding"] == 32
    assert language_network("lstm", 5000, hidden=48).spec()["embedding"] == 48


@pytest.mark.parametrize("network", PRESETS)
def test_it_learns_a_cycle(network):
    net = small(network)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    ids = torch.arange(9).repeat(4, 1).add(torch.tensor([[0], [3], [5], [8]])) % 11
    for _ in range(60):
        loss = F.cross_entropy(net(ids[:, :-1])[0].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.5


@pytest.mark.parametrize(
    ("network", "options", "key"),
    [
        ("elman", {}, "networks.unknown_language"),
        ("lstm", {"hidden": -4}, "networks.language_size"),
        ("lstm", {"layers": 1.5}, "networks.language_size"),
        ("lstm", {"dropout": 1.0}, "networks.dropout"),
        ("lstm", {"heads": 2}, "networks.not_its_option"),
        ("gpt", {"embedding": 8}, "networks.not_its_option"),
        ("gpt", {"hidden": 30, "heads": 4}, "networks.heads"),
    ],
)
def test_what_cannot_be_is_refused_in_words(network, options, key):
    with pytest.raises(OptionError) as refusal:
        language_network(network, 11, **options)
    assert refusal.value.key == key
