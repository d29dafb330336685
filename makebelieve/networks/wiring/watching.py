"""Calls of modules, seen by torch's own hooks, which are in place only while somebody needs them."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn
from torch.nn.modules.module import (
    _global_forward_hooks_with_kwargs,
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.utils.hooks import RemovableHandle

Before = Callable[[nn.Module, tuple[Any, ...]], Any]
After = Callable[..., Any]


class Watch:
    """Hooks on the calls of all modules, for as long as an object they were put up for lives.

    Hooks on all modules cost every call of every module a few microseconds, so they must not outlive their need.

    Args:
        before: (module, arguments) to other arguments, or None.
        after: (module, arguments, keyword arguments, result) to another result, or None; after an exception it gets no
            keyword arguments.
    """

    def __init__(self, before: Before, after: After) -> None:
        self._before, self._after = before, after
        self._handles: list[RemovableHandle] = []
        self._lives = 0
        self._lock = threading.RLock()

    def __bool__(self) -> bool:
        return bool(self._handles)

    def while_lives(self, holder: object) -> None:
        """Watches until the holder, and all others so given, are gone."""
        with self._lock:
            self._lives += 1
            if not self._handles:
                self._put_up()
        weakref.finalize(holder, self._gone).atexit = False

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Nothing is watched inside."""
        with self._lock:
            self._take_down()
        try:
            yield
        finally:
            with self._lock:
                if self._lives and not self._handles:
                    self._put_up()

    def _gone(self) -> None:
        with self._lock:
            self._lives -= 1
            if not self._lives:
                self._take_down()

    def _put_up(self) -> None:
        self._handles = [
            register_module_forward_pre_hook(self._before),
            register_module_forward_hook(self._after, with_kwargs=True, always_call=True),
        ]

    def _take_down(self) -> None:
        for handle in self._handles:
            handle.remove()
            _global_forward_hooks_with_kwargs.pop(handle.id, None)  # which torch forgets there
        self._handles = []
