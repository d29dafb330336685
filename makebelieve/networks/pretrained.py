"""Published weights: where they are looked for, how they are fetched and checked, and how a network takes them."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from filelock import FileLock
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from makebelieve.errors import DataError, DownloadError
from makebelieve.messages import say

_LOG = logging.getLogger("makebelieve.networks")

BLOCK = 2**20  # bytes
PATIENCE = 30  # seconds without an answer

Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class Published:
    """Weights that others publish.

    Args:
        network: what its library calls the network.
        url: of a .pth or .safetensors file; None where there is none that can be checked or opened safely.
        digest: the first hexadecimal digits of the file's SHA-256; None where only the server knows it.
        kept_as: name of the file in the cache, without suffix.
        left_out: how names of tensors begin that the file may have and the network has not: the classifier cut off.
        convert: gives the tensors the names and shapes of this network, where the file has those of another version.
    """

    network: str
    url: str | None = None
    digest: str | None = None
    kept_as: str = ""
    left_out: tuple[str, ...] = ()
    convert: Callable[[dict[str, Tensor], nn.Module], Tensors] | None = None


def weights_folder() -> Path:
    """Where weights are kept: the folder `weights` of ``MAKEBELIEVE_DATA``, else of the platform's cache folder."""
    chosen = os.environ.get("MAKEBELIEVE_DATA")
    if chosen:
        return Path(chosen).expanduser() / "weights"
    import pooch

    return Path(pooch.os_cache("makebelieve")) / "data" / "weights"


def load_published(
    net: nn.Module, published: Published, path: Path | None = None, *, needed: Collection[str] | None = None
) -> list[str]:
    """Puts weights into the network: those of the file at `path`, or the published ones, fetched where need be.

    ``NAME.safetensors`` in `weights_folder()` is taken first, so that weights can be laid there by hand.

    Args:
        net: the network.
        published: its weights.
        path: a safetensors file, or None.
        needed: names of the tensors that will be used; a file may lack others, and even of these. None means that it
            must have them all.

    Returns:
        Names of the tensors needed that the file lacks.

    Raises:
        DownloadError: they are not in the cache and can't be fetched.
        DataError: there is no such file, or it is not of this network.
    """
    place = _place(published) if path is None else path
    tensors = read(place.expanduser())
    lacking = [] if needed is None else [name for name in net.state_dict() if name not in tensors]
    short = [name for name in lacking if name in (needed or ()) and not name.endswith("num_batches_tracked")]
    if short and len(short) < len(needed or ()) and all(name in net.state_dict() for name in tensors):
        return short  # the first layers of this network and nothing else
    if lacking and not short:
        net.load_state_dict({name: tensors[name] for name in net.state_dict() if name in tensors}, strict=False)
        return []
    install(net, tensors, published, place)
    return []


def _place(published: Published) -> Path:
    """Where the published weights lie; they are fetched where they don't."""
    folder = weights_folder()
    for name in (published.network, published.kept_as):
        place = folder / f"{name}.safetensors"
        if name and place.is_file():
            return place
    return fetched(published, folder)


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file.

    Raises:
        DataError: there is none, or it is something else.
    """
    if not path.is_file():
        raise DataError("networks.no_file", path=path)
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise DataError("networks.not_safetensors", path=path, why=str(error).splitlines()[0]) from error


def install(net: nn.Module, tensors: Tensors, published: Published, source: Path) -> None:
    """Loads the tensors by name, all of them.

    Raises:
        DataError: some are missing, unknown or of another shape; the network is then of no use.
    """
    problem = _load(net, tensors, published, source)
    if problem is not None and published.convert is not None:
        try:
            converted = published.convert(dict(tensors), net)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            raise problem from error
        problem = _load(net, converted, published, source)
    if problem is not None:
        raise problem


def _load(net: nn.Module, tensors: Tensors, published: Published, source: Path) -> DataError | None:
    """What keeps the tensors from fitting; None once they are loaded."""
    wanted = net.state_dict()
    given = {name: tensor for name, tensor in tensors.items() if not name.startswith(published.left_out)}
    odd = [name for name, tensor in given.items() if name in wanted and wanted[name].shape != tensor.shape]
    missing, unknown = net.load_state_dict({name: given[name] for name in given if name not in odd}, strict=False)
    missing = [name for name in missing if name not in odd]
    if not (missing or unknown or odd):
        return None
    first = (odd or missing or unknown)[0]
    return DataError(
        "networks.other_weights",
        source=source,
        network=published.network,
        missing=len(missing),
        unknown=len(unknown),
        odd=len(odd),
        first=first,
        given=tuple(given[first].shape) if first in given else say("networks.absent"),
        wanted=tuple(wanted[first].shape) if first in wanted else say("networks.absent"),
    )


def fetched(published: Published, folder: Path) -> Path:
    """The published file as safetensors in the folder, fetched and converted once, whoever else is at it.

    Raises:
        DownloadError: it can't be had, or what came is something else; nothing broken is kept.
    """
    by_hand = folder / f"{published.network}.safetensors"
    if published.url is None:
        raise DownloadError("networks.no_url", network=published.network, place=by_hand)
    place = folder / f"{published.kept_as}.safetensors"
    part = place.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(place.with_suffix(".lock")):
            if place.is_file():
                return place
            try:
                _download(published, published.url, part, by_hand)
                if not published.url.endswith(".safetensors"):
                    save_file(opened(part, published.url), part)
                os.replace(part, place)  # noqa: PTH105 - a reader never sees half a file
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise DownloadError("networks.cannot_keep", folder=folder, why=str(error)) from error
    return place


def opened(path: Path, url: str) -> dict[str, Tensor]:
    """The tensors of a .pth file whose checksum has been found right; nothing in it is run.

    Raises:
        DownloadError: it holds something else.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise DownloadError("networks.not_weights", url=url) from error
    found = found.get("state_dict", found) if isinstance(found, Mapping) else {}
    if not found or not all(isinstance(tensor, Tensor) for tensor in found.values()):
        raise DownloadError("networks.not_weights", url=url)
    return {name: tensor.detach().clone(memory_format=torch.contiguous_format) for name, tensor in found.items()}


def _download(published: Published, url: str, part: Path, by_hand: Path) -> None:
    import requests
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    watched = sys.stderr.isatty()
    digest = hashlib.sha256()
    _LOG.info(say("networks.fetching", network=published.network, url=url))
    try:
        with (
            requests.get(url, stream=True, timeout=PATIENCE) as answer,
            Progress(*columns, console=Console(stderr=True), transient=True, disable=not watched) as progress,
            part.open("wb") as file,
        ):
            answer.raise_for_status()
            length = int(answer.headers.get("Content-Length", 0))
            task = progress.add_task(published.network, total=length or None)
            for block in answer.iter_content(BLOCK):
                file.write(block)
                digest.update(block)
                progress.advance(task, len(block))
            told = [hop.headers.get("X-Linked-ETag", "").strip('W/"') for hop in answer.history]
    except requests.exceptions.RequestException as error:
        why = type(error).__name__
        raise DownloadError(
            "networks.offline",
            network=published.network,
            url=url,
            why=why,
            place=by_hand,
            kept=part.with_suffix(".safetensors"),
        ) from error
    wanted = published.digest or next((name for name in told if len(name) == digest.digest_size * 2), "")
    if not digest.hexdigest().startswith(wanted):
        raise DownloadError("networks.wrong_checksum", url=url, wanted=wanted, found=digest.hexdigest()[: len(wanted)])
