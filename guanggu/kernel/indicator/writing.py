"""Writing values: the present one and the revision that tells what was known from when on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.register.public import save_new_records, save_record

from .exact import exact
from .models import Indicator, Revision, Value
from .periods import demand_kind
from .rules import REASON_NEEDED, needs_reason
from .words import STATUSES

DIMENSION_MAX = 24  # fits the key of a value together with its indicator's
INDICATOR_KEY_MAX = 28
_NO_STATUS = T("数据状态应为快报数、初步核算数或最终核定数。",
               "The status is estimate, preliminary or final.")  # fmt: skip
_FUTURE = T("发布时间不能晚于现在。", "It cannot become known in the future.")
_EARLIER = T(
    "该期已有更晚发布的数值。请按发布先后录入。",
    "A later value of this period is known already. Enter them in the order they became known.",
)
_LONG = T("分组最多 {} 个字符，不能含“~”。", "A part has at most {} characters and no “~”.")


@dataclass(frozen=True)
class Given:
    """One value as handed in; known_at: when it became known, now where none is given."""

    period: str
    number: Decimal | None
    dimension: str = ""
    status: str = "final"
    reason: str = ""
    known_at: datetime | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Given:
        """Raises Invalid for a number or an instant that is none."""
        number, known_at = told.get("number"), told.get("known_at")
        try:
            return cls(
                period=str(told.get("period", "")),
                number=None if number in (None, "") else exact(number),
                dimension=str(told.get("dimension", "")),
                status=str(told.get("status", "final")),
                reason=str(told.get("reason", "")),
                known_at=datetime.fromisoformat(known_at) if known_at else None,
                provenance=told.get("provenance") or {},
            )
        except ValueError as error:
            message = error.args[0] if isinstance(error.args[0], T) else _FUTURE
            raise Invalid(message, fields={"number": message}) from error


def value_key(indicator: str, period: str, dimension: str = "") -> str:
    return f"{indicator}~{period}" + (f"~{dimension}" if dimension else "")


def demand_fit(indicator: Indicator, given: Given) -> None:
    """Raises Invalid where the value does not fit the indicator."""
    demand_kind(given.period, indicator.period)
    if len(given.dimension) > DIMENSION_MAX or "~" in given.dimension:
        message = _LONG.format(DIMENSION_MAX)
        raise Invalid(message, fields={"dimension": message})
    if given.status not in STATUSES:
        raise Invalid(_NO_STATUS, fields={"status": _NO_STATUS})
    if given.known_at is not None and given.known_at > clock.now():
        raise Invalid(_FUTURE, fields={"known_at": _FUTURE})


def demand_order(last: Revision | None, given: Given, at: datetime) -> None:
    """Raises Invalid where the value may not follow the last one."""
    if last is None:
        return
    if at < last.known_at:
        raise Invalid(_EARLIER, fields={"known_at": _EARLIER})
    if not given.reason.strip() and needs_reason(last.status, given.status):
        raise Invalid(REASON_NEEDED, fields={"reason": REASON_NEEDED})


def is_same(last: Revision | None, number: Decimal | None, status: str) -> bool:
    return last is not None and last.number == number and last.status == status


def last_revisions(
    indicator: Indicator, periods: Iterable[str] | None = None
) -> dict[tuple[str, str], Revision]:
    """The newest revision by (period, dimension)."""
    rows = Revision.objects.filter(indicator=indicator)
    if periods is not None:
        rows = rows.filter(period__in=set(periods))
    return {(row.period, row.dimension): row for row in rows.order_by("revision")}


def write_values(
    actor: Actor, indicator: Indicator, given: Iterable[Given], *, is_sample: bool = False
) -> int:
    """Write what is new, in the order given; answers how many revisions were added.

    A value that is the same as the last one is no revision. Raises Invalid for the first that
    does not fit; then nothing of them is written (the caller's transaction ends).
    """
    given = list(given)
    Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)  # one after the other
    wanted = {each.period for each in given}
    last = last_revisions(indicator, wanted)
    added: list[Revision] = []
    for each in given:
        demand_fit(indicator, each)
        place = (each.period, each.dimension)
        if is_same(last.get(place), each.number, each.status):
            continue
        at = each.known_at or clock.now()
        demand_order(last.get(place), each, at)
        before = last[place].revision if place in last else 0
        row = Revision(
            indicator=indicator, period=each.period, dimension=each.dimension,
            revision=before + 1, number=each.number, status=each.status, known_at=at,
            reason=each.reason, by=actor.ref, by_name=actor.name,
            provenance=dict(each.provenance),
        )  # fmt: skip
        last[place] = row
        added.append(row)
    Revision.objects.bulk_create(added, batch_size=500)
    newest = {(row.period, row.dimension): row for row in added}
    _bring_up_to_date(actor, indicator, newest, is_sample)
    return len(added)


def _bring_up_to_date(
    actor: Actor, indicator: Indicator, newest: Mapping[tuple[str, str], Revision], is_sample: bool
) -> None:
    rows = Value.objects.filter(indicator=indicator, period__in={p for p, _ in newest})
    known = {(row.period, row.dimension): row for row in rows}
    made = []
    for (period, dimension), revision in newest.items():
        value = known.get((period, dimension))
        if value is None:
            value = Value(
                key=value_key(indicator.key, period, dimension), indicator=indicator,
                period=period, dimension=dimension, source=indicator.source, is_sample=is_sample,
            )  # fmt: skip
            made.append(value)
        _follow(value, revision)
        if value.pk is not None:
            save_record(actor, value, "indicator.value_revised")
    save_new_records(actor, made, "indicator.value_recorded")


def _follow(value: Value, revision: Revision) -> None:
    value.number, value.status = revision.number, revision.status
    value.reason, value.revision = revision.reason, revision.revision
    value.known_at, value.provenance = revision.known_at, revision.provenance


def keep_revision(actor: Actor, value: Value) -> None:
    """The revision of a value that a form, a sheet or an interface wrote (``Register.then``)."""
    last = last_revisions(value.indicator, [value.period]).get((value.period, value.dimension))
    if is_same(last, value.number, value.status):
        return
    Revision.objects.create(
        indicator=value.indicator, period=value.period, dimension=value.dimension,
        revision=value.revision, number=value.number, status=value.status,
        known_at=value.known_at or clock.now(), reason=value.reason, by=actor.ref, by_name=actor.name,
        provenance=value.provenance,
    )  # fmt: skip
