"""Notifications that lose nothing.

Each subscription has a cursor for each datastream: the phenomenon time up to which data were
laid into the queue. Cursor and queue move in one transaction, so a worker killed at any moment
has done both or neither. A notification leaves the queue when the receiver says 2xx; until then
it is tried again with growing pauses, in order. A full queue lets the cursor stand: the data are
in the store and are read when there is room. Delivered at least once, under one id.

Data older than the last that was told of do not change what the entity is now and are not told;
``/temporal/entities`` has them.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.db import transaction

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.errors import Forbidden, Invalid, Unavailable
from guanggu.base.ids import new_id
from guanggu.kernel.identity.public import actor_for

from ..models import Delivery, Subscription, SubscriptionCursor, SubscriptionState
from ..store import observations
from .conditions import read_geo, read_q
from .entities import (
    Station,
    Value,
    entity,
    only,
    simplified,
    stations,
    text_of,
    values_of,
    with_context,
)
from .subscribing import demand_allowed, is_inner, models_of, selects
from .vocabulary import short

log = logging.getLogger(__name__)

WAITING_MAX = 1_000  # notifications of one subscription in the queue
ROWS_MAX = 2_000  # data of one datastream read at once
BEGINNING, FAR = -(2**62), 2**62
TIMEOUT_S = 3.0
PAUSE_MAX_S = 3_600
KEPT_DAYS = 7
SENDS_A_TURN = 200


def collect() -> int:
    """Lay what is new into the queue; answers how many notifications."""
    made = 0
    now = clock.now()
    for row in Subscription.objects.filter(is_active=True).select_related("account", "state"):
        if row.expires_at is not None and row.expires_at <= now:
            continue
        waiting = Delivery.objects.filter(subscription=row, sent_at=None).count()
        if waiting >= WAITING_MAX or _is_throttled(row):
            continue
        try:
            actor = actor_for(row.account, post=row.post_id)
        except Forbidden:
            continue  # he no longer holds the post in which he subscribed
        made += _collect_one(actor, row, WAITING_MAX - waiting)
    return made


def _is_throttled(row: Subscription) -> bool:
    last = row.state.last_notified_at
    pause = timedelta(seconds=row.throttling_s)
    return bool(row.throttling_s and last is not None and clock.now() < last + pause)


def _collect_one(actor: Actor, row: Subscription, room: int) -> int:
    chosen = [s for s in stations(actor, models_of(row.wanted)) if _is_chosen(row, s)]
    by_stream = {stream.pk: (s, name) for s in chosen for name, stream in s.streams.items()}
    watched = _watched(row, by_stream)
    if not watched:
        return 0
    cursors = dict(
        SubscriptionCursor.objects.filter(subscription=row).values_list("stream", "time")
    )
    latest = {stream: values[-1] for stream, values in values_of(_latest(by_stream)).items()}
    ahead = {s for s in watched if s in latest and latest[s].time > cursors.get(s, BEGINNING)}
    if not ahead:
        return 0
    news, read = _news(ahead, cursors, latest, is_coalesced=row.throttling_s > 0)
    bodies, reached = _bodies(row, by_stream, news, latest, room)
    if len(bodies) < room:  # nothing of what was read is left, also not what is no number
        reached |= {s: max(time, reached.get(s, time)) for s, time in read.items()}
    with transaction.atomic():
        _keep(row, bodies)
        for stream, time in reached.items():
            SubscriptionCursor.objects.update_or_create(
                subscription=row, stream=stream, defaults={"time": time}
            )
    return len(bodies)


def _latest(by_stream: Mapping[int, Any]) -> Any:
    return observations().latest(list(by_stream))


def _is_chosen(row: Subscription, station: Station) -> bool:
    if not selects(row.wanted, station.id, station.model):
        return False
    geo = row.wanted.get("geoQ")
    if geo is None:
        return True
    query = read_geo(str(geo["georel"]), str(geo["geometry"]), geo["coordinates"])
    return query.holds(station.thing.geometry)


def _watched(row: Subscription, by_stream: Mapping[int, tuple[Station, str]]) -> set[int]:
    names = row.wanted.get("watchedAttributes")
    if not names:
        return set(by_stream)
    wanted = {short(name) for name in names}
    return {stream for stream, (_, name) in by_stream.items() if name in wanted}


def _news(
    ahead: set[int], cursors: Mapping[int, int], latest: Mapping[int, Value], *, is_coalesced: bool
) -> tuple[dict[int, list[Value]], dict[int, int]]:
    """The values behind the cursors, and up to which time each datastream was read."""
    if is_coalesced:
        return {s: [latest[s]] for s in ahead}, {s: latest[s].time for s in ahead}
    found: dict[int, list[Value]] = {}
    read: dict[int, int] = {}
    store = observations()
    for stream in ahead:
        begin = cursors.get(stream, BEGINNING) + 1
        table = store.series([stream], begin, FAR, limit=ROWS_MAX)
        found.update(values_of(table))
        if len(table):
            read[stream] = table["time"][-1].as_py()
    return found, read


def _bodies(
    row: Subscription, by_stream: Mapping[int, tuple[Station, str]],
    news: Mapping[int, list[Value]], latest: Mapping[int, Value], room: int,
) -> tuple[list[dict[str, Any]], dict[int, int]]:  # fmt: skip
    """Notifications in order of time, one an instant, and how far each stream was told."""
    by_time: dict[int, dict[int, Value]] = {}
    for stream, values in news.items():
        for value in values:
            by_time.setdefault(value.time, {})[stream] = value
    bodies: list[dict[str, Any]] = []
    reached: dict[int, int] = {}
    for time, changed in sorted(by_time.items()):
        if len(bodies) >= room:
            break
        data = _data(row, by_stream, changed, latest)
        if data:
            bodies.append(_body(row, data))
        reached.update(dict.fromkeys(changed, time))
    return bodies, reached


def _data(
    row: Subscription, by_stream: Mapping[int, tuple[Station, str]], changed: Mapping[int, Value],
    latest: Mapping[int, Value],
) -> list[dict[str, Any]]:  # fmt: skip
    test = read_q(str(row.wanted["q"])) if row.wanted.get("q") else None
    attributes = row.wanted["notification"].get("attributes")
    found = []
    touched = {by_stream[s][0].thing.key: by_stream[s][0] for s in changed}
    for _, station in sorted(touched.items()):
        own = {stream.pk for stream in station.streams.values()}
        time = max(value.time for stream, value in changed.items() if stream in own)
        # The other attributes as they stand, unless they are of a later time than this.
        values = {s: v for s, v in latest.items() if s in own and v.time <= time}
        values |= {s: v for s, v in changed.items() if s in own}
        told = entity(station, values)
        if test is not None and not test(told):
            continue
        if attributes:
            told = only(told, map(short, attributes))
        plain = row.wanted["notification"].get("format") in ("keyValues", "simplified")
        found.append(simplified(told) if plain else told)
    return found


def _body(row: Subscription, data: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": f"urn:ngsi-ld:Notification:{new_id().hex}", "type": "Notification",
        "subscriptionId": row.key,
        "notifiedAt": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": data,
    }  # fmt: skip


def _keep(row: Subscription, bodies: list[dict[str, Any]]) -> None:
    if not bodies:
        return
    now = clock.now()
    Delivery.objects.bulk_create(
        Delivery(subscription=row, notification=each["id"], body=each, made_at=now, due_at=now)
        for each in bodies
    )
    SubscriptionState.objects.filter(subscription=row).update(last_notified_at=now)


# -- sending


def deliver() -> int:
    """Send what is due, each subscription's in order; answers how many were delivered."""
    sent = tried = 0
    now = clock.now()
    rows = Delivery.objects.filter(sent_at=None, subscription__is_active=True)
    for number in rows.order_by("subscription").values_list("subscription", flat=True).distinct():
        for row in (
            rows.filter(subscription=number)
            .select_related("subscription")
            .order_by("pk")[:SENDS_A_TURN]
        ):
            if row.due_at > now or tried >= SENDS_A_TURN:
                break
            tried += 1
            error = _sent(row)
            _note(row, error)
            if error:
                break
            sent += 1
    return sent


def _note(row: Delivery, error: str) -> None:
    now = clock.now()
    state, _ = SubscriptionState.objects.get_or_create(subscription=row.subscription)
    row.attempts += 1
    row.error = error[:300]
    if error:
        row.due_at = now + timedelta(seconds=min(2**row.attempts, PAUSE_MAX_S))
        state.times_failed += 1
        state.last_failure_at = now
    else:
        row.sent_at = now
        state.times_sent += 1
        state.last_success_at = now
    with transaction.atomic():
        row.save(update_fields=["attempts", "error", "due_at", "sent_at"])
        state.save()


def _sent(row: Delivery) -> str:
    """ "" where the receiver took it, else why not."""
    wanted = row.subscription.wanted["notification"]
    accept = str(wanted["endpoint"].get("accept", "application/json"))
    context = f"{settings.GUANGGU_ADDRESS}/ngsi-ld/context.jsonld"
    body = row.body
    headers = {"Content-Type": "application/json"}
    if accept == "application/ld+json":
        headers["Content-Type"] = accept
        body = {**body, "data": with_context(body["data"], context)}
    else:
        link = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        headers["Link"] = f"<{context}>; {link}"
    for info in wanted["endpoint"].get("receiverInfo", ()):
        if (
            isinstance(info, dict)
            and _is_header(info.get("key"))
            and isinstance(info.get("value"), str)
        ):
            headers[info["key"]] = info["value"].replace("\r", "").replace("\n", "")[:500]
    try:
        demand_allowed(row.subscription.endpoint)
        return _post(row.subscription.endpoint, orjson.dumps(body), headers)
    except Invalid as problem:
        return str(problem)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return f"{type(error).__name__}: {error}"


def _is_header(name: Any) -> bool:
    return isinstance(name, str) and name.replace("-", "").isalnum() and name.isascii()


def _post(uri: str, body: bytes, headers: Mapping[str, str]) -> str:
    """No redirect is followed, and the address that was checked is the one connected to."""
    parts = urlsplit(uri)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    named = {each.lower() for each in getattr(settings, "GUANGGU_NOTIFY_HOSTS", ())}
    if is_inner(str(address)) and not (_is_address(host) or f"{host}:{port}" in named):
        return f"{host} leads to {address}, which is an inner address; name it with its port"
    raw = socket.create_connection((str(address), port), timeout=TIMEOUT_S)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    if parts.scheme == "https":
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    else:
        connection.sock = raw
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(4096)
    finally:
        connection.close()
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdecimal() or ":" in host


def forget_sent() -> int:
    """Drop what was delivered some days ago."""
    old = clock.now() - timedelta(days=KEPT_DAYS)
    return Delivery.objects.filter(sent_at__lt=old).delete()[0]


def notify() -> int:
    """One turn of the worker. A store that does not answer now is asked again in the next."""
    try:
        collect()
    except Unavailable as problem:
        log.info("no notifications are made: %s", problem)
    forget_sent()
    return deliver()


__all__ = ["collect", "deliver", "forget_sent", "notify", "text_of"]
