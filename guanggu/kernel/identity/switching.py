"""Changing the capacity of a session: a new session key, an event, the list of sessions kept."""

from __future__ import annotations

from django.http import HttpRequest

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.journal.public import action, append

from .capacity import NOT_YOURS, choose_capacity
from .models import Account


@action(
    "identity.switch_capacity",
    allows=lambda actor, /, **_: bool(actor.account),
    title=T("切换身份", "Switch capacity"),
)
def _note_switch(actor: Actor, *, capacity: str, old_key: str, new_key: str) -> None:
    from allauth.usersessions.models import UserSession

    UserSession.objects.filter(session_key=old_key).update(session_key=new_key)
    append(actor.ref, "identity.capacity_switched", actor, {"capacity": capacity})


def switch_capacity(request: HttpRequest, code: str) -> Actor:
    """Act in the capacity of this code from now on, under a new session key. Raises Forbidden."""
    if not isinstance(request.user, Account):
        raise Forbidden(NOT_YOURS)
    actor = choose_capacity(request, code)
    old_key = request.session.session_key or ""
    request.session.cycle_key()
    new_key = request.session.session_key or ""
    _note_switch(actor, capacity=code, old_key=old_key, new_key=new_key)
    return actor
