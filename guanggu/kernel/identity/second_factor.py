"""Has this session proven more than a password? Officials may do nothing before it has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .models import Account

_ADDED_KEY = "second_factor_added_by"


def mark_second_factor(session: Any, account: int) -> None:
    """The account added a second factor in this very session, which proves that he holds it."""
    session[_ADDED_KEY] = account


def has_second_factor(request: HttpRequest) -> bool:
    """True where this session of this account was authenticated with a second factor."""
    from allauth.account.authentication import get_authentication_records

    account = request.user
    if not isinstance(account, Account):
        return False
    if request.session.get(_ADDED_KEY) == account.pk:
        return True
    records = get_authentication_records(request, account)
    return any(record.get("method") == "mfa" for record in records)


def owns_second_factor(account: Account) -> bool:
    """True where the account has a passkey or a one-time code to sign in with."""
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=account, type__in=kinds).exists()
