"""A person's own account: registering, contact, what happened to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.actor import VISITOR
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import (
    actor_of,
    change_contact,
    mask_phone,
    owns_second_factor,
    register_person,
)
from guanggu.web import rate

from ..queries import activity
from .forms import ContactForm, RegistrationForm
from .posting import form_page, key_of, own_account
from .telling import lines_of


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect("/accounts/")
    form = RegistrationForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        # Enough for a counter with a queue, too few for a robot.
        rate.count("register", rate.client_address(request), times=10, seconds=3600)
        register_person(
            VISITOR,
            name=values["name"],
            citizen_id=values["citizen_id"],
            phone=values["phone"],
            password_hash=make_password(values["password1"]),
        )
        messages.success(request, str(T("注册成功，请登录。", "You are registered; sign in now.")))
        return "/accounts/login/"

    return form_page(
        request,
        form,
        perform,
        title=T("注册个人账户", "Register as a person"),
        submit=T("注册", "Register"),
        back="/accounts/login/",
        lead=T(
            "企业请先由法定代表人注册个人账户，登录后绑定企业。",
            "For a firm, its legal representative registers first and then binds the firm.",
        ),
    )


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    account = own_account(request)
    rows = [
        (T("姓名", "Name"), account.name),
        (T("用户名", "User name"), account.username),
        (T("手机号码", "Mobile number"), mask_phone(account.phone) if account.phone else ""),
        (T("电子邮箱", "E-mail"), account.email),
    ]
    if not account.is_official:
        rows.insert(2, (T("公民身份号码", "Identity number"), account.citizen_id_masked))
    values = {"rows": rows, "account": account, "has_factor": owns_second_factor(account)}
    return render(request, "sign_in/own_account.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    account = own_account(request)
    form = ContactForm(
        request.POST or None, initial={"phone": account.phone, "email": account.email}
    )

    def perform(values: dict[str, Any]) -> str:
        change_contact(actor_of(request), key=key_of(request), account=account.pk, **values)
        return "/accounts/"

    return form_page(
        request,
        form,
        perform,
        title=T("修改联系方式", "Change contact"),
        submit=T("保存", "Save"),
        back="/accounts/",
        lead=T("登录用的手机号码不随之改变。", "The number you sign in with stays the same."),
        done=T("联系方式已更新。", "Contact changed."),
    )


@require_safe
def own_activity(request: HttpRequest) -> HttpResponse:
    account = own_account(request)
    values = {"entries": lines_of(activity(account))}
    return render(request, "sign_in/activity.html", values)
