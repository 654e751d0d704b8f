"""What the worker does by itself: orphans away, stuck documents again, contents held to the rows."""

from __future__ import annotations

from datetime import timedelta

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.journal.public import CHECKS, Verdict, enqueue, recurring

from .models import Document
from .storing import lost_contents, remove_orphans

_STUCK_AFTER = timedelta(hours=2)  # a job has given up by then, or its worker is gone
_AT_ONCE_MAX = 100
CONTENT_LOST = T(
    "文件内容缺失或与登记的摘要不符", "the content is missing or differs from its digest"
)


@recurring("document.remove_orphans", every_seconds=6 * 3600)
def remove_orphans_now() -> int:
    return remove_orphans()


@recurring("document.resume_stuck", every_seconds=3600)
def resume_stuck() -> int:
    """Try again to make documents that bear a number and have no file; answers how many."""
    stuck = Document.objects.filter(
        state=Document.State.NUMBERED, numbered_at__lt=clock.now() - _STUCK_AFTER
    ).order_by("pk")
    keys = list(stuck.values_list("key", flat=True)[:_AT_ONCE_MAX])
    for key in keys:
        enqueue("document.produce", document=key)
    return len(keys)


def check_contents(verdict: Verdict) -> None:
    """For ``guanggu verify``: every stored file lies there with its digest."""
    for row in lost_contents():
        verdict.add(str(row.ref), CONTENT_LOST)


CHECKS.append(check_contents)
