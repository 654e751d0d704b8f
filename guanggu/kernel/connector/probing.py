"""Asking every engine each minute how it is: each proof is noted, only a change is an event."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Problem
from guanggu.kernel.journal.public import action, append, enqueue, recurring
from guanggu.kernel.register.public import save_record

from .declaring import ENGINES, Absent, Access, Engine, Proof
from .models import Connection, Probe
from .permissions import watches
from .reaching import access_of, connection_of, engine_of

EVERY_SECONDS = 60
LATE = T("{} 秒内没有应答", "it did not answer within {} seconds")


@dataclass(frozen=True, slots=True)
class Found:
    """What one asking found: the state, why where it is not well, the proof where it is."""

    state: str
    reason: T = field(default_factory=lambda: T("", ""))
    proof: Proof = field(default_factory=Proof)
    took_ms: int = 0


def _only_the_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def _may_test(actor: Actor, /, **_: Any) -> bool:
    return watches(actor)


@recurring("connector.probe", every_seconds=EVERY_SECONDS, lane="slow")
def probe_all() -> int:
    """Ask all engines side by side; answers how many changed their state."""
    asked = {key: access_of(key, timeout_s=e.check_timeout_s) for key, e in ENGINES.items()}
    if not asked:
        return 0
    is_on = {key: connection_of(key).is_enabled for key in asked}
    pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="probe")
    try:
        running = {
            key: pool.submit(_ask, ENGINES[key], access)
            for key, access in asked.items()
            if is_on[key]
        }
        found = {key: _answer_of(ENGINES[key], future) for key, future in running.items()}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    found |= {key: Found("disabled") for key, on in is_on.items() if not on}
    return sum(note(key, each) for key, each in found.items())


def _answer_of(engine: Engine, future: Future[Found]) -> Found:
    """A check that does not give up when it should is left behind, and said to be late."""
    try:
        return future.result(timeout=engine.check_timeout_s * 2)
    except TooLate:
        return Found("failing", LATE.format(engine.check_timeout_s * 2))


def _ask(engine: Engine, access: Access) -> Found:
    started = time.monotonic()
    try:
        proof = engine.check(access)
    except Absent as absent:
        return Found("absent", absent.message)
    except Problem as problem:
        return Found("failing", problem.message)
    except Exception as error:  # whatever a foreign library raises is its state, and is told
        text = f"{type(error).__name__}: {error}"[:400]
        return Found("failing", T(text, text))
    return Found("present", proof=proof, took_ms=round((time.monotonic() - started) * 1000))


def note(key: str, found: Found) -> bool:
    """Keep what was found; answers whether the state changed (which is an event then)."""
    row = connection_of(key)
    changed = row.pk is None or row.state != found.state or row.error != found.reason.zh[:500]
    if changed:
        note_state(
            platform("connector"), connection=key, state=found.state,
            reason=[found.reason.zh, found.reason.en],
        )  # fmt: skip
    _keep_probe(connection_of(key), found)
    return changed


def _keep_probe(row: Connection, found: Found) -> None:
    now = clock.now()
    values: dict[str, Any] = {"asked_at": now}
    if found.state == "present":
        values |= {
            "proved_at": now, "version": found.proof.version[:200], "took_ms": found.took_ms,
            "told": found.proof.told.zh[:300], "told_en": found.proof.told.en[:300],
        }  # fmt: skip
    Probe.objects.update_or_create(connection=row, defaults=values)


@action("connector.note_state", allows=_only_the_platform)
def note_state(actor: Actor, *, connection: str, state: str, reason: list[str]) -> dict[str, str]:
    """An engine's state is another than before."""
    row = connection_of(connection)
    row.state, row.since = state, clock.now()
    row.error, row.error_en = reason[0][:500], reason[1][:500]
    save_record(actor, row, "connector.state_changed", engine=connection)
    return {"state": state}


@action("connector.test", allows=_may_test, title=T("检测引擎", "Test an engine"))
def ask_to_test(actor: Actor, *, connection: str) -> dict[str, str]:
    """Have the worker ask this engine now; the event says who wanted it."""
    append(connection_of(connection).ref, "connector.test_asked", actor, {"engine": connection})
    enqueue("connector.probe_one", connection=connection)
    return {"connection": connection}


def probe_one(connection: str) -> str:
    """Ask one engine here and now; answers its state."""
    engine = engine_of(connection)
    if not connection_of(connection).is_enabled:
        found = Found("disabled")
    else:
        found = _ask(engine, access_of(connection, timeout_s=engine.check_timeout_s))
    note(connection, found)
    return found.state
