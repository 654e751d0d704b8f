"""When the gateways could hear at all: written down by them, asked before a station is called silent.

A gateway writes a beat every BEAT_S while it runs and can store what comes. Time without beats is
time in which nobody could have been heard; it counts against no station, and the platform tells of
it by one alarm of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from guanggu.base import clock
from guanggu.base.bilingual import T

from .kinds import thing_kind
from .models import ListeningSpan

BEAT_S = 10.0
JOINED_US = 45_000_000  # a pause no longer than this is a start anew
DEAF_S = 120  # a longer one is told by an alarm
KEPT_US = 400 * 86_400_000_000
KIND = thing_kind("ingest_service", T("数据采集服务", "Ingest service"))


def beat(now: int) -> None:
    """The gateways listen at this instant (microseconds UTC). Raises DatabaseError."""
    newest = ListeningSpan.objects.order_by("-until").first()
    if newest is not None and now - newest.until <= JOINED_US:
        ListeningSpan.objects.filter(pk=newest.pk).update(until=max(now, newest.until))
        return
    ListeningSpan.objects.create(start=now, until=now)
    ListeningSpan.objects.filter(until__lt=now - KEPT_US).delete()


@dataclass(frozen=True, slots=True)
class Hearing:
    """deaf: stretches (start, end) in rising time in which the gateways heard nothing; since: when
    they began to listen this time, 0 where they never paused. Microseconds UTC."""

    deaf: Sequence[tuple[int, int]] = ()
    since: int = 0

    def heard_us(self, start: int, end: int) -> int:
        """Of this time, how long they listened. What was before the first beat counts as heard."""
        deaf = 0
        for low, high in reversed(self.deaf):
            if high <= start:
                break
            deaf += max(0, min(high, end) - max(low, start))
        return end - start - deaf


def hearing() -> Hearing:
    """As of now."""
    now = clock.to_microseconds(clock.now())
    spans = list(ListeningSpan.objects.order_by("start").values_list("start", "until"))
    deaf = [(until, start) for (_, until), (start, _) in pairwise(spans)]
    since = spans[-1][0] if deaf else 0
    if spans and now - spans[-1][1] > JOINED_US:
        deaf.append((spans[-1][1], now))
        since = now
    return Hearing(tuple(deaf), since)
