"""An official lets a colleague act in his post while he is absent."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import action

from ..capacity import in_force
from ..models import Account, Appointment, Delegation, Post
from ..recording import record
from ..rules import delegation_error, separation_error
from .allowing import demand, demand_valid, the
from .appointments import day, separated_roles_of

NOT_NEAR = T(
    "只能委托给本单位或下属单位的在职人员。",
    "Choose an official of the same organisation or of one under it.",
)


def grantees_of(post: Post, grantor: int) -> Any:
    """The accounts that may be given the post: in office in its organisation or below."""
    near = Appointment.objects.filter(
        in_force(),
        post__organisation__path__startswith=post.organisation.path,
        post__is_active=True,
        account__is_active=True,
    )
    return Account.objects.filter(pk__in=near.values("account")).exclude(pk=grantor)


def _holds(actor: Actor, /, post: int, **_: Any) -> bool:
    """His own post only: what was delegated to him he cannot pass on."""
    return Appointment.objects.filter(in_force(), account=actor.account, post=post).exists()


@action("identity.delegate", allows=_holds, title=T("岗位委托", "Delegate a post"))
def delegate(
    actor: Actor, *, post: int, grantee: int, from_on: str, until_on: str, reason: str
) -> dict[str, Any]:
    """Dates as ISO text, both days counted. Raises Invalid, Conflict where one overlaps."""
    seat = the(Post, pk=post, is_active=True)
    start, end = day(from_on, "from_on"), day(until_on, "until_on")
    taker = grantees_of(seat, actor.account or 0).filter(pk=grantee).first()
    demand_valid(
        until_on=delegation_error(start, end, clock.today()),
        reason=None if reason.strip() else T("请填写事由，如出差、休假。", "Give the reason."),
        grantee=NOT_NEAR if taker is None else None,
    )
    assert taker is not None
    demand_valid(grantee=separation_error(separated_roles_of(taker) | set(seat.roles)))
    overlapping = Delegation.objects.filter(
        post=seat,
        grantor=actor.account,
        revoked_at__isnull=True,
        from_on__lte=end,
        until_on__gte=start,
    )
    if overlapping.exists():
        raise Conflict(
            T(
                "该岗位在此期间已有委托，请先撤回或调整日期。",
                "The post is delegated in that time already; revoke it or choose other days.",
            )
        )
    row = Delegation(
        post=seat,
        grantor_id=actor.account or 0,
        grantee=taker,
        from_on=start,
        until_on=end,
        reason=reason.strip(),
    )
    told = {"post": str(seat.ref), "grantee": str(taker.ref), "grantee_name": taker.name}
    told |= {"from_on": from_on, "until_on": until_on, "reason": row.reason}
    record(actor, row, "identity.post_delegated", **told)
    return {"delegation": row.pk}


def _takes_part(actor: Actor, /, delegation: int, **_: Any) -> bool:
    row = the(Delegation, pk=delegation)
    return actor.account in (row.grantor_id, row.grantee_id)


@action("identity.revoke_delegation", allows=_takes_part, title=T("撤回委托", "Revoke"))
def revoke_delegation(actor: Actor, *, delegation: int) -> dict[str, Any]:
    """The grantor takes it back, or the grantee gives it back; at once."""
    row = the(Delegation, pk=delegation)
    demand(
        row.revoked_at is None and row.until_on >= clock.today(),
        T("该委托已结束。", "This delegation has ended."),
    )
    row.revoked_at = clock.now()
    kind = "identity.delegation_revoked"
    record(actor, row, kind, by="grantor" if actor.account == row.grantor_id else "grantee")
    return {"delegation": delegation}
