"""What has to hold of a definition, a target and a value before it is saved."""

from __future__ import annotations

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Post

from .exact import exact
from .formulas import FORMULAS
from .models import Indicator, Target, Value
from .periods import kind_of, year_time
from .writing import (
    INDICATOR_KEY_MAX,
    Given,
    demand_fit,
    demand_order,
    is_same,
    last_revisions,
    value_key,
)

_DECIMALS_MAX = 8
_KEY_LONG = T("指标编号最多 {} 个字符，不能含“~”和“/”。",
              "The key of an indicator has at most {} characters, no “~” and no “/”.")  # fmt: skip
_NO_FORMULA = T("没有名为“{}”的计算公式。", "There is no formula named “{}”.")
_FORMULA_MISSING = T("取值方式为公式计算时，须选择计算公式。",
                     "Name the formula by which it is computed.")  # fmt: skip
_DECIMALS = T("小数位数最多 8 位。", "At most 8 decimals.")
_NO_POST = T(
    "没有这个岗位。请写岗位编号，如 posts/12，或写“机构代码/岗位名称”。",
    "There is no such post. Write its number, such as posts/12, or “code of the body/name”.",
)
_BAND = T("区间上限应不小于目标值。", "The upper bound may not lie below the target.")
_WAYPOINTS = T(
    '阶段节点应写成 [["2018", "12.5"], …]，期别在基期与目标期之间。',
    'Waypoints are written [["2018", "12.5"], …].',
)
_COMPUTED = T(
    "该指标由公式计算，不能填报。如数值有误，请核对原始记录后重新计算。",
    "This indicator is computed. If a value is wrong, mend its rows and compute it again.",
)
_MOVED = T(
    "已有数值不能改到其他指标、期别或分组。请另行填报。",
    "A value cannot be moved to another indicator, period or part. Enter a new one.",
)


def check_indicator(indicator: Indicator) -> None:
    errors: dict[str, T] = {}
    key = indicator.key or ""
    if len(key) > INDICATOR_KEY_MAX or "~" in key or "/" in key:
        errors["key"] = _KEY_LONG.format(INDICATOR_KEY_MAX)
    if indicator.decimals is not None and indicator.decimals > _DECIMALS_MAX:
        errors["decimals"] = _DECIMALS
    if indicator.kind == "formula":
        if not indicator.formula:
            errors["formula"] = _FORMULA_MISSING
        elif indicator.formula not in FORMULAS:
            errors["formula"] = _NO_FORMULA.format(indicator.formula)
    if indicator.owner:
        found = post_named(indicator.owner)
        if found is None:
            errors["owner"] = _NO_POST
        else:
            indicator.owner = str(found.ref)
            indicator.organisation = indicator.organisation or found.organisation
    if errors:
        raise Invalid(next(iter(errors.values())), fields=errors)


def post_named(text: str) -> Post | None:
    """The post called posts/12, or by the code of its body and its name."""
    try:
        ref = Ref.parse(text.strip())
    except ValueError:
        return None
    posts = Post.objects.select_related("organisation")
    if ref.collection == "posts":
        is_number = ref.key.isdecimal() and len(ref.key) < 18
        return posts.filter(pk=int(ref.key)).first() if is_number else None
    return posts.filter(organisation__code=ref.collection, name=ref.key).order_by("pk").first()


def check_target(target: Target) -> None:
    kind_of(target.period)
    if target.upper is not None and target.value is not None and target.upper < target.value:
        raise Invalid(_BAND, fields={"upper": _BAND})
    try:
        for period, number in target.waypoints or []:
            year_time(str(period))
            exact(number)
    except (ValueError, TypeError, Invalid) as error:
        raise Invalid(_WAYPOINTS, fields={"waypoints": _WAYPOINTS}) from error


def target_key(target: Target) -> str:
    return f"{target.indicator.key}~{target.kind[0]}~{target.period}"


def check_value(value: Value) -> None:
    """Rules of a value that a form, a sheet or an interface hands in; numbers its revision."""
    indicator = value.indicator
    if indicator.kind == "formula":
        raise Invalid(_COMPUTED, fields={"number": _COMPUTED})
    given = Given(value.period, value.number, value.dimension, value.status, value.reason)
    demand_fit(indicator, given)
    key = value_key(indicator.key, value.period, value.dimension)
    if value.pk is not None and value.key != key:
        raise Invalid(_MOVED, fields={"period": _MOVED})
    value.key = key
    Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)  # one after the other
    last = last_revisions(indicator, [value.period]).get((value.period, value.dimension))
    if is_same(last, value.number, value.status):
        return
    at = clock.now()
    demand_order(last, given, at)
    value.revision = last.revision + 1 if last else 1
    value.known_at = at
    value.provenance = {"kind": "typed" if value.source != "import" else "sheet"}
