"""The accounts that newcomers sign in with, as a table for the terminal."""

from __future__ import annotations

from unicodedata import east_asian_width

from guanggu.base.bilingual import T

from . import PASSWORD
from .people import FIRM, RESIDENT

ACCOUNTS: tuple[tuple[str, T, bool], ...] = (
    (RESIDENT, T("居民", "resident"), False),
    (FIRM, T("企业法定代表人", "representative of a firm"), False),
    ("scj-window1", T("窗口受理岗", "window clerk"), True),
    ("scj-review1", T("审查岗", "reviewer"), True),
    ("scj-leader", T("分管副局长（决定）", "leader who decides"), True),
    ("scj-head", T("局长（延期、申诉）", "head of the department"), True),
    ("jwj-supervisor1", T("电子监察岗", "supervisor"), True),
    ("zwb-catalogue", T("权力清单管理岗", "catalogue officer"), True),
    ("scj-entities", T("法人信息管理岗", "keeper of legal entities"), True),
    ("bgs-drafter1", T("文秘岗（拟稿）", "office drafter"), True),
    ("director", T("管委会主任（签发）", "director who signs"), True),
    ("hsj-monitor1", T("监测数据审核岗", "monitoring officer"), True),
    ("hsj-enforce1", T("生态环境执法岗", "enforcement officer"), True),
    ("hsj-patrol1", T("湖泊巡查岗", "lake patrol"), True),
    ("dsj-devices", T("物联设备管理岗", "device engineer"), True),
    ("zrj-map", T("地理信息管理岗", "map officer"), True),
    ("tjj-statistics1", T("统计分析岗", "statistician"), True),
    ("tjj-data", T("数据管理岗（申请、查询）", "data officer who asks and queries"), True),
    ("scj-data", T("数据管理岗（提供、答复）", "data officer who provides and answers"), True),
    ("fgj-projects1", T("项目督查岗", "project inspector"), True),
    ("optics-park-projects", T("项目专管岗（牵头单位）", "project officer of a lead unit"), True),
    ("dsj-admin", T("系统管理员", "administrator"), True),
    ("dsj-security", T("安全管理员", "security officer"), True),
    ("dsj-audit", T("安全审计员", "auditor"), True),
)


def table() -> str:
    """Sign-ins with what each is for; officials need a one-time code besides."""
    rows = [
        (name, f"{title.zh} · {title.en}", f"guanggu code {name}" if has_code else "—")
        for name, title, has_code in ACCOUNTS
    ]
    heading = (
        "用户名 · user name", "身份 · who", "验证码 · one-time code",
    )  # fmt: skip
    widths = [max(_width(row[n]) for row in (heading, *rows)) for n in range(3)]
    lines = [_line(heading, widths), "  " + "─" * (sum(widths) + 4)]
    lines += [_line(row, widths) for row in rows]
    return "\n".join(
        [
            f"示例账户，密码均为 {PASSWORD} · sample accounts, all with password {PASSWORD}",
            *lines,
        ]
    )


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (c + " " * (w - _width(c)) for c, w in zip(cells, widths, strict=True))
    return "  " + "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
