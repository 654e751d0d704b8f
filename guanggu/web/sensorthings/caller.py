"""Who calls: somebody signed in, a program with an access key or a person's token, a device, anybody."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from ninja.utils import check_csrf

from guanggu.base.actor import VISITOR, Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.observation.sensorthings.public import (
    Gate,
    actor_of_token,
    gate_of_everything,
    kept_gate_of_thing,
    thing_of_device_key,
)

from ..rest import actor_of_bearer
from .faults import UNKNOWN_CALLER, Unauthorised

_SAFE = ("GET", "HEAD", "OPTIONS")
_KEEPERS = T(
    "只有“设备接入管理”岗位可以登记或修改，请使用该岗位的访问密钥。",
    "Only posts that keep devices may register or change; use the access key of such a post.",
)
_NO_TOKEN = T(
    "浏览器内调用须带 X-CSRFToken 头；程序请使用访问密钥。",
    "Calls from a browser need the header X-CSRFToken; programs use an access key.",
)


@dataclass(frozen=True)
class Caller:
    """thing: the one whose device called, for devices."""

    actor: Actor
    thing: int | None = None

    def demand_keeper(self) -> None:
        """Raises Unauthorised for nobody, Forbidden for others than keepers of devices."""
        if not self.actor.is_known:
            raise Unauthorised(UNKNOWN_CALLER)
        if not self.actor.has("devices"):
            raise Forbidden(_KEEPERS)

    @cached_property
    def gate(self) -> Gate:
        """Into which datastreams he may write. Raises as ``demand_keeper``."""
        if self.thing is not None:
            return kept_gate_of_thing(self.thing)
        self.demand_keeper()
        return gate_of_everything()


def caller_of(request: HttpRequest) -> Caller:
    """Raises Unauthorised for a key that is none, Forbidden for a write from another page."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        actor = actor_of_bearer(request, given.strip())
        return Caller(actor) if actor is not None else by_key("", given.strip())
    if scheme.lower() == "basic":
        return _basic(given.strip())
    actor = actor_of(request)
    if request.method not in _SAFE and actor.is_known and check_csrf(request) is not None:
        raise Forbidden(_NO_TOKEN, code="csrf")
    return Caller(actor)


def _basic(given: str) -> Caller:
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unauthorised(UNKNOWN_CALLER) from error
    if secret in ("", "None") and name in ("", "None"):
        return Caller(VISITOR)  # what clients send that were given no name and no password
    return by_key(name, secret)


def by_key(name: str, secret: str) -> Caller:
    """An access key, or a device's address and secret. Raises Unauthorised."""
    actor = actor_of_token(secret)
    if actor is not None:
        return Caller(actor)
    thing = thing_of_device_key(secret)
    if thing is not None:
        return Caller(Actor(None, f"things/{thing}", name or "-", "device"), thing)
    raise Unauthorised(UNKNOWN_CALLER)
