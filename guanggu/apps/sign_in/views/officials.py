"""Accounts of officials: made by the administrator, given rights with the security officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import (
    Account,
    Appointment,
    AppointmentProposal,
    Post,
    actor_of,
    close_account,
    create_official,
    decide_appointment,
    end_appointment,
    get,
    in_force,
    owns_second_factor,
    propose_appointment,
    reopen_account,
    reset_password,
)
from guanggu.web.paging import keyset_page

from ..queries import ADMINISTER, OVERSEE, SECURE, activity, officials
from .deciding import decision_page
from .forms import AppointmentForm, EndForm, OfficialForm, ReasonForm
from .posting import acting, confirm_page, first_password, form_page, key_of
from .telling import lines_of

HOME = "/administration/officials/"
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    actor = acting(request, OVERSEE)
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    page = keyset_page(
        officials(words),
        order="username",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    may = ADMINISTER.is_possible(actor)
    values = {"page": page, "words": words, "may_change": may}
    return render(request, "sign_in/officials.html", values)


@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    form = OfficialForm(request.POST or None)

    def perform(values: dict[str, Any]) -> HttpResponse:
        password = first_password()
        made = create_official(actor, password_hash=make_password(password), **values)
        shown = {"password": password, "username": values["username"], "next": _page(made["sub"])}
        return render(request, "sign_in/first_password.html", shown)

    return form_page(
        request, form, perform, title=T("创建公务人员账户", "New official"),
        submit=T("创建", "Create"), back=HOME,
        lead=T("创建后没有任何权限；任职由您提出，由安全管理员确认。",
               "It has no right at first: you propose an appointment, security confirms it."),
    )  # fmt: skip


def _page(sub: str) -> str:
    return f"{HOME}{sub}/"


def _account(request: HttpRequest, sub: str, may: Any) -> Account:
    rows = Account.objects.filter(kind=Account.Kind.OFFICIAL)
    return get(actor_of(request), rows, may, sub=sub)


@require_safe
def official(request: HttpRequest, sub: str) -> HttpResponse:
    actor = acting(request, OVERSEE)
    account = _account(request, sub, OVERSEE)
    held = Appointment.objects.filter(account=account).select_related("post__organisation")
    open_ones = AppointmentProposal.objects.filter(account=account, state="open")
    values = {
        "account": account,
        "has_factor": owns_second_factor(account),
        "appointments": held.filter(in_force()).order_by("pk"),
        "proposals": open_ones.select_related("post__organisation"),
        "may_change": ADMINISTER.is_possible(actor) and account.pk != actor.account,
        "entries": lines_of(activity(account)[:20]) if actor.has("audit", "security") else [],
        "crumbs": [(T("公务人员", "Officials"), HOME), (account.name, "")],
    }
    return render(request, "sign_in/official.html", values)


@require_http_methods(METHODS)
def propose(request: HttpRequest, sub: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    account = _account(request, sub, ADMINISTER)
    posts = list(
        Post.objects.filter(is_active=True, organisation__is_active=True)
        .select_related("organisation")
        .order_by("organisation__path", "pk")[:3000]
    )
    today = clock.today().isoformat()
    form = AppointmentForm(request.POST or None, posts=posts, initial={"from_on": today})

    def perform(values: dict[str, Any]) -> str:
        values["post"] = int(values["post"])
        propose_appointment(actor, key=key_of(request), account=account.pk, **values)
        return _page(sub)

    return form_page(
        request, form, perform, title=T("提出任职", "Propose an appointment"),
        submit=T("提交确认", "Propose"), back=_page(sub), lead=account.name,
        done=T("已提交安全管理员确认。", "The security officer is asked."),
    )  # fmt: skip


@require_http_methods(METHODS)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    row = get(actor, Appointment.objects.select_related("account", "post"), ADMINISTER, pk=pk)
    back = _page(str(row.account.sub))
    today = clock.today().isoformat()
    form = EndForm(request.POST or None, initial={"until_on": today})

    def perform(values: dict[str, Any]) -> str:
        end_appointment(actor, key=key_of(request), appointment=pk, **values)
        return back

    return form_page(
        request, form, perform, title=T("免职", "End an appointment"), submit=T("免职", "End"),
        back=back, lead=f"{row.account.name} · {row.post}", done=T("已免职。", "Ended."),
    )  # fmt: skip


@require_http_methods(METHODS)
def close(request: HttpRequest, sub: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    account = _account(request, sub, ADMINISTER)
    form = ReasonForm(request.POST or None)
    is_open = account.is_active

    def perform(values: dict[str, Any]) -> str:
        act = close_account if is_open else reopen_account
        act(actor, key=key_of(request), account=account.pk, **values)
        return _page(sub)

    title = T("停用账户", "Close the account") if is_open else T("恢复账户", "Reopen the account")
    return form_page(
        request, form, perform, title=title, submit=T("确定", "Confirm"), back=_page(sub),
        lead=account.name, done=T("已处理。", "Done."),
    )  # fmt: skip


@require_http_methods(METHODS)
def new_password(request: HttpRequest, sub: str) -> HttpResponse:
    """The new first password is shown once, in the answer to the post."""
    actor = acting(request, ADMINISTER)
    account = _account(request, sub, ADMINISTER)
    if request.method == "POST":
        password = first_password()
        reset_password(actor, account=account.pk, password_hash=make_password(password))
        shown = {"password": password, "username": account.username, "next": _page(sub)}
        return render(request, "sign_in/first_password.html", shown)
    return confirm_page(
        request, lambda: "", title=T("重置初始密码", "New first password"),
        text=T("原密码立即失效，本人首次登录须修改；二次验证方式不变。",
               "The old one ends at once; he must change the new one. His second factor stays."),
        action=T("重置", "Reset"), back=_page(sub), done=T("已重置。", "Reset."),
        rows=[(T("姓名", "Name"), account.name)],
    )  # fmt: skip


@require_safe
def confirmations(request: HttpRequest) -> HttpResponse:
    """What the security officer has to confirm."""
    acting(request, SECURE)
    rows = AppointmentProposal.objects.filter(state="open").order_by("pk")
    rows = rows.select_related("account", "post__organisation", "proposed_by")
    return render(request, "sign_in/confirmations.html", {"rows": rows[:200]})


@require_http_methods(METHODS)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request, SECURE)
    rows = AppointmentProposal.objects.select_related("account", "post__organisation")
    row = get(actor, rows, SECURE, pk=pk)
    back = "/administration/confirmations/"

    def perform(yes: bool, remark: str) -> str:
        decide_appointment(actor, key=key_of(request), proposal=pk, confirmed=yes, remark=remark)
        messages.info(request, row.account.name)
        return back

    shown = [
        (T("人员", "Who"), row.account.name),
        (T("岗位", "Post"), row.post.title),
        (T("任职起始日期", "From"), row.from_on),
        (T("任职终止日期", "Until"), row.until_on),
        (T("提出人", "Proposed by"), row.proposed_by.name),
        (T("提出时间", "Proposed"), row.proposed_at),
    ]
    return decision_page(
        request, perform, title=T("确认任职", "Confirm an appointment"), rows=shown,
        yes=T("确认", "Confirm"), no=T("退回", "Refuse"), back=back,
    )  # fmt: skip
