"""Claims at 1,000,000 cases: worklist and overdue list p95 <= 50 ms, search p95 <= 100 ms.

The cases are laid down in bulk, spread as in a district: a twentieth still open, 40 departments of
very different size, 20,000 firms whose names share most of their characters.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, percentile, print_table

CASES = 20_000 if SHORT else 1_000_000
FIRMS = 20_000
CHUNK = 10_000
ROUNDS = 60 if SHORT else 200
ROLES = ("accept", "review", "decide", "deliver")
ITEMS = ("食品经营许可", "占用挖掘道路", "建筑工程施工许可", "户外广告设置", "高新技术企业推荐")
PLACES = ("武汉", "武汉光谷", "湖北", "武汉东湖")
WORDS = "华中新天远大博科智汇达通正信友联创宏图长江楚汉星火明德"
TRADES = ("科技", "生物", "光电", "餐饮管理", "建筑工程", "软件", "物流", "文化传媒")

rng = random.Random(20260101)


def firms() -> list[tuple[str, str]]:
    """(unified code, name), made up."""
    made = []
    for number in range(FIRMS):
        word = "".join(rng.choices(WORDS, k=3))
        name = f"{rng.choice(PLACES)}{word}{rng.choice(TRADES)}有限公司"
        made.append((f"91420100MA{number:08d}"[:18], name))
    return made


def lay_down(count: int) -> tuple[list[Any], list[tuple[str, str]]]:
    """Organisations, officials and cases; answers the officials and the firms."""
    from guanggu.base.actor import platform
    from guanggu.kernel.case.models import Procedure
    from guanggu.kernel.case.public import ensure_published
    from guanggu.kernel.case.testing import PERMIT, permit_definition
    from guanggu.kernel.identity.testing import an_official, an_organisation

    ensure_published(platform("bench"), PERMIT, permit_definition())
    procedure = Procedure.objects.get()
    offices = [an_organisation(f"部门{n}") for n in range(40)]
    known = firms()
    stream = rows(count, procedure, offices, known)
    while chunk := list(islice(stream, CHUNK)):
        write(chunk)
    return [an_official(office, roles=ROLES) for office in offices], known


def rows(count: int, procedure: Any, offices: list[Any], known: list[Any]) -> Iterator[tuple]:
    from guanggu.base import clock
    from guanggu.kernel.case.models import NO_LIMIT, Case, CaseClock, Task

    now, today = clock.now(), clock.today()
    weights = [1 / (1 + n) for n in range(len(offices))]
    for number in range(1, count + 1):
        office = rng.choices(offices, weights)[0]
        firm, name = known[rng.randrange(FIRMS)]
        is_open = number % 20 == 0
        opened_at = now - timedelta(minutes=(count - number) * 500_000 // count)
        due_on = today + timedelta(days=rng.randint(-20, 40)) if is_open else None
        role, text = rng.choice(ROLES), f"{rng.choice(ITEMS)}"
        case = Case(
            id=number, number=f"XK2026{number:07d}", procedure_id=procedure.pk,
            procedure_digest=procedure.digest, kind="permit", title=text, firm=firm,
            applicant_name=name, organisation_id=office.pk, organisation_code=office.code,
            organisation_name=office.name, state="open" if is_open else "closed", step=role,
            stage=role, opened_at=opened_at, closed_at=None if is_open else opened_at,
            outcome="" if is_open else "granted", data={"statutory_days": 20}, due_on=due_on,
            near_on=due_on and due_on - timedelta(days=4),
        )  # fmt: skip
        common = {
            "case_id": number, "organisation_id": office.pk, "organisation_code": office.code,
            "organisation_name": office.name, "opened_at": opened_at,
        }  # fmt: skip
        tasks = [Task(step="accept", stage="accept", role="accept", state="done",
                      outcome="accept", done_at=opened_at, **common)]  # fmt: skip
        tasks.append(
            Task(step=role, stage=role, role=role, state="open" if is_open else "done", entry=2,
                 due_on=due_on, urgent_on=due_on or NO_LIMIT, **common)
        )  # fmt: skip
        clock_row = CaseClock(
            case_id=number, name="statutory", definition={}, due_on=due_on,
            state="running" if is_open else "stopped",
            notify_on=due_on if due_on and due_on > today else None,
        )  # fmt: skip
        scopes = ["role:supervise", f"org:{office.pk}", f"firm:{firm}"]
        found = (case.ref, f"{case.number} {text}", f"{name} {firm}", scopes, name)
        yield case, tasks, clock_row, found


def write(chunk: list[tuple]) -> None:
    from django.db import transaction

    from guanggu.kernel.case.models import Case, CaseClock, Involvement, Task
    from guanggu.kernel.register.models import SearchEntry
    from guanggu.kernel.register.search import _tokens

    with transaction.atomic():
        insert(Case, [row[0] for row in chunk])
        insert(Task, [task for row in chunk for task in row[1]])
        insert(CaseClock, [row[2] for row in chunk])
        insert(
            Involvement,
            [Involvement(case_id=r[0].pk, organisation_id=r[0].organisation_id) for r in chunk],
        )
        entries = []
        for ref, title, text, scopes, summary in (row[3] for row in chunk):
            tokens = _tokens(ref, title, text, scopes)
            entries.append(
                SearchEntry(collection=ref.collection, key=ref.key, title=title, summary=summary,
                            tokens=tokens)
            )  # fmt: skip
        insert(SearchEntry, entries)


def insert(model: Any, made: list[Any]) -> None:
    """As bulk_create does, in a fifth of its time."""
    from django.db import connection

    from guanggu.kernel.case.storage import Table

    table = Table(model, connection.vendor)
    sql, values = table.insert.replace(" RETURNING id", ""), [table.values(row) for row in made]
    if made[0].pk:
        sql = sql.replace(f"{table.table} (", f"{table.table} (id, ").replace(
            "VALUES (", "VALUES (%s, "
        )
        values = [[row.pk, *given] for row, given in zip(made, values, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(sql.replace("?", "%s"), values)


def measure(run: Callable[[int], Any]) -> tuple[float, float, int]:
    """Median and p95 in ms over the rounds, and the rows answered."""
    run(0)
    taken, answered = [], 0
    for number in range(ROUNDS):
        started = time.perf_counter()
        answered += len(run(number))
        taken.append((time.perf_counter() - started) * 1e3)
    return percentile(taken, 0.5), percentile(taken, 0.95), answered


def deep(list_of: Callable[..., list[Any]], day: str) -> list[Any]:
    """The fifth page, by key."""
    page: list[Any] = []
    after = None
    for _ in range(5):
        page = list_of(after=after)
        if not page:
            break
        after = (getattr(page[-1], day), page[-1].pk)
    return page


def questions(known: list[tuple[str, str]]) -> dict[str, Callable[[int], str]]:
    numbers = [rng.randint(1, CASES) for _ in range(ROUNDS)]
    names = [rng.choice(known)[1] for _ in range(ROUNDS)]
    return {
        "search by number": lambda n: f"XK2026{numbers[n]:07d}",
        "search by whole name of a firm": lambda n: names[n],
        "search by part of a firm's name": lambda n: names[n][-10:-4],
        "search by unified code": lambda n: known[n * 7][0],
        "search by a title that a fifth of all has": lambda n: ITEMS[n % len(ITEMS)],
        "search by title and name": lambda n: f"{ITEMS[n % len(ITEMS)]} {names[n][:6]}",
    }


def lists(officials: list[Any], known: list[tuple[str, str]]) -> dict[str, tuple]:
    from guanggu.base.actor import Actor
    from guanggu.kernel.case.public import my_cases, overdue_cases, worklist
    from guanggu.kernel.identity.testing import an_official

    supervisor = an_official(roles=["supervise"])
    busiest, pick = officials[0], lambda n: officials[n % len(officials)]

    def firm(n: int) -> Actor:
        return Actor(1, "accounts/x", "x", "firm", firm=known[n][0])

    return {
        "worklist of a clerk": (lambda n: worklist(pick(n)), 50),
        "worklist of the busiest department": (lambda n: worklist(busiest), 50),
        "worklist, fifth page": (
            lambda n: deep(lambda after: worklist(pick(n), after=after), "urgent_on"), 250,
        ),
        "overdue list of supervision": (lambda n: overdue_cases(supervisor), 50),
        "overdue list, fifth page": (
            lambda n: deep(lambda after: overdue_cases(supervisor, after=after), "due_on"), 250,
        ),
        "overdue list of one department": (
            lambda n: overdue_cases(supervisor, organisation=pick(n).organisation), 50,
        ),
        "cases of a department, newest first": (lambda n: my_cases(pick(n)), 50),
        "cases of a firm": (lambda n: my_cases(firm(n)), 50),
    }  # fmt: skip


def main() -> None:
    own_server()
    started = time.perf_counter()
    officials, known = lay_down(CASES)
    from django.db import connection

    from guanggu.kernel.register.public import find

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    laid = time.perf_counter() - started
    table, failed = [], []
    claims = lists(officials, known)
    for name, ask in questions(known).items():
        claims[name] = (lambda n, ask=ask: find(officials[0], ask(n), ["cases"]), 100)
        claims[f"{name}, supervisor"] = (
            lambda n, ask=ask: find(_supervisor(officials[0]), ask(n), ["cases"]), 100,
        )  # fmt: skip
    for name, (run, limit_ms) in claims.items():
        median, p95, answered = measure(run)
        table.append(
            [name, f"{median:.1f} ms", f"{p95:.1f} ms", f"<= {limit_ms} ms", answered // ROUNDS]
        )
        if p95 > limit_ms:
            failed.append(name)
    print_table(
        f"Lists and search over {CASES:,} cases, laid down in {laid:.0f} s",
        ["what", "median", "p95", "asked", "rows"],
        table,
    )
    if failed:
        raise SystemExit(f"too slow: {', '.join(failed)}")


def _supervisor(actor: Any) -> Any:
    from dataclasses import replace

    return replace(actor, roles=frozenset({"supervise"}))


if __name__ == "__main__":
    main()
