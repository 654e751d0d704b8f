"""The registers of the data centre, its ways in, and the words of its events."""

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Link, Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..actions.describing import demand_fit
from ..models import DataGrant, QualityRule, Resource, SavedQuery
from ..queries.quality import condition_of
from ..queries.scopes import (
    CHANGE_RESOURCES,
    CHANGE_RULES,
    VIEW_GRANTS,
    VIEW_QUERIES,
    VIEW_RESOURCES,
    VIEW_RULES,
    is_official,
)

_HIDDEN = {"area": "data"}

register(
    Register(
        model=Resource,
        title=T("信息资源登记", "Register of resources"),
        one=T("信息资源", "Information resource"),
        view=VIEW_RESOURCES,
        change=CHANGE_RESOURCES,
        columns=("code", "name", "provider", "category", "sharing", "is_open", "update_cycle"),
        filters=("category", "sharing", "is_open", "update_cycle", "sensitivity"),
        sections=(
            Section(
                T("基本信息", "Basics"),
                ("code", "name", "name_en", "summary", "keywords", "category", "provider", "format",
                 "table", "update_cycle", "published_on", "related"),
            ),
            Section(
                T("共享与开放", "Sharing and openness"),
                ("sharing", "sharing_condition", "basis", "sharing_way", "is_open",
                 "open_condition", "sensitivity", "is_provided"),
            ),
            Section(T("信息项", "Items"), ("items", "is_sample")),
        ),
        search=("code", "name", "name_en", "keywords", "summary", "table"),
        scopes=lambda row: ("public", "staff") if row.is_open and row.is_provided else ("staff",),
        order="code",
        check=demand_fit,
        new_key=lambda row: row.code.replace("/", "-"),
        links=(Link(T("目录页", "Catalogue page"), lambda row: f"/data/resources/{row.key}/"),),
        in_menu=False,
        extra=_HIDDEN,
    )
)  # fmt: skip
register(
    Register(
        model=DataGrant,
        title=T("共享申请登记", "Register of requests"),
        one=T("共享申请", "Request"),
        view=VIEW_GRANTS,
        columns=("key", "resource", "organisation", "purpose", "until_on", "state"),
        filters=("purpose", "state"),
        sections=(
            Section(
                T("申请", "Request"),
                ("resource", "organisation", "applicant_name", "purpose", "reason", "from_on",
                 "until_on", "columns", "cleared"),
            ),
            Section(
                T("答复", "Answer"),
                ("state", "case_number", "answer", "answered_by", "answered_at", "is_sample"),
            ),
        ),
        search=("key", "case_number"),
        scopes=lambda row: (f"org:{row.organisation_id}", f"org:{row.resource.provider_id or 0}",
                            "role:supervise"),
        order="-key",
        links=(Link(T("办理页", "Page of the request"), lambda row: f"/data/requests/{row.key}/"),),
        in_menu=False,
        extra=_HIDDEN,
    )
)  # fmt: skip
register(
    Register(
        model=SavedQuery,
        title=T("查询登记", "Saved queries"),
        one=T("查询", "Saved query"),
        view=VIEW_QUERIES,
        columns=("key", "name", "owner_name", "organisation", "is_shared"),
        sections=(
            Section(
                T("查询", "Query"),
                ("name", "sql", "purpose", "owner_name", "organisation", "is_shared", "tables",
                 "chart", "is_sample"),
            ),
        ),
        search=("key", "name"),
        scopes=lambda row: (f"account:{row.owner}", f"org:{row.organisation_id}")
        if row.is_shared else (f"account:{row.owner}",),
        in_menu=False,
        links=(Link(T("在工作台打开", "Open in the workbench"),
                    lambda row: f"/data/workbench/?query={row.key}"),),
        extra=_HIDDEN,
    )
)  # fmt: skip


def _check_rule(rule: QualityRule) -> None:
    """A rule that the engine could not read is refused where it is written."""
    condition_of(rule)


register(
    Register(
        model=QualityRule,
        title=T("数据质量规则", "Rules of quality"),
        one=T("数据质量规则", "Rule of quality"),
        view=VIEW_RULES,
        change=CHANGE_RULES,
        columns=("key", "name", "resource", "kind", "column", "weight", "threshold", "is_active"),
        filters=("kind", "is_active"),
        sections=(
            Section(
                T("规则", "Rule"),
                (
                    "resource",
                    "name",
                    "kind",
                    "column",
                    "parameter",
                    "weight",
                    "threshold",
                    "is_active",
                    "is_sample",
                ),
            ),
        ),
        search=("key", "name", "column"),
        check=_check_rule,
        new_key=lambda rule: f"QR-{readable_code(8)}",
        in_menu=False,
        extra=_HIDDEN,
    )
)

addresses.declare("data_resources", "/data/resources/{key}/")
addresses.declare("data_grants", "/data/requests/{key}/")
addresses.declare("data_queries", "/data/workbench/?query={key}")
addresses.declare("quality_rules", "/data/quality/rules/{key}/")
for _title, _href, _order, _allows in (
    (T("资源目录", "Catalogue"), "/data/", 1, is_official),
    (T("查询工作台", "Workbench"), "/data/workbench/", 2, is_official),
    (T("共享申请", "Requests"), "/data/requests/", 3, is_official),
    (T("数据质量", "Quality"), "/data/quality/", 4, is_official),
    (T("公共数据开放", "Open data"), "/opendata/", 5, lambda actor: True),
):
    navigation.entry("data", _title, _href, order=_order, allows=_allows)
for _kind, _said, _tone in (
    ("data_centre.created", T("编入目录", "Entered"), "ok"),
    ("data_centre.changed", T("修改", "Changed"), ""),
    ("data_centre.described", T("按数据湖更新目录", "Catalogue follows the lake"), ""),
    ("data_centre.used", T("使用", "Used"), ""),
    ("data_centre.requested", T("提出共享申请", "Requested"), ""),
    ("data_centre.granted", T("同意共享", "Granted"), "ok"),
    ("data_centre.refused", T("不予共享", "Refused"), "bad"),
    ("data_centre.revoked", T("收回授权", "Withdrawn"), "bad"),
    ("data_centre.expired", T("授权到期", "Expired"), ""),
    ("data_centre.query_saved", T("保存查询", "Query saved"), ""),
    ("data_centre.query_removed", T("删除查询", "Query removed"), ""),
    ("data_centre.judged", T("核查数据质量", "Quality checked"), ""),
    ("data_centre.mending_asked", T("转提供方整改", "Mending asked for"), "warn"),
):
    event_words.say(_kind, _said, _tone)
