"""One search over services and notices, in everyday words."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.errors import Missing
from guanggu.base.limits import SEARCH_CHARACTERS_MAX
from guanggu.kernel.case.public import case_by_number
from guanggu.kernel.document.public import find_by_code
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.register.public import find
from guanggu.web.rate import limited

from .. import queries

_NUMBER = re.compile(r"[A-Z]{2,6}-?\d[\w-]{5,30}", re.IGNORECASE)
_CODE = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")


@limited("portal.search", times=120, seconds=60)
def search_page(request: HttpRequest) -> HttpResponse:
    """GET /search/?q="""
    actor = actor_of(request)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARACTERS_MAX]
    items = {item.key: item for item in queries.published_items(actor)}
    found = find(actor, words, [queries.ITEMS, "notices"], limit=40, any_word=True)
    keys = [entry.ref.key for entry in found if entry.ref.collection == queries.ITEMS]
    told = [entry.ref.key for entry in found if entry.ref.collection == "notices"]
    by_key = {notice.key: notice for notice in queries.notices(actor).filter(key__in=told)}
    context = {
        "words": words,
        "items": [items[key] for key in keys if key in items],
        "notices": [by_key[key] for key in told if key in by_key],
        "matter": _matter(actor, words),
        "code": _code(words),
        "popular": queries.popular_items(list(items.values()))[:6],
    }
    return render(request, "portal/search.html", context)


def _matter(actor, words: str):
    """My own case, where the words are its number."""
    if not actor.is_known or not _NUMBER.fullmatch(words):
        return None
    try:
        return case_by_number(actor, words.upper())
    except Missing:
        return None


def _code(words: str) -> str:
    """The code of a document, where the words are one."""
    if not _CODE.fullmatch(words):
        return ""
    try:
        return find_by_code(words).code_shown
    except Missing:
        return ""
