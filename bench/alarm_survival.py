"""Claim: no alarm is lost and none opened twice, whichever process is killed at whatever moment.

One child takes data in and stores them, another judges them; both are killed with -9 at random
moments. What was not acknowledged is sent again. In the end the alarms in the journal must be those
that a plain reading of all the data gives: same beginnings, same ends, each once.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, print_table

CI = True
UNTIMED = True
KILLS = int(os.environ.get("SURVIVAL_KILLS") or (10 if SHORT else 100))
STREAMS = 6
STEP_US = 60_000_000
LIMIT = 40.0
RANDOM = random.Random(20261125)
TAKER = """
import os, sys
from pathlib import Path
import django
django.setup()
from bench.alarm_survival import batch_of
from guanggu.kernel.observation.engine.embedded import EmbeddedStore
from guanggu.kernel.observation.engine.server import StoreServer
from guanggu.kernel.observation.public import bind
from guanggu.kernel.observation.receiving import Front, Receiver
folder = Path({var!r}) / "observations"
folder.mkdir(exist_ok=True)
store = EmbeddedStore(folder)
bind(lambda: store)
receiver = Receiver(store.submit)
receiver.start(refresh_s=0.3)
door = StoreServer(Front(store, receiver), folder / "ingest.sock", {{}})
done = Path({var!r}) / "acknowledged"
number = int(done.read_text()) if done.exists() else 0
print("ready", flush=True)
while number < {until}:
    receiver.receive(batch_of(number, {streams!r}, {start})).result(30)
    number += 1
    (done.parent / "next").write_text(str(number))
    os.replace(done.parent / "next", done)
print("end", flush=True)
sys.stdin.read()
"""
JUDGE = """
import time
from pathlib import Path
import django
django.setup()
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.public import ask_the_owner
ask_the_owner(Path({var!r}))
from guanggu.kernel.observation.alarms.judge import judge_queue
print("ready", flush=True)
while True:
    try:
        judge_queue()
    except Unavailable:
        pass  # the taker is dead; the queue waits
    time.sleep(0.01)
"""


def value_of(stream: int, number: int) -> float:
    """Above the limit for some data in a row, now and then; other lengths for each stream."""
    length = 3 + stream % 4
    return 50.0 + number % 7 if (number // length + stream) % 4 == 0 else 20.0 + number % 9


def batch_of(number: int, streams: list[int], start: int):  # type: ignore[no-untyped-def]
    from guanggu.kernel.observation.public import Batch

    values = [value_of(place, number) for place in range(len(streams))]
    return Batch.of(streams, [start + number * STEP_US] * len(streams), values)


def lay() -> list[int]:
    """Streams with one rule over all; answers their numbers."""
    from guanggu.base.actor import platform
    from guanggu.kernel.observation.public import Datastream, StreamSpec, declare_station
    from guanggu.kernel.register.public import create_record

    for number in range(STREAMS):
        spec = StreamSpec("w01018", "minute", "mg/L", every_s=60, name="COD")
        declare_station(
            platform("bench"), key=f"S-{number}", name=f"S-{number}", kind="general", streams=[spec]
        )
    create_record(
        platform("bench"), collection="alarm_rules",
        values={"name": "limit", "kind": "limit", "observed_property": "w01018", "upper": LIMIT,
                "hits": 2},
    )  # fmt: skip
    return list(Datastream.objects.order_by("pk").values_list("pk", flat=True))


def expected(streams: list[int], until: int) -> list[tuple[int, int, int | None]]:
    """(stream, number of the first datum beyond the limit, of the first inside again)."""
    found: list[tuple[int, int, int | None]] = []
    for place, stream in enumerate(streams):
        run: list[int] = []
        for number in range(until):
            if value_of(place, number) > LIMIT:
                run.append(number)
                continue
            if len(run) >= 2:
                found.append((stream, run[0], number))
            run = []
        if len(run) >= 2:
            found.append((stream, run[0], None))
    return sorted(found, key=lambda row: row[:2])


def a_child(code: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE,
        cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    return child


def main() -> None:
    var = own_server()
    from django.db import connection

    from guanggu.base import clock
    from guanggu.base.clock import to_microseconds
    from guanggu.kernel.journal.public import Event, verify
    from guanggu.kernel.observation.models import Alarm, ToJudge

    streams = lay()
    start = to_microseconds(clock.now()) - 30 * 86_400_000_000
    until = 1_000_000_000
    connection.close()
    began = time.monotonic()

    def code(text: str, until: int) -> str:
        return text.format(var=str(var), streams=streams, start=start, until=until)

    children = {"taker": a_child(code(TAKER, until)), "judge": a_child(code(JUDGE, until))}
    for _ in range(KILLS):
        time.sleep(RANDOM.uniform(0.05, 1.5))
        name = RANDOM.choice(["taker", "judge"])
        children[name].kill()
        children[name].wait()
        children[name] = a_child(code(TAKER if name == "taker" else JUDGE, until))
    children["taker"].kill()
    children["taker"].wait()
    acknowledged = int((var / "acknowledged").read_text())
    # What may be stored without an answer is sent again by the last taker, and some more.
    taker = a_child(code(TAKER, acknowledged + 5))
    assert taker.stdout is not None
    assert taker.stdout.readline() == b"end\n"
    while ToJudge.objects.exists():
        time.sleep(0.1)
    for child in (taker, children["judge"]):
        child.kill()
        child.wait()
    wanted = expected(streams, acknowledged + 5)
    found = [
        (stream, number(opened, start), None if cleared is None else number(cleared, start))
        for stream, opened, cleared in Alarm.objects.values_list(
            "datastream_id", "opened_at", "cleared_at"
        )
    ]
    found.sort(key=lambda row: row[:2])
    opened = Event.objects.filter(kind="observation.alarm_opened").count()
    sound = verify().is_sound
    print_table(
        "no alarm lost and none opened twice when processes are killed",
        ["kills", "data", "alarms expected", "alarms found", "opened events", "journal", "seconds"],
        [[KILLS, (acknowledged + 5) * STREAMS, len(wanted), len(found), opened,
          "sound" if sound else "ALTERED", f"{time.monotonic() - began:.0f}"]],
    )  # fmt: skip
    if found != wanted or opened != len(wanted) or not sound:
        lost, more = set(wanted) - set(found), set(found) - set(wanted)
        sys.exit(f"lost {sorted(lost)[:5]}, not expected {sorted(more)[:5]}")


def number(at, start: int) -> int:  # type: ignore[no-untyped-def]
    from guanggu.base.clock import to_microseconds

    return (to_microseconds(at) - start) // STEP_US


if __name__ == "__main__":
    main()
