"""Officials at the door: the second factor, and acting for a colleague who is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guanggu.base import clock

from .town import Town, handed_in, with_password
from .ways import answer, sign_in


def test_an_official_without_second_factor_is_led_to_it(town: Town, walker: Any) -> None:
    with_password(town.official("scj", ["accept"], "陈窗口"), "chen")
    me = walker()
    me.go("/approvals/work/").sees("登录").follow("登录")
    sign_in(me, "chen")
    me.sees("启用二次验证", "动态口令", "通行密钥")
    me.go("/approvals/work/").sees("启用二次验证")
    me.follow("动态口令")
    assert me.page.get_by_alt_text("动态口令二维码").is_visible()


def test_a_colleague_acts_for_one_who_is_away(town: Town, walker: Any) -> None:
    number = handed_in(town.resident("李明"), "food-operation", town=town)
    away = town.official("scj", ["accept"], "陈窗口")
    colleague = town.official("scj", ["review"], "刘审查")
    with_password(colleague, "liu")
    me = walker(away)
    me.go("/accounts/delegations/").follow("委托他人")
    me.page.get_by_label("受托人").select_option(label="刘审查（liu）")
    until = clock.today() + timedelta(days=7)
    me.fill("终止日期", until.isoformat()).fill("事由", "出差").press("委托")
    me.sees("委托给 刘审查", "生效中")
    other = walker(colleague)
    other.go("/approvals/work/").sees_not(number)
    other.page.locator("header .menu summary").first.click()
    other.press("代陈窗口", within="header").sees("已切换身份")
    other.go("/approvals/work/").sees(number)
    answer(other, number, "予以受理")
    assert "代陈窗口" in other.page.locator("main .timeline").first.inner_text()
