"""Faults of devices: an alarm that was passed on opens one with its case, or joins the open one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import readable_code
from guanggu.kernel.case.public import Case, Task, complete_task, ensure_shipped, open_case
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action
from guanggu.kernel.observation.public import Alarm, link_case
from guanggu.kernel.register.public import save_record

from ..models import DeviceFault, FleetDevice
from .ruling import PROCEDURE

CASE_KIND = "iot_platform_device_fault"
ALARMS_KEPT_MAX = 200
_NO_DEVICE = T("没有该设备。", "There is no such device.")
_WAITS = T(
    "故障尚无处理单位，或办理期限还不能计算。",
    "It has no organisation, or its limits cannot be counted yet.",
)


def _is_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("iot_platform.open_fault", allows=_is_platform, title=T("转故障处理", "Open a fault"))
def open_fault(
    actor: Actor, *, device: str, alarm: str, rule: str, at: str, organisation: str = ""
) -> dict[str, Any]:
    """``device`` is the key of the enrolled one, ``at`` an ISO instant, ``organisation`` a code.

    Answers {fault, case, new}. Raises Missing.
    """
    found = FleetDevice.objects.select_related("fleet__organisation").filter(key=device).first()
    if found is None:
        raise Missing(_NO_DEVICE)
    happened_at = datetime.fromisoformat(at)
    row = DeviceFault.objects.select_for_update(of=("self",)).filter(
        device=found, state="open"
    ).first()  # fmt: skip
    is_new = row is None
    if row is None:
        body = Organisation.objects.filter(code=organisation).first()
        row = DeviceFault(
            key=f"GZ-{readable_code(8)}", device=found, title=f"{found.name}：{rule}"[:200],
            organisation=body or found.fleet.organisation, begun_at=happened_at,
            last_at=happened_at, source="iot_platform",
        )  # fmt: skip
    row.begun_at, row.last_at = min(row.begun_at, happened_at), max(row.last_at, happened_at)
    if alarm not in row.alarms:
        row.alarms = [*row.alarms, alarm][-ALARMS_KEPT_MAX:]
    save_record(actor, row, "iot_platform.fault_opened" if is_new else "iot_platform.fault_joined")
    _give_case(row)
    _tell_alarms(row)
    return {"fault": row.key, "case": row.case_number, "new": is_new}


def _give_case(row: DeviceFault) -> None:
    """Without an organisation, or while limits cannot be counted, the fault waits for its case."""
    if row.case_number or row.organisation is None:
        return
    actor = platform("iot_platform")
    try:
        answer = open_case(
            actor, procedure=ensure_shipped(PROCEDURE), organisation=row.organisation.code,
            title=row.title, subject=str(row.ref), data={"fault": row.key},
        )  # fmt: skip
    except Invalid:
        return
    row.case_number = answer["number"]
    save_record(actor, row, "iot_platform.case_opened", case=row.case_number)


def _tell_alarms(row: DeviceFault) -> None:
    """Let the pages of its alarms lead to the fault, where its case is handled."""
    if row.case_number:
        keys = [ref.partition("/")[2] for ref in row.alarms]
        for alarm in Alarm.objects.filter(key__in=keys, case=""):
            link_case(platform("iot_platform"), alarm=str(alarm.ref), case=str(row.ref))


@action("iot_platform.open_waiting_case", allows=_is_platform)
def open_waiting_case(actor: Actor, *, fault: str) -> dict[str, Any]:
    """Try again for a fault without a case. Raises Conflict where it still cannot be opened."""
    row = DeviceFault.objects.select_for_update(of=("self",)).get(key=fault)
    if row.organisation is None:
        row.organisation = row.device.fleet.organisation
    _give_case(row)
    if not row.case_number:
        raise Conflict(_WAITS)
    _tell_alarms(row)
    return {"case": row.case_number}


@action(
    "iot_platform.handle_fault", allows=lambda actor, **_: actor.kind == "official",
    title=T("处理故障", "Handle a fault"),
)  # fmt: skip
def handle_fault(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of a fault its outcome. Raises Missing, Conflict, Forbidden, Invalid."""
    if not Task.objects.filter(pk=task, case__kind=CASE_KIND).exists():
        raise Missing(T("没有这项任务。", "There is no such task."))
    return complete_task(actor, task=task, outcome=outcome, data=data)


def after_closing(actor: Actor, case: Case) -> None:
    """The end of the case is the end of the fault."""
    row = (
        DeviceFault.objects.select_for_update(of=("self",)).filter(case_number=case.number).first()
    )
    if row is None or row.state != "open":
        return
    row.state, row.outcome, row.last_at = "closed", case.outcome or case.state, clock.now()
    save_record(actor, row, "iot_platform.fault_closed")
