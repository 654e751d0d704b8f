"""The first three officers of a new install: everything after them is proposed and confirmed."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import action

from ..models import Account, Appointment, Organisation, Post
from ..recording import record
from ..rules import ROLES, USERNAME
from .accounts import BAD_USERNAME
from .allowing import demand_valid

POSTS = {
    "administer": T("系统管理员", "System administrator"),
    "security": T("安全管理员", "Security officer"),
    "audit": T("审计管理员", "Audit officer"),
}
ALREADY = T(
    "已设有管理员，请由现任管理员办理，不能再次初始化。",
    "There are officers already; let them create accounts.",
)


def _platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("identity.appoint_first_officers", allows=_platform)
def appoint_first_officers(
    actor: Actor,
    *,
    code: str,
    name: str,
    name_en: str,
    usernames: dict[str, str],
    password_hashes: dict[str, str],
) -> dict[str, Any]:
    """The district itself, and one post and account each for administer, security and audit.

    usernames, password_hashes: by role. Raises Conflict where a body or official exists.
    """
    if Organisation.objects.exists() or Account.objects.filter(kind="official").exists():
        raise Conflict(ALREADY)
    distinct = len(set(usernames.values())) == len(POSTS) == len(usernames)
    fits = distinct and all(USERNAME.fullmatch(each) for each in usernames.values())
    demand_valid(usernames=None if fits else BAD_USERNAME)
    district = Organisation(code=code, name=name, name_en=name_en, kind="district", path="/")
    district.save()
    district.path = f"/{district.pk}/"
    record(actor, district, "identity.organisation_created", name=name)
    for role, title in POSTS.items():
        post = Post(organisation=district, name=title.zh, name_en=title.en, roles=[role])
        record(actor, post, "identity.post_created", name=title.zh, roles=[role])
        account = Account(
            username=usernames[role],
            name=title.zh,
            kind=Account.Kind.OFFICIAL,
            password=password_hashes[role],
            must_change_password=True,
            joined_at=clock.now(),
        )
        record(actor, account, "identity.official_created", username=account.username)
        held = Appointment(account=account, post=post, from_on=clock.today())
        told = {"account": str(account.ref), "post": str(post.ref), "role": ROLES[role].zh}
        record(actor, held, "identity.official_appointed", **told)
    return {"organisation": code}
