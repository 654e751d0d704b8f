"""Claim: 10,000 data are validated in 1 ms by range and alarm limits, in 5 ms with every rule on
every stream. The median of processor time over many batches, so a busy machine matters little."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bench.machine import SHORT, percentile, print_table

ROWS, STREAMS, START = 10_000, 2_000, 1_780_000_000_000_000
BATCHES = 50 if SHORT else 400
BOUNDS_MS = {"range and limits": 1.0, "every rule": 5.0}


def timed(settings: object, shuffled: bool) -> list[float]:
    """Processor milliseconds of each batch; five data a stream in every one."""
    from guanggu.kernel.observation.batch import Batch
    from guanggu.kernel.observation.receiving.marking import Memory, mark_batch

    rng, memory, found = np.random.default_rng(1), Memory(), []
    streams = np.repeat(np.arange(STREAMS, dtype=np.int32), ROWS // STREAMS)
    offsets = np.tile(np.arange(ROWS // STREAMS) * 10_000_000, STREAMS)
    order = rng.permutation(ROWS) if shuffled else np.arange(ROWS)
    for number in range(BATCHES):
        times = START + number * 60_000_000 + offsets
        batch = Batch.of(streams[order], times[order], rng.random(ROWS) * 10 + 50)
        began = time.process_time()
        mark_batch(batch, settings, memory, START + number * 60_000_000)  # type: ignore[arg-type]
        found.append((time.process_time() - began) * 1000)
    return found


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "guanggu.site.settings"
    import django

    django.setup()
    from guanggu.kernel.observation.receiving.settings import Settings, StreamRule, Watch

    watches = [Watch(stream, upper=99) for stream in range(0, STREAMS, 3)]
    plain = Settings.of([StreamRule(s, 0, 100) for s in range(STREAMS)], watches)
    every = Settings.of([StreamRule(s, 0, 100, 50, 6) for s in range(STREAMS)], watches)
    rows, failed = [], []
    for name, settings, shuffled in (
        ("range and limits", plain, False), ("every rule", every, False),
        ("every rule, rows of all stations mixed", every, True),
    ):  # fmt: skip
        median = percentile(timed(settings, shuffled), 0.5)
        bound = BOUNDS_MS.get(name)
        rows.append([name, f"{median:.2f}", "" if bound is None else f"{bound:.0f}"])
        if bound is not None and median > bound:
            failed.append(name)
    print_table("validation of 10,000 data", ["rules", "median ms", "at most"], rows)
    if failed:
        sys.exit(f"over the bound: {', '.join(failed)}")


if __name__ == "__main__":
    main()
