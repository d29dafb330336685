"""Memory that is freed and taken again at every step stays with the process."""

from __future__ import annotations

import ctypes
import platform
from functools import cache

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of mallopt(3)
KEPT = 1 << 30  # bytes at the heap's end that are not given back
MAPPED = 1 << 26  # bytes from which on a block is mapped by itself


@cache
def keep_freed_memory() -> None:
    """glibc keeps up to 1 GiB of freed memory, and takes blocks below 64 MiB from its heap; elsewhere nothing is done.

    By default it gives blocks of some MiB back to the system as soon as they are freed, and each step of training
    touches them anew, page by page: a training step of an LSTM of 128 took 1.7 times as long (benchmarks/recurrent.py).
    """
    if platform.libc_ver()[0] == "glibc":
        library = ctypes.CDLL(None)
        library.mallopt(MMAP_THRESHOLD, MAPPED)
        library.mallopt(TRIM_THRESHOLD, KEPT)
