"""The address of a resource (18-088 clause 9.2): entity sets, entities, navigation, properties."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.observation.sensorthings.public import BY_PLURAL, TYPES, EntityType

_SEGMENT = re.compile(r"([A-Za-z]+)(?:\((?:(-?\d{1,18})|'((?:[^']|'')*)')\))?")
SEGMENTS_MAX = 12
NOTHING_HERE = T("没有这个资源，请核对地址。", "There is no such resource; check the address.")


@dataclass(frozen=True, slots=True)
class Step:
    """kind: of the entities here; way: navigation by which they are reached, "" at the start;
    id: of the one entity, None for the set or for the single target of the navigation."""

    kind: EntityType
    way: str
    many: bool
    id: int | str | None


@dataclass(frozen=True, slots=True)
class Address:
    """steps: at least one; names: of a property below the last entity; tail: "", "$value", "$ref"."""

    steps: tuple[Step, ...]
    names: tuple[str, ...] = ()
    tail: str = ""

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def is_set(self) -> bool:
        return self.last.many and self.last.id is None


def read_path(path: str) -> Address:
    """Raises Missing."""
    segments = [each for each in path.strip("/").split("/") if each]
    tail = ""
    if segments and segments[-1] in ("$value", "$ref"):
        tail = segments.pop()
    if not segments or len(segments) > SEGMENTS_MAX:
        raise Missing(NOTHING_HERE)
    steps: list[Step] = []
    for place, segment in enumerate(segments):
        step = _step(segment, steps[-1] if steps else None)
        if step is None:
            return _property(steps, segments[place:], tail)
        steps.append(step)
    if tail == "$value":
        raise Missing(NOTHING_HERE)
    return Address(tuple(steps), (), tail)


def _step(segment: str, before: Step | None) -> Step | None:
    """The step of a segment; None where it names a property of the entity before."""
    found = _SEGMENT.fullmatch(segment)
    if found is None:
        if before is None:
            raise Missing(NOTHING_HERE)
        return None
    name, number, text = found.groups()
    identifier = int(number) if number else text
    if before is None:
        kind = BY_PLURAL.get(name)
        if kind is None:
            raise Missing(NOTHING_HERE)
        return Step(kind, "", True, identifier)
    if before.many and before.id is None:
        raise Missing(NOTHING_HERE)
    way = before.kind.way(name)
    if way is None:
        return None
    if identifier is not None and not way.many:
        raise Missing(NOTHING_HERE)
    return Step(TYPES[way.target], name, way.many, identifier)


def _property(steps: list[Step], names: list[str], tail: str) -> Address:
    last = steps[-1]
    if (last.many and last.id is None) or tail == "$ref":
        raise Missing(NOTHING_HERE)
    if names[0] not in ("id", "@iot.id") and last.kind.property(names[0]) is None:
        raise Missing(NOTHING_HERE)
    return Address(tuple(steps), tuple(names), tail)
