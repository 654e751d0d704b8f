"""A matter: the case of an application, its files, and what may be said of it in public."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.case.public import (
    VIEW_CASES,
    Case,
    CaseFile,
    Outcome,
    Task,
    case_by_number,
    file_of,
)
from guanggu.kernel.document.public import StoredFile
from guanggu.kernel.identity.public import visible

from ..rules import KIND, KINDS

NO_MATTER = T(
    "没有找到该办件，或您无权查看。请核对办件编号。",
    "No such matter, or not yours to see. Check its number.",
)
NO_PROGRESS = T(
    "办件编号与查询码不符。请对照收件凭证上的编号和查询码重新输入。",
    "The number and the check code do not belong together. Compare them with your receipt.",
)


def matter(actor: Actor, number: str) -> CaseFile:
    """The whole case of an application, appeal or follow-up. Raises Missing."""
    case = case_by_number(actor, number)
    if case.kind not in KINDS:
        raise Missing(NO_MATTER)
    return file_of(case)


def find_matter(number: str) -> Case:
    """For actions, which check the actor themselves. Raises Missing."""
    found = Case.objects.filter(number=number, kind__in=KINDS).first()
    if found is None:
        raise Missing(NO_MATTER)
    return found


def public_matter(number: str, code: str) -> Case:
    """The matter that the number and its check code open to anybody. Raises Missing."""
    found = Case.objects.filter(number=number.strip().upper()[:40], kind=KIND).first()
    expected = str(found.data.get("check_code") or "") if found else ""
    given = code.strip().upper().replace(" ", "").replace("-", "")
    if found is None or not expected or not secrets.compare_digest(
        expected.encode(), given.encode()
    ):  # fmt: skip
        raise Missing(NO_PROGRESS, code="no_progress")
    return found


def joined_files(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every file of a case's materials with the key of its material."""
    for key, files in (data.get("materials") or {}).items():
        for each in files:
            yield key, each


def file_in(actor: Actor, number: str, key: str) -> StoredFile:
    """A file of a matter that the actor may see. Raises Missing."""
    case = visible(actor, Case.objects.filter(number=number, kind__in=KINDS), VIEW_CASES).first()
    if case is None or not any(each["file"] == key for _, each in joined_files(case.data)):
        raise Missing(NO_MATTER)
    found = StoredFile.objects.filter(key=key).first()
    if found is None:
        raise Missing(NO_MATTER)
    return found


def tasks_of_round(file: CaseFile, *steps: str) -> list[Task]:
    return [t for t in file.tasks if t.step in steps and t.round == file.case.round]


def facts_of(case: Case) -> dict[str, Any]:
    """What the expressions of a certificate may name."""
    item = case.data.get("item") or {}
    return {
        "form": case.data.get("form") or {},
        "applicant": case.data.get("applicant") or {},
        "item": {"name": item.get("name"), "key": item.get("key")},
        "case": {"number": case.number},
        "organisation": {"name": case.organisation_name, "code": case.organisation_code},
    }


def schema_for(file: CaseFile, outcome: Outcome) -> dict[str, Any]:
    """The outcome's questions with the choices that this case offers."""
    schema = dict(outcome.schema or {"type": "object", "properties": {}})
    properties = {}
    for name, part in (schema.get("properties") or {}).items():
        part = dict(part)
        wanted = part.pop("x-choices", "")
        if wanted == "materials":
            part["items"] = {"type": "string", "oneOf": _materials(file.case)}
            if not part["items"]["oneOf"]:
                continue
        elif wanted == "reopen_steps":
            part["oneOf"] = _reopen_steps(file.case)
        properties[name] = part
    return {**schema, "properties": properties}


def _materials(case: Case) -> list[dict[str, str]]:
    needed = (case.data.get("item") or {}).get("materials") or ()
    return [
        {"const": m["key"], "title": m["name"], "x-title-en": m.get("name_en") or m["name"]}
        for m in needed
    ]


def _reopen_steps(case: Case) -> list[dict[str, str]]:
    original = Case.objects.filter(number=str(case.data.get("matter") or "")).first()
    if original is None:
        return []
    definition = file_of(original).definition
    return [
        {"const": key, "title": definition.steps[key].title.zh,
         "x-title-en": definition.steps[key].title.en}
        for key in definition.reopen_to
    ]  # fmt: skip
