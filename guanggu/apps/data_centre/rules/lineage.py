"""Lineage: where a table's rows come from and what is made of them, as a graph laid in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from guanggu.base.bilingual import T

# The stages from left to right.
STAGES: dict[str, T] = {
    "source": T("数据来源", "Source"),
    "register": T("登记册", "Register"),
    "table": T("数据湖表", "Table of the lake"),
    "query": T("查询与指标", "Query or indicator"),
    "chart": T("图表与页面", "Chart or page"),
}
BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN, HEAD = 168, 46, 44, 16, 12, 30


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    stage: str
    title: str
    note: str = ""
    href: str = ""
    is_centre: bool = False


@dataclass(slots=True)
class Graph:
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: set[tuple[str, str]] = field(default_factory=set)

    def add(self, node: Node) -> str:
        self.nodes.setdefault(node.key, node)
        return node.key

    def join(self, from_key: str, to_key: str) -> None:
        self.edges.add((from_key, to_key))

    def above(self, key: str) -> list[Node]:
        """What feeds the node, near ones first."""
        return self._reached(key, {(b, a) for a, b in self.edges})

    def below(self, key: str) -> list[Node]:
        """What is made of the node, near ones first."""
        return self._reached(key, self.edges)

    def _reached(self, key: str, edges: Iterable[tuple[str, str]]) -> list[Node]:
        following: dict[str, list[str]] = {}
        for first, second in sorted(edges):
            following.setdefault(first, []).append(second)
        seen, queue = [key], [key]
        while queue:
            for each in following.get(queue.pop(0), ()):
                if each not in seen:
                    seen.append(each)
                    queue.append(each)
        return [self.nodes[each] for each in seen[1:]]


@dataclass(frozen=True, slots=True)
class Box:
    node: Node
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawn graph: boxes, paths between them, the heads of the columns, its size."""

    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    heads: tuple[tuple[T, int], ...]
    width: int
    height: int


def lay_out(graph: Graph) -> Picture:
    """Columns by stage, rows in the order of adding; stages without a node take no room."""
    stages = [s for s in STAGES if any(n.stage == s for n in graph.nodes.values())]
    boxes: dict[str, Box] = {}
    tallest = max((_count(graph, stage) for stage in stages), default=0)
    for place, stage in enumerate(stages):
        held = [n for n in graph.nodes.values() if n.stage == stage]
        free = (tallest - len(held)) * (BOX_HEIGHT + GAP_Y) // 2
        for row, node in enumerate(held):
            x = MARGIN + place * (BOX_WIDTH + GAP_X)
            y = MARGIN + HEAD + free + row * (BOX_HEIGHT + GAP_Y)
            boxes[node.key] = Box(node, x, y, _lines(node.title))
    paths = tuple(_path(boxes[a], boxes[b]) for a, b in sorted(graph.edges))
    heads = tuple(
        (STAGES[stage], MARGIN + place * (BOX_WIDTH + GAP_X) + BOX_WIDTH // 2)
        for place, stage in enumerate(stages)
    )
    width = 2 * MARGIN + len(stages) * BOX_WIDTH + max(len(stages) - 1, 0) * GAP_X
    height = 2 * MARGIN + HEAD + tallest * (BOX_HEIGHT + GAP_Y)
    return Picture(tuple(boxes.values()), paths, heads, width, height)


def _count(graph: Graph, stage: str) -> int:
    return sum(1 for node in graph.nodes.values() if node.stage == stage)


def _path(first: Box, second: Box) -> str:
    x1, y1 = first.x + BOX_WIDTH, first.y + BOX_HEIGHT // 2
    x2, y2 = second.x, second.y + BOX_HEIGHT // 2
    bend = (x1 + x2) // 2
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"


def _width(text: str) -> int:
    """Chinese characters are as wide as two others."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _lines(title: str, wide: int = 22, lines: int = 2) -> tuple[str, ...]:
    """The title in at most two lines; a longer one ends in dots, whole in the table below."""
    made: list[str] = []
    line = ""
    for character in title:
        if _width(line + character) > wide:
            made.append(line)
            line = ""
            if len(made) == lines:
                made[-1] = made[-1][:-1] + "…"
                return tuple(made)
        line += character
    return (*made, line) if line else tuple(made)


def referring(tables: Sequence[str], wanted: str) -> bool:
    """Whether one of the tables is the wanted one or its history."""
    plain = wanted.lower().removesuffix("_history")
    return any(each.lower().removesuffix("_history") == plain for each in tables)
