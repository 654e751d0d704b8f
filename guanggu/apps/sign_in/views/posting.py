"""A form posted to an action: what the action refuses is said beside the fields."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Problem
from guanggu.kernel.identity.public import Account, Permission, actor_of, demand

SIGN_IN_FIRST = T("请先登录。", "Sign in first.")
# Without characters that look alike: it is read from a screen and typed once.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def own_account(request: HttpRequest) -> Account:
    """The account that is signed in. Raises Forbidden."""
    if not isinstance(request.user, Account):
        raise Forbidden(SIGN_IN_FIRST)
    return request.user


def acting(request: HttpRequest, may: Permission) -> Actor:
    """The actor, where he has the permission on anything at all. Raises Forbidden."""
    actor = actor_of(request)
    demand(actor, may)
    return actor


def key_of(request: HttpRequest) -> str | None:
    return request.POST.get("request_key", "")[:64] or None


def first_password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def form_page(
    request: HttpRequest,
    form: forms.Form,
    perform: Callable[[dict[str, Any]], HttpResponse | str],
    *,
    title: T,
    submit: T,
    back: str,
    lead: T | str = "",
    done: T | None = None,
) -> HttpResponse:
    """Show the form; posted and valid, ``perform`` does it and says where to go or what to show."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer = perform(form.cleaned_data)
            except Problem as problem:
                _tell(form, problem)
                status = problem.status
            else:
                if isinstance(answer, HttpResponse):
                    return answer
                if done:
                    messages.success(request, str(done))
                return HttpResponseRedirect(answer)
    values = {"form": form, "title": title, "submit_label": submit, "back": back, "lead": lead}
    return render(request, "guanggu/form.html", values, status=status)


def _tell(form: forms.Form, problem: Problem) -> None:
    for name, message in problem.fields.items():
        form.add_error(name if name in form.fields else None, str(message))
    if not problem.fields:
        form.add_error(None, str(problem.message))


def confirm_page(
    request: HttpRequest,
    perform: Callable[[], str],
    *,
    title: T,
    text: T | str,
    action: T,
    back: str,
    done: T,
    rows: list[tuple[Any, Any]] | None = None,
) -> HttpResponse:
    """Ask before something that takes a right away; a Problem becomes its own page."""
    if request.method == "POST":
        address = perform()
        messages.success(request, str(done))
        return HttpResponseRedirect(address)
    values = {"title": title, "text": text, "action": action, "back": back, "danger": True}
    return render(request, "guanggu/confirm.html", values | {"rows": rows or []})
