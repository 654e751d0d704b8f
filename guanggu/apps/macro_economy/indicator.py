"""The indicators of the economy: those that ship, and one that the lake itself counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import Tables, declare_indicator, period_of

from .rules.shipped import FIRST_YEAR, definitions

for _row in definitions():
    declare_indicator(
        key=_row["key"], title=T(_row["name"], _row["name_en"]),
        unit=T(_row["unit"], _row["unit_en"]), period=_row["period"], measure=_row["measure"],
        decimals=int(_row["decimals"]), source=_row["source"], theme=T("宏观经济", "Economy").zh,
        note=T(_row["note"], _row["note_en"]), section="四(四)1", is_public=True,
    )  # fmt: skip


def _founded(tables: Tables) -> Any:
    """Firms of the register by the month of their founding."""
    import ibis

    entities = tables.table("legal_entities_legal_entities")
    entities = entities.filter(entities.established_on >= date(FIRST_YEAR, 1, 1))
    shown = [name for name in ("name", "established_on") if name in entities.columns]
    return entities.select(
        *shown,
        ref=ibis.literal("legal_entities/") + entities.key,
        period=period_of(entities.established_on, "month", is_local=True),
    )


declare_indicator(
    key="entities-founded", title=T("新设立法人单位", "Legal entities founded"),
    unit=T("家", "entities"), period="month", decimals=0, theme=T("市场主体", "Firms").zh,
    source=T("法人信息库", "Register of legal entities").zh, section="四(四)1", is_public=True,
    note=T("法人信息库中成立日期在当月的法人单位数。",
           "Legal entities of the register that were established in the month."),
    rows=_founded, value=lambda rows: rows.count(),
)  # fmt: skip
