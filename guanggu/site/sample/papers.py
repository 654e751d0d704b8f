"""Official documents of the sample district: some at every step of their way, by real actions."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from guanggu.apps.office.actions import advance, create_draft, submit_draft
from guanggu.apps.office.models import OfficialDocument
from guanggu.apps.office.queries import my_tasks
from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Appointment, actor_for

from .bodies import DISTRICT

OFFICE = f"{DISTRICT}-bgs"
# How far each goes: 0 a draft, 1 under review, 2 countersigning, 3 waiting for the signature,
# 4 waiting for its number and seal.
_TOPICS: tuple[tuple[str, str, int], ...] = (
    ("关于印发政务服务事项清单(2026年版)的通知", "现将清单印发给你们，请认真组织实施。", 4),
    ("关于开展营商环境专项整治的通知", "定于本月起开展营商环境专项整治，现就有关事项通知如下。", 4),
    ("关于做好防汛工作的紧急通知", "汛期将至，请各单位落实值班和抢险准备。", 4),
    ("关于调整电子监察规则的通知", "自下月起，临近期限提示提前至期限的五分之一。", 3),
    ("关于召开产业招商工作会议的通知", "定于本周五召开产业招商工作会议，请准时参加。", 3),
    ("关于公布三五五一人才计划评审结果的通知", "经评审和公示，现将结果公布如下。", 3),
    ("关于规范占道施工管理的意见", "为规范占道施工管理，减少对交通的影响，提出如下意见。", 2),
    ("关于湖泊水质提升工作方案的通知", "现将湖泊水质提升工作方案印发给你们。", 2),
    ("关于加强建设工地扬尘防治的通知", "请各单位严格落实扬尘防治要求。", 1),
    ("关于报送年度统计资料的通知", "请于月底前报送年度统计资料。", 1),
    ("关于优化企业开办流程的通知", "为进一步压缩企业开办时间，现就有关事项通知如下。", 0),
    ("关于社区养老服务试点的通知", "决定在部分社区开展居家养老服务试点。", 0),
)
_TO = ("scj", "cgj", "hsj", "jsj", "kcj", "rsj")


def add_papers(rng: random.Random, progress: Callable[[int, int], None]) -> int:
    """Draft the topics and bring each as far as it says; answers how many."""
    now = clock.now()
    people = {
        "drafter": _official(OFFICE, "draft"), "editor": _official(OFFICE, "edit"),
        "leader": _official(DISTRICT, "sign"), "sealer": _official(OFFICE, "seal"),
    }  # fmt: skip
    for number, (title, sentence, far) in enumerate(_TOPICS):
        begun_at = now - timedelta(days=2, hours=2 * (len(_TOPICS) - number))
        with clock.fixed_at(begun_at):
            _add(people, title, sentence, far, rng.sample(_TO, 3), begun_at)
        progress(number + 1, len(_TOPICS))
    return len(_TOPICS)


def _official(organisation: str, role: str) -> Actor:
    for held in Appointment.objects.filter(
        post__organisation__code=organisation, account__is_sample=True
    ).order_by("pk"):
        if role in held.post.roles:
            return actor_for(held.account, post=held.post_id)
    raise RuntimeError(f"nobody in {organisation} may {role}")


def _add(
    people: dict[str, Actor], title: str, sentence: str, far: int, to: list[str], at: datetime
) -> None:
    cosigners = [f"{DISTRICT}-{to[0]}"] if far == 2 else []
    values = {
        "title": title, "issuer": DISTRICT, "word": "武新管", "cosigners": cosigners,
        "body": f"{sentence}\n一、各单位要高度重视，明确责任，按时完成各项任务。\n"
        "二、工作中遇到的问题请及时报送管委会办公室。\n特此通知。",
        "addressees": [f"{DISTRICT}-{code}" for code in to], "remark": "此件公开发布",
    }  # fmt: skip
    drafter = people["drafter"]
    key = create_draft(drafter, key=None, kind="outgoing", values=values)["key"]
    if far == 0:
        return
    with clock.fixed_at(at + timedelta(minutes=25)):
        submit_draft(drafter, key=None, document=key)
    if far > 1:
        told = "consult" if cosigners else "pass"
        with clock.fixed_at(at + timedelta(hours=3)):
            _step(people["editor"], key, told, opinion="文字已核，拟同意。")
    if far > 3:
        with clock.fixed_at(at + timedelta(hours=22)):
            _step(people["leader"], key, "sign", method="totp", opinion="同意印发。")


def _step(actor: Actor, document: str, outcome: str, **data: Any) -> None:
    number = OfficialDocument.objects.values_list("case_number", flat=True).get(key=document)
    task = next(task for task in my_tasks(actor) if task.case.number == number)
    advance(actor, key=None, task=task.pk, outcome=outcome, data=data)
