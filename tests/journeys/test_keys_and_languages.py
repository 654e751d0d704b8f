"""The way of who uses no mouse, and of who reads no Chinese."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .town import PASSWORD, Town, handed_in, with_password
from .walking import Walker

ITEM = "食品经营许可（新办）"
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
PUBLIC = ("/", "/search/?q=restaurant", "/choose/", "/choose/?theme=open_shop", "/powers/",
          "/powers/items/food-operation/", "/approvals/apply/food-operation/",
          "/approvals/progress/", "/verify/", "/notices/", "/accounts/login/",
          "/accounts/register/", "/help/accessibility/")  # fmt: skip
OFFICIAL = ("/approvals/work/", "/approvals/work/overview/", "/approvals/procedures/", "/office/",
            "/office/documents/new/", "/office/received/", "/supervision/", "/supervision/scores/",
            "/supervision/logs/", "/supervision/integrity/", "/legal_entities/legal_entities/",
            "/accounts/", "/accounts/delegations/")  # fmt: skip
# What is data or a proper name, and the way back to Chinese.
KEPT = {"中文", "张光谷", "测试岗", "郑全能", "光谷", "武新管"}


def test_without_a_mouse_one_searches_signs_in_and_begins(town: Town, walker: Any) -> None:
    with_password(town.resident("张光谷"), "zhang")
    me = walker()
    me.go("/")
    tab_to(me, "搜索事项、公告、办件编号")
    type_and_enter(me, "开饭店")
    for name in (ITEM, "在线申请", "登录后办理"):
        tab_to(me, name)
        enter(me)
    tab_to(me, "用户名或手机号码")
    me.page.keyboard.type("zhang")
    me.page.keyboard.press("Tab")
    type_and_enter(me, PASSWORD)
    tab_to(me, "开始办理")
    enter(me)
    tab_to(me, "单位名称")
    me.page.keyboard.type("东湖小馆")
    tab_to(me, "保存并继续")
    enter(me)
    me.look().sees("统一社会信用代码")
    me.page.locator(".error-summary a").first.focus()
    me.page.keyboard.press("Enter")
    assert me.page.evaluate("document.activeElement.tagName") == "INPUT"


_FOCUSED = """() => { const e = document.activeElement; const label = e.labels && e.labels[0];
  return [e.getAttribute('aria-label'), label && label.innerText, e.innerText].filter(Boolean).join(' '); }"""


def tab_to(me: Walker, name: str) -> None:
    for _ in range(80):
        me.page.keyboard.press("Tab")
        if name in me.page.evaluate(_FOCUSED):
            shown = me.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            box = me.page.evaluate("getComputedStyle(document.activeElement).boxShadow")
            assert shown != "none" or box != "none", f"the focus on “{name}” cannot be seen"
            return
    raise AssertionError(f"the key Tab does not lead to “{name}” on {me.page.url}")


def type_and_enter(me: Walker, text: str) -> None:
    me.page.keyboard.type(text)
    enter(me)


def enter(me: Walker) -> None:
    with me.page.expect_navigation():
        me.page.keyboard.press("Enter")
    me.look()


def test_an_english_reader_follows_his_matter(town: Town, walker: Any) -> None:
    resident = town.resident("John Smith")
    number = handed_in(resident, "food-operation", town=town)
    me = walker(resident)
    me.page.goto("/?lang=en")
    for address in (f"/approvals/matters/{number}/", f"/approvals/matters/{number}/receipt/"):
        me.go(address).sees("Food business licence (new)", "Market Regulation Bureau")
        # Names of files and numbers of papers are as they were filed.
        strange = [line for lines in strange_on(me).values() for line in lines]
        assert [s for s in strange if ".pdf" not in s and "〔" not in s] == []


def strange_on(me: Walker) -> dict[str, list[str]]:
    """The lines of the page with Chinese that is neither data nor a proper name."""
    shown = [line for line in me.text.splitlines() if CHINESE.search(line)]
    strange = [s for s in shown if set(CHINESE.findall(s)) - KEPT]
    return {me.page.url.removeprefix(me.address): strange[:12]} if strange else {}


@pytest.mark.parametrize("who", ["visitor", "official"])
def test_in_english_only_data_is_chinese(town: Town, walker: Any, who: str) -> None:
    roles = ["accept", "review", "decide", "head", "catalogue", "entities", "supervise", "draft",
             "receive", "sign"]  # fmt: skip
    me = walker(town.official("scj", roles, "郑全能") if who == "official" else None)
    left = {}
    me.page.goto("/?lang=en")
    for address in PUBLIC if who == "visitor" else OFFICIAL:
        left |= strange_on(me.go(address))
    assert left == {}, "\n".join(f"{a}: {t}" for a, t in left.items())
