"""Guided choice: who am I, what do I want, which of these; then one list of what is needed.

Every step is an address, so that it works without scripts and can be gone back to.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of

from .. import queries
from .home import themes_shown

ITEMS_MAX = 10
_TITLES = (
    T("您是？", "Who are you?"),
    T("您想办什么？", "What do you want to do?"),
    T("您要办的是哪些？可多选。", "Which of these? Choose any number."),
    T("您需要办理", "What you need"),
)


def choose_page(request: HttpRequest) -> HttpResponse:
    """GET /choose/?subject=&theme=&item=&item="""
    everything = queries.published_items(actor_of(request))
    subjects = queries.words_for("subjects")
    subject = request.GET.get("subject", "")
    subject = subject if subject in subjects else ""
    theme = request.GET.get("theme", "")
    items = [i for i in everything if not subject or subject in i.subjects]
    themes = themes_shown(items)
    theme = theme if theme in {t["code"] for t in themes} else ""
    of_theme = [i for i in items if theme in i.themes]
    wanted = request.GET.getlist("item")[:ITEMS_MAX]
    chosen = [i for i in everything if i.key in wanted]
    step = 3 if chosen else 2 if theme else 1 if subject else 0
    context = {
        "step": step,
        "number": step + 1,
        "title": _TITLES[step],
        "subjects": subjects,
        "subject": subject,
        "themes": themes,
        "theme": theme,
        "items": of_theme,
        "nothing_chosen": step == 2 and "go" in request.GET,
        "chosen": chosen,
        "materials": queries.materials_of(chosen),
        "days": max((i.promised_days for i in chosen), default=0),
        "crumbs": [(T("引导选择", "Guided choice"), "")],
    }
    return render(request, "portal/choose.html", context)
