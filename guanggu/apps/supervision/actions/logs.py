"""Taking in the event log of a system that is not ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO, TextIOWrapper
from typing import Any
from uuid import uuid4

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import action, append
from guanggu.standards.ieee_1849_2016 import (
    LogError,
    LogRow,
    by_case,
    parse_instant,
    read_csv,
    read_xes,
)

from ..models import OWN, EventLog, WatchedCase, WatchedEvent
from ..queries.scopes import may_supervise
from ..rules import Breach
from .cards import issue_card
from .watching import add_step

_PROBLEMS_KEPT = 500
_ROWS_A_CHUNK = 2000
_NO_ROWS = T(
    "文件中没有可用的事件。请核对是否有案件编号、环节、时间三列。",
    "The file has no usable event. It needs case, activity and time.",
)
_TAKEN = T("来源代码“{}”已被使用，请换一个。", "The code “{}” is taken; choose another.")


def read_log(content: bytes, file_name: str) -> tuple[list[LogRow], list[LogError]]:
    """The good events and the refused ones. Raises Invalid for a file that is no log at all."""
    if content.lstrip()[:1] == b"<" or file_name.lower().endswith(".xes"):
        found: Iterable[LogRow | LogError] = read_xes(BytesIO(content))
    else:
        encoding = "utf-8-sig" if _is_utf8(content) else "gb18030"
        found = read_csv(TextIOWrapper(BytesIO(content), encoding, errors="replace", newline=""))
    rows: list[LogRow] = []
    errors: list[LogError] = []
    for each in found:
        (rows if isinstance(each, LogRow) else errors).append(each)  # type: ignore[arg-type]
    if not rows:
        raise Invalid(_NO_ROWS, fields={"file": _NO_ROWS})
    return rows, errors


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _may_import(actor: Actor, /, **_: Any) -> bool:
    return may_supervise(actor)


def import_log(
    actor: Actor,
    *,
    key: str | None,
    code: str,
    name: str,
    origin: str,
    content: bytes,
    file_name: str,
) -> EventLog:
    """Import a whole log beside our own cases; every refused row is named by row and column.

    Cases go in by chunks, each in a transaction of its own and idempotent under ``key``, so that a
    large log holds nobody up and an import cut off is finished by sending it again. Raises Invalid
    for a file that is no log, Conflict where the code is taken, Forbidden.
    """
    key = key or uuid4().hex
    rows, errors = read_log(content, file_name)
    as_of = max(row.at for row in rows)
    opened = open_log(
        actor, key=f"{key}:open", code=code, name=name, origin=origin, rows=len(rows),
        as_of=as_of.isoformat(), refused=len(errors), problems=[_told(e) for e in errors],
    )  # fmt: skip
    chunk: list[dict[str, Any]] = []
    number = 0
    for events in [*by_case(rows).values(), None]:
        if events is None or len(chunk) + len(events) > _ROWS_A_CHUNK:
            take_cases(actor, key=f"{key}:{number}", log=opened["log"], rows=chunk)
            chunk, number = [], number + 1
        chunk += [_plain(row) for row in events or ()]
    return EventLog.objects.get(pk=opened["log"])


def _told(error: LogError) -> dict[str, Any]:
    return {"row": error.number, "column": error.column, "message": error.message.as_dict()}


def _plain(row: LogRow) -> dict[str, Any]:
    deadline = row.deadline_at.isoformat() if row.deadline_at else ""
    return {
        "case": row.case, "activity": row.activity, "at": row.at.isoformat(), "by": row.resource,
        "post": row.group, "deadline": deadline, "about": dict(row.case_attributes),
    }  # fmt: skip


@action("supervision.import_log", allows=_may_import, title=T("导入外部系统日志", "Import a log"))
def open_log(
    actor: Actor,
    *,
    code: str,
    name: str,
    origin: str,
    as_of: str,
    rows: int,
    refused: int,
    problems: list,
) -> dict[str, Any]:
    if code == OWN or EventLog.objects.filter(code=code).exists():
        message = _TAKEN.format(code)
        raise Conflict(message, fields={"code": message})
    log = EventLog.objects.create(
        code=code, name=name, origin=origin, as_of=datetime.fromisoformat(as_of),
        imported_at=clock.now(), imported_by=actor.name[:80], rows=rows, refused=refused,
        problems=problems[:_PROBLEMS_KEPT],
    )  # fmt: skip
    append(
        Ref("event_logs", code), "supervision.log_imported", actor,
        {"events": rows, "refused": refused},
    )  # fmt: skip
    return {"log": log.pk}


@action("supervision.import_cases", allows=_may_import)
def take_cases(actor: Actor, *, log: int, rows: list) -> dict[str, Any]:
    """Take in the cases of one chunk; a case is never split over two."""
    source = EventLog.objects.get(pk=log)
    cases: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        cases.setdefault(row["case"], []).append(row)
    for number, events in cases.items():
        _take_case(source, number, events)
    append(
        Ref("event_logs", source.code), "supervision.cases_imported", actor, {"cases": len(cases)}
    )
    return {"cases": len(cases)}


def _take_case(log: EventLog, number: str, events: list[dict[str, Any]]) -> None:
    # Equal instants keep the order of the file.
    ordered = sorted(events, key=lambda row: datetime.fromisoformat(row["at"]))
    about = events[0]["about"]
    department = about.get("department", "")[:120]
    case = WatchedCase(
        log=log, number=number[:64], procedure=log.code, organisation=department,
        organisation_name=department,
        opened_at=_instant(about.get("startdate")) or datetime.fromisoformat(ordered[0]["at"]),
        closed_at=_instant(about.get("enddate")), due_at=_instant(events[0]["deadline"]),
    )  # fmt: skip
    steps = [
        add_step(
            case, row["activity"], datetime.fromisoformat(row["at"]), resource=row["by"],
            post=row["post"],
        )
        for row in ordered
    ]  # fmt: skip
    if case.due_at and log.as_of:
        case.is_late = (case.closed_at or log.as_of) > case.due_at
    case.save()
    for step in steps:
        step.case = case
    WatchedEvent.objects.bulk_create(steps, batch_size=500)
    _card_if_late(case, about.get("responsible", "") or ordered[-1]["by"])


def _card_if_late(case: WatchedCase, person: str) -> None:
    if not case.is_late or not case.due_at:
        return
    due = clock.local(case.due_at).date().isoformat()
    issue_card(
        Breach("overdue", "deadline", case.last_activity, due), case,
        at=case.due_at + timedelta(seconds=1), person=person[:120],
    )  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError:
        return None


@action("supervision.remove_log", allows=_may_import, title=T("移除外部日志", "Remove a log"))
def remove_log(actor: Actor, *, code: str, reason: str) -> dict[str, Any]:
    """Take an imported log off supervision. Its cards stay: raises Conflict while there are any."""
    log = EventLog.objects.filter(code=code).exclude(code=OWN).first()
    if log is None:
        raise Missing(T("没有这个来源。", "There is no such source."))
    if log.cards.exists():
        raise Conflict(
            T("该来源已有牌件，不能移除。", "This source has cards and cannot be removed.")
        )
    log.delete()
    append(Ref("event_logs", code), "supervision.log_removed", actor, {"reason": reason})
    return {"code": code}
