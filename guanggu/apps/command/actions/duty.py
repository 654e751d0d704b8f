"""Keeping the log: a shift begins, is written, handed over and taken over, each signed once."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.base.ids import readable_code
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import DutyEntry, DutyShift
from ..queries.desk import digest_of, shift_handing_over, shift_on_duty
from ..queries.scopes import keeps_desk
from ..rules import ENTRY_KINDS

_NO_SHIFT = T("没有这个班次，请先排班。", "There is no such shift; put it on the roster first.")
_TAKEN = T("{} 正在值班，请办理交接班。", "{} is on duty; take over from them.")
_NOT_TAKEN = T(
    "上一班已交班、尚未接班，请在“接班”中签字。",
    "The shift before was handed over and waits to be taken: sign under “take over”.",
)
_NOBODY = T("当前没有在岗班次，请先到岗。", "No shift is on duty; begin one first.")
_NOT_YOURS = T("只有当班值班员可以办理。", "Only the officer on duty may do this.")
_SAME = T("交班人与接班人不能是同一人。", "Who hands over and who takes over are two persons.")
_NO_TEXT = T("请填写内容。", "Write what happened.")
_KIND = T("请选择类别。", "Choose a kind.")
_NO_SUMMARY = T("请填写交班小结。", "Write the summary.")
_OTHER_LOG = T("被更正的记录不在本班日志中。", "The entry to correct is not in this log.")


def _may(actor: Actor, /, **_: Any) -> bool:
    return keeps_desk(actor)


def _planned(actor: Actor, key: str) -> DutyShift:
    row = DutyShift.objects.select_for_update(of=("self",)).filter(
        key=key, organisation=actor.organisation, state="planned"
    ).first()  # fmt: skip
    if row is None:
        raise Missing(_NO_SHIFT)
    return row


def _current(actor: Actor) -> DutyShift:
    """The shift that this officer has. Raises Conflict, Forbidden."""
    row = shift_on_duty(actor.organisation)
    if row is None:
        raise Conflict(_NOBODY)
    if row.officer != actor.account:
        raise Forbidden(_NOT_YOURS)
    return DutyShift.objects.select_for_update(of=("self",)).get(pk=row.pk)


def _begin(actor: Actor, row: DutyShift) -> None:
    row.state, row.officer, row.officer_name = "on_duty", actor.account, actor.name
    row.begun_at = clock.now()
    save_record(actor, row, "command.shift_begun")


@action("command.begin_shift", allows=_may, title=T("到岗", "Begin the shift"))
def begin_shift(actor: Actor, *, shift: str) -> dict[str, Any]:
    """Sit down at an empty desk. Raises Missing; Conflict where somebody sits there."""
    on_duty = shift_on_duty(actor.organisation)
    if on_duty is not None:
        raise Conflict(_TAKEN.format(on_duty.officer_name))
    if shift_handing_over(actor.organisation) is not None:
        raise Conflict(_NOT_TAKEN)
    row = _planned(actor, shift)
    _begin(actor, row)
    return {"shift": row.key}


@action("command.write_entry", allows=_may, title=T("记入日志", "Write into the log"))
def write_entry(
    actor: Actor, *, kind: str, text: str, subject: str = "", amends: str = ""
) -> dict[str, Any]:
    """One line of the present log; ``amends``: key of the line it corrects. Answers its key.

    Raises Conflict, Forbidden, Invalid by field.
    """
    shift = _current(actor)
    fields = {}
    if kind not in ENTRY_KINDS:
        fields["kind"] = _KIND
    if not text.strip():
        fields["text"] = _NO_TEXT
    corrected = DutyEntry.objects.filter(key=amends, shift=shift).first() if amends else None
    if amends and corrected is None:
        fields["amends"] = _OTHER_LOG
    if fields:
        raise Invalid(T("日志内容不完整。", "The entry is not complete."), fields=fields)
    row = new_entry(actor, shift, kind, text.strip(), subject)
    row.amends = corrected
    save_record(actor, row, "command.entry_written")
    return {"entry": row.key}


def new_entry(actor: Actor, shift: DutyShift, kind: str, text: str, subject: str) -> DutyEntry:
    return DutyEntry(
        key=f"DE-{readable_code(10)}", shift=shift, at=clock.now(), kind=kind, text=text[:4000],
        subject=subject[:200], writer=actor.account, writer_name=actor.name, source="command",
        is_sample=shift.is_sample,
    )  # fmt: skip


@action("command.hand_over", allows=_may, title=T("交班签字", "Sign and hand over"))
def hand_over(actor: Actor, *, summary: str, open_matters: str = "") -> dict[str, Any]:
    """Sign the log off: from now on nothing is written into it. Answers its digest."""
    row = _current(actor)
    if not summary.strip():
        raise Invalid(_NO_SUMMARY, fields={"summary": _NO_SUMMARY})
    row.summary, row.open_matters = summary.strip()[:4000], open_matters.strip()[:4000]
    row.state, row.handed_at, row.digest = "handing_over", clock.now(), digest_of(row)
    save_record(actor, row, "command.shift_handed_over")
    return {"shift": row.key, "digest": row.digest}


@action("command.take_over", allows=_may, title=T("接班签字", "Sign and take over"))
def take_over(actor: Actor, *, shift: str) -> dict[str, Any]:
    """Take over what the last shift handed over and begin the planned one ``shift``.

    Raises Conflict where nothing was handed over; Forbidden for the same person.
    """
    last = shift_handing_over(actor.organisation)
    if last is None:
        raise Conflict(T("没有待接班的班次。", "No shift waits to be taken over."))
    if last.officer == actor.account:
        raise Forbidden(_SAME)
    last = DutyShift.objects.select_for_update(of=("self",)).get(pk=last.pk)
    last.state, last.taken_at = "done", clock.now()
    last.taken_by, last.taken_by_name = actor.account, actor.name
    save_record(actor, last, "command.shift_taken_over", digest=last.digest)
    row = _planned(actor, shift)
    _begin(actor, row)
    return {"shift": row.key, "from": last.key}
