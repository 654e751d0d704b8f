"""Tying rows of identity to the journal: what changed, and the digest of what stands now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import models

from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import (
    DIGEST_KEY,
    Entry,
    Event,
    append,
    append_batch,
    guard,
    state_digest,
)

from .models import (
    Account,
    Appointment,
    AppointmentProposal,
    Delegation,
    FirmClaim,
    Organisation,
    Post,
    Representation,
)

M = TypeVar("M", bound=models.Model)

# Model -> its collection, the field that names a row there, columns left out of the digest: sign-in
# itself moves the account's, and a path follows from the parents.
GUARDED: dict[type[models.Model], tuple[str, str, frozenset[str]]] = {
    Account: ("accounts", "sub", frozenset({"password", "last_login", "language"})),
    Organisation: ("organisations", "code", frozenset({"path"})),
    Post: ("posts", "pk", frozenset()),
    Appointment: ("appointments", "pk", frozenset()),
    Delegation: ("delegations", "pk", frozenset()),
    Representation: ("representations", "pk", frozenset()),
    AppointmentProposal: ("appointment_proposals", "pk", frozenset()),
    FirmClaim: ("firm_claims", "pk", frozenset()),
}


def state_of(row: models.Model) -> dict[str, Any]:
    left_out = GUARDED[type(row)][2]
    return {
        field.attname: field.to_python(value)
        if (value := getattr(row, field.attname)) is not None and not field.is_relation
        else value
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def ref_of(row: models.Model) -> Ref:
    collection, name, _ = GUARDED[type(row)]
    return Ref(collection, str(getattr(row, name)))


def record(actor: Actor, row: models.Model, kind: str, /, **told: Any) -> Event:
    """Save the row and append its event, which ends with the digest of the row's state."""
    row.save()
    return append(ref_of(row), kind, actor, {**told, DIGEST_KEY: state_digest(state_of(row))})


def record_new(
    actor: Actor, rows: Sequence[M], kind: str, *, at: datetime | None = None, **told: Any
) -> list[M]:
    """Insert many rows with one event each, for imports and the sample district."""
    if not rows:
        return []
    made = type(rows[0])._default_manager.bulk_create(rows, batch_size=500)
    note_new(actor, made, kind, at=at, **told)
    return list(made)


def note_new(
    actor: Actor,
    rows: Iterable[models.Model],
    kind: str,
    *,
    at: datetime | None = None,
    **told: Any,
) -> None:
    """Append the events of rows that stand in the database already."""
    append_batch(
        Entry(
            str(ref_of(row)),
            kind,
            actor,
            {**told, DIGEST_KEY: state_digest(state_of(row))},
            at,
        )
        for row in rows
    )


def _rows(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
        yield ref_of(row).key, state_digest(state_of(row))


for _model, _declared in GUARDED.items():
    guard(_declared[0], partial(_rows, _model))
