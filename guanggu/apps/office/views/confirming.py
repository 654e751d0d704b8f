"""Whether the person at the screen has proven himself with a second factor just now."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

SIGNING_SECONDS = 300  # a leader signs a small stack at once, but not all day on one code


def confirmed_by(request: HttpRequest) -> str:
    """ "totp" or "webauthn" where used within the last five minutes; else empty."""
    if not request.user.is_authenticated:
        return ""
    now = time.time()
    for record in reversed(get_authentication_records(request, request.user)):
        is_factor = record.get("method") == "mfa" and record.get("type") in ("totp", "webauthn")
        if is_factor and now - float(record.get("at", 0)) <= SIGNING_SECONDS:
            return str(record["type"])
    return ""
