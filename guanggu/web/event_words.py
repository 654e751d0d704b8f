"""What happened, in words: titles of the kinds of events for timelines and histories.

An app names its own kinds once, beside its declarations::

    event_words.say("case.accepted", T("受理申请", "Accepted the application"), tone="ok")
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Account, Post
from guanggu.kernel.journal.public import ACTIONS, Event

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


def posts_of(events: Iterable[Event]) -> dict[str, T]:
    """Titles of the posts, and names of those acted for, by what the events call them."""
    named = {event.post for event in events if event.post}
    numbers = {text.rpartition("/")[2]: text for text in named}
    wanted = [int(number) for number in numbers if number.isdecimal() and len(number) < 18]
    found = Post.objects.filter(pk__in=wanted).select_related("organisation")
    titles = {numbers[str(post.pk)]: post.title for post in found}
    acted_for = {event.on_behalf_of for event in events if event.on_behalf_of}
    subs = [ref.partition("/")[2] for ref in acted_for if ref.startswith("accounts/")]
    for account in Account.objects.filter(sub__in=subs):
        titles[str(account.ref)] = T(account.name, account.name)
    return titles


def entry_of(event: Event, posts: dict[str, T], changes: list[dict[str, Any]]) -> dict[str, Any]:
    """One entry of ``{% timeline %}``."""
    post = posts.get(event.post)
    who = T(event.actor_name, event.actor_name)
    if post:
        who = post + T(" ", " ") + who
    if event.on_behalf_of:
        grantor = posts.get(event.on_behalf_of)
        acting = T("代{}", " for {}").format(grantor) if grantor else T("（受托）", " (delegated)")
        who = who + acting
    return {
        "at": event.at,
        "title": title_of(event.kind),
        "tone": tone_of(event.kind),
        "who": who,
        "changes": changes,
        "number": event.sequence,
    }
