"""Every random state that a run depends on, kept apart from the program's own and saved in checkpoints."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor


def derive(seed: int, *names: object) -> int:
    """A seed for one purpose, in [0, 2⁶³): the same on every machine, unrelated for other names."""
    digest = hashlib.sha256(repr((seed, *names)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """torch's global generator at `seed` for a while, then as it was: for drawing a network's first weights."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield


def _python_state() -> Tensor:
    _, words, _ = random.getstate()
    return torch.tensor(words, dtype=torch.int64)


def _set_python_state(state: Tensor) -> None:
    random.setstate((3, tuple(state.tolist()), None))


def _numpy_state() -> Tensor:
    _, key, position, *_ = np.random.get_state(legacy=True)  # noqa: NPY002 - the global state that programs use
    return torch.tensor([*np.asarray(key).tolist(), int(position)], dtype=torch.int64)


def _set_numpy_state(state: Tensor) -> None:
    *key, position = state.tolist()
    np.random.set_state(("MT19937", np.array(key, dtype=np.uint32), position, 0, 0.0))  # noqa: NPY002


class RandomStates:
    """The global generators as a run sees them (torch, CUDA, Python, NumPy) and its own named one for noise.

    Inside `active()` the global generators are the run's; outside, they are the program's, as if nothing had happened.
    """

    def __init__(self, seed: int, device: torch.device, rank: int = 0) -> None:
        self._device = device
        self.noise = torch.Generator(device).manual_seed(derive(seed, "noise"))
        with self._borrowed():
            self._seed_globals(derive(seed, "global", rank))
            self._own = self._globals()

    def _seed_globals(self, seed: int) -> None:
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002

    def _globals(self) -> dict[str, Tensor]:
        states = {"torch": torch.get_rng_state(), "python": _python_state(), "numpy": _numpy_state()}
        if self._device.type == "cuda":
            states["cuda"] = torch.cuda.get_rng_state(self._device)
        return states

    def _set_globals(self, states: Mapping[str, Tensor]) -> None:
        torch.set_rng_state(states["torch"])
        _set_python_state(states["python"])
        _set_numpy_state(states["numpy"])
        if "cuda" in states and self._device.type == "cuda":
            torch.cuda.set_rng_state(states["cuda"], self._device)

    @contextmanager
    def _borrowed(self) -> Iterator[None]:
        before = self._globals()
        try:
            yield
        finally:
            self._set_globals(before)

    @contextmanager
    def active(self) -> Iterator[None]:
        """The run's states in place of the program's; on the way out they are kept and the program's put back."""
        with self._borrowed():
            self._set_globals(self._own)
            try:
                yield
            finally:
                self._own = self._globals()

    @contextmanager
    def aside(self, seed: int) -> Iterator[torch.Generator]:
        """Fixed states for work that must not be felt by training (validation, samples); gives a noise generator."""
        with self._borrowed():
            self._seed_globals(derive(seed, "aside"))
            yield torch.Generator(self._device).manual_seed(derive(seed, "aside", "noise"))

    def state(self, *, active: bool) -> dict[str, Tensor]:
        """All states as uint8 or int64 tensors; `active` says whether the run's states are in place right now."""
        return {**(self._globals() if active else self._own), "noise": self.noise.get_state()}

    def load_state(self, states: Mapping[str, Tensor]) -> None:
        self.noise.set_state(states["noise"])
        self._own = {name: state for name, state in states.items() if name != "noise"}
