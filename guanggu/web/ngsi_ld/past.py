"""The past of entities (clause 5.7.3, 5.7.4): GET /temporal/entities and /temporal/entities/{id}."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.observation.ngsi_ld.public import (
    Station,
    attribute_json,
    entity,
    text_of,
    values_of,
)
from guanggu.kernel.observation.public import observations
from guanggu.kernel.observation.sensorthings.public import EARLIEST, LATEST, instant_of
from guanggu.web.sensorthings.caller import Caller

from .asking import Answer, attributes_of, one_station, wanted_stations, whole

INSTANCES, INSTANCES_MAX = 1_000, 10_000  # of one attribute
ENTITIES_MAX = 50
_RELATION = T(
    "请给出 timerel（before、after 或 between）和 timeAt，between 还须 endTimeAt。",
    "Give timerel (before, after or between) and timeAt; between needs endTimeAt too.",
)


def _bounds(request: HttpRequest, *, demanded: bool) -> tuple[int, int]:
    given = request.GET
    relation, at = given.get("timerel"), given.get("timeAt")
    if not relation and not demanded:
        return EARLIEST, LATEST
    if relation not in ("before", "after", "between") or not at:
        raise Invalid(_RELATION)
    start = instant_of(at.replace(" ", "+"))
    if relation == "before":
        return EARLIEST, start
    if relation == "after":
        return start + 1, LATEST
    if not given.get("endTimeAt"):
        raise Invalid(_RELATION)
    return start, instant_of(given["endTimeAt"].replace(" ", "+"))


def entities(request: HttpRequest, caller: Caller, identifier: str) -> Answer:
    """What is asked is bounded: with more instances than ``lastN`` or INSTANCES, 206 and a
    Content-Range say how far the answer reaches (clause 6.3.10)."""
    last = whole(request, "lastN", 0, INSTANCES_MAX)
    if identifier:
        start, end = _bounds(request, demanded=False)
        found = [one_station(caller, identifier)]
    else:
        start, end = _bounds(request, demanded=True)
        offset = whole(request, "offset", 0, 10**6)
        limit = whole(request, "limit", 20, ENTITIES_MAX)
        found = wanted_stations(request, caller)[offset : offset + limit]
    names = attributes_of(request)
    plain = "temporalValues" in request.GET.get("options", "").split(",")
    told, cut = [], False
    for each in found:
        text, is_cut = _told(each, names, start, end, last, plain=plain)
        told.append(text)
        cut = cut or is_cut
    headers = {"Content-Range": f"date-time {text_of(start)}-{text_of(end)}/*"} if cut else {}
    return (206 if cut else 200), (told[0] if identifier else told), headers


def _told(
    station: Station, names: set[str], start: int, end: int, last: int, *, plain: bool
) -> tuple[dict[str, Any], bool]:
    text = {
        name: each
        for name, each in entity(station, {}).items()
        if not names or name in names or name in ("id", "type")
    }
    limit = last or INSTANCES
    cut = False
    for name, stream in station.streams.items():
        if names and name not in names:
            continue
        table = observations().series([stream.pk], start, end, limit=limit + 1, newest_first=True)
        cut = cut or (not last and len(table) > limit)
        values = sorted(
            values_of(table.slice(0, limit)).get(stream.pk, []), key=lambda value: value.time
        )
        if plain:
            text[name] = {
                "type": "Property", "values": [[v.value, text_of(v.time)] for v in values]
            }  # fmt: skip
        else:
            text[name] = [attribute_json(stream, value) for value in values]
    return text, cut
