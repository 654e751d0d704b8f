"""What is checked before a record of a project is saved, whoever writes it: form, sheet or interface."""

from __future__ import annotations

import re

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Post
from guanggu.kernel.register.public import snapshot
from guanggu.standards import gb_32100_2015 as gb_32100
from guanggu.standards import gb_t_40058_2021 as project_code

from ..models import InvestmentPlan, Milestone, PermitLink, Project, WarningRule

_INDUSTRY = re.compile(r"[A-T](?:0[1-9]|[1-8]\d|9[0-7])\d{0,2}")
_FIX = T("请按提示修改。", "Mend what is said beside each field.")
_BAD_INDUSTRY = T(
    "行业代码应为门类字母加大类及以下数字，如 C3963。",
    "An industry is its section's letter and two to four digits, as C3963.",
)
_BAD_OWNER = T("统一社会信用代码有误，请核对。", "The unified code is not right; check it.")
_BAD_POST = T(
    "没有这个岗位。请填写“机构代码/岗位名称”，如 wehdz-jsj/局长。",
    "No such post. Write the code of the unit and the post, as wehdz-jsj/局长.",
)
_STAGE = T(
    "已登记项目的阶段请在项目页“推进阶段”中变更。",
    "Change the stage of a registered project on its page, by moving it on.",
)
_ORDER = T("计划竣工不能早于计划开工。", "The completion cannot lie before the start.")
_NEGATIVE = T("金额不能为负数。", "Money cannot be negative.")
_BAD_GOAL = T(
    "没有这个规划目标。请填写“规划目标”页所列的编号，如 G451-07。",
    "No such goal of the plan. Write its number as the plan's page gives it, as G451-07.",
)
_FUTURE = T("实际完成日期不能晚于今天。", "The actual day cannot lie ahead.")
_NOT_PARCEL = T("用地范围应为面。", "A parcel is an area (polygon).")


def check_project(row: Project) -> None:
    """Codes in their form, references that lead somewhere, days in order. Raises Invalid by field."""
    wrong: dict[str, T] = {}
    row.code = project_code.normalise(row.code)
    if row.code and (found := project_code.errors_of(row.code, clock.today())):
        wrong["code"] = found[0]
    if row.industry and not _INDUSTRY.fullmatch(row.industry):
        wrong["industry"] = _BAD_INDUSTRY
    _read_owner(row, wrong)
    _read_post(row, wrong)
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        wrong["ends_on"] = _ORDER
    if row.investment < 0:
        wrong["investment"] = _NEGATIVE
    if row.reports_from:
        row.reports_from = row.reports_from.replace(day=1)
    if row.geometry is not None and not row.geometry.geom_type.endswith("Polygon"):
        wrong["geometry"] = _NOT_PARCEL
    _read_goal(row, wrong)
    if row.pk:
        before = Project.objects.filter(pk=row.pk).values_list("stage", flat=True).first()
        if before and before != row.stage:
            wrong["stage"] = _STAGE
    if wrong:
        raise Invalid(_FIX, fields=wrong)


def _read_owner(row: Project, wrong: dict[str, T]) -> None:
    """A bare code becomes the reference; the name is that of the register of entities."""
    if not row.owner:
        return
    code = gb_32100.normalise(row.owner.removeprefix("legal_entities/"))
    if not gb_32100.is_valid(code):
        wrong["owner"] = _BAD_OWNER
        return
    row.owner = f"legal_entities/{code}"
    if not row.owner_name:
        known = snapshot(Ref("legal_entities", code))
        row.owner_name = str(known["title"])[:200] if known else ""


def _read_post(row: Project, wrong: dict[str, T]) -> None:
    if not row.post:
        return
    first, _, second = row.post.partition("/")
    posts = Post.objects.filter(is_active=True)
    if first == "posts" and second.isdigit():
        post = posts.filter(pk=int(second)).first()
    else:
        post = posts.filter(organisation__code=first, name=second).order_by("pk").first()
    if post is None:
        wrong["post"] = _BAD_POST
    else:
        row.post = str(post.ref)


def _read_goal(row: Project, wrong: dict[str, T]) -> None:
    """A bare number becomes the reference to the plan's goal."""
    if not row.goal:
        return
    key = row.goal.strip().removeprefix("plan_goals/")
    row.goal = f"plan_goals/{key}"
    if snapshot(Ref("plan_goals", key)) is None:
        wrong["goal"] = _BAD_GOAL


def check_milestone(row: Milestone) -> None:
    if row.actual_on and row.actual_on > clock.today():
        raise Invalid(_FIX, fields={"actual_on": _FUTURE})


def check_plan(row: InvestmentPlan) -> None:
    if row.month is not None:
        row.month = row.month.replace(day=1)
    if row.amount < 0:
        raise Invalid(_FIX, fields={"amount": _NEGATIVE})


def check_permit(row: PermitLink) -> None:
    if row.granted_on and row.granted_on > clock.today():
        raise Invalid(_FIX, fields={"granted_on": _FUTURE})


def check_rule(row: WarningRule) -> None:
    most = 100 if row.kind == "investment_behind" else 3650
    if row.limit is not None and not 1 <= row.limit <= most:
        message = T("阈值应在 1 到 {} 之间。", "The limit lies between 1 and {}.").format(most)
        raise Invalid(_FIX, fields={"limit": message})
