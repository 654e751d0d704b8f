"""What follows by itself: a matter decided for online delivery is delivered once its papers exist."""

from __future__ import annotations

from collections.abc import Sequence

from guanggu.base.actor import platform
from guanggu.base.ids import Ref
from guanggu.kernel.case.public import Case, case_of, complete_task, file_of
from guanggu.kernel.document.public import Document, documents_of
from guanggu.kernel.journal.public import Event, subscribe

from .rules import KIND


@subscribe("approvals.delivery", kinds=("document.issued",))
def deliver_online(events: Sequence[Event]) -> None:
    """Deliver at once what goes online and of which every paper is sealed."""
    subjects = dict.fromkeys(str(event.body.get("subject") or "") for event in events)
    for subject in subjects:
        if subject.startswith("cases/"):
            case = case_of(Ref.parse(subject))
            if case is not None and case.kind == KIND:
                deliver_matter(case)


def deliver_matter(case: Case) -> bool:
    """Complete the delivery of a decided matter online; False where that is not its way or time."""
    if not case.is_open or (case.data.get("delivery") or {}).get("way") != "online":
        return False
    if documents_of(case.ref).filter(state=Document.State.NUMBERED).exists():
        return False
    if any(fee["state"] == "due" for fee in case.data.get("fees") or ()):
        return False
    steps = ("delivery", "refusal_delivery")
    task = next((t for t in file_of(case).open_tasks() if t.step in steps), None)
    if task is None:
        return False
    complete_task(platform("delivery"), task=task.pk, outcome="online", data={})
    return True
