"""Accounts: a person registers himself, an administrator creates officials.

Passwords arrive hashed: what an action was called with is kept as a digest, and a fast digest of
a password could be tried out.
"""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import action
from guanggu.standards import gb_11643_1999

from ..models import Account
from ..recording import record
from ..rules import MOBILE, USERNAME, citizen_id_digest, mask_phone
from .allowing import administers, demand, demand_valid, the

REGISTERED = T(
    "该手机号码或身份证件号码已注册。请直接登录；如非本人注册，请到服务窗口核实。",
    "This phone or identity number has an account. Sign in, or ask at the counter if it was not you.",
)
NAME_TAKEN = T("该用户名已被使用，请换一个。", "This user name is taken; choose another.")
BAD_PHONE = T("请填写 11 位手机号码。", "Enter a mobile number of 11 digits.")
BAD_NAME = T("请填写证件上的姓名。", "Enter the name as on the identity card.")
BAD_USERNAME = T(
    "用户名为 3 至 32 位小写字母、数字、点、横线，以字母开头。",
    "3 to 32 small letters, digits, dots or hyphens, beginning with a letter.",
)


def _anyone(actor: Actor, /, **_: Any) -> bool:
    return True


@action("identity.register_person", allows=_anyone, title=T("注册个人账户", "Register"))
def register_person(
    actor: Actor, *, name: str, citizen_id: str, phone: str, password_hash: str
) -> dict[str, Any]:
    """A person's own account; he signs in with his phone number. Answers {"account": id}.

    citizen_id: GB 11643; only its keyed digest and masked form are kept. Raises Invalid, Conflict.
    """
    name = " ".join(name.split())
    wrong_id = gb_11643_1999.errors_of(citizen_id, clock.today())
    demand_valid(
        name=None if 1 < len(name) <= 80 else BAD_NAME,
        citizen_id=wrong_id[0] if wrong_id else None,
        phone=None if MOBILE.fullmatch(phone) else BAD_PHONE,
    )
    digest = citizen_id_digest(citizen_id)
    taken = Account.objects.filter(citizen_id_digest=digest).exists()
    if taken or Account.objects.filter(username__iexact=phone).exists():
        raise Conflict(REGISTERED, code="registered")
    account = Account(
        username=phone,
        name=name,
        kind=Account.Kind.PERSON,
        phone=phone,
        citizen_id_digest=digest,
        citizen_id_masked=gb_11643_1999.mask(citizen_id),
        password=password_hash,
        joined_at=clock.now(),
    )
    himself = Actor(0, str(account.ref), name, "person")
    masked = {"citizen_id": account.citizen_id_masked, "phone": mask_phone(phone)}
    record(himself, account, "identity.person_registered", **masked)
    return {"account": account.pk}


@action("identity.create_official", allows=administers, title=T("创建公务人员账户", "New official"))
def create_official(
    actor: Actor, *, username: str, name: str, phone: str, password_hash: str, email: str = ""
) -> dict[str, Any]:
    """An official's account without any right: appointments are proposed and confirmed apart."""
    name = " ".join(name.split())
    demand_valid(
        username=None if USERNAME.fullmatch(username) else BAD_USERNAME,
        name=None if 1 < len(name) <= 80 else BAD_NAME,
        phone=None if MOBILE.fullmatch(phone) else BAD_PHONE,
    )
    if Account.objects.filter(username__iexact=username).exists():
        demand_valid(username=NAME_TAKEN)
    account = Account(
        username=username,
        name=name,
        kind=Account.Kind.OFFICIAL,
        phone=phone,
        email=email,
        password=password_hash,
        must_change_password=True,
        joined_at=clock.now(),
    )
    told = {"username": username, "name": name, "phone": mask_phone(phone)}
    record(actor, account, "identity.official_created", **told)
    return {"account": account.pk, "sub": str(account.sub)}


@action("identity.close_account", allows=administers, title=T("停用账户", "Close an account"))
def close_account(actor: Actor, *, account: int, reason: str) -> dict[str, Any]:
    """The account can no longer sign in, and delegations that it gave are no longer in force."""
    row = the(Account, pk=account, kind=Account.Kind.OFFICIAL)
    demand(row.pk != actor.account, T("不能停用自己的账户。", "You cannot close your own account."))
    demand_valid(reason=None if reason.strip() else T("请填写事由。", "Give the reason."))
    row.is_active = False
    record(actor, row, "identity.account_closed", reason=reason)
    return {"account": row.pk}


@action("identity.reopen_account", allows=administers, title=T("恢复账户", "Reopen an account"))
def reopen_account(actor: Actor, *, account: int, reason: str) -> dict[str, Any]:
    row = the(Account, pk=account, kind=Account.Kind.OFFICIAL)
    demand_valid(reason=None if reason.strip() else T("请填写事由。", "Give the reason."))
    row.is_active = True
    record(actor, row, "identity.account_reopened", reason=reason)
    return {"account": row.pk}


@action("identity.reset_password", allows=administers, title=T("重置初始密码", "New password"))
def reset_password(actor: Actor, *, account: int, password_hash: str) -> dict[str, Any]:
    """A first password for an official who lost his; his second factor stays as it is."""
    row = the(Account, pk=account, kind=Account.Kind.OFFICIAL)
    demand(
        row.pk != actor.account,
        T("请在“账户与安全”中修改自己的密码。", "Change your own password under your account."),
    )
    row.password = password_hash
    row.must_change_password = True
    record(actor, row, "identity.password_reset")
    return {"account": row.pk}


def _own(actor: Actor, /, account: int, **_: Any) -> bool:
    return actor.account == account or actor.kind == "platform"


@action("identity.note_password_change", allows=_own)
def note_password_change(actor: Actor, *, account: int) -> dict[str, Any]:
    """The password was changed by its owner; whatever demanded it is met."""
    row = the(Account, pk=account)
    row.must_change_password = False
    record(actor, row, "identity.password_changed")
    return {"account": row.pk}


@action("identity.change_contact", allows=_own, title=T("修改联系方式", "Change contact"))
def change_contact(actor: Actor, *, account: int, phone: str, email: str) -> dict[str, Any]:
    """Phone and e-mail; a person goes on signing in with the number he registered."""
    row = the(Account, pk=account)
    demand_valid(phone=None if MOBILE.fullmatch(phone) else BAD_PHONE)
    row.phone, row.email = phone, email
    record(actor, row, "identity.contact_changed", phone=mask_phone(phone))
    return {"account": row.pk}
