"""The options of a request: $expand, $select, $orderby, $top, $skip, $count, $filter (18-088
clause 9.3) and $resultFormat (clause 13.2), read and bounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from guanggu.base.bilingual import T
from guanggu.kernel.observation.sensorthings.public import TYPES, EntityType

from .faults import bad
from .language import Node, Path, parse

ROWS = 100  # a page where nothing else is asked
ROWS_MAX = 1_000
SKIP_MAX = 1_000_000
EXPANSIONS_MAX = 24
DEPTH_MAX = 6


@dataclass(frozen=True, slots=True)
class Order:
    path: Path
    falling: bool


@dataclass(frozen=True, slots=True)
class Options:
    """expand: by navigation name; select: names, empty for all; token: where the page begins."""

    expand: dict[str, Options] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    top: int = ROWS
    skip: int = 0
    count: bool = False
    filter: Node | None = None
    token: str = ""
    result_format: str = ""


def read_options(kind: EntityType, pairs: Iterable[tuple[str, str]], depth: int = 0) -> Options:
    """Options on entities of ``kind``. Raises Malformed for anything unknown."""
    found = Options()
    seen: set[str] = set()
    for name, value in pairs:
        if name in seen:
            raise bad(T("选项 {} 重复。", "The option {} is given twice."), name[:30])
        seen.add(name)
        found = _with(found, kind, name, value.strip(), depth)
    return found


def _with(found: Options, kind: EntityType, name: str, value: str, depth: int) -> Options:
    if name == "$expand":
        return replace(found, expand=_expand(kind, value, depth))
    if name == "$select":
        return replace(found, select=_select(kind, value))
    if name == "$orderby":
        return replace(found, order=tuple(_order(each) for each in split(value, ",")))
    if name == "$top":
        return replace(found, top=min(_whole(name, value, 10**9), ROWS_MAX))
    if name == "$skip":
        return replace(found, skip=_whole(name, value, SKIP_MAX))
    if name == "$count":
        if value not in ("true", "false"):
            raise bad(T("$count 只能是 true 或 false。", "$count is true or false."))
        return replace(found, count=value == "true")
    if name == "$filter":
        return replace(found, filter=parse(value))
    if name == "$skiptoken" and not depth:
        return replace(found, token=value)
    if name == "$resultFormat" and not depth:
        if value not in ("dataArray", ""):
            raise bad(T("$resultFormat 只支持 dataArray。", "$resultFormat can only be dataArray."))
        return replace(found, result_format=value)
    raise bad(T("不支持选项“{}”。", "The option “{}” is not known."), name[:40])


def _whole(name: str, value: str, most: int) -> int:
    if not value.isdecimal() or len(value) > 12 or int(value) > most:
        raise bad(
            T("{} 应为不大于 {} 的非负整数。", "{} must be a whole number from 0 to {}."),
            name,
            most,
        )
    return int(value)


def split(text: str, mark: str) -> list[str]:
    """At the marks that stand in no bracket and no quotation."""
    parts, depth, quoted, begin = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
        elif letter == mark and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    if depth or quoted:
        raise bad(
            T("括号或引号不配对：“{}”。", "Brackets or quotes do not match: “{}”."), text[:60]
        )
    return [each.strip() for each in [*parts, text[begin:]]]


def _order(text: str) -> Order:
    path, _, way = text.partition(" ")
    way = way.strip().lower()
    if not path or way not in ("", "asc", "desc"):
        raise bad(T("$orderby 有误：“{}”。", "$orderby cannot be read: “{}”."), text[:60])
    node = parse(path)
    if not isinstance(node, Path):
        raise bad(
            T("$orderby 只能是属性：“{}”。", "$orderby takes properties only: “{}”."), text[:60]
        )
    return Order(node, way == "desc")


def _select(kind: EntityType, value: str) -> tuple[str, ...]:
    names = tuple(each.strip() for each in value.split(",") if each.strip())
    for name in names:
        head = name.split("/")[0]
        if head not in ("id", "@iot.id", "@iot.selfLink", "selfLink") and not (
            kind.property(head) or kind.way(head)
        ):
            raise bad(T("{} 没有属性“{}”。", "{} has no property “{}”."), kind.name, name[:40])
    return names


def _expand(kind: EntityType, value: str, depth: int) -> dict[str, Options]:
    if depth >= DEPTH_MAX:
        raise bad(T("$expand 层数过多，最多 {} 层。", "$expand goes deeper than {}."), DEPTH_MAX)
    found: dict[str, Options] = {}
    parts = split(value, ",")
    if len(parts) > EXPANSIONS_MAX:
        raise bad(T("$expand 项数过多。", "$expand names too many."))
    for part in parts:
        head, bracket, inner = part.partition("(")
        path, _, more = head.strip().partition("/")
        way = kind.way(path)
        if way is None:
            raise bad(T("{} 没有关联“{}”。", "{} has no navigation “{}”."), kind.name, path[:40])
        if bracket and not inner.endswith(")"):
            raise bad(T("$expand 有误：“{}”。", "$expand cannot be read: “{}”."), part[:60])
        target = TYPES[way.target]
        if more:
            rest = more + (f"({inner}" if bracket else "")
            below = Options(expand=_expand(target, rest, depth + 1))
        elif bracket:
            pairs = [_pair(each) for each in split(inner[:-1], ";") if each]
            below = read_options(target, pairs, depth + 1)
        else:
            below = Options()
        known = found.get(path)
        if known is not None:
            below = replace(below, expand={**known.expand, **below.expand})
        found[path] = below
    return found


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise bad(T("选项“{}”没有值。", "The option “{}” has no value."), text[:40])
    return name.strip(), value
