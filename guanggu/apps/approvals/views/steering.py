"""What may be done to a case besides its tasks: extend, pause, resume, charge, correct, move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.case.public import CaseFile, add_note
from guanggu.kernel.identity.public import Post, actor_of
from guanggu.standards.administrative_licensing_law import EXCLUDED_TIMES
from guanggu.web.schema_form import SchemaForm

from .. import actions
from ..queries import matter
from ..rules import KIND
from .asking import days, named, option, prose
from .repeating import repeated

Act = Callable[[Actor, CaseFile, str | None, dict[str, Any]], Any]


REASON = prose(T("理由", "Reasons"))


def _schema(**properties: Any) -> dict[str, Any]:
    optional = {n for n, p in properties.items() if p.pop("optional", False)}
    return {"type": "object", "properties": properties,
            "required": [n for n in properties if n not in optional]}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """A further action on a case: its page and who is offered it."""

    title: T
    offered: Callable[[Actor, CaseFile], bool]
    schema: Callable[[CaseFile], dict[str, Any]]
    act: Act
    lead: T | None = None


def _own(actor: Actor, file: CaseFile) -> bool:
    return actor.organisation == file.case.organisation_id and file.case.kind == KIND


def _live(file: CaseFile, *states: str) -> bool:
    return any(
        c.name in ("promised", "statutory") and c.state in states and c.round == file.case.round
        for c in file.clocks
    )


def _is_head(actor: Actor) -> bool:
    return actor.has("head") or Post.objects.filter(pk=actor.post, is_head=True).exists()


def _extend_schema(file: CaseFile) -> dict[str, Any]:
    rule = file.definition.clocks["statutory"].extension_days
    most = rule if isinstance(rule, int) else 10
    return _schema(days=days(T("延长天数", "Extend by"), most), reason=dict(REASON))


def _pause_schema(file: CaseFile) -> dict[str, Any]:
    options = [option(code, title) for code, title in EXCLUDED_TIMES.items()]
    return _schema(
        reason={"type": "string", **named(T("不计入期限的情形", "Excluded time")),
                "x-widget": "select", "oneOf": options},
        planned_days=days(T("预计所需时间", "Time needed"), 120),
        note=prose(T("事由（告知申请人）", "Why (told to the applicant)")),
    )  # fmt: skip


def _fee_schema(file: CaseFile) -> dict[str, Any]:
    listed = file.case.data["item"].get("fees") or []
    options = [
        option(
            str(i),
            T("{}（{}元）", "{} (CNY {})").format(
                T(f["name"], f.get("name_en") or f["name"]), f"{f['amount_fen'] / 100:.2f}"
            ),
        )
        for i, f in enumerate(listed)
    ]
    options.append(option("outside", T("事项外收费", "A fee outside the item")))
    outside = {"x-show-when": {"fee": "outside"}}
    return _schema(
        fee={"type": "string", **named(T("收费项目", "Fee")), "x-widget": "radios",
             "oneOf": options},
        name={"type": "string", **named(T("费用名称", "Name")), "maxLength": 80, **outside},
        yuan={"type": "integer", **named(T("金额", "Amount")), "minimum": 1,
              "maximum": 10_000_000, **named(T("元", "CNY"), "x-unit"), **outside},
        reason={**REASON, **named(T("事项外收费的依据", "Ground")), **outside,
                **named(T("将报告电子监察。", "Supervision is told."), "x-help")},
    )  # fmt: skip


def _charge(actor: Actor, file: CaseFile, key: str | None, data: dict[str, Any]) -> Any:
    if data["fee"] == "outside":
        return actions.notify_fee(
            actor, key=key, number=file.case.number, name=data["name"],
            amount_fen=data["yuan"] * 100, outside_item=True, reason=data["reason"],
        )  # fmt: skip
    fee = file.case.data["item"]["fees"][int(data["fee"])]
    return actions.notify_fee(
        actor, key=key, number=file.case.number, name=fee["name"], amount_fen=fee["amount_fen"]
    )


def _payment_schema(file: CaseFile) -> dict[str, Any]:
    due = [f for f in file.case.data.get("fees") or () if f["state"] == "due"]
    return _schema(
        name={"type": "string", **named(T("费用", "Fee")), "x-widget": "radios",
              "oneOf": [{"const": f["name"], "title": f["name"]} for f in due]},
        waived={"type": "boolean", **named(T("依法减免", "Waived by law")),
                "x-widget": "checkbox", "optional": True},
        voucher={"type": "string", **named(T("票据号或减免依据", "Voucher or ground")),
                 "maxLength": 80},
    )  # fmt: skip


def _steps_schema(file: CaseFile) -> dict[str, Any]:
    steps = [s for s in file.definition.steps.values() if s.kind == "task"]
    options = [option(s.key, s.title) for s in steps if s.key != file.case.step]
    return _schema(
        step={"type": "string", **named(T("转到", "Move to")), "x-widget": "select",
              "oneOf": options},
        reason=dict(REASON),
    )  # fmt: skip


def _only_reason(file: CaseFile) -> dict[str, Any]:
    return _schema(reason=dict(REASON))


def _by(act: Callable[..., Any]) -> Act:
    def run(actor: Actor, file: CaseFile, key: str | None, data: dict[str, Any]) -> Any:
        return act(actor, key=key, number=file.case.number, **data)

    return run


def _note(actor: Actor, file: CaseFile, key: str | None, data: dict[str, Any]) -> Any:
    return add_note(actor, key=key, case=file.case.pk, text=data["text"])


DEEDS: dict[str, Deed] = {
    "extend": Deed(
        T("延长期限", "Extend the limit"),
        lambda a, f: f.case.is_open and _own(a, f) and _live(f, "running") and _is_head(a)
        and not any(c.definition.get("extended_days") for c in f.clocks if c.name == "statutory"),
        _extend_schema, _by(actions.extend_limit),
        T("只能延长一次，须经本机关负责人批准，理由将书面告知申请人（行政许可法第四十二条）。",
          "Once only, by the head; the reason is told to the applicant in writing (Article 42)."),
    ),
    "pause": Deed(
        T("暂停计时", "Pause the limits"),
        lambda a, f: f.case.is_open and _own(a, f) and _live(f, "running")
        and any(a.has(t.role) for t in f.open_tasks()),
        _pause_schema, _by(actions.pause_matter),
        T("仅限法律规定的情形，并书面告知申请人所需时间（行政许可法第四十五条）。",
          "Only for what the law names; the applicant is told the time needed (Article 45)."),
    ),
    "resume": Deed(
        T("恢复计时", "Resume the limits"),
        lambda a, f: f.case.is_open and _own(a, f) and _live(f, "paused")
        and any(a.has(t.role) for t in f.open_tasks()),
        lambda f: _schema(), _by(actions.resume_matter),
        T("自下一个工作日起继续计算期限。", "The limits run on from the next working day."),
    ),
    "charge": Deed(
        T("通知缴费", "Give notice of a fee"),
        lambda a, f: f.case.is_open and _own(a, f) and a.has("accept", "decide", "deliver"),
        _fee_schema, _charge,
        T("只能按事项公布的项目和标准收费。", "Only as the item states it."),
    ),
    "payment": Deed(
        T("登记缴费", "Record a payment"),
        lambda a, f: _own(a, f) and a.has("accept", "decide", "deliver")
        and any(x["state"] == "due" for x in f.case.data.get("fees") or ()),
        _payment_schema, _by(actions.record_payment),
    ),
    "correct": Deed(
        T("更正证件", "Correct the certificate"),
        lambda a, f: f.case.outcome == "granted" and _own(a, f) and a.has("decide", "head"),
        _only_reason, _by(actions.correct_certificate),
        T("原证件将撤销，本件回到决定环节重新制证。",
          "The certificate is withdrawn and the matter goes back to the decision."),
    ),
    "move": Deed(
        T("调整步骤", "Move the case"),
        lambda a, f: f.case.is_open and _own(a, f) and a.has("head"),
        _steps_schema, _by(actions.move_matter),
        T("跳过法定环节将报告电子监察。", "A skipped stage is told to supervision."),
    ),
    "note": Deed(
        T("添加备注", "Add a note"), lambda a, f: True,
        lambda f: _schema(text=prose(T("备注", "Note"))), _note,
        T("备注只供工作人员查看。", "Notes are seen by officials only."),
    ),
}  # fmt: skip


def deeds_for(actor: Actor, file: CaseFile) -> list[tuple[str, T]]:
    return [(code, deed.title) for code, deed in DEEDS.items() if deed.offered(actor, file)]


@require_http_methods(["GET", "POST"])
def steer(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """The page of one further action: what it asks, then back to the case."""
    actor = actor_of(request)
    if actor.kind != "official":
        raise Forbidden(T("请切换到您的岗位。", "Switch to your post."))
    file = matter(actor, number)
    if repeated(request, actor) is not None:
        return redirect("approvals:case", number=number)
    chosen = DEEDS.get(deed)
    if chosen is None or not chosen.offered(actor, file):
        raise Missing(T("本件目前不能进行此项操作。", "This cannot be done to the case now."))
    schema = chosen.schema(file)
    form = SchemaForm(schema)
    if request.method == "POST":
        form = SchemaForm.from_post(schema, request.POST)
        if form.is_complete:
            try:
                chosen.act(actor, file, request.POST.get("request_key"), dict(form.data))
                messages.success(request, str(T("已办理。", "Done.")))
                return redirect("approvals:case", number=number)
            except Invalid as problem:
                form.add_problem(problem)
    context = {"case": file.case, "form": form, "deed": chosen}
    return render(request, "approvals/deed.html", context, status=422 if form.errors else 200)
