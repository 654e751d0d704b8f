"""What the fields of indicators may say."""

from __future__ import annotations

from guanggu.base.bilingual import T

# How a figure adds up and grows: what flows in a period, what stands at its end, or a rate.
MEASURES: dict[str, T] = {
    "flow": T("期间数", "Over the period"),
    "stock": T("时点数", "At the end of the period"),
    "share": T("比率（百分数、指数）", "Rate (percent, index)"),
}
DIRECTIONS: dict[str, T] = {
    "higher": T("越高越好", "Higher"),
    "lower": T("越低越好", "Lower"),
    "within": T("处于区间", "Within a band"),
}
KINDS: dict[str, T] = {
    "typed": T("填报", "Typed in"),
    "formula": T("公式计算", "By formula"),
}
TARGET_KINDS: dict[str, T] = {
    "baseline": T("基期值", "Baseline"),
    "target": T("目标值", "Target"),
}
PATHS: dict[str, T] = {
    "linear": T("逐年等量", "The same amount each year"),
    "compound": T("逐年等比", "The same rate each year"),
    "steps": T("分阶段节点", "By waypoints"),
}
# How sure a figure is, from least to most; SDMX writes them E, P and A (CL_OBS_STATUS).
STATUSES: dict[str, T] = {
    "estimate": T("快报数", "Estimate"),
    "preliminary": T("初步核算数", "Preliminary"),
    "final": T("最终核定数", "Final"),
}
# What ``provenance["kind"]`` says.
PROVENANCES: dict[str, T] = {
    "typed": T("人工填报", "Typed in"),
    "sheet": T("表格导入", "From a sheet"),
    "formula": T("公式计算", "By formula"),
    "sdmx": T("SDMX 文件", "From an SDMX file"),
    "sample": T("示例数据", "Sample data"),
}
