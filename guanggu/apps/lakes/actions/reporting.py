"""From a finding or an alarm to a problem with its case, once only."""

from __future__ import annotations

import math
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.public import (
    Case,
    Task,
    complete_task,
    ensure_shipped,
    may_work,
    open_case,
    task_for,
)
from guanggu.kernel.document.public import Received, files_of, keep_file
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Lake, LakeIssue, Outfall, Patrol
from ..queries.scopes import OWN_PATROL, VIEW_ISSUES, VIEW_LAKES, may_handle, may_patrol
from ..rules.patrolling import PHOTOS_MAX
from ..rules.words import ISSUE_KIND, ISSUE_KINDS, PATROL_ISSUE_KINDS, SEVERITIES
from .patrolling import happened_at, key_of

PROCEDURE = "lakes.issue"
DAYS = {"urgent": 2, "plain": 7}  # working days for handling
_KIND = T("请选择问题类型。", "Choose the kind of problem.")
_SEVERITY = T("请选择紧急程度。", "Choose how urgent it is.")
_SAY = T("请说明发现的情况。", "Say what was found.")
_NO_PHOTO = T("只能上传照片（JPEG、PNG 或 WebP）。", "Only photos (JPEG, PNG or WebP).")
_ENOUGH = T("一个问题最多{}张照片。", "At most {} photos for one problem.")
_NOT_OF_LAKE = T("该排口或巡湖记录不属于该湖。", "This outfall or patrol belongs to another lake.")
_NO_BUREAU = T(
    "该湖泊没有主管单位，请先在登记册中填写。",
    "The lake has no organisation in charge; register one first.",
)
_NOT_HERE = T("没有这项湖泊问题任务。", "There is no such task of a lake's problem.")
_PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")


def _may_report(actor: Actor, /, **_: Any) -> bool:
    return may_patrol(actor)


@action("lakes.report_issue", allows=_may_report, title=T("上报问题", "Report a problem"))
def report_issue(
    actor: Actor, *, number: str, lake: str, kind: str, severity: str, description: str,
    place: str = "", lon: float | None = None, lat: float | None = None, at: str = "",
    patrol: str = "", outfall: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A finding of a patrol: kept, and a case opened on it.

    number: given by telephone or form, see ``key_of``. Answers {issue, case}. Raises Invalid by
    field, Missing.
    """
    found = get(actor, Lake, VIEW_LAKES, key=lake)
    _check(kind, severity, description)
    walk = get(actor, Patrol, OWN_PATROL, key=patrol) if patrol else None
    pipe = Outfall.objects.filter(key=outfall).first() if outfall else None
    if (walk and walk.lake_id != found.pk) or (
        outfall and (pipe is None or pipe.lake_id != found.pk)
    ):
        raise Invalid(_NOT_OF_LAKE, fields={"outfall": _NOT_OF_LAKE})
    row = LakeIssue(
        key=key_of(number, "WT"), lake=found, origin="patrol", kind=kind, severity=severity,
        title=f"{found.name}{ISSUE_KINDS[kind].zh}"[:200], description=description.strip()[:1000],
        place=place.strip()[:200], geometry=_point(lon, lat), found_at=happened_at(at),
        patrol=walk, outfall=pipe, organisation=found.organisation, reporter=actor.name[:80],
        source="lakes", is_sample=found.is_sample,
    )  # fmt: skip
    return opened(actor, row)


def _check(kind: str, severity: str, description: str) -> None:
    wrong = {}
    if kind not in PATROL_ISSUE_KINDS:
        wrong["kind"] = _KIND
    if severity not in SEVERITIES:
        wrong["severity"] = _SEVERITY
    if not description.strip():
        wrong["description"] = _SAY
    if wrong:
        raise Invalid(T("请补全上报内容。", "Complete the report."), fields=wrong)


def _point(lon: float | None, lat: float | None) -> Any:
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    import shapely

    return shapely.Point(round(lon, 6), round(lat, 6))


def opened(actor: Actor, row: LakeIssue) -> dict[str, Any]:
    if row.organisation is None:
        raise Invalid(_NO_BUREAU)
    save_record(actor, row, "lakes.issue_reported")
    _give_case(actor, row)
    return {"issue": row.key, "case": row.case_number, "new": True}


def _give_case(actor: Actor, row: LakeIssue) -> bool:
    """A case for the problem; False where its limits cannot be counted yet.

    ``open_waiting`` tries again: a finding is not lost because next year's working days are
    missing.
    """
    try:
        answer = open_case(
            platform("lakes"), procedure=ensure_shipped(PROCEDURE),
            organisation=row.organisation.code, title=row.title, subject=str(row.ref),
            applicant=actor.ref, applicant_name=actor.name,
            data={"issue": row.key, "lake": row.lake.key, "kind": row.kind,
                  "severity": row.severity, "days": DAYS[row.severity]},
        )  # fmt: skip
    except Invalid:
        return False
    row.case_number = answer["number"]
    save_record(actor, row, "lakes.issue_reported", case=row.case_number)
    return True


@action("lakes.open_waiting", allows=lambda actor, **_: actor.kind == "platform")
def open_waiting(actor: Actor, *, issue: str) -> dict[str, Any]:
    """Try again to open the case of a problem without one. Raises Conflict where it cannot."""
    row = LakeIssue.objects.select_for_update(of=("self",)).get(key=issue)
    if row.case_number or not _give_case(actor, row):
        raise Conflict(T("该问题已立案或暂不能立案。", "It has a case, or cannot have one yet."))
    return {"issue": row.key, "case": row.case_number}


def _may_add_photo(actor: Actor, /, issue: str, **_: Any) -> bool:
    return may_handle(actor) and bool(get(actor, LakeIssue, VIEW_ISSUES, key=issue))


@action("lakes.add_photo", allows=_may_add_photo, title=T("补充照片", "Add a photo"))
def add_photo(actor: Actor, *, issue: str, received: dict[str, Any]) -> dict[str, Any]:
    """Keep a received photo with the problem. Raises Invalid for other files and too many."""
    row = LakeIssue.objects.select_for_update(of=("self",)).get(key=issue)
    if received.get("media_type") not in _PHOTO_TYPES:
        raise Invalid(_NO_PHOTO, fields={"photo": _NO_PHOTO})
    if len(files_of(row.ref)) >= PHOTOS_MAX:
        message = _ENOUGH.format(PHOTOS_MAX)
        raise Invalid(message, fields={"photo": message})
    kept = keep_file(actor, Received(**received), row.ref, purpose=row.state)
    save_record(actor, row, "lakes.photo_added", file=kept.key, sha256=kept.sha256)
    return {"issue": row.key, "file": kept.key}


def _may_advance(actor: Actor, /, task: int, **_: Any) -> bool:
    if not may_handle(actor):
        return False
    file, found = task_for(actor, task)
    if file.case.kind != ISSUE_KIND:
        raise Missing(_NOT_HERE)
    # One that was decided meanwhile is told as a conflict by the case itself.
    return found.state != "open" or may_work(actor, file.case, found)


@action("lakes.advance", allows=_may_advance, title=T("办理湖泊问题", "Handle a problem"))
def advance(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of a problem its outcome. Raises Conflict, Forbidden, Invalid."""
    return complete_task(actor, task=task, outcome=outcome, data=data)


_STATES = {"dispatch": "reported", "handle": "handling", "verify": "verifying", "close": "closing"}


def demand_another(
    actor: Actor, case: Case, task: Task, outcome: str, data: dict[str, Any]
) -> None:
    """Who handled a problem does not verify it himself."""
    handled = Task.objects.filter(case=case, step="handle", outcome="handled").order_by("-pk")
    last = handled.first()
    if actor.kind == "official" and last is not None and last.done_by == actor.account:
        raise Forbidden(
            T("复核人与处置人不能是同一人。", "Who handled it cannot verify it."),
            code="same_person",
        )


def after_step(actor: Actor, case: Case, task: Task) -> None:
    """Keep the problem's state in step with its case."""
    row = LakeIssue.objects.select_for_update(of=("self",)).get(case_number=case.number)
    if case.state == "open":
        row.state = _STATES[case.step]
        kind = "lakes.issue_dispatched" if row.state == "handling" else "lakes.issue_handled"
        save_record(actor, row, kind, outcome=task.outcome)


def after_closing(actor: Actor, case: Case) -> None:
    row = LakeIssue.objects.select_for_update(of=("self",)).get(case_number=case.number)
    row.state = "rejected" if case.outcome == "rejected" else "closed"
    row.closed_at = clock.now()
    save_record(actor, row, "lakes.issue_closed", outcome=case.outcome)
