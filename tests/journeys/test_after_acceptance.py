"""Behind the counter: joint review, extension, refusal and appeal, as officials and applicants see it."""

from __future__ import annotations

from typing import Any

from guanggu.kernel.identity.testing import a_firm_agent

from .town import FIRM, Town, handed_in
from .ways import answer


def test_two_departments_review_jointly_and_the_head_extends(town: Town, walker: Any) -> None:
    applicant = a_firm_agent(FIRM, "武汉测试建设有限公司")
    number = handed_in(applicant, "joint-completion", town=town)
    clerk = walker(town.official("jsj", ["accept"], "陈窗口"))
    answer(clerk, number, "予以受理")
    for body, name in (("zrj", "林规划"), ("yjj", "马消防"), ("hsj", "黄环水")):
        one = walker(town.official(body, ["review"], name))
        one.go("/approvals/work/").sees(number)
        answer(one, number, "同意", 审查意见=f"{name}：符合要求")
    reviewer = walker(town.official("jsj", ["review"], "刘审查"))
    reviewer.go(f"/approvals/work/cases/{number}/").sees("林规划", "马消防", "黄环水")
    head = walker(town.official("jsj", ["head"], "周局长"))
    head.go(f"/approvals/work/cases/{number}/").follow("延长期限")
    head.fill("延长天数", "5").fill("理由", "项目情况复杂，需现场复核").press("延长期限")
    town.work()
    me = walker(applicant)
    me.go(f"/approvals/matters/{number}/").sees("已延长 5 个工作日")
    assert "项目情况复杂" in me.text


def test_a_refusal_names_remedies_and_an_appeal_reopens_it(town: Town, walker: Any) -> None:
    applicant = town.resident("李明")
    number = handed_in(applicant, "food-operation", town=town)
    one = walker(town.official("scj", ["accept"], "陈窗口"))
    answer(one, number, "予以受理")
    reviewer = walker(town.official("scj", ["review"], "刘审查"))
    answer(reviewer, number, "审查不通过，建议不予", 审查意见="布局不符合要求")
    decider = walker(town.official("scj", ["decide"], "赵决定"))
    answer(
        decider,
        number,
        "不予许可",
        不予许可的理由和依据="经营场所布局不符合《食品安全法》第三十三条",
    )
    town.work()
    me = walker(applicant)
    me.go(f"/approvals/matters/{number}/").sees("不予许可", "行政复议")
    me.follow("申诉").fill("申诉", "布局已按要求整改，请重新核查。").press("提交申诉")
    appeal = me.page.url.rstrip("/").rsplit("/", 1)[-1]
    head = walker(town.official("scj", ["head"], "吴局长"))
    answer(head, appeal, "申诉成立，重新办理", 从哪一环节重新办理="审查", 理由="申请人已整改")
    town.work()
    me.go(f"/approvals/matters/{number}/").sees("审查", "办理中")
    reviewer.go("/approvals/work/")
    assert number in reviewer.text
