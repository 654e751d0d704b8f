"""Subscriptions by HTTP (clause 6.10, 6.11): made, read, changed and removed by their subscriber."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from django.http import HttpRequest

from guanggu.base.bilingual import T
from guanggu.base.clock import now
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.observation.ngsi_ld.public import (
    Subscription,
    change_subscription,
    own_subscription,
    subscribe_to_entities,
    unsubscribe,
)
from guanggu.web.sensorthings.caller import Caller
from guanggu.web.sensorthings.faults import UNKNOWN_CALLER, NotAllowed, Unauthorised

from .asking import ROWS, ROWS_MAX, Answer, whole

_NOT_JSON = T("内容应为 JSON 对象。", "The body must be a JSON object.")
_WAY = T("该地址不支持这种请求方法。", "This address does not take that kind of request.")
_OFFICIALS = T("只有在岗人员可以订阅。", "Only officials in a post can subscribe.")


def answer(request: HttpRequest, caller: Caller, identifier: str) -> Answer:
    if not caller.actor.is_known:
        raise Unauthorised(UNKNOWN_CALLER)
    if caller.actor.kind != "official":
        raise Forbidden(_OFFICIALS)
    if not identifier and request.method == "POST":
        made = subscribe_to_entities(caller.actor, given=_body(request))
        return 201, None, {"Location": f"{request.path.rstrip('/')}/{quote(made['id'], safe=':')}"}
    if request.method in ("GET", "HEAD"):
        return _read(request, caller, identifier)
    if identifier and request.method == "PATCH":
        change_subscription(caller.actor, id=identifier, given=_body(request))
        return 204, None, {}
    if identifier and request.method == "DELETE":
        unsubscribe(caller.actor, id=identifier)
        return 204, None, {}
    raise NotAllowed(_WAY)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Invalid(_NOT_JSON) from error
    if not isinstance(found, dict):
        raise Invalid(_NOT_JSON)
    return {name: value for name, value in found.items() if name != "@context"}


def _read(request: HttpRequest, caller: Caller, identifier: str) -> Answer:
    if identifier:
        return 200, _told(own_subscription(caller.actor, identifier)), {}
    limit, offset = whole(request, "limit", ROWS, ROWS_MAX), whole(request, "offset", 0, 10**6)
    rows = Subscription.objects.filter(account_id=caller.actor.account or 0)
    page = rows.select_related("state").order_by("pk")[offset : offset + limit]
    return 200, [_told(row) for row in page], {}


def _told(row: Any) -> dict[str, Any]:
    """The subscription and how its sending goes."""
    state = row.state
    ended = row.expires_at is not None and row.expires_at <= now()
    notification = {
        **row.wanted["notification"], "status": "failed" if _failing(state) else "ok",
        "timesSent": state.times_sent, "timesFailed": state.times_failed,
    }  # fmt: skip
    for name, at in (
        ("lastNotification", state.last_notified_at), ("lastSuccess", state.last_success_at),
        ("lastFailure", state.last_failure_at),
    ):  # fmt: skip
        if at is not None:
            notification[name] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    status = "expired" if ended else "active" if row.is_active else "paused"
    return {**row.wanted, "notification": notification, "status": status, "isActive": row.is_active}


def _failing(state: Any) -> bool:
    failed, succeeded = state.last_failure_at, state.last_success_at
    return failed is not None and (succeeded is None or failed > succeeded)
