"""The Spring Festival wanders between January and February and moves what is made and sold.

Dates of the first day of the lunar year as announced by the State Council's holiday notices until
2026; later ones by the lunar calendar (GB/T 33661-2017).
"""

from __future__ import annotations

from datetime import date, timedelta

FIRST_DAYS = tuple(
    date.fromisoformat(text)
    for text in (
        "2005-02-09", "2006-01-29", "2007-02-18", "2008-02-07", "2009-01-26", "2010-02-14",
        "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19", "2016-02-08",
        "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01",
        "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26",
        "2029-02-13", "2030-02-03",
    )
)  # fmt: skip
DAYS_BEFORE, DAYS = 7, 14  # the window: work ebbs a week before and returns a week after


def share_in_month(year: int, month: int) -> float:
    """The part of the year's window that lies in the month; 0 for years without a date here."""
    first = next((day for day in FIRST_DAYS if day.year == year), None)
    if first is None:
        return 0.0
    start = first - timedelta(days=DAYS_BEFORE)
    days = (start + timedelta(days=n) for n in range(DAYS))
    return sum(day.month == month for day in days) / DAYS


def is_known(year: int) -> bool:
    return FIRST_DAYS[0].year <= year <= FIRST_DAYS[-1].year
