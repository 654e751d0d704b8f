"""The guided application: introduction, steps with a draft on the server, check, submission."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing, Problem
from guanggu.kernel.document.public import StoredFile, receive
from guanggu.kernel.identity.public import actor_of
from guanggu.web.schema_form import SchemaForm

from .. import actions
from ..models import Draft
from ..queries import applicable_materials, draft_of, item_of, my_draft, open_item
from ..rules import check_subject, is_open, is_sent
from .presenting import answers_shown, form_of_draft, organisation_title
from .repeating import repeated
from .steps import Step, form_errors, steps_of

SIGN_IN = T(
    "请先登录，再以本人或所代表企业的身份办理。",
    "Sign in first, then apply for yourself or your firm.",
)
NO_DRAFT = T("没有这份草稿。", "There is no such draft.")
OFFICIALS_DO_NOT = T(
    "公务账户不能提出申请。请使用个人账户登录。",
    "An official's account cannot apply. Sign in with a personal account.",
)


def require_applicant(request: HttpRequest) -> Actor:
    """The person or firm that acts. Raises Forbidden."""
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(SIGN_IN, code="sign_in")
    if actor.kind not in ("person", "firm"):
        raise Forbidden(OFFICIALS_DO_NOT)
    return actor


@require_http_methods(["GET", "POST"])
def introduce(request: HttpRequest, item: str) -> HttpResponse:
    """What the item asks for; a press begins or resumes the application."""
    if request.method == "POST":
        actor = require_applicant(request)
        made = actions.start_draft(actor, key=request.POST.get("request_key"), item=item)
        return redirect("approvals:resume", item=item, draft=made["draft"])
    found = item_of(item)
    actor = actor_of(request)
    problem: Problem | None = None
    if actor.kind in ("person", "firm"):
        try:
            check_subject(found, bool(actor.firm))
        except Invalid as error:
            problem = error
    return render(
        request,
        "approvals/introduce.html",
        {
            "item": found,
            "title": T(found["name"], found.get("name_en") or found["name"]),
            "body": organisation_title(str(found["organisation"])),
            "steps": steps_of(found),
            "materials": found.get("materials") or [],
            "draft": my_draft(actor, item) if actor.is_known else None,
            "is_open": is_open(found, clock.today()),
            "problem": problem,
            "may_apply": actor.kind in ("person", "firm"),
            "signed_in": actor.is_known,
        },
    )


def _place(draft: Draft, item: str, step: str) -> tuple[Any, list[Step], Step]:
    if draft.item != item:
        raise Missing(NO_DRAFT)
    found = open_item(item)
    steps = steps_of(found)
    here = next((s for s in steps if s.code == step), None)
    if here is None:
        raise Missing(T("没有这一步。", "There is no such step."))
    return found, steps, here


@require_GET
def resume(request: HttpRequest, item: str, draft: str) -> HttpResponse:
    """Go on with a draft: to its first step that still lacks something."""
    actor = require_applicant(request)
    row = draft_of(actor, draft)
    if row.item != item:
        raise Missing(NO_DRAFT)
    found = open_item(item)
    steps = steps_of(found)
    left = {code for code, _ in _problems(row, found, steps)}
    first = steps[0].code if row.version == 1 else ""
    code = first or next((s.code for s in steps if s.code in left), "check")
    return redirect("approvals:step", item=item, draft=draft, step=code)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, item: str, draft: str, step: str) -> HttpResponse:
    """One step of the application; what was typed is kept even where it does not fit yet."""
    actor = require_applicant(request)
    done = repeated(request, actor) if step == "check" else None
    if done is not None and "number" in done:
        return redirect("approvals:receipt", number=done["number"])
    row = draft_of(actor, draft)
    found, steps, here = _place(row, item, step)
    context = _frame(row, found, steps, here)
    if step == "materials":
        return _materials(request, actor, row, found, context)
    if step == "check":
        return _check(request, actor, row, found, context)
    schema, data = form_of_draft(row, found, here)
    if request.method == "GET":
        form = SchemaForm(schema, data)
        return render(request, "approvals/step.html", {**context, "form": form})
    form = SchemaForm.from_post(schema, request.POST, context=row.form if here.names else None)
    if not form.is_redraw:
        _keep(actor, request, row, here, schema, form)
        if "later" in request.POST:
            return redirect("approvals:matters")
        if form.is_complete:
            return redirect("approvals:step", item=item, draft=draft, step=context["next"].code)
    return render(request, "approvals/step.html", {**context, "form": form})


def _keep(
    actor: Actor, request: HttpRequest, row: Draft, here: Step, schema: Any, form: SchemaForm
) -> None:
    part = "form" if here.names else here.code
    values = {n: form.data.get(n) for n in schema["properties"]}
    if part != "form":
        values = {n: v for n, v in values.items() if v is not None}
    actions.save_draft(
        actor, key=request.POST.get("request_key"), draft=row.key, part=part, values=values
    )


def _frame(row: Draft, found: Any, steps: list[Step], here: Step) -> dict[str, Any]:
    place = steps.index(here)
    return {
        "draft": row,
        "item": found,
        "title": T(found["name"], found.get("name_en") or found["name"]),
        "here": here,
        "steps": [
            {"title": s.title, "code": s.code,
             "state": "done" if i < place else "now" if i == place else "next"}
            for i, s in enumerate(steps)
        ],
        "previous": steps[place - 1] if place else None,
        "next": steps[place + 1] if place + 1 < len(steps) else None,
        "number": place + 1,
        "count": len(steps),
    }  # fmt: skip


def _files(row: Draft) -> dict[str, StoredFile]:
    keys = [key for files in row.materials.values() for key in files]
    return {file.key: file for file in StoredFile.objects.filter(key__in=keys)}


def _materials(
    request: HttpRequest, actor: Actor, row: Draft, found: Any, context: dict[str, Any]
) -> HttpResponse:
    files = _files(row)
    rows = [
        {
            "material": m,
            "title": T(m["name"], m.get("name_en") or m["name"]),
            "files": [files[k] for k in row.materials.get(m["key"], []) if k in files],
            "types": "、".join(m.get("file_types") or ()) if is_sent(m) else "",
            "sent": is_sent(m),
        }
        for m in applicable_materials(found, row.form)
    ]
    return render(request, "approvals/materials.html", {**context, "rows": rows})


@require_POST
def upload(request: HttpRequest, item: str, draft: str) -> HttpResponse:
    """Take a file for a material; a file that does not fit is said on the page of materials."""
    actor = require_applicant(request)
    row = draft_of(actor, draft)
    found, steps, here = _place(row, item, "materials")
    material = request.POST.get("material", "")[:64]
    sent = request.FILES.getlist("file")
    try:
        if not sent:
            message = T("请选择要上传的文件。", "Choose a file to upload.")
            raise Invalid(message, fields={"file": message})
        for place, file in enumerate(sent):
            actions.attach_file(
                actor, key=f"{request.POST.get('request_key', '')[:56]}-{place}", draft=draft,
                material=material, received=receive(file, file.name or "").as_dict(),
            )  # fmt: skip
    except Invalid as problem:
        context = _frame(row, found, steps, here)
        context |= {"problem": problem, "problem_at": material}
        answer = _materials(request, actor, draft_of(actor, draft), found, context)
        answer.status_code = 422
        return answer
    return redirect("approvals:step", item=item, draft=draft, step="materials")


@require_POST
def remove_file(request: HttpRequest, item: str, draft: str) -> HttpResponse:
    actor = require_applicant(request)
    key = request.POST.get("request_key")
    actions.detach_file(actor, key=key, draft=draft, file=request.POST.get("file", "")[:64])
    return redirect("approvals:step", item=item, draft=draft, step="materials")


@require_POST
def discard(request: HttpRequest, item: str, draft: str) -> HttpResponse:
    actor = require_applicant(request)
    actions.discard_draft(actor, key=request.POST.get("request_key"), draft=draft)
    return redirect("approvals:matters")


def _problems(row: Draft, found: Any, steps: list[Step]) -> list[tuple[str, T]]:
    """What is still to be mended, each with the step where it is done."""
    listed: list[tuple[str, T]] = []
    for here in (s for s in steps if s.code in ("applicant", "delivery")):
        schema, data = form_of_draft(row, found, here)
        listed += [(here.code, message) for message in form_errors(schema, data).values()]
    for path, message in form_errors(found.get("form_schema") or {}, row.form).items():
        name = path.split(".")[0]
        code = next((s.code for s in steps if name in s.names), "check")
        listed.append((code, message))
    for m in applicable_materials(found, row.form):
        if m.get("required") and is_sent(m) and not row.materials.get(m["key"]):
            title = T(m["name"], m.get("name_en") or m["name"])
            listed.append(("materials", T("请上传“{}”。", "Upload “{}”.").format(title)))
    return listed


def _check(
    request: HttpRequest, actor: Actor, row: Draft, found: Any, context: dict[str, Any]
) -> HttpResponse:
    steps = steps_of(found)
    listed = _problems(row, found, steps)
    if request.method == "POST" and not listed:
        try:
            answer = actions.submit_draft(
                actor, key=request.POST.get("request_key"), draft=row.key,
                declared=request.POST.get("declared") == "on",
            )  # fmt: skip
            return redirect("approvals:receipt", number=answer["number"])
        except Invalid as problem:
            listed = [("check", problem.message)]
    files = _files(row)
    parts = [
        (here, answers_shown(*form_of_draft(row, found, here)))
        for here in steps
        if here.code not in ("materials", "check")
    ]
    rows = [
        (T(m["name"], m.get("name_en") or m["name"]),
         "、".join(files[k].name for k in row.materials.get(m["key"], []) if k in files))
        for m in applicable_materials(found, row.form)
    ]  # fmt: skip
    context |= {"parts": parts, "material_rows": rows, "listed": listed}
    status = 422 if request.method == "POST" else 200
    return render(request, "approvals/check.html", context, status=status)
