"""A department, its officials, applicants and an item, for tests of approvals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from guanggu.base.actor import Actor
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.identity.testing import a_firm_agent, a_person, an_official, an_organisation

START = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Wuhan
FIRM = "91350100M000100Y43"

FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["site", "purpose"],
    "properties": {
        "site": {
            "type": "object", "title": "场所信息", "x-title-en": "Site", "x-order": 1,
            "required": ["address", "area"],
            "properties": {
                "address": {"type": "string", "title": "地址", "x-title-en": "Address"},
                "area": {"type": "number", "title": "面积", "x-title-en": "Area",
                         "x-unit": "平方米", "x-unit-en": "m2", "minimum": 1},
            },
        },
        "purpose": {
            "type": "string", "title": "用途", "x-title-en": "Purpose", "x-order": 2,
            "oneOf": [{"const": "shop", "title": "店铺", "x-title-en": "Shop"},
                      {"const": "office", "title": "办公", "x-title-en": "Office"}],
        },
        "fire": {
            "type": "string", "title": "消防情况", "x-title-en": "Fire safety", "x-order": 3,
            "x-show-when": {"purpose": "shop"},
        },
    },
}  # fmt: skip
ANSWERS = {"site": {"address": "高新大道1号", "area": 120.5}, "purpose": "shop", "fire": "合格"}


def an_item(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """A service item as the register of powers gives it."""
    return {
        "key": "test-item", "version": 1, "name": "测试经营许可", "name_en": "Test permit",
        "item_kind": "promised", "organisation": organisation.code, "status": "in_force",
        "subjects": ["person", "legal_entity"], "implementation_code": "",
        "legal_basis": [{"law": "行政许可法", "article": "第十二条"}],
        "materials": [
            {"key": "id-card", "name": "身份证明", "name_en": "Identity", "required": True,
             "kind": "copy", "form": "electronic", "file_types": ["pdf", "jpg"], "when": "",
             "source": "applicant"},
            {"key": "fire-report", "name": "消防意见", "name_en": "Fire report",
             "required": True, "kind": "original", "form": "electronic", "file_types": ["pdf"],
             "source": "government", "when": "form.purpose == 'shop'"},
            {"key": "photo", "name": "现场照片", "name_en": "Photograph", "required": False,
             "kind": "copy", "form": "electronic", "file_types": [], "when": "",
             "source": "applicant"},
        ],
        "form_schema": FORM, "statutory_days": 20, "promised_days": 10,
        "fees": [{"name": "工本费", "name_en": "Fee", "basis": "鄂价费〔2015〕1号",
                  "amount_fen": 1000}],
        "delivery": ["online", "window", "post"], "procedure": "general",
        "joint_organisations": [], "special_steps": [],
        "certificate_title": "测试经营许可证", "certificate_title_en": "Test permit",
        "certificate_months": 36,
        "certificate_fields": [
            {"label": "名称", "value": "applicant.name"},
            {"label": "地址", "value": "form.site.address"},
            {"label": "用途", "value": "form.purpose"},
        ],
        "summary": "测试事项。", "summary_en": "A test.", "conditions": [], "visits": 0,
        "consult_phone": "027-67880000", "counter": "政务服务中心1号窗口", "counter_en": "Counter 1",
        **changes,
    }  # fmt: skip


@dataclass
class House:
    """A department with a person for each step, and two applicants."""

    organisation: Organisation
    clerk: Actor
    reviewer: Actor
    decider: Actor
    head: Actor
    deliverer: Actor
    person: Actor
    firm: Actor


def a_house() -> House:
    body = an_organisation("测试市场监管局", code="test-scjg", document_word="武新市监")
    return House(
        organisation=body,
        clerk=an_official(body, ("accept",), "收件员"),
        reviewer=an_official(body, ("review",), "审查员"),
        decider=an_official(body, ("decide",), "决定人"),
        head=an_official(body, ("head", "decide"), "负责人"),
        deliverer=an_official(body, ("deliver",), "发证员"),
        person=a_person("张光谷"),
        firm=a_firm_agent(FIRM, "武汉测试有限公司"),
    )


def a_pdf(text: str = "材料") -> bytes:
    return b"%PDF-1.4\n1 0 obj<<>>endobj\n%" + text.encode() + b"\n%%EOF\n"


def a_received(name: str = "材料.pdf") -> dict[str, Any]:
    return receive(a_pdf(name), name).as_dict()
