"""The program form of a classifier of texts: ids to probabilities."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.systems.recogniser.exporting import Scores, scores_port
from makebelieve.systems.recogniser.texts.networks import Reader
from makebelieve.systems.recogniser.texts.ngrams import Ngrams, hashes
from makebelieve.systems.recogniser.texts.pretrained import Encoded

if TYPE_CHECKING:
    from makebelieve.systems.recogniser.texts.learner import TextClassifier


class _Found(Ngrams):
    """`Ngrams` whose binary search is written out, as ONNX has none; texts may be shorter than an n-gram."""

    def forward(self, ids: Tensor) -> Tensor:
        filled = nn.functional.pad(ids, (0, self.longest), value=self.pad)
        wanted = hashes(filled, self.longest, self.pad)[:, : ids.shape[1]]
        place = torch.zeros_like(wanted)  # of the last key that is not greater
        for bit in reversed(range(len(self).bit_length())):
            probe = (place + (1 << bit)).clamp_max(len(self) - 1)
            place = torch.where(self.keys[probe] <= wanted, probe, place)
        return torch.where((self.keys[place] == wanted) & (wanted != 0), place + 1, 0)


def programs(learn: TextClassifier) -> dict[str, Program]:
    """`model`: ids, padded at their end with 0, to probabilities."""
    model = learn.network("model")
    context = model.encoder.context if isinstance(model, Encoded) else None
    if isinstance(model, Reader):
        model = copy.deepcopy(model)
        model.ngrams = _Found(model.ngrams.keys, model.ngrams.longest, model.ngrams.pad)
    ids = Port("ids", ("n", "t"), "int64", "export.ids_padded", (0, len(learn.tokens) - 1))
    least = {"t": 7}
    program = Program(
        Scores(model, learn.task), [ids], [scores_port(learn.task)], least, {"t": context} if context else {}
    )
    return {"model": program}
