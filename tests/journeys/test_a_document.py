"""An official document from the draft to the archive; the leader signs on his phone by passkey."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from guanggu.web.testing import PHONE

from .town import Town, with_password
from .walking import Walker
from .ways import keep_pdf, sign_in

TITLE = "关于印发武汉东湖新技术开发区政务服务管理办法的通知"
BODY = """各园区、各部门：
为进一步优化营商环境，规范政务服务行为，现将《政务服务管理办法》印发给你们，请认真贯彻执行。
一、各部门应当公开办理事项的依据、条件、程序和期限。
二、申请材料不齐全的，应当一次告知需要补正的全部内容。"""


def a_key(page: Any) -> None:
    """A phone that holds passkeys and has just recognised its owner (WebAuthn 2, 11)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def open_waiting(who: Walker) -> Walker:
    return who.go("/office/").follow(re.compile("政务服务管理办法"))


def answer(who: Walker, outcome: str, opinion: str = "") -> None:
    who.tick(outcome)
    if opinion:
        who.fill("意见", opinion)
    who.press("提交")


def test_a_document_goes_from_draft_to_archive(town: Town, walker: Any, tmp_path: Path) -> None:
    drafter = walker(town.official("", ["draft"], "张拟稿"))
    drafter.go("/office/").follow("拟稿").fill("标题", TITLE).fill("正文", BODY)
    drafter.fill("发文机关代字", "武政")
    for group in ("主送机关", "会签单位"):
        drafter.page.get_by_text(group, exact=True).first.click()
        drafter.tick("东湖高新区市场监督管理局", 0 if group == "主送机关" else -1)
    drafter.press("保存并送审").sees("已送审")

    editor = walker(town.official("", ["edit"], "李核稿"))
    open_waiting(editor)
    answer(editor, "核稿通过并送会签", "文字已核")
    cosigner = walker(town.official("scj", ["countersign"], "周会签"))
    open_waiting(cosigner)
    answer(cosigner, "同意", "同意")

    chief = town.official("", ["sign"], "王主任")
    with_password(chief, "wang")
    leader = walker(size=PHONE)
    a_key(leader.page)
    leader.go("/accounts/login/")
    sign_in(leader, "wang")
    leader.sees("启用二次验证").follow("通行密钥").fill("名称", "手机").press("添加")
    leader.page.wait_for_url("**/recovery-codes/")
    leader.look()
    open_waiting(leader).sees("签发前请确认身份").follow("通行密钥确认")
    leader.press("使用通行密钥")
    leader.page.wait_for_url("**/office/documents/**")
    leader.look().sees("身份已确认")
    answer(leader, "同意签发", "同意印发")

    sealer = walker(town.official("", ["seal"], "赵用印"))
    open_waiting(sealer)
    answer(sealer, "编号并用印")
    town.work()
    sealer.sees("武政〔2026〕1号")
    document = sealer.page.url
    sealer.go(document)
    pdf = sealer.download("打开公文")
    answer(sealer, "分发")

    receiver = walker(town.official("scj", ["receive"], "吴收文"))
    receiver.go("/office/received/").sees(TITLE, "武政〔2026〕1号").press("签收").sees("已签收")
    archivist = walker(town.official("", ["archive"], "孙归档"))
    open_waiting(archivist)
    answer(archivist, "归档")
    drafter.go(document).sees("已归档", "王主任", "周会签")

    keep_pdf(pdf, "document")
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True)
    for part in ("武政〔2026〕1号", "武汉东湖新技术开发区管委会", "监督管理局：各园区、各部门"):
        assert part in re.sub(r"[ \n]", "", said.stdout), said.stdout
