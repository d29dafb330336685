"""Writing token by token: what a network carries from one token to the next, kept where a step is cheap."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from makebelieve.networks.encoders import RecurrentEncoder
from makebelieve.networks.gpt import TransformerEncoder
from makebelieve.networks.language import LanguageNetwork
from makebelieve.networks.recurrent import State
from makebelieve.networks.stepping_gpt import CachedStepper
from makebelieve.networks.stepping_recurrent import RecurrentStepper
from makebelieve.networks.using import evaluating

Ids: TypeAlias = NDArray[Any]
Scores: TypeAlias = NDArray[np.float32]

__all__ = ["Stepper", "stepper"]


class Stepper(Protocol):
    """n texts written side by side; what was fed is carried inside."""

    def feed(self, ids: Ids) -> Scores:
        """One token of each text, (n,) integers, to the scores of the next, (n, v).

        The array is the stepper's own and holds until the next call.
        """

    def feed_many(self, ids: Ids) -> Scores:
        """Some tokens of each text, (n, t) integers, t at least 1, to the scores after the last, (n, v)."""


def stepper(network: nn.Module, n: int, device: torch.device | str = "cpu", *, context: int = 256) -> Stepper:
    """A stepper at the beginning of n texts, with the network's weights as they are now.

    Recurrent networks are computed by NumPy on a CPU: at one text nearly all of a step in torch is overhead. The
    transformer keeps keys and values; beyond its context it forgets the oldest.

    Args:
        network: a `LanguageNetwork`, or a module of your own: called with ids (n, t) int64 and a state (None at first),
            gives scores (n, t, v), or (scores, state).
        n: texts.
        device: where the network is.
        context: how many of the last tokens are fed again at every step to a module of your own without a state.
    """
    device = torch.device(device)
    if isinstance(network, LanguageNetwork):
        if isinstance(network.encoder, RecurrentEncoder) and device.type == "cpu":
            return RecurrentStepper(network, network.encoder, n)
        if isinstance(network.encoder, TransformerEncoder):
            return CachedStepper(network, n, device)
    return _ModuleStepper(network, device, context)


class _ModuleStepper:
    """Calls the module itself, with its state where it has one, else with all that was fed, up to the context."""

    def __init__(self, network: nn.Module, device: torch.device, context: int) -> None:
        self._network, self._device, self._context = network, device, context
        self._state: State | None = None
        self._fed = torch.empty(0)

    def feed(self, ids: Ids) -> Scores:
        return self.feed_many(np.asarray(ids)[:, None])

    def feed_many(self, ids: Ids) -> Scores:
        given = torch.as_tensor(np.asarray(ids), dtype=torch.int64).to(self._device)
        with evaluating(self._network):
            scores = self._state_after(given)
        return np.asarray(scores[:, -1].float().cpu().numpy(), dtype=np.float32)

    def _state_after(self, given: Tensor) -> Tensor:
        most = self._context
        if self._state is None and self._fed.numel():  # it has none
            self._fed = torch.cat([self._fed, given], 1)[:, -most:]
            return self._called(self._fed)
        scores = self._called(given[:, :most])
        if self._state is None:
            self._fed = given[:, -most:]
            return scores if given.shape[1] <= most else self._called(self._fed)
        for start in range(most, given.shape[1], most):
            scores = self._called(given[:, start : start + most])
        return scores

    def _called(self, given: Tensor) -> Tensor:
        found: Tensor | tuple[Tensor, State] = self._network(given, self._state)
        if isinstance(found, Tensor):
            return found
        self._state = found[1] or None
        return found[0]
