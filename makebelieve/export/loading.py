"""From an exported folder, maybe of somebody else's, back to a learner: checked before it is believed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor

from makebelieve.errors import CheckpointError, MissingExtraError
from makebelieve.export.budget import CALLS, Budget, machine
from makebelieve.export.folder import CONFIG, FORMAT, HELD, TENSORS
from makebelieve.export.learner import Exportable, Held
from makebelieve.training.checkpoint import read_whole

if TYPE_CHECKING:
    from makebelieve.training import Learner

MOST_CONFIG, MOST_HEADER = 2**25, 2**22  # bytes
MOST_NUMBER = 2**24  # of an argument: what it counts could be made a list
MOST_DEPTH = 50
MOST_SIDES = 16  # dimensions of a tensor: the product of many long numbers would take minutes
FREE = 2**26  # bytes that any learner may take while it is made, and ...
TIMES = 16  # ... so many times what its weights have: first weights, averages, whatever is thrown away
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
NAMES = {
    "F64": "torch.float64", "F32": "torch.float32", "F16": "torch.float16", "BF16": "torch.bfloat16",
    "I64": "torch.int64", "I32": "torch.int32", "I16": "torch.int16", "I8": "torch.int8", "U8": "torch.uint8",
    "BOOL": "torch.bool",
}  # fmt: skip
WRONG = (KeyError, TypeError, AttributeError, ValueError, IndexError, ArithmeticError, RuntimeError, RecursionError)

Build = Callable[[Mapping[str, Any], None], "Learner"]
Entries = dict[str, tuple[str, tuple[int, ...]]]  # dtype and shape by name


def load_folder(folder: Path, systems: Mapping[str, Any]) -> Learner:
    """The learner of an exported folder, to be used.

    No name from a file reaches an import or a path, nothing is unpickled, and no more memory is taken than weights of
    this size need: the config is bounded, the header of the weights is held against what the config's system has, name
    by name, before they are read, and their SHA-256 against the config's.

    Args:
        folder: as `Exportable.export` wrote it.
        systems: by name: from config to learner.

    Raises:
        CheckpointError: it is no export, or altered, torn, of another format, or unfit in any other way.
    """
    config = read_config(folder)
    packed = _whole(folder / TENSORS, machine())
    entries = _entries(packed, folder / TENSORS)
    learn = _made(config, systems, len(packed), len(entries), folder)
    _compare(learn, entries, folder / TENSORS)
    if hashlib.sha256(packed).hexdigest() != config["export"]["sha256"]:
        raise CheckpointError("export.altered", path=folder / TENSORS)
    try:
        _put(learn, load_tensors(packed), config)
    except CheckpointError:
        raise
    except (*WRONG, SafetensorError) as error:
        raise CheckpointError("export.unfit", path=folder, why=_first(error)) from error
    return learn


def read_config(folder: Path) -> dict[str, Any]:
    """The folder's config.json.

    Raises:
        CheckpointError: there is none, or it is none, or too large, or of a format that this version does not know.
    """
    path = folder / CONFIG
    text = _whole(path, MOST_CONFIG)
    try:
        config = json.loads(text, parse_constant=_no_number)
        known = config["export"]["format"] == FORMAT
        sound = isinstance(config["system"], str) and isinstance(config["export"]["sha256"], str)
        _bounded(config["arguments"])
        _bounded({**(config["data"]["facts"].get("reading") or {}), "tokens": None})
        _bounded(config["data"]["facts"].get("layout"))
    except (*WRONG,) as error:
        raise CheckpointError("export.config", path=path, why=_first(error)) from error
    if not known:
        raise CheckpointError("export.version", path=path, found=config["export"]["format"], known=FORMAT)
    if not sound:
        raise CheckpointError("export.config", path=path, why="system, sha256")
    return dict(config)


def _no_number(text: str) -> float:
    return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}[text]


def _bounded(value: Any, depth: int = 0) -> None:
    """Raises:
    ValueError: a number in it is large enough to do harm, or it is nested too deeply.
    """
    if depth > MOST_DEPTH:
        raise ValueError(f"> {MOST_DEPTH} levels")
    if isinstance(value, int | float) and abs(value) > MOST_NUMBER:
        raise ValueError(f"{value:.3g}")
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _bounded(one, depth + 1)


def _whole(path: Path, most: int) -> bytes:
    """A file's content, if it is one and not too large."""
    try:
        if not path.is_file():
            raise CheckpointError("export.missing", path=path)
        if path.stat().st_size > most:
            raise CheckpointError("export.file_large", path=path, size=path.stat().st_size, most=most)
        return read_whole(path, most)
    except OSError as error:
        raise CheckpointError("export.missing", path=path) from error


def _entries(packed: bytes, path: Path) -> Entries:
    """What the header of a safetensors file says: dtypes and shapes; it describes the file to the last byte.

    Raises:
        CheckpointError: it does not, or there is none.
    """
    length = int.from_bytes(packed[:8], "little")
    if len(packed) < 8 or not 2 <= length <= min(MOST_HEADER, len(packed) - 8):
        raise CheckpointError("export.not_safetensors", path=path)
    try:
        header = json.loads(packed[8 : 8 + length])
        spans, found = list[tuple[int, int]](), Entries()
        for name, told in header.items():
            if name == "__metadata__":
                continue
            begin, end = told["data_offsets"]
            shape = tuple(told["shape"])
            if len(shape) > MOST_SIDES or not all(isinstance(n, int) and 0 <= n < 2**63 for n in (*shape, begin, end)):
                raise ValueError(name)
            if end - begin != math.prod(shape) * SIZES[told["dtype"]]:
                raise ValueError(name)
            spans.append((begin, end))
            found[name] = told["dtype"], shape
        ends = [0, *(end for _, end in sorted(spans))]
        if [begin for begin, _ in sorted(spans)] != ends[:-1] or ends[-1] != len(packed) - 8 - length:
            raise ValueError(f"{ends[-1]:,} / {len(packed) - 8 - length:,}")
    except WRONG as error:
        raise CheckpointError("export.not_safetensors", path=path) from error
    return found


def _made(config: Mapping[str, Any], systems: Mapping[str, Any], size: int, tensors: int, folder: Path) -> Learner:
    """A learner with first weights, for which no more memory is taken than the size of its file allows."""
    build: Build | None = systems.get(config["system"])
    if build is None:
        raise CheckpointError("export.system", path=folder, system=config["system"][:80])
    try:
        with Budget(min(FREE + TIMES * size, machine()), CALLS + 1000 * tensors, folder):
            learn = build(config, None)
    except (CheckpointError, MissingExtraError):
        raise
    except WRONG as error:
        raise CheckpointError("export.unfit", path=folder, why=_first(error)) from error
    if not isinstance(learn, Exportable):
        raise CheckpointError("export.system", path=folder, system=config["system"][:80])
    return learn


def _compare(learn: Learner, entries: Entries, path: Path) -> None:
    """The file has just the tensors that the networks have, in their shapes and number formats."""
    wanted = {
        f"{net}.{name}": (str(tensor.dtype), tuple(tensor.shape))
        for net, module in learn.nets.items()
        for name, tensor in module.state_dict().items()
    }
    found = {n: (NAMES[dtype], shape) for n, (dtype, shape) in entries.items() if not n.startswith(HELD)}
    for name in sorted({*wanted, *found}):
        if wanted.get(name) != found.get(name):
            told = [" ".join(map(str, one.get(name, ("-",)))) for one in (wanted, found)]
            raise CheckpointError("export.other_tensor", path=path, name=name[:80], wanted=told[0], found=told[1])


def _put(learn: Learner, tensors: dict[str, Tensor], config: Mapping[str, Any]) -> None:
    """Weights, what is held besides, and what the config tells, into the learner."""
    for net, module in learn.nets.items():
        own = {name.removeprefix(f"{net}."): one for name, one in tensors.items() if name.startswith(f"{net}.")}
        module.load_state_dict(own)
        module.eval()
    told, held = config["export"], {n.removeprefix(HELD): one for n, one in tensors.items() if n.startswith(HELD)}
    assert isinstance(learn, Exportable)  # noqa: S101 - as was checked
    learn.take_up(Held(held, told["held"]))
    learn.step = int(told["step"])
    kept = ("data", "fingerprint", "settings", "versions")
    learn.config = {**learn.config, **{name: config[name] for name in kept if name in config}}
    learn.config["evidence"] = told["evidence"]


def _first(error: BaseException) -> str:
    return (next(iter(str(error).splitlines()), "") or type(error).__name__)[:200]
