"""One call of the interface answered: what the address and the method mean (18-088 clause 9, 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from guanggu.base.bilingual import T
from guanggu.kernel.observation.sensorthings.public import (
    EntityType,
    change_entity,
    create_entity,
    remove_entity,
)

from .asking import Asking
from .caller import Caller
from .data_pages import page_of_data, scope_of
from .data_writing import (
    change_observation,
    is_waiting,
    post_array,
    post_observation,
    remove_observation,
)
from .faults import Malformed, NotAllowed, bad
from .json_patch import patched
from .options import Options, read_options
from .paths import Address, read_path
from .record_pages import Page, page_of_records
from .rendering import data_array, next_link, property_of, render
from .service_root import root

_ONE = Options()
_WAY = T("该地址不支持这种请求方法。", "This address does not take that kind of request.")
BODY = T("请求内容应为 JSON 对象。", "The body must be a JSON object.")


@dataclass(frozen=True, slots=True)
class Call:
    """path: below the root of the service, without its query; base: address of the root."""

    method: str
    path: str
    pairs: list[tuple[str, str]]
    base: str
    caller: Caller
    body: bytes = b""
    content_type: str = "application/json"
    wants_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """content: bytes as they are, else what becomes JSON; None: no body."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def answer(call: Call) -> Answer:
    """Raises Problem for what goes wrong."""
    name = call.path.strip("/")
    if not name:
        _demand(call, "GET")
        return Answer(200, root(call.base))
    if name == "CreateObservations":
        _demand(call, "POST")
        return Answer(201, post_array(call.caller, call.base, call.body))
    handle = _METHODS.get(call.method)
    if handle is None:
        raise NotAllowed(_WAY)
    return handle(call, read_path(name), Asking(call.caller.actor, call.base))


def _demand(call: Call, method: str) -> None:
    if call.method not in (method, "HEAD" if method == "GET" else method):
        raise NotAllowed(_WAY)


# -- reading


def _get(call: Call, address: Address, asking: Asking) -> Answer:
    if address.is_set:
        return _set(call, address, asking)
    entity = asking.entity(address)
    kind = address.last.kind
    if address.names:
        return _property(address, property_of(entity, kind, address.names))
    if address.tail == "$ref":
        return Answer(200, {"@iot.selfLink": asking.link(kind, entity)})
    options = read_options(kind, call.pairs)
    return Answer(200, render(asking, kind, [entity], options, alone=True)[0])


def _property(address: Address, value: Any) -> Answer:
    if value is None:
        return Answer(204)
    if address.tail == "$value":
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        return Answer(200, text.encode(), content_type="text/plain; charset=utf-8")
    return Answer(200, {address.names[-1]: value})


def _set(call: Call, address: Address, asking: Asking) -> Answer:
    kind = address.last.kind
    options = read_options(kind, call.pairs)
    page = _page(address, asking, kind, options)
    told: dict[str, Any] = {}
    if page.count is not None:
        told["@iot.count"] = page.count
    if page.token:
        here = f"{asking.base}/{call.path.strip('/')}"
        told["@iot.nextLink"] = next_link(here, call.pairs, page.token)
    if address.tail == "$ref":
        told["value"] = [{"@iot.selfLink": asking.link(kind, each)} for each in page.entities]
    elif options.result_format == "dataArray":
        if kind.name != "Observation":
            raise bad(
                T("只有观测数据可用 dataArray 格式。", "Only observations come as dataArray.")
            )
        told["value"] = data_array(asking, page.entities, options)
    else:
        told["value"] = render(asking, kind, page.entities, options, alone=False)
    return Answer(200, told)


def _page(address: Address, asking: Asking, kind: EntityType, options: Options) -> Page:
    owner = asking.entity(address) if len(address.steps) > 1 else None
    if kind.name == "Observation":
        return page_of_data(asking, scope_of(asking, owner), options)
    if owner is None:
        return page_of_records(asking, kind, asking.rows(kind), options)
    way = address.steps[-2].kind.way(address.last.way)
    assert way is not None
    return page_of_records(asking, kind, asking.related(way, [owner.pk]), options)


# -- writing


def _body(call: Call) -> dict[str, Any]:
    try:
        found = orjson.loads(call.body)
    except orjson.JSONDecodeError as error:
        raise Malformed(BODY) from error
    if not isinstance(found, dict):
        raise Malformed(BODY)
    return found


def _post(call: Call, address: Address, asking: Asking) -> Answer:
    if not address.is_set or address.tail or address.names:
        raise NotAllowed(_WAY)
    kind = address.last.kind
    owner = asking.entity(address) if len(address.steps) > 1 else None
    if kind.name == "Observation":
        identifier = post_observation(call.caller, asking, owner, call.body)
        link = f"{call.base}/Observations('{identifier}')"
        return (
            Answer(201, None, {"Location": link}) if is_waiting() else _created(call, link, asking)
        )
    call.caller.demand_keeper()
    parent = None
    if owner is not None:
        above = address.steps[-2].kind
        way = above.way(address.last.way)
        assert way is not None
        if way.path.count("__"):
            raise NotAllowed(_WAY)
        parent = {"kind": above.name, "id": owner.pk, "way": way.name}
    made = create_entity(call.caller.actor, kind=kind.name, body=_body(call), parent=parent)
    return _created(call, f"{call.base}/{kind.plural}({made['id']})", asking)


def _created(call: Call, link: str, asking: Asking) -> Answer:
    headers = {"Location": link}
    if call.wants_nothing:
        return Answer(201, None, headers)
    address = read_path(link.removeprefix(call.base))
    entity = asking.entity(address)
    text = render(asking, address.last.kind, [entity], _ONE, alone=False)[0]
    return Answer(201, text, headers)


def _patch(call: Call, address: Address, asking: Asking) -> Answer:
    return _change(call, address, asking, whole=False)


def _put(call: Call, address: Address, asking: Asking) -> Answer:
    return _change(call, address, asking, whole=True)


def _change(call: Call, address: Address, asking: Asking, *, whole: bool) -> Answer:
    if address.is_set or address.names or address.tail:
        raise NotAllowed(_WAY)
    call.caller.demand_keeper()
    entity, kind = asking.entity(address), address.last.kind
    if "json-patch" in call.content_type:
        before = render(asking, kind, [entity], _ONE, alone=False)[0]
        body = patched(before, call.body)
    else:
        body = _body(call)
    if kind.name == "Observation":
        identifier = change_observation(call.caller, entity.id, body, whole=whole)
        link = f"{call.base}/Observations('{identifier}')"
    else:
        change_entity(call.caller.actor, kind=kind.name, id=entity.pk, body=body, whole=whole)
        link = asking.link(kind, entity)
    found = Asking(call.caller.actor, call.base)
    there = read_path(link.removeprefix(call.base))
    text = render(found, kind, [found.entity(there)], _ONE, alone=False)[0]
    return Answer(200, text, {"Location": link})


def _delete(call: Call, address: Address, asking: Asking) -> Answer:
    if address.is_set or address.names or address.tail:
        raise NotAllowed(_WAY)
    call.caller.demand_keeper()
    entity, kind = asking.entity(address), address.last.kind
    if kind.name == "Observation":
        remove_observation(call.caller, entity.id)
    else:
        remove_entity(call.caller.actor, kind=kind.name, id=entity.pk, reason="SensorThings DELETE")
    return Answer(200)


_METHODS: dict[str, Callable[[Call, Address, Asking], Answer]] = {
    "GET": _get, "HEAD": _get, "POST": _post, "PATCH": _patch, "PUT": _put, "DELETE": _delete,
}  # fmt: skip
__all__ = ["Answer", "Call", "answer"]
