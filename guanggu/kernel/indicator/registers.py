"""Registers of indicators: definitions, targets, and the present values with their sheets."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Register, Section, register

from .checks import check_indicator, check_target, check_value, post_named, target_key
from .models import Indicator, Target, Value
from .permissions import (
    ENTER_PARTS,
    KEEP_INDICATORS,
    SEE_INDICATORS,
    SEE_PARTS,
    is_inside,
)
from .writing import keep_revision, value_key

_MENU = {"area": "data", "allows": is_inside}


def _scopes(is_public: bool) -> tuple[str, ...]:
    return ("public",) if is_public else ("staff",)


def _owner(indicator: Any) -> Any:
    found = post_named(indicator.owner)
    return found.title if found else indicator.owner


register(
    Register(
        model=Indicator,
        title=T("指标库", "Indicators"),
        one=T("指标", "Indicator"),
        view=SEE_INDICATORS,
        change=KEEP_INDICATORS,
        columns=("key", "name", "unit", "period", "kind", "organisation"),
        filters=("period", "kind", "organisation", "is_public"),
        sections=(
            Section(
                T("指标", "Indicator"),
                ("name", "name_en", "unit", "unit_en", "period", "measure", "direction",
                 "decimals", "note", "note_en"),
            ),
            Section(
                T("来源与责任", "Source and owner"),
                ("kind", "formula", "source", "organisation", "owner", "section", "theme",
                 "is_public", "is_sample"),
            ),
        ),
        search=("key", "name", "name_en"),
        scopes=lambda indicator: _scopes(indicator.is_public),
        check=check_indicator,
        in_menu=False,
        extra={**_MENU, "words": {"owner": _owner}},
    )
)  # fmt: skip
register(
    Register(
        model=Target,
        title=T("指标目标", "Targets"),
        one=T("指标目标", "Target"),
        view=SEE_PARTS,
        change=KEEP_INDICATORS,
        columns=("key", "indicator", "kind", "period", "value", "clause"),
        filters=("kind", "indicator"),
        sections=(
            Section(
                T("目标", "Target"),
                ("indicator", "kind", "period", "value", "upper", "path", "waypoints", "clause",
                 "is_sample"),
            ),
        ),
        scopes=lambda target: _scopes(target.indicator.is_public),
        check=check_target,
        new_key=target_key,
        in_menu=False,
        extra=_MENU,
    )
)  # fmt: skip
register(
    Register(
        model=Value,
        title=T("指标数值", "Values"),
        one=T("指标数值", "Value"),
        view=SEE_PARTS,
        change=ENTER_PARTS,
        columns=("indicator", "period", "dimension", "number", "status", "known_at"),
        filters=("indicator", "status"),
        sections=(
            Section(
                T("数值", "Value"),
                ("indicator", "period", "dimension", "number", "status", "reason", "is_sample"),
            ),
        ),
        scopes=lambda value: _scopes(value.indicator.is_public),
        check=check_value,
        new_key=lambda value: value_key(value.indicator.key, value.period, value.dimension),
        then=keep_revision,
        order="-key",
        in_menu=False,
        extra=_MENU,
    )
)  # fmt: skip
