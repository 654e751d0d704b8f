"""People and bodies for tests: made directly, without the procedures that make real ones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.db import models, transaction
from django.test import Client

from guanggu.base import clock
from guanggu.base.actor import Actor, platform

from .capacity import SESSION_KEY, actor_for
from .models import Account, Appointment, Organisation, Post, Representation
from .recording import record
from .second_factor import mark_second_factor

ALL_ROLES = (
    "accept", "review", "decide", "head", "deliver", "catalogue", "entities", "supervise", "draft",
    "edit", "countersign", "sign", "seal", "archive", "receive", "administer", "security", "audit",
    "monitor", "enforce", "patrol", "devices", "map", "statistics", "duty", "data",
    "projects", "plan",
)  # fmt: skip
_numbers = count(1)


def _kept(row: models.Model) -> None:
    """Saved with its event, so that ``verify`` knows it."""
    with transaction.atomic():
        record(platform("tests"), row, "identity.made_for_test")


def an_organisation(name: str = "", kind: str = "department", **values: Any) -> Organisation:
    number = next(_numbers)
    parent = values.get("parent")
    made = Organisation(
        code=values.pop("code", f"test-{number}"),
        name=name or f"测试单位{number}",
        name_en=values.pop("name_en", f"Test body {number}"),
        kind=kind,
        **values,
    )
    made.save()
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    _kept(made)
    return made


def an_account(name: str = "", kind: str = "person", **values: Any) -> Account:
    number = next(_numbers)
    made = Account(
        username=values.pop("username", f"user{number}"),
        name=name or f"测试人{number}",
        kind=kind,
        joined_at=clock.now(),
        **values,
    )
    made.set_unusable_password()
    _kept(made)
    return made


def a_post(
    organisation: Organisation | None = None, roles: Iterable[str] = ALL_ROLES, **values: Any
) -> Post:
    made = Post(
        organisation=organisation or an_organisation(),
        name=values.pop("name", "测试岗"),
        name_en=values.pop("name_en", "Test post"),
        roles=list(roles),
        **values,
    )
    _kept(made)
    return made


def an_official(
    organisation: Organisation | None = None, roles: Iterable[str] = ALL_ROLES, name: str = ""
) -> Actor:
    """An official in a post of his own with these roles, acting in it."""
    account = an_account(name, kind="official")
    post = a_post(organisation, roles)
    _kept(Appointment(account=account, post=post, from_on=clock.today()))
    return actor_for(account, post=post.pk)


def a_person(name: str = "") -> Actor:
    return actor_for(an_account(name))


def a_firm_agent(firm: str, firm_name: str = "测试企业有限公司") -> Actor:
    """A person who acts for the firm of that unified code."""
    account = an_account()
    _kept(
        Representation(
            account=account, firm=firm, firm_name=firm_name, role="agent", from_on=clock.today()
        )
    )
    return actor_for(account, firm=firm)


def sign_in(actor: Actor, client: Client | None = None) -> Client:
    """A test client signed in as the actor, in his capacity, past the second factor."""
    client = client or Client()
    client.force_login(Account.objects.get(pk=actor.account or 0))
    session = client.session
    mark_second_factor(session, actor.account or 0)
    if actor.post:
        session[SESSION_KEY] = f"post:{actor.post}"
    elif actor.firm:
        session[SESSION_KEY] = f"firm:{actor.firm}"
    session.save()
    return client
