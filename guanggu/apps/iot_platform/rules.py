"""What a device is like, its twin, its quota and its state: rules without a database."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

INTERVALS = ("instant", "minute", "hour", "day")
SETTING_KINDS = ("number", "text", "boolean")
STREAMS_MAX, SETTINGS_MAX = 200, 50
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
# A device that has missed so many of its messages is late, then gone.
LATE_MESSAGES, OFFLINE_MESSAGES = 2, 5
EVERY_S_DEFAULT = 300
NEAR_QUOTA = 0.8

DO_NOT_FIT = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")
STATES = {
    "online": T("在线", "Online"),
    "late": T("迟报", "Late"),
    "offline": T("离线", "Offline"),
    "never": T("从未上报", "Never heard"),
    "suspended": T("已停用", "Suspended"),
}
TONES = {"online": "ok", "late": "warn", "offline": "bad", "never": "", "suspended": ""}


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing that a device of the profile measures. unit: UCUM; low, high: plausible range."""

    property: str
    name: str
    unit: str = ""
    interval: str = "instant"
    low: float | None = None
    high: float | None = None
    step_max: float | None = None
    stuck_count: int = 0
    every_s: int = EVERY_S_DEFAULT


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set on a device of the profile: a side of its twin."""

    name: str
    title: str
    kind: str = "number"
    unit: str = ""
    low: float | None = None
    high: float | None = None


def _wrong(place: str, said: T) -> Invalid:
    return Invalid(DO_NOT_FIT, fields={place: said})


def _row_of(given: Any, place: str, number: int) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(place, T(f"第 {number} 项应为 {{…}}。", f"Item {number} is an object."))
    return given


def _number_of(row: Mapping[str, Any], name: str, place: str, number: int) -> float | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        said = T(f"第 {number} 项的 {name} 不是数字。", f"{name} of item {number} is no number.")
        raise _wrong(place, said)
    return found


def streams_of(given: Any) -> tuple[Stream, ...]:
    """The streams of a profile as people wrote them in JSON. Raises Invalid naming the item."""
    if not isinstance(given, list) or not 0 < len(given) <= STREAMS_MAX:
        said = T(
            f"请填写 1 至 {STREAMS_MAX} 个监测项目，如 "
            '[{"property": "a01001", "name": "气温", "unit": "Cel"}]。',
            f"Give 1 to {STREAMS_MAX} items, such as "
            '[{"property": "a01001", "name": "air temperature", "unit": "Cel"}].',
        )
        raise _wrong("streams", said)
    found: dict[tuple[str, str], Stream] = {}
    for number, each in enumerate(given, 1):
        stream = _stream_of(_row_of(each, "streams", number), number)
        if (stream.property, stream.interval) in found:
            said = T(
                f"第 {number} 项与前面重复：{stream.property}。",
                f"Item {number} repeats an earlier one: {stream.property}.",
            )
            raise _wrong("streams", said)
        found[stream.property, stream.interval] = stream
    return tuple(found.values())


def _stream_of(row: Mapping[str, Any], number: int) -> Stream:
    code, interval = str(row.get("property", "")), str(row.get("interval") or "instant")
    if not CODE.fullmatch(code):
        said = T(
            f"第 {number} 项缺少监测项目编码 property（字母开头）。",
            f"Item {number} needs a code as property, beginning with a letter.",
        )
        raise _wrong("streams", said)
    if interval not in INTERVALS:
        said = T(
            f"第 {number} 项的 interval 应为 {'、'.join(INTERVALS)} 之一。",
            f"The interval of item {number} is one of {', '.join(INTERVALS)}.",
        )
        raise _wrong("streams", said)
    low, high = (_number_of(row, name, "streams", number) for name in ("low", "high"))
    if low is not None and high is not None and low >= high:
        said = T(f"第 {number} 项的下限不小于上限。", f"Item {number}: low is not below high.")
        raise _wrong("streams", said)
    every, stuck = (_number_of(row, name, "streams", number) for name in ("every_s", "stuck_count"))
    return Stream(
        code, str(row.get("name") or code)[:150], str(row.get("unit") or "")[:40], interval, low,
        high, _number_of(row, "step_max", "streams", number), max(0, int(stuck or 0)),
        EVERY_S_DEFAULT if every is None else max(0, int(every)),
    )  # fmt: skip


def settings_of(given: Any) -> tuple[Setting, ...]:
    """The settable side of a profile. Raises Invalid naming the item."""
    if given in (None, "", {}):
        return ()
    if not isinstance(given, list) or len(given) > SETTINGS_MAX:
        said = T(f"至多 {SETTINGS_MAX} 个设置项，写成 […]。", f"A list of up to {SETTINGS_MAX}.")
        raise _wrong("settings", said)
    found: dict[str, Setting] = {}
    for number, each in enumerate(given, 1):
        row = _row_of(each, "settings", number)
        name, kind = str(row.get("name", "")), str(row.get("kind") or "number")
        if not CODE.fullmatch(name) or name in found or kind not in SETTING_KINDS:
            said = T(
                f"第 {number} 项须有不重复的 name，kind 为 {'、'.join(SETTING_KINDS)} 之一。",
                f"Item {number} needs a name of its own and a kind of {', '.join(SETTING_KINDS)}.",
            )
            raise _wrong("settings", said)
        low, high = (_number_of(row, side, "settings", number) for side in ("low", "high"))
        found[name] = Setting(
            name, str(row.get("title") or name)[:80], kind, str(row.get("unit") or "")[:40],
            low, high,
        )  # fmt: skip
    return tuple(found.values())


def setting_value(setting: Setting, text: str) -> Any:
    """What a person typed, as the kind of the setting; None for nothing. Raises Invalid."""
    text = text.strip()
    if not text:
        return None
    if setting.kind == "boolean":
        if text not in ("true", "false"):
            raise _wrong(setting.name, T("请选择是或否。", "Choose yes or no."))
        return text == "true"
    if setting.kind == "text":
        return text[:400]
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    low = -math.inf if setting.low is None else setting.low
    high = math.inf if setting.high is None else setting.high
    if not math.isfinite(number) or not low <= number <= high:
        if setting.low is None and setting.high is None:
            raise _wrong(setting.name, T("请填写数字。", "Enter a number."))
        said = T("请填写 {} 至 {} 之间的数字。", "Enter a number between {} and {}.")
        raise _wrong(setting.name, said.format(f"{low:g}", f"{high:g}"))
    return int(number) if number == int(number) else number


def delta(desired: Mapping[str, Any], reported: Mapping[str, Any]) -> dict[str, Any]:
    """What the device has yet to take over: wanted values that it does not report."""
    return {name: value for name, value in desired.items() if reported.get(name) != value}


def state_of(
    last_at: datetime | None, every_s: int, now: datetime, *, is_suspended: bool = False
) -> str:
    """A key of STATES. ``every_s``: seconds between two messages when all is well."""
    if is_suspended:
        return "suspended"
    if last_at is None:
        return "never"
    every = timedelta(seconds=every_s or EVERY_S_DEFAULT)
    if now - last_at <= LATE_MESSAGES * every:
        return "online"
    return "late" if now - last_at <= OFFLINE_MESSAGES * every else "offline"


def share_of_quota(used: int, quota: int) -> float | None:
    """0 to 1 and beyond; None where there is no quota."""
    return used / quota if quota else None
