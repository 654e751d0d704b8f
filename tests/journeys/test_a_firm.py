"""A firm's agent applies for the firm: what the district knows already is filled in."""

from __future__ import annotations

from typing import Any

from guanggu.kernel.identity.testing import a_firm_agent

from .town import FIRM, Town


def test_an_agent_applies_for_his_firm_with_what_is_known(town: Town, walker: Any) -> None:
    agent = a_firm_agent(FIRM, "武汉光谷测试餐饮有限公司")
    me = walker(agent)
    me.go("/").sees("武汉光谷测试餐饮有限公司")
    me.go("/approvals/apply/food-operation/").press("开始办理").sees("申请单位")
    assert me.page.get_by_label("单位名称").input_value() == "武汉光谷测试餐饮有限公司"
    assert me.page.get_by_label("统一社会信用代码").input_value() == FIRM
    me.press("保存，以后再填").sees("未提交的申请", "食品经营许可（新办）")
