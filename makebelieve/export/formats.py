"""Programs as files that run without this library: `torch.export`'s .pt2 and ONNX."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn

from makebelieve.errors import MissingExtraError, OptionError
from makebelieve.export.program import Program, prepared

Format = Literal["onnx", "torch.export"]
SUFFIXES: Mapping[str, str] = {"onnx": ".onnx", "torch.export": ".pt2"}
LARGEST = 1_800_000_000  # bytes of weights in an .onnx file itself: protocol buffers end at 2 GiB


def checked_format(to: Any) -> None:
    """Raises:
    OptionError: there is no such format.
    MissingExtraError: what it needs is not installed.
    """
    if to not in SUFFIXES:
        raise OptionError("export.format", given=to, known=", ".join(map(repr, SUFFIXES)))
    if to == "onnx":
        try:
            import onnx  # noqa: F401
            import onnxscript  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("export.onnx_missing", package=error.name) from error


def write_program(program: Program, path: Path, to: Format) -> None:
    """One program as a file.

    Raises:
        OptionError: it can't be traced; the sentence gives torch's reason.
    """
    write_traced(traced(program), program, path, to)


def write_traced(found: torch.export.ExportedProgram, program: Program, path: Path, to: Format) -> None:
    """What `traced` gave, as a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about its own insides
        if to == "torch.export":
            torch.export.save(found, path)
            return
        try:
            made = torch.onnx.export(
                found,
                dynamo=True,
                verbose=False,
                input_names=[port.name for port in program.inputs],
                output_names=[port.name for port in program.outputs],
            )
        except (RuntimeError, torch.onnx.errors.OnnxExporterError) as error:
            raise OptionError("export.untraceable", program=path.stem, format=to, why=_first(error)) from error
        assert made is not None  # noqa: S101 - it is given with dynamo
        made.save(path, external_data=_bytes(program.module) > LARGEST)


def traced(program: Program) -> torch.export.ExportedProgram:
    """The operations of a program, for any size of what is open.

    Raises:
        OptionError: they depend on what goes in, or on its size.
    """
    torch.compiler.reset()  # what was compiled before would have a say in which sizes stay open
    module, dims = prepared(program.module), dict[str, Any]()
    for port in program.inputs:
        for size, _, name in port.open():
            if isinstance(size, str) and name not in dims:
                least, most = program.least.get(name), program.most.get(name)
                dims[name] = torch.export.Dim(name, min=least, max=most)
    shapes = tuple(
        {
            i: times * dims[name] if times > 1 else dims[name]
            for i, (size, times, name) in enumerate(port.open())
            if isinstance(size, str)
        }
        for port in program.inputs
    )
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return torch.export.export(module, program.example(), dynamic_shapes=_nested(module, shapes))
        except (RuntimeError, torch._dynamo.exc.TorchDynamoException, ValueError, TypeError) as error:
            name = type(program.module).__name__
            raise OptionError("export.untraceable", program=name, format="torch.export", why=_first(error)) from error


def _nested(module: nn.Module, shapes: tuple[Any, ...]) -> Any:
    """Shapes in the form of the arguments of `forward`: those that it takes by a star are one tuple in a tuple."""
    import inspect

    taken, found = list(inspect.signature(module.forward).parameters.values()), list[Any]()
    for one in taken:
        if one.kind is inspect.Parameter.VAR_POSITIONAL:
            rest = tuple(shapes[len(found) :])
            return (*found, rest) if rest else tuple(found)
        found.append(shapes[len(found)] if len(found) < len(shapes) else None)
    return tuple(found[: len(shapes)])


def _bytes(module: nn.Module) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in module.state_dict().values())


def _first(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return next(iter(str(error).splitlines()), "") or type(error).__name__
