"""The words and rows of a monthly report, from figures; everything is text for the typesetter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .statistics import change


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


def change_text(now: float | None, before: float | None) -> str:
    """How a figure grew, as a report writes it."""
    grown = change(now, before)
    if grown is None:
        return "—"
    if abs(grown) < 0.0005:
        return "持平"
    return f"{'上升' if grown > 0 else '下降'}{abs(grown) * 100:.1f}%"


def points_text(now: float | None, before: float | None) -> str:
    """The difference of two shares in percentage points."""
    if now is None or before is None:
        return "—"
    points = (now - before) * 100
    if abs(points) < 0.05:
        return "持平"
    return f"{'上升' if points > 0 else '下降'}{abs(points):.1f}个百分点"


# Code, heading of the column, decimals.
AIR_COLUMNS = (
    ("a21026", "SO2", 0), ("a21004", "NO2", 0), ("a34002", "PM10", 0), ("a34004", "PM2.5", 0),
    ("a21005", "CO", 1), ("a05024", "O3-8h", 0),
)  # fmt: skip


def air_words(now: AirMonth, before: AirMonth, year_before: AirMonth, factor: str) -> list[str]:
    """What the first section says of the air."""
    if not now.judged:
        return ["本月没有达到有效性规定的环境空气评价日。"]
    said = (
        f"本月共评价{now.judged}天，其中优良{now.good}天，优良天数比例为{share_text(now.share)}，"
        f"环比{points_text(now.share, before.share)}，同比{points_text(now.share, year_before.share)}。"
    )
    pm = "a34004"
    figures = (
        f"细颗粒物（PM2.5）平均浓度为{number_text(now.means.get(pm), 1)}微克/立方米，"
        f"环比{change_text(now.means.get(pm), before.means.get(pm))}，"
        f"同比{change_text(now.means.get(pm), year_before.means.get(pm))}；"
        f"月平均空气质量指数为{number_text(now.aqi)}。"
    )
    most = f"出现最多的首要污染物为{factor}。" if factor else "本月没有出现首要污染物。"
    return [said, figures + most]


def air_comparison(now: AirMonth, before: AirMonth, year_before: AirMonth) -> list[list[str]]:
    """Rows: item, this month, the month before, its change, the same month a year before, change."""
    rows = []
    for code, title, places in AIR_COLUMNS:
        a, b, c = (m.means.get(code) for m in (now, before, year_before))
        rows.append(
            [title, number_text(a, places), number_text(b, places), change_text(a, b),
             number_text(c, places), change_text(a, c)]
        )  # fmt: skip
    rows.append(
        ["优良天数比例", share_text(now.share), share_text(before.share),
         points_text(now.share, before.share), share_text(year_before.share),
         points_text(now.share, year_before.share)]
    )  # fmt: skip
    return rows


def water_words(classes: Sequence[int], met: int, judged: int) -> str:
    """What the section on water says; classes: 1 to 6 of the sections judged."""
    if not classes:
        return "本月没有可评价的地表水断面。"
    good = sum(1 for each in classes if each <= 3)
    worst = sum(1 for each in classes if each == 6)
    return (
        f"本月评价地表水断面{len(classes)}个，Ⅰ—Ⅲ类{good}个，占{share_text(good / len(classes))}；"
        f"劣Ⅴ类{worst}个；设有水质目标的断面达标{met}个，达标率{share_text(met / judged if judged else None)}。"
    )


_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def drawable(value: Any) -> Any:
    """Lowered digits as plain ones: the typefaces of documents have none."""
    if isinstance(value, str):
        return value.translate(_PLAIN)
    if isinstance(value, list):
        return [drawable(each) for each in value]
    if isinstance(value, dict):
        return {name: drawable(each) for name, each in value.items()}
    return value


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """A table of the report."""
    return {
        "title": title, "columns": list(columns),
        "rows": [[str(cell) for cell in row] for row in rows],
    }  # fmt: skip
