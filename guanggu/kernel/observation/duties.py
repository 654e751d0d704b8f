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


@recurring("observation.listening", every_seconds=15)
def listening() -> int:
    from .alarms.deafness import watch_for_deafness

    return watch_for_deafness()


@recurring("observation.escalate", every_seconds=15)
def escalate() -> int:
    from .alarms.watching import escalate_unanswered

    return escalate_unanswered()


@recurring("observation.reviews", every_seconds=5)
def reviews() -> int:
    from guanggu.base.errors import Unavailable

    from .reviewing import apply_reviews

    try:
        return apply_reviews()
    except Unavailable:
        return 0  # they wait until the ingest service is back; its state is shown on its page


@recurring("observation.replay", every_seconds=2)
def replay_adopted() -> int:
    from guanggu.base.errors import Unavailable

    from .models import Adoption

    if not Adoption.objects.filter(finished_at=None).exists():
        return 0
    from .adopting import replay

    try:
        return replay()
    except Unavailable:
        return 0  # goes on once the ingest service is back


@recurring("observation.retention", every_seconds=6 * 3600)
def retention() -> int:
    from guanggu.base.errors import Unavailable

    from .retention import remove_expired_data

    try:
        return remove_expired_data()
    except Unavailable:
        return 0


@recurring("observation.quarantine", every_seconds=6 * 3600)
def quarantine() -> int:
    from .device_actions import drop_old_frames

    return drop_old_frames()
