"""n-grams: runs of one to N tokens, told apart by 64-bit hashes, so that their vocabulary is a row of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from makebelieve.data.text_batches import padded
from makebelieve.data.text_part import TextPart

LONGEST = {"char": 4, "word": 3, "bpe": 3}  # tokens in an n-gram, by the level of the tokens
MOST = 1 << 22  # n-grams times classes
FLOOR = 2  # training texts that must have an n-gram for it to be kept
AT_ONCE = 1 << 16  # tokens
APART = 20
# Odd numbers, drawn once: Σ id · factor mod 2⁶⁴ is a universal hash of the ids (Carter & Wegman 1979), so that of a
# million different n-grams two are alike with a chance of about 1e-7.
FACTORS = (-7046029254386353131, -4417276706812531889, 1609587929392839161, -8663945395140668459, 2870177450012600261)
SALT = 0x9E3779B97F4A7  # times the number of tokens


def hashes(ids: Tensor, longest: int, pad: int) -> Tensor:
    """(n, t, longest) int64 of ids (n, t): at a place the n-grams of 1, 2, … tokens that end there; 0 is none."""
    n, t = ids.shape
    found = ids.new_zeros(n, t, longest)
    real, total = ids != pad, torch.zeros_like(ids)
    for i in range(min(longest, t)):
        total = total[:, 1:] if i else total
        total = total + (ids[:, : t - i] + 1) * FACTORS[i]  # arithmetic mod 2⁶⁴
        salted = total + (i + 1) * SALT
        found[:, i:, i] = torch.where(real[:, i:], salted, 0)
    return found


@dataclass(frozen=True)
class Counts:
    """How often n-grams are in training texts.

    Attributes:
        keys: (k,) int64 hashes, rising.
        texts: (k, classes) float32, in how many texts of each class each is.
        sizes: (classes,) float32, how many texts there are.
    """

    keys: Tensor
    texts: Tensor
    sizes: Tensor


def apart(items: Tensor) -> Tensor:
    """Whether texts at these places teach only how far each of several networks is to be trusted: one in `APART`."""
    return items % APART == APART - 1


def count(part: TextPart, longest: int, classes: int, y: Tensor, *, leave: bool = False) -> Counts:
    """The n-grams that at least `FLOOR` texts have, or any where there is none such; at most `MOST` / classes.

    Args:
        part: of training.
        longest: tokens in an n-gram.
        classes: how many there are.
        y: (documents,) int64, the class of each text.
        leave: whether texts that are `apart` are not counted: what is known by their classes would be trusted too far.
    """
    keys, owners, left = [], [], []
    for places, x in documents(part):
        found = hashes(x, longest, part.tokens.pad).flatten(1).sort(1).values
        first = found != 0
        first[:, 1:] &= found[:, 1:] != found[:, :-1]  # an n-gram counts once a text
        keys.append(found[first])
        each = first.sum(1)
        owners.append(y[places].repeat_interleave(each))
        left.append(apart(places).repeat_interleave(each))
    all_, inverse, often = torch.unique(torch.cat(keys), return_inverse=True, return_counts=True)
    rank = often.argsort(descending=True, stable=True)[: MOST // classes]
    enough = rank[often[rank] >= FLOOR]
    kept = (enough if len(enough) else rank).sort().values
    number = torch.full((len(all_),), -1).index_put_((kept,), torch.arange(len(kept)))[inverse]
    there = (number >= 0) & ~torch.cat(left) if leave else number >= 0
    cells = number[there] * classes + torch.cat(owners)[there]
    texts = cells.bincount(minlength=len(kept) * classes).view(-1, classes)
    sizes = (y[~apart(torch.arange(len(y)))] if leave else y).bincount(minlength=classes)
    return Counts(all_[kept], texts.float(), sizes.float())


def documents(part: TextPart) -> Iterator[tuple[Tensor, Tensor]]:
    """All documents by length: their places (n,), and their ids (n, t), padded at the end."""
    order = part.lengths.sort(stable=True).indices
    lengths, start = part.lengths[order], 0
    while start < len(order):
        stop = start + max(1, AT_ONCE // max(1, int(lengths[start])))
        stop = min(len(order), start + max(1, AT_ONCE // max(1, int(lengths[min(stop, len(order)) - 1]))))
        places = order[start:stop]
        t = max(1, int(lengths[stop - 1]))
        yield places, padded(part.ids, part.starts[:-1][places], part.lengths[places], t, part.tokens.pad)
        start = stop


class Ngrams(nn.Module):
    """Token ids (n, t) to the numbers of the n-grams that end at each place, (n, t, longest): from 1; 0 is unknown.

    Args:
        keys: (k,) int64 hashes of the n-grams that are known, rising.
        longest: tokens in an n-gram.
        pad: the id that texts are filled up with.
    """

    keys: Tensor

    def __init__(self, keys: Tensor, longest: int, pad: int) -> None:
        super().__init__()
        self.register_buffer("keys", keys)
        self.longest, self.pad = longest, pad

    def __len__(self) -> int:
        return len(self.keys)

    def forward(self, ids: Tensor) -> Tensor:
        wanted = hashes(ids, self.longest, self.pad)
        place = torch.searchsorted(self.keys, wanted).clamp_max_(len(self) - 1)
        return torch.where((self.keys[place] == wanted) & (wanted != 0), place + 1, 0)
