"""The table of a network: what each layer gives, how many parameters it has and how many products it costs."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.utils.flop_counter import FlopCounterMode

from makebelieve.messages import say
from makebelieve.networks.wiring.meta import without_numbers
from makebelieve.networks.wiring.words import shape_text, wide

_ITEMS = 2  # batch normalisation wants more than one


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: of its module, as in the state dict; of what has none, of the node.
        layer: what it is: `Dense`, `relu`.
        shape: of its output, None for the batch; of the first where it gives several.
        parameters: of its module; 0 where another line has it already.
        multiply_adds: products that are added up in matrix products and convolutions, for one item of the batch.
        shared: whether another line before has its module.
    """

    name: str
    layer: str
    shape: tuple[int | None, ...] | None
    parameters: int
    multiply_adds: int
    shared: bool = False


class Summary:
    """Shows itself as a table, as text and in a notebook.

    Attributes:
        rows: one a call.
        parameters: of the whole network.
        trainable: those that learn.
        multiply_adds: of all, for one item of the batch.
    """

    def __init__(self, rows: list[Row], parameters: int, trainable: int) -> None:
        self.rows, self.parameters, self.trainable = rows, parameters, trainable
        self.multiply_adds = sum(row.multiply_adds for row in rows)

    def _cells(self) -> list[list[str]]:
        head = [say("wiring.layer"), say("wiring.shape"), say("wiring.parameters"), say("wiring.multiply_adds")]
        lines = [head]
        for row in self.rows:
            shape = "" if row.shape is None else shape_text(row.shape)
            parameters = say("wiring.shared") if row.shared else f"{row.parameters:,}" if row.parameters else ""
            products = f"{row.multiply_adds:,}" if row.multiply_adds else ""
            lines.append([f"{row.name} ({row.layer})", shape, parameters, products])
        return lines

    def _total(self) -> str:
        return say(
            "wiring.total",
            parameters=f"{self.parameters:,}",
            trainable=f"{self.trainable:,}",
            products=f"{self.multiply_adds:,}",
        )

    def __repr__(self) -> str:
        cells = self._cells()
        widths = [max(wide(line[i]) for line in cells) for i in range(4)]
        lines = []
        for line in cells:
            gaps = [" " * (width - wide(cell)) for cell, width in zip(line, widths, strict=True)]
            padded = [cell + gap if i < 2 else gap + cell for i, (cell, gap) in enumerate(zip(line, gaps, strict=True))]
            lines.append("  ".join(padded).rstrip())
        rule = "─" * (sum(widths) + 6)
        return "\n".join([lines[0], rule, *lines[1:], rule, self._total()])

    def _repr_html_(self) -> str:
        head, *lines = ([html.escape(cell) for cell in line] for line in self._cells())
        heads = "".join(f"<th>{cell}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
        total = f"<p>{html.escape(self._total())}</p>"
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{total}"


class _Counting(fx.Interpreter):
    """Carries a graph out and counts the products of each node."""

    def __init__(self, model: fx.GraphModule) -> None:
        super().__init__(model)
        self.counted: dict[str, int] = {}

    def run_node(self, n: fx.Node) -> Any:
        with FlopCounterMode(display=False) as counter:
            result = super().run_node(n)
        self.counted[n.name] = counter.get_total_flops() // 2 // _ITEMS  # a product and a sum are two operations
        return result


def summarise(model: fx.GraphModule) -> Summary:
    """The table of a wired network."""
    counted = _products(model)
    rows: list[Row] = []
    seen: set[str] = set()
    for node in model.graph.nodes:
        if node.op == "output" or node.meta.get("label", "").startswith("["):
            continue
        owned = _parameters(model, node)
        shared = str(node.target) in seen and node.op == "call_module"
        seen.add(str(node.target))
        shape, label = node.meta.get("shape"), node.meta.get("label", str(node.target))
        name = str(node.target) if node.op in ("call_module", "placeholder") else node.name
        rows.append(Row(name, label, shape, 0 if shared else owned, counted[node.name], shared and owned > 0))
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return Summary(rows, sum(n for n, _ in sizes), sum(n for n, learns in sizes if learns))


def _parameters(model: fx.GraphModule, node: fx.Node) -> int:
    if node.op == "call_module":
        return sum(p.numel() for p in model.get_submodule(str(node.target)).parameters())
    if node.op == "get_attr":
        found = getattr(model, str(node.target))
        return found.numel() if isinstance(found, nn.Parameter) else 0
    return 0


def _products(model: fx.GraphModule) -> dict[str, int]:
    counting = _Counting(model)
    inputs: list[Tensor] = []
    for node in model.graph.nodes:
        if node.op == "placeholder":
            shape = [_ITEMS if size is None else size for size in node.meta["shape"]]
            inputs.append(torch.empty(shape, dtype=node.meta["dtype"], device="meta"))
    with without_numbers(model):
        counting.run(*inputs)
    return counting.counted
