"""Events of the door: written when django-allauth says that something happened."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from guanggu.base.actor import Actor, platform
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import (
    Account,
    actor_for,
    mark_second_factor,
    note_at_the_door,
    note_password_change,
)
from guanggu.web.rate import client_address

log = logging.getLogger(__name__)
DOOR = platform("sign_in")


def note(request: HttpRequest, account: Account, kind: str, **data: Any) -> None:
    """One event on the account, by itself."""
    note_at_the_door(
        _itself(account),
        subject=str(account.ref),
        kind=kind,
        data={**data, "address": client_address(request)},
    )


def _itself(account: Account) -> Actor:
    return actor_for(account)


def _subject(request: HttpRequest, username: str) -> str:
    """The account meant. What was typed for no account is not kept: it is often a password."""
    account = Account.objects.filter(username__iexact=username[:64]).first() if username else None
    return str(account.ref if account else Ref("addresses", client_address(request)))


def note_failure(request: HttpRequest, username: str, method: str) -> None:
    data = {"method": method, "address": client_address(request)}
    subject = _subject(request, username)
    note_at_the_door(DOOR, subject=subject, kind="identity.sign_in_failed", data=data)


def note_lock(request: HttpRequest, username: str) -> None:
    data = {"address": client_address(request)}
    subject = _subject(request, username)
    note_at_the_door(DOOR, subject=subject, kind="identity.sign_in_locked", data=data)


def on_signed_in(sender: Any, request: HttpRequest, user: Account, **_: Any) -> None:
    records = get_authentication_records(request, user)
    methods = [record.get("type") or record.get("method", "") for record in records]
    note(request, user, "identity.signed_in", methods=methods)


def on_signed_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    if isinstance(user, Account):
        reason = getattr(request, "sign_out_reason", "by_choice")
        note(request, user, "identity.signed_out", reason=reason)


def on_password_changed(sender: Any, request: HttpRequest, user: Account, **_: Any) -> None:
    note_password_change(_itself(user), account=user.pk)


def on_factor_added(sender: Any, request: HttpRequest, user: Account, **more: Any) -> None:
    kind = str(more["authenticator"].type)
    if kind != "recovery_codes":
        mark_second_factor(request.session, user.pk)
    note(request, user, "identity.second_factor_added", factor=kind)


def on_factor_removed(sender: Any, request: HttpRequest, user: Account, **more: Any) -> None:
    kind = str(more["authenticator"].type)
    note(request, user, "identity.second_factor_removed", factor=kind)


def on_codes_made(sender: Any, request: HttpRequest, user: Account, **_: Any) -> None:
    note(request, user, "identity.recovery_codes_made")


def on_second_step_failed(sender: Any, request: HttpRequest, user: Account, **more: Any) -> None:
    note_failure(request, user.username, str(more["authenticator"].type))


def connect() -> None:
    """Called once when the web is ready."""
    from allauth.account import signals as account
    from allauth.mfa import signals as mfa
    from django.contrib.auth.signals import user_logged_out

    account.user_logged_in.connect(on_signed_in, dispatch_uid="guanggu.signed_in")
    user_logged_out.connect(on_signed_out, dispatch_uid="guanggu.signed_out")
    account.password_changed.connect(on_password_changed, dispatch_uid="guanggu.password")
    mfa.authenticator_added.connect(on_factor_added, dispatch_uid="guanggu.factor_added")
    mfa.authenticator_removed.connect(on_factor_removed, dispatch_uid="guanggu.factor_removed")
    mfa.authenticator_reset.connect(on_codes_made, dispatch_uid="guanggu.codes_made")
    mfa.authentication_failed.connect(on_second_step_failed, dispatch_uid="guanggu.second_failed")
