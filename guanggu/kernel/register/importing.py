"""Taking in many rows: the good ones are kept, the bad ones wait in quarantine with their errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing, Problem
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import may_reach
from guanggu.kernel.journal.public import action, append

from .declaration import Register
from .models import ImportRun, QuarantinedRow
from .records import json_value, save_record
from .writing import assign, declared

_CHUNK = 200  # rows a transaction: an interrupted import keeps what was done
_NOT_YOURS = T("您无权修改该记录", "You may not change this record")


@dataclass(frozen=True)
class Row:
    """One row to take in, from a file that may have several sheets.

    places: where the value of a dotted path stands, such as {"materials.2.kind": "材料!E7"}
    errors: what was found wrong while reading; such a row goes to quarantine unchanged
    """

    number: int
    values: dict[str, Any]
    sheet: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, T] = field(default_factory=dict)

    def as_json(self, sheet: str) -> list[Any]:
        errors = {place: text.as_dict() for place, text in self.errors.items()}
        return [
            self.number,
            json_value(self.values),
            self.sheet or sheet,
            dict(self.places),
            errors,
        ]


def _may_import(actor: Actor, /, collection: str, **_: Any) -> bool:
    change = declared(collection).change
    return change is not None and change.is_possible(actor)


def import_rows(
    actor: Actor,
    *,
    key: str,
    collection: str,
    rows: Iterable[Row | tuple[int, dict[str, Any]]],
    file_name: str = "",
    sheet: str = "",
    tell: Callable[[int], None] = lambda rows: None,
) -> ImportRun:
    """Create or change a record for each row, or (row number, values by field name).

    Rows go in by chunks, each in a transaction of its own and idempotent under ``key``: an import
    that was cut off is finished by running it again. ``tell`` hears after each chunk how many rows
    are done. Raises Forbidden before the first row.
    """
    opened = open_run(actor, key=f"{key}:open", collection=collection, file_name=file_name)
    whole = (row if isinstance(row, Row) else Row(*row) for row in rows)
    done = 0
    for number, chunk in enumerate(_chunks(whole)):
        import_chunk(
            actor, key=f"{key}:{number}", collection=collection, run=opened["run"],
            rows=[row.as_json(sheet) for row in chunk],
        )  # fmt: skip
        done += len(chunk)
        tell(done)
    close_run(actor, key=f"{key}:close", collection=collection, run=opened["run"])
    return ImportRun.objects.get(pk=opened["run"])


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


@action("register.open_import", allows=_may_import)
def open_run(actor: Actor, *, collection: str, file_name: str) -> dict[str, Any]:
    run = ImportRun.objects.create(
        collection=collection, file_name=file_name[:200], actor=actor.ref,
        actor_name=actor.name, started_at=clock.now(),
    )  # fmt: skip
    append(Ref("imports", str(run.pk)), "register.import_opened", actor,
           {"collection": collection, "file": file_name})  # fmt: skip
    return {"run": run.pk}


@action("register.import_chunk", allows=_may_import, title=T("批量导入", "Import rows"))
def import_chunk(actor: Actor, *, collection: str, run: int, rows: list) -> dict[str, Any]:
    """Take in some rows of an open import; answers the counts by fate."""
    register = declared(collection)
    counts = {"created": 0, "changed": 0, "unchanged": 0, "quarantined": 0}
    for number, values, sheet, places, errors in rows:
        if not errors:
            try:
                with transaction.atomic():
                    counts[_import_one(actor, register, values)] += 1
                continue
            except Problem as problem:
                errors = _errors_at(problem, places)
        QuarantinedRow.objects.create(
            run_id=run, sheet=sheet[:80], row=number, values=values, errors=errors
        )
        counts["quarantined"] += 1
    found = ImportRun.objects.select_for_update().get(pk=run)
    for name, count in counts.items():
        setattr(found, name, getattr(found, name) + count)
    found.save()
    append(Ref("imports", str(run)), "register.rows_imported", actor, counts)
    return counts


@action("register.close_import", allows=_may_import)
def close_run(actor: Actor, *, collection: str, run: int) -> dict[str, Any]:
    ImportRun.objects.filter(pk=run).update(finished_at=clock.now())
    append(Ref("imports", str(run)), "register.import_closed", actor)
    return {"run": run}


def _import_one(actor: Actor, register: Register, values: dict[str, Any]) -> str:
    manager = register.model._default_manager
    key = str(values.get("key") or "") or _derived_key(register, values)
    record = manager.filter(key=key).first() if key else None
    fate = "changed" if record else "created"
    if record is None:
        record = register.model(source="import")
    elif register.change is not None and not may_reach(actor, record, register.change):
        raise Missing(_NOT_YOURS)
    before = record.stored_values()
    assign(register, record, values)
    if not record.key and register.new_key:
        record.key = register.new_key(record)
    register.check(record)  # may put values into their usual form, so before comparing
    if fate == "changed" and record.stored_values() == before:
        return "unchanged"
    save_record(actor, record, f"{register.app}.{fate}")
    register.then(actor, record)
    if register.change is not None and not may_reach(actor, record, register.change):
        raise Missing(_NOT_YOURS)
    return fate


def _errors_at(problem: Problem, places: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The problem's messages by place in the file where it is known, else by field."""
    found = problem.fields or {"": problem.message}
    return {places.get(path, path): text.as_dict() for path, text in found.items()}


def _derived_key(register: Register, values: dict[str, Any]) -> str:
    """A key made from the row's values finds the record that the same row made before."""
    if register.new_key is None:
        return ""
    draft = register.model(source="import")
    assign(register, draft, values)
    return register.new_key(draft)


@action("register.retry_row", allows=_may_import, title=T("重新导入隔离行", "Retry a row"))
def retry_row(actor: Actor, *, collection: str, row: int, values: dict[str, Any]) -> dict[str, Any]:
    """Take a mended row out of quarantine. Raises Invalid where it still does not fit."""
    waiting = _waiting(collection, row)
    fate = _import_one(actor, declared(collection), values)
    waiting.resolved_at = clock.now()
    waiting.save()
    append(Ref("imports", str(waiting.run_id)), "register.row_mended", actor,
           {"row": waiting.row, "fate": fate})  # fmt: skip
    return {"fate": fate}


@action("register.drop_row", allows=_may_import, title=T("弃置隔离行", "Drop a row"))
def drop_row(actor: Actor, *, collection: str, row: int) -> dict[str, Any]:
    """Take a row out of quarantine without using it; the event keeps what it held."""
    waiting = _waiting(collection, row)
    waiting.resolved_at = clock.now()
    waiting.save()
    append(Ref("imports", str(waiting.run_id)), "register.row_dropped", actor,
           {"row": waiting.row, "values": waiting.values})  # fmt: skip
    return {}


def _waiting(collection: str, row: int) -> QuarantinedRow:
    waiting = QuarantinedRow.objects.select_for_update(of=("self",)).filter(
        pk=row, run__collection=collection, resolved_at__isnull=True
    ).first()  # fmt: skip
    if waiting is None:
        raise Missing(T("该行已处理或不存在。", "The row was dealt with already or is not there."))
    return waiting
