"""Quantities with their units, exact where money is concerned, and how people read them.

Money is kept in fen (integers): no binary fraction ever holds an amount.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from .bilingual import T
from .errors import Invalid

MM_PER_INCH = 25.4
PT_PER_INCH = 72.0
FEN_PER_YUAN = 100
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")
_BINARY_STEPS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def mm_to_pt(length_mm: float) -> float:
    return length_mm * PT_PER_INCH / MM_PER_INCH


def pt_to_mm(length_pt: float) -> float:
    return length_pt * MM_PER_INCH / PT_PER_INCH


def fen_of(yuan: str) -> int:
    """ "1,234.50" to 123450; raises Invalid for anything that is no amount to the fen."""
    text = yuan.strip().replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(text):
        message = T(
            "金额应写成 1234.50，最多两位小数。",
            "Write an amount as 1234.50, two decimals at most.",
        )
        raise Invalid(message, fields={"amount": message})
    return int(Decimal(text) * FEN_PER_YUAN)


def yuan_text(fen: int) -> T:
    """123450 as 1,234.50 元 and CNY 1,234.50."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    text = f"{sign}{rest // FEN_PER_YUAN:,}.{rest % FEN_PER_YUAN:02d}"
    return T(f"{text} 元", f"CNY {text}")


def bytes_text(count: int) -> str:
    """1536 as 1.5 KiB; whole bytes below 1024."""
    size, step = float(count), 0
    while size >= 1024 and step < len(_BINARY_STEPS) - 1:
        size, step = size / 1024, step + 1
    return f"{count} B" if step == 0 else f"{size:.1f} {_BINARY_STEPS[step]}"


def working_days_text(days: int) -> T:
    """3 as 3 个工作日 and 3 working days."""
    return T(f"{days} 个工作日", f"{days} working day" + ("" if abs(days) == 1 else "s"))


def duration_text(duration: timedelta) -> T:
    """The two largest units of a time that has passed: 3 天 4 小时, 5 分, under a minute."""
    minutes = int(duration.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分", "min")]
    while parts and parts[0][0] == 0:
        parts.pop(0)
    shown = [part for part in parts[:2] if part[0]]
    if not shown:
        return T("不到 1 分", "under a minute")
    return T(
        " ".join(f"{n} {zh}" for n, zh, _ in shown), " ".join(f"{n} {en}" for n, _, en in shown)
    )
