"""Delegating one's own post while absent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import (
    Delegation,
    Post,
    actor_of,
    delegate,
    get,
    grantees_of,
    revoke_delegation,
    visible,
)

from ..queries import OWN_DELEGATIONS, OWN_POSTS, delegations_of
from .forms import DelegationForm
from .posting import acting, confirm_page, form_page, key_of, own_account

HOME = "/accounts/delegations/"


def _state(row: Delegation) -> tuple[T, str]:
    today = clock.today()
    if row.revoked_at:
        return T("已撤回", "Revoked"), "quiet"
    if row.until_on < today:
        return T("已到期", "Expired"), "quiet"
    if row.from_on > today:
        return T("未生效", "Not yet"), "info"
    return T("生效中", "In force"), "ok"


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    account = own_account(request)
    actor = acting(request, OWN_DELEGATIONS)
    rows = [
        {
            "row": row,
            "state": _state(row),
            "given": row.grantor_id == account.pk,
            "open": row.revoked_at is None and row.until_on >= clock.today(),
        }
        for row in delegations_of(account.pk)[:50]
    ]
    posts = visible(actor, Post.objects.select_related("organisation"), OWN_POSTS)
    return render(request, "sign_in/delegations.html", {"rows": rows, "posts": posts})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, post: int) -> HttpResponse:
    actor = actor_of(request)
    seat = get(actor, Post.objects.select_related("organisation"), OWN_POSTS, pk=post)
    people = list(grantees_of(seat, actor.account or 0).order_by("name")[:500])
    today = clock.today().isoformat()
    form = DelegationForm(request.POST or None, people=people, initial={"from_on": today})

    def perform(values: dict[str, Any]) -> str:
        values["grantee"] = int(values["grantee"])
        delegate(actor, key=key_of(request), post=seat.pk, **values)
        return HOME

    return form_page(
        request,
        form,
        perform,
        title=T("岗位委托", "Delegate a post"),
        submit=T("委托", "Delegate"),
        back=HOME,
        lead=T(
            "委托期间，受托人以“代{}”的名义行使“{}”的职责，每一步都会记录。",
            "While it lasts the other acts “for {}” as “{}”; every step says so.",
        ).format(actor.name, seat.title),
        done=T("委托已生效或将于起始日生效。", "The delegation holds from its first day."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = get(actor, Delegation.objects.select_related("post"), OWN_DELEGATIONS, pk=pk)

    def perform() -> str:
        revoke_delegation(actor, key=key_of(request), delegation=pk)
        return HOME

    return confirm_page(
        request,
        perform,
        title=T("撤回委托", "Revoke the delegation"),
        text=T("撤回后立即失效。", "It ends at once."),
        action=T("撤回", "Revoke"),
        back=HOME,
        done=T("委托已撤回。", "Revoked."),
        rows=[
            (T("岗位", "Post"), row.post.title),
            (T("委托人", "From whom"), row.grantor.name),
            (T("受托人", "To whom"), row.grantee.name),
        ],
    )
