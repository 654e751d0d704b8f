"""Many bodies, posts and accounts at once, each with its event: for imports and a sample district.

Every function runs in the caller's transaction and answers the saved rows in the order given.
The rows are the plain models; what they must fulfil is the caller's care.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from guanggu.base import clock
from guanggu.base.actor import Actor

from .models import Account, Appointment, Organisation, Post, Representation
from .recording import note_new, record_new


def add_organisations(actor: Actor, rows: Sequence[Organisation]) -> list[Organisation]:
    """Parents before children; ``parent`` may be an unsaved row that stands earlier in the list."""
    for row in rows:
        row.parent_id = row.parent.pk if row.parent else None
        row.path = "/"
        row.save()
        row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
        row.save(update_fields=["path"])
    note_new(actor, rows, "identity.organisation_created")
    return list(rows)


def add_posts(actor: Actor, rows: Sequence[Post]) -> list[Post]:
    return record_new(actor, rows, "identity.post_created")


def add_accounts(
    actor: Actor,
    rows: Sequence[Account],
    *,
    password_hash: str,
    totp_secrets: Mapping[str, str] | None = None,
) -> list[Account]:
    """``password_hash`` is shared by all: hashing each would take minutes.

    totp_secrets: base32 secret by user name; these accounts get a one-time code as second factor.
    """
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    for row in rows:
        row.password = password_hash
        row.joined_at = row.joined_at or clock.now()
    made = record_new(actor, rows, "identity.account_created")
    secrets = totp_secrets or {}
    factors = [
        Authenticator(
            user=row,
            type=Authenticator.Type.TOTP,
            data={"secret": encrypt(secrets[row.username])},
        )
        for row in made
        if row.username in secrets
    ]
    Authenticator.objects.bulk_create(factors, batch_size=500)
    return made


def add_appointments(actor: Actor, rows: Sequence[Appointment]) -> list[Appointment]:
    return record_new(actor, rows, "identity.official_appointed")


def add_representations(actor: Actor, rows: Iterable[Representation]) -> list[Representation]:
    return record_new(actor, list(rows), "identity.firm_bound")
