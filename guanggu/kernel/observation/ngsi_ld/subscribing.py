"""Subscriptions (NGSI-LD 5.2.12, 5.8): checked when they are made, kept as records."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import new_id
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import remove_record, save_record

from ..models import Delivery, Subscription, SubscriptionCursor, SubscriptionState
from ..store import observations
from .conditions import read_geo, read_q
from .entities import stations
from .vocabulary import Model, model_of

SUBSCRIPTIONS_MAX = 200  # of one subscriber
_FORMATS = ("normalized", "simplified", "keyValues")
_NO_SUBSCRIPTION = T("没有这个订阅。", "There is no such subscription.")
_WRONG = T("订阅内容有误：{}。", "The subscription does not fit: {}.")
_NO_TYPE = T(
    "entities 应为数组，每项的 type 为 AirQualityObserved、WaterQualityObserved 或 NoiseLevelObserved",
    "entities is an array whose type is AirQualityObserved, WaterQualityObserved or "
    "NoiseLevelObserved",
)
_NO_HOST = T(
    "接收地址的主机“{}”不在允许名单中，请联系管理员加入 GUANGGU_NOTIFY_HOSTS",
    "the host “{}” of the receiver is not allowed; ask the administrator to add it to "
    "GUANGGU_NOTIFY_HOSTS",
)
_NO_URI = T("接收地址应为 http 或 https 地址", "the receiver must be an http or https address")
_BAD_TIME = T("时间应为将来的 ISO 8601 时间", "the time must be a coming ISO 8601 instant")
_BAD_LIST = T("应为名称的数组", "must be an array of names")
_BAD_FORMAT = T("format 只能是 normalized 或 keyValues", "format is normalized or keyValues")
_TOO_MANY = T("订阅已达 {} 个", "there are {} subscriptions already")
_BAD_ID = T("id 应为 URI，最多 60 个字符", "id must be a URI of at most 60 characters")


def _wrong(reason: T) -> Invalid:
    return Invalid(_WRONG.format(reason))


def demand_allowed(uri: str) -> None:
    """The receiver may only be a configured host: no request of ours goes where a subscriber
    points it (SSRF). Raises Invalid."""
    parts = urlsplit(uri)
    try:
        port = parts.port
    except ValueError as error:
        raise _wrong(_NO_URI) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise _wrong(_NO_URI)
    host = parts.hostname.lower()
    allowed = {each.lower() for each in getattr(settings, "GUANGGU_NOTIFY_HOSTS", ())}
    if host not in allowed and f"{host}:{port}" not in allowed:
        raise _wrong(_NO_HOST.format(host))


def is_inner(address: str) -> bool:
    """An address of this machine or of its network: only where it was named as such."""
    found = ipaddress.ip_address(address)
    return found.is_private or found.is_loopback or found.is_link_local or found.is_reserved


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The subscription with every part looked at. Raises Invalid."""
    entities = given.get("entities")
    if not isinstance(entities, list) or not entities:
        raise _wrong(_NO_TYPE)
    for each in entities:
        if not isinstance(each, dict) or model_of(str(each.get("type"))) is None:
            raise _wrong(_NO_TYPE)
        if "idPattern" in each:
            _pattern(each["idPattern"])
    notification = given.get("notification")
    endpoint = notification.get("endpoint") if isinstance(notification, dict) else None
    if not isinstance(notification, dict) or not isinstance(endpoint, dict):
        raise _wrong(_NO_URI)
    demand_allowed(str(endpoint.get("uri", "")))
    if notification.get("format", "normalized") not in _FORMATS:
        raise _wrong(_BAD_FORMAT)
    for names in (given.get("watchedAttributes"), notification.get("attributes")):
        if names is not None and not (isinstance(names, list) and all(map(_is_name, names))):
            raise _wrong(_BAD_LIST)
    if given.get("q"):
        read_q(str(given["q"]))
    geo = given.get("geoQ")
    if geo is not None:
        if not isinstance(geo, dict):
            raise read_geo_problem()
        read_geo(str(geo.get("georel")), str(geo.get("geometry")), geo.get("coordinates"))
    known = ("id", "type", "description", "entities", "watchedAttributes", "q", "geoQ",
             "notification", "throttling", "expiresAt", "isActive", "subscriptionName")  # fmt: skip
    return {name: given[name] for name in known if given.get(name) is not None}


def read_geo_problem() -> Invalid:
    return _wrong(T("geoQ 应为对象", "geoQ must be an object"))


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and bool(name)


def _pattern(text: Any) -> re.Pattern[str]:
    try:
        return re.compile(str(text)[:200])
    except re.error as error:
        raise _wrong(T("idPattern 不是正则表达式", "idPattern is no regular expression")) from error


def selects(wanted: Mapping[str, Any], identifier: str, model: Model) -> bool:
    """True where the entity is one of those that the subscription names."""
    for each in wanted["entities"]:
        if model_of(str(each["type"])) is not model:
            continue
        if "id" in each and identifier != each["id"]:
            continue
        if "idPattern" in each and not _pattern(each["idPattern"]).search(identifier):
            continue
        return True
    return False


def models_of(wanted: Mapping[str, Any]) -> list[Model]:
    found = {str(each["type"]): model_of(str(each["type"])) for each in wanted["entities"]}
    return [model for model in found.values() if model is not None]


def _official(actor: Actor, **_: Any) -> bool:
    return actor.kind == "official" and actor.post is not None


def _put(row: Subscription, wanted: dict[str, Any]) -> None:
    row.wanted = wanted
    row.endpoint = str(wanted["notification"]["endpoint"]["uri"])[:500]
    throttling = wanted.get("throttling", 0)
    if isinstance(throttling, bool) or not isinstance(throttling, int | float) or throttling < 0:
        raise _wrong(T("throttling 应为秒数", "throttling is a number of seconds"))
    row.throttling_s = min(int(throttling), 10**6)
    row.is_active = wanted.get("isActive", True) is True
    row.expires_at = None
    if "expiresAt" in wanted:
        try:
            row.expires_at = datetime.fromisoformat(str(wanted["expiresAt"]))
        except ValueError as error:
            raise _wrong(_BAD_TIME) from error
        if row.expires_at.tzinfo is None:
            row.expires_at = row.expires_at.replace(tzinfo=UTC)


@action("observation.subscribe", allows=_official)
def subscribe_to_entities(actor: Actor, *, given: dict[str, Any]) -> dict[str, Any]:
    """Answers {"id"}. Notifications tell of what comes after this moment. Raises Invalid, Conflict."""
    wanted = checked(given)
    own = Subscription.objects.filter(account_id=actor.account or 0)
    if own.count() >= SUBSCRIPTIONS_MAX:
        raise _wrong(_TOO_MANY.format(SUBSCRIPTIONS_MAX))
    key = str(given.get("id") or f"urn:ngsi-ld:Subscription:{new_id().hex}")
    if len(key) > 60 or ":" not in key:
        raise _wrong(_BAD_ID)
    if Subscription.objects.filter(key=key).exists():
        raise Conflict(T("该 id 已被使用。", "This id is taken."))
    row = Subscription(key=key, account_id=actor.account or 0, post_id=actor.post or 0)
    _put(row, {**wanted, "id": key, "type": "Subscription"})
    save_record(actor, row, "observation.subscribed")
    SubscriptionState.objects.create(subscription=row)
    _start_here(actor, row)
    return {"id": key}


def _start_here(actor: Actor, row: Subscription) -> None:
    """What is stored already is not news; a datastream without data begins at its first datum."""
    streams = [
        s.pk for each in stations(actor, models_of(row.wanted)) for s in each.streams.values()
    ]
    if not streams:
        return
    table = observations().latest(streams)
    SubscriptionCursor.objects.bulk_create(
        SubscriptionCursor(subscription=row, stream=stream, time=time)
        for stream, time in zip(
            table.column("stream").to_pylist(), table.column("time").to_pylist(), strict=True
        )
    )


def own_subscription(actor: Actor, key: str) -> Subscription:
    """Raises Missing for another's."""
    found = Subscription.objects.filter(key=key, account_id=actor.account or 0).first()
    if found is None:
        raise Missing(_NO_SUBSCRIPTION)
    return found


@action("observation.change_subscription", allows=_official)
def change_subscription(actor: Actor, *, id: str, given: dict[str, Any]) -> dict[str, Any]:
    """PATCH: the named parts replace those there were. Raises Invalid, Missing."""
    row = own_subscription(actor, id)
    merged = {**row.wanted, **given, "id": row.key, "type": "Subscription"}
    if isinstance(given.get("notification"), dict):
        merged["notification"] = {**row.wanted["notification"], **given["notification"]}
    _put(row, checked(merged))
    save_record(actor, row, "observation.subscription_changed")
    return {"id": row.key}


@action("observation.unsubscribe", allows=_official)
def unsubscribe(actor: Actor, *, id: str) -> dict[str, Any]:
    row = own_subscription(actor, id)
    for model in (Delivery, SubscriptionCursor, SubscriptionState):
        model._default_manager.filter(subscription=row).delete()
    remove_record(actor, row, "observation.unsubscribed")
    return {"id": id}
