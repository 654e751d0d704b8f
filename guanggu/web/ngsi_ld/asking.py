"""Entities as they are now (clause 5.7.1, 5.7.2), the types and attributes there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.observation.ngsi_ld.public import (
    MODELS,
    PREFIX,
    Model,
    Station,
    entity,
    model_of,
    only,
    read_geo,
    read_q,
    short,
    simplified,
    stations,
    values_of,
)
from guanggu.kernel.observation.public import observations
from guanggu.web.sensorthings.caller import Caller

ROWS, ROWS_MAX = 20, 1_000
Answer = tuple[int, Any, dict[str, str]]
_NO_ENTITY = T("没有这个实体。", "There is no such entity.")
_TOO_WIDE = T(
    "请至少给出 type、id、attrs、q、georel 之一。",
    "Give at least one of type, id, attrs, q, georel.",
)
_NUMBER = T("{} 应为 {} 至 {} 的整数。", "{} must be a whole number from {} to {}.")
_NO_TYPE = T("没有类型“{}”。", "There is no type “{}”.")
_PATTERN = T("idPattern 不是正则表达式。", "idPattern is no regular expression.")


def wanted_stations(request: HttpRequest, caller: Caller) -> list[Station]:
    """Those that type, id, idPattern and the geo-query choose. Raises Invalid."""
    given = request.GET
    if not any(given.get(n) for n in ("type", "id", "idPattern", "attrs", "q", "georel")):
        raise Invalid(_TOO_WIDE)
    found = _of_ids(caller, _names(given.get("id"))) if given.get("id") else None
    if found is None:
        found = stations(caller.actor, MODELS.values())
    if given.get("type"):
        models = [model_of(name) for name in _names(given["type"])]
        found = [each for each in found if each.model in models]
    if given.get("idPattern"):
        try:
            pattern = re.compile(given["idPattern"][:200])
        except re.error as error:
            raise Invalid(_PATTERN) from error
        found = [each for each in found if pattern.search(each.id)]
    if given.get("georel"):
        query = read_geo(given["georel"], given.get("geometry", ""), given.get("coordinates", ""))
        found = [each for each in found if query.holds(each.thing.geometry)]
    if given.get("attrs"):
        names = attributes_of(request)
        found = [e for e in found if names.intersection({*e.streams, "location", "name"})]
    return found


def _names(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def attributes_of(request: HttpRequest) -> set[str]:
    return {short(name) for name in _names(request.GET.get("attrs"))}


def _of_ids(caller: Caller, ids: Iterable[str]) -> list[Station]:
    wanted = set(ids)
    keys = [each.removeprefix(PREFIX).partition(":")[2] for each in wanted]
    found = stations(caller.actor, MODELS.values(), keys=keys)
    return [each for each in found if each.id in wanted]


def one_station(caller: Caller, identifier: str) -> Station:
    """Raises Missing."""
    found = _of_ids(caller, [identifier])
    if not found:
        raise Missing(_NO_ENTITY)
    return found[0]


def whole(request: HttpRequest, name: str, usual: int, most: int, least: int = 0) -> int:
    text = request.GET.get(name, str(usual))
    if not text.isdecimal() or len(text) > 9 or not least <= int(text) <= most:
        raise Invalid(_NUMBER.format(name, least, most))
    return int(text)


def told(found: Iterable[Station]) -> list[dict[str, Any]]:
    """The entities with their latest values."""
    chosen = list(found)
    streams = [stream.pk for each in chosen for stream in each.streams.values()]
    latest = {}
    if streams:
        latest = {s: v[-1] for s, v in values_of(observations().latest(streams)).items()}
    return [entity(each, latest) for each in chosen]


def is_simplified(request: HttpRequest) -> bool:
    options = _names(request.GET.get("options"))
    return bool({"keyValues", "simplified"}.intersection(options)) or (
        request.GET.get("format") in ("keyValues", "simplified")
    )


def _shaped(request: HttpRequest, each: dict[str, Any]) -> dict[str, Any]:
    if request.GET.get("attrs"):
        each = only(each, attributes_of(request))
    return simplified(each) if is_simplified(request) else each


def entities(request: HttpRequest, caller: Caller, identifier: str) -> Answer:
    """GET /entities and /entities/{id}."""
    if identifier:
        return 200, _shaped(request, told([one_station(caller, identifier)])[0]), {}
    limit = whole(request, "limit", ROWS, ROWS_MAX)
    offset = whole(request, "offset", 0, 10**6)
    test = read_q(request.GET["q"]) if request.GET.get("q") else None
    found = wanted_stations(request, caller)
    if test is None:
        count = len(found)
        page = told(found[offset : offset + limit])
    else:
        held = [each for each in told(found) if test(each)]
        count = len(held)
        page = held[offset : offset + limit]
    headers = {}
    if request.GET.get("count") == "true":
        headers["NGSILD-Results-Count"] = str(count)
    links = _links(request, offset, limit, count)
    if links:
        headers["Link"] = links
    return 200, [_shaped(request, each) for each in page], headers


def _links(request: HttpRequest, offset: int, limit: int, count: int) -> str:
    """The pages before and behind (clause 6.3.10)."""
    found = []
    places = {"prev": max(0, offset - limit) if offset else None, "next": offset + limit}
    for name, place in places.items():
        if limit and place is not None and (name == "prev" or place < count):
            query = urlencode({**request.GET.dict(), "offset": place, "limit": limit})
            found.append(f'<{request.path}?{query}>; rel="{name}"; type="application/ld+json"')
    return ", ".join(found)


def types(request: HttpRequest, caller: Caller, name: str) -> Answer:
    """GET /types and /types/{type}."""
    there = stations(caller.actor, MODELS.values())
    if name:
        model = model_of(name)
        if model is None:
            raise Missing(_NO_TYPE.format(name[:60]))
        return 200, _type(model, [each for each in there if each.model is model]), {}
    names = sorted({each.model.name for each in there})
    content = {
        "id": "urn:ngsi-ld:EntityTypeList:guanggu",
        "type": "EntityTypeList",
        "typeList": names,
    }
    return 200, content, {}


def _type(model: Model, there: list[Station]) -> dict[str, Any]:
    names = sorted({name for each in there for name in each.streams})
    return {
        "id": model.iri, "type": "EntityTypeInfo", "typeName": model.name,
        "entityCount": len(there),
        "attributeDetails": [
            {"id": name, "type": "Attribute", "attributeName": name, "attributeTypes": ["Property"]}
            for name in names
        ],
    }  # fmt: skip


def attributes(request: HttpRequest, caller: Caller, name: str) -> Answer:
    """GET /attributes"""
    there = stations(caller.actor, MODELS.values())
    names = sorted({name for each in there for name in each.streams})
    content = {
        "id": "urn:ngsi-ld:AttributeList:guanggu",
        "type": "AttributeList",
        "attributeList": names,
    }
    return 200, content, {}
