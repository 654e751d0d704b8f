"""Limits on how often: sign-in, look-up by receipt number, verification of a certificate.

Fixed windows counted by one atomic statement, so that several server processes count together
and two requests at once count as two. Who is over the limit is refused without a write.
"""

from __future__ import annotations

import functools
import hashlib
import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import TooMany

from .models import RateWindow

_TOO_MANY = T(
    "操作过于频繁，请 {n} 秒后再试。",
    "Too many attempts. Try again in {n} seconds.",
)
_COUNT = """
INSERT INTO web_ratewindow (name, count, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (name) DO UPDATE SET count = web_ratewindow.count + 1 RETURNING count
"""


def client_address(request: HttpRequest) -> str:
    """Whom to count: the address that reached us, or the one a trusted proxy names.

    An IPv6 caller owns a whole /64, so that is what is counted."""
    address = request.META.get("REMOTE_ADDR", "")
    proxies = getattr(settings, "GUANGGU_PROXIES", ())
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if address in proxies and forwarded:
        # Only the last entry was written by our proxy; the ones before it anybody can write.
        address = forwarded.rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(parsed)


def account_or_address(request: HttpRequest) -> str:
    """Whom to count where people are signed in: the account, else the address."""
    user = getattr(request, "user", None)
    number = getattr(user, "pk", None)
    return f"account {number}" if number else client_address(request)


@contextmanager
def _unsynced() -> Iterator[None]:
    """Writes of SQLite that need not reach the disk at once: nobody else's page waits for them.

    A power cut may lose the last counts, a crash of the server none. What is written durably
    afterwards takes them along.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")


def count(name: str, who: str, *, times: int, seconds: int) -> int:
    """Count one attempt of ``who``; answers how many there were in this window.

    Raises TooMany, with ``retry_after_seconds``, beyond ``times`` in ``seconds``."""
    now = clock.now()
    window, into = divmod(int(now.timestamp()), seconds)
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    key = f"{name[:60]}:{digest}:{window}"
    known = RateWindow.objects.filter(pk=key).values_list("count", flat=True).first()
    if known is None:
        RateWindow.objects.filter(ends_at__lt=now).delete()
    if known is None or known < times:
        with _unsynced(), connection.cursor() as cursor:
            cursor.execute(_COUNT, [key, now + timedelta(seconds=seconds - into)])
            known = cursor.fetchone()[0]
        if known <= times:
            return known
    problem = TooMany(_TOO_MANY.format(n=seconds - into))
    problem.retry_after_seconds = seconds - into  # type: ignore[attr-defined]
    raise problem


def limited(
    name: str,
    *,
    times: int,
    seconds: int,
    by: Callable[[HttpRequest], str] = client_address,
    methods: tuple[str, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE"),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a view: at most ``times`` in ``seconds`` for each ``by(request)``. Raises TooMany."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                count(name, by(request), times=times, seconds=seconds)
            return view(request, *args, **kwargs)

        return counted

    return decorate
