"""Registers of the lakes, their ways in, and the words of their events."""

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Link, Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..models import (
    Inflow,
    Lake,
    LakeIssue,
    LakeStation,
    Outfall,
    OutfallInspection,
    OutfallSample,
    Patrol,
    PatrolPlan,
)
from ..queries.scopes import (
    CHANGE_CHECKS,
    CHANGE_LAKES,
    CHANGE_OUTFALLS,
    CHANGE_PLANS,
    VIEW_CHECKS,
    VIEW_INFLOWS,
    VIEW_ISSUES,
    VIEW_LAKES,
    VIEW_OUTFALLS,
    VIEW_PATROLS,
    VIEW_PLANS,
    VIEW_STATIONS,
    may_patrol,
    sees_issues,
)

_LEVELS = T(
    "水位应依次升高：最低生态水位、常水位、汛限水位、警戒水位。",
    "Levels must rise: ecological minimum, normal, flood limit, warning.",
)
_GRID = T(
    "湖盆高程格网格式不正确：需含 west、south、cell_m、columns、rows 和 heights_cm。",
    "The grid needs west, south, cell_m, columns, rows and heights_cm.",
)
_OTHER_LAKE = T("所选水系不属于该湖。", "This inflow belongs to another lake.")


def check_lake(lake: Lake) -> None:
    """Levels in order, and a basin that can be read. Raises Invalid by field."""
    levels = [v for v in (lake.low_m, lake.normal_m, lake.limit_m, lake.warning_m) if v is not None]
    if levels != sorted(levels):
        raise Invalid(_LEVELS, fields={"normal_m": _LEVELS})
    if lake.basin:
        from ..rules.basins import Basin  # numpy comes with it

        try:
            Basin.of(lake.basin)
        except ValueError as error:
            raise Invalid(_GRID, fields={"basin": _GRID}) from error


def check_outfall(outfall: Outfall) -> None:
    inflow = outfall.inflow
    if inflow is not None and inflow.lake_id != outfall.lake_id:
        raise Invalid(_OTHER_LAKE, fields={"inflow": _OTHER_LAKE})


def _scopes(record) -> tuple[str, ...]:
    return ("public",) if record.is_public else ("staff",)


register(
    Register(
        model=Lake,
        title=T("湖泊名录", "Lakes"),
        one=T("湖泊", "Lake"),
        view=VIEW_LAKES,
        change=CHANGE_LAKES,
        columns=("key", "name", "goal", "area_km2", "normal_m", "chief"),
        filters=("goal",),
        sections=(
            Section(
                T("湖泊", "Lake"),
                ("name", "name_en", "functions", "organisation", "chief", "chief_post", "phone"),
            ),
            Section(
                T("水量与水位", "Water and levels"),
                ("area_km2", "catchment_km2", "datum", "low_m", "normal_m", "limit_m", "warning_m"),
            ),
            Section(T("水质目标", "Goal"), ("goal",)),
            Section(T("空间", "Space"), ("geometry", "basin")),
            Section(T("公开", "Openness"), ("is_public", "is_sample")),
        ),
        search=("key", "name", "name_en"),
        scopes=_scopes,
        check=check_lake,
        new_key=lambda lake: f"L-{readable_code(6)}",
        links=(Link(T("湖泊主页", "Page of the lake"), lambda lake: f"/lakes/lake/{lake.key}/"),),
        extra={"area": "city", "order": 45},
    )
)
register(
    Register(
        model=LakeStation,
        title=T("湖泊监测站", "Lake stations"),
        one=T("湖泊监测站", "Lake station"),
        view=VIEW_STATIONS,
        change=CHANGE_LAKES,
        columns=("key", "name", "lake", "kind", "state"),
        filters=("lake", "kind", "state"),
        sections=(
            Section(
                T("站点", "Station"),
                ("lake", "name", "name_en", "kind", "geometry", "state", "is_public", "is_sample"),
            ),
        ),
        search=("key", "name", "name_en"),
        scopes=_scopes,
        new_key=lambda station: f"{station.lake.key}-S{readable_code(4)}",
        in_menu=False,
    )
)
register(
    Register(
        model=Inflow,
        title=T("入湖水系", "Inflows"),
        one=T("入湖水系", "Inflow"),
        view=VIEW_INFLOWS,
        change=CHANGE_LAKES,
        columns=("key", "name", "lake", "kind"),
        filters=("lake", "kind"),
        sections=(
            Section(
                T("水系", "Inflow"), ("lake", "name", "name_en", "kind", "geometry", "is_sample")
            ),
        ),
        search=("key", "name"),
        new_key=lambda inflow: f"{inflow.lake.key}-R{readable_code(4)}",
        in_menu=False,
    )
)
register(
    Register(
        model=Outfall,
        title=T("入湖排口", "Outfalls"),
        one=T("入湖排口", "Outfall"),
        view=VIEW_OUTFALLS,
        change=CHANGE_OUTFALLS,
        columns=("key", "name", "lake", "kind", "state", "owner_name"),
        filters=("lake", "kind", "state"),
        sections=(
            Section(
                T("排口", "Outfall"),
                ("lake", "inflow", "name", "name_en", "kind", "diameter_mm", "geometry"),
            ),
            Section(
                T("责任与整治", "Responsibility"),
                ("owner", "owner_name", "permit_number", "state", "is_public", "is_sample"),
            ),
        ),
        search=("key", "name", "owner_name", "permit_number"),
        scopes=_scopes,
        check=check_outfall,
        new_key=lambda outfall: f"{outfall.lake.key}-P{readable_code(4)}",
        links=(Link(T("检查与采样", "Checks and samples"), lambda o: f"/lakes/outfalls/{o.key}/"),),
        extra={"area": "city", "order": 47},
    )
)
register(
    Register(
        model=OutfallInspection,
        title=T("排口检查", "Inspections of outfalls"),
        one=T("排口检查", "Inspection"),
        view=VIEW_CHECKS,
        change=CHANGE_CHECKS,
        columns=("inspected_on", "outfall", "result", "inspector"),
        filters=("result",),
        sections=(
            Section(
                T("检查", "Inspection"),
                ("outfall", "inspected_on", "inspector", "result", "note", "is_sample"),
            ),
        ),
        search=("key", "inspector"),
        order="-key",
        new_key=lambda row: f"{row.outfall.key}-J{readable_code(5)}",
        in_menu=False,
    )
)
register(
    Register(
        model=OutfallSample,
        title=T("排口采样结果", "Samples of outfalls"),
        one=T("采样结果", "Sample"),
        view=VIEW_CHECKS,
        change=CHANGE_CHECKS,
        columns=("sampled_on", "outfall", "codmn", "ammonia", "phosphorus", "nitrogen"),
        sections=(
            Section(T("采样", "Sampling"), ("outfall", "sampled_on", "laboratory", "is_sample")),
            Section(
                T("结果", "Results"),
                ("flow_l_s", "ph", "codmn", "ammonia", "phosphorus", "nitrogen"),
            ),
        ),
        search=("key", "laboratory"),
        order="-key",
        new_key=lambda row: f"{row.outfall.key}-C{readable_code(5)}",
        help=T(
            "检测报告可用 CSV 或 XLSX 批量导入；有误的行单独列出，其余照常入库。",
            "Results can be imported as CSV or XLSX; wrong rows are listed, the rest is kept.",
        ),
        in_menu=False,
    )
)
register(
    Register(
        model=PatrolPlan,
        title=T("巡湖计划", "Patrol plans"),
        one=T("巡湖计划", "Patrol plan"),
        view=VIEW_PLANS,
        change=CHANGE_PLANS,
        columns=("key", "name", "lake", "organisation", "times_a_week", "is_active"),
        filters=("lake", "is_active"),
        sections=(
            Section(
                T("计划", "Plan"),
                ("lake", "name", "organisation", "times_a_week", "begins_on", "geometry",
                 "is_active", "is_sample"),
            ),
        ),
        search=("key", "name"),
        new_key=lambda plan: f"{plan.lake.key}-XH{readable_code(4)}",
        in_menu=False,
    )
)  # fmt: skip
register(
    Register(
        model=Patrol,
        title=T("巡湖记录", "Patrols"),
        one=T("巡湖记录", "Patrol"),
        view=VIEW_PATROLS,
        columns=("key", "lake", "person", "started_at", "length_m", "state"),
        filters=("lake", "state"),
        sections=(
            Section(
                T("巡湖", "Patrol"),
                ("lake", "plan", "organisation", "person", "started_at", "ended_at", "length_m",
                 "note", "state", "is_sample"),
            ),
        ),
        search=("key", "person"),
        order="-key",
        in_menu=False,
    )
)  # fmt: skip
register(
    Register(
        model=LakeIssue,
        title=T("湖泊问题库", "Problems of lakes"),
        one=T("湖泊问题", "Problem"),
        view=VIEW_ISSUES,
        columns=("key", "title", "lake", "kind", "severity", "found_at", "state"),
        filters=("lake", "kind", "origin", "state"),
        sections=(
            Section(
                T("问题", "Problem"),
                ("title", "lake", "kind", "severity", "origin", "description", "place", "geometry",
                 "found_at", "reporter"),
            ),
            Section(
                T("办理", "Handling"),
                ("patrol", "outfall", "cause", "clause", "alarms", "organisation", "case_number",
                 "state", "closed_at", "is_sample"),
            ),
        ),
        search=("key", "title", "case_number", "place"),
        order="-key",
        in_menu=False,
    )
)  # fmt: skip

addresses.declare("lakes", "/lakes/lake/{key}/")
addresses.declare("lake_issues", "/lakes/issues/{key}/")
addresses.declare("patrols", "/lakes/walks/{key}/")
addresses.declare("lake_outfalls", "/lakes/outfalls/{key}/")
for _order, (_title, _href, _allows) in enumerate(
    (
        (T("湖泊", "Lakes"), "/lakes/", None),
        (T("湖长总览", "Lake chiefs"), "/lakes/chief/", sees_issues),
        (T("湖泊问题", "Lake problems"), "/lakes/issues/", sees_issues),
    ),
    40,
):
    navigation.entry("city", _title, _href, order=_order, allows=_allows)
navigation.entry("work", T("巡湖", "Lake patrol"), "/lakes/patrol/", order=62, allows=may_patrol)
navigation.entry("work", T("湖泊问题", "Lake problems"), "/lakes/issues/", order=63,
                 allows=lambda actor: actor.kind == "official" and actor.has("enforce", "patrol"))  # fmt: skip
for _kind, _title, _tone in (
    ("lakes.sample_laid", T("导入示例湖泊", "Laid the sample"), ""),
    ("lakes.assessed", T("评价水质", "Assessed the water"), ""),
    ("lakes.forecast_issued", T("发布预测", "Issued a forecast"), ""),
    ("lakes.patrol_started", T("开始巡湖", "Began a patrol"), ""),
    ("lakes.patrol_tracked", T("记录轨迹", "Recorded the track"), ""),
    ("lakes.patrol_ended", T("结束巡湖", "Ended a patrol"), "ok"),
    ("lakes.issue_reported", T("上报问题", "Reported a problem"), "warn"),
    ("lakes.issue_dispatched", T("派单", "Dispatched"), ""),
    ("lakes.issue_handled", T("处置", "Handled"), ""),
    ("lakes.issue_closed", T("办结", "Closed"), "ok"),
    ("lakes.photo_added", T("补充照片", "Added a photo"), ""),
):
    event_words.say(_kind, _title, _tone)
