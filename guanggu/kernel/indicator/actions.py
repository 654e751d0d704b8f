"""The writes on indicators: values typed in or computed, and the wish to compute anew."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action, append, enqueue
from guanggu.kernel.register.public import save_new_records

from .checks import check_indicator, check_target, target_key
from .computing import compute, formula_of
from .formulas import DECLARED, FORMULAS, Declared
from .models import Indicator, Target, Value
from .permissions import ENTER_VALUES, keeps_indicators
from .queries import indicator_named
from .writing import Given, write_values

VALUES_MAX = 5_000  # of one call
_TOO_MANY = T("一次最多写入 {} 个数值。", "At most {} values at once.")
_COMPUTED = T(
    "该指标由公式计算，不能填报。", "This indicator is computed; its values are not typed in."
)
_GONE = T("公式不再给出该期数值", "The formula no longer gives this period").zh
_RECOMPUTED = T("重新计算", "Computed again").zh


def _may_enter(actor: Actor, /, indicator: str, **_: Any) -> bool:
    if not ENTER_VALUES.is_possible(actor):
        return False
    get(actor, Indicator, ENTER_VALUES, key=indicator)
    return True


def _may_keep(actor: Actor, /, **_: Any) -> bool:
    return keeps_indicators(actor)


def _is_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("indicator.record_values", allows=_may_enter, title=T("填报指标数值", "Enter values"))
def record_values(
    actor: Actor, *, indicator: str, values: list[dict[str, Any]], is_sample: bool = False
) -> dict[str, Any]:
    """Write values of an indicator that is typed in; answers how many revisions were added.

    Each value: period, number (decimal text; empty: withdrawn), and if need be dimension, status
    (see ``words.STATUSES``), reason, known_at (ISO instant) and provenance. All or none: raises
    Invalid naming the first that does not fit.
    """
    if len(values) > VALUES_MAX:
        raise Invalid(_TOO_MANY.format(VALUES_MAX))
    found = indicator_named(indicator)
    if found.kind == "formula":
        raise Invalid(_COMPUTED, fields={"number": _COMPUTED})
    given = [Given.from_json({"provenance": {"kind": "typed"}, **told}) for told in values]
    added = write_values(actor, found, given, is_sample=is_sample)
    append(found.ref, "indicator.values_entered", actor, {"added": added, "given": len(values)})
    return {"added": added}


@action("indicator.store_computed", allows=_is_platform)
def store_computed(
    actor: Actor, *, indicator: str, values: list[list[Any]], provenance: dict[str, Any]
) -> dict[str, Any]:
    """Write what a formula gave: [period, part, decimal text or None, rows]; only what differs.

    A period that the formula no longer gives is withdrawn, its revisions stay.
    """
    found = indicator_named(indicator)
    given = [
        Given(
            period, None if number is None else Decimal(number), dimension,
            reason=_RECOMPUTED, provenance={**provenance, "rows": rows},
        )
        for period, dimension, number, rows in values
    ]  # fmt: skip
    still = {(each.period, each.dimension) for each in given}
    known = Value.objects.filter(indicator=found, number__isnull=False)
    given += [
        Given(period, None, dimension, reason=_GONE, provenance={**provenance, "rows": 0})
        for period, dimension in known.values_list("period", "dimension")
        if (period, dimension) not in still
    ]
    added = write_values(actor, found, given, is_sample=found.is_sample)
    append(found.ref, "indicator.recomputed", actor,
           {"added": added, "periods": len(values), "snapshot": provenance.get("snapshot", "")})  # fmt: skip
    return {"added": added, "periods": len(values)}


@action("indicator.request_recompute", allows=_may_keep, title=T("重新计算", "Compute again"))
def request_recompute(actor: Actor, *, indicator: str) -> dict[str, Any]:
    """Have the worker compute the indicator anew. Raises Missing where it has no formula."""
    found = indicator_named(indicator)
    formula_of(found)
    job = enqueue("indicator.recompute", indicator=found.key)
    append(found.ref, "indicator.recompute_requested", actor, {"job": job})
    return {"job": job}


def recompute(key: str) -> dict[str, Any]:
    """Compute the indicator now and store what changed. Raises Missing, Unavailable, Invalid.

    The lake is asked outside any transaction; only the writing is one.
    """
    computed = compute(indicator_named(key))
    values = [
        [period, dimension, None if number is None else format(number, "f"), rows]
        for period, dimension, number, rows in computed.values
    ]
    return store_computed(
        platform("indicator"), indicator=key, values=values, provenance=computed.provenance
    )


@action("indicator.define", allows=_may_keep, title=T("设定指标", "Define indicators"))
def define_indicators(
    actor: Actor, *, indicators: list[dict[str, Any]], targets: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Make indicators and targets that are not there yet; those that stand stay as they are.

    indicators: values by field name, ``key`` among them; targets: the same with ``indicator`` a
    key. For what ships with an app; people use the register. Raises Invalid.
    """
    known = set(Indicator.objects.values_list("key", flat=True))
    made = [Indicator(**told) for told in indicators if told["key"] not in known]
    for each in made:
        check_indicator(each)
    save_new_records(actor, made, "indicator.created")
    by_key = {each.key: each for each in Indicator.objects.all()}
    drafts = []
    for told in targets:
        values = dict(told)
        target = Target(**{**values, "indicator": by_key[values["indicator"]]})
        target.value = Target._meta.get_field("value").to_python(target.value)
        target.upper = Target._meta.get_field("upper").to_python(target.upper)
        target.key = target_key(target)
        check_target(target)
        drafts.append(target)
    standing = set(Target.objects.values_list("key", flat=True))
    fresh = save_new_records(
        actor, [t for t in drafts if t.key not in standing], "indicator.created"
    )
    append("indicators/-", "indicator.defined", actor,
           {"indicators": len(made), "targets": len(fresh)})  # fmt: skip
    return {"indicators": len(made), "targets": len(fresh)}


def _as_values(declared: Declared) -> dict[str, Any]:
    return {
        "key": declared.key, "name": declared.title.zh, "name_en": declared.title.en,
        "unit": declared.unit.zh, "unit_en": declared.unit.en, "period": declared.period,
        "measure": declared.measure, "direction": declared.direction,
        "decimals": declared.decimals, "source": declared.source, "section": declared.section,
        "theme": declared.theme, "note": declared.note.zh, "note_en": declared.note.en,
        "owner": declared.owner, "is_public": declared.is_public,
        "kind": "formula" if declared.key in FORMULAS else "typed",
        "formula": declared.key if declared.key in FORMULAS else "",
    }  # fmt: skip


def take_in_declared() -> int:
    """Make the records of declared indicators that have none; answers how many."""
    known = set(Indicator.objects.values_list("key", flat=True))
    missing = [_as_values(d) for key, d in DECLARED.items() if key not in known]
    if not missing:
        return 0
    return define_indicators(platform("indicator"), indicators=missing)["indicators"]
