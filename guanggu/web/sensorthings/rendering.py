"""Entities as JSON (18-088 clause 8.2 and 9.3.2): @iot.id, links, selection and expansion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import F

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.observation.public import observations
from guanggu.kernel.observation.sensorthings.public import (
    TYPES,
    Datum,
    EntityType,
    Navigation,
    data_of,
)

from .asking import Asking
from .conditions import narrowed
from .data_pages import page_of_data, scope_of
from .faults import bad
from .language import Path
from .options import Options, Order
from .paths import NOTHING_HERE
from .record_pages import page_of_records

EXPANDED_MAX = 50_000  # entities told in one answer
_NEWEST = (Order(Path(("phenomenonTime",)), True),)


def render(
    asking: Asking, kind: EntityType, entities: Sequence[Any], options: Options, *, alone: bool
) -> list[dict[str, Any]]:
    """alone: one entity was asked for, so that also its costly properties are told."""
    if kind.name == "Observation":
        asking.learn_owners(entities)
    told = [_plain(asking, kind, each, options, alone) for each in entities]
    for name, below in options.expand.items():
        way = kind.way(name)
        assert way is not None
        for text, more in zip(told, _expanded(asking, kind, entities, way, below), strict=True):
            text.update(more)
    return told


def _plain(
    asking: Asking, kind: EntityType, entity: Any, options: Options, alone: bool
) -> dict[str, Any]:
    chosen = {name.split("/")[0] for name in options.select}
    link = asking.link(kind, entity)
    text: dict[str, Any] = {}
    if not chosen or chosen & {"id", "@iot.id"}:
        text["@iot.id"] = entity.id
    if not chosen or chosen & {"selfLink", "@iot.selfLink"}:
        text["@iot.selfLink"] = link
    for prop in kind.properties:
        if prop.name in chosen or (not chosen and (alone or not prop.is_costly)):
            value = prop.read(entity)
            if value is not None or prop.required or prop.name in ("result", "resultTime"):
                text[prop.name] = value
    if not chosen and getattr(entity, "is_sample", False):
        text["isSample"] = True
    for way in kind.navigation:
        is_other = isinstance(entity, Datum) and _is_other(entity, way)
        if (not chosen or way.name in chosen) and way.name not in options.expand and not is_other:
            text[f"{way.name}@iot.navigationLink"] = f"{link}/{way.name}"
    return text


def _is_other(datum: Datum, way: Navigation) -> bool:
    return way.name == ("Datastream" if datum.multi else "MultiDatastream")


def _expanded(
    asking: Asking, kind: EntityType, entities: Sequence[Any], way: Navigation, options: Options
) -> list[dict[str, Any]]:
    """For each entity what stands under the name of the navigation."""
    if not way.many:
        return _single(asking, kind, entities, way, options)
    if way.target == "Observation":
        return _observations(asking, kind, entities, way, options)
    return _many(asking, kind, entities, way, options)


def _single(
    asking: Asking, kind: EntityType, entities: Sequence[Any], way: Navigation, options: Options
) -> list[dict[str, Any]]:
    ends = [next(iter(asking.ends(kind, each, way)), None) for each in entities]
    distinct = {end.pk: end for end in ends if end is not None}
    target = TYPES[way.target]
    texts = render(asking, target, list(distinct.values()), options, alone=False)
    by_id = dict(zip(distinct, texts, strict=True))
    return [{way.name: by_id[end.pk]} if end is not None else {} for end in ends]


def _many(
    asking: Asking, kind: EntityType, entities: Sequence[Any], way: Navigation, options: Options
) -> list[dict[str, Any]]:
    target = TYPES[way.target]
    back = target.way(way.inverse)
    assert back is not None
    ids = [each.pk for each in entities]
    if len(ids) == 1 or options.order or options.skip:
        pages = [page_of_records(asking, target, asking.related(way, [pk]), options) for pk in ids]
        groups = {
            pk: (p.entities, bool(p.token), p.count) for pk, p in zip(ids, pages, strict=True)
        }
    else:
        rows = narrowed(asking, target, asking.related(way, ids), options.filter)
        groups = _grouped(rows, back.path, ids, options)
    flat = [end for pk in ids for end in groups[pk][0]]
    if len(flat) > EXPANDED_MAX:
        raise bad(T("展开的对象过多，请减少 $top。", "Too much would be expanded; lower $top."))
    texts = iter(render(asking, target, flat, options, alone=False))
    told = []
    for each in entities:
        ends, more, count = groups[each.pk]
        link = f"{asking.link(kind, each)}/{way.name}"
        told.append(_set(way.name, [next(texts) for _ in ends], link, more, count, options))
    return told


def _grouped(rows: Any, path: str, ids: Sequence[int], options: Options) -> dict[int, Any]:
    """By the entity they belong to, all with one query."""
    pairs = rows.annotate(_of=F(path)).filter(_of__in=ids).order_by("pk").distinct()
    found: dict[int, list[Any]] = {pk: [] for pk in ids}
    for row in pairs[: EXPANDED_MAX + 1]:
        if row not in found[row._of]:
            found[row._of].append(row)
    return {
        pk: (ends[: options.top], len(ends) > options.top, len(ends) if options.count else None)
        for pk, ends in found.items()
    }


def _set(
    name: str, texts: list[Any], link: str, more: bool, count: int | None, options: Options
) -> dict[str, Any]:
    told: dict[str, Any] = {name: texts}
    if count is not None:
        told[f"{name}@iot.count"] = count
    if more:
        told[f"{name}@iot.nextLink"] = (
            f"{link}?$top={options.top}&$skip={options.skip + options.top}"
        )
    return told


def _observations(
    asking: Asking, kind: EntityType, entities: Sequence[Any], way: Navigation, options: Options
) -> list[dict[str, Any]]:
    newest = _newest(kind, entities, options)
    told = []
    for each in entities:
        link = f"{asking.link(kind, each)}/{way.name}"
        if newest is not None:
            found, more, count = newest.get(each.pk, []), each.pk in newest, None
        else:
            page = page_of_data(asking, scope_of(asking, each), options)
            found, more, count = page.entities, bool(page.token), page.count
        texts = render(asking, TYPES["Observation"], found, options, alone=False)
        told.append(_set(way.name, texts, link, more, count, options))
    return told


def _newest(
    kind: EntityType, entities: Sequence[Any], options: Options
) -> dict[int, list[Datum]] | None:
    """The last observation of each datastream, which the store keeps ready."""
    plain = options.filter is None and not (options.skip or options.count or options.expand)
    if kind.name != "Datastream" or options.top != 1 or options.order != _NEWEST or not plain:
        return None
    table = observations().latest([each.pk for each in entities])
    return {datum.number: [datum] for datum in data_of(table)}


def property_of(entity: Any, kind: EntityType, names: tuple[str, ...]) -> Any:
    """The value of a property or of what lies in it. Raises Missing."""
    if names[0] in ("id", "@iot.id"):
        return entity.id
    prop = kind.property(names[0])
    assert prop is not None
    value = prop.read(entity)
    for name in names[1:]:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise Missing(NOTHING_HERE)
    return value


def data_array(asking: Asking, data: Sequence[Datum], options: Options) -> list[dict[str, Any]]:
    """Observations grouped by datastream as rows of values (clause 13.2.1)."""
    names = [n for n in options.select if n != "@iot.selfLink"] or [
        "id", "phenomenonTime", "resultTime", "result",
    ]  # fmt: skip
    groups: dict[tuple[bool, int], list[list[Any]]] = {}
    for datum in data:
        row = [datum.id if n in ("id", "@iot.id") else datum.values.get(n) for n in names]
        groups.setdefault((datum.multi, datum.number), []).append(row)
    found = []
    for (multi, number), rows in groups.items():
        name = "MultiDatastream" if multi else "Datastream"
        found.append(
            {
                f"{name}@iot.navigationLink": f"{asking.base}/{name}s({number})",
                "components": names,
                "dataArray@iot.count": len(rows),
                "dataArray": rows,
            }
        )
    return found


def next_link(address: str, pairs: list[tuple[str, str]], token: str) -> str:
    kept = [(n, v) for n, v in pairs if n not in ("$skip", "$skiptoken")]
    query = "&".join(f"{n}={quote(v, safe='$/,;=():@')}" for n, v in [*kept, ("$skiptoken", token)])
    return f"{address}?{query}"
