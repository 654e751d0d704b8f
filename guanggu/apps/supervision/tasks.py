"""Supervision hears the journal; it asks nothing of the systems that it watches."""

from __future__ import annotations

from collections.abc import Sequence

from guanggu.kernel.journal.public import Event, job, subscribe

from .actions import check_journal, watch


@subscribe("supervision.watch", kinds=("case.*", "approvals.*"))
def watch_cases(events: Sequence[Event]) -> None:
    watch(events)


@job("supervision.check_journal")
def check_the_journal() -> None:
    check_journal()
