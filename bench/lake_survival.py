"""kill -9 of the lake's writer at random moments under load, and a disk that fills up.

A process writes rows and events without pause; another follows the journal into the lake, folds
and tidies without pause, and is killed with SIGKILL at random moments. A reader looks all the time
and must never see an event without the row that it made, nor one twice. In the end the lake equals
the database, every event is there once, and each row's versions follow one another without a gap.
For the full disk the lake stands on a small tmpfs (skipped where the machine does not allow one).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, print_table

CI = True
UNTIMED = True
KILLS = int(os.environ.get("SURVIVAL_KILLS") or (4 if SHORT else 100))
SEED = int(os.environ.get("SURVIVAL_SEED") or 20261126)
ONLY = ("observation_sensors",)


def load() -> None:
    own_server(os.environ["GUANGGU_VAR"])
    from django.db import transaction

    from guanggu.base.actor import platform
    from guanggu.kernel.observation.models import Sensor
    from guanggu.kernel.register.public import remove_record, save_record

    actor, chance, number = platform("bench"), random.Random(SEED), 0
    print("ready", flush=True)
    while os.getppid() != 1:
        number += 1
        with transaction.atomic():
            row = Sensor.objects.filter(key=f"s-{chance.randrange(60)}").first()
            if row is None:
                row = Sensor(key=f"s-{chance.randrange(60)}")
                if Sensor.objects.filter(key=row.key).exists():
                    continue
            elif chance.random() < 0.05:
                remove_record(actor, row, "observation.removed", reason="试")
                continue
            row.name = f"第{number}次"
            save_record(actor, row, "observation.changed")


def follow_wildly() -> None:
    own_server(os.environ["GUANGGU_VAR"])
    from guanggu.kernel.lake.intake import Intake
    from guanggu.kernel.lake.public import lake
    from guanggu.kernel.lake.upkeep import tidy

    chance = random.Random()
    with Intake(lake().place, only=ONLY) as intake:
        print("ready", flush=True)
        while True:
            if not intake.step(limit=chance.randrange(1, 40)).events:
                time.sleep(0.01)
            if chance.random() < 0.15:
                intake.fold_due(everything=True)
            if chance.random() < 0.03:
                tidy(intake, timedelta(seconds=15))


def _child(what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.lake_survival", what]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    if child.stdout.readline() != "ready\n":
        raise SystemExit(f"{what} did not start")
    return child


# Each event that made or changed a row must have its version, and the other way round.
TORN = """
SELECT (SELECT count(*) FROM (
    SELECT event_id FROM journal_events WHERE kind = 'observation.changed'
    EXCEPT ALL SELECT event_id FROM observation_sensors_history)) AS without_row,
  (SELECT count(*) FROM (
    SELECT event_id FROM observation_sensors_history
    EXCEPT ALL SELECT event_id FROM journal_events WHERE kind = 'observation.changed')) AS without_event,
  (SELECT count(*) - count(DISTINCT event_id) FROM journal_events) AS twice
"""
GAPS = """
SELECT count(*) FROM (
  SELECT known_to, lead(known_from) OVER (PARTITION BY key ORDER BY event_id) AS next, event_id
  FROM observation_sensors_history)
WHERE next IS NOT NULL AND (known_to IS NULL OR known_to > next)
"""


def _watch(ended: threading.Event, torn: list[tuple], looks: list[int]) -> None:
    """A reader, all the time: all three numbers in one statement are of one snapshot."""
    from guanggu.base.errors import Unavailable
    from guanggu.kernel.lake.public import lake

    while not ended.wait(0.05):
        try:
            found = lake()._read(lambda connection: connection.execute(TORN).fetchone())
        except Unavailable:
            continue  # the first writer has not made it yet
        except Exception as error:
            if "not exist" not in str(error):
                raise
            continue
        looks[0] += 1
        if found != (0, 0, 0):
            torn.append(found)
    lake().close()


def kill_often() -> tuple[int, int]:
    chance = random.Random(SEED)
    ended, torn, looks = threading.Event(), [], [0]
    watcher = threading.Thread(target=_watch, args=(ended, torn, looks))
    writer = _child("--load")
    watcher.start()
    try:
        for _ in range(KILLS):
            follower = _child("--follow")
            time.sleep(chance.uniform(0.1, 1.5))
            follower.send_signal(signal.SIGKILL)
            follower.wait()
            assert follower.stdout is not None
            follower.stdout.close()
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        ended.set()
        watcher.join()
    if torn:
        raise SystemExit(f"a reader saw half a write: {torn[:3]}")
    return KILLS, looks[0]


def compare() -> dict[str, int]:
    """Counts that must be nought, and how much there was."""
    from guanggu.kernel.journal.public import Event
    from guanggu.kernel.lake.intake import Intake
    from guanggu.kernel.lake.public import lake
    from guanggu.kernel.lake.upkeep import differences

    with Intake(lake().place, only=ONLY) as intake:
        intake.drain()
        reader = intake.connection
        reader.execute("USE lake.main")
        torn = reader.execute(TORN).fetchone() or (1, 1, 1)
        gaps = reader.execute(GAPS).fetchone() or (1,)
        rows = reader.execute("SELECT count(*) FROM journal_events").fetchone() or (0,)
        wrong = list(differences(reader, intake.known[ONLY[0]]))
        return {
            "events": Event.objects.count(),
            "events lost": Event.objects.count() - rows[0],
            "events twice": torn[2],
            "events without their row, rows without their event": torn[0] + torn[1],
            "versions that overlap": gaps[0],
            "rows that differ": len(wrong),
        }


def fill_the_disk() -> list[list[object]]:
    """On a tmpfs of 24 MiB: said, nothing half visible, and over when there is space again."""
    from guanggu.kernel.journal.public import Event
    from guanggu.kernel.lake.intake import Intake
    from guanggu.kernel.lake.place import Place, connect

    folder = Path(tempfile.mkdtemp(prefix="guanggu-full-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        return [["full disk", "skipped: no tmpfs may be mounted here"]]
    place = Place.of(folder)
    refused = 0
    try:
        with Intake(place, only=ONLY) as intake:
            for _ in range(3):
                intake.step(limit=50)
            free = shutil.disk_usage(folder).free
            (folder / "ballast").write_bytes(b"\0" * (free - 64 * 1024))
            for _ in range(10):
                refused += _refuses(intake)
                with connect(place, read_only=True) as reader:
                    torn = reader.execute("USE lake.main").execute(TORN).fetchone()
                if torn != (0, 0, 0):
                    raise SystemExit(f"a full disk left half a write visible: {torn}")
            (folder / "ballast").unlink()
            intake.drain()
            rows = intake.connection.execute(
                "SELECT count(*) FROM lake.main.journal_events"
            ).fetchone()
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
    if rows != (Event.objects.count(),) or not refused:
        raise SystemExit(
            f"the full disk: {rows} of {Event.objects.count()}, refused {refused} times"
        )
    return [
        ["full disk: batches refused", refused],
        ["full disk: half visible, lost or twice afterwards", 0],
    ]


def _refuses(intake) -> int:
    import duckdb

    try:
        intake.step(limit=2_000)
    except (duckdb.Error, OSError):
        return 1
    return 0


def main() -> None:
    var = own_server()
    try:
        kills, looks = kill_often()
        counts = compare()
        full = fill_the_disk()
    finally:
        shutil.rmtree(var, ignore_errors=True)
    print_table(
        "The lake loses and doubles nothing and is never half visible when its writer is killed at "
        "random moments or the disk is full",
        ["what", "count"],
        [["kills", kills], ["looks of a reader meanwhile", looks],
         *[[name, count] for name, count in counts.items()], *full],
    )  # fmt: skip
    faults = {n: c for n, c in counts.items() if c and n != "events"}
    if faults:
        raise SystemExit(f"not so: {faults}")


if __name__ == "__main__":
    if "--load" in sys.argv:
        load()
    elif "--follow" in sys.argv:
        follow_wildly()
    else:
        main()
