"""What every page needs to know: who reads it, in which language, and where he may go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from guanggu.base.actor import VISITOR, Actor
from guanggu.base.bilingual import current_language
from guanggu.kernel.document.public import screening_is_required
from guanggu.kernel.identity.public import Account, actor_of, capacities_of
from guanggu.web import navigation

CAPACITY_URL = "/accounts/capacity/"  # posted to by the account menu; see guanggu.web.capacity
SIGN_OUT_URL = "/accounts/logout/"


def house(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``actor``, ``language``, ``nav_areas``, ``nav_entries``, ``account_links``."""
    actor = actor_of(request) if hasattr(request, "user") else VISITOR
    areas, entries = navigation.ways(actor, request.path)
    choices = _capacities(request, actor)
    return {
        "actor": actor,
        "language": current_language(),
        "html_language": "en" if current_language() == "en" else "zh-CN",
        "nav_areas": areas,
        "nav_entries": entries,
        "account_links": navigation.account_links(actor),
        "capacities": choices,
        "acting_as": _acting_as(actor, choices),
        "capacity_url": CAPACITY_URL,
        "sign_in_url": resolve_url(settings.LOGIN_URL),
        "sign_out_url": SIGN_OUT_URL,
        "scanning_is_off": _is_told_of_scanning(actor),
        "is_sample": getattr(settings, "GUANGGU_SAMPLE", False),
    }


def _is_told_of_scanning(actor: Actor) -> bool:
    """Officers see on every page that files are opened unscanned, where that was chosen."""
    return not screening_is_required() and actor.has("administer", "security", "audit")


def _acting_as(actor: Actor, choices: list[dict[str, Any]]) -> Any:
    """For whom one acts, where that is not oneself: said beside the name on every page."""
    if not actor.firm and not actor.on_behalf_of:
        return ""
    return next((choice["title"] for choice in choices if choice["current"]), "")


def _capacities(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The choices of the account menu; one choice is no choice."""
    if not actor.is_known or not isinstance(request.user, Account):
        return []
    choices = capacities_of(request)
    held = f"firm:{actor.firm}" if actor.firm else "self"
    now = f"post:{actor.post}" if actor.post else held
    return [{"code": c.code, "title": c.title, "current": c.code == now} for c in choices]
