"""What breaks a rule, and how a performance score is made: pure, so that anyone can recompute it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from guanggu.base.bilingual import T

YELLOW, RED = "yellow", "red"
COLOURS = {YELLOW: T("黄牌", "Yellow card"), RED: T("红牌", "Red card")}


@dataclass(frozen=True)
class Rule:
    """A rule whose breach earns a card. ``basis`` is the law or the house rule behind it."""

    code: str
    colour: str
    title: T
    basis: T


RULES = {
    rule.code: rule
    for rule in (
        Rule(
            "near_limit", YELLOW, T("临近办理期限", "Near the limit"),
            T("行政许可法第四十二条：应在期限内作出决定", "Administrative Licensing Law, art. 42"),
        ),
        Rule(
            "overdue", RED, T("超过办理期限", "Over the limit"),
            T("行政许可法第四十二条：应在期限内作出决定", "Administrative Licensing Law, art. 42"),
        ),
        Rule(
            "second_notice", YELLOW, T("再次要求补正材料", "A second notice of missing materials"),
            T("行政许可法第三十二条：应当一次告知", "Administrative Licensing Law, art. 32 (4)"),
        ),
        Rule(
            "skipped_stage", RED, T("跳过法定环节", "A stage was skipped"),
            T("行政许可法第四章：受理、审查、决定依次进行",
              "Administrative Licensing Law, ch. 4: acceptance, review and decision in turn"),
        ),
        Rule(
            "same_person", RED, T("受理与决定为同一人", "Accepted and decided by the same person"),
            T("受理、审查、决定相互分离的岗位制约要求",
              "Separation of acceptance, review and decision"),
        ),
        Rule(
            "fee_outside_item", RED, T("收取事项目录外的费用", "A fee outside the item"),
            T("行政许可法第五十八条、五十九条：依法收费",
              "Administrative Licensing Law, art. 58 and 59"),
        ),
        Rule(
            "plan_task_overdue", YELLOW, T("规划任务逾期", "A task of the plan is late"),
            T("武政〔2017〕11号 五(四)：实行规划目标责任制，加强对责任单位的责任监督",
              "Wu Zheng [2017] No. 11, 5 (4): answerability for the goals of the plan"),
        ),
    )
}  # fmt: skip

# What an ended case that was granted must have passed through, by stage.
REQUIRED_STAGES = ("acceptance", "review", "decision")


@dataclass(frozen=True)
class Breach:
    """One breach found in one event. ``mark`` tells two breaches of one rule in a case apart."""

    rule: str
    mark: str
    step: str = ""
    detail: str = ""


def breaches_of(kind: str, data: Mapping[str, Any]) -> list[Breach]:
    """The breaches that one event of a case shows by itself."""
    step = str(data.get("step", ""))
    round_ = data.get("round", 1)
    if kind in ("case.clock_near", "case.near"):
        return [Breach("near_limit", f"{data.get('clock')}:{round_}", step, _due(data))]
    if kind in ("case.clock_overdue", "case.overdue"):
        return [Breach("overdue", f"{data.get('clock')}:{round_}", step, _due(data))]
    if kind == "case.task_completed" and data.get("same_person_as"):
        earlier = "、".join(map(str, data["same_person_as"]))
        return [Breach("same_person", f"{step}:{round_}", step, earlier)]
    if kind == "approvals.stage_skipped":
        skipped = data.get("skipped") or []
        text = "、".join(map(str, skipped)) if isinstance(skipped, list) else str(skipped)
        return [Breach("skipped_stage", f"jump:{step}:{round_}", step, text)]
    if kind == "approvals.second_notice_attempted":
        return [Breach("second_notice", f"{step}:{round_}", step, str(data.get("detail", "")))]
    if kind == "approvals.fee_outside_item":
        return [Breach("fee_outside_item", str(data.get("fee", step)), step, _fee(data))]
    return []


def _due(data: Mapping[str, Any]) -> str:
    return str(data.get("clock_due_on") or data.get("due_on") or "")


def _fee(data: Mapping[str, Any]) -> str:
    amount = data.get("amount_fen")
    text = f"{int(amount) / 100:.2f} 元" if isinstance(amount, int) else ""
    return f"{data.get('fee', '')} {text}".strip()


def skipped_stages(required: tuple[str, ...], passed: set[str]) -> list[str]:
    """The required stages that a granted case never passed."""
    return [stage for stage in required if stage not in passed]


@dataclass(frozen=True)
class Counts:
    """What a score is made of, over one period and one department or post.

    due: finished items that had a limit; on_time: those within it
    limit_days, used_days: sums over finished cases with both known
    ratings: answers; content: those of the three upper levels (GB/T 39735)
    yellow, red: cards that stand; answered, cards: cards answered in time, and all
    finished: all finished items
    """

    finished: int = 0
    due: int = 0
    on_time: int = 0
    limit_days: int = 0
    used_days: int = 0
    ratings: int = 0
    content: int = 0
    yellow: int = 0
    red: int = 0
    cards: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Part:
    """One line of the formula as the page shows it."""

    title: T
    formula: T
    value: Fraction | None
    weight: int
    points: Fraction


@dataclass(frozen=True)
class Score:
    parts: tuple[Part, ...]
    deducted: Fraction
    total: Fraction | None


WEIGHTS = {"on_time": 50, "speed": 20, "content": 20, "answers": 10}
# A yellow card warns of what may still go well; five of them weigh as one red.
YELLOW_POINTS, RED_POINTS, DEDUCTED_MAX = Fraction(1, 5), Fraction(1), 40
FORMULA = T(
    "得分 = Σ(指标值 × 权重)÷ Σ(有数据的权重)× 100 − 扣分;"
    "扣分 = 100 ×(黄牌 × 0.2 + 红牌 × 1)÷ 办结件数，最多扣 40 分；得分不低于 0。",
    "Score = sum(value x weight) / sum(weights with data) x 100 - deduction; "
    "deduction = 100 x (yellow x 0.2 + red x 1) / finished items, at most 40; never below 0.",
)


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def score(counts: Counts) -> Score:
    """The score and every part of it; no total where nothing was finished.

    A part without data neither helps nor harms: its weight is left out of the division.
    """
    speed = None
    if counts.limit_days:
        speed = max(Fraction(0), 1 - Fraction(counts.used_days, counts.limit_days))
    values = {
        "on_time": _share(counts.on_time, counts.due),
        "speed": speed,
        "content": _share(counts.content, counts.ratings),
        "answers": _share(counts.answered, counts.cards),
    }
    weight = sum(WEIGHTS[name] for name, value in values.items() if value is not None)
    parts = tuple(
        Part(
            *_TITLES[name], value, WEIGHTS[name],
            (value * WEIGHTS[name] * 100 / weight) if value is not None else Fraction(0),
        )
        for name, value in values.items()
    )  # fmt: skip
    if not counts.finished or not weight:
        return Score(parts, Fraction(0), None)
    points = counts.yellow * YELLOW_POINTS + counts.red * RED_POINTS
    deducted = min(Fraction(100 * points, counts.finished), Fraction(DEDUCTED_MAX))
    total = max(Fraction(0), sum((part.points for part in parts), Fraction(0)) - deducted)
    return Score(parts, deducted, total)


_TITLES = {
    "on_time": (T("按期办结率", "Finished on time"),
                T("期限内办结 ÷ 有期限的办结", "on time / finished with a limit")),
    "speed": (T("提速率", "Speed-up"),
              T("1 − 实用工作日 ÷ 期限工作日", "1 - days used / days allowed")),
    "content": (T("满意率", "Satisfaction"),
                T("非常满意、满意、基本满意 ÷ 评价数", "three upper levels / ratings")),
    "answers": (T("牌件按时答复率", "Cards answered in time"),
                T("三个工作日内答复 ÷ 牌件数", "answered within 3 working days / cards")),
}  # fmt: skip
