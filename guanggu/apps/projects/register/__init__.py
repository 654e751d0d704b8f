"""Registers of projects, their ways in, and the words of their events."""

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Link, Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..actions.checking import (
    check_milestone,
    check_permit,
    check_plan,
    check_project,
    check_rule,
)
from ..models import (
    Bulletin,
    InvestmentPlan,
    Milestone,
    MonthlyReport,
    PermitLink,
    Project,
    ProjectWarning,
    WarningRule,
)
from ..queries.scopes import (
    CHANGE_PARTS,
    CHANGE_PROJECTS,
    CHANGE_RULES,
    VIEW_BULLETINS,
    VIEW_PARTS,
    VIEW_PROJECTS,
    VIEW_RULES,
    VIEW_WARNINGS,
    is_official,
    keeps_projects,
    may_report,
    owner_ref,
)


def _scopes(row: Project) -> tuple[str, ...]:
    code = row.owner.partition("/")[2]
    return ("staff", f"firm:{code}") if code else ("staff",)


register(
    Register(
        model=Project,
        title=T("项目库", "Register of projects"),
        one=T("项目", "Project"),
        view=VIEW_PROJECTS,
        change=CHANGE_PROJECTS,
        columns=("name", "code", "stage", "lead", "investment", "is_major"),
        filters=("stage", "lead", "funding", "is_major"),
        sections=(
            Section(
                T("项目", "Project"),
                ("code", "name", "name_en", "stage", "industry", "content", "place", "is_major"),
            ),
            Section(
                T("责任", "Responsibility"),
                ("owner", "owner_name", "lead", "checker", "post", "goal"),
            ),
            Section(
                T("投资与进度", "Investment and dates"),
                ("investment", "funding", "starts_on", "ends_on", "reports_from"),
            ),
            Section(T("空间", "Space"), ("geometry",)),
            Section(T("说明", "Notes"), ("source", "is_sample")),
        ),
        search=("key", "code", "name_en", "owner_name", "place"),
        scopes=_scopes,
        check=check_project,
        new_key=lambda row: f"XM-{readable_code(6)}",
        links=(Link(T("项目页", "Page of the project"), lambda p: f"/projects/project/{p.key}/"),),
        help=T(
            "可用 XLSX 或 CSV 批量导入；有误的行单独列出，其余照常入库。金额单位为万元。",
            "Sheets can be imported; wrong rows are listed, the rest is kept. Money in 10,000 yuan.",
        ),
        extra={"area": "projects", "order": 60},
    )
)
register(
    Register(
        model=Milestone,
        title=T("项目节点", "Milestones"),
        one=T("项目节点", "Milestone"),
        view=VIEW_PARTS,
        change=CHANGE_PARTS,
        columns=("project", "kind", "planned_on", "forecast_on", "actual_on", "weight"),
        filters=("kind",),
        sections=(
            Section(
                T("节点", "Milestone"),
                ("project", "kind", "name", "planned_on", "forecast_on", "actual_on", "weight",
                 "is_sample"),
            ),
        ),
        check=check_milestone,
        new_key=lambda row: f"{row.project.key}-{row.kind}-{readable_code(3)}",
        extra={"area": "projects", "order": 61},
    )
)  # fmt: skip
register(
    Register(
        model=InvestmentPlan,
        title=T("投资计划", "Investment plans"),
        one=T("投资计划", "Investment plan"),
        view=VIEW_PARTS,
        change=CHANGE_PARTS,
        columns=("project", "month", "amount"),
        sections=(Section(T("计划", "Plan"), ("project", "month", "amount", "is_sample")),),
        check=check_plan,
        new_key=lambda row: (
            f"{row.project.key}-T{row.month:%Y%m}" if row.month else readable_code(8)
        ),
        help=T(
            "按项目、按月填写；年度计划为各月之和。",
            "By project and month; a year's plan is the sum of its months.",
        ),
        extra={"area": "projects", "order": 62},
    )
)
register(
    Register(
        model=PermitLink,
        title=T("项目手续", "Permits of projects"),
        one=T("项目手续", "Permit"),
        view=VIEW_PARTS,
        change=CHANGE_PARTS,
        columns=("project", "title", "case", "expected_on", "granted_on"),
        sections=(
            Section(
                T("手续", "Permit"),
                ("project", "title", "item", "case", "expected_on", "granted_on", "is_sample"),
            ),
        ),
        search=("key", "title", "case"),
        check=check_permit,
        new_key=lambda row: f"{row.project.key}-S{readable_code(4)}",
        help=T(
            "填写办件编号后，是否办结以该办件的结果为准。",
            "With the number of its case, the case itself says whether it is granted.",
        ),
        in_menu=False,
    )
)
register(
    Register(
        model=MonthlyReport,
        title=T("项目月报", "Monthly reports"),
        one=T("项目月报", "Monthly report"),
        view=VIEW_PARTS,
        columns=("project", "month", "invested", "state", "reporter", "reported_at"),
        filters=("state",),
        sections=(
            Section(
                T("月报", "Report"),
                ("project", "month", "invested", "progress", "problems", "geometry", "distance_m",
                 "reporter", "reported_at"),
            ),
            Section(
                T("审核", "Review"), ("state", "reviewer", "reviewed_at", "opinion", "is_sample")
            ),
        ),
        search=("key", "reporter"),
        personal=("reporter", "reviewer"),
        order="-key",
        in_menu=False,
    )
)  # fmt: skip
register(
    Register(
        model=WarningRule,
        title=T("预警规则表", "Rules of warning"),
        one=T("预警规则", "Rule"),
        view=VIEW_RULES,
        change=CHANGE_RULES,
        columns=("kind", "level", "limit", "is_active"),
        sections=(Section(T("规则", "Rule"), ("kind", "level", "limit", "is_active")),),
        check=check_rule,
        new_key=lambda row: f"{row.kind}-{row.level}",
        in_menu=False,
    )
)
register(
    Register(
        model=ProjectWarning,
        title=T("项目预警库", "Warnings"),
        one=T("项目预警", "Warning"),
        view=VIEW_WARNINGS,
        columns=("project", "kind", "level", "text", "found_at", "state"),
        filters=("kind", "level", "state"),
        sections=(
            Section(
                T("预警", "Warning"),
                ("project", "kind", "level", "cause", "measured", "limit", "text", "found_at"),
            ),
            Section(
                T("办理", "Handling"),
                ("state", "case_number", "promised_on", "closed_at", "is_sample"),
            ),
        ),
        search=("key", "case_number"),
        order="-key",
        in_menu=False,
    )
)
register(
    Register(
        model=Bulletin,
        title=T("项目通报", "Bulletins"),
        one=T("项目通报", "Bulletin"),
        view=VIEW_BULLETINS,
        columns=("title", "month", "organisation", "state", "published_at"),
        filters=("state",),
        sections=(
            Section(
                T("通报", "Bulletin"),
                ("title", "month", "organisation", "document_key", "state", "published_at",
                 "is_sample"),
            ),
        ),
        search=("key", "title"),
        order="-key",
        in_menu=False,
    )
)  # fmt: skip

navigation.area("projects", T("项目建设", "Projects"), 56)
addresses.declare("projects", "/projects/project/{key}/")
addresses.declare("project_reports", "/projects/report/{key}/")
addresses.declare("project_warnings", "/projects/warnings/{key}/")
addresses.declare("project_bulletins", "/projects/bulletins/{key}/")
for _order, (_title, _href, _allows) in enumerate(
    (
        (T("项目总览", "At a glance"), "/projects/", VIEW_PROJECTS.is_possible),
        (T("进度甘特图", "Gantt chart"), "/projects/gantt/", VIEW_PROJECTS.is_possible),
        (T("项目预警", "Warnings"), "/projects/warnings/", VIEW_WARNINGS.is_possible),
        (T("填报月报", "Write a report"), "/projects/write/", may_report),
        (T("审核月报", "Review reports"), "/projects/review/", keeps_projects),
        (T("项目通报", "Bulletins"), "/projects/bulletins/", is_official),
    ),
    10,
):
    navigation.entry("projects", _title, _href, order=_order, allows=_allows)
navigation.entry("work", T("项目督办", "Delays of projects"), "/projects/warnings/", order=66,
                 allows=keeps_projects)  # fmt: skip
navigation.entry("mine", T("我的项目", "My projects"), "/projects/write/", order=60,
                 allows=lambda actor: bool(owner_ref(actor)))  # fmt: skip
for _kind, _title, _tone in (
    ("projects.created", T("登记", "Registered"), ""),
    ("projects.changed", T("修改", "Changed"), ""),
    ("projects.removed", T("删除", "Removed"), "warn"),
    ("projects.advanced", T("变更阶段", "Moved to another stage"), "ok"),
    ("projects.reported", T("报送月报", "Sent the report"), ""),
    ("projects.photo_added", T("上传照片", "Added a photo"), ""),
    ("projects.report_reviewed", T("审核月报", "Reviewed the report"), "ok"),
    ("projects.warned", T("发出预警", "Warned"), "warn"),
    ("projects.warning_changed", T("预警变化", "Warning changed"), ""),
    ("projects.warning_closed", T("预警解除", "Warning closed"), "ok"),
    ("projects.assessed", T("核算预警", "Assessed"), ""),
    ("projects.bulletin_drafted", T("编制通报", "Drafted the bulletin"), ""),
    ("projects.bulletin_published", T("印发通报", "Published the bulletin"), "ok"),
):
    event_words.say(_kind, _title, _tone)
