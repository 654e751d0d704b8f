"""Registers of the environment, its ways in, and the words of its events."""

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..models import (
    DischargePermit,
    MonthlyReport,
    Outlet,
    PermittedAmount,
    PollutionSource,
    Station,
    Violation,
)
from ..queries.scopes import (
    CHANGE_SOURCES,
    CHANGE_STATIONS,
    VIEW_AMOUNTS,
    VIEW_OUTLETS,
    VIEW_PERMITS,
    VIEW_REPORTS,
    VIEW_SOURCES,
    VIEW_STATIONS,
    VIEW_VIOLATIONS,
    is_official,
    may_enforce,
)

navigation.area("environment", T("生态环境", "Environment"), 54)
_CITY = {"area": "environment", "order": 30}

register(
    Register(
        model=Station,
        title=T("监测站点", "Monitoring stations"),
        one=T("监测站点", "Monitoring station"),
        view=VIEW_STATIONS,
        change=CHANGE_STATIONS,
        columns=("key", "name", "kind", "zone", "goal", "state"),
        filters=("kind", "zone", "state"),
        sections=(
            Section(
                T("站点", "Station"),
                ("name", "name_en", "kind", "organisation", "address", "geometry", "state"),
            ),
            Section(T("功能区与目标", "Zone and goal"), ("zone", "goal", "water_body")),
            Section(T("公开", "Openness"), ("is_public", "is_sample")),
        ),
        search=("key", "name", "name_en", "water_body"),
        scopes=lambda station: ("public",) if station.is_public else ("staff",),
        new_key=lambda station: f"ST-{readable_code(8)}",
        extra=_CITY,
    )
)
register(
    Register(
        model=PollutionSource,
        title=T("污染源", "Pollution sources"),
        one=T("污染源", "Pollution source"),
        view=VIEW_SOURCES,
        change=CHANGE_SOURCES,
        columns=("key", "name", "industry", "level", "state"),
        filters=("level", "state"),
        sections=(
            Section(
                T("单位", "Unit"),
                ("name", "name_en", "unified_code", "entity", "industry", "level", "organisation", "state"),
            ),
            Section(T("位置与联系", "Place and contact"),
                    ("address", "geometry", "contact", "phone", "is_sample")),
        ),
        search=("key", "name", "unified_code"),
        new_key=lambda source: f"PS-{readable_code(8)}",
        extra=_CITY | {"order": 31},
    )
)  # fmt: skip
register(
    Register(
        model=Outlet,
        title=T("排放口", "Outlets"),
        one=T("排放口", "Outlet"),
        view=VIEW_OUTLETS,
        change=CHANGE_SOURCES,
        columns=("key", "name", "source_unit", "medium", "code", "receives"),
        filters=("medium",),
        sections=(
            Section(
                T("排放口", "Outlet"),
                ("source_unit", "name", "name_en", "medium", "code", "receives", "geometry",
                 "is_sample"),
            ),
        ),
        search=("key", "name"),
        new_key=lambda outlet: f"OL-{readable_code(8)}",
        in_menu=False,
    )
)  # fmt: skip
register(
    Register(
        model=DischargePermit,
        title=T("排污许可证", "Discharge permits"),
        one=T("排污许可证", "Discharge permit"),
        view=VIEW_PERMITS,
        change=CHANGE_SOURCES,
        columns=("number", "source_unit", "issued_on", "valid_from", "valid_until"),
        sections=(
            Section(
                T("许可证", "Permit"),
                ("source_unit", "number", "issued_on", "valid_from", "valid_until", "is_sample"),
            ),
        ),
        search=("key", "number"),
        new_key=lambda permit: f"DP-{readable_code(8)}",
        in_menu=False,
    )
)
register(
    Register(
        model=PermittedAmount,
        title=T("许可排放量", "Permitted amounts"),
        one=T("许可排放量", "Permitted amount"),
        view=VIEW_AMOUNTS,
        change=CHANGE_SOURCES,
        columns=("permit", "outlet", "pollutant", "annual_t", "limit"),
        filters=("pollutant",),
        sections=(
            Section(T("许可量", "Amount"), ("permit", "outlet", "pollutant", "annual_t", "limit")),
        ),
        search=("key",),
        new_key=lambda amount: f"PA-{readable_code(8)}",
        in_menu=False,
    )
)
register(
    Register(
        model=Violation,
        title=T("环境违法线索库", "Violations"),
        one=T("环境违法线索", "Violation"),
        view=VIEW_VIOLATIONS,
        columns=("key", "title", "kind", "source_unit", "begun_at", "state"),
        filters=("kind", "state"),
        sections=(
            Section(
                T("线索", "Violation"),
                ("title", "kind", "subject", "source_unit", "organisation", "factor", "begun_at",
                 "last_at", "peak", "limit", "clause", "alarms"),
            ),
            Section(
                T("办理与证据", "Case and evidence"),
                ("case_number", "state", "outcome", "evidence_file", "evidence_sha256",
                 "evidence_from", "evidence_until"),
            ),
        ),
        search=("key", "title", "case_number"),
        order="-key",
        in_menu=False,
    )
)  # fmt: skip
register(
    Register(
        model=MonthlyReport,
        title=T("环境质量月报", "Monthly reports"),
        one=T("环境质量月报", "Monthly report"),
        view=VIEW_REPORTS,
        columns=("title", "month", "organisation", "state", "published_at"),
        filters=("state",),
        sections=(
            Section(
                T("月报", "Report"),
                ("title", "month", "organisation", "document_key", "state", "published_at",
                 "is_sample"),
            ),
        ),
        search=("key", "title"),
        scopes=lambda report: ("public",) if report.state == "published" else ("staff",),
        order="-key",
        in_menu=False,
    )
)  # fmt: skip

addresses.declare("monitoring_stations", "/environment/stations/{key}/")
addresses.declare("pollution_sources", "/environment/sources/{key}/")
addresses.declare("violations", "/environment/cases/{key}/")
addresses.declare("environment_reports", "/environment/reports/{key}/")
for _order, (_title, _href, _allows) in enumerate(
    (
        (T("今日环境", "Environment today"), "/environment/", None),
        (T("空气质量日历", "Air calendar"), "/environment/air/", None),
        (T("地表水", "Surface water"), "/environment/water/", None),
        (T("声与辐射", "Noise and radiation"), "/environment/noise/", None),
        (T("排污总量", "Emission totals"), "/environment/totals/", is_official),
        (T("数据质量", "Data quality"), "/environment/rates/", is_official),
        (T("环境执法", "Enforcement"), "/environment/cases/", VIEW_VIOLATIONS.is_possible),
        (T("环境月报", "Monthly reports"), "/environment/reports/", None),
    ),
    20,
):
    navigation.entry("environment", _title, _href, order=_order, allows=_allows)
navigation.entry("work", T("环境执法", "Enforcement"), "/environment/cases/", order=60,
                 allows=may_enforce)  # fmt: skip
for _kind, _title, _tone in (
    ("environment.assessed", T("评价环境质量", "Assessed"), ""),
    ("environment.totals_computed", T("核算排放量", "Computed emission totals"), ""),
    ("environment.violation_opened", T("立为线索", "Opened"), "warn"),
    ("environment.violation_assigned", T("派单办理", "Case assigned"), ""),
    ("environment.violation_joined", T("并入已有线索", "Joined to an open case"), ""),
    ("environment.violation_closed", T("线索办结", "Closed"), "ok"),
    ("environment.evidence_frozen", T("固定监测数据证据", "Froze the evidence"), "ok"),
    ("environment.report_drafted", T("生成月报", "Drafted the report"), ""),
    ("environment.sample_laid", T("导入示例站点", "Laid the sample"), ""),
    ("environment.report_published", T("发布月报", "Published the report"), "ok"),
):
    event_words.say(_kind, _title, _tone)
