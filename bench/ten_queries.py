"""Benchmark: ten questions on the embedded engine and on Spark give equal answers; the speed-up of
1, 2 and 4 workers is printed, and a worker is killed in the middle of one.

All runs on this machine: with two cores four workers cannot be quicker than two. The curve tells
what the distribution costs and that it holds; what it gains shows on machines of their own.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from .machine import SHORT, own_server, print_table

CI = False  # the suite asks Spark the same ten and kills a worker as well
WORKERS = (1, 2) if SHORT else (1, 2, 4)
CASES, OBSERVATIONS = (5_000, 50_000) if SHORT else (2_000_000, 50_000_000)


def main() -> int:
    own_server()  # the settings name the kernels; nothing is written into it
    from guanggu.kernel.lake.distributed.engine import Distributed, Embedded, files_of, same
    from guanggu.kernel.lake.distributed.testing import SparkCluster, has_java, lay_tables
    from guanggu.kernel.lake.distributed.typical import QUERIES

    if not has_java():
        print("Java is not installed: there is no cluster to compare with.")
        return 0
    faults: list[str] = []
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="guanggu-ten-") as name:
        folder = Path(name)
        lay_tables(folder / "published", CASES, OBSERVATIONS)
        files = files_of(folder / "published")
        embedded = Embedded(files)
        right = {}
        for key, (_, asked) in QUERIES.items():
            started = time.perf_counter()
            right[key] = embedded.answer(asked(embedded.table))
            times[key] = [time.perf_counter() - started]
        for workers in WORKERS:
            cluster = SparkCluster(folder / f"spark{workers}")
            cluster.start(workers)
            spark = Distributed(files, cluster.master, cluster.settings)
            try:
                spark.answer(QUERIES["open_by_stage"][1](spark.table))  # executors have come
                for key, (_, asked) in QUERIES.items():
                    started = time.perf_counter()
                    told = spark.answer(asked(spark.table))
                    times[key].append(time.perf_counter() - started)
                    if difference := same(right[key], told):
                        faults.append(f"{key} with {workers} workers: {difference}")
                if workers == 2:
                    faults += _killed(cluster, spark, right, QUERIES, same)
            finally:
                spark.close()
                cluster.stop()
        embedded.close()
    _print(times)
    for fault in faults:
        print(f"NOT EQUAL: {fault}")
    print("all answers equal, a worker killed meanwhile changed none" if not faults else "FAILED")
    return 1 if faults else 0


def _killed(cluster, spark, right, queries, same) -> list[str]:
    """kill -9 of a worker 0.3 s into the question that reads most."""
    killed = threading.Timer(0.3, cluster.kill_a_worker)
    killed.start()
    faults = []
    for key in ("daily_means", "events_by_hour"):
        told = spark.answer(queries[key][1](spark.table))
        if difference := same(right[key], told):
            faults.append(f"{key} with a killed worker: {difference}")
    killed.join()
    return faults


def _print(times: dict[str, list[float]]) -> None:
    rows = [[key, *(f"{seconds:.2f}" for seconds in taken)] for key, taken in times.items()]
    sums = [sum(column) for column in zip(*times.values(), strict=True)]
    rows.append(["all ten", *(f"{seconds:.2f}" for seconds in sums)])
    rows.append(["speed-up over 1 worker", "–", *(f"{sums[1] / s:.2f}x" for s in sums[1:])])
    print_table(
        f"Ten questions over {CASES:,} cases, {4 * CASES:,} tasks, {8 * CASES:,} events and "
        f"{OBSERVATIONS:,} observations: equal answers; seconds",
        ["question", "embedded", *(f"Spark, {n} worker{'s' if n > 1 else ''}" for n in WORKERS)],
        rows,
    )


if __name__ == "__main__":
    sys.exit(main())
