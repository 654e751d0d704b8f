"""Patrols: begun, tracked and ended, from a telephone that may have been without a network.

A patrol's key comes from the number that the telephone gave it, so what was recorded in between
finds its patrol whenever it arrives, and what arrives twice is kept once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Lake, Patrol, PatrolPlan
from ..queries.scopes import OWN_PATROL, VIEW_LAKES, may_patrol
from ..rules.patrolling import POINTS_A_SEND, WRONG_TRACK, Point, joined, length_m, read_point

KEPT_BACK = timedelta(days=7)  # how long a telephone may have been without a network
_FAST = timedelta(minutes=10)  # how far its clock may be ahead
_ONE = T(
    "您有一次巡湖尚未结束（{}），请先结束该次巡湖。",
    "Your patrol {} has not ended yet; end it first.",
)
_NUMBER = T("巡湖编号不正确，请刷新页面后重试。", "The number is not right; reload the page.")
_ENDED = T(
    "该次巡湖已结束，不能再记录轨迹。", "This patrol has ended; nothing is recorded any more."
)
_TOO_MANY = T("一次最多上传{}个轨迹点。", "At most {} points at once.")
_NOT_YOURS = T("所选巡湖计划不属于该湖。", "This plan belongs to another lake.")


def _may_patrol(actor: Actor, /, **_: Any) -> bool:
    return may_patrol(actor)


def _may_go_on(actor: Actor, /, patrol: str, **_: Any) -> bool:
    return bool(get(actor, Patrol, OWN_PATROL, key=patrol))


def happened_at(text: str) -> datetime:
    """When the telephone says it happened; now, where that cannot be believed."""
    now = clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return now
    if at.tzinfo is None:
        at = at.replace(tzinfo=clock.DISTRICT_ZONE)
    return at if now - KEPT_BACK <= at <= now + _FAST else now


def key_of(number: str, prefix: str) -> str:
    """``XH-…`` of the number (hexadecimal, 12 to 32 digits) given by telephone or form.

    Raises Invalid.
    """
    plain = number.replace("-", "").lower()
    if not 12 <= len(plain) <= 32 or any(c not in "0123456789abcdef" for c in plain):
        raise Invalid(_NUMBER)
    return f"{prefix}-{plain[:16].upper()}"


@action("lakes.start_patrol", allows=_may_patrol, title=T("开始巡湖", "Begin a patrol"))
def start_patrol(
    actor: Actor, *, number: str, lake: str, plan: str = "", at: str = ""
) -> dict[str, Any]:
    """Begin a patrol of the actor. Answers {patrol}. Raises Missing, Conflict, Invalid."""
    found = get(actor, Lake, VIEW_LAKES, key=lake)
    chosen = PatrolPlan.objects.filter(key=plan).first() if plan else None
    if plan and (chosen is None or chosen.lake_id != found.pk):
        raise Invalid(_NOT_YOURS, fields={"plan": _NOT_YOURS})
    running = Patrol.objects.filter(account=actor.account, state="under_way").first()
    if running is not None:
        raise Conflict(_ONE.format(running.key), code="patrol_under_way")
    row = Patrol(
        key=key_of(number, "XH"), lake=found, plan=chosen, organisation_id=actor.organisation,
        account=actor.account, person=actor.name[:80], started_at=happened_at(at), source="lakes",
        is_sample=found.is_sample,
    )  # fmt: skip
    save_record(actor, row, "lakes.patrol_started")
    return {"patrol": row.key}


def _points(given: list[Any]) -> list[Point]:
    if len(given) > POINTS_A_SEND:
        raise Invalid(_TOO_MANY.format(POINTS_A_SEND), fields={"points": _TOO_MANY})
    points = [read_point(each) for each in given]
    if any(point is None for point in points):
        raise Invalid(WRONG_TRACK, fields={"points": WRONG_TRACK})
    return [point for point in points if point is not None]


def track_of(row: Patrol) -> list[Point]:
    return [Point(lon / 1e6, lat / 1e6, at) for lon, lat, at in row.track]


@action("lakes.record_track", allows=_may_go_on, title=T("记录轨迹", "Record the track"))
def record_track(actor: Actor, *, patrol: str, points: list[Any]) -> dict[str, Any]:
    """Add points [longitude, latitude, milliseconds] to a patrol that is under way.

    Answers {patrol, points, length_m}. Raises Invalid, Conflict, Missing.
    """
    row = Patrol.objects.select_for_update(of=("self",)).get(key=patrol)
    if row.state != "under_way":
        raise Conflict(_ENDED, code="patrol_ended")
    track = joined(track_of(row), _points(points))
    row.track = [[round(p.lon * 1e6), round(p.lat * 1e6), p.at] for p in track]
    row.length_m = length_m(track)
    save_record(actor, row, "lakes.patrol_tracked")
    return {"patrol": row.key, "points": len(track), "length_m": row.length_m}


@action("lakes.end_patrol", allows=_may_go_on, title=T("结束巡湖", "End a patrol"))
def end_patrol(actor: Actor, *, patrol: str, note: str = "", at: str = "") -> dict[str, Any]:
    """End the patrol; ending it again is told as a Conflict."""
    row = Patrol.objects.select_for_update(of=("self",)).filter(key=patrol).first()
    if row is None:
        raise Missing(_NUMBER)
    if row.state != "under_way":
        raise Conflict(_ENDED, code="patrol_ended")
    row.state, row.note = "ended", note.strip()[:400]
    row.ended_at = max(row.started_at, happened_at(at))
    save_record(actor, row, "lakes.patrol_ended", length_m=row.length_m)
    return {"patrol": row.key, "length_m": row.length_m}
