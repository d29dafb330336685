"""A classifier on what a language model has learnt: its encoder, pooled, and a new head (ULMFiT)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.data.tokens import Tokens, tokens_of
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.networks.blocks import Dropout
from makebelieve.networks.language import LanguageEncoder, LanguageNetwork, language_network
from makebelieve.training.checkpoint import load_newest
from makebelieve.training.run_folder import RunFolder

HIDDEN = 50  # units of the head
DROPOUT = 0.2


class Encoded(nn.Module):
    """An encoder of text, concat pooling (the last features, their maxima and means), and a head of two layers.

    Source:
        Howard & Ruder, "Universal Language Model Fine-tuning for Text Classification", ACL 2018 (arXiv:1801.06146),
        section 3.3.

    Args:
        encoder: ids (n, t) to features (n, t, f).
        pad: the id that texts are filled up with, at their end.
        classes: how many there are.
    """

    def __init__(self, encoder: LanguageEncoder, pad: int, classes: int) -> None:
        super().__init__()
        self.encoder, self.pad = encoder, pad
        first, second = nn.Linear(3 * encoder.features, HIDDEN), nn.Linear(HIDDEN, classes)
        self.head = nn.Sequential(Dropout(DROPOUT), first, nn.ReLU(), Dropout(DROPOUT), second)

    def forward(self, ids: Tensor) -> Tensor:
        """Ids (n, t) to scores (n, classes). What can't look back on all t reads piece by piece."""
        pieces = torch.split(ids, self.encoder.context or ids.shape[1], dim=1)
        features = torch.cat([self.encoder(piece)[0] for piece in pieces], 1).float()
        real = (ids != self.pad).unsqueeze(2)
        n = real.sum(1).clamp_min(1)
        last = features.gather(1, (n.unsqueeze(2) - 1).expand(-1, -1, features.shape[2])).squeeze(1)
        greatest = features.masked_fill(~real, -torch.inf).amax(1)
        greatest = torch.where(real.any(1), greatest, 0.0)
        with torch.autocast(ids.device.type, enabled=False):
            scores: Tensor = self.head(torch.cat([last, greatest, (features * real).sum(1) / n], 1))
        return scores

    def parameter_groups(self) -> list[list[nn.Parameter]]:
        """From the embedding layer by layer to the head, which is the last: for gradual unfreezing."""
        return [*self.encoder.parameter_groups(), list(self.head.parameters())]


@dataclass(frozen=True)
class Learnt:
    """What a language model has learnt.

    Attributes:
        network: with its weights; it is copied.
        tokens: what its ids mean.
    """

    network: LanguageNetwork
    tokens: Tokens


def learnt_of(given: Any) -> Learnt:
    """Out of a language model's learner, or the folder of its run.

    Raises:
        OptionError: it is neither, or its network is one of the program's own.
        CheckpointError: the folder holds no run of a language model that can be read.
    """
    if isinstance(given, (str, Path)):
        return _from_run(Path(given).expanduser())
    tokens, network = getattr(given, "tokens", None), getattr(given, "network", None)
    found = network("model") if callable(network) and isinstance(tokens, Tokens) else None
    if not isinstance(found, LanguageNetwork) or not isinstance(tokens, Tokens):
        raise OptionError("reader.pretrained", given=repr(given)[:80])
    return Learnt(found, tokens)


def _from_run(run: Path) -> Learnt:
    folder = RunFolder(run)
    config = folder.read_config()
    try:
        spec, tokens = config["arguments"]["network_spec"], config["data"]["facts"]["reading"]["tokens"]
    except (KeyError, TypeError) as error:
        raise CheckpointError("reader.other_run", run=run, system=config.get("system")) from error
    if spec is None:
        raise CheckpointError("training.own_parts")
    network = language_network(**spec)
    tensors, _ = load_newest(folder.checkpoints)
    prefix = next(one for one in ("players.model.average.", "nets.model.") if any(n.startswith(one) for n in tensors))
    network.load_state_dict({n.removeprefix(prefix): value for n, value in tensors.items() if n.startswith(prefix)})
    return Learnt(network, tokens_of(tokens))


def check_tokens(learnt: Tokens, here: Tokens) -> None:
    """Data must have been made with the tokens of the language model, or its numbers would mean other words.

    Raises:
        DataError: they have others.
    """
    names = ("level", "names", "hangul", "lower", "merges")
    if any(getattr(learnt, name) != getattr(here, name) for name in names):
        raise DataError("reader.other_tokens", here=repr(here), there=repr(learnt))


def encoded(spec: dict[str, Any], pad: int, classes: int, learnt: LanguageNetwork | None = None) -> Encoded:
    """The network of a spec, with the weights of a language model where it is given."""
    network = language_network(**spec)
    if learnt is not None:
        network.load_state_dict(learnt.state_dict())
    return Encoded(network.encoder, pad, classes)
