"""The figures of a monthly report, gathered into what its template takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count

from guanggu.base import clock
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import Rates

from ..models import Assessment, Outlet, Station, Violation
from ..rules.days import midnight, month_before, next_month
from ..rules.grades import air_level, grade_title
from ..rules.reporting import (
    AIR_COLUMNS,
    AirMonth,
    air_comparison,
    air_words,
    drawable,
    number_text,
    share_text,
    table,
    water_words,
)
from ..rules.statistics import mean_of
from ..rules.words import STATION_KINDS, VIOLATION_KINDS, ZONES, factor_title
from .assessed import days_of, refs
from .sensing import rates
from .statistics import district_days, mean_figures, month_range, ranking
from .totals import lines_of_year


def year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def air_month(stations: list[Station], month: date) -> AirMonth:
    """The district's air: days by the mean index of its stations, figures by the mean of all."""
    first, last = month_range(month)
    days = district_days(stations, first, last)
    rows = [row for held in days_of(refs(stations), first, last).values() for row in held]
    primary = [day["primary"] for day in days.values() if day["primary"]]
    return AirMonth(
        len(days), sum(1 for day in days.values() if day["value"] <= 100),
        mean_of(day["value"] for day in days.values()), mean_figures(rows),
        max(set(primary), key=primary.count) if primary else "",
    )  # fmt: skip


def report_data(month: date, organisation: Organisation | None = None) -> dict[str, Any]:
    """Everything that the template ``environment.monthly_report`` is given."""
    air = list(Station.objects.filter(kind="air").order_by("key"))
    water = list(Station.objects.filter(kind="water").order_by("key"))
    noise = list(Station.objects.filter(kind="noise").order_by("key"))
    now, before, earlier = (
        air_month(air, m) for m in (month, month_before(month), year_before(month))
    )
    factor = factor_title(now.primary).zh if now.primary else ""
    sections = [
        {"title": "环境空气质量", "paragraphs": air_words(now, before, earlier, factor),
         "tables": [_air_ranking(air, month),
                    table("与上月、上年同月比较",
                          ("项目", "本月", "上月", "环比", "上年同月", "同比"),
                          air_comparison(now, before, earlier))]},
        _water(water, month),
        _noise(noise, month),
        _emissions(month),
        _quality(month),
        _violations(month),
    ]  # fmt: skip
    return drawable(
        {
            "month_text": f"{month.year}年{month.month}月",
            "days": _days(air, month),
            "months": _year(air, month),
            "sections": sections,
            "note": _note(air),
        }
    )


def _note(air: list[Station]) -> str:
    sample = (
        "本报告所用站点与数据均为示例，不代表真实环境状况。"
        if any(s.is_sample for s in air)
        else ""
    )
    return (
        "环境空气按数据日期所施行的HJ 633、GB 3095评价，全区指数为各站指数的平均；地表水按GB 3838—2002"
        "单因子评价；声环境按GB 3096—2008评价。浓度单位：一氧化碳为毫克/立方米，其余为微克/立方米。"
        + sample
    )


def _days(air: list[Station], month: date) -> list[dict[str, Any]]:
    """The calendar strip: day, index, level 0 (none) to 6."""
    first, last = month_range(month)
    held = district_days(air, first, last)
    found = []
    for number in range(1, last.day + 1):
        judged = held.get(first.replace(day=number))
        value = judged["value"] if judged else 0
        found.append({"day": number, "value": value, "level": air_level(value) if judged else 0})
    return found


def _year(air: list[Station], month: date) -> list[dict[str, Any]]:
    """PM2.5 of this and of last year by month, for the chart."""
    found = []
    for number in range(1, 13):
        this, last = (_pm25(air, date(y, number, 1)) for y in (month.year, month.year - 1))
        found.append(
            {"month": number, "now": this if number <= month.month else 0.0, "before": last}
        )
    return found


def _pm25(air: list[Station], month: date) -> float:
    first, last = month_range(month)
    rows = [row for held in days_of(refs(air), first, last).values() for row in held]
    return round(mean_figures(rows).get("a34004", 0.0), 1)


def _air_ranking(air: list[Station], month: date) -> dict[str, Any]:
    rows = []
    for place, rank in enumerate(ranking(air, *month_range(month)), 1):
        rows.append(
            [place, rank.station.name, number_text(rank.value), f"{rank.good}/{rank.judged}",
             share_text(rank.share),
             *(number_text(rank.figures.get(code), places) for code, _, places in AIR_COLUMNS)]
        )  # fmt: skip
    heads = ("名次", "站点", "平均AQI", "优良/评价天数", "优良率", *(t for _, t, _ in AIR_COLUMNS))
    return table("各站点排名", heads, rows)


def _water(water: list[Station], month: date) -> dict[str, Any]:
    by_month = [
        days_of(refs(water), m, m, "month")
        for m in (month, month_before(month), year_before(month))
    ]
    rows, classes, met, judged = [], [], 0, 0
    for station in water:
        found = [held[str(station.ref)] for held in by_month]
        now = found[0][0] if found[0] else None
        if now is not None and now.value is not None:
            classes.append(int(now.value))
        if now is not None and now.meets is not None:
            judged += 1
            met += now.meets
        grades = [grade_title("water", f[0].grade).zh if f else "—" for f in found]
        decided = "、".join(factor_title(c).zh for c in now.decided_by) if now else "—"
        goal = grade_title("water", station.goal).zh
        kept = "—" if now is None or now.meets is None else "达标" if now.meets else "超标"
        rows.append([station.name, station.water_body, goal, *grades, decided or "—", kept])
    heads = ("断面", "水体", "目标", "本月", "上月", "上年同月", "决定因子", "评价")
    return {
        "title": "地表水环境质量", "paragraphs": [water_words(classes, met, judged)],
        "tables": [table("各断面水质类别", heads, rows)],
    }  # fmt: skip


def _noise(noise: list[Station], month: date) -> dict[str, Any]:
    held = days_of(refs(noise), *month_range(month))
    rows = []
    for station in noise:
        days = held[str(station.ref)]
        figures = mean_figures(days)
        kept = [row.meets for row in days if row.meets is not None]
        rows.append(
            [station.name, ZONES[station.zone].zh if station.zone else "—",
             *(number_text(figures.get(name), 1) for name in ("Ld", "Ln", "Ldn")),
             f"{sum(kept)}/{len(kept)}", share_text(sum(kept) / len(kept) if kept else None)]
        )  # fmt: skip
    heads = ("站点", "功能区", "昼间Ld", "夜间Ln", "Ldn", "达标/评价天数", "达标率")
    return {
        "title": "声环境质量",
        "paragraphs": [],
        "tables": [table("各站点声级（dB(A)）", heads, rows)],
    }


def _emissions(month: date) -> dict[str, Any]:
    outlets = list(Outlet.objects.select_related("source_unit").order_by("key"))
    lines = [line for line in lines_of_year(outlets, month.year) if line.outlook.share is not None]
    lines.sort(key=lambda line: -(line.outlook.share or 0))
    rows = []
    for line in lines[:12]:
        exceeds = line.outlook.exceeds_on
        own = [m.amount_kg for m in line.months if m.month == month]
        rows.append(
            [f"{line.outlet.source_unit.name} {line.outlet.code}", factor_title(line.pollutant).zh,
             number_text(own[0] / 1000 if own else None, 2), number_text(line.outlook.to_date_t, 2),
             number_text(line.outlook.permitted_t, 1), share_text(line.outlook.share),
             exceeds.isoformat() if exceeds else "—"]
        )  # fmt: skip
    over = sum(1 for line in lines if line.outlook.tone == "bad")
    warned = sum(1 for line in lines if line.outlook.tone == "warn")
    heads = ("排放口", "污染物", "本月(t)", "年累计(t)", "许可(t/a)", "使用率", "预计超限日")
    said = f"在线监测核算的{len(lines)}项排放量中，已超年许可量{over}项，按近期排放水平预计年内将超{warned}项。"
    return {"title": "重点污染源排放", "paragraphs": [said],
            "tables": [table("许可量使用率最高的排放口", heads, rows)]}  # fmt: skip


def _quality(month: date) -> dict[str, Any]:
    start_at, end_at = midnight(month), min(midnight(next_month(month)), clock.now())
    groups = {kind: list(Station.objects.filter(kind=kind)) for kind in STATION_KINDS}
    rows = []
    named = [(STATION_KINDS[k].zh, [s.key for s in v]) for k, v in groups.items()]
    named.append(("污染源", list(Outlet.objects.values_list("key", flat=True))))
    for title, keys in named:
        found = rates(keys, start_at, end_at)
        whole = sum(found.values(), Rates(0, 0, 0))
        shares = map(share_text, (whole.transmission, whole.validity, whole.effective))
        rows.append([title, len(keys), whole.due, whole.received, whole.valid, *shares])
    heads = ("类别", "点位数", "应传小时值", "实传", "有效", "传输率", "有效率", "传输有效率")
    return {
        "title": "自动监测数据质量",
        "paragraphs": [],
        "tables": [table("传输率与有效率", heads, rows)],
    }


def _violations(month: date) -> dict[str, Any]:
    start_at, end_at = midnight(month), midnight(next_month(month))
    rows = Violation.objects.filter(begun_at__gte=start_at, begun_at__lt=end_at)
    counted = rows.values("kind", "state").annotate(n=Count("pk"))
    by_kind: dict[str, list[int]] = {}
    for each in counted:
        held = by_kind.setdefault(each["kind"], [0, 0])
        held[each["state"] == "closed"] += each["n"]
    body = [[VIOLATION_KINDS[k].zh, a + b, b, a] for k, (a, b) in sorted(by_kind.items())]
    total, closed = sum(r[1] for r in body), sum(r[2] for r in body)
    said = f"本月新立环境违法线索{total}件，已办结{closed}件。"
    tables = [table("按类型统计", ("类型", "新立", "已办结", "办理中"), body)] if body else []
    return {"title": "环境执法", "paragraphs": [said], "tables": tables}


def months_with_data() -> list[date]:
    """Whole months for which days were judged, the latest first."""
    found = Assessment.objects.filter(period="day", kind="air").dates("on", "month", order="DESC")
    this = clock.today().replace(day=1)
    return [month for month in found if month < this][:24]
