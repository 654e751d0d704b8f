"""From the name of an engine to its row and to how it is reached."""

from __future__ import annotations

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.journal.public import decrypt_secret

from .declaring import ENGINES, Access, Engine
from .models import Connection

PURPOSE = "guanggu.connector.credentials"
NO_ENGINE = T("没有这个引擎。", "There is no such engine.")


def engine_of(key: str) -> Engine:
    """Raises Missing."""
    if key not in ENGINES:
        raise Missing(NO_ENGINE)
    return ENGINES[key]


def connection_of(key: str) -> Connection:
    """The row of the engine; one that nobody has kept yet where there is none. Raises Missing."""
    engine_of(key)
    found = Connection.objects.filter(key=key).first()
    return found or Connection(key=key, since=clock.now(), source="declared")


def access_of(key: str, *, timeout_s: float | None = None) -> Access:
    """How to reach the engine now, secrets in clear: for the call and nothing else."""
    engine, row = engine_of(key), connection_of(key)
    credentials = {}
    if row.pk is not None:
        for each in row.credentials.all():
            plain = decrypt_secret(each.sealed, purpose=PURPOSE, bound_to=f"{key}/{each.name}")
            if plain is not None:
                credentials[each.name] = plain.decode()
    return Access(
        address=row.address or engine.default_address(),
        settings=dict(row.settings),
        credentials=credentials,
        timeout_s=engine.timeout_s if timeout_s is None else timeout_s,
    )
