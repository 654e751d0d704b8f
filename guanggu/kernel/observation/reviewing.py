"""Officers' decisions on single data: journaled with the reason first, then laid into the store.

The decision and its event are one transaction of the records; the store is another. Between the
two stands ``Review.applied_at``: whatever is not applied yet is applied by the worker, in order.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.clock import from_microseconds
from guanggu.base.errors import Conflict, Invalid, Missing, Unavailable
from guanggu.kernel.journal.public import action, append

from .marks import Mark
from .models import Datastream, Review
from .permissions import reviews_data
from .store import observations

log = logging.getLogger(__name__)

ROWS_MAX = 500
REASON_MAX = 300
APPLIED_AT_ONCE = 1_000
MARKS = {
    "valid": Mark.REVIEWED_VALID, "invalid": Mark.REVIEWED_INVALID, "correct": Mark.CORRECTED,
    "accept_held": Mark.CORRECTED,
}  # fmt: skip
_REASON = T("请填写审核理由（不超过 300 字）。", "Give the reason (up to 300 characters).")
_DECISION = T("请选择审核结论。", "Choose a decision.")
_NO_ROWS = T(
    "请选择要审核的数据，一次最多 {} 条。", "Choose the data to review, at most {} at once."
)
_NO_DATUM = T("所选时刻没有数据，请刷新页面后重选。", "There is no datum at that time; reload.")
_NUMBER = T("修正值应为有限数值。", "The corrected value must be a finite number.")
_CHANGED = T(
    "数据在您查看后已变化，请刷新页面核对后重新提交。",
    "The data changed since you looked at them. Reload, check and submit again.",
)
_NO_HELD = T("该补传数据已处理。", "This re-sent value was decided already.")
_NO_STREAM = T("没有该数据流。", "There is no such datastream.")


class _Stored(NamedTuple):
    """A datum as the store has it: value as it counts, mark, and the value as received."""

    value: float | None
    mark: int
    received: float | None


def _may_review(actor: Actor, **_: Any) -> bool:
    return reviews_data(actor)


def text_of(value: float | None) -> str:
    """A value as the journal and a form hold it, without loss."""
    return "" if value is None else repr(value)


@action("observation.review_data", allows=_may_review, title=T("审核数据", "Review data"))
def review_data(
    actor: Actor, *, datastream: str, decision: str, reason: str, times: Sequence[int],
    values: Mapping[str, str] | None = None, seen: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Confirm (``valid``), reject (``invalid``) or ``correct`` data of a datastream.

    times: microseconds UTC; values: corrected value by time (as text), for ``correct``; seen:
    value by time as the officer saw it (``text_of``), to notice what changed since. Raises Invalid,
    Missing, Conflict, Unavailable.
    """
    stream = _stream(datastream)
    reason = _checked(decision, reason, times)
    stored = _stored(stream.pk, times)
    if set(times) - stored.keys():
        raise Missing(_NO_DATUM)
    for at, value in (seen or {}).items():
        if int(at) in stored and text_of(stored[int(at)].value) != value:
            raise Conflict(_CHANGED, code="changed_since")
    corrected = _corrected(times, values or {}) if decision == "correct" else {}
    rows = [
        (time, stored[time], corrected.get(time, stored[time].received), MARKS[decision])
        for time in sorted(set(times))
    ]
    reviews = _keep(actor, stream, decision, reason, rows)
    transaction.on_commit(_apply_soon)
    return {"reviewed": len(reviews)}


def _stream(key: str) -> Datastream:
    found = Datastream.objects.filter(key=key).first()
    if found is None:
        raise Missing(_NO_STREAM)
    return found


def _checked(decision: str, reason: str, times: Sequence[int]) -> str:
    errors: dict[str, T] = {}
    if decision not in ("valid", "invalid", "correct"):
        errors["decision"] = _DECISION
    if not reason.strip() or len(reason) > REASON_MAX:
        errors["reason"] = _REASON
    if not 0 < len(times) <= ROWS_MAX:
        errors["times"] = _NO_ROWS.format(ROWS_MAX)
    if errors:
        raise Invalid(next(iter(errors.values())), fields=errors)
    return reason.strip()


def _corrected(times: Sequence[int], values: Mapping[str, str]) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    errors: dict[str, T] = {}
    for time in times:
        try:
            number = float(values[str(time)])
        except (KeyError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            errors[f"value-{time}"] = _NUMBER
        found[time] = number
    if errors:
        raise Invalid(_NUMBER, fields=errors)
    return found


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _stored(stream: int, times: Sequence[int]) -> dict[int, _Stored]:
    table = observations().series([stream], min(times), max(times) + 1).to_pydict()
    wanted = set(times)
    found = {}
    rows = zip(table["time"], table["result"], table["mark"], table["raw"], strict=True)
    for time, result, mark, raw in rows:
        if time in wanted:
            value = _number(result)
            found[time] = _Stored(value, mark, value if raw is None else _number(raw))
    return found


def _keep(
    actor: Actor, stream: Datastream, decision: str, reason: str,
    rows: Sequence[tuple[int, _Stored, float | None, Mark | int]],
) -> list[Review]:  # fmt: skip
    """The rows and their event. The mark as received is that of the first review, for the store
    keeps only the value."""
    earlier = Review.objects.filter(datastream=stream, time__in=[row[0] for row in rows])
    first_marks: dict[int, int] = {}
    for review in earlier.order_by("pk"):
        first_marks.setdefault(review.time, review.received_mark)
    now = clock.now()
    reviews = [
        Review(
            datastream=stream, time=time, decision=decision, received_value=was.received,
            received_mark=first_marks.get(time, was.mark), reviewed_value=value,
            reviewed_mark=mark, reason=reason, by=actor.ref, by_name=actor.name, at=now,
        )
        for time, was, value, mark in rows
    ]  # fmt: skip
    Review.objects.bulk_create(reviews)
    told = [
        [from_microseconds(r.time).isoformat(), text_of(r.received_value), r.received_mark,
         text_of(r.reviewed_value), r.reviewed_mark]
        for r in reviews
    ]  # fmt: skip
    append(
        stream.ref, "observation.data_reviewed", actor,
        {"decision": decision, "reason": reason, "rows": told, "thing": str(stream.thing.ref)},
    )  # fmt: skip
    return reviews


class Held(NamedTuple):
    """A value that was sent for a datum already reviewed or sealed, beside the one that stands."""

    datastream: Datastream
    at: datetime
    time: int
    value: float | None
    mark: int
    standing: float | None
    standing_mark: int


def held_values(limit: int = 200) -> list[Held]:
    """What waits for an officer, oldest first. Raises Unavailable."""
    table = observations().held().slice(0, limit).to_pydict()
    streams = Datastream.objects.select_related("thing", "observed_property").in_bulk(
        set(table["stream"])
    )
    found = []
    for stream, time, result, mark in zip(
        table["stream"], table["time"], table["result"], table["mark"], strict=True
    ):
        row = streams.get(stream)
        standing = _stored(stream, [time]).get(time) if row is not None else None
        if row is not None and standing is not None:
            found.append(
                Held(
                    row, from_microseconds(time), time, _number(result), mark, standing.value,
                    standing.mark,
                )
            )  # fmt: skip
    return found


@action(
    "observation.decide_held", allows=_may_review, title=T("处理补传数据", "Decide re-sent data")
)
def decide_held(
    actor: Actor, *, datastream: str, time: int, accept: bool, reason: str
) -> dict[str, Any]:
    """Take a re-sent value over, or drop it. Raises Invalid, Missing, Conflict, Unavailable."""
    stream = _stream(datastream)
    if not reason.strip() or len(reason) > REASON_MAX:
        raise Invalid(_REASON, fields={"reason": _REASON})
    value = _held_value(stream.pk, time)
    was = _stored(stream.pk, [time]).get(time)
    if value is None or was is None or _is_decided(stream, time):
        raise Conflict(_NO_HELD)
    decision = "accept_held" if accept else "drop_held"
    now = _number(value) if accept else was.value
    mark = MARKS.get(decision, was.mark)
    _keep(actor, stream, decision, reason.strip(), [(time, was, now, mark)])
    transaction.on_commit(_apply_soon)
    return {"decided": decision}


def _is_decided(stream: Datastream, time: int) -> bool:
    waiting = Review.objects.filter(datastream=stream, time=time, applied_at__isnull=True)
    return waiting.filter(decision__in=("accept_held", "drop_held")).exists()


def _held_value(stream: int, time: int) -> float | None:
    table = observations().held([stream]).to_pydict()
    for at, result in zip(table["time"], table["result"], strict=True):
        if at == time:
            return float("nan") if result is None else result
    return None


def _apply_soon() -> None:
    try:
        apply_reviews()
    except Unavailable:
        log.warning("reviewed data wait for the ingest service; the worker lays them in")


def apply_reviews() -> int:
    """Lay decided reviews into the store, in order; answers how many. Raises Unavailable."""
    if not Review.objects.filter(applied_at__isnull=True).exists():
        return 0
    with transaction.atomic():
        waiting = list(
            Review.objects.select_for_update()
            .filter(applied_at__isnull=True)
            .order_by("pk")[:APPLIED_AT_ONCE]
        )
        for review in waiting:
            if review.decision in ("accept_held", "drop_held"):
                observations().release(review.datastream_id, review.time, accept=False)
        _revise([review for review in waiting if review.decision != "drop_held"])
        Review.objects.filter(pk__in=[review.pk for review in waiting]).update(
            applied_at=clock.now()
        )
    return len(waiting)


def _revise(reviews: Sequence[Review]) -> None:
    """The last decision on each datum; revising to the same again changes nothing."""
    from .batch import Batch

    last = {(review.datastream_id, review.time): review for review in reviews}
    if not last:
        return
    nan = float("nan")
    rows = list(last.values())
    at = clock.to_microseconds(clock.now())
    observations().revise(
        Batch.of(
            [row.datastream_id for row in rows], [row.time for row in rows],
            [nan if row.reviewed_value is None else row.reviewed_value for row in rows],
            [row.reviewed_mark for row in rows], [at] * len(rows),
        )
    )  # fmt: skip


def reviews_of(stream: Datastream, start_at: datetime, end_at: datetime) -> dict[int, list[Review]]:
    """Every decision on the stream's data of the time, by phenomenon time, oldest first."""
    found: dict[int, list[Review]] = {}
    rows = Review.objects.filter(
        datastream=stream, time__gte=clock.to_microseconds(start_at),
        time__lt=clock.to_microseconds(end_at),
    )  # fmt: skip
    for row in rows.order_by("pk"):
        found.setdefault(row.time, []).append(row)
    return found
