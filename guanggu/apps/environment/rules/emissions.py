"""Emission totals: from concentration and flow to tonnes, and where a year is heading.

Hourly amount = hourly mean concentration x hourly mean flow (HJ 356-2019 for waste water, HJ
75-2017 for flue gas). Where the station itself adds up what left in the hour (HJ 212-2017 annex B,
-Cou: kg, flow in m3), its flow serves where no mean flow is valid, its amount where none can be
computed, and both amounts are compared. An hour with neither is not counted and not guessed: how
many hours were counted always stands beside the amount.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

SECONDS_AN_HOUR = 3600
MG_A_KG = 1_000_000
# m3 in an hour as the unit of the mean flow: L/s of waste water, m3/s of gas.
FLOW_OF_M3 = {"water": 1_000 / SECONDS_AN_HOUR, "gas": 1 / SECONDS_AN_HOUR}
RECENT_DAYS = 60  # how far back the rate is taken from which the rest of the year is expected


def hourly_kg(concentration: float, flow: float) -> float:
    """kg in one hour: mg/L with L/s, or mg/m3 with m3/s. Negative figures of instruments are 0."""
    return max(concentration, 0.0) * max(flow, 0.0) * SECONDS_AN_HOUR / MG_A_KG


@dataclass(frozen=True)
class Amount:
    """What left an outlet: kg over ``valid_hours`` of ``expected_hours``.

    reported_kg: as the station added up, over ``reported_hours``, of which ``taken_hours`` are in
    the amount because nothing could be computed for them; difference: the station's figure against
    the computed one over the hours that have both (0.1: a tenth more), None without such hours
    """

    amount_kg: float
    valid_hours: int
    over_hours: int
    expected_hours: int
    mean: float | None
    reported_kg: float = 0.0
    reported_hours: int = 0
    taken_hours: int = 0
    difference: float | None = None


Hours = Mapping[Any, "float | None"]


def flows_of(means: Hours, sums_m3: Hours, medium: str) -> Hours:
    """The mean flow of each hour: as measured, else from what the station added up."""
    factor = FLOW_OF_M3[medium]
    added = {hour: m3 * factor for hour, m3 in sums_m3.items() if m3 is not None}
    return added | {hour: flow for hour, flow in means.items() if flow is not None}


def amount_of(
    concentrations: Hours, flows: Hours, expected_hours: int, limit: float | None = None,
    reported: Hours | None = None,
) -> Amount:  # fmt: skip
    """Sum the hours (keys of the mappings). reported: kg of the hour as the station added up."""
    computed, over, known = {}, 0, []
    for hour, concentration in concentrations.items():
        if concentration is None:
            continue
        known.append(concentration)
        over += limit is not None and concentration > limit
        flow = flows.get(hour)
        if flow is not None:
            computed[hour] = hourly_kg(concentration, flow)
    mean = sum(known) / len(known) if known else None
    told = {hour: max(kg, 0.0) for hour, kg in (reported or {}).items() if kg is not None}
    taken = {hour: kg for hour, kg in told.items() if hour not in computed}
    return Amount(
        sum(computed.values()) + sum(taken.values()), len(computed) + len(taken), over,
        expected_hours, mean, sum(told.values()), len(told), len(taken),
        _difference(computed, told),
    )  # fmt: skip


def _difference(computed: Mapping[Any, float], told: Mapping[Any, float]) -> float | None:
    both = computed.keys() & told.keys()
    base = sum(computed[hour] for hour in both)
    return sum(told[hour] for hour in both) / base - 1 if base > 0 else None


@dataclass(frozen=True)
class Outlook:
    """A year against its permit. expected_t: at the end of the year, at the rate of late;
    exceeds_on: the day on which the permitted amount is used up, None where it is not this year.
    """

    to_date_t: float
    expected_t: float
    permitted_t: float | None
    exceeds_on: date | None

    @property
    def share(self) -> float | None:
        return self.to_date_t / self.permitted_t if self.permitted_t else None

    @property
    def tone(self) -> str:
        """bad: used up; warn: will be; ok otherwise."""
        if self.permitted_t is None:
            return ""
        if self.to_date_t > self.permitted_t:
            return "bad"
        return "warn" if self.expected_t > self.permitted_t else "ok"


def outlook(
    months: Sequence[tuple[date, float]], today: date, permitted_t: float | None
) -> Outlook:
    """months: (first day of the month, kg) of this year, the running one as far as it goes.

    The rest of the year is expected at the mean daily rate of the last two months (all days of
    the year so far where there are fewer).
    """
    to_date_t = sum(kg for _, kg in months) / 1000
    year_end = date(today.year, 12, 31)
    since = today - timedelta(days=RECENT_DAYS)
    recent = [(first, kg) for first, kg in months if _last(first) >= since]
    days = sum((min(_last(first), today) - first).days + 1 for first, _ in recent)
    rate_t = sum(kg for _, kg in recent) / 1000 / days if days else 0.0
    expected_t = to_date_t + rate_t * (year_end - today).days
    exceeds_on = None
    if permitted_t is not None and to_date_t > permitted_t:
        exceeds_on = _used_up(months, permitted_t)
    elif permitted_t is not None and rate_t > 0 and expected_t > permitted_t:
        exceeds_on = today + timedelta(days=int((permitted_t - to_date_t) / rate_t) + 1)
    return Outlook(to_date_t, expected_t, permitted_t, exceeds_on)


def _last(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _used_up(months: Sequence[tuple[date, float]], permitted_t: float) -> date:
    """The month (its last day) in which the amount was used up."""
    total = 0.0
    for first, kg in months:
        total += kg / 1000
        if total > permitted_t:
            return _last(first)
    return _last(months[-1][0])
