"""Keys of periods and their arithmetic: 2019, 2019H1, 2019Q1, 2019-03, 2019-W05, 2019-03-31.

The keys are those of SDMX and ISO 8601 (SDMX 3.0 section 6, "Time Period"; weeks and days by
ISO 8601), with H for the half year written without the hyphen of SDMX (see ``from_sdmx``). They
sort by time within one kind.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

YEAR, HALF, QUARTER, MONTH, WEEK, DAY = "year", "half", "quarter", "month", "week", "day"
KINDS: dict[str, T] = {
    YEAR: T("年", "Year"),
    HALF: T("半年", "Half year"),
    QUARTER: T("季", "Quarter"),
    MONTH: T("月", "Month"),
    WEEK: T("周", "Week"),
    DAY: T("日", "Day"),
}
A_YEAR = {YEAR: 1, HALF: 2, QUARTER: 4, MONTH: 12}  # of the kinds that divide a year evenly
_PATTERNS = {
    YEAR: re.compile(r"(\d{4})"),
    HALF: re.compile(r"(\d{4})H([12])"),
    QUARTER: re.compile(r"(\d{4})Q([1-4])"),
    MONTH: re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    WEEK: re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])"),
    DAY: re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
}
_EXAMPLES = {
    YEAR: "2019", HALF: "2019H1", QUARTER: "2019Q1", MONTH: "2019-03", WEEK: "2019-W05",
    DAY: "2019-03-31",
}  # fmt: skip
_NO_PERIOD = T(
    "期别“{}”无法识别。年写 2019，半年写 2019H1，季写 2019Q1，月写 2019-03，日写 2019-03-31。",
    "“{}” is no period. Write a year as 2019, a half year as 2019H1, a quarter as 2019Q1, "
    "a month as 2019-03, a day as 2019-03-31.",
)
_WRONG_KIND = T("期别应为{}，如 {}。", "The period has to be a {}, such as {}.")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def kind_of(key: str) -> str:
    """Which kind of period the key names. Raises Invalid for a text that is none."""
    for kind, pattern in _PATTERNS.items():
        if pattern.fullmatch(key):
            try:
                _first_day(kind, key)
            except ValueError:
                break
            return kind
    message = _NO_PERIOD.format(key[:20])
    raise Invalid(message, fields={"period": message})


def demand_kind(key: str, kind: str) -> str:
    """The key again, where it is of that kind. Raises Invalid."""
    if kind_of(key) != kind:
        message = _WRONG_KIND.format(KINDS[kind], _EXAMPLES[kind])
        raise Invalid(message, fields={"period": message})
    return key


def from_sdmx(text: str) -> str:
    """2019-Q1, 2019-S1, 2019-A1 and 2019-M03 of SDMX as our keys; others as they are."""
    found = re.fullmatch(r"(\d{4})-([AQSM])(\d{1,2})", text.strip())
    if found is None:
        return text.strip()
    year, letter, number = found.groups()
    if letter == "A":
        return year
    return f"{year}-{int(number):02d}" if letter == "M" else (
        f"{year}{'H' if letter == 'S' else 'Q'}{int(number)}"
    )  # fmt: skip


def to_sdmx(key: str) -> str:
    """Our key as an SDMX time period."""
    kind = kind_of(key)
    if kind == QUARTER:
        return key.replace("Q", "-Q")
    return key.replace("H", "-S") if kind == HALF else key


def _first_day(kind: str, key: str) -> date:
    found = _PATTERNS[kind].fullmatch(key)
    if found is None:
        raise ValueError(key)
    numbers = [int(part) for part in found.groups()]
    if kind == YEAR:
        return date(numbers[0], 1, 1)
    if kind == HALF:
        return date(numbers[0], 6 * numbers[1] - 5, 1)
    if kind == QUARTER:
        return date(numbers[0], 3 * numbers[1] - 2, 1)
    if kind == MONTH:
        return date(numbers[0], numbers[1], 1)
    if kind == WEEK:
        return date.fromisocalendar(numbers[0], numbers[1], 1)
    return date(*numbers)


def first_day(key: str) -> date:
    return _first_day(kind_of(key), key)


def last_day(key: str) -> date:
    return first_day(shift(key, 1)) - timedelta(days=1)


def key_of(day: date, kind: str) -> str:
    """The period of that kind in which the day lies."""
    if kind == YEAR:
        return f"{day.year:04d}"
    if kind == HALF:
        return f"{day.year:04d}H{(day.month + 5) // 6}"
    if kind == QUARTER:
        return f"{day.year:04d}Q{(day.month + 2) // 3}"
    if kind == MONTH:
        return f"{day.year:04d}-{day.month:02d}"
    if kind == WEEK:
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day.isoformat()


def shift(key: str, count: int) -> str:
    """The period ``count`` later (earlier where negative), of the same kind."""
    kind, start = kind_of(key), first_day(key)
    if kind in (WEEK, DAY):
        return key_of(start + timedelta(days=count * (7 if kind == WEEK else 1)), kind)
    months = (start.year * 12 + start.month - 1) + count * (12 // A_YEAR[kind])
    return key_of(date(months // 12, months % 12 + 1, 1), kind)


def year_before(key: str) -> str:
    """The same period of the year before; of a day in February 29th, the 28th."""
    kind = kind_of(key)
    if kind in A_YEAR:
        return shift(key, -A_YEAR[kind])
    if kind == WEEK:
        year, week = int(key[:4]) - 1, int(key[6:])
        return f"{year:04d}-W{min(week, date(year, 12, 28).isocalendar()[1]):02d}"
    day = first_day(key)
    return day.replace(
        year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1])
    ).isoformat()


def span(first: str, last: str) -> list[str]:
    """Every period from the first to the last, both counted; none where the last is earlier."""
    demand_kind(last, kind_of(first))
    found, end = [], first_day(last)
    while first_day(first) <= end:
        found.append(first)
        first = shift(first, 1)
    return found


def year_of(key: str) -> int:
    return int(key[:4])


def number_in_year(key: str) -> int:
    """1 for the first period of the year, 12 for December."""
    kind, start = kind_of(key), first_day(key)
    if kind in A_YEAR:
        return (start.month - 1) * A_YEAR[kind] // 12 + 1
    return int(key[6:]) if kind == WEEK else start.timetuple().tm_yday


def year_time(key: str) -> float:
    """The end of the period as a time in years: 2019 is 2019.0, 2019Q2 is 2018.5."""
    after = last_day(key) + timedelta(days=1)
    if after.day == 1:
        return after.year - 1 + (after.month - 1) / 12
    start = date(after.year, 1, 1)
    return after.year - 1 + (after - start).days / (date(after.year + 1, 1, 1) - start).days


def title(key: str) -> T:
    """2019年3月 / Mar 2019."""
    kind, year = kind_of(key), key[:4]
    if kind == YEAR:
        return T(f"{year}年", year)
    if kind == HALF:
        return T(f"{year}年{'上下'[int(key[-1]) - 1]}半年", f"H{key[-1]} {year}")
    if kind == QUARTER:
        return T(f"{year}年{key[-1]}季度", f"Q{key[-1]} {year}")
    if kind == WEEK:
        return T(f"{year}年第{int(key[6:])}周", f"Week {int(key[6:])}, {year}")
    day = first_day(key)
    if kind == MONTH:
        return T(f"{year}年{day.month}月", f"{_MONTHS_EN[day.month - 1]} {year}")
    return T(f"{year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS_EN[day.month - 1]} {year}")
