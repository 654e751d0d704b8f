"""Rating of government services (好差评): GB/T 39735-2020 政务服务评价工作指南.

Five levels (also 国办发〔2019〕51号, which asks for follow-up of every bad rating). The two lowest are
bad ratings (差评): they open a follow-up case, and the applicant hears what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

LEVELS: dict[int, T] = {
    5: T("非常满意", "Very satisfied"),
    4: T("满意", "Satisfied"),
    3: T("基本满意", "Fairly satisfied"),
    2: T("不满意", "Dissatisfied"),
    1: T("非常不满意", "Very dissatisfied"),
}
BAD_LEVELS = frozenset({1, 2})
SATISFIED_LEVELS = frozenset({3, 4, 5})


def check_level(level: int) -> int:
    """Raises Invalid for anything but 1 to 5."""
    if isinstance(level, bool) or level not in LEVELS:
        message = T("请在非常满意至非常不满意五级中选择一级。", "Choose one of the five levels.")
        raise Invalid(message, fields={"level": message})
    return level


def opens_follow_up(level: int) -> bool:
    """Whether the rating is bad, so that a follow-up case must be opened."""
    return check_level(level) in BAD_LEVELS


@dataclass(frozen=True, slots=True)
class Summary:
    """``satisfied_share`` (满意率) in percent with two places; None where nobody has rated."""

    count: int
    bad_count: int
    satisfied_share: Decimal | None


def summarise(levels: Iterable[int]) -> Summary:
    """Counts and the share of ratings that are not bad."""
    all_levels = [check_level(level) for level in levels]
    bad = sum(level in BAD_LEVELS for level in all_levels)
    if not all_levels:
        return Summary(0, 0, None)
    share = Decimal(100 * (len(all_levels) - bad)) / len(all_levels)
    return Summary(len(all_levels), bad, share.quantize(Decimal("0.01"), ROUND_HALF_UP))
