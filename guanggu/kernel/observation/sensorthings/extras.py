"""What an observation says beyond columns: JSON in ``extra`` of the store.

result: where it is no number; until: end of the phenomenon time, microseconds UTC;
parameters, resultQuality, validTime: as written (18-088 table 14); foi: id of the feature of
interest where the observation names one.
"""

from __future__ import annotations

import math
from typing import Any

import orjson

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .times import instant_of, period_of

_NO_RESULT = T("观测数据缺少 result。", "The observation has no result.")
_NO_OBJECT = T("“{}”应为 JSON 对象。", "“{}” must be a JSON object.")
_TOO_LONG = T(
    "单条观测的附加内容不能超过 {} KB。", "An observation may say at most {} KB beside its result."
)
BYTES_MAX = 64 * 1024
Row = tuple[int, float, int, "str | None"]


def number_of(value: Any) -> float | None:
    """The result as a float where it is a number; None: it goes to ``extra``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 2**53 or isinstance(value, float) else None


def read_row(given: dict[str, Any], now: int) -> Row:
    """(phenomenon time, result, result time, extra) of an observation's JSON.

    Without a phenomenon time it is ``now`` (18-088 table 14); without a result time it is the
    end of the phenomenon time. Raises Invalid.
    """
    if "result" not in given:
        raise Invalid(_NO_RESULT)
    extra: dict[str, Any] = {}
    time, until = period_of(given["phenomenonTime"]) if given.get("phenomenonTime") else (now, None)
    if until is not None:
        extra["until"] = until
    result = number_of(given["result"])
    if result is None:
        extra["result"] = given["result"]
    if given.get("validTime"):
        period_of(given["validTime"])
        extra["validTime"] = given["validTime"]
    parameters = given.get("parameters")
    if parameters:
        if not isinstance(parameters, dict):
            raise Invalid(_NO_OBJECT.format("parameters"))
        extra["parameters"] = parameters
    if given.get("resultQuality") is not None:
        extra["resultQuality"] = given["resultQuality"]
    if given.get("foi") is not None:
        extra["foi"] = given["foi"]
    come = given.get("resultTime")
    result_time = instant_of(come) if come else (time if until is None else until)
    return time, math.nan if result is None else result, result_time, written(extra)


def written(extra: dict[str, Any]) -> str | None:
    if not extra:
        return None
    text = orjson.dumps(extra, option=orjson.OPT_SORT_KEYS).decode()
    if len(text) > BYTES_MAX:
        raise Invalid(_TOO_LONG.format(BYTES_MAX // 1024))
    return text


def read(extra: str | None) -> dict[str, Any]:
    """What another protocol wrote there is passed over."""
    if not extra:
        return {}
    try:
        found = orjson.loads(extra)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
