"""A typical indicator over 10,000,000 cases and over 1,000,000,000 observations, from the lake.

Both are invented and laid down in the lake's own tables and files as intake and sealing leave them:
cases in ``now`` with some thousand changed since the last fold, observations as sealed days sorted
by stream and time. The indicators are the expressions that an app writes (ibis), run by the
process that asks, with two threads. Set OBSERVATIONS and CASES for other sizes.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, print_table

CI = True
CASES = int(os.environ.get("CASES") or (200_000 if SHORT else 10_000_000))
OBSERVATIONS = int(os.environ.get("OBSERVATIONS") or (5_000_000 if SHORT else 1_000_000_000))
WAITING = CASES // 500  # changed since the last fold
STREAMS = 10_000
RECENT = OBSERVATIONS // 1000  # behind the newest sealed day
PARTS = 4 if SHORT else 100
CASES_S_MAX, OBSERVATIONS_S_MAX = 1.0, 10.0
REPEATS = 3


def lay_down_cases() -> tuple[float, float]:
    """By the engine alone: the row's columns as intake writes them."""
    from guanggu.kernel.lake.intake import Intake
    from guanggu.kernel.lake.public import lake

    started, used = time.perf_counter(), time.process_time()
    with Intake(lake().place, only=["case_cases"]) as intake:
        columns = [name for name, _ in intake.known["case_cases"].columns]
        made = {
            "id": "i", "number": "'C' || lpad(i::VARCHAR, 9, '0')",
            "kind": "['approval', 'petition', 'city_event', 'patrol'][1 + (hash(i) % 4)::BIGINT]",
            "title": "'第' || (i % 997)::VARCHAR || '类事项申请'",
            "organisation_id": "1 + hash(i) % 70",
            "organisation_code": "'ORG-' || (1 + hash(i) % 70)::VARCHAR",
            "state": "CASE WHEN i % 20 = 0 THEN 'open' ELSE 'closed' END",
            "stage": "'review'", "step": "'review'", "version": "3", "round": "1",
            "opened_at": "make_timestamp(1600000000000000 + i * 15000000)",
            "closed_at": "CASE WHEN i % 20 = 0 THEN NULL ELSE "
                         "make_timestamp(1600000000000000 + i * 15000000 + (hash(i) % 20)::BIGINT * 86400000000) END",
            "due_on": "(make_timestamp(1600000000000000 + i * 15000000) + INTERVAL 15 DAY)::DATE",
            "is_paused": "false", "data": "'{}'",
        }  # fmt: skip
        chosen = ", ".join(f"{made.get(name, 'NULL')} AS {name}" for name in columns)
        version = (
            "make_timestamp(1600000000000000) AS known_from, i AS event_id, 1 AS event_sequence"
        )
        slice_rows = max(1, CASES // 10)
        for first in range(0, CASES, slice_rows):
            intake.connection.execute(
                f"INSERT INTO lake.now.case_cases BY NAME SELECT {chosen}, {version} "
                f"FROM range({first}, {min(first + slice_rows, CASES)}) AS t(i)"
            )
        intake.connection.execute(
            f"INSERT INTO lake.recent.case_cases BY NAME SELECT {chosen}, {version}, "
            f"false AS is_removed FROM range(0, {CASES}, {max(1, CASES // WAITING)}) AS t(i)"
        )
    return time.perf_counter() - started, time.process_time() - used


def lay_down_observations() -> tuple[float, float]:
    """Sealed files of many streams each, sorted as sealing sorts them, and their catalogue; of the
    day that follows what the lake has copied since."""
    from guanggu.kernel.lake.intake import Intake
    from guanggu.kernel.lake.public import lake
    from guanggu.kernel.observation.engine.catalog import Catalog
    from guanggu.kernel.observation.engine.connection import connect
    from guanggu.kernel.observation.engine.state import Part

    started, used = time.perf_counter(), time.process_time()
    folder = lake().place.sensed
    assert folder is not None
    (folder / "lake").mkdir(parents=True, exist_ok=True)
    rows = OBSERVATIONS // PARTS
    per_stream = max(1, rows // STREAMS)
    day_us = 86_400_000_000
    step_us = day_us // per_stream
    parts = []
    with connect(":memory:", memory_limit="1GB", preserve_insertion_order="true") as engine:
        for part in range(PARTS):
            begins = 1_750_000_000_000_000 // day_us * day_us + part * day_us
            name = f"{begins // 1_000_000}-{(begins + day_us) // 1_000_000}-bench.parquet"
            engine.execute(
                f"COPY (SELECT (i // {per_stream})::INTEGER AS stream, "
                f"make_timestamp({begins} + (i % {per_stream}) * {step_us}) AS time, "
                f"(hash(i + {part}) % 1000) / 10.0 AS result, "
                f"(CASE WHEN i % 97 = 0 THEN 2 ELSE 0 END)::UTINYINT AS mark, "
                f"1000000::BIGINT AS delay, NULL::DOUBLE AS raw, NULL::VARCHAR AS extra, "
                f"false AS revised FROM range({STREAMS * per_stream}) AS t(i)) "
                f"TO '{folder / 'lake' / name}' "
                "(FORMAT parquet, PARQUET_VERSION v1, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )
            size = (folder / "lake" / name).stat().st_size
            parts.append(Part(name, begins, begins + day_us, rows, size, 0, STREAMS - 1))
    Catalog(folder).publish(parts)
    with Intake(lake().place, only=["case_cases"]) as intake:
        intake.connection.execute(
            f"INSERT INTO lake.recent.observations BY NAME SELECT (i % {STREAMS})::BIGINT AS stream, "
            f"make_timestamp({begins + day_us} + i // {STREAMS} * 1000000) AS time, "
            f"(hash(i) % 1000) / 10.0 AS result, 0::UTINYINT AS mark FROM range({RECENT}) AS t(i)"
        )
    return time.perf_counter() - started, time.process_time() - used


def on_time_share(tables):
    """Of each month and department: how many were closed, how many of them in time."""
    cases = tables.table("case_cases")
    closed = cases.filter(cases.state == "closed")
    return closed.group_by(
        period=closed.closed_at.truncate("M"), organisation=closed.organisation_id
    ).aggregate(n=closed.count(), value=(closed.closed_at.date() <= closed.due_on).mean())


def open_overdue(tables):
    """How many are open beyond their day, by kind."""
    cases = tables.table("case_cases")
    late = cases.filter((cases.state == "open") & (cases.due_on < "2026-01-01"))
    return late.group_by("kind").aggregate(value=late.count())


def monthly_mean(tables):
    """Of each month: valid data, their mean, and the share above a limit. By days first: to find
    the month of a billion instants costs more than all the rest; and what is true is counted in 8
    bits, which takes a twentieth less than in the usual 32."""
    rows = tables.table("observations")
    valid = rows.filter(rows.mark == 0)
    days = valid.group_by(day=valid.time.date()).aggregate(
        n=valid.count(), total=valid.result.sum(), over=(valid.result > 75).cast("int8").sum()
    )
    return days.group_by(period=days.day.truncate("M")).aggregate(
        n=days.n.sum(), value=days.total.sum() / days.n.sum(), above=days.over.sum() / days.n.sum()
    )


def mean_of_streams(tables):
    """Of each of the streams: valid data and their mean."""
    rows = tables.table("observations")
    valid = rows.filter(rows.mark == 0)
    return valid.group_by("stream").aggregate(n=valid.count(), value=valid.result.mean())


def daily_of_streams(tables):
    """Of 100 streams: each day's mean and maximum."""
    rows = tables.table("observations")
    some = rows.filter((rows.stream >= 500) & (rows.stream < 600) & (rows.mark == 0))
    return some.group_by(period=some.time.truncate("D"), stream=some.stream).aggregate(
        value=some.result.mean(), top=some.result.max()
    )


def timed(expression) -> tuple[float, float, float, int]:
    """First and median of REPEATS and processor time of the last, seconds; rows answered."""
    from guanggu.kernel.lake.public import lake

    took = []
    rows = 0
    for _ in range(REPEATS):
        started, used = time.perf_counter(), time.process_time()
        rows = expression(lake().ibis()).to_pyarrow().num_rows
        took.append(time.perf_counter() - started)
        used = time.process_time() - used
    return took[0], sorted(took)[REPEATS // 2], used, rows


def main() -> None:
    var = own_server()
    from guanggu.kernel.lake.public import lake

    figures = []
    try:
        laid_s = [lay_down_cases(), lay_down_observations()]
        sizes = {name: lake().table(name) for name in ("case_cases", "observations")}
        for title, expression, most in (
            (
                f"share closed in time, by month and department, {CASES:,} cases",
                on_time_share,
                CASES_S_MAX,
            ),
            (f"open and overdue, by kind, {CASES:,} cases", open_overdue, CASES_S_MAX),
            (
                f"monthly mean and exceedance, {OBSERVATIONS:,} observations",
                monthly_mean,
                OBSERVATIONS_S_MAX,
            ),
            (
                f"mean of each stream, {OBSERVATIONS:,} observations",
                mean_of_streams,
                OBSERVATIONS_S_MAX,
            ),
            (
                f"daily figures of 100 streams, {OBSERVATIONS:,} observations",
                daily_of_streams,
                OBSERVATIONS_S_MAX,
            ),
        ):
            first, median, used, rows = timed(expression)
            figures.append((title, first, median, used, rows, most))
    finally:
        lake().close()
        shutil.rmtree(var, ignore_errors=True)
    print_table(
        "Typical indicators: over 10,000,000 cases ≤ 1 s, over 1,000,000,000 observations ≤ 10 s",
        ["indicator", "first s", "median s", "processor s", "rows answered", "at most s"],
        [
            [title, f"{first:.2f}", f"{median:.2f}", f"{used:.2f}", f"{rows:,}", f"{most:.0f}"]
            for title, first, median, used, rows, most in figures
        ],
    )
    for (name, table), (wall_s, used_s) in zip(sizes.items(), laid_s, strict=True):
        size = f"{table.rows:,} rows, {table.bytes / 2**20:,.0f} MiB"
        print(f"{name}: {size}, laid down in {wall_s:.0f} s ({used_s:.0f} s of processor)")
    if any(not figure[4] for figure in figures):
        raise SystemExit("an indicator answered nothing")
    if not SHORT and any(figure[2] > figure[5] for figure in figures):
        raise SystemExit("not so on this machine")


if __name__ == "__main__":
    main()
