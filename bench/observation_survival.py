"""kill -9 of the observation store at random moments under load, and a disk that fills up.

Nothing acknowledged is lost, nothing stands there twice; a full disk is said, and over when there
is space again.

A child process owns the store and appends numbered rows from four threads: new ones, re-sends of
what was acknowledged before, late ones; meanwhile it seals into the lake. It writes down each
acknowledged batch only after the store has answered. It is killed with SIGKILL at random moments;
what it had sent without an answer, the next child sends again. In the end every acknowledged row
must be there once, with its value, in the store and in what the lake's catalogue shows to others.
For the full disk the store stands on a small tmpfs (skipped where the machine does not allow one).
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bench.machine import SHORT, print_table
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.engine.catalog import Catalog
from guanggu.kernel.observation.engine.connection import connect
from guanggu.kernel.observation.engine.embedded import EmbeddedStore
from guanggu.kernel.observation.engine.planning import HOUR_US

CI = True
UNTIMED = True
KILLS = int(os.environ.get("SURVIVAL_KILLS") or (12 if SHORT else 200))
SEED = int(os.environ.get("SURVIVAL_SEED") or 20261125)
WRITERS = 4
STREAMS = 50  # of each writer
START = 1_780_000_000_000_000 // HOUR_US * HOUR_US
STEP_US = 600_000_000  # so that a few seconds of work span weeks, and sealing has days to write
ALWAYS = (0, 2**52)


def value_of(stream: np.ndarray, number: np.ndarray) -> np.ndarray:
    return np.round((stream * 7 + number) % 1000 / 10, 1)


def batch_of(writer: int, number: int) -> Batch:
    """The writer's batch of this number: one row for each of its streams, every seventh late."""
    streams = np.arange(writer * STREAMS, (writer + 1) * STREAMS, dtype=np.int32)
    place = number - 3 if number % 7 == 6 else number
    late = 300_000_000 if number % 7 == 6 else 0
    times = np.full(STREAMS, START + place * STEP_US + late)
    return Batch.of(streams, times, value_of(streams, np.full(STREAMS, number)))


def child(folder: Path, ledger: Path) -> None:
    """Until it is killed."""
    store = EmbeddedStore(folder / "observations")
    chance = random.Random()
    done = [0] * WRITERS

    def write(writer: int) -> None:
        path = ledger / f"{writer}"
        known = path.read_bytes() if path.exists() else b""
        number = known.count(b"\n")
        with path.open("ab", buffering=0) as acknowledged:
            while True:
                store.append(batch_of(writer, number))
                # One write of a few bytes: whole in the kernel before the kill, or not at all.
                acknowledged.write(b"%08d\n" % number)
                number += 1
                done[writer] = number
                if chance.random() < 0.2:
                    again = store.append(batch_of(writer, chance.randrange(number)))
                    assert again.repeated == STREAMS, again

    for writer in range(WRITERS):
        threading.Thread(target=write, args=(writer,), daemon=True).start()
    print("ready", flush=True)
    while True:
        time.sleep(chance.uniform(0.05, 0.4))
        store.seal(START + max(0, min(done) - 200) * STEP_US)


def kill_often(folder: Path, ledger: Path) -> tuple[int, float]:
    chance = random.Random(SEED)
    slowest = 0.0
    for number in range(KILLS):
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.observation_survival", "--child", str(folder)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise AssertionError(f"the store did not open after kill {number}")
        slowest = max(slowest, time.perf_counter() - started)
        time.sleep(chance.uniform(0.1, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    return KILLS, slowest


def compare(folder: Path, ledger: Path) -> dict[str, int]:
    """Counts of what must be nought, and how much was acknowledged and sealed."""
    expected: dict[tuple[int, int], float] = {}
    for writer in range(WRITERS):
        for number in range((ledger / str(writer)).read_bytes().count(b"\n")):
            batch = batch_of(writer, number)
            keys = zip(batch.streams.tolist(), batch.times.tolist(), strict=True)
            expected.update(zip(keys, batch.results.tolist(), strict=True))
    store = EmbeddedStore(folder / "observations")
    streams = range(WRITERS * STREAMS)
    rows = store.series(streams, *ALWAYS)
    keys = list(zip(rows["stream"].to_pylist(), rows["time"].to_pylist(), strict=True))
    stored = dict(zip(keys, rows["result"].to_pylist(), strict=True))
    counts = {
        "acknowledged rows": len(expected),
        "lost": sum(key not in stored for key in expected),
        "of another value": sum(stored.get(key, v) != v for key, v in expected.items()),
        "doubled": len(keys) - len(stored),
        "held without reason": store.held().num_rows,
        "counted differently": store.count(streams, *ALWAYS) - len(stored),
    }
    store.seal(int(rows["time"].to_numpy().max()) // HOUR_US * HOUR_US + HOUR_US)
    counts["sealed rows"] = sum(part.rows for part in store.state.parts)
    store.close()
    files = sorted(Catalog(folder / "observations").files())
    with connect(":memory:") as reader:
        query = f"SELECT count(*), count(DISTINCT (stream, time)) FROM read_parquet({files})"
        total, distinct = reader.execute(query).fetchone() or (0, 0)
    counts["doubled in the lake"] = total - distinct
    counts["missing in the lake"] = len(stored) - total
    return counts


def fill_the_disk() -> list[list[object]]:
    """On a tmpfs of 256 MiB: full, said, and over again when another file is gone.

    The store keeps a reserve, because an engine without room for a checkpoint may end the process.
    It stands in a child all the same: a process that ends is a failure here, not of the bench.
    """
    folder = Path(tempfile.mkdtemp(prefix="guanggu-full-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        return [["full disk", "skipped: no tmpfs may be mounted here"]]
    log = Path(tempfile.mkstemp(prefix="guanggu-full-", suffix=".log")[1])
    try:
        (folder / "ballast").write_bytes(b"\0" * (128 << 20))
        if _write_wide(folder, log, REFUSALS) != 0:
            raise SystemExit("the store ended on a full disk")
        refused = _told(log, "refused")
        (folder / "ballast").unlink()
        if _write_wide(folder, log, 0) != 0:
            raise SystemExit("the store did not recover when there was space again")
        recovered_after = len(_told(log, "refused")) - len(refused)
        store = EmbeddedStore(folder / "observations")
        found = np.unique(store.series([5], *ALWAYS)["time"].to_numpy())
        total = store.count(range(WIDTH), *ALWAYS)
        store.close()
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
    acknowledged = _told(log, "stored")
    log.unlink()
    numbers = {(time - START) // 1_000_000 for time in found.tolist()}
    if not acknowledged <= numbers or total != len(numbers) * WIDTH:
        raise SystemExit("a full disk lost or doubled acknowledged rows")
    if recovered_after > 2:
        raise SystemExit("the store did not recover when there was space again")
    return [
        ["full disk: batches acknowledged", len(acknowledged)],
        ["full disk: refused with a clear message", len(refused)],
        ["full disk: lost or doubled", 0],
        ["refused after there was space again", recovered_after],
    ]


REFUSALS, AFTERWARDS = 20, 20


def _told(log: Path, word: str) -> set[int]:
    lines = [line.split() for line in log.read_text().splitlines()]
    return {int(line[1]) for line in lines if line[0] == word}


def _write_wide(folder: Path, log: Path, refusals: int) -> int:
    """A child that writes until it was refused so often (0: AFTERWARDS batches); its status."""
    command = [sys.executable, "-m", "bench.observation_survival", "--short"]
    return subprocess.run(
        [*command, "--wide", str(folder), str(log), str(refusals)], check=False
    ).returncode  # fmt: skip


def write_wide(folder: Path, log: Path, refusals: int) -> None:
    number = max([*_told(log, "sent"), -1]) + 1
    last = number + (AFTERWARDS if not refusals else 10_000)
    store = EmbeddedStore(folder / "observations")
    with log.open("a") as told:

        def say(word: str, number: int) -> None:
            told.write(f"{word} {number}\n")
            told.flush()

        refused = 0
        while number < last and (not refusals or refused < refusals):
            say("sent", number)
            try:
                store.append(wide(number))
                say("stored", number)
            except Unavailable:
                refused += 1
                say("refused", number)
            number += 1
    store.close()


WIDTH = 5_000


def wide(number: int) -> Batch:
    rng = np.random.default_rng(number)
    times = np.full(WIDTH, START + number * 1_000_000)
    return Batch.of(np.arange(WIDTH, dtype=np.int32), times, rng.random(WIDTH))


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="guanggu-bench-"))
    ledger = folder / "acknowledged"
    ledger.mkdir()
    try:
        kills, slowest = kill_often(folder, ledger)
        counts = compare(folder, ledger)
        full = fill_the_disk()
    finally:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
    rows = [["kills", kills], ["slowest start after a kill, s", f"{slowest:.1f}"]]
    rows += [[name, count] for name, count in counts.items()]
    print_table(
        "Nothing acknowledged is lost or doubled when the store is killed at random moments, "
        "sealing included, or the disk is full", ["what", "count"], [*rows, *full],
    )  # fmt: skip
    faults = {
        n: c for n, c in counts.items() if c and n not in ("acknowledged rows", "sealed rows")
    }
    if faults:
        raise SystemExit(f"not so: {faults}")


if __name__ == "__main__":
    if "--child" in sys.argv:
        place = Path(sys.argv[sys.argv.index("--child") + 1])
        child(place, place / "acknowledged")
    if "--wide" in sys.argv:
        where, into, refusals = sys.argv[sys.argv.index("--wide") + 1 :]
        write_wide(Path(where), Path(into), int(refusals))
    else:
        main()
