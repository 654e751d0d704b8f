"""Rules on the records of sensing, before they are saved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.register.public import register_of
from guanggu.standards import ucum

if TYPE_CHECKING:
    from .models import AlarmRule, Datastream, MaintenanceWindow, ObservedProperty, Thing

DO_NOT_FIT = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")
_NO_UNIT = T(
    "“{}”不是有效的 UCUM 单位代码。微克每立方米写作 ug/m3，毫克每升写作 mg/L。",
    "“{}” is no UCUM code. Micrograms a cubic metre are written ug/m3, milligrams a litre mg/L.",
)
_CROSSED = T("下限不能高于上限。", "The lower end may not lie above the upper end.")
_NOT_NEGATIVE = T("应为大于 0 的数。", "This must be above 0.")
_STUCK = T("恒值次数至少为 3，0 为不检查。", "At least 3 equal data in a row; 0: not checked.")
_NOT_A_REF = T("应写作“登记册/编号”，例如 lakes/L-0001。", "Write register/key, as lakes/L-0001.")
_LIMITS = T("请至少填写上限或下限。", "Give an upper or a lower limit.")
_NEEDED = T("请填写此项。", "Fill this in.")
_NOTHING = T(
    "请指定数据流，或指定监测项目；组合条件须指定设施或设施类型。",
    "Name a datastream or an observed property; a condition over several needs a thing or a kind.",
)
_CLEAR = T("恢复限值应在限值以内。", "The value to clear at must lie inside the limit.")
_LEVELS = T(
    '应为列表，每项如 {"upper": 75, "severity": "severe"}。',
    'A list is needed, each entry as {"upper": 75, "severity": "severe"}.',
)
_EXPRESSION = T(
    "条件无法解析。示例：w01009 < 3 and w01019 > 10。",
    "The condition cannot be read. Example: w01009 < 3 and w01019 > 10.",
)
_ENDS_BEFORE = T("结束时间应晚于开始时间。", "The end must lie after the beginning.")
_OTHER_THING = T("该数据流不属于此监测设施。", "This datastream is not of the thing.")
_FINITE = T("应为有限数值。", "This must be a finite number.")


def _refuse(errors: dict[str, T]) -> None:
    if errors:
        raise Invalid(DO_NOT_FIT, fields=errors)


def _finite(record: Any, *names: str) -> dict[str, T]:
    values = {name: getattr(record, name) for name in names}
    return {
        name: _FINITE
        for name, value in values.items()
        if isinstance(value, float) and not math.isfinite(value)
    }


def check_thing(thing: Thing) -> None:
    """Raises Invalid."""
    errors: dict[str, T] = {}
    collection, slash, key = thing.subject.partition("/")
    known = register_of(collection) is not None or not collection
    if thing.subject and not (slash and key and (known or collection.isidentifier())):
        errors["subject"] = _NOT_A_REF
    _refuse(errors)


def check_property(observed: ObservedProperty) -> None:
    """Raises Invalid."""
    if observed.unit and not ucum.is_valid(observed.unit):
        _refuse({"unit": _NO_UNIT.format(observed.unit)})


def check_datastream(stream: Datastream) -> None:
    """Raises Invalid."""
    errors = _finite(stream, "low", "high", "step_max")
    if stream.unit and not ucum.is_valid(stream.unit):
        errors["unit"] = _NO_UNIT.format(stream.unit)
    if stream.low is not None and stream.high is not None and stream.low > stream.high:
        errors["low"] = _CROSSED
    if stream.step_max is not None and stream.step_max <= 0:
        errors["step_max"] = _NOT_NEGATIVE
    if stream.stuck_count in (1, 2):
        errors["stuck_count"] = _STUCK
    _refuse(errors)


def check_window(window: MaintenanceWindow) -> None:
    """Raises Invalid."""
    errors: dict[str, T] = {}
    if window.until_at is not None and window.until_at <= window.from_at:
        errors["until_at"] = _ENDS_BEFORE
    if window.datastream is not None and window.datastream.thing != window.thing:
        errors["datastream"] = _OTHER_THING
    _refuse(errors)


def check_rule(rule: AlarmRule) -> None:
    """Raises Invalid."""
    errors = _finite(rule, "upper", "lower", "rate_max", "clear_upper", "clear_lower")
    if rule.kind == "limit":
        errors |= _check_limits(rule)
    if rule.kind == "rate" and not rule.rate_max:
        errors["rate_max"] = _NEEDED
    if rule.kind == "multi":
        errors |= _check_condition(rule)
    elif rule.datastream is None and rule.observed_property is None and rule.thing is None:
        errors["datastream"] = _NOTHING
    if rule.hits < 1:
        errors["hits"] = _NOT_NEGATIVE
    if rule.clear_hits < 1:
        errors["clear_hits"] = _NOT_NEGATIVE
    _refuse(errors)


def _check_limits(rule: AlarmRule) -> dict[str, T]:
    errors: dict[str, T] = {}
    if rule.upper is None and rule.lower is None:
        errors["upper"] = _LIMITS
    if rule.upper is not None and rule.lower is not None and rule.lower >= rule.upper:
        errors["lower"] = _CROSSED
    if rule.clear_upper is not None and (rule.upper is None or rule.clear_upper > rule.upper):
        errors["clear_upper"] = _CLEAR
    if rule.clear_lower is not None and (rule.lower is None or rule.clear_lower < rule.lower):
        errors["clear_lower"] = _CLEAR
    if not isinstance(rule.levels, list) or not all(_is_level(each) for each in rule.levels):
        errors["levels"] = _LEVELS
    return errors


def _is_level(each: Any) -> bool:
    if not isinstance(each, dict) or each.get("severity") not in ("notice", "warning", "severe"):
        return False
    limits = [each[name] for name in ("upper", "lower") if name in each]
    return bool(limits) and all(
        isinstance(limit, int | float) and math.isfinite(limit) for limit in limits
    )


def _check_condition(rule: AlarmRule) -> dict[str, T]:
    import zen

    if rule.thing is None and not rule.thing_kind:
        return {"thing": _NOTHING}
    if not rule.expression or zen.validate_expression(rule.expression) is not None:
        return {"expression": _EXPRESSION}
    return {}
