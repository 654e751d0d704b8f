"""The sample's duty desk: three days of shifts with their logs, and two orders; all invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation

from ..actions.duty import begin_shift, hand_over, take_over, write_entry
from ..actions.orders import give_order
from ..actions.planning import plan_shifts

DESK, LAKES, CITY = "wehdz-bgs", "wehdz-hsj", "wehdz-cgj"
_DAYS_BEFORE, _DAYS_AFTER = 2, 5
_LINES = (
    (30, "situation", "与上一班核对待跟进事项，检查通信设备、视频会商系统正常。"),
    (95, "report", "接市民电话：高新大道一处路面积水，已请城管局现场核实。"),
    (180, "alarm", "平台监测报警已通知环水局值班人员核查。"),
    (260, "situation", "现场反馈：积水已排除，交通恢复正常。"),
    (350, "instruction", "带班领导要求加强湖泊水质夜间巡查。"),
)


def lay_desk(actor: Actor, officers: list[Actor]) -> int:
    """Shifts of 12 hours around now, those before now kept by the officers in turn; answers how
    many were laid. The officers hold posts at the desk."""
    now = clock.now()
    today = clock.local(now).date()
    rows, starts = [], []
    for day in range(-_DAYS_BEFORE, _DAYS_AFTER + 1):
        for turn, hour in (("day", 8), ("night", 20)):
            on = today + timedelta(days=day)
            start = datetime.combine(on, time(hour), clock.DISTRICT_ZONE)
            number = len(rows)
            rows.append(_row(on.isoformat(), turn, start, officers, number))
            starts.append((start, rows[-1]["key"], officers[number % len(officers)]))
    plan_shifts(actor, key="command:sample", organisation=DESK, rows=rows)
    _keep_logs([each for each in starts if each[0] <= now], now)
    return len(rows)


def _row(on: str, turn: str, start: datetime, officers: list[Actor], number: int) -> dict[str, Any]:
    mates = (officers[number % len(officers)].name, officers[(number + 1) % len(officers)].name)
    return {
        "key": f"DS-{on.replace('-', '')}-{turn}", "on": on, "turn": turn,
        "starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=12)).isoformat(),
        "leader_name": "带班领导（示例）", "members": "、".join(mates), "phone": "027-00000000",
    }  # fmt: skip


def _keep_logs(past: list[tuple[datetime, str, Actor]], now: datetime) -> None:
    before: Actor | None = None
    for start, key, officer in past:
        with clock.fixed_at(start):
            if before is None:
                begin_shift(officer, shift=key)
            else:
                hand_over(before, summary="本班无重大突发事件，各项值守正常。",
                          open_matters="继续关注湖泊水质报警处置情况。")  # fmt: skip
                take_over(officer, shift=key)
        for minutes, kind, text in _LINES:
            at = start + timedelta(minutes=minutes)
            if at < now:
                with clock.fixed_at(at):
                    write_entry(officer, kind=kind, text=text)
        before = officer
    if before is not None and Organisation.objects.filter(code=LAKES).exists():
        with clock.fixed_at(now - timedelta(minutes=40)):
            give_order(before, organisation=LAKES, title="核查湖泊水质报警并反馈（示例）",
                       content="请组织人员赴现场核查报警点位，四小时内反馈处置情况。", urgency="urgent")  # fmt: skip
        with clock.fixed_at(now - timedelta(minutes=20)):
            give_order(before, organisation=CITY, title="排查高新大道易涝点（示例）",
                       content="请对沿线排水口进行清疏，今日内反馈。", urgency="normal")  # fmt: skip
