"""What happened, in words: titles of the kinds of events for timelines and histories.

An app names its own kinds once, beside its declarations::

    event_words.say("case.accepted", T("受理申请", "Accepted the application"), tone="ok")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Account, Post
from guanggu.kernel.journal.public import ACTIONS, Event

from .authentication.access_tokens import application_names

GONE = T("已注销的应用", "an application that is gone")
_TITLES: dict[str, tuple[T, str]] = {}
_ENDINGS = {
    "created": T("新增", "Created"),
    "changed": T("修改", "Changed"),
    "removed": T("删除", "Removed"),
}


def say(kind: str, title: T, tone: str = "") -> None:
    """Name a kind of event; ``tone`` colours its mark: ok, warn, bad."""
    _TITLES[kind] = (title, tone)


def title_of(kind: str) -> T:
    """The title of a kind; one that nobody named is shown by its code."""
    if kind in _TITLES:
        return _TITLES[kind][0]
    declared = ACTIONS.get(kind)
    if declared is not None and declared.title:
        return declared.title
    return _ENDINGS.get(kind.rpartition(".")[2], T(kind, kind))


def tone_of(kind: str) -> str:
    return _TITLES.get(kind, (None, ""))[1]


def entries_of(
    events: Iterable[Event],
    *,
    text: Callable[[Event], Any] = lambda event: "",
    changes: Callable[[Event], list[dict[str, Any]]] = lambda event: [],
) -> list[dict[str, Any]]:
    """The entries of ``{% timeline %}``, in the order of the events.

    text: what was said; changes: what became of which field
    """
    events = list(events)
    names = _names_of(events)
    return [
        {
            "at": event.at,
            "title": title_of(event.kind),
            "tone": tone_of(event.kind),
            "who": _who(event, names),
            "text": text(event),
            "changes": changes(event),
            "number": event.sequence,
        }
        for event in events
    ]


def _names_of(events: Iterable[Event]) -> dict[str, T]:
    """Titles of the posts, and names of those acted for and of the applications, by what the events
    call them."""
    named = {event.post for event in events if event.post}
    numbers = {text.rpartition("/")[2]: text for text in named}
    wanted = [int(number) for number in numbers if number.isdecimal() and len(number) < 18]
    found = Post.objects.filter(pk__in=wanted).select_related("organisation")
    titles = {numbers[str(post.pk)]: post.title for post in found}
    acted_for = {event.on_behalf_of for event in events if event.on_behalf_of}
    subs = [ref.partition("/")[2] for ref in acted_for if ref.startswith("accounts/")]
    for account in Account.objects.filter(sub__in=subs):
        titles[str(account.ref)] = T(account.name, account.name)
    return titles | application_names({e.application for e in events if e.application})


def _who(event: Event, names: dict[str, T]) -> T:
    post = names.get(event.post)
    who = T(event.actor_name, event.actor_name)
    if post:
        who = post + T(" ", " ") + who
    if event.on_behalf_of:
        grantor = names.get(event.on_behalf_of)
        acting = T("代{}", " for {}").format(grantor) if grantor else T("（受托）", " (delegated)")
        who = who + acting
    if event.application:
        who = who + T("（通过应用“{}”）", " (by the application “{}”)").format(
            names.get(event.application, GONE)
        )
    return who
