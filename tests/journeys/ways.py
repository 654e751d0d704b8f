"""What people do again and again: sign in, decide a task, keep a file to look at."""

from __future__ import annotations

import os
from pathlib import Path

from .town import PASSWORD, present_code
from .walking import Walker


def sign_in(who: Walker, username: str, *, code: bool = False) -> None:
    who.fill("用户名或手机号码", username).fill("密码", PASSWORD).press("登录")
    if code:
        who.fill("动态口令或恢复码", present_code()).press("验证并登录")


def choose(who: Walker, title: str) -> None:
    """Another outcome than the first: the page comes back with what it asks for."""
    button = who.page.locator("#task").get_by_label(title, exact=True).first
    if not button.is_checked():
        button.check()
        who.press("提交办理结果")


def answer(who: Walker, number: str, title: str, **texts: str) -> Walker:
    """Open the case, choose the outcome, write what it asks for, hand it in."""
    who.go(f"/approvals/work/cases/{number}/")
    choose(who, title)
    for label, value in texts.items():
        if who.page.get_by_label(value or "", exact=True).count():
            who.tick(value or "")
        else:
            who.fill(label, value or "")
    if not who.page.get_by_text("已办理。").count():
        who.press("提交办理结果")
    return who.sees("已办理。")


def keep_pdf(content: bytes, name: str) -> None:
    """Beside the pictures, for the eye."""
    if folder := os.environ.get("GUANGGU_PICTURES"):
        Path(folder, f"{name}.pdf").write_bytes(content)
