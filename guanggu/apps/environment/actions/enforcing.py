"""From an alarm or an exceedance to an enforcement case with frozen evidence, once only."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.case.public import Case, Task, complete_task, ensure_shipped, open_case
from guanggu.kernel.document.public import Received, keep_file, receive, take_number
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.observation.public import LETTERS, TITLES, Mark, series
from guanggu.kernel.register.public import save_record

from ..models import Outlet, Station, Violation
from ..queries.scopes import VIEW_VIOLATIONS, may_enforce, may_review
from ..queries.sensing import datastreams
from ..rules.words import VIOLATION_KINDS, factor_title

PROCEDURE = "environment.enforcement"
KIND = "environment_enforcement"
EVIDENCE_MARGIN = timedelta(hours=24)
_NO_SUBJECT = T("没有这个排放口或站点。", "There is no such outlet or station.")
_NO_BUREAU = T(
    "该对象没有主管单位，请先在登记册中填写。",
    "It has no organisation in charge; register one first.",
)
_CLOSED = T("该线索已办结，不能再固定证据。", "This case is closed; no evidence is added.")


def _may_open(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or may_enforce(actor) or may_review(actor)


def subject_of(ref: str) -> Outlet | Station:
    """The outlet or station of a Ref. Raises Missing."""
    collection, _, key = ref.partition("/")
    found: Outlet | Station | None = None
    if collection == Outlet.collection:
        found = Outlet.objects.select_related("source_unit__organisation").filter(key=key).first()
    elif collection == Station.collection:
        found = Station.objects.select_related("organisation").filter(key=key).first()
    if found is None:
        raise Missing(_NO_SUBJECT)
    return found


@action("environment.open_violation", allows=_may_open, title=T("立为线索", "Open a case"))
def open_violation(
    actor: Actor, *, subject: str, kind: str, factor: str = "", at: str = "", value: str = "",
    limit: str = "", clause: str = "", alarm: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Open a case on the outlet or station, or join what happened to the one that is open.

    at: ISO instant; value, limit: figures as text (a journal holds no fractions); alarm: its Ref.
    Answers {violation, case, new}. Raises Missing, Invalid.
    """
    if kind not in VIOLATION_KINDS:
        message = T("请选择线索类型。", "Choose the kind.")
        raise Invalid(message, fields={"kind": message})
    found = subject_of(subject)
    happened_at = datetime.fromisoformat(at) if at else clock.now()
    open_one = Violation.objects.select_for_update(of=("self",)).filter(
        subject=subject, kind=kind, state="open"
    ).first()  # fmt: skip
    if open_one is not None:
        return _join(actor, open_one, happened_at, _number(value), alarm)
    row = _new(found, subject, kind, factor)
    row.begun_at = row.last_at = happened_at
    row.peak, row.limit, row.clause = _number(value), _number(limit), clause[:200]
    row.alarms = [alarm] if alarm else []
    if row.organisation is None:
        raise Invalid(_NO_BUREAU)
    save_record(actor, row, "environment.violation_opened")
    _give_case(actor, row)
    return {"violation": row.key, "case": row.case_number, "new": True}


def _number(text: str) -> float | None:
    return float(text) if text else None


def _new(found: Outlet | Station, subject: str, kind: str, factor: str) -> Violation:
    year = clock.today().year
    is_outlet = isinstance(found, Outlet)
    name = f"{found.source_unit.name} {found.name}" if isinstance(found, Outlet) else found.name
    what = VIOLATION_KINDS[kind].zh
    about = f"（{factor_title(factor).zh}）" if factor else ""
    return Violation(
        key=f"WF{year}-{take_number('environment.violations', year):05d}",
        title=f"{name}{what}{about}"[:200], kind=kind, subject=subject, factor=factor,
        source_unit=found.source_unit if is_outlet else None,  # type: ignore[union-attr]
        organisation=found.source_unit.organisation if is_outlet else found.organisation,  # type: ignore[union-attr]
        source="environment",
    )  # fmt: skip


def _join(
    actor: Actor, row: Violation, at: datetime, value: float | None, alarm: str
) -> dict[str, Any]:
    row.begun_at, row.last_at = min(row.begun_at, at), max(row.last_at, at)
    if value is not None:
        row.peak = value if row.peak is None else max(row.peak, value)
    if alarm and alarm not in row.alarms:
        row.alarms = [*row.alarms, alarm][-200:]
    save_record(actor, row, "environment.violation_joined")
    return {"violation": row.key, "case": row.case_number, "new": False}


def _give_case(actor: Actor, row: Violation) -> None:
    """A case for the violation; without one where its limits cannot be counted yet.

    ``open_waiting_cases`` tries again: an alarm is not lost because next year's working days are
    not imported.
    """
    assert row.organisation is not None
    try:
        answer = open_case(
            platform("environment"), procedure=ensure_shipped(PROCEDURE),
            organisation=row.organisation.code, title=row.title, subject=str(row.ref),
            data={"violation": row.key, "kind": row.kind},
            firm=row.source_unit.unified_code if row.source_unit else "",
        )  # fmt: skip
    except Invalid:
        return
    row.case_number = answer["number"]
    save_record(actor, row, "environment.violation_assigned", case=row.case_number)


@action("environment.open_waiting_cases", allows=lambda actor, **_: actor.kind == "platform")
def open_waiting_cases(actor: Actor, *, violation: str) -> dict[str, Any]:
    """Try again to open the case of a violation that has none. Raises Conflict where it cannot."""
    row = Violation.objects.select_for_update(of=("self",)).get(key=violation)
    if not row.case_number:
        _give_case(actor, row)
    if not row.case_number:
        raise Conflict(T("仍不能计算办理期限。", "Its limits cannot be counted yet."))
    return {"case": row.case_number}


def frozen_window(row: Violation) -> tuple[bytes, datetime, datetime]:
    """The observations around the violation as CSV, a day before and after. Raises Unavailable."""
    start_at, end_at = row.begun_at - EVIDENCE_MARGIN, row.last_at + EVIDENCE_MARGIN
    end_at = min(end_at, clock.now())
    streams = {s.pk: s for s in datastreams([row.subject.partition("/")[2]])}
    letters = {mark: letter for letter, mark in LETTERS.items()}
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(["数据流", "因子", "单位", "时间(UTC+8)", "数值", "标记", "标记说明", "原始值"])
    for pk, readings in series(list(streams), start_at, end_at).items():
        stream = streams[pk]
        for r in readings:
            mark = Mark(r.mark)
            sheet.writerow(
                [stream.key, stream.observed_property.key, stream.unit,
                 clock.local(r.at).strftime("%Y-%m-%d %H:%M:%S"),
                 "" if r.value is None else repr(r.value), letters.get(mark, str(r.mark)),
                 TITLES[mark].zh, "" if r.raw is None else repr(r.raw)]
            )  # fmt: skip
    return text.getvalue().encode("utf-8-sig"), start_at, end_at


def freeze_evidence(actor: Actor, *, violation: str, key: str | None = None) -> dict[str, Any]:
    """Fix the observations of the violation as a file whose digest stands in the journal."""
    row = get(actor, Violation, VIEW_VIOLATIONS, key=violation)
    content, start_at, end_at = frozen_window(row)
    received = receive(content, f"{row.key}-evidence.csv")
    return keep_evidence(
        actor, key=key, violation=violation, received=received.as_dict(),
        start_at=start_at.isoformat(), end_at=end_at.isoformat(),
    )  # fmt: skip


def _may_keep(actor: Actor, /, violation: str, **_: Any) -> bool:
    return (actor.kind == "platform" or may_enforce(actor)) and bool(
        get(actor, Violation, VIEW_VIOLATIONS, key=violation)
    )


@action("environment.freeze_evidence", allows=_may_keep, title=T("固定证据", "Freeze the evidence"))
def keep_evidence(
    actor: Actor, *, violation: str, received: dict[str, Any], start_at: str, end_at: str
) -> dict[str, Any]:
    row = Violation.objects.select_for_update(of=("self",)).get(key=violation)
    if row.state != "open":
        raise Conflict(_CLOSED)
    file = keep_file(actor, Received(**received), row.ref, purpose="evidence", clean=True)
    row.evidence_file, row.evidence_sha256 = file.key, file.sha256
    row.evidence_from = datetime.fromisoformat(start_at)
    row.evidence_until = datetime.fromisoformat(end_at)
    save_record(actor, row, "environment.evidence_frozen", sha256=file.sha256)
    return {"file": file.key, "sha256": file.sha256}


@action("environment.attach_paper", allows=_may_keep, title=T("附加材料", "Attach a paper"))
def attach_paper(actor: Actor, *, violation: str, received: dict[str, Any]) -> dict[str, Any]:
    """A photo, record or document of the case. ``received``: Received.as_dict()."""
    row = Violation.objects.select_for_update(of=("self",)).get(key=violation)
    if row.state != "open":
        raise Conflict(_CLOSED)
    file = keep_file(actor, Received(**received), row.ref, purpose="paper")
    save_record(actor, row, "environment.evidence_frozen", paper=file.key, sha256=file.sha256)
    return {"file": file.key}


def _may_advance(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "official"


@action("environment.advance", allows=_may_advance, title=T("办理线索", "Handle a case"))
def advance(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of an enforcement case its outcome. Raises Conflict, Forbidden, Invalid."""
    if not Task.objects.filter(pk=task, case__kind=KIND).exists():
        raise Missing(T("没有这项执法任务。", "There is no such task."))
    return complete_task(actor, task=task, outcome=outcome, data=data)


def after_closing(actor: Actor, case: Case) -> None:
    """The end of the case is the end of the violation."""
    row = Violation.objects.select_for_update(of=("self",)).filter(case_number=case.number).first()
    if row is None or row.state != "open":
        return
    row.state, row.outcome = "closed", case.outcome or case.state
    save_record(actor, row, "environment.violation_closed")


def about_alarm(data: Mapping[str, Any]) -> dict[str, str] | None:
    """What ``open_violation`` needs, from the event of an alarm; None where it is not ours."""
    subject = str(data.get("subject") or "")
    if subject.partition("/")[0] not in (Outlet.collection, Station.collection):
        return None
    if data.get("procedure") not in (None, "", PROCEDURE):
        return None  # another app's procedure was asked for
    kinds = {"missing": "missing", "limit": "exceedance"}
    kind = kinds.get(str(data.get("kind") or ""), "other")
    if kind == "exceedance" and subject.startswith(Station.collection):
        kind = "quality"
    return {
        "subject": subject, "kind": kind, "factor": str(data.get("property") or ""),
        "at": str(data.get("at") or ""), "value": str(data.get("peak") or data.get("value") or ""),
        "limit": str(data.get("limit") or ""), "clause": str(data.get("clause") or ""),
        "alarm": str(data.get("alarm") or ""),
    }  # fmt: skip
