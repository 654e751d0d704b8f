"""Binding a firm by its register, and the applications that sign in through us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.auth.hashers import make_password

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Account, bind_firm
from guanggu.kernel.journal.public import (
    DIGEST_KEY,
    REMOVED,
    action,
    append,
    guard,
    state_digest,
)
from guanggu.kernel.register.public import snapshot
from guanggu.standards import gb_32100_2015
from guanggu.web.authentication.oidc_adapter import SCOPES as SCOPE_WORDS

from .rules import addresses_error, finding_of

HASHER = "sha256_long_secret"
SCOPES = tuple(SCOPE_WORDS)
CORRECT = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")
NO_APPLICATION = T("没有该接入应用。", "There is no such application.")


def _person(actor: Actor, /, **_: Any) -> bool:
    return bool(actor.account) and actor.kind in ("person", "firm")


@action("sign_in.claim_firm", allows=_person, title=T("绑定企业", "Act for a firm"))
def claim_firm(actor: Actor, *, firm: str, firm_name: str) -> dict[str, Any]:
    """Bound at once where the register shows the person as legal representative, else a claim.

    firm: unified code (GB 32100). Answers {"representation"} or {"claim"}. Raises Invalid.
    """
    code = gb_32100_2015.normalise(firm)
    checked = gb_32100_2015.check(code)
    if not checked.is_valid:
        raise Invalid(CORRECT, fields={"firm": checked.message})
    account = Account.objects.get(pk=actor.account)
    entity = snapshot(Ref("legal_entities", code))
    finding = finding_of(entity, account.name, account.phone)
    name = str(entity["name"]) if entity else " ".join(firm_name.split())
    if not name:
        missing = T("请填写营业执照上的企业名称。", "Enter the name as on the business licence.")
        raise Invalid(CORRECT, fields={"firm_name": missing})
    done: dict[str, Any] = bind_firm(
        actor,
        account=account.pk,
        firm=code,
        firm_name=name,
        finding=finding,
        matched=not finding,
    )
    return done | {"firm": code}


def _administers(actor: Actor, /, **_: Any) -> bool:
    return actor.has("administer")


def _check(name: str, addresses: list[str], scopes: list[str]) -> None:
    errors: dict[str, T] = {}
    if not 1 < len(name.strip()) <= 100:
        errors["name"] = T("请填写应用名称。", "Name the application.")
    if wrong := addresses_error(addresses, settings.PRODUCTION):
        errors["addresses"] = wrong
    if set(scopes) - set(SCOPES):
        errors["scopes"] = T("没有这些授权范围。", "There are no such scopes.")
    if errors:
        raise Invalid(CORRECT, fields=errors)


def _state(client: Client) -> dict[str, Any]:
    names = (
        "id", "name", "secret", "scopes", "type", "grant_types", "response_types",
        "redirect_uris", "skip_consent", "allow_uri_wildcards",
    )  # fmt: skip
    return {name: getattr(client, name) for name in names}


def _record(actor: Actor, client: Client, kind: str, **told: Any) -> None:
    client.save()
    digest = {DIGEST_KEY: state_digest(_state(client))}
    append(Ref("applications", client.pk), kind, actor, {"name": client.name, **told, **digest})


def _rows() -> Iterator[tuple[str, str]]:
    for client in Client.objects.order_by("pk"):
        yield client.pk, state_digest(_state(client))


guard("applications", _rows)


def new_secret() -> str:
    """288 random bits, shown once."""
    secret: str = get_adapter().generate_client_secret()
    return secret


def secret_hash(secret: str) -> str:
    return make_password(secret, hasher=HASHER)


def _application(key: str) -> Client:
    found = Client.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise Missing(NO_APPLICATION)
    return found


@action("sign_in.register_application", allows=_administers, title=T("登记应用", "Register"))
def register_application(
    actor: Actor, *, name: str, addresses: list[str], scopes: list[str], secret_hash: str
) -> dict[str, Any]:
    """An application that may sign people in here. Answers {"application": client id}."""
    _check(name, addresses, scopes)
    client = Client(
        name=name.strip(),
        secret=secret_hash,
        type=Client.Type.CONFIDENTIAL,
        owner_id=actor.account,
    )
    client.set_redirect_uris(addresses)
    client.set_scopes(["openid", *(s for s in SCOPES[1:] if s in scopes)])
    told = {"addresses": addresses, "scopes": client.get_scopes()}
    _record(actor, client, "sign_in.application_registered", **told)
    return {"application": client.pk}


@action("sign_in.change_application", allows=_administers, title=T("修改应用", "Change"))
def change_application(
    actor: Actor, *, application: str, name: str, addresses: list[str], scopes: list[str]
) -> dict[str, Any]:
    _check(name, addresses, scopes)
    client = _application(application)
    client.name = name.strip()
    client.set_redirect_uris(addresses)
    client.set_scopes(["openid", *(s for s in SCOPES[1:] if s in scopes)])
    told = {"addresses": addresses, "scopes": client.get_scopes()}
    _record(actor, client, "sign_in.application_changed", **told)
    return {"application": client.pk}


@action("sign_in.renew_secret", allows=_administers, title=T("更换密钥", "New secret"))
def renew_secret(actor: Actor, *, application: str, secret_hash: str) -> dict[str, Any]:
    """The old secret stops working at once."""
    client = _application(application)
    client.secret = secret_hash
    _record(actor, client, "sign_in.secret_renewed")
    return {"application": client.pk}


@action("sign_in.remove_application", allows=_administers, title=T("注销应用", "Remove"))
def remove_application(actor: Actor, *, application: str, reason: str) -> dict[str, Any]:
    """With it go the tokens that it holds."""
    client = _application(application)
    told = {"name": client.name, "reason": reason, DIGEST_KEY: REMOVED}
    append(Ref("applications", client.pk), "sign_in.application_removed", actor, told)
    client.delete()
    return {"application": application}
