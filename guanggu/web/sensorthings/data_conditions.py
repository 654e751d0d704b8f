"""What a filter on observations asks of the store, and what remains to be decided row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guanggu.kernel.observation.sensorthings.public import EARLIEST, LATEST, TYPES, observation_id

from .asking import Asking
from .conditions import narrowed
from .language import Binary, Call, Literal, Moment, Node, Path, Unary, conjuncts, paths_in

_MIRRORED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq"}
_MASKS = {
    "gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal", "eq": "equal",
}  # fmt: skip


READ_MAX = 2_000_000  # observations read for one page


@dataclass(slots=True)
class Budget:
    """How much may still be read; place: @iot.id of the last that was read."""

    left: int = READ_MAX
    place: str = ""

    def spend(self, table: Any) -> None:
        self.left -= len(table)
        if len(table):
            self.place = observation_id(table["stream"][-1].as_py(), table["time"][-1].as_py())

    @property
    def is_spent(self) -> bool:
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """start, end: phenomenon times read, microseconds, end not within; times: conditions on
    phenomenonTime, settled for instants and open for intervals; results: (operator, number);
    rest: conditions to be decided for each."""

    singles: tuple[int, ...]
    multis: dict[int, list[int]]
    start: int
    end: int
    times: tuple[Node, ...]
    results: tuple[tuple[str, float], ...]
    rest: tuple[Node, ...]
    budget: Budget = field(default_factory=Budget)

    def chosen(self, table: Any) -> Any:
        """The rows of the table whose result fits; of multi-datastreams none is decided here."""
        self.budget.spend(table)
        if not self.results or not len(table):
            return table
        import pyarrow.compute as pc

        for operator, number in self.results:
            table = table.filter(getattr(pc, _MASKS[operator])(table["result"], number))
        return table


def wanted_of(
    asking: Asking, singles: Sequence[int], multis: dict[int, list[int]], node: Node | None
) -> Wanted:
    start, end = EARLIEST, LATEST
    times, results, rest = [], [], []
    chosen: tuple[int, ...] = tuple(singles)
    for part in conjuncts(node):
        heads = {path.parts[0] for path in paths_in(part)}
        found = _plain(part)
        if heads == {"Datastream"}:
            rows = asking.rows(TYPES["Datastream"]).filter(pk__in=chosen)
            rows = narrowed(asking, TYPES["Datastream"], rows, _without_head(part))
            chosen, multis = tuple(rows.order_by("pk").values_list("pk", flat=True)), {}
        elif heads == {"MultiDatastream"}:
            rows = asking.rows(TYPES["MultiDatastream"]).filter(pk__in=list(multis))
            rows = narrowed(asking, TYPES["MultiDatastream"], rows, _without_head(part))
            kept = set(rows.values_list("pk", flat=True))
            chosen, multis = (), {m: s for m, s in multis.items() if m in kept}
        elif found and found[0] == "phenomenonTime" and isinstance(found[2], Moment):
            begin, until = _bounds(found[1], found[2])
            start, end = max(start, begin), min(end, until)
            times.append(part)
        elif found and found[0] == "result" and _is_number(found[2]) and not multis:
            results.append((found[1], float(found[2])))
        else:
            rest.append(part)
    return Wanted(chosen, multis, start, end, tuple(times), tuple(results), tuple(rest))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(node: Node) -> tuple[str, str, Any] | None:
    """(property, operator, value) of a comparison of one property with one value."""
    if not isinstance(node, Binary) or node.operator not in _MIRRORED:
        return None
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, Literal):
        left, right, operator = right, left, _MIRRORED[operator]
    if isinstance(left, Path) and isinstance(right, Literal) and len(left.parts) == 1:
        return left.parts[0], operator, right.value
    return None


def _bounds(operator: str, moment: Moment) -> tuple[int, int]:
    return {
        "ge": (moment.start, LATEST),
        "gt": (moment.end + 1, LATEST),
        "lt": (EARLIEST, moment.start),
        "le": (EARLIEST, moment.end + 1),
        "eq": (moment.start, moment.start + 1),
    }[operator]


def _without_head(node: Node) -> Node:
    """The same of the entity at the other end: Datastream/name becomes name."""
    if isinstance(node, Path):
        return Path(node.parts[1:])
    if isinstance(node, Binary):
        return Binary(node.operator, _without_head(node.left), _without_head(node.right))
    if isinstance(node, Unary):
        return Unary(node.operator, _without_head(node.of))
    if isinstance(node, Call):
        return Call(node.name, tuple(map(_without_head, node.arguments)))
    return node
