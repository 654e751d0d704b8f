"""Access tokens of applications at the interface: the person who allowed it, in one capacity.

An application asks for the scope ``read`` or ``write`` at sign-in (OpenID Connect), and the person
agrees. Its calls then bear the token (RFC 6750); with several posts or firms the header X-Capacity
names one, by the ``capacity`` of the claims ``posts`` and ``firms``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from allauth.idp.oidc.models import Client, Token
from django.http import HttpRequest

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import actor_by_code, actor_for, capacities

CAPACITY_HEADER = "X-Capacity"
COLLECTION = "applications"  # how events call them
_SAFE = ("GET", "HEAD", "OPTIONS")
_READ = T(
    "该访问令牌未获授权查询（授权范围 read）。请由用户重新授权。",
    "This access token may not read (scope read); let the person allow it anew.",
)
_WRITE = T(
    "该访问令牌未获授权办理（授权范围 write）。请由用户重新授权。",
    "This access token may not change anything (scope write); let the person allow it anew.",
)


def actor_of_access_token(request: HttpRequest, value: str) -> Actor | None:
    """None: no valid token of an application. Raises Forbidden where the person, or the officer who
    keeps the application, has not allowed this, or the capacity is not the person's today."""
    token = Token.objects.select_related("user", "client").lookup(Token.Type.ACCESS_TOKEN, value)
    if token is None or token.client is None or token.user is None or not token.user.is_active:
        return None
    asked, words = ("read", _READ) if request.method in _SAFE else ("write", _WRITE)
    if asked not in token.get_scopes() or asked not in token.client.get_scopes():
        raise Forbidden(words, code="scope")
    code = request.headers.get(CAPACITY_HEADER, "")
    if not code:
        held = capacities(token.user)
        code = held[0].code if held else ""
    actor = actor_by_code(token.user, code) if code else actor_for(token.user)
    return replace(actor, application=str(Ref(COLLECTION, token.client.pk)))


def application_names(refs: Collection[str]) -> dict[str, T]:
    """Of those that are still registered: what people call them, by what events call them."""
    if not refs:
        return {}
    found = Client.objects.filter(pk__in=[Ref.parse(ref).key for ref in refs])
    return {str(Ref(COLLECTION, client.pk)): T(client.name, client.name) for client in found}
