"""Finding an item: by everyday words, by what one wants to do, by department, by who one is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.register.public import find

from .. import rules
from ..models import ServiceItem
from ..queries import directory

FOUND_MAX = 60


@dataclass(frozen=True)
class Choice:
    """One value of a filter with the number of items behind it."""

    code: str
    title: T
    count: int
    chosen: bool
    href: str


def searched(actor: Any, items: list[ServiceItem], words: str) -> list[ServiceItem]:
    """The items that the words find, best first."""
    by_key = {item.key: item for item in items}
    found = find(actor, words, ["service_items"], limit=FOUND_MAX, any_word=True)
    return [by_key[entry.ref.key] for entry in found if entry.ref.key in by_key]


def _choices(request: HttpRequest, name: str, known: dict[str, T], counts: Counter[str]):
    """The values of a filter that lead to something; a chosen one leads back out."""
    for code, title in known.items():
        chosen = request.GET.get(name) == code
        if counts[code] or chosen:
            params = request.GET.copy()
            params.pop(name, None)
            if not chosen:
                params[name] = code
            yield Choice(code, title, counts[code], chosen, f"?{params.urlencode()}")


def directory_page(request: HttpRequest) -> HttpResponse:
    """GET /powers/?q=&theme=&department=&subject=&type= ; every address can be kept and shared."""
    actor = actor_of(request)
    everything = list(directory(actor))
    chosen = {n: request.GET.get(n, "")[:64] for n in ("theme", "department", "subject", "type")}
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    departments = {i.organisation.code: i.organisation.title for i in everything}
    known = {
        "theme": rules.THEMES,
        "department": departments,
        "subject": rules.SUBJECTS,
        "type": rules.ITEM_TYPES,
    }
    items = searched(actor, everything, words) if words else everything
    for name, value in chosen.items():
        if value in known[name]:
            items = [item for item in items if value in _values(item, name)]
    groups = [
        {
            "name": name,
            "title": title,
            "choices": list(
                _choices(
                    request,
                    name,
                    known[name],
                    Counter(value for item in everything for value in _values(item, name)),
                )
            ),
        }
        for name, title in (
            ("theme", T("我要办什么", "What I want to do")),
            ("subject", T("我是谁", "Who I am")),
            ("department", T("由谁办理", "Department")),
            ("type", T("事项类型", "Type of power")),
        )
    ]
    context = {
        "items": items,
        "count": len(items),
        "total": len(everything),
        "words": words,
        "groups": groups,
        "narrowed": bool(words or any(chosen.values())),
    }
    return render(request, "powers/directory.html", context)


def _values(item: ServiceItem, name: str) -> list[str]:
    if name == "theme":
        return item.themes
    if name == "subject":
        return item.subjects
    return [item.organisation.code if name == "department" else item.power_type]
