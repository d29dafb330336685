"""Weights of feature networks in the cache, which another process may be filling at the same time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pooch
from filelock import FileLock
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from makebelieve.errors import DataError


def features_folder() -> Path:
    """Where weights of feature networks are kept: beside data sets in the platform's cache (`XDG_CACHE_HOME`)."""
    return Path(pooch.os_cache("makebelieve")) / "features"


def cached(name: str, make: Callable[[], Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The weights of that name out of the cache; made, and put there, where they are not or are torn.

    Raises:
        DataError: the cache can't be written.
    """
    path = features_folder() / f"{name}.safetensors"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if path.is_file():
                try:
                    return load_file(path)
                except (SafetensorError, EOFError):
                    path.unlink()
            tensors = {key: tensor.contiguous() for key, tensor in make().items()}
            half = path.with_suffix(".part")
            save_file(tensors, half)
            os.replace(half, path)  # noqa: PTH105 - a reader never sees half a file
            return tensors
    except OSError as error:
        raise DataError("evaluate.cache_refused", folder=path.parent, why=str(error)) from error


def sha256_of(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 in hex over names, types, shapes and values, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()
