"""The words of projects: stages, milestones, money, reports and warnings, in both languages."""

from guanggu.base.bilingual import T

STAGES = {
    "reserve": T("储备", "Reserve"),
    "preparation": T("前期", "Preparation"),
    "commencement": T("开工", "Commencement"),
    "construction": T("在建", "Under construction"),
    "completion": T("竣工", "Completed"),
    "production": T("投产", "In production"),
    "stopped": T("终止", "Stopped"),
}
STAGE_COLOURS = {
    "reserve": "#7a8699", "preparation": "#5b3a96", "commencement": "#d98a00",
    "construction": "#0b4ca1", "completion": "#1f7a6d", "production": "#2f8f5b",
    "stopped": "#4a4f57",
}  # fmt: skip
RUNNING = ("preparation", "commencement", "construction", "completion")
BUILDING = ("commencement", "construction", "completion")

# Kinds of milestone by the stage in which they are reached.
MILESTONES: dict[str, dict[str, T]] = {
    "preparation": {
        "approval": T("立项（审批、核准、备案）", "Project approved or filed"),
        "land": T("取得用地", "Land obtained"),
        "planning_permit": T("建设工程规划许可", "Planning permit"),
        "construction_permit": T("施工许可", "Construction permit"),
    },
    "commencement": {"start": T("开工", "Start of works")},
    "construction": {
        "foundation": T("基础完工", "Foundation finished"),
        "topping_out": T("主体封顶", "Topping out"),
        "installation": T("设备安装", "Equipment installed"),
        "other": T("其他节点", "Other milestone"),
    },
    "completion": {"completion": T("竣工验收", "Acceptance of the works")},
    "production": {"production": T("投产运营", "Start of production")},
}
MILESTONE_KINDS = {kind: title for kinds in MILESTONES.values() for kind, title in kinds.items()}
STAGE_OF = {kind: stage for stage, kinds in MILESTONES.items() for kind in kinds}
ORDER_OF = {kind: number for number, kind in enumerate(MILESTONE_KINDS)}

FUNDING = {
    "government": T("政府投资", "Government"),
    "enterprise": T("企业自筹", "Enterprise"),
    "loan": T("银行贷款", "Bank loan"),
    "foreign": T("利用外资", "Foreign capital"),
    "mixed": T("多渠道", "Several sources"),
}
REPORT_STATES = {
    "submitted": T("待审核", "To be reviewed"),
    "approved": T("已审核", "Approved"),
    "returned": T("已退回", "Sent back"),
}
REPORT_TONES = {"submitted": "warn", "approved": "ok", "returned": "bad"}
WARNING_KINDS = {
    "milestone_late": T("节点逾期", "Milestone overdue"),
    "forecast_late": T("节点预计滞后", "Milestone forecast late"),
    "investment_behind": T("投资进度滞后", "Investment behind its path"),
    "report_missing": T("月报未报送", "Monthly report missing"),
    "permit_stuck": T("手续办理滞后", "Permit not granted in time"),
}
UNITS = {
    "milestone_late": T("天", "days"), "forecast_late": T("天", "days"),
    "investment_behind": T("%", "%"), "report_missing": T("天", "days"),
    "permit_stuck": T("天", "days"),
}  # fmt: skip
LEVELS = {"yellow": T("黄色预警", "Yellow"), "red": T("红色预警", "Red")}
LEVEL_TONES = {"yellow": "warn", "red": "bad"}
WARNING_STATES = {
    "open": T("预警中", "Open"),
    "handling": T("督办中", "Being handled"),
    "closed": T("已解除", "Closed"),
}
WARNING_TONES = {"open": "warn", "handling": "bad", "closed": "ok"}
BULLETIN_STATES = {"draft": T("草稿", "Draft"), "published": T("已印发", "Published")}
DELAY_KIND = "project_delay"


def choices(words: dict[str, T]) -> list[tuple[str, T]]:
    return list(words.items())
