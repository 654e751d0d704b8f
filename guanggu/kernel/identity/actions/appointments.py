"""Who sits in a post: proposed by the administrator, confirmed by the security officer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.journal.public import action

from ..capacity import in_force
from ..models import Account, Appointment, AppointmentProposal, Post
from ..recording import record, ref_of
from ..rules import SEPARATED, period_error, separation_error
from .allowing import CORRECT, OTHER_OFFICER, administers, demand, demand_valid, secures, the

DECIDED = T("该任职已处理，请刷新页面。", "This has been decided; reload the page.")
BAD_DATE = T("请填写日期，如 2026-11-23。", "Enter a date such as 2026-11-23.")


def day(text: str, field: str) -> date:
    """Raises Invalid on the field."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(CORRECT, fields={field: BAD_DATE}) from None


def separated_roles_of(account: Account, leaving_out: Post | None = None) -> set[str]:
    """Which of administer, security and audit the account holds today or will hold."""
    today = clock.today()
    rows = Appointment.objects.filter(account=account, post__is_active=True)
    found: set[str] = set()
    for row in rows.select_related("post"):
        if row.until_on is not None and row.until_on < today:
            continue
        if leaving_out is None or row.post_id != leaving_out.pk:
            found |= SEPARATED.intersection(row.post.roles)
    return found


@action("identity.propose_appointment", allows=administers, title=T("拟任职", "Propose"))
def propose_appointment(
    actor: Actor, *, account: int, post: int, from_on: str, until_on: str = ""
) -> dict[str, Any]:
    """Dates as ISO text. Gives no right until somebody else confirms it."""
    start, end = day(from_on, "from_on"), day(until_on, "until_on") if until_on else None
    demand_valid(until_on=period_error(start, end))
    holder = the(Account, pk=account, kind=Account.Kind.OFFICIAL, is_active=True)
    seat = the(Post, pk=post, is_active=True)
    demand_valid(post=separation_error(separated_roles_of(holder) | set(seat.roles)))
    open_one = AppointmentProposal.objects.filter(account=holder, post=seat, state="open")
    if open_one.exists() or Appointment.objects.filter(in_force(), account=holder, post=seat):
        raise Conflict(
            T("该人员已任此岗位或正待确认。", "He already sits in it or awaits confirmation.")
        )
    row = AppointmentProposal(
        account=holder,
        post=seat,
        from_on=start,
        until_on=end,
        proposed_by_id=actor.account or 0,
        proposed_at=clock.now(),
    )
    told = {"account": str(holder.ref), "post": str(seat.ref), "from_on": from_on}
    record(actor, row, "identity.appointment_proposed", **told, until_on=until_on)
    return {"proposal": row.pk}


@action("identity.decide_appointment", allows=secures, title=T("确认任职", "Confirm"))
def decide_appointment(
    actor: Actor, *, proposal: int, confirmed: bool, remark: str = ""
) -> dict[str, Any]:
    """By a security officer who neither proposed nor would be appointed. Raises Conflict."""
    row = the(AppointmentProposal, pk=proposal)
    if row.state != AppointmentProposal.State.OPEN:
        raise Conflict(DECIDED)
    demand(actor.account not in (row.proposed_by_id, row.account_id), OTHER_OFFICER)
    if not confirmed:
        demand_valid(remark=None if remark.strip() else T("请写明退回理由。", "Say why."))
    row.state = "confirmed" if confirmed else "refused"
    row.decided_at, row.remark = clock.now(), remark.strip()
    kind = "identity.appointment_confirmed" if confirmed else "identity.appointment_refused"
    record(actor, row, kind, remark=row.remark)
    if not confirmed:
        return {"appointment": None}
    together = separated_roles_of(row.account) | set(row.post.roles)
    demand_valid(remark=separation_error(together))
    held = Appointment(
        account=row.account, post=row.post, from_on=row.from_on, until_on=row.until_on
    )
    told = {"account": str(row.account.ref), "post": str(row.post.ref)}
    record(actor, held, "identity.official_appointed", proposal=str(ref_of(row)), **told)
    return {"appointment": held.pk}


@action("identity.end_appointment", allows=administers, title=T("免职", "End an appointment"))
def end_appointment(
    actor: Actor, *, appointment: int, until_on: str, reason: str
) -> dict[str, Any]:
    """``until_on`` is the last day; taking rights away needs no second officer."""
    row = the(Appointment, pk=appointment)
    last = day(until_on, "until_on")
    if row.until_on is not None and row.until_on < clock.today():
        raise Conflict(T("该任职已结束。", "This appointment has ended."))
    demand_valid(
        until_on=period_error(row.from_on - timedelta(days=1), last),
        reason=None if reason.strip() else T("请填写事由。", "Give the reason."),
    )
    row.until_on = last
    record(actor, row, "identity.appointment_ended", until_on=until_on, reason=reason)
    return {"appointment": appointment}
