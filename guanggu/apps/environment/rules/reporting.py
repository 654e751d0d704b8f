"""The words and rows of a monthly report, from figures, in both languages.

``spoken`` makes of them what is kept with the document: plain text of one language. The paper is
in Chinese; its page also shows the English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guanggu.base.bilingual import T

from .statistics import change

LEVEL = T("持平", "unchanged")


@dataclass(frozen=True)
class AirMonth:
    """The air of the district in one month. means: by factor code, of the daily figures."""

    judged: int
    good: int
    aqi: float | None
    means: dict[str, float] = field(default_factory=dict)
    primary: str = ""

    @property
    def share(self) -> float | None:
        return self.good / self.judged if self.judged else None


def number_text(value: float | None, places: int = 0) -> str:
    return "—" if value is None else f"{value:.{places}f}"


def share_text(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


def change_text(now: float | None, before: float | None) -> T | str:
    """How a figure grew, as a report writes it."""
    grown = change(now, before)
    if grown is None:
        return "—"
    if abs(grown) < 0.0005:
        return LEVEL
    size = f"{abs(grown) * 100:.1f}%"
    return T(f"上升{size}", f"up {size}") if grown > 0 else T(f"下降{size}", f"down {size}")


def points_text(now: float | None, before: float | None) -> T | str:
    """The difference of two shares in percentage points."""
    if now is None or before is None:
        return "—"
    points = (now - before) * 100
    if abs(points) < 0.05:
        return LEVEL
    size = f"{abs(points):.1f}"
    if points > 0:
        return T(f"上升{size}个百分点", f"up {size} points")
    return T(f"下降{size}个百分点", f"down {size} points")


# Code, heading of the column, decimals.
AIR_COLUMNS = (
    ("a21026", "SO2", 0), ("a21004", "NO2", 0), ("a34002", "PM10", 0), ("a34004", "PM2.5", 0),
    ("a21005", "CO", 1), ("a05024", "O3-8h", 0),
)  # fmt: skip


def air_words(
    now: AirMonth, before: AirMonth, year_before: AirMonth, factor: T | None
) -> list[T]:  # fmt: skip
    """What the first section says of the air."""
    if not now.judged:
        return [
            T("本月没有达到有效性规定的环境空气评价日。",
              "No day of the month has enough valid data of the air to be judged."),
        ]  # fmt: skip
    said = T(
        "本月共评价{}天，其中优良{}天，优良天数比例为{}，环比{}，同比{}。",
        "{} days were judged, {} of them excellent or good: {}; against the month before {}, "
        "against the same month a year before {}.",
    ).format(
        now.judged, now.good, share_text(now.share), points_text(now.share, before.share),
        points_text(now.share, year_before.share),
    )  # fmt: skip
    pm = "a34004"
    figures = T(
        "细颗粒物（PM2.5）平均浓度为{}微克/立方米，环比{}，同比{}；月平均空气质量指数为{}。",
        "The mean of fine particles (PM2.5) is {} micrograms per cubic metre, {} against the month "
        "before and {} against a year before; the mean air quality index is {}.",
    ).format(
        number_text(now.means.get(pm), 1), change_text(now.means.get(pm), before.means.get(pm)),
        change_text(now.means.get(pm), year_before.means.get(pm)), number_text(now.aqi),
    )  # fmt: skip
    most = T("本月没有出现首要污染物。", " No primary pollutant occurred.")
    if factor:
        most = T(
            "出现最多的首要污染物为{}。", " The most frequent primary pollutant is {}."
        ).format(factor)
    return [said, figures + most]


def air_comparison(now: AirMonth, before: AirMonth, year_before: AirMonth) -> list[list[Any]]:
    """Rows: item, this month, the month before, its change, the same month a year before, change."""
    rows: list[list[Any]] = []
    for code, title, places in AIR_COLUMNS:
        a, b, c = (m.means.get(code) for m in (now, before, year_before))
        rows.append(
            [title, number_text(a, places), number_text(b, places), change_text(a, b),
             number_text(c, places), change_text(a, c)]
        )  # fmt: skip
    rows.append(
        [T("优良天数比例", "Days excellent or good"), share_text(now.share), share_text(before.share),
         points_text(now.share, before.share), share_text(year_before.share),
         points_text(now.share, year_before.share)]
    )  # fmt: skip
    return rows


def water_words(classes: Sequence[int], met: int, judged: int) -> T:
    """What the section on water says; classes: 1 to 6 of the sections judged."""
    if not classes:
        return T("本月没有可评价的地表水断面。", "No section of surface water could be judged.")
    good = sum(1 for each in classes if each <= 3)
    worst = sum(1 for each in classes if each == 6)
    return T(
        "本月评价地表水断面{}个，Ⅰ—Ⅲ类{}个，占{}；劣Ⅴ类{}个；设有水质目标的断面达标{}个，达标率{}。",
        "{} sections of surface water were judged: {} in classes I to III ({}), {} worse than V; "
        "of those with a goal {} keep it ({}).",
    ).format(
        len(classes), good, share_text(good / len(classes)), worst, met,
        share_text(met / judged if judged else None),
    )  # fmt: skip


_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def spoken(value: Any, language: str) -> Any:
    """The same in one language ("zh" or "en"), with lowered digits as plain ones: the typefaces of
    documents have none."""
    if isinstance(value, T):
        value = value.en if language == "en" else value.zh
    if isinstance(value, str):
        return value.translate(_PLAIN)
    if isinstance(value, list):
        return [spoken(each, language) for each in value]
    if isinstance(value, dict):
        return {name: spoken(each, language) for name, each in value.items()}
    return value


def table(title: T, columns: Sequence[T | str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """A table of the report."""
    return {
        "title": title, "columns": list(columns),
        "rows": [[cell if isinstance(cell, T) else str(cell) for cell in row] for row in rows],
    }  # fmt: skip


def listed(titles: Sequence[T]) -> T:
    """Joined as each language does it."""
    return T("、".join(each.zh for each in titles), ", ".join(each.en for each in titles))
