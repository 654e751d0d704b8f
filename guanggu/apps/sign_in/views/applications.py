"""Applications that sign people in through this platform (OpenID Connect clients)."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import get

from ..actions import (
    change_application,
    new_secret,
    register_application,
    remove_application,
    renew_secret,
    secret_hash,
)
from ..queries import ADMINISTER
from .forms import SCOPE_TITLES, ApplicationForm, ReasonForm
from .posting import acting, confirm_page, form_page, key_of

HOME = "/administration/applications/"
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    acting(request, ADMINISTER)
    rows = [
        {
            "client": client,
            "addresses": client.get_redirect_uris(),
            "scopes": [SCOPE_TITLES[s] for s in client.get_scopes() if s in SCOPE_TITLES],
        }
        for client in Client.objects.order_by("name", "pk")[:200]
    ]
    issuer = request.build_absolute_uri("/").rstrip("/")
    return render(request, "sign_in/applications.html", {"rows": rows, "issuer": issuer})


@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    form = ApplicationForm(request.POST or None, initial={"scopes": ["profile"]})

    def perform(values: dict[str, Any]) -> HttpResponse:
        secret = new_secret()
        made = register_application(actor, secret_hash=secret_hash(secret), **values)
        shown = {"secret": secret, "application": made["application"], "name": values["name"]}
        return render(request, "sign_in/secret.html", shown)

    return form_page(
        request, form, perform, title=T("登记接入应用", "Register an application"),
        submit=T("登记", "Register"), back=HOME,
        lead=T("采用 OpenID Connect 授权码方式，必须使用 PKCE。",
               "By OpenID Connect, authorization code with PKCE."),
    )  # fmt: skip


@require_http_methods(METHODS)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    client = get(actor, Client, ADMINISTER, pk=key)
    initial = {
        "name": client.name,
        "addresses": client.redirect_uris,
        "scopes": client.get_scopes(),
    }
    form = ApplicationForm(request.POST or None, initial=initial)

    def perform(values: dict[str, Any]) -> str:
        change_application(actor, key=key_of(request), application=key, **values)
        return HOME

    return form_page(
        request, form, perform, title=T("修改接入应用", "Change an application"),
        submit=T("保存", "Save"), back=HOME, done=T("已保存。", "Saved."),
    )  # fmt: skip


@require_http_methods(METHODS)
def secret(request: HttpRequest, key: str) -> HttpResponse:
    """A new secret, shown once in the answer to the post."""
    actor = acting(request, ADMINISTER)
    client = get(actor, Client, ADMINISTER, pk=key)
    if request.method == "POST":
        made = new_secret()
        renew_secret(actor, application=key, secret_hash=secret_hash(made))
        shown = {"secret": made, "application": client.pk, "name": client.name}
        return render(request, "sign_in/secret.html", shown)
    return confirm_page(
        request, lambda: "", title=T("更换应用密钥", "New secret"), text=client.name,
        action=T("更换", "Renew"), back=HOME, done=T("已更换。", "Renewed."),
        rows=[(T("提示", "Note"), T("原密钥立即失效。", "The old one stops working at once."))],
    )  # fmt: skip


@require_http_methods(METHODS)
def remove(request: HttpRequest, key: str) -> HttpResponse:
    actor = acting(request, ADMINISTER)
    client = get(actor, Client, ADMINISTER, pk=key)
    form = ReasonForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        remove_application(actor, key=key_of(request), application=key, **values)
        return HOME

    return form_page(
        request, form, perform, title=T("注销接入应用", "Remove an application"),
        submit=T("注销", "Remove"), back=HOME, lead=client.name, done=T("已注销。", "Removed."),
    )  # fmt: skip
