"""Who may act for a firm: its legal representative, and the agents he names.

Whether somebody *is* the legal representative is compared with the register of legal entities by
the caller, an app; what cannot be told becomes a claim for an official.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import action

from ..capacity import in_force
from ..models import Account, FirmClaim, Representation
from ..recording import record
from .allowing import demand, demand_valid, natural, the
from .appointments import DECIDED, day

LEGAL = Representation.Role.LEGAL_REPRESENTATIVE
BOUND = T("您已绑定该企业。", "You act for this firm already.")
NOT_LEGAL = T(
    "只有该企业的法定代表人可以增减代办人。",
    "Only the firm's legal representative may add or end agents.",
)


def _represent(actor: Actor, account: Account, values: dict[str, Any], kind: str) -> int:
    """New row, or the old one taken up again: one row an account and firm."""
    row = Representation.objects.select_for_update().filter(
        account=account, firm=values["firm"]
    ).first() or Representation(account=account, firm=values["firm"])
    if row.pk and (row.until_on is None or row.until_on >= clock.today()):
        raise Conflict(BOUND)
    for name, value in values.items():
        setattr(row, name, value)
    row.from_on, row.until_on = clock.today(), values.get("until_on")
    told = {"account": str(account.ref), "firm": row.firm, "role": str(row.role)}
    record(actor, row, kind, **told)
    return row.pk


def _platform_only(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or natural(actor)


@action("identity.bind_firm", allows=_platform_only, title=T("绑定企业", "Act for a firm"))
def bind_firm(
    actor: Actor, *, account: int, firm: str, firm_name: str, finding: str, matched: bool
) -> dict[str, Any]:
    """The account as the firm's legal representative where ``matched``, else a claim for review.

    ``finding`` says in a word what the comparison found. Answers {"representation"} or {"claim"}.
    """
    row = the(Account, pk=account, kind=Account.Kind.PERSON, is_active=True)
    demand(actor.kind == "platform" or actor.account == account, NOT_LEGAL)
    if matched:
        values = {"firm": firm, "firm_name": firm_name, "role": LEGAL}
        return {"representation": _represent(actor, row, values, "identity.firm_bound")}
    if FirmClaim.objects.filter(account=row, firm=firm, state="open").exists():
        raise Conflict(
            T("该企业的绑定申请正在审核，请等候。", "Your claim to this firm is being reviewed.")
        )
    if Representation.objects.filter(in_force(), account=row, firm=firm, role=LEGAL).exists():
        raise Conflict(BOUND)
    claim = FirmClaim(
        account=row, firm=firm, firm_name=firm_name, finding=finding, claimed_at=clock.now()
    )
    record(actor, claim, "identity.firm_claimed", firm=firm, finding=finding)
    return {"claim": claim.pk}


def _reviews(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "official" and actor.has("entities", "administer")


@action("identity.decide_firm_claim", allows=_reviews, title=T("审核企业绑定", "Decide a claim"))
def decide_firm_claim(actor: Actor, *, claim: int, accepted: bool, remark: str) -> dict[str, Any]:
    row = the(FirmClaim, pk=claim)
    if row.state != FirmClaim.State.OPEN:
        raise Conflict(DECIDED)
    demand_valid(remark=None if remark.strip() else T("请填写审核意见。", "Give your finding."))
    demand(
        row.account_id != actor.account,
        T("不能审核自己的申请。", "You cannot decide your own claim."),
    )
    row.state = "accepted" if accepted else "refused"
    row.decided_at, row.remark = clock.now(), remark.strip()
    kind = "identity.firm_claim_accepted" if accepted else "identity.firm_claim_refused"
    record(actor, row, kind, remark=row.remark)
    if not accepted:
        return {"representation": None}
    values = {"firm": row.firm, "firm_name": row.firm_name, "role": LEGAL}
    return {"representation": _represent(actor, row.account, values, "identity.firm_bound")}


def _is_legal(actor: Actor, /, firm: str, **_: Any) -> bool:
    held = Representation.objects.filter(in_force(), account=actor.account, firm=firm, role=LEGAL)
    demand(held.exists(), NOT_LEGAL)
    return True


@action("identity.add_agent", allows=_is_legal, title=T("增加代办人", "Add an agent"))
def add_agent(
    actor: Actor, *, firm: str, username: str, name: str, until_on: str = ""
) -> dict[str, Any]:
    """The person with this phone number *and* name: one alone would let accounts be guessed."""
    person = Account.objects.filter(
        username__iexact=username, name=name.strip(), kind=Account.Kind.PERSON, is_active=True
    ).first()
    demand_valid(
        username=None
        if person
        else T(
            "没有手机号码与姓名相符的个人账户，请核对或请对方先注册。",
            "No account has this phone and name; check them, or let the person register.",
        )
    )
    assert person is not None
    own = Representation.objects.filter(account=actor.account, firm=firm).first()
    last = day(until_on, "until_on") if until_on else None
    values = {
        "firm": firm,
        "firm_name": own.firm_name if own else firm,
        "role": Representation.Role.AGENT,
        "until_on": last,
    }
    return {"representation": _represent(actor, person, values, "identity.agent_added")}


def _ends(actor: Actor, /, representation: int, **_: Any) -> bool:
    row = the(Representation, pk=representation)
    if actor.account == row.account_id:
        return True
    return row.role == Representation.Role.AGENT and _is_legal(actor, firm=row.firm)


@action("identity.end_representation", allows=_ends, title=T("解除代办", "End"))
def end_representation(actor: Actor, *, representation: int) -> dict[str, Any]:
    """By the agent himself or by the legal representative; in force until yesterday."""
    row = the(Representation, pk=representation)
    today = clock.today()
    if row.until_on is not None and row.until_on < today:
        raise Conflict(T("该关系已解除。", "This has ended already."))
    row.until_on = today - timedelta(days=1)
    by = "self" if actor.account == row.account_id else "legal_representative"
    record(actor, row, "identity.representation_ended", firm=row.firm, by=by)
    return {"representation": representation}
