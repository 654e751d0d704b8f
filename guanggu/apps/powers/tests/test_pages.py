"""The directory and the guides, as visitors and officers meet them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.apps.powers.models import ServiceItem
from guanggu.apps.powers.register.shipped import take_in_shipped_items
from guanggu.kernel.identity.testing import an_official, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def items(officer):
    take_in_shipped_items(officer)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("我想开饭店", "food-operation"), ("奶茶店", "food-operation"), ("注册公司", "company-registration"),
        ("门口占道", "road-occupation"), ("大学生租房", "talent-rent-subsidy"), ("广告牌", "outdoor-advertising"),
        ("开理发店", "public-place-hygiene"), ("restaurant", "food-operation"), ("环评", "eia-report"),
        ("办KTV", "entertainment-venue"), ("渣土车", "construction-waste"),
    ],
)  # fmt: skip
def test_everyday_words_find_the_item_first_or_second(words, key) -> None:
    answer = Client().get("/powers/", {"q": words})
    keys = [item.key for item in answer.context["items"]]
    assert key in keys[:2]


def test_the_directory_narrows_by_theme_department_and_subject() -> None:
    answer = Client().get("/powers/", {"theme": "occupy_road", "department": "wehdz-cgj"})
    assert {i.key for i in answer.context["items"]} == {"road-occupation", "construction-waste"}


def test_words_that_find_nothing_say_what_to_do() -> None:
    page = Client().get("/powers/", {"q": "xyzzy"}).content.decode()
    assert "没有找到相应事项" in page
    assert "12345" in page


def test_every_guide_says_all_in_both_languages() -> None:
    client = Client()
    for item in ServiceItem.objects.all():
        chinese = client.get(f"/powers/items/{item.key}/").content.decode()
        english = client.get(f"/powers/items/{item.key}/", {"lang": "en"}, follow=True)
        client.get("/powers/", {"lang": "zh"})
        assert item.name in chinese
        assert f"/approvals/apply/{item.key}/" in chinese
        assert item.name_en in english.content.decode().replace("&#x27;", "'")


def test_a_guide_names_materials_limits_fees_and_law() -> None:
    page = Client().get("/powers/items/road-occupation/").content.decode()
    for part in (
        "占道范围平面图",
        "占道原因为“建筑施工、装修”时",
        "0.50 元",
        "城市道路管理条例",
        "第三十一条",
    ):
        assert part in page


def test_an_item_that_is_not_in_force_is_hidden_from_the_public_and_shown_to_officials() -> None:
    ServiceItem.objects.filter(key="printing").update(status="suspended")
    assert Client().get("/powers/items/printing/").status_code == 404
    assert b"printing" not in Client().get("/powers/", {"q": "印刷"}).content
    page = sign_in(an_official(roles=("catalogue",))).get("/powers/items/printing/")
    assert page.status_code == 200
    assert "/approvals/apply/printing/" not in page.content.decode()


def test_an_unknown_filter_value_is_passed_over() -> None:
    answer = Client().get("/powers/", {"theme": "no-such", "department": "<script>"})
    assert answer.status_code == 200
    assert b"<script>" not in answer.content


def test_the_officers_page_speaks_in_names_not_in_codes() -> None:
    officer = sign_in(an_official(roles=("catalogue",)))
    page = officer.get("/powers/service_items/food-operation/").content.decode()
    for part in (
        "自然人、法人",
        "我要开店",
        "电子证照",
        "现场勘验，5 个工作日",
        "部门共享，免提交",
        "主体业态（单选，必填）",
    ):
        assert part in page
    assert "open_shop" not in page


def test_the_officer_exports_edits_and_imports_on_the_page() -> None:
    officer = sign_in(an_official(roles=("catalogue",)))
    content = b"".join(officer.get("/powers/service_items/export.xlsx"))
    upload = SimpleUploadedFile("items.xlsx", content)
    preview = officer.post("/powers/service_items/import/", {"file": upload})
    assert "试算没有发现问题" in preview.content.decode()
    values = {"token": preview.context["token"], "request_key": "once"}
    done = officer.post("/powers/service_items/import/", values, follow=True)
    assert ServiceItem.objects.filter(version__gt=1).count() == 0
    assert done.status_code == 200
