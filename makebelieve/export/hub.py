"""To and from a model hub in its usual layout, by huggingface_hub; what comes is checked as any folder is."""

from __future__ import annotations

import functools
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makebelieve.errors import DownloadError, MissingExtraError, OptionError
from makebelieve.export.budget import machine
from makebelieve.export.folder import CARD, CONFIG, TENSORS, write_folder
from makebelieve.export.formats import Format
from makebelieve.export.loading import MOST_CONFIG
from makebelieve.figures import Figures

if TYPE_CHECKING:
    from makebelieve.training import Learner

NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
REVISION = re.compile(r"[A-Za-z0-9][\w./-]{0,199}", re.ASCII)
MOST = {CONFIG: MOST_CONFIG, CARD: 2**24}  # bytes; weights as large as the machine's memory


def push(
    learn: Learner, name: str, to: Format | None, *, private: bool, figures: Sequence[Figures], licence: str | None
) -> str:
    """What `Exportable.push_to_hub` does."""
    hub = _hub()
    _checked(name, None)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / name.rpartition("/")[2]
        write_folder(learn, folder, to, figures=figures, licence=licence, force=False)
        try:
            api = hub.HfApi(endpoint=_endpoint(), library_name="makebelieve")
            api.create_repo(name, private=private, exist_ok=True)
            api.upload_folder(repo_id=name, folder_path=folder, commit_message=f"makebelieve, step {learn.step}")
        except _errors() as error:
            raise DownloadError("export.hub", name=name, why=_first(error)) from error
    return f"{api.endpoint}/{name}"


def fetched(name: str, revision: str | None) -> Path:
    """The folder of a model of the hub, in the hub's own cache: config and weights, and nothing else, are fetched.

    Raises:
        OptionError: name or revision can't be used.
        MissingExtraError: huggingface_hub is not installed.
        DownloadError: there is no such model, or the hub can't be reached, or a file is larger than it may be.
    """
    hub = _hub()
    _checked(name, revision)
    try:
        for file in (CONFIG, TENSORS):
            url = hub.hf_hub_url(name, file, revision=revision, endpoint=_endpoint())
            size = hub.get_hf_file_metadata(url, endpoint=_endpoint()).size
            if size is not None and size > MOST.get(file, machine()):
                raise DownloadError("export.hub", name=name, why=f"{file}: {size:,} bytes")
        get = functools.partial(hub.hf_hub_download, name, revision=revision, endpoint=_endpoint())
        paths = [Path(get(file)) for file in (CONFIG, TENSORS)]
    except DownloadError:
        raise
    except _errors() as error:
        raise DownloadError("export.hub", name=name, why=_first(error)) from error
    return paths[0].parent


def _hub() -> Any:
    try:
        import huggingface_hub
    except ImportError as error:
        raise MissingExtraError("export.hub_missing") from error
    return huggingface_hub


def _endpoint() -> str | None:
    """Another hub than the usual one."""
    return os.environ.get("HF_ENDPOINT") or None


def _errors() -> tuple[type[Exception], ...]:
    from huggingface_hub import errors

    # its own errors are those of the package that it speaks HTTP with, which is not the same in all versions
    spoken = [base for base in errors.HfHubHTTPError.__mro__ if base.__name__ in ("HTTPError", "RequestException")]
    return errors.HfHubHTTPError, errors.LocalEntryNotFoundError, *spoken, OSError, ValueError


def _checked(name: str, revision: str | None) -> None:
    if not isinstance(name, str) or not NAME.fullmatch(name) or ".." in name:
        raise OptionError("export.hub_name", given=repr(name)[:80])
    if revision is not None and (not isinstance(revision, str) or not REVISION.fullmatch(revision) or ".." in revision):
        raise OptionError("export.revision", given=repr(revision)[:80])


def _first(error: BaseException) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), "") or type(error).__name__
