"""What the fields of goals, tasks and evaluations may say."""

from __future__ import annotations

from guanggu.base.bilingual import T

FIGURE, TREND, DELIVERABLE = "figure", "trend", "deliverable"
KINDS: dict[str, T] = {
    FIGURE: T("数值目标", "Figure"),
    TREND: T("趋势目标", "Trend"),
    DELIVERABLE: T("成果目标", "Deliverable"),
}
# How the plan says that a figure is to be reached; the first two ask for more than the figure.
COMPARATORS: dict[str, T] = {
    "exceed": T("突破", "More than"),
    "above": T("超过", "Above"),
    "reach": T("达到", "Reach"),
    "at_least": T("不低于", "At least"),
    "at_most": T("不高于", "At most"),
    "about": T("约", "About"),
}
STRICT = frozenset({"exceed", "above"})
ABOUT_SHARE = "0.95"  # of an "about": what is still taken for reached

# How a goal stands. Symbols are told apart without colour; words stand beside both.
NO_DATA, BEHIND, ON_PATH, AHEAD, MISSED, REACHED = (
    "no_data", "behind", "on_path", "ahead", "missed", "reached",
)  # fmt: skip
STATES: dict[str, T] = {
    REACHED: T("已达标", "Reached"),
    AHEAD: T("超前", "Ahead"),
    ON_PATH: T("符合进度", "On path"),
    BEHIND: T("滞后", "Behind"),
    MISSED: T("未达标", "Missed"),
    NO_DATA: T("暂无数据", "No data"),
}
SYMBOLS = {REACHED: "✓", AHEAD: "▲", ON_PATH: "●", BEHIND: "▼", MISSED: "✕", NO_DATA: "○"}
TONES = {REACHED: "ok", AHEAD: "ok", ON_PATH: "info", BEHIND: "warn", MISSED: "bad",
         NO_DATA: "quiet"}  # fmt: skip

# A task on its way: the owner claims that it is done, the keeper of the plan accepts or returns.
OPEN, CLAIMED, DONE, DROPPED = "open", "claimed", "done", "dropped"
TASK_STATES: dict[str, T] = {
    OPEN: T("实施中", "Under way"),
    CLAIMED: T("报请验收", "Claimed as done"),
    DONE: T("已完成", "Done"),
    DROPPED: T("已终止", "Dropped"),
}
TASK_TONES = {OPEN: "info", CLAIMED: "warn", DONE: "ok", DROPPED: "quiet"}
LIVE = (OPEN, CLAIMED)

MIDTERM, FINAL = "midterm", "final"
EVALUATIONS: dict[str, T] = {
    MIDTERM: T("中期评估", "Mid-term evaluation"),
    FINAL: T("总结评估", "Final evaluation"),
}
DRAFT, REVIEWED, PUBLISHED = "draft", "reviewed", "published"
EVALUATION_STATES: dict[str, T] = {
    DRAFT: T("起草中", "Draft"),
    REVIEWED: T("已审核", "Reviewed"),
    PUBLISHED: T("已发布", "Published"),
}
EVALUATION_TONES = {DRAFT: "warn", REVIEWED: "info", PUBLISHED: "ok"}
# What an evaluation says of a goal.
MET, PARTLY, NOT_MET, UNKNOWN = "met", "partly", "not_met", "unknown"
VERDICTS: dict[str, T] = {
    MET: T("完成", "Met"),
    PARTLY: T("部分完成", "Partly met"),
    NOT_MET: T("未完成", "Not met"),
    UNKNOWN: T("无法评估", "Cannot be judged"),
}
VERDICT_TONES = {MET: "ok", PARTLY: "warn", NOT_MET: "bad", UNKNOWN: "quiet"}
# How a goal stands once its final evaluation has judged it.
STATE_OF_VERDICT = {MET: REACHED, PARTLY: MISSED, NOT_MET: MISSED, UNKNOWN: NO_DATA}
# At the mid-term a goal is not met yet; the same verdicts then read as progress.
MIDTERM_VERDICTS: dict[str, T] = {
    MET: T("进展符合预期", "As expected"),
    PARTLY: T("进展偏慢", "Slower than expected"),
    NOT_MET: T("进展滞后", "Behind"),
    UNKNOWN: VERDICTS[UNKNOWN],
}
# Chapters and sections of the plan as its matrix shows them.
SECTIONS: dict[str, T] = {
    "三(二)": T("发展思路", "The idea"),
    "三(三)": T("发展目标", "Goals"),
    "四(一)": T("创新光谷：自由创新区", "Innovation: a free innovation zone"),
    "四(二)": T("实力光谷：“光联万物”产业生态", "Strength: industries linked by light"),
    "四(三)": T("开放光谷：内陆开放先行高地", "Openness: first of the inland"),
    "四(四)": T("智慧光谷：全新科技城市形态", "The smart city"),
    "四(五)": T("幸福光谷：社会民生服务", "Happiness: services for the people"),
    "五": T("综合保障措施", "Safeguards"),
}


def section_of(text: str) -> str:
    """The section of the matrix to which 四(一)3 or 五(二) belongs."""
    return next((name for name in SECTIONS if text.startswith(name)), "五")
