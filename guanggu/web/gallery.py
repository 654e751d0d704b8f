"""Every component on one page: for builders to copy from, and for tests to look at.

Served at /gallery/ outside production only.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.web import curves, dates
from guanggu.web.curves.windows import window
from guanggu.web.icons import PATHS
from guanggu.web.schema_form import SchemaForm
from guanggu.web.table import Cell, Column, Table

MONTHS = [T(f"{n}月", name) for n, name in enumerate(dates.MONTHS[:6], 1)]


def titled(text: T) -> dict[str, str]:
    """The keywords of a schema that name a field."""
    return {"title": text.zh, "x-title-en": text.en}


def helped(text: T) -> dict[str, str]:
    return {"x-help": text.zh, "x-help-en": text.en}


SAMPLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["applicant", "kind", "diners", "opened_on", "staff", "agreed"],
    "properties": {
        "applicant": {
            "type": "object",
            **titled(T("申请单位", "Applicant")),
            "required": ["name", "code", "phone"],
            "properties": {
                "name": {
                    "type": "string",
                    "maxLength": 100,
                    **titled(T("单位名称", "Name of the unit")),
                },
                "code": {
                    "type": "string",
                    "format": "uscc",
                    **titled(T("统一社会信用代码", "Unified social credit code")),
                    **helped(
                        T("见营业执照，共 18 位。", "On the business licence, 18 characters.")
                    ),
                },
                "phone": {
                    "type": "string",
                    "format": "phone",
                    **titled(T("联系电话", "Telephone")),
                },
            },
        },
        "kind": {
            **titled(T("经营方式", "Kind of business")),
            "oneOf": [
                {"const": "shop", **titled(T("食品零售", "Food shop"))},
                {"const": "restaurant", **titled(T("餐饮服务", "Restaurant"))},
                {"const": "canteen", **titled(T("集中用餐单位食堂", "Canteen"))},
            ],
        },
        "diners": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100_000,
            "x-show-when": {"kind": ["canteen", "restaurant"]},
            **titled(T("用餐人数", "Diners")),
            "x-unit": T("人", "people").zh,
            "x-unit-en": "people",
        },
        "has_kitchen": {
            "type": "boolean",
            **titled(T("是否设专间", "Has a separate cold kitchen")),
        },
        "opened_on": {
            "type": "string",
            "format": "date",
            **titled(T("拟开业日期", "Opening date")),
        },
        "categories": {
            "type": "array",
            **titled(T("经营项目", "Food sold")),
            "items": {
                "oneOf": [
                    {"const": "hot", **titled(T("热食类", "Hot food"))},
                    {"const": "cold", **titled(T("冷食类", "Cold food"))},
                ]
            },
        },
        "staff": {
            "type": "array",
            **titled(T("从业人员", "Staff")),
            **helped(T("至少一名食品安全管理员。", "At least one food safety officer.")),
            "items": {
                "type": "object",
                "required": ["name", "role"],
                "properties": {
                    "name": {"type": "string", "maxLength": 40, **titled(T("姓名", "Name"))},
                    "role": {
                        **titled(T("岗位", "Role")),
                        "oneOf": [
                            {
                                "const": "safety",
                                **titled(T("食品安全管理员", "Food safety officer")),
                            },
                            {"const": "cook", **titled(T("厨师", "Cook"))},
                        ],
                    },
                },
            },
        },
        "remarks": {"type": "string", "x-widget": "textarea", **titled(T("补充说明", "Remarks"))},
        "agreed": {
            "type": "boolean",
            "const": True,
            **titled(T("以上内容真实有效", "The above is true")),
        },
    },
}


class SampleForm(forms.Form):
    name = forms.CharField(
        label=T("经营场所名称", "Name of the premises"),
        help_text=T("与门头一致。", "As on the sign."),
    )
    kind = forms.ChoiceField(
        label=T("经营方式", "Kind of business"),
        widget=forms.RadioSelect,
        choices=[("shop", T("零售", "Retail")), ("canteen", T("集中用餐单位", "Canteen"))],
    )
    opened_on = forms.DateField(label=T("拟开业日期", "Opening date"), required=False)
    street = forms.ChoiceField(
        label=T("所在街道", "Street"),
        choices=[
            ("", "—"),
            ("guanshan", T("关山街道", "Guanshan")),
            ("jiufeng", T("九峰街道", "Jiufeng")),
        ],
    )
    area_m2 = forms.DecimalField(label=T("使用面积", "Floor area"), required=False)
    remarks = forms.CharField(label=T("补充说明", "Remarks"), widget=forms.Textarea, required=False)
    plan = forms.FileField(label=T("平面布局图", "Floor plan"), required=False)
    agreed = forms.BooleanField(label=T("以上内容真实有效", "The above is true"))


def sample_table() -> Table:
    """Three cases in different states."""
    table = Table(
        T("最近办件", "Recent cases"),
        [
            Column(T("受理号", "Receipt number"), sort="key", sorted="ascending"),
            Column(T("事项", "Service")),
            Column(T("状态", "State")),
            Column(T("剩余工作日", "Working days left"), numeric=True),
        ],
    )
    rows = (
        (
            "GG-2026-000412",
            T("食品经营许可", "Food business licence"),
            T("审查中", "In review"),
            "",
            6,
        ),
        (
            "GG-2026-000398",
            T("占道挖掘许可", "Road excavation"),
            T("临近期限", "Near limit"),
            "warn",
            1,
        ),
        ("GG-2026-000377", T("户外广告设置", "Outdoor sign"), T("已逾期", "Overdue"), "bad", -2),
    )
    for key, service, state, tone, days in rows:
        table.add(key, service, Cell(state, tone=tone or "info"), days, href="#main")
    return table


def sample_curves() -> curves.Chart:
    """A day of two stations with a limit, a reviewed figure, a doubtful one and a gap."""
    day = window("day", date(2026, 11, 23))
    north, south = [], []
    for n in range(0, 288, 6):
        at = day.start_at + timedelta(minutes=5 * n)
        wave = 38 + 22 * math.sin(n / 40) + 4 * math.sin(n / 3)
        north.append(curves.Point(at, wave, 17 if n == 90 else 33 if n == 150 else 0))
        if not 170 <= n < 200:
            south.append(curves.Point(at, wave * 0.7 + 6))
    return curves.Chart(
        T("细颗粒物", "PM2.5"),
        day,
        [
            curves.Curve(T("示例站一", "Station one"), north, "ug/m3"),
            curves.Curve(T("示例站二", "Station two"), south, "ug/m3"),
        ],
        "ug/m3",
        limits=[curves.Limit(60, T("二级限值 60", "Class 2: 60"))],
    )


def _components() -> dict[str, Any]:
    at = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)
    return {
        "tiles": [
            {"label": T("在办", "Open"), "value": "1,284", "unit": T("件", "cases")},
            {"label": T("今日到期", "Due today"), "value": 17, "tone": "warn"},
            {"label": T("逾期", "Overdue"), "value": 3, "tone": "bad", "href": "#main"},
            {"label": T("按期办结率", "On time"), "value": "99.2%", "tone": "ok"},
        ],
        "steps": [
            {"title": T("申请", "Apply"), "state": "done", "note": T("11月16日", "16 Nov")},
            {"title": T("受理", "Accept"), "state": "done", "note": T("11月17日", "17 Nov")},
            {
                "title": T("审查", "Review"),
                "state": "now",
                "note": T("还剩 6 个工作日", "6 days left"),
            },
            {"title": T("决定", "Decide"), "state": "next"},
            {"title": T("发证", "Issue"), "state": "next"},
        ],
        "entries": [
            {
                "at": at,
                "title": T("修改了事项信息", "Changed the service item"),
                "who": T("政务局·审批科 李敏", "Government Services · Li Min"),
                "changes": [
                    {"label": T("承诺时限", "Promised limit"), "before": 10, "after": 7},
                ],
            },
            {
                "at": at,
                "title": T("受理申请", "Accepted"),
                "tone": "ok",
                "who": T("王海", "Wang Hai"),
            },
            {"at": at, "title": T("一次性告知", "One-time notice"), "tone": "warn"},
        ],
        "table": sample_table(),
        "rows": [
            (T("申请人", "Applicant"), T("武汉东湖示例食品有限公司", "Donghu Sample Foods Ltd")),
            (T("统一社会信用代码", "Unified code"), "91420100MA4KXXXX0X"),
            (T("联系地址", "Address"), ""),
        ],
        "day": date(2026, 11, 23),
        "at": at,
        "months": MONTHS,
        "received": [312, 280, 401, 377, 420, 455],
        "by_kind": [
            (T("即办", "At once"), [120, 90, 160, 140, 170, 210]),
            (T("承诺件", "Promised"), [192, 190, 241, 237, 250, 245]),
        ],
        "rates": [(T("按期率", "On time"), [97.5, 98.1, None, 98.8, 99.0, 99.2])],
        "icons": sorted(PATHS),
        "curves": sample_curves(),
        "crumbs": [(T("组件", "Components"), "")],
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """The component gallery; a post shows the form with its errors."""
    form = SampleForm(request.POST or None, request.FILES or None)
    guided = SchemaForm(SAMPLE_SCHEMA, {"kind": "canteen"})
    if "_shown" in request.POST:
        form, guided = SampleForm(), SchemaForm.from_post(SAMPLE_SCHEMA, request.POST)
    values = {"form": form, "guided": guided, "wrong": guided if guided.errors else form}
    return render(request, "guanggu/gallery.html", {**values, **_components()})
