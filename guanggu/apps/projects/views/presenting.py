"""How projects, money and warnings are shown, alike on every page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from guanggu.base.bilingual import T, current_language
from guanggu.web.addresses import address_of
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..models import ProjectWarning
from ..rules.words import (
    LEVEL_TONES,
    LEVELS,
    STAGES,
    WARNING_KINDS,
    WARNING_STATES,
    WARNING_TONES,
)

HOME = (T("项目建设", "Projects"), "/projects/")


def name_of(record: Any) -> str:
    """Its name in the reader's language."""
    return record.name_en if current_language() == "en" and record.name_en else record.name


def yi(value: Decimal | int | float) -> T:
    """万元 as people say it: 亿元 from 10,000 on."""
    if abs(value) >= 10_000:
        return T("{} 亿元", "CNY {} million").format(
            T(f"{value / 10_000:,.2f}", f"{value / 100:,.0f}")
        )
    return T("{} 万元", "CNY {} thousand").format(T(f"{value:,.0f}", f"{value * 10:,.0f}"))


def percent_text(value: Decimal | None) -> str:
    return "—" if value is None else f"{value}%"


def stage_badge(stage: str) -> SafeString:
    return format_html('<span class="stage-badge stage-{}">{}</span>', stage, STAGES[stage])


def level_badge(level: str) -> SafeString | str:
    """A warning's level in a colour and in words; nothing where there is none."""
    if level not in LEVELS:
        return ""
    return format_html('<span class="badge {}">{}</span>', LEVEL_TONES[level], LEVELS[level])


def link_of(reference: str, title: Any) -> Any:
    """The thing of another system, linked where it has a page."""
    address = address_of(reference) if "/" in reference else ""
    return format_html('<a href="{}">{}</a>', address, title) if address else title


def warning_table(title: T, rows: Any, *, with_project: bool = True) -> Table:
    table = Table(
        title,
        [*([Column(T("项目", "Project"))] if with_project else []), Column(T("类型", "Kind")),
         Column(T("等级", "Level")), Column(T("内容", "What it says")),
         Column(T("预警时间", "Found")), Column(T("状态", "State"))],
    )  # fmt: skip
    for row in rows:
        project = [name_of(row.project)] if with_project else []
        table.add(
            *project, WARNING_KINDS[row.kind],
            Cell(LEVELS[row.level], tone=LEVEL_TONES[row.level]), row.words, instant(row.found_at),
            Cell(WARNING_STATES[row.state], tone=WARNING_TONES[row.state]),
            href=f"/projects/warnings/{row.key}/",
        )  # fmt: skip
    return table


def warning_rows(row: ProjectWarning) -> list[tuple[Any, Any]]:
    return [
        (T("项目", "Project"), link_of(str(row.project.ref), name_of(row.project))),
        (T("预警类型", "Kind"), WARNING_KINDS[row.kind]),
        (T("预警等级", "Level"), level_badge(row.level)),
        (T("内容", "What it says"), row.words),
        (T("预警时间", "Found"), instant(row.found_at)),
        (T("督办编号", "Case"), row.case_number or "—"),
        (T("承诺完成", "Promised for"), row.promised_on.isoformat() if row.promised_on else "—"),
    ]
