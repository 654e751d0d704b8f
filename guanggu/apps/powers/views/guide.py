"""The guide of one item (办事指南): everything an applicant needs, on one page that prints."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation, actor_of, get
from guanggu.web.table import Cell, Column, Table

from .. import rules
from ..models import ServiceItem
from ..queries import VIEW_ITEMS
from ..rules import vocabulary

_FREE = T("不收费", "Free of charge")
_NONE = T("无需提交材料", "No material needed")
_STAGES = {
    "immediate": (T("在线申请", "Apply online"), T("即时办结", "Settled at once")),
}
_ORDINARY = (
    T("申请", "Apply"), T("收件", "Receipt"), T("受理", "Acceptance"), T("审查", "Review"),
    T("决定", "Decision"), T("送达", "Delivery"),
)  # fmt: skip


def both(row: dict[str, Any], name: str) -> T:
    """A text of a row with its English; without one the Chinese stands for both."""
    zh = str(row.get(name) or "")
    return T(zh, str(row.get(f"{name}_en") or zh))


def guide_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /powers/items/<key>/. Raises Missing for an item that the reader may not see."""
    actor = actor_of(request)
    items = ServiceItem.objects.select_related("organisation")
    item = get(actor, items, VIEW_ITEMS, key=key)
    context = {
        "item": item,
        "tiles": _tiles(item),
        "facts": _facts(item),
        "materials": _materials(item),
        "conditions": [T(c.get("zh", ""), c.get("en") or c.get("zh", "")) for c in item.conditions],
        "steps": _steps(item),
        "special": [(rules.SPECIAL_STEPS.get(s["kind"], s["kind"]), s["days"], both(s, "note"))
                    for s in item.special_steps],
        "fees": _fees(item),
        "basis": [(both(b, "law"), both(b, "article")) for b in item.legal_basis],
        "note": both(vars(item), "legal_note"),
        "asked": _asked(item),
        "contact": _contact(item),
        "crumbs": [(T("办事指南", "Service guide"), "/powers/"), (item.title, "")],
        "may_edit": actor.has("catalogue"),
    }  # fmt: skip
    return render(request, "powers/guide.html", context)


def _tiles(item: ServiceItem) -> list[dict[str, Any]]:
    fee = T("按标准", "As stated") if item.fees else T("免费", "Free")
    visits = T("{} 次", "{}").format(item.visits) if item.visits else T("零跑动", "None")
    return [
        {"label": T("承诺时限", "Promised"), "tone": "ok", **_days(item.promised_days)},
        {"label": T("法定时限", "Legal limit"), **_days(item.statutory_days)},
        {"label": T("到现场次数", "Visits"), "value": visits},
        {"label": T("收费", "Fee"), "value": fee},
    ]


def _days(days: int) -> dict[str, Any]:
    if days == 0:
        return {"value": T("当场", "At once")}
    unit = T("个工作日", "working day" if days == 1 else "working days")
    return {"value": days, "unit": unit}


def _facts(item: ServiceItem) -> list[tuple[T, Any]]:
    joint = Organisation.objects.filter(code__in=item.joint_organisations)
    rows = [
        (T("实施机构", "Responsible body"), item.organisation.title),
        (T("事项类型", "Type of power"), rules.ITEM_TYPES.get(item.power_type, "")),
        (T("办件类型", "Kind of handling"), rules.ITEM_KINDS.get(item.item_kind, "")),
        (T("服务对象", "Who may apply"), _names(item.subjects, rules.SUBJECTS)),
        (T("办理程序", "Procedure"), rules.PROCEDURES.get(item.procedure, "")),
    ]
    if joint:
        titles = [body.title for body in joint]
        rows.append((T("会审部门", "Joint reviewers"), _joined(titles)))
    if item.certificate_title:
        rows.append((T("办理结果", "Result"), both(vars(item), "certificate_title")))
        months = item.certificate_months
        validity = T("{} 个月", "{} months").format(months) if months else T("长期", "Without end")
        rows.append((T("结果有效期", "Valid for"), validity))
    rows.append((T("送达方式", "Delivery"), _names(item.delivery, rules.DELIVERY_WAYS)))
    rows.append((T("基本编码", "Basic code"), item.basic_code))
    if item.implementation_code:
        rows.append((T("实施编码", "Implementation code"), item.implementation_code))
    return rows


def _names(codes: list[str], known: dict[str, T]) -> T:
    return _joined([known.get(code, T(code, code)) for code in codes])


def _joined(texts: list[T]) -> T:
    return T("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def _contact(item: ServiceItem) -> list[tuple[T, Any]]:
    return [
        (T("办理地点", "Counter"), both(vars(item), "counter")),
        (T("办理时间", "Hours"), both(vars(item), "hours")),
        (T("咨询电话", "Telephone"), item.consult_phone),
    ]


def _materials(item: ServiceItem) -> Table | None:
    if not item.materials:
        return None
    table = Table(
        T("申请材料", "Materials"),
        [
            Column(T("序号", "No."), numeric=True), Column(T("材料", "Material")),
            Column(T("要求", "Required")), Column(T("形式", "Form")),
            Column(T("来源", "Source")),
        ],
    )  # fmt: skip
    for number, row in enumerate(item.materials, 1):
        told = None
        if row["when"]:
            needed = Cell(T("符合条件时", "In some cases"), tone="warn")
            told = rules.guard_in_words(row["when"], item.form_schema)
        elif row["required"]:
            needed = Cell(T("必要", "Required"), tone="")
        else:
            needed = Cell(T("非必要", "Optional"), tone="quiet")
        kind = vocabulary.MATERIAL_KINDS.get(row["kind"], T("", ""))
        form = vocabulary.FORMS.get(row["form"], T("", ""))
        name, note = both(row, "name"), both(row, "note")
        if told:
            name += T(f"（{told[0]}时）", f" (if {told[1][:1].lower()}{told[1][1:]})")
        table.add(
            number,
            name + T(f"（{note.zh}）", f" ({note.en})") if note else name,
            needed,
            T(
                f"{form.zh} · {kind.zh} {row['copies']} 份",
                f"{form.en}, {kind.en} × {row['copies']}",
            ),
            vocabulary.SOURCES.get(row["source"], ""),
        )
    return table


def _steps(item: ServiceItem) -> list[dict[str, Any]]:
    titles = list(_STAGES.get(item.procedure, _ORDINARY))
    if item.procedure == "joint_review":
        titles[3] = T("联合审查", "Joint review")
    return [{"title": title, "state": "next", "note": ""} for title in titles]


def _fees(item: ServiceItem) -> list[dict[str, Any]]:
    return [
        {
            "name": both(fee, "name"),
            "amount": fee["amount_fen"] / 100,
            "unit": both(fee, "unit"),
            "basis": fee["basis"],
            "waiver": both(fee, "waiver"),
        }
        for fee in item.fees
    ]


def _asked(item: ServiceItem) -> list[dict[str, Any]]:
    """What the form will ask, by section, so that people can get ready."""
    sections: list[dict[str, Any]] = []
    for row in rules.form_rows(item.form_schema):
        title = T(row.get("title", ""), row.get("title_en") or row.get("title", ""))
        if row["kind"] in ("section", "table"):
            sections.append({"title": title, "fields": []})
        elif "." in row["path"] and sections:
            sections[-1]["fields"].append(title)
    return [section for section in sections if section["fields"]]
