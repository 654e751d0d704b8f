"""Holding cases and procedures against the journal, for ``guanggu verify``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from guanggu.kernel.journal.public import guard, state_digest

from .casefile import digest_of
from .models import Case, CaseClock, Procedure, Task, Timer
from .procedures import digest_of as definition_digest
from .publishing import state_of

_CHUNK = 500


def _case_rows() -> Iterator[tuple[str, str]]:
    after = 0
    while chunk := list(Case.objects.filter(pk__gt=after).order_by("pk")[:_CHUNK]):
        after = chunk[-1].pk
        held: dict[Any, dict[int, list]] = {}
        for model in (Task, CaseClock, Timer):
            held[model] = defaultdict(list)
            for row in model.objects.filter(case__gte=chunk[0].pk, case__lte=after):
                held[model][row.case_id].append(row)
        for case in chunk:
            rows = (held[model][case.pk] for model in (Task, CaseClock, Timer))
            yield case.number, digest_of(case, *rows)


def _procedure_rows() -> Iterator[tuple[str, str]]:
    for row in Procedure.objects.order_by("pk").iterator(chunk_size=100):
        digest = state_digest(state_of(row))
        if row.digest != definition_digest(row.code, row.version, row.definition):
            digest = "definition altered"
        yield row.ref.key, digest


def register_guards() -> None:
    guard("cases", _case_rows)
    guard("procedures", _procedure_rows)
