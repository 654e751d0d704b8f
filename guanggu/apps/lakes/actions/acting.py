"""What has gone on at the sample lakes: patrols of the last weeks, and problems on their way."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.kernel.case.public import Case, complete_task
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.register.public import save_new_records

from ..models import Lake, LakeIssue, Patrol, PatrolPlan
from ..rules.patrolling import Point, length_m
from ..rules.words import ISSUE_KINDS
from .reporting import opened

WEEKS = 13
_POINTS = 60
_WALKED = 0.9  # of the patrols due
# Kind, severity, days ago, what was found, and how far it has come.
_PROBLEMS = (
    ("floating", "plain", 24, "湖汊水面有成片漂浮垃圾，约20平方米。", ("assign", "handled", "pass", "closed")),
    ("shore", "plain", 19, "岸边倾倒建筑垃圾约两车。", ("assign", "handled", "pass", "closed")),
    ("algae", "urgent", 12, "下风向湖湾可见蓝藻聚集。", ("assign", "handled", "pass")),
    ("outfall", "urgent", 6, "雨水排口晴天有污水流出，有异味。", ("assign",)),
    ("fishing", "plain", 4, "禁渔区有人设置地笼。", ("assign", "handled")),
    ("facility", "plain", 2, "巡湖步道护栏损坏约5米。", ()),
    ("occupied", "urgent", 1, "岸线内有堆土，疑似填占湖面。", ()),
)  # fmt: skip
_SAID = {
    "handled": "已到现场处理完毕，附照片。", "pass": "现场复核，问题已消除。", "closed": "同意办结。",
    "assign": "请按时限处置。",
}  # fmt: skip


def walk_sample_patrols(actor: Actor, lake: Lake, plan: PatrolPlan) -> None:
    """Ended patrols of the last weeks along the shore; some were missed. Inside an action."""
    rng = random.Random(f"{lake.key} patrols")
    monday = clock.today() - timedelta(days=clock.today().weekday() + 7 * WEEKS)
    made = []
    for week in range(WEEKS):
        for number in range(plan.times_a_week):
            if rng.random() > _WALKED:
                continue
            day = monday + timedelta(days=7 * week + number * 2 + rng.randrange(2))
            at = datetime.combine(day, time(8 + rng.randrange(7)), clock.DISTRICT_ZONE)
            track = _track(lake, rng, int(at.timestamp()))
            made.append(
                Patrol(
                    key=f"XH-{lake.key}-{day:%Y%m%d}", lake=lake, plan=plan,
                    organisation=plan.organisation, person="示例巡查员", started_at=at,
                    ended_at=at + timedelta(seconds=track[-1].at - track[0].at),
                    track=[[round(p.lon * 1e6), round(p.lat * 1e6), p.at] for p in track],
                    length_m=length_m(track), state="ended", is_sample=True, source="sample",
                )
            )  # fmt: skip
    save_new_records(actor, made, "lakes.created")


def _track(lake: Lake, rng: random.Random, begun: int) -> list[Point]:
    """Part of the way round the lake, at a walk."""
    shore = lake.geometry.exterior
    first, share = rng.random(), min(0.9, 0.09 / max(shore.length, 1e-6))
    places = [
        shore.interpolate((first + share * n / _POINTS) % 1, normalized=True)
        for n in range(_POINTS)
    ]
    track: list[Point] = []
    for place in places:
        lon, lat = round(place.x, 6), round(place.y, 6)
        step = length_m([track[-1], Point(lon, lat, track[-1].at + 3600)]) if track else 0
        at = track[-1].at + max(10, round(step / 1.3)) if track else begun
        track.append(Point(lon, lat, at))
    return track


def find_sample_problems(actor: Actor, lakes: list[Lake]) -> None:
    """One problem at each of some lakes, in every state of the procedure. Inside an action."""
    handler = Organisation.objects.filter(kind="community", is_active=True).order_by("code").first()
    for lake, (kind, severity, days, text, steps) in zip(lakes, _PROBLEMS, strict=False):
        if lake.organisation is None:
            continue
        with clock.fixed_at(clock.now() - timedelta(days=days)):
            place = lake.geometry.exterior.interpolate(0.37, normalized=True)
            row = LakeIssue(
                key=f"WT-{lake.key}-SAMPLE", lake=lake, origin="patrol", kind=kind,
                severity=severity, title=f"{lake.name}{ISSUE_KINDS[kind].zh}", description=text,
                place="示例地点", geometry=place, found_at=clock.now(),
                organisation=lake.organisation, reporter="示例巡查员", source="sample",
                is_sample=True,
            )  # fmt: skip
            opened(actor, row)
        if row.case_number and handler is not None:
            _walk(row.case_number, handler.code, days, steps)


def _walk(number: str, handler: str, days: int, steps: tuple[str, ...]) -> None:
    case = Case.objects.get(number=number)
    for place, outcome in enumerate(steps, 1):
        data: dict[str, Any] = {"opinion": _SAID[outcome]}
        if outcome == "assign":
            data["handler"] = handler
        with clock.fixed_at(clock.now() - timedelta(days=days - place * days / 5)):
            task = case.tasks.get(state="open")
            complete_task(platform("sample"), task=task.pk, outcome=outcome, data=data)
