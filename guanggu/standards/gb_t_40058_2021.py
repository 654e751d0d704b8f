"""GB/T 40058-2021: code of a fixed-asset investment project (固定资产投资项目代码).

24 characters with their hyphens. Since 2020-11 (发改投资〔2020〕1439号, made GB/T 40058-2021 clause 4):
time as YYMM, region (GB/T 2260), central department 2, type of project 2, random 5, check 1. Before,
on the platform of 2015: year, region, class of GB/T 4754, kind 2, serial 6, as in
2017-420118-39-03-000000; such codes stay valid. A first part of 2015 to 2020 is a year, as no month
is 15 to 20, so that the two forms cannot be taken for one another.

Not checked: the check digit, whose rule of calculation (clause 4.7) is not public text. A code that
passes here is well formed; that it was given out is known to the national platform alone.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date

from guanggu.base.bilingual import T

from . import gb_t_2260

_SHAPE = re.compile(r"(\d{4})-(\d{6})-(\d{2})-(\d{2})-(\d{6})")
FIRST_YEAR, LAST_YEAR = 2015, 2020  # of the older form
NEW_FORM_SINCE = (20, 11)  # YY, MM
INDUSTRY_LAST = 97  # last class of GB/T 4754-2017
_NOT_A_CODE = T(
    "项目代码应为 24 位，形如 2017-420118-39-03-000000 或 2105-420118-04-01-000000",
    "A project code has 24 characters, as 2017-420118-39-03-000000 or 2105-420118-04-01-000000",
)
_NO_PROVINCE = T("地区代码所属省份不存在", "The province of the region code does not exist")
_NO_TIME = T("时间代码不存在或晚于今天", "The time of the code does not exist or lies ahead")
_NO_INDUSTRY = T("行业代码应为 01 至 97", "The industry class must be 01 to 97")


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """year, month (0 in the older form), region, second: class of GB/T 4754 or department, kind."""

    year: int
    month: int
    region: str
    second: str
    kind: str
    serial: str

    @property
    def is_old_form(self) -> bool:
        return self.month == 0


def normalise(text: str) -> str:
    """Without spaces, any dash as the plain one.

    >>> normalise(" 2017－420118—39-03-000000")
    '2017-420118-39-03-000000'
    """
    return re.sub(r"[－—–‐‑−]", "-", "".join(text.split()))


def read(text: str) -> ProjectCode:
    """Raises ValueError where it has not the shape of a code."""
    found = _SHAPE.fullmatch(normalise(text))
    if found is None:
        raise ValueError("not the shape of a project code")
    first, region, second, kind, serial = found.groups()
    if FIRST_YEAR <= int(first) <= LAST_YEAR:
        return ProjectCode(int(first), 0, region, second, kind, serial)
    return ProjectCode(2000 + int(first[:2]), int(first[2:]), region, second, kind, serial)


def errors_of(text: str, today: date) -> list[T]:
    """What is wrong with the code; empty where it is well formed."""
    try:
        code = read(text)
    except ValueError:
        return [_NOT_A_CODE]
    found = []
    if not _is_possible_time(code, today):
        found.append(_NO_TIME)
    if code.region[:2] + "0000" not in gb_t_2260.REGIONS and code.region != "000000":
        found.append(_NO_PROVINCE)
    if code.is_old_form and not 1 <= int(code.second) <= INDUSTRY_LAST:
        found.append(_NO_INDUSTRY)
    return found


def _is_possible_time(code: ProjectCode, today: date) -> bool:
    if code.is_old_form:
        return code.year <= today.year
    is_month = 1 <= code.month <= 12
    since = (code.year - 2000, code.month) >= NEW_FORM_SINCE
    return is_month and since and (code.year, code.month) <= (today.year, today.month)


def generate(rng: random.Random, on: date, region: str, industry: str, kind: str = "01") -> str:
    """An invented code of the form in use on that day, for samples and tests."""
    serial = f"{rng.randrange(1_000_000):06d}"
    if (on.year - 2000, on.month) < NEW_FORM_SINCE:
        return f"{on.year}-{region}-{industry}-{kind}-{serial}"
    return f"{on.year - 2000:02d}{on.month:02d}-{region}-04-{kind}-{serial}"
