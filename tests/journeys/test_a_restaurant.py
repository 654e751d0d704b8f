"""From «开饭店» in the search to the licence on the wall, and what supervision says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from guanggu.base.actor import Actor
from guanggu.kernel.journal.public import seal, verify
from guanggu.web.testing import PHONE

from .conftest import Clock
from .town import CITIZEN, FIRM, Town, a_pdf, handed_in, with_password
from .walking import Walker
from .ways import answer, choose, keep_pdf, sign_in

ITEM = "食品经营许可（新办）"


@dataclass
class Matter:
    """The matter as it goes from hand to hand, and who stands around it."""

    town: Town
    walker: Any
    resident: Actor
    me: Walker
    visitor: Walker
    number: str = ""
    code: str = ""

    @property
    def progress(self) -> str:
        return f"/approvals/progress/?number={self.number}&code={self.code}"


def test_a_resident_opens_a_restaurant(town: Town, walker: Any, time_of_day: Clock) -> None:
    resident = town.resident("张光谷")
    with_password(resident, "zhang")
    matter = Matter(town, walker, resident, walker(script=False), walker(size=PHONE))
    find_the_item(matter.me)
    fill_in_and_hand_in(matter)
    follow_as_a_visitor(matter)
    correct_once(matter)
    inspect_and_decide(matter, time_of_day)
    pdf, code = fetch_the_licence(matter)
    verify_in_every_way(matter.visitor, pdf, code)
    matter.me.go(f"/approvals/matters/{matter.number}/").follow("评价")
    matter.me.tick("非常满意", 0).press("提交评价").sees("您的评价：非常满意")
    town.work()
    watcher = walker(town.official("jwj", ["supervise"], "孙监察"))
    watcher.go("/supervision/").sees("暂无牌件")
    watcher.go(f"/supervision/logs/guanggu/cases/{matter.number}/").sees("受理", "现场核查", "决定")
    seal()
    assert verify().is_sound


def find_the_item(me: Walker) -> None:
    me.go("/")
    me.page.get_by_label("搜索事项").fill("开饭店")
    me.press("搜索")
    me.follow(ITEM).sees("办理条件", "申请材料", "承诺", "不收费")
    me.follow("在线申请").sees("需要准备的材料").follow("登录后办理")
    sign_in(me, "zhang")
    me.sees("张光谷").press("开始办理")


def fill_in_and_hand_in(matter: Matter) -> None:
    me = matter.me
    me.fill("单位名称", "武汉东湖小馆餐饮有限公司").fill("统一社会信用代码", FIRM)
    me.fill("法定代表人（负责人）", "张光谷").fill("法定代表人身份证号码", CITIZEN)
    me.fill("住所", "东湖高新区光谷大道77号").press("保存并继续")
    me.fill("门店招牌名称", "东湖小馆").fill("经营场所地址", "东湖高新区光谷大道77号1楼")
    me.fill("经营面积", "120").pick_or_tick("场所来源", "租赁").press("保存并继续")
    me.fill("租赁截止日期", "2029-05-31").press("保存并继续")
    me.pick_or_tick("主体业态", "餐饮服务经营者").tick("热食类制售")
    me.pick_or_tick("是否从事网络经营", "否").press("保存并继续")
    me.fill("餐位数", "40").press("保存并继续")
    me.cell("姓名", "王小厨").cell("身份证号码", CITIZEN).cell("职务", "食品安全总监")
    me.press("保存并继续")
    me.fill("经办人姓名", "张光谷").fill("经办人手机", "13800000001").press("保存并继续")
    me.tick(re.compile("承诺所填内容")).press("保存并继续").sees("申请材料", "无需提交")
    for title in ("法定代表人（负责人）身份证明", "主要设备设施布局图和操作流程", "食品安全规章制度",
                  "从业人员健康证明", "经营场所租赁合同"):  # fmt: skip
        upload(me, title)
    me.follow("继续").tick("电子").press("保存并继续")
    me.sees("核对并提交", "东湖小馆", "租赁", "王小厨", "经营场所租赁合同.pdf")
    me.tick("我已阅读并同意以上声明").press("提交申请")
    me.sees("申请已提交", "扫码查进度", "2026年6月1日")
    matter.number = me.page.locator(".big-status .code").inner_text()
    matter.code = me.page.locator("dd.code").nth(1).inner_text()
    assert me.page.locator("img.qr").evaluate("e => e.complete && e.naturalWidth > 0")
    matter.town.work()
    me.page.reload()
    assert me.download("收件凭证（盖章文件）").startswith(b"%PDF")


def upload(me: Walker, title: str) -> None:
    part = me.page.locator("section.panel").filter(has=me.page.get_by_role("heading", name=title))
    file = {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(title)}
    part.locator("input[type=file]").first.set_input_files([file])
    part.get_by_role("button", name="上传").click()
    me.look().sees(f"{title}.pdf")


def follow_as_a_visitor(matter: Matter) -> None:
    visitor = matter.visitor.go("/approvals/progress/")
    visitor.fill("办件编号", matter.number).fill("查询码", matter.code.lower()).press("查询")
    visitor.sees("受理", "东湖高新区市场监督管理局").sees_not("张光谷", "东湖小馆")


def correct_once(matter: Matter) -> None:
    """The clerk, by password and code, gives the one notice; the resident corrects; accepted."""
    with_password(matter.town.official("scj", ["accept"], "陈窗口"), "chen", codes=True)
    clerk = matter.walker().go("/accounts/login/")
    sign_in(clerk, "chen", code=True)
    clerk.go("/approvals/work/").sees(matter.number).follow(ITEM).sees("东湖小馆", "王小厨")
    choose(clerk, "一次性告知补正")
    clerk.tick("从业人员健康证明").fill("其他需要补正的内容", "请在布局图上标明各功能区面积。")
    clerk.press("提交办理结果")
    matter.town.work()
    me = matter.me.go("/mine/").sees("补正")
    me.go(f"/approvals/matters/{matter.number}/").sees("请您补正", "从业人员健康证明", "功能区面积")
    me.follow("去补正").attach("从业人员健康证明", "健康证.pdf", a_pdf("健康"))
    me.press("提交补正").sees("健康证.pdf")
    clerk.go(f"/approvals/work/cases/{matter.number}/").sees("健康证.pdf")
    answer(clerk, matter.number, "予以受理")


def inspect_and_decide(matter: Matter, time_of_day: Clock) -> None:
    """An inspection stops the clock and says so; another person decides."""
    reviewing = matter.town.official("scj", ["review"], "刘审查")
    reviewer = matter.walker(reviewing)
    reviewer.go("/approvals/work/").sees(matter.number)
    asked = {"事由": "核查经营场所和设施设备", "预计所需时间": "5"}
    answer(reviewer, matter.number, "启动现场核查", **asked)
    matter.town.work()
    matter.me.go(f"/approvals/matters/{matter.number}/").sees("暂停", "现场核查")
    matter.visitor.go(matter.progress).sees("暂停")
    time_of_day.days_later(2)
    for who, actor in ((matter.me, matter.resident), (reviewer, reviewing)):
        who.be(actor)  # nobody stays signed in for two days
    reviewer.go(f"/approvals/work/cases/{matter.number}/").sees("暂停")
    found = {"结论": "符合要求", "情况记录": "场所设施与申报一致"}
    answer(reviewer, matter.number, "现场核查完成", **found)
    answer(reviewer, matter.number, "审查通过，建议准予", 审查意见="符合条件")
    decider = matter.walker(matter.town.official("scj", ["decide", "head"], "赵决定"))
    answer(decider, matter.number, "准予许可")
    matter.town.work()


def fetch_the_licence(matter: Matter) -> tuple[bytes, str]:
    """The PDF and the code printed on it."""
    me = matter.me.go(f"/approvals/matters/{matter.number}/").sees("准予许可", "食品经营许可证")
    me.go("/mine/documents/").sees("食品经营许可证")
    pdf = me.download(re.compile("食品经营许可证"))
    keep_pdf(pdf, "certificate")
    row = me.page.locator(".rows-list > li").filter(has_text="食品经营许可证").first
    return pdf, row.get_by_role("link", name=re.compile("核验码")).inner_text().split()[-1]


def verify_in_every_way(visitor: Walker, pdf: bytes, code: str) -> None:
    """By its code, by the file, and a file that somebody changed."""
    visitor.go("/verify/").fill("核验码", code).press("核验", 0)
    visitor.sees("真实有效", "食品经营许可证", "东湖高新区市场监督管理局")
    visitor.go("/verify/").attach("PDF 文件", "证.pdf", pdf).press("上传核验")
    visitor.sees("真实有效", "电子印章")
    middle = len(pdf) // 3
    bad = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
    visitor.go("/verify/").attach("PDF 文件", "改.pdf", bad).press("上传核验")
    visitor.sees("不可采信").sees_not("真实有效")


def test_one_person_accepts_and_decides_and_supervision_sees_it(town: Town, walker: Any) -> None:
    number = handed_in(town.resident("李明"), "food-operation", town=town)
    clerk = walker(town.official("scj", ["accept", "review", "decide"], "钱全能"))
    answer(clerk, number, "予以受理")
    answer(clerk, number, "启动现场核查", 事由="核查", 预计所需时间="5")
    answer(clerk, number, "现场核查完成", 结论="符合要求", 情况记录="一致")
    answer(clerk, number, "审查通过，建议准予", 审查意见="符合条件")
    answer(clerk, number, "准予许可")
    town.work()
    watcher = walker(town.official("jwj", ["supervise"], "孙监察"), size=PHONE)
    watcher.go("/supervision/").sees("红牌", "受理与决定为同一人")
    watcher.page.locator("main a[href*='/supervision/cards/']").first.click()
    watcher.look().sees("受理与决定为同一人", number, "钱全能")
    card = watcher.page.url
    head = walker(town.official("scj", ["head"], "吴局长"))
    head.go(card).fill("答复", "当日窗口人员请假，已补充人员，今后由专人决定。").press("提交答复")
    head.sees("已答复", "吴局长")
    watcher.go(card).tick("维持牌件").fill("核定意见", "情况属实，请整改。").press("提交核定")
    watcher.sees("维持", "孙监察")
    seal()
    assert verify().is_sound
