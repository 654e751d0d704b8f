"""Officials in their posts, residents, and who acts for which firm."""

from __future__ import annotations

import base64
import random
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import (
    Account,
    Appointment,
    Organisation,
    Representation,
    add_accounts,
    add_appointments,
    add_organisations,
    add_posts,
    add_representations,
    citizen_id_digest,
)
from guanggu.standards import gb_11643_1999 as gb_11643

from . import PASSWORD, bodies, words

RESIDENTS = 5_000
REPRESENTED = 3_000  # firms whose legal representative has an account
OFFICIAL_PHONES, RESIDENT_PHONES = 1_000_000, 2_000_000
RESIDENT, FIRM = "resident", "firm"  # user names of those shown to newcomers


def add_government(actor: Actor, rng: random.Random, begun_at: datetime) -> int:
    """The bodies, posts and officials; answers how many officials."""
    made = add_organisations(actor, bodies.organisations(rng))
    by_code = {body.code: body for body in made}
    seats = bodies.seats()
    posts = add_posts(actor, [bodies.post_of(seat, by_code[seat.organisation]) for seat in seats])
    accounts: list[Account] = []
    appointed: list[Any] = []
    for seat, post in zip(seats, posts, strict=True):
        for number in range(1, seat.persons + 1):
            username = seat.username if seat.persons == 1 else f"{seat.username}{number}"
            accounts.append(_official(rng, username, len(accounts), begun_at))
            appointed.append(post)
    totp = {account.username: _totp_secret() for account in accounts}
    add_accounts(actor, accounts, password_hash=password_hash(), totp_secrets=totp)
    from_on = clock.local(begun_at).date()
    add_appointments(
        actor,
        [
            Appointment(account=account, post=post, from_on=from_on)
            for account, post in zip(accounts, appointed, strict=True)
        ],
    )
    return len(accounts)


def password_hash() -> str:
    """One slow hash for all: they share the password."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def _totp_secret() -> str:
    """Not seeded: even a sample's second factor is nobody's to compute beforehand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _official(rng: random.Random, username: str, number: int, begun_at: datetime) -> Account:
    return Account(
        username=username, name=words.person_name(rng), kind=Account.Kind.OFFICIAL,
        phone=words.mobile(OFFICIAL_PHONES + number), is_sample=True, joined_at=begun_at,
    )  # fmt: skip


def add_residents(actor: Actor, rng: random.Random, begun_at: datetime) -> int:
    """People with accounts; the first is the one that newcomers sign in as."""
    made = []
    for number in range(RESIDENTS):
        phone = words.mobile(RESIDENT_PHONES + number)
        username = {0: RESIDENT, 1: FIRM}.get(number, phone)
        born = date(1950, 1, 1) + timedelta(days=rng.randrange(55 * 365))
        citizen_id = gb_11643.generate(rng, born, male=rng.random() < 0.5)
        made.append(
            Account(
                username=username, name=words.person_name(rng), kind=Account.Kind.PERSON,
                phone=phone, citizen_id_digest=citizen_id_digest(citizen_id),
                citizen_id_masked=gb_11643.mask(citizen_id), is_sample=True,
                joined_at=begun_at + timedelta(minutes=rng.randrange(500_000)),
            )
        )  # fmt: skip
    add_accounts(actor, made, password_hash=password_hash())
    return len(made)


def residents() -> list[Account]:
    """The sample's residents in the order in which they were made."""
    found = Account.objects.filter(is_sample=True, kind=Account.Kind.PERSON)
    return list(found.order_by("pk"))


def add_firm_agents(actor: Actor, firms: list[tuple[str, str]], begun_at: datetime) -> int:
    """Residents 1, 2, 3 … act for the firms [(code, name)] that are theirs by name."""
    from_on = clock.local(begun_at).date()
    rows = [
        Representation(
            account=account, firm=code, firm_name=name, from_on=from_on,
            role=Representation.Role.LEGAL_REPRESENTATIVE,
        )
        for account, (code, name) in zip(residents()[1:], firms, strict=False)
    ]  # fmt: skip
    return len(add_representations(actor, rows))


def sample_organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)
