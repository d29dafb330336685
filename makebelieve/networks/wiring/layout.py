"""Places for the nodes of an acyclic graph in rows, edges downwards.

Source:
    Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system structures", 1981: rows by longest
    path, long edges cut into pieces, order within rows by the mean of the neighbours, then places.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 12
GAP = 28.0  # between neighbours in a row
ROW = 84.0  # from a row to the next


@dataclass
class Layout:
    """Where everything is, in pixels.

    Attributes:
        x: middle of each node.
        y: middle of each node.
        bends: where an edge (from, to) passes rows between its ends, from above.
        width: of all.
        height: of all.
    """

    x: dict[int, float] = field(default_factory=dict)
    y: dict[int, float] = field(default_factory=dict)
    bends: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def lay_out(widths: Mapping[int, float], edges: Sequence[tuple[int, int]]) -> Layout:
    """Places for nodes 0, 1, …, which are in topological order.

    Args:
        widths: of each node, in pixels.
        edges: (from, to), from below to.
    """
    edges = list(dict.fromkeys(edges))
    rank = _ranks(len(widths), edges)
    pieces, chains, sizes = _cut(rank, edges, widths)
    rows = _ordered(rank, pieces)
    x = _placed(rows, pieces, sizes)
    left = min(x[v] - sizes[v] / 2 for v in x)
    x = {v: x[v] - left + GAP for v in x}
    layout = Layout({v: x[v] for v in widths}, {v: (rank[v] + 0.5) * ROW for v in widths})
    layout.bends = {e: [(x[v], (rank[v] + 0.5) * ROW) for v in chain] for e, chain in chains.items()}
    layout.width = max(x[v] + sizes[v] / 2 for v in x) + GAP
    layout.height = ROW * len(rows)
    return layout


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Longest path from above; what nothing leads to stands right above what it leads to."""
    rank = dict.fromkeys(range(count), 0)
    for a, b in sorted(edges, key=lambda edge: edge[1]):
        rank[b] = max(rank[b], rank[a] + 1)
    headed = {b for _, b in edges}
    for v in range(count):
        below = [rank[b] for a, b in edges if a == v] if v not in headed else []
        rank[v] = min(below) - 1 if below else rank[v]
    return rank


def _cut(
    rank: dict[int, int], edges: Sequence[tuple[int, int]], widths: Mapping[int, float]
) -> tuple[list[tuple[int, int]], dict[tuple[int, int], list[int]], dict[int, float]]:
    """Edges from each row to the next, by new nodes without width where they pass rows."""
    sizes, pieces, chains = dict(widths), [], {}
    for a, b in edges:
        chain = []
        before = a
        for row in range(rank[a] + 1, rank[b]):
            node = len(sizes)
            sizes[node], rank[node] = 6.0, row
            pieces.append((before, node))
            chain.append(node)
            before = node
        pieces.append((before, b))
        chains[a, b] = chain
    return pieces, chains, sizes


def _ordered(rank: dict[int, int], pieces: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Rows of nodes, with few crossings."""
    rows: list[list[int]] = [[] for _ in range(max(rank.values()) + 1)]
    for v in rank:
        rows[rank[v]].append(v)
    above, below = _neighbours(pieces)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row, other in _pairs(rows, down):
            place = {v: i for i, v in enumerate(other)}
            near = above if down else below
            here = {v: i for i, v in enumerate(row)}
            means = {v: _mean([place[u] for u in near.get(v, [])], here[v]) for v in row}
            row.sort(key=means.__getitem__)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _neighbours(pieces: Sequence[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for a, b in pieces:
        above.setdefault(b, []).append(a)
        below.setdefault(a, []).append(b)
    return above, below


def _pairs(rows: list[list[int]], down: bool) -> list[tuple[list[int], list[int]]]:
    """Each row with the one that it goes by."""
    return list(zip(rows[1:], rows[:-1], strict=True)) if down else list(zip(rows[-2::-1], rows[:0:-1], strict=True))


def _crossings(rows: list[list[int]], below: dict[int, list[int]]) -> int:
    total = 0
    for row, following in itertools.pairwise(rows):
        place = {v: i for i, v in enumerate(following)}
        ends: list[int] = []
        for v in row:
            targets = sorted(place[u] for u in below.get(v, []))
            total += sum(len(ends) - bisect_right(ends, target) for target in targets)
            for target in targets:
                insort(ends, target)
    return total


def _placed(rows: list[list[int]], pieces: Sequence[tuple[int, int]], sizes: Mapping[int, float]) -> dict[int, float]:
    """Each node near the mean of its neighbours, in its row's order, none over another."""
    above, below = _neighbours(pieces)
    x: dict[int, float] = {}
    for row in rows:
        x.update(zip(row, _spaced([0.0] * len(row), [sizes[v] for v in row]), strict=True))
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [_mean([x[u] for u in (*above.get(v, []), *below.get(v, []))], x[v]) for v in row]
            x.update(zip(row, _spaced(wanted, [sizes[v] for v in row]), strict=True))
    return x


def _spaced(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """The places nearest to those wanted, in squares, with x_{i+1} − x_i ≥ half of both widths and a gap.

    With the distances taken out that is a rising sequence: neighbours in the wrong order share their mean.
    """
    starts, at = [], 0.0
    for i, size in enumerate(sizes):
        at += (sizes[i - 1] + size) / 2 + GAP if i else 0.0
        starts.append(at)
    groups: list[tuple[float, int]] = []  # (mean, how many)
    for want, start in zip(wanted, starts, strict=True):
        mean, many = want - start, 1
        while groups and groups[-1][0] > mean:
            other, more = groups.pop()
            mean, many = (mean * many + other * more) / (many + more), many + more
        groups.append((mean, many))
    found = [mean for mean, many in groups for _ in range(many)]
    return [start + mean for start, mean in zip(starts, found, strict=True)]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
