"""The organisation tree: everybody may read it, the administrator changes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import (
    ROLES,
    Organisation,
    Post,
    actor_of,
    close_organisation,
    close_post,
    create_organisation,
    create_post,
    get,
    grant_roles,
    move_organisation,
    rename_organisation,
    rename_post,
)
from guanggu.web.addresses import declare

from ..queries import (
    ADMINISTER,
    SECURE,
    VIEW_ORGANISATIONS,
    VIEW_POSTS,
    organisation_tree,
    posts_with_holders,
)
from .forms import (
    KINDS,
    MoveForm,
    NewOrganisationForm,
    OrganisationForm,
    PostForm,
    ReasonForm,
    RolesForm,
)
from .posting import acting, form_page, key_of

HOME = "/organisations/"
declare("organisations", f"{HOME}{{key}}/")
METHODS = ["GET", "HEAD", "POST"]


def _page(code: str) -> str:
    return f"{HOME}{code}/"


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    may = ADMINISTER.is_possible(actor_of(request))
    values = {"branches": organisation_tree(), "may_change": may}
    return render(request, "sign_in/organisations.html", values)


@require_safe
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    rows = Organisation.objects.select_related("parent")
    found = get(actor, rows, VIEW_ORGANISATIONS, code=code)
    posts = []
    if VIEW_POSTS.is_possible(actor):
        posts = [
            {"post": post, "holders": holders, "roles": [ROLES.get(r, r) for r in post.roles]}
            for post, holders in posts_with_holders(found)
        ]
    values = {
        "organisation": found,
        "kind": KINDS.get(found.kind, found.kind),
        "children": found.children.filter(is_active=True).order_by("pk"),
        "posts": posts,
        "may_see_posts": VIEW_POSTS.is_possible(actor),
        "may_change": ADMINISTER.is_possible(actor) and found.is_active,
        "may_grant": SECURE.is_possible(actor),
        "crumbs": [(T("组织机构", "Organisations"), HOME), (found.title, "")],
    }
    return render(request, "sign_in/organisation.html", values)


@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    parent = request.GET.get("parent", "")
    above = get(actor, Organisation, ADMINISTER, code=parent) if parent else None
    form = NewOrganisationForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        create_organisation(actor, key=key_of(request), parent=parent, **values)
        return _page(values["code"])

    lead = T("设在“{}”之下。", "Under “{}”.").format(above.title) if above else ""
    return form_page(
        request, form, perform, title=T("新设机构", "New body"), submit=T("新设", "Create"),
        back=_page(parent) if parent else HOME, lead=lead, done=T("机构已设立。", "Created."),
    )  # fmt: skip


@require_http_methods(METHODS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    row = get(actor, Organisation, ADMINISTER, code=code)
    names = ("name", "name_en", "short_name", "document_word", "unified_code")
    form = OrganisationForm(request.POST or None, initial={n: getattr(row, n) for n in names})

    def perform(values: dict[str, Any]) -> str:
        rename_organisation(actor, key=key_of(request), code=code, **values)
        return _page(code)

    return form_page(
        request, form, perform, title=T("机构更名", "Rename a body"), submit=T("保存", "Save"),
        back=_page(code), done=T("已保存。", "Saved."),
    )  # fmt: skip


@require_http_methods(METHODS)
def move(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    row = get(actor, Organisation, ADMINISTER, code=code)
    form = MoveForm(request.POST or None, leaving_out=row)

    def perform(values: dict[str, Any]) -> str:
        move_organisation(actor, key=key_of(request), code=code, parent=values["parent"])
        return _page(code)

    return form_page(
        request, form, perform, title=T("机构划转", "Move a body"), submit=T("划转", "Move"),
        back=_page(code), lead=T("连同下级机构一并划转。", "All under it moves along."),
        done=T("已划转。", "Moved."),
    )  # fmt: skip


@require_http_methods(METHODS)
def close(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    get(actor, Organisation, ADMINISTER, code=code)
    form = ReasonForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        close_organisation(actor, key=key_of(request), code=code, **values)
        return HOME

    return form_page(
        request, form, perform, title=T("撤销机构", "Close a body"), submit=T("撤销", "Close"),
        back=_page(code), lead=T("撤销前须无下级机构和岗位。", "Nothing may be left under it."),
        done=T("机构已撤销。", "Closed."),
    )  # fmt: skip


@require_http_methods(METHODS)
def new_post(request: HttpRequest, code: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    get(actor, Organisation, ADMINISTER, code=code)
    form = PostForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        create_post(actor, key=key_of(request), organisation=code, **values)
        return _page(code)

    return form_page(
        request, form, perform, title=T("新设岗位", "New post"), submit=T("新设", "Create"),
        back=_page(code), done=T("岗位已设立。", "Created."),
        lead=T("岗位职责由安全管理员另行授予。", "Its roles are granted by the security officer."),
    )  # fmt: skip


@require_http_methods(METHODS)
def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    row = get(actor, Post.objects.select_related("organisation"), ADMINISTER, pk=pk)
    names = ("name", "name_en", "is_head")
    form = PostForm(request.POST or None, initial={n: getattr(row, n) for n in names})

    def perform(values: dict[str, Any]) -> str:
        rename_post(actor, key=key_of(request), post=pk, **values)
        return _page(row.organisation.code)

    return form_page(
        request, form, perform, title=T("岗位更名", "Rename a post"), submit=T("保存", "Save"),
        back=_page(row.organisation.code), done=T("已保存。", "Saved."),
    )  # fmt: skip


@require_http_methods(METHODS)
def shut_post(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    row = get(actor, Post.objects.select_related("organisation"), ADMINISTER, pk=pk)
    form = ReasonForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        close_post(actor, key=key_of(request), post=pk, **values)
        return _page(row.organisation.code)

    return form_page(
        request, form, perform, title=T("撤销岗位", "Close a post"), submit=T("撤销", "Close"),
        back=_page(row.organisation.code), lead=row.title, done=T("岗位已撤销。", "Closed."),
    )  # fmt: skip


@require_http_methods(METHODS)
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request, SECURE)
    row = get(actor, Post.objects.select_related("organisation"), SECURE, pk=pk)
    form = RolesForm(request.POST or None, initial={"roles": row.roles})

    def perform(values: dict[str, Any]) -> str:
        grant_roles(actor, key=key_of(request), post=pk, **values)
        return _page(row.organisation.code)

    return form_page(
        request, form, perform, title=T("授予岗位职责", "Grant roles"), submit=T("授予", "Grant"),
        back=_page(row.organisation.code), lead=row.title, done=T("职责已更新。", "Granted."),
    )  # fmt: skip
