"""Published items and notices for the front door's tests."""

from __future__ import annotations

import pytest

from guanggu.apps.portal.models import Notice
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_organisation
from guanggu.kernel.register.public import create_record

ITEM = {
    "basic_code": "000131016001", "power_type": "01", "item_kind": "promised",
    "subjects": ["person", "legal_entity"], "statutory_days": 20, "promised_days": 7,
    "procedure": "general", "delivery": ["online"],
    "legal_basis": [{"law": "食品安全法", "article": "第三十五条"}],
    "form_schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {"name": {"type": "string", "title": "名称", "x-title-en": "Name",
                                "x-order": 1}},
        "required": [],
    },
}  # fmt: skip


def material(key: str, zh: str, en: str, **more):
    return {
        "key": key, "name": zh, "name_en": en, "required": True, "kind": "copy",
        "form": "electronic", "copies": 1, "source": "applicant", "file_types": ["pdf"],
        "note": "", "note_en": "", "when": "", **more,
    }  # fmt: skip


@pytest.fixture
def items(db) -> None:
    """Two items of one theme that ask for one material in common."""
    body = an_organisation(
        "武汉东湖新技术开发区市场监督管理局", code="t-scj", name_en="Market Bureau"
    )
    lease = material("lease", "租赁合同", "Lease")
    rows = [
        ("food", "食品经营许可", "Food licence", "开饭店、奶茶店", ["open_shop"], [
            lease, material("layout", "布局图", "Layout")]),
        ("advert", "大型户外广告", "Outdoor advertising", "广告牌、招牌", ["open_shop", "advertise"], [
            lease, material("permit", "营业执照", "Business licence", source="shared")]),
    ]  # fmt: skip
    for number, (key, name, name_en, aliases, themes, materials) in enumerate(rows, 1):
        create_record(
            platform("tests"), key=f"item{number}", collection="service_items",
            values={**ITEM, "key": key, "name": name, "name_en": name_en, "aliases": aliases,
                    "themes": themes, "materials": materials, "organisation": body.code,
                    "popular": number},
        )  # fmt: skip


@pytest.fixture
def notice(db) -> Notice:
    values = {
        "title": "国庆假期办事安排", "title_en": "Opening hours in the holiday", "issuer": "政务服务局",
        "issuer_en": "Service Bureau", "published_on": "2026-09-20", "body": "十月八日起正常办理。",
        "body_en": "Open again from 8 October.",
    }  # fmt: skip
    made = create_record(platform("tests"), key="n1", collection="notices", values=values)
    return Notice.objects.get(key=made["key"])
