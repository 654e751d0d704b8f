"""What the worker does for the sensing by the clock. The engines of it are loaded when first run."""

from __future__ import annotations

from guanggu.kernel.journal.public import recurring


@recurring("observation.judge", every_seconds=0.5)
def judge() -> int:
    from .alarms.judge import judge_queue

    return judge_queue()


@recurring("observation.silence", every_seconds=30)
def silence() -> int:
    from .alarms.watching import watch_for_silence

    return watch_for_silence()


@recurring("observation.escalate", every_seconds=15)
def escalate() -> int:
    from .alarms.watching import escalate_unanswered

    return escalate_unanswered()
