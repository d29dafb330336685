"""The graph of a network as SVG, made here: no program is called."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from torch import fx

from makebelieve.messages import say
from makebelieve.networks.wiring.layout import Layout, lay_out
from makebelieve.networks.wiring.words import shape_text, wide

_LETTER, _MARGIN, _BOX = 7.0, 26.0, 44.0  # pixels
_STYLE = (
    ".mbw{font:12px system-ui,sans-serif;--ink:#1c2430;--soft:#5d6878;--paper:#fff;--line:#8a94a3;--in:#e3eefb;"
    "--module:#f1f3f6;--out:#e4f3e6}"
    "@media(prefers-color-scheme:dark){.mbw{--ink:#e8ecf2;--soft:#a3adba;--paper:#15181d;--line:#768090;--in:#1d3350;"
    "--module:#272c34;--out:#1f3a25}}"
    ".mbw .paper{fill:var(--paper)}.mbw .box{stroke:var(--line);fill:var(--module)}.mbw .input{fill:var(--in)}"
    ".mbw .output{fill:var(--out)}.mbw .plain{fill:var(--paper);stroke-dasharray:3 2}"
    ".mbw text{fill:var(--ink);text-anchor:middle}.mbw .shape{fill:var(--soft);font-size:11px}"
    ".mbw path{fill:none;stroke:var(--line);stroke-width:1.4}.mbw .head{fill:var(--line);stroke:none}"
)


@dataclass(frozen=True)
class _Box:
    name: str
    shape: str
    kind: str  # input, module, plain (a function) or output

    @property
    def width(self) -> float:
        return max(_pixels(self.name), _pixels(self.shape) * 0.92) + _MARGIN


class Drawing:
    """The picture of a network.

    Attributes:
        svg: the picture as text, complete in itself, light or dark as the reader's system is.
    """

    def __init__(self, svg: str, title: str) -> None:
        self.svg, self._title = svg, title

    def save(self, path: str | Path) -> Path:
        """Writes an SVG file.

        Args:
            path: of the file; folders on the way are made.
        """
        place = Path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self.svg, encoding="utf-8")
        return place

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return self._title


def draw(model: fx.GraphModule) -> Drawing:
    """The graph of a network, inputs above, outputs below."""
    boxes, edges = _read(model)
    layout = lay_out({i: box.width for i, box in enumerate(boxes)}, edges)
    names = [", ".join(box.name for box in boxes if box.kind == kind) for kind in ("input", "output")]
    title = say("wiring.picture", count=len(boxes), inputs=names[0], outputs=names[1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="mbw" role="img" aria-label="{escape(title)}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" '
        f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" style="max-width:100%;height:auto">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        *(_edge(layout, a, b) for a, b in dict.fromkeys(edges)),
        *(_box(layout, i, box) for i, box in enumerate(boxes)),
        "</svg>",
    ]
    return Drawing("\n".join(parts), title)


def _read(model: fx.GraphModule) -> tuple[list[_Box], list[tuple[int, int]]]:
    """Boxes in topological order and the wires between them; parts of a result are drawn as the result."""
    boxes: list[_Box] = []
    edges: list[tuple[int, int]] = []
    index: dict[fx.Node, int] = {}
    for node in model.graph.nodes:
        if node.op == "output":
            for name, end in _outputs(node.args[0]):
                edges.append((index[end], len(boxes)))
                boxes.append(_Box(name, _shape(end), "output"))
        elif node.meta.get("label", "").startswith("["):
            index[node] = index[node.args[0]]
        else:
            kind = {"placeholder": "input", "call_module": "module"}.get(node.op, "plain")
            index[node] = len(boxes)
            edges += [(index[source], len(boxes)) for source in node.all_input_nodes]
            boxes.append(_Box(_name(node), _shape(node), kind))
    return boxes, edges


def _name(node: fx.Node) -> str:
    label = str(node.meta.get("label", node.name))
    if node.op == "placeholder":
        return str(node.target)
    return f"{node.target} · {label}" if node.op == "call_module" else label


def _shape(node: fx.Node) -> str:
    shape = node.meta.get("shape")
    return "" if shape is None else shape_text(shape)


def _outputs(given: Any, name: str = "") -> Iterator[tuple[str, fx.Node]]:
    if isinstance(given, fx.Node):
        yield name or say("wiring.output"), given
    elif isinstance(given, dict):
        for key, part in given.items():
            yield from _outputs(part, str(key))
    else:
        for position, part in enumerate(given, 1):
            yield from _outputs(part, f"{say('wiring.output')} {position}")


def _edge(layout: Layout, a: int, b: int) -> str:
    points = [
        (layout.x[a], layout.y[a] + _BOX / 2),
        *layout.bends[a, b],
        (layout.x[b], layout.y[b] - _BOX / 2 - 6),
    ]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        middle = (y + to_y) / 2
        path += f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    x, y = points[-1]
    head = f"{x:.1f},{y + 6:.1f} {x - 4:.1f},{y - 1:.1f} {x + 4:.1f},{y - 1:.1f}"
    return f'<path d="{path}"/><polygon class="head" points="{head}"/>'


def _box(layout: Layout, index: int, box: _Box) -> str:
    x, y = layout.x[index], layout.y[index]
    rectangle = (
        f'<rect class="box {box.kind}" x="{x - box.width / 2:.1f}" y="{y - _BOX / 2:.1f}" width="{box.width:.1f}" '
        f'height="{_BOX:.0f}" rx="7"/>'
    )
    name_y = y - 3 if box.shape else y + 4
    name = f'<text x="{x:.1f}" y="{name_y:.1f}">{escape(box.name)}</text>'
    shape = f'<text class="shape" x="{x:.1f}" y="{y + 13:.1f}">{escape(box.shape)}</text>' if box.shape else ""
    return rectangle + name + shape


def _pixels(text: str) -> float:
    return _LETTER * wide(text)
