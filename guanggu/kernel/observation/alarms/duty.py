"""How the judging of data stands, for the page of whoever has to answer the alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from guanggu.base import clock

from ..listening import hearing
from ..models import SpanToJudge, ToJudge

LATE_S = 60  # the judge looks twice a second


@dataclass(frozen=True, slots=True)
class Judging:
    """waiting: data not judged yet, stretches: stretches of time of such data; since: when the
    oldest of them was queued; deaf_since: the gateways hear nothing since then."""

    waiting: int
    stretches: int
    since: datetime | None
    deaf_since: datetime | None

    @property
    def is_late(self) -> bool:
        return self.since is not None and (clock.now() - self.since).total_seconds() > LATE_S


def judging() -> Judging:
    oldest = ToJudge.objects.order_by("pk").values_list("queued_at", flat=True).first()
    spans = SpanToJudge.objects.aggregate(since=Min("queued_at"))["since"]
    since = min((at for at in (oldest, spans) if at), default=None)
    deaf, now = hearing().deaf, clock.to_microseconds(clock.now())
    deaf_since = deaf[-1][0] if deaf and deaf[-1][1] >= now else None
    return Judging(
        ToJudge.objects.count() if since else 0,
        SpanToJudge.objects.count() if spans else 0,
        clock.from_microseconds(since) if since else None,
        clock.from_microseconds(deaf_since) if deaf_since else None,
    )
