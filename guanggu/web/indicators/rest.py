"""Reading a series and how it stands over the interface."""

# No "from __future__ import annotations": the shapes must be seen when the routes are made.

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.indicator.public import SEE_INDICATORS, Indicator, series, standing
from guanggu.web.rest import PROBLEMS, ProblemDocument, api

_TITLE = T("指标", "Indicators")
_NO_INSTANT = T(
    "as_of 应为带时区的时间，如 2020-03-01T00:00:00Z。",
    "as_of is an instant with its zone, such as 2020-03-01T00:00:00Z.",
)


class Figure(Schema):
    period: str
    value: str


class Stand(Schema):
    """``words``: the arithmetic in the language asked for."""

    state: str
    words: str
    expected: str | None
    target: str | None
    target_period: str
    growth_per_year: str | None


class Series(Schema):
    key: str
    unit: str
    period: str
    as_of: datetime
    values: list[Figure]
    standing: Stand


class SeriesQuery(Schema):
    as_of: str = Field(default="", max_length=40)
    part: str = Field(default="", max_length=60, pattern=r"^[^\x00]*$")


def _instant(text: str) -> datetime:
    if not text:
        return clock.now()
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise Invalid(_NO_INSTANT, fields={"as_of": _NO_INSTANT}) from error
    if found.tzinfo is None or not 1900 < found.year < 9000:
        raise Invalid(_NO_INSTANT, fields={"as_of": _NO_INSTANT})
    return found


def _text(number: Any) -> str | None:
    return None if number is None else format(number, "f")


@api.get(
    "/v1/indicators/{key}/series",
    response={200: Series, PROBLEMS: ProblemDocument},
    operation_id="indicator_series",
    tags=[f"{_TITLE.zh} / {_TITLE.en}"],
)
def indicator_series(request: HttpRequest, key: str, given: Query[SeriesQuery]) -> Any:
    """The values of an indicator in the order of time, as known at ``as_of``."""
    indicator = get(actor_of(request), Indicator, SEE_INDICATORS, key=key)
    as_of = _instant(given.as_of)
    known = series(key, dimension=given.part, as_of=as_of)
    found = standing(key, as_of=as_of)
    return 200, {
        "key": key,
        "unit": indicator.unit,
        "period": indicator.period,
        "as_of": as_of,
        "values": [{"period": p, "value": _text(n)} for p, n in known.items()],
        "standing": {
            "state": found.state.value,
            "words": str(found.words),
            "expected": _text(found.expected),
            "target": _text(found.target),
            "target_period": found.target_period,
            "growth_per_year": _text(found.growth.per_year) if found.growth else None,
        },
    }
