"""How far the lake is behind while 1,000 changes a second are written to the database.

A process writes rows of a register with their events, as actions do but many to a transaction
(single actions do not reach that rate on SQLite), evenly over time. Another follows the journal as
``guanggu ingest`` does. Every half second it is asked how old the oldest event is that the lake
does not have yet, and how long a reader in a third process waits. In the end every row must equal
the database and every event must be there once.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, percentile, print_table

CI = True
SECONDS = 6 if SHORT else 120
RATE = 1_000
ROWS = 2_000 if SHORT else 50_000
TICK_S = 0.1
BEHIND_S_MAX = 10.0


def load() -> None:
    """The writer: ROWS to begin with, then RATE changes a second."""
    own_server(os.environ["GUANGGU_VAR"])
    from django.db import transaction

    from guanggu.base.actor import platform
    from guanggu.kernel.journal.public import DIGEST_KEY, Entry, append_batch, state_digest
    from guanggu.kernel.observation.models import Sensor
    from guanggu.kernel.register.public import save_new_records

    actor, chance = platform("bench"), random.Random(1)
    with transaction.atomic():
        made = [Sensor(key=f"s-{n}", name=f"仪器{n}", description="测" * 20) for n in range(ROWS)]
        save_new_records(actor, made, "observation.created")
    rows = list(Sensor.objects.order_by("pk"))
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    for tick in range(int(SECONDS / TICK_S)):
        wait_s = begun + tick * TICK_S - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        changed = chance.sample(rows, int(RATE * TICK_S * 0.8))
        entries = []
        for row in changed:
            before, row.name, row.version = row.name, f"仪器{chance.random():.6f}", row.version + 1
            told = {"version": row.version, "changes": {"name": [before, row.name]}}
            told[DIGEST_KEY] = state_digest(row.stored_values())
            entries.append(Entry(str(row.ref), "observation.changed", actor, told))
        with transaction.atomic():
            Sensor.objects.bulk_update(changed, ["name", "version"], batch_size=200)
            append_batch(entries)
            fresh = [
                Sensor(key=f"n-{tick}-{n}", name="新仪器") for n in range(int(RATE * TICK_S * 0.2))
            ]
            save_new_records(actor, fresh, "observation.created")
    print(f"{time.monotonic() - begun:.2f}", flush=True)


def follower() -> None:
    own_server(os.environ["GUANGGU_VAR"])
    from guanggu.kernel.lake.lane import Lane
    from guanggu.kernel.lake.public import lake

    lane = Lane(lake().place, first_s=0.0, sensed=False)
    print("ready", flush=True)
    sys.stdin.readline()
    lane.end()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime:.1f} {used.ru_maxrss / 1024:.0f}", flush=True)


def _child(what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.lake_intake", what, *(["--short"] if SHORT else [])]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    if child.stdout.readline() != "ready\n":
        raise SystemExit(f"{what} did not start")
    return child


def _said(child: subprocess.Popen[str]) -> list[str]:
    assert child.stdout is not None
    return child.stdout.readline().split()


def _tell(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def main() -> None:
    var = own_server()
    from guanggu.base import clock
    from guanggu.kernel.journal.public import Event
    from guanggu.kernel.lake.public import lake
    from guanggu.kernel.lake.verifying import compare_all

    writer = _child("--load")
    reader = _child("--follow")
    until = time.monotonic() + 120
    while not _has_caught_up(lake, clock):
        time.sleep(0.5)
        if time.monotonic() > until:
            raise SystemExit("the lake did not catch up with the rows that were there before")
    before = Event.objects.count()
    behind: list[float] = []
    waits: list[float] = []
    ended = threading.Event()
    _tell(writer)
    sampler = threading.Thread(target=_sample, args=(ended, behind, waits, lake, clock))
    sampler.start()
    took_s = float(_said(writer)[0])
    while _behind(lake, clock) > 0.0:
        time.sleep(0.2)
    ended.set()
    sampler.join()
    _tell(reader)
    cpu_s, rss_mb = _said(reader)
    changes = Event.objects.count() - before
    twice = lake().query("SELECT count(*) - count(DISTINCT event_id) AS n FROM journal_events")
    missing = Event.objects.count() - lake().table("journal_events").rows
    wrong = sum(len(each.differences) for each in compare_all(lake().place))
    files = list(lake().place.data.rglob("*.parquet"))
    print_table(
        f"Journal and records are in the lake ≤ {BEHIND_S_MAX:.0f} s behind at {RATE:,} changes a second",
        ["what", "figure"],
        [
            ["changes written", f"{changes:,}"],
            ["changes a second", f"{changes / took_s:,.0f}"],
            ["behind, median s", f"{percentile(behind, 0.5):.1f}"],
            ["behind, p99 s", f"{percentile(behind, 0.99):.1f}"],
            ["behind, most s", f"{max(behind):.1f}"],
            ["a reader waits for a count, p95 ms", f"{percentile(waits, 0.95) * 1e3:.0f}"],
            ["processor of the follower, s", cpu_s],
            ["memory of the follower, MB", rss_mb],
            ["files, MB", f"{len(files)}, {sum(f.stat().st_size for f in files) / 2**20:.0f}"],
            ["events missing, twice; rows that differ", f"{missing}, {twice['n'][0]}, {wrong}"],
        ],
    )
    lake().close()
    shutil.rmtree(var)
    if missing or twice["n"][0].as_py() or wrong:
        raise SystemExit("the lake does not hold what the database holds")
    if not SHORT and (max(behind) > BEHIND_S_MAX or changes / took_s < RATE * 0.95):
        raise SystemExit("too far behind, or the writer did not keep its rate")


def _has_caught_up(lake, clock) -> bool:
    from guanggu.base.errors import Unavailable

    try:
        return lake().place.exists and _behind(lake, clock) <= 1.0
    except Unavailable:  # its writer is just about to make it
        return False


def _behind(lake, clock) -> float:
    return max(0.0, (clock.now() - lake()._fresh_at()).total_seconds())


def _sample(ended, behind, waits, lake, clock) -> None:
    while not ended.wait(0.5):
        started = time.perf_counter()
        lake().ibis().table("observation_sensors").count().execute()
        waits.append(time.perf_counter() - started)
        behind.append(_behind(lake, clock))
    lake().close()


if __name__ == "__main__":
    if "--load" in sys.argv:
        load()
    elif "--follow" in sys.argv:
        follower()
    else:
        main()
