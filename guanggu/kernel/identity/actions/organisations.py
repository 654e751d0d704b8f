"""The organisation tree and its posts: made by the administrator, given roles by security."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.kernel.journal.public import action

from ..capacity import in_force
from ..models import Appointment, Organisation, Post
from ..recording import record
from ..rules import CODE, ROLES, separation_error, unknown_roles
from .allowing import administers, demand_valid, secures, the

CODE_TAKEN = T("该机构代码已存在。", "This code is taken.")
BAD_CODE = T(
    "机构代码为小写字母、数字和横线，以字母开头，最长 32 位。",
    "Small letters, digits and hyphens, beginning with a letter, at most 32.",
)
NO_NAME = T("请填写名称。", "Enter a name.")
NO_ENGLISH = T("请填写英文名称。", "Enter the English name.")
STILL_USED = T(
    "该机构仍有未撤销的下级机构或岗位，请先处理后再撤销。",
    "It still has bodies or posts under it; close those first.",
)
CLOSED = T("该机构已撤销，不能再变更。", "This body is closed and cannot change.")


def _names(name: str, name_en: str) -> None:
    demand_valid(
        name=None if name.strip() else NO_NAME,
        name_en=None if name_en.strip() else NO_ENGLISH,
    )


def _open(code: str) -> Organisation:
    found = the(Organisation, code=code)
    if not found.is_active:
        raise Conflict(CLOSED)
    return found


@action("identity.create_organisation", allows=administers, title=T("新设机构", "New body"))
def create_organisation(
    actor: Actor,
    *,
    code: str,
    name: str,
    name_en: str,
    kind: str,
    parent: str = "",
    short_name: str = "",
    unified_code: str = "",
    document_word: str = "",
) -> dict[str, Any]:
    """A body under ``parent`` (a code; none for the district itself). Answers {"code": …}."""
    _names(name, name_en)
    demand_valid(
        code=None if CODE.fullmatch(code) else BAD_CODE,
        kind=None
        if kind in Organisation.Kind.values
        else T("请选择机构类别。", "Choose the kind of body."),
    )
    if Organisation.objects.filter(code=code).exists():
        demand_valid(code=CODE_TAKEN)
    above = _open(parent) if parent else None
    row = Organisation(
        code=code,
        name=name.strip(),
        name_en=name_en.strip(),
        short_name=short_name.strip(),
        kind=kind,
        parent=above,
        unified_code=unified_code,
        document_word=document_word,
        path="/",
    )
    row.save()
    row.path = f"{above.path if above else '/'}{row.pk}/"
    told = {"name": row.name, "kind": kind, "parent": parent}
    record(actor, row, "identity.organisation_created", **told)
    return {"code": code}


@action("identity.rename_organisation", allows=administers, title=T("机构更名", "Rename a body"))
def rename_organisation(
    actor: Actor,
    *,
    code: str,
    name: str,
    name_en: str,
    short_name: str = "",
    document_word: str = "",
    unified_code: str = "",
) -> dict[str, Any]:
    _names(name, name_en)
    row = _open(code)
    before = row.name
    row.name, row.name_en = name.strip(), name_en.strip()
    row.short_name, row.document_word = short_name.strip(), document_word.strip()
    row.unified_code = unified_code
    record(actor, row, "identity.organisation_renamed", before=before, name=row.name)
    return {"code": code}


@action("identity.move_organisation", allows=administers, title=T("机构划转", "Move a body"))
def move_organisation(actor: Actor, *, code: str, parent: str) -> dict[str, Any]:
    """Put the body with all under it below another. Raises Conflict for a circle."""
    row, above = _open(code), _open(parent)
    if above.path.startswith(row.path):
        raise Conflict(
            T("不能划转到自身或其下级机构。", "A body cannot be put under itself or its own.")
        )
    old, new = row.path, f"{above.path}{row.pk}/"
    before = row.parent.code if row.parent else ""
    row.parent = above
    row.path = new
    record(actor, row, "identity.organisation_moved", before=before, parent=parent)
    below = list(Organisation.objects.filter(path__startswith=old).exclude(pk=row.pk))
    for each in below:
        each.path = new + each.path.removeprefix(old)
    Organisation.objects.bulk_update(below, ["path"])
    return {"code": code}


@action("identity.close_organisation", allows=administers, title=T("撤销机构", "Close a body"))
def close_organisation(actor: Actor, *, code: str, reason: str) -> dict[str, Any]:
    """Nothing may be left under it. Raises Conflict."""
    row = _open(code)
    demand_valid(reason=None if reason.strip() else T("请填写依据。", "Give the ground."))
    if row.children.filter(is_active=True).exists() or row.posts.filter(is_active=True).exists():
        raise Conflict(STILL_USED)
    row.is_active = False
    record(actor, row, "identity.organisation_closed", reason=reason)
    return {"code": code}


@action("identity.create_post", allows=administers, title=T("新设岗位", "New post"))
def create_post(
    actor: Actor, *, organisation: str, name: str, name_en: str, is_head: bool = False
) -> dict[str, Any]:
    """A post without roles: the security officer grants those."""
    _names(name, name_en)
    row = Post(
        organisation=_open(organisation),
        name=name.strip(),
        name_en=name_en.strip(),
        is_head=is_head,
        roles=[],
    )
    record(actor, row, "identity.post_created", name=row.name, organisation=organisation)
    return {"post": row.pk}


@action("identity.rename_post", allows=administers, title=T("岗位更名", "Rename a post"))
def rename_post(
    actor: Actor, *, post: int, name: str, name_en: str, is_head: bool = False
) -> dict[str, Any]:
    _names(name, name_en)
    row = the(Post, pk=post, is_active=True)
    before = row.name
    row.name, row.name_en, row.is_head = name.strip(), name_en.strip(), is_head
    record(actor, row, "identity.post_renamed", before=before, name=row.name)
    return {"post": post}


@action("identity.close_post", allows=administers, title=T("撤销岗位", "Close a post"))
def close_post(actor: Actor, *, post: int, reason: str) -> dict[str, Any]:
    """Nobody may sit in it. Raises Conflict."""
    row = the(Post, pk=post, is_active=True)
    demand_valid(reason=None if reason.strip() else T("请填写依据。", "Give the ground."))
    if Appointment.objects.filter(in_force(), post=row).exists():
        raise Conflict(
            T("该岗位仍有在任人员，请先免职。", "Somebody still sits in the post; end that first.")
        )
    row.is_active = False
    record(actor, row, "identity.post_closed", reason=reason)
    return {"post": post}


@action("identity.grant_roles", allows=secures, title=T("授予岗位职责", "Grant roles to a post"))
def grant_roles(actor: Actor, *, post: int, roles: list[str]) -> dict[str, Any]:
    """The roles that the post has from now on, for all who sit in it."""
    row = the(Post, pk=post, is_active=True)
    unknown = unknown_roles(roles)
    demand_valid(
        roles=T("没有这些职责：{}", "No such roles: {}").format("、".join(unknown))
        if unknown
        else separation_error(roles)
    )
    before = sorted(row.roles)
    row.roles = [role for role in ROLES if role in set(roles)]
    _demand_separate_holders(row)
    record(actor, row, "identity.roles_granted", before=before, roles=row.roles)
    return {"post": post}


def _demand_separate_holders(post: Post) -> None:
    from .appointments import separated_roles_of

    for held in Appointment.objects.filter(in_force(), post=post).select_related("account"):
        together = separated_roles_of(held.account, leaving_out=post) | set(post.roles)
        demand_valid(roles=separation_error(together))
