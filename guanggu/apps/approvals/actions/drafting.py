"""Writing an application, kept on the server at each step."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, TooMany
from guanggu.base.ids import Ref, readable_code
from guanggu.base.limits import FILES_A_CASE_MAX
from guanggu.kernel.document.public import Received, StoredFile, keep_file
from guanggu.kernel.journal.public import DIGEST_KEY, REMOVED, action, append, state_digest

from ..models import Draft
from ..queries import draft_of, drafts_of, holder_facts, open_item
from ..rules import check_subject, prefilled

DRAFTS_MAX = 50  # nobody writes more applications at once
TOO_MANY_DRAFTS = T(
    "您的草稿已达 {} 份。请先提交或删除部分草稿。",
    "You have {} drafts. Submit or discard some of them first.",
)
TOO_MANY_FILES = T("一件申请最多上传 {} 个文件。", "An application holds at most {} files.")
NO_MATERIAL = T("本事项不需要这份材料。", "This item does not ask for that material.")
WRONG_TYPE = T(
    "“{}”要求的文件格式为：{}。请转换格式后重新上传。",
    "“{}” has to be one of: {}. Convert the file and upload it again.",
)


def is_applicant(actor: Actor, **_: Any) -> bool:
    return actor.kind in ("person", "firm") and bool(actor.account)


def _tell(actor: Actor, draft: Draft, kind: str, **data: Any) -> None:
    append(draft.ref, kind, actor, {**data, DIGEST_KEY: state_digest(draft.state())})


def _save(actor: Actor, draft: Draft, **data: Any) -> dict[str, Any]:
    draft.version += 1
    draft.updated_at = clock.now()
    draft.save()
    _tell(actor, draft, "approvals.draft_saved", item=draft.item, **data)
    return {"draft": draft.key, "version": draft.version}


@action("approvals.start_draft", allows=is_applicant, title=T("开始申请", "Begin an application"))
def start_draft(actor: Actor, *, item: str) -> dict[str, Any]:
    """Begin an application for an open item. Raises Missing, Conflict, Invalid, TooMany."""
    found = open_item(item)
    check_subject(found, bool(actor.firm))
    if drafts_of(actor).count() >= DRAFTS_MAX:
        raise TooMany(TOO_MANY_DRAFTS.format(DRAFTS_MAX))
    now, known = clock.now(), holder_facts(actor)
    ways = found.get("delivery") or ["online"]
    draft = Draft.objects.create(
        key=readable_code(10), item=item, item_name=str(found["name"])[:120],
        holder=actor.account, firm=actor.firm, applicant=known,
        form=prefilled(found.get("form_schema") or {}, known, bool(actor.firm)),
        delivery={"way": "online" if "online" in ways else ways[0]},
        created_at=now, updated_at=now,
    )  # fmt: skip
    _tell(actor, draft, "approvals.draft_started", item=item)
    return {"draft": draft.key}


@action("approvals.save_draft", allows=is_applicant, title=T("保存草稿", "Save a draft"))
def save_draft(actor: Actor, *, draft: str, part: str, values: dict[str, Any]) -> dict[str, Any]:
    """Keep a step's answers: ``part`` is applicant, form or delivery.

    Values of the form are joined with what is there; None takes a value out.
    """
    row = _locked(actor, draft)
    if part == "form":
        row.form = {k: v for k, v in {**row.form, **values}.items() if v is not None}
    elif part == "applicant":
        # Who applies is known from the account; only how to reach him is his to say.
        known = {k: v for k, v in values.items() if k not in ("name", "code") or not row.firm}
        row.applicant = {**row.applicant, **known}
    elif part == "delivery":
        row.delivery = values
    else:
        raise Invalid(T("没有这一步。", "There is no such step."))
    return _save(actor, row, part=part)


def _locked(actor: Actor, key: str) -> Draft:
    found = draft_of(actor, key)
    return Draft.objects.select_for_update().get(pk=found.pk)


@action("approvals.attach_file", allows=is_applicant, title=T("上传材料", "Upload a material"))
def attach_file(
    actor: Actor, *, draft: str, material: str, received: dict[str, Any]
) -> dict[str, Any]:
    """Add a file that was received (see the document kernel) to a material of the draft."""
    row = _locked(actor, draft)
    needed = {m["key"]: m for m in open_item(row.item).get("materials") or ()}
    if material not in needed:
        raise Invalid(NO_MATERIAL, fields={"material": NO_MATERIAL})
    if sum(map(len, row.materials.values())) >= FILES_A_CASE_MAX:
        raise Invalid(TOO_MANY_FILES.format(FILES_A_CASE_MAX))
    check_type(needed[material], str(received["name"]))
    stored = keep_file(actor, Received(**received), row.ref, purpose=material)
    row.materials = {**row.materials, material: [*row.materials.get(material, []), stored.key]}
    return {**_save(actor, row, part="materials", material=material), "file": stored.key}


def check_type(material: dict[str, Any], name: str) -> None:
    """Raises Invalid where the material does not take files of that ending."""
    types = [str(t).lower() for t in material.get("file_types") or ()]
    ending = name.rpartition(".")[2].lower()
    ending = {"jpeg": "jpg"}.get(ending, ending)
    if types and ending not in types:
        title = T(material["name"], material.get("name_en") or material["name"])
        shown = "、".join(types)
        message = WRONG_TYPE.format(title, T(shown, ", ".join(types)))
        raise Invalid(message, fields={"file": message}, code="file_type")


@action("approvals.detach_file", allows=is_applicant, title=T("删除材料", "Remove a material"))
def detach_file(actor: Actor, *, draft: str, file: str) -> dict[str, Any]:
    """Take a file out of the draft. A file that is not in it is passed over."""
    row = _locked(actor, draft)
    kept = {m: [f for f in files if f != file] for m, files in row.materials.items()}
    row.materials = {m: files for m, files in kept.items() if files}
    return _save(actor, row, part="materials")


@action("approvals.discard_draft", allows=is_applicant, title=T("删除草稿", "Discard a draft"))
def discard_draft(actor: Actor, *, draft: str) -> dict[str, Any]:
    row = _locked(actor, draft)
    remove(actor, row)
    return {"draft": draft}


def remove(actor: Actor, draft: Draft, **data: Any) -> None:
    """Delete the row; its history stays."""
    ref = Ref("drafts", draft.key)
    draft.delete()
    append(ref, "approvals.draft_discarded", actor, {**data, DIGEST_KEY: REMOVED})


def stored_files(keys: list[str]) -> list[dict[str, Any]]:
    """What a case keeps of files: key, name, size, type and digest."""
    rows = {row.key: row for row in StoredFile.objects.filter(key__in=keys)}
    return [
        {"file": key, "name": rows[key].name, "size_bytes": rows[key].size_bytes,
         "media_type": rows[key].media_type, "sha256": rows[key].sha256}
        for key in keys
        if key in rows
    ]  # fmt: skip
