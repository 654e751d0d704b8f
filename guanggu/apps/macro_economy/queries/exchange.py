"""The dataflow as the exchange gives it out: the series that the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import visible
from guanggu.kernel.indicator.public import Revision, Value, first_day, to_sdmx
from guanggu.standards.sdmx.model import Flow, Observed, SeriesOut

from ..models import EconomicSeries
from ..rules.words import (
    AGENCY,
    AGENCY_TITLE,
    AREA,
    AREA_TITLE,
    FLOW,
    FLOW_TITLE,
    FREQUENCIES,
    STATUS_CODES,
    VERSION,
)
from .scopes import VIEW_SERIES


def visible_series(actor: Actor) -> list[EconomicSeries]:
    rows = EconomicSeries.objects.select_related("indicator").order_by("rank", "key")
    return list(visible(actor, rows, VIEW_SERIES))


def flow_of(
    actor: Actor, key: tuple[frozenset[str], ...] | None = None, *, with_data: bool = True,
    first: str = "", last: str = "", as_of: datetime | None = None,
) -> Flow:  # fmt: skip
    """The dataflow for this reader; key: the codes wanted of each dimension, none for all.

    first, last: periods of ours, both counted.
    """
    every = visible_series(actor)
    wanted = [one for one in every if _is_wanted(one, key)] if with_data else []
    observed = _observed(wanted, first, last, as_of)
    return Flow(
        agency=AGENCY, agency_title=AGENCY_TITLE, id=FLOW, version=VERSION, title=FLOW_TITLE,
        indicators={one.code: one.title for one in every}, areas={AREA: AREA_TITLE},
        prepared_at=clock.now(),
        series=tuple(
            SeriesOut(
                FREQUENCIES[one.indicator.period], one.code, AREA, one.indicator.unit,
                observed[one.indicator_id],
            )
            for one in wanted
            if observed[one.indicator_id]
        ),
    )  # fmt: skip


def _is_wanted(one: EconomicSeries, key: tuple[frozenset[str], ...] | None) -> bool:
    if key is None:
        return True
    own = (FREQUENCIES[one.indicator.period], one.code, AREA)
    return all(not wanted or code in wanted for wanted, code in zip(key, own, strict=False))


def _observed(
    wanted: Iterable[EconomicSeries], first: str, last: str, as_of: datetime | None
) -> dict[int, tuple[Observed, ...]]:
    owners = [one.indicator_id for one in wanted]
    rows = Value.objects.filter(indicator__in=owners, dimension="")
    if as_of is not None:
        known = Revision.objects.filter(indicator__in=owners, dimension="", known_at__lte=as_of)
        rows = known.order_by("revision")
    found: dict[int, dict[str, Observed]] = defaultdict(dict)
    for owner, period, number, status in rows.values_list(
        "indicator_id", "period", "number", "status"
    ):
        if number is None:
            found[owner].pop(period, None)
        elif _is_within(period, first, last):
            found[owner][period] = Observed(
                to_sdmx(period), format(number, "f"), STATUS_CODES[status]
            )
    return defaultdict(
        tuple,
        {
            owner: tuple(told[p] for p in sorted(told, key=first_day))
            for owner, told in found.items()
        },
    )


def _is_within(period: str, first: str, last: str) -> bool:
    day = first_day(period)
    return (not first or day >= first_day(first)) and (not last or day <= first_day(last))
