"""A small permit procedure and cases of it, for tests and benchmarks."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.kernel.identity.models import Organisation

from .public import ensure_published, open_case

PERMIT = "test.permit"


def outcome(key: str, zh: str, en: str, to: str = "", **more: Any) -> dict[str, Any]:
    made = {"key": key, "title": zh, "title_en": en, **more}
    return {**made, "to": to} if to else made


def end(key: str, zh: str, en: str) -> dict[str, Any]:
    return {"key": key, "title": zh, "title_en": en, "kind": "end"}


def _effect(do: str, **more: Any) -> dict[str, Any]:
    return {"clock": "*", "do": do, **more}


_REASON = {
    "type": "object",
    "required": ["reason"],
    "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 2000}},
}


def _acceptance() -> list[dict[str, Any]]:
    return [
        {
            "key": "accept", "title": "受理", "title_en": "Acceptance", "stage": "acceptance",
            "role": "accept",
            "timers": [{"days": 3}, {"days": 5, "outcome": "deemed"}],
            "outcomes": [
                outcome("accept", "予以受理", "Accept", "review", effects=[_effect("start")]),
                outcome("notify", "一次告知", "One-time notice", "supplement", data=_REASON),
                outcome("refuse", "不予受理", "Refuse", "refused", data=_REASON),
                outcome(
                    "deemed", "视为受理", "Deemed accepted", "review",
                    effects=[_effect("start", since="case_opened")],
                ),
            ],
        },
        {
            "key": "supplement", "title": "补正", "title_en": "Supplement", "stage": "acceptance",
            "kind": "wait", "role": "applicant", "once": True,
            "timers": [{"days": 30, "outcome": "lapse"}],
            "outcomes": [
                outcome("supplemented", "已补正", "Supplemented", "accept"),
                outcome("lapse", "逾期未补正", "Lapsed", "lapsed"),
            ],
        },
    ]  # fmt: skip


def _review() -> list[dict[str, Any]]:
    return [
        {
            "key": "review", "title": "审查", "title_en": "Review", "stage": "review",
            "role": "review",
            "outcomes": [
                outcome("pass", "审查通过", "Pass", "decide", keep=["fee"], tell=["fee"]),
                outcome("inspect", "现场核查", "Inspect", "inspect"),
                outcome(
                    "consult", "联合审查", "Joint review", "joint",
                    when="len(data.departments) > 0",
                ),
            ],
        },
        {
            "key": "inspect", "title": "现场核查", "title_en": "Inspection", "stage": "review",
            "role": "review", "on_enter": [_effect("pause", reason="inspection")],
            "on_leave": [_effect("resume")],
            "outcomes": [outcome("inspected", "核查完成", "Inspected", "review")],
        },
        {
            "key": "joint", "title": "联合审查", "title_en": "Joint review", "stage": "review",
            "kind": "parallel", "role": "review", "organisations": "data.departments",
            "outcomes": [outcome("agree", "同意", "Agree"), outcome("object", "反对", "Object")],
            "join": [
                outcome(
                    "agreed", "一致同意", "All agree", "decide",
                    when='all(answers, #.outcome == "agree")',
                ),
                outcome("disputed", "有不同意见", "Disputed", "review"),
            ],
        },
    ]  # fmt: skip


def permit_definition(**changes: Any) -> dict[str, Any]:
    """Accept (deemed after five days), one-time notice, review, joint review, decision."""
    clocks = {
        "statutory": {
            "title": "法定期限", "title_en": "Statutory limit", "days": "data.statutory_days",
            "extension_days": 10,
        },
        "promised": {
            "title": "承诺期限", "title_en": "Promised limit", "days": "data.promised_days",
            "extension_days": 10,
        },
    }  # fmt: skip
    decide = {
        "key": "decide", "title": "决定", "title_en": "Decision", "stage": "decision",
        "role": "decide", "not_same_person_as": ["accept"], "on_leave": [_effect("stop")],
        "outcomes": [
            outcome("grant", "准予许可", "Grant", "granted"),
            outcome("deny", "不予许可", "Deny", "denied", data=_REASON),
        ],
    }  # fmt: skip
    ends = [
        end("granted", "准予", "Granted"), end("denied", "不予", "Denied"),
        end("refused", "不予受理", "Refused"), end("lapsed", "逾期", "Lapsed"),
    ]  # fmt: skip
    return {
        "kind": "permit", "title": "测试许可", "title_en": "Test permit", "prefix": "XK",
        "start": "accept", "clocks": clocks,
        "reopen": {"to": ["review"], "roles": ["decide"]}, "jump_roles": ["decide"],
        "steps": [*_acceptance(), *_review(), decide, *ends],
        **changes,
    }  # fmt: skip


def publish_permit(**changes: Any) -> None:
    ensure_published(platform("test"), PERMIT, permit_definition(**changes))


def a_case(
    organisation: Organisation, actor: Actor | None = None, **changes: Any
) -> dict[str, Any]:
    """Open a permit case of the organisation; answers what ``open_case`` does."""
    publish_permit()
    data = {"statutory_days": 10, "promised_days": 5, "departments": [], **changes.pop("data", {})}
    given = {"title": "测试事项", "applicant_name": "武汉测试有限公司", **changes}
    return open_case(
        actor or platform("test"), procedure=PERMIT, organisation=organisation.code, data=data,
        **given,
    )  # fmt: skip
