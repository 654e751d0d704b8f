"""Claim: an event is appended in <= 100 µs, and a journal verified at >= 200,000 events a second."""

from __future__ import annotations

import time

from bench.machine import SHORT, own_server, percentile, print_table

CI = True
EVENTS = 20_000 if SHORT else 400_000
SUBJECTS = EVENTS // 8
DATA = {"outcome": "accept", "stage": "受理", "organisation": "wehdz-zwb", "due": "2026-12-01"}


def append_alone(count: int) -> list[float]:
    """Seconds of each append, 50 to a transaction; the commit is not part of the claim."""
    from django.db import transaction

    from guanggu.base.actor import platform
    from guanggu.kernel.journal.public import append

    actor, taken = platform("bench"), []
    for first in range(0, count, 50):
        with transaction.atomic():
            for number in range(first, first + 50):
                started = time.perf_counter()
                append(f"cases/{number % SUBJECTS}", "case.task_completed", actor, DATA)
                taken.append(time.perf_counter() - started)
    return taken


def append_in_batches(count: int) -> float:
    """Seconds an event, 1,000 to a batch, commits included."""
    from django.db import transaction

    from guanggu.base.actor import platform
    from guanggu.kernel.journal.public import Entry, append_batch

    actor = platform("bench")
    started = time.perf_counter()
    for first in range(0, count, 1000):
        with transaction.atomic():
            append_batch(
                Entry(f"cases/{n % SUBJECTS}", "case.task_completed", actor, DATA)
                for n in range(first, first + 1000)
            )
    return (time.perf_counter() - started) / count


def main() -> None:
    own_server()
    from guanggu.kernel.journal.public import seal, verify

    single = append_alone(EVENTS // 10)
    batch = append_in_batches(EVENTS - EVENTS // 10)
    started = time.perf_counter()
    seal()
    sealing = (time.perf_counter() - started) / EVENTS
    started = time.perf_counter()
    verdict = verify()
    verifying = time.perf_counter() - started
    assert verdict.is_sound, verdict.findings[:3]
    assert verdict.events == EVENTS
    print_table(
        f"Journal of {EVENTS:,} events",
        ["what", "figure", "asked"],
        [
            ["append, median", f"{percentile(single, 0.5) * 1e6:.0f} µs", "<= 100 µs"],
            ["append, p95", f"{percentile(single, 0.95) * 1e6:.0f} µs", ""],
            ["append in a batch of 1,000, with commit", f"{batch * 1e6:.0f} µs", ""],
            ["seal into the signed tree", f"{sealing * 1e6:.0f} µs", ""],
            ["verify all", f"{EVENTS / verifying:,.0f} events/s", ">= 200,000"],
        ],
    )


if __name__ == "__main__":
    main()
