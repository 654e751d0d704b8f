"""Performance of departments and posts: the counts behind ``rules.score``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from guanggu.base import clock
from guanggu.kernel.identity.public import Post
from guanggu.standards.gb_t_39735_2020 import opens_follow_up

from ..models import ANSWERED, ISSUED, UPHELD, Card, EventLog, WatchedCase, WatchedEvent
from ..rules import Counts, Score, score

_STANDING = (ISSUED, ANSWERED, UPHELD)


@dataclass(frozen=True)
class Scored:
    code: str
    name: Any
    counts: Counts
    score: Score


@dataclass(frozen=True)
class Period:
    from_on: date
    until_on: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        zone = clock.DISTRICT_ZONE
        start = datetime.combine(self.from_on, time.min, zone)
        return start, datetime.combine(self.until_on + timedelta(days=1), time.min, zone)


def departments(log: EventLog, period: Period) -> list[Scored]:
    """Every department with a finished case in the period, the best first."""
    cases = _finished(log, period).exclude(outcome="withdrawn")
    content = [level for level in range(1, 6) if not opens_follow_up(level)]
    rows = cases.values("organisation").annotate(
        name=F("organisation_name"),
        finished=Count("id"),
        due=Count("id", filter=Q(is_late__isnull=False)),
        on_time=Count("id", filter=Q(is_late=False)),
        limits=Sum("limit_days", filter=Q(used_days__isnull=False, limit_days__isnull=False)),
        used=Sum("used_days", filter=Q(limit_days__isnull=False)),
        ratings=Count("rating"),
        content=Count("id", filter=Q(rating__in=content)),
    )
    cards = _cards_by("organisation", log, period)
    return _ranked(_scored(row["organisation"], row["name"], row, cards) for row in rows)


def posts(log: EventLog, period: Period) -> list[Scored]:
    """Every post that did a step with a limit in the period, the best first."""
    start, end = period.bounds
    rows = (
        WatchedEvent.objects.filter(log=log, at__gte=start, at__lt=end, post__gt="")
        .values("post")
        .annotate(
            finished=Count("id"),
            due=Count("id", filter=Q(is_late__isnull=False)),
            on_time=Count("id", filter=Q(is_late=False)),
        )
    )
    cards, names = _cards_by("post", log, period), _post_names()
    return _ranked(
        _scored(row["post"], names.get(row["post"], row["post"]), row, cards) for row in rows
    )


def _finished(log: EventLog, period: Period) -> QuerySet[WatchedCase]:
    start, end = period.bounds
    return WatchedCase.objects.filter(log=log, closed_at__gte=start, closed_at__lt=end)


def _post_names() -> dict[str, Any]:
    return {str(post.ref): post.title for post in Post.objects.select_related("organisation")}


def _cards_by(field: str, log: EventLog, period: Period) -> dict[str, dict[str, int]]:
    start, end = period.bounds
    stands = Q(state__in=_STANDING)
    rows = (
        Card.objects.filter(log=log, issued_at__gte=start, issued_at__lt=end)
        .values(field)
        .annotate(
            cards=Count("id"),
            yellow=Count("id", filter=stands & Q(colour="yellow")),
            red=Count("id", filter=stands & Q(colour="red")),
            answered=Count(
                "id",
                filter=Q(answered_at__isnull=False)
                & (Q(answer_due_on__isnull=True) | Q(answered_at__date__lte=F("answer_due_on"))),
            ),
        )
    )
    return {row[field]: row for row in rows}


def _scored(code: str, name: Any, row: dict[str, Any], cards: dict[str, dict]) -> Scored:
    mine = cards.get(code, {})
    counts = Counts(
        finished=row["finished"],
        due=row["due"],
        on_time=row["on_time"],
        limit_days=row.get("limits") or 0,
        used_days=row.get("used") or 0,
        ratings=row.get("ratings") or 0,
        content=row.get("content") or 0,
        **{name: mine.get(name, 0) for name in ("yellow", "red", "cards", "answered")},
    )
    return Scored(code, name, counts, score(counts))


def _ranked(scored: Any) -> list[Scored]:
    return sorted(
        scored, key=lambda each: (each.score.total is None, -(each.score.total or 0), each.code)
    )
