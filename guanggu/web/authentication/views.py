"""The pages of django-allauth that need more than our words."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal import jwkkit
from allauth.core.internal.httpkit import add_query_params
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import AuthorizationView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.identity.public import (
    Account,
    has_second_factor,
    owns_second_factor,
    sample_code,
    sample_codes_are_shown,
)
from guanggu.web.authentication.events import note
from guanggu.web.authentication.forms import AuthorizationForm
from guanggu.web.authentication.mfa_adapter import MFAAdapter
from guanggu.web.security import POLICY

NO_PKCE = T(
    "接入应用的授权请求缺少 PKCE（code_challenge，S256），已拒绝。请联系该应用的开发方。",
    "The application's request lacks PKCE (code_challenge, S256) and is refused. Tell its makers.",
)


class SecondStepView(AuthenticateView):
    """The sample district shows the code of a sample account: nobody has its phone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        values: dict[str, Any] = super().get_context_data(**kwargs)
        account = self.stage.login.user
        if sample_codes_are_shown() and account.is_sample:
            values["sample_code"] = sample_code(account.username)
        return values


class RemovePasskeyView(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        if not MFAAdapter().can_delete_authenticator(self.get_object()):
            raise Conflict(MFAAdapter.error_messages["cannot_delete_authenticator"])
        response: HttpResponse = super().form_valid(form)
        return response


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where an official without a second factor begins: which of the two ways."""
    account = request.user
    if not isinstance(account, Account):
        raise Missing(T("请先登录。", "Sign in first."))
    values = {"owns": owns_second_factor(account), "proven": has_second_factor(request)}
    return render(request, "guanggu/second_factor.html", values)


class ConsentView(AuthorizationView):
    """Authorization endpoint: PKCE from everybody (OAuth 2.1), and consent in our pages."""

    form_class = AuthorizationForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _has_pkce(request):
            return _refuse(request)
        response: HttpResponse = super().get(request, *args, **kwargs)
        if response.status_code == 200 and not isinstance(response, TemplateResponse):
            response.status_code = 400  # allauth tells of a refused request with 200
        if response.status_code != 200:
            return response
        target = urlsplit(request.GET.get("redirect_uri", ""))  # a registered one by now
        if target.scheme in ("http", "https"):
            # The form's answer leads to the application: a browser holds form-action to that too.
            origin = f"{target.scheme}://{target.netloc}"
            allowed = POLICY.replace("form-action 'self'", f"form-action 'self' {origin}")
            response.headers["Content-Security-Policy"] = allowed
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        account = self.request.user
        if response.status_code == 302 and isinstance(account, Account):
            scopes = sorted(form.cleaned_data["scopes"])
            application = str(self._request_info["client_id"])
            kind = "identity.application_allowed"
            note(self.request, account, kind, application=application, scopes=scopes)
        return response


def _has_pkce(request: HttpRequest) -> bool:
    challenge = request.GET.get("code_challenge", "")
    return len(challenge) >= 43 and request.GET.get("code_challenge_method") == "S256"


def _refuse(request: HttpRequest) -> HttpResponse:
    """RFC 7636 4.4.1: told to the application, where its address is one that it registered."""
    key = request.GET.get("client_id", "")[:100].replace("\0", "")
    client = Client.objects.filter(pk=key).first()
    address = request.GET.get("redirect_uri", "")
    if client is None or address not in client.get_redirect_uris():
        raise Invalid(NO_PKCE, code="invalid_request")
    params = {"error": "invalid_request", "error_description": "PKCE with S256 is required"}
    if state := request.GET.get("state"):
        params["state"] = state
    response = HttpResponse(status=302)
    response.headers["Location"] = add_query_params(address, params)
    return response


@functools.lru_cache(maxsize=8)
def _public_key(pem: str) -> dict[str, Any]:
    """Reading a PEM costs 40 ms; the key set is asked for by every client."""
    return dict(jwkkit.load_jwk_from_pem(pem)[0])


@require_safe
def key_set(request: HttpRequest) -> HttpResponse:
    """The public keys (RFC 7517), kept by clients for an hour."""
    adapter = get_adapter()
    keys = [_public_key(key.pem) for key in adapter.list_private_keys(is_active=True)]
    response = JsonResponse({"keys": keys})
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={adapter.get_jwks_cache_control()}"
    return response
