"""What officials and applicants write."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from guanggu.base import clock
from guanggu.base.calendar import working_calendar

_TEXTS: dict[str, tuple[str, ...]] = {
    "approve": ("材料齐全、内容真实，符合法定条件，建议准予。", "经审查符合要求，拟同意。",
                "核查结论合格，建议作出准予决定。"),
    "reject": ("经营场所不符合法定条件，建议不予许可。", "核查不合格，不符合标准要求。"),
    "refuse": ("不符合法定条件、标准，依法不予许可。", "现场条件未达到规定要求。"),
    "decline": ("申请事项不属于本机关职权范围，请向有权机关申请。", "该事项依法不需要取得许可。"),
    "notice": ("经营场所证明不清晰，请重新提供。", "申请书缺少签章，请补正。", "请补充平面布局图。"),
    "return": ("审查意见不完整，请补充说明。", "请进一步核实现场情况。"),
    "terminate": ("申请人主体资格终止，终止办理。",),
    "special": ("依法需要开展，请申请人配合。", "为核实申请材料实质内容，依法安排。"),
    "report": ("已按程序完成，情况属实。", "两名工作人员到场，记录在案。"),
    "joint": ("无不同意见。", "同意，请按规范要求落实。"),
    "withdraw": ("经营计划调整，申请撤回。", "材料需重新准备。", "暂不办理。"),
    "extend": ("情况复杂，需进一步论证。", "涉及多部门意见，需延长办理。"),
    "skip": ("项目紧急，先行办理送达。",),
    "outside_fee": ("材料整理与复印费用。",),
    "correction": ("已按要求补充材料。", "已重新上传清晰扫描件。", "已补正并核对。"),
    "appeal": ("对不予许可的理由有异议，请求复核。", "现场条件已经整改，请重新核查。"),
    "reopen": ("申诉理由成立，重新办理。",),
    "dismiss": ("原决定认定事实清楚，予以维持。",),
    "mended": ("已与申请人电话沟通并致歉，问题已整改。",),
    "rating_5": ("服务热情，办得很快。", "一次都没跑，很方便。", ""),
    "rating_4": ("总体满意。", ""),
    "rating_3": ("流程还可以再简化。",),
    "rating_2": ("等待时间偏长。",),
    "rating_1": ("多次补材料，解释不清楚。", "超期很久才办结。"),
}  # fmt: skip


def text(rng: random.Random, what: str) -> str:
    return rng.choice(_TEXTS[what])


def data_for(
    rng: random.Random, step: str, outcome: str, item: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer that goes with an outcome, as the procedures ask for it."""
    if outcome == "notice":
        keys = [m["key"] for m in item["materials"] or () if not m.get("when")]
        return {"missing": rng.sample(keys, min(len(keys), 1)), "other": text(rng, "notice")}
    if outcome == "decline":
        return {"ground": "not_competent", "reason": text(rng, "decline")}
    if outcome in ("approve", "reject"):
        return {"opinion": text(rng, outcome)}
    if step == "joint":
        return {"opinion": text(rng, "joint")}
    if outcome == "checked":
        return {"opinion": text(rng, "approve")}
    if outcome in ("refuse", "return", "terminate", "dismiss"):
        return {"reason": text(rng, outcome)}
    if outcome == "reopen":
        return {"step": "decision", "reason": text(rng, "reopen")}
    if outcome == "mended":
        return {"measures": text(rng, "mended")}
    if outcome == "done":
        return {"conclusion": "pass", "report": text(rng, "report")}
    if step in ("delivery", "refusal_delivery"):
        return _delivery(rng, outcome)
    if step == "review":
        return _special(rng, outcome)
    return {}


def _special(rng: random.Random, outcome: str) -> dict[str, Any]:
    data: dict[str, Any] = {"reason": text(rng, "special"), "planned_days": rng.randint(3, 10)}
    if outcome == "hearing":
        held_on = working_calendar().add_working_days(clock.today(), 12)
        data |= {"held_on": held_on.isoformat(), "place": "政务服务中心三楼听证室（样例）"}
    return data


def _delivery(rng: random.Random, outcome: str) -> dict[str, Any]:
    if outcome == "window":
        return {"receiver": "样例签收人", "received_on": clock.today().isoformat()}
    if outcome == "post":
        return {"carrier": "邮政速递", "tracking_number": f"SAMPLE{rng.randrange(10**9):09d}"}
    return {}
