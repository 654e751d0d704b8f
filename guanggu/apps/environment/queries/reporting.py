"""The figures of a monthly report, gathered into what its template takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.months import month_before, next_month
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import Rates

from ..models import Assessment, Outlet, Station, Violation
from ..rules.days import midnight
from ..rules.grades import air_level, grade_title
from ..rules.reporting import (
    AIR_COLUMNS,
    AirMonth,
    air_comparison,
    air_words,
    listed,
    number_text,
    share_text,
    spoken,
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
    factor = factor_title(now.primary) if now.primary else None
    sections = [
        {"title": T("环境空气质量", "Ambient air"),
         "paragraphs": air_words(now, before, earlier, factor),
         "tables": [_air_ranking(air, month),
                    table(T("与上月、上年同月比较", "Against the month and the year before"),
                          (T("项目", "Item"), T("本月", "This month"), T("上月", "Month before"),
                           T("环比", "Change"), T("上年同月", "Year before"), T("同比", "Change")),
                          air_comparison(now, before, earlier))]},
        _water(water, month),
        _noise(noise, month),
        _emissions(month),
        _quality(month),
        _violations(month),
    ]  # fmt: skip
    note = _note(air)
    return {
        "month_text": f"{month.year}年{month.month}月",
        "days": _days(air, month),
        "months": _year(air, month),
        "sections": spoken(sections, "zh"),
        "note": spoken(note, "zh"),
        "sections_en": spoken(sections, "en"),
        "note_en": spoken(note, "en"),
    }


def _note(air: list[Station]) -> T:
    said = T(
        "环境空气按数据日期所施行的HJ 633、GB 3095评价，全区指数为各站指数的平均；地表水按GB 3838—2002"
        "单因子评价；声环境按GB 3096—2008评价。浓度单位：一氧化碳为毫克/立方米，其余为微克/立方米。",
        "Air is judged by HJ 633 and GB 3095 as in force on the day of the data, the district by "
        "the mean of its stations; surface water by the single factors of GB 3838-2002; sound by "
        "GB 3096-2008. Carbon monoxide in milligrams, the others in micrograms per cubic metre.",
    )
    if not any(s.is_sample for s in air):
        return said
    return said + T(
        "本报告所用站点与数据均为示例，不代表真实环境状况。",
        " Stations and data of this report are samples and say nothing of the real environment.",
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
            [place, rank.station.title, number_text(rank.value), f"{rank.good}/{rank.judged}",
             share_text(rank.share),
             *(number_text(rank.figures.get(code), places) for code, _, places in AIR_COLUMNS)]
        )  # fmt: skip
    heads = (
        T("名次", "Rank"), T("站点", "Station"), T("平均AQI", "Mean AQI"),
        T("优良/评价天数", "Good of judged"), T("优良率", "Share"),
        *(t for _, t, _ in AIR_COLUMNS),
    )  # fmt: skip
    return table(T("各站点排名", "Stations by rank"), heads, rows)


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
        grades = [grade_title("water", f[0].grade) if f else "—" for f in found]
        decided = listed([factor_title(c) for c in now.decided_by]) if now else "—"
        kept: T | str = "—"
        if now is not None and now.meets is not None:
            kept = T("达标", "Kept") if now.meets else T("超标", "Not kept")
        goal = grade_title("water", station.goal)
        rows.append([station.title, station.water_body, goal, *grades, decided or "—", kept])
    heads = (
        T("断面", "Section"), T("水体", "Water body"), T("目标", "Goal"), T("本月", "This month"),
        T("上月", "Month before"), T("上年同月", "Year before"), T("决定因子", "Decided by"),
        T("评价", "Goal kept"),
    )  # fmt: skip
    return {
        "title": T("地表水环境质量", "Surface water"),
        "paragraphs": [water_words(classes, met, judged)],
        "tables": [table(T("各断面水质类别", "Classes of the sections"), heads, rows)],
    }


def _noise(noise: list[Station], month: date) -> dict[str, Any]:
    held = days_of(refs(noise), *month_range(month))
    rows = []
    for station in noise:
        days = held[str(station.ref)]
        figures = mean_figures(days)
        kept = [row.meets for row in days if row.meets is not None]
        rows.append(
            [station.title, ZONES[station.zone] if station.zone else "—",
             *(number_text(figures.get(name), 1) for name in ("Ld", "Ln", "Ldn")),
             f"{sum(kept)}/{len(kept)}", share_text(sum(kept) / len(kept) if kept else None)]
        )  # fmt: skip
    heads = (
        T("站点", "Station"), T("功能区", "Zone"), T("昼间Ld", "Day Ld"), T("夜间Ln", "Night Ln"),
        "Ldn", T("达标/评价天数", "Kept of judged days"), T("达标率", "Share"),
    )  # fmt: skip
    return {
        "title": T("声环境质量", "Sound"),
        "paragraphs": [],
        "tables": [
            table(T("各站点声级（dB(A)）", "Sound levels of the stations (dB(A))"), heads, rows)
        ],
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
            [line.outlet.source_unit.title + f" {line.outlet.code}", factor_title(line.pollutant),
             number_text(own[0] / 1000 if own else None, 2), number_text(line.outlook.to_date_t, 2),
             number_text(line.outlook.permitted_t, 1), share_text(line.outlook.share),
             exceeds.isoformat() if exceeds else "—"]
        )  # fmt: skip
    over = sum(1 for line in lines if line.outlook.tone == "bad")
    warned = sum(1 for line in lines if line.outlook.tone == "warn")
    heads = (
        T("排放口", "Outlet"), T("污染物", "Pollutant"), T("本月(t)", "This month (t)"),
        T("年累计(t)", "This year (t)"), T("许可(t/a)", "Permit (t/a)"), T("使用率", "Used"),
        T("预计超限日", "Exceeds on"),
    )  # fmt: skip
    said = T(
        "在线监测核算的{}项排放量中，已超年许可量{}项，按近期排放水平预计年内将超{}项。",
        "Of {} amounts computed from monitoring {} exceed the permit of the year already, and {} "
        "will within the year at the present rate.",
    ).format(len(lines), over, warned)
    title = T("许可量使用率最高的排放口", "Outlets nearest to their permit")
    return {"title": T("重点污染源排放", "Key pollution sources"), "paragraphs": [said],
            "tables": [table(title, heads, rows)]}  # fmt: skip


def _quality(month: date) -> dict[str, Any]:
    start_at, end_at = midnight(month), min(midnight(next_month(month)), clock.now())
    groups = {kind: list(Station.objects.filter(kind=kind)) for kind in STATION_KINDS}
    rows = []
    named = [(STATION_KINDS[k], [s.key for s in v]) for k, v in groups.items()]
    named.append(
        (T("污染源", "Pollution sources"), list(Outlet.objects.values_list("key", flat=True)))
    )
    for title, keys in named:
        found = rates(keys, start_at, end_at)
        whole = sum(found.values(), Rates(0, 0, 0))
        shares = map(share_text, (whole.transmission, whole.validity, whole.effective))
        rows.append([title, len(keys), whole.due, whole.received, whole.valid, *shares])
    heads = (
        T("类别", "Kind"), T("点位数", "Places"), T("应传小时值", "Hours due"), T("实传", "Received"),
        T("有效", "Valid"), T("传输率", "Transmission"), T("有效率", "Validity"),
        T("传输有效率", "Effective"),
    )  # fmt: skip
    return {
        "title": T("自动监测数据质量", "Quality of the monitoring data"),
        "paragraphs": [],
        "tables": [table(T("传输率与有效率", "Rates of arrival and validity"), heads, rows)],
    }


def _violations(month: date) -> dict[str, Any]:
    start_at, end_at = midnight(month), midnight(next_month(month))
    rows = Violation.objects.filter(begun_at__gte=start_at, begun_at__lt=end_at)
    counted = rows.values("kind", "state").annotate(n=Count("pk"))
    by_kind: dict[str, list[int]] = {}
    for each in counted:
        held = by_kind.setdefault(each["kind"], [0, 0])
        held[each["state"] == "closed"] += each["n"]
    body = [[VIOLATION_KINDS[k], a + b, b, a] for k, (a, b) in sorted(by_kind.items())]
    total, closed = (sum(held[place] for held in by_kind.values()) for place in (0, 1))
    said = T(
        "本月新立环境违法线索{}件，已办结{}件。",
        "{} violations were taken up in the month, {} of them are closed.",
    ).format(total + closed, closed)
    heads = (
        T("类型", "Kind"), T("新立", "Taken up"), T("已办结", "Closed"), T("办理中", "Under way"),
    )  # fmt: skip
    tables = [table(T("按类型统计", "By kind"), heads, body)] if body else []
    return {"title": T("环境执法", "Enforcement"), "paragraphs": [said], "tables": tables}


def months_with_data() -> list[date]:
    """Whole months for which days were judged, the latest first."""
    found = Assessment.objects.filter(period="day", kind="air").dates("on", "month", order="DESC")
    this = clock.today().replace(day=1)
    return [month for month in found if month < this][:24]
