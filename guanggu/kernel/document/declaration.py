"""What a kind of document is: its template, the data it needs, its numbering and retention."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing

TYPST = Path(__file__).parent / "typst"
LIBRARY = "guanggu.typ"

# 机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号) 第七条
RETENTION: dict[str, T] = {
    "permanent": T("永久", "Permanent"),
    "30_years": T("30年", "30 years"),
    "10_years": T("10年", "10 years"),
}
_TEXT = {"type": "string", "maxLength": 20_000}
_PAIRS = {
    "type": "array", "maxItems": 200,
    "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2},
}  # fmt: skip
_TEXTS = {"type": "array", "items": _TEXT, "maxItems": 2_000}


def _schema(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip


CERTIFICATE_DATA = _schema(("rows",), rows=_PAIRS, subtitle=_TEXT, foreword=_TEXT, notice=_TEXT)
NOTICE_DATA = _schema(
    ("paragraphs",), addressee=_TEXT, paragraphs=_TEXTS, items=_PAIRS, closing=_TEXTS
)
RECEIPT_DATA = _schema(("rows",), rows=_PAIRS, items=_PAIRS, closing=_TEXTS)
OFFICIAL_DATA = _schema(
    ("paragraphs",),
    variant={"enum": ["general", "letter"]}, mark=_TEXT, copy_number=_TEXT, secrecy=_TEXT,
    urgency=_TEXT, approver=_TEXT, addressee=_TEXT, paragraphs=_TEXTS, attachments=_TEXTS,
    remark=_TEXT, copied_to=_TEXT, printed_by=_TEXT, printed_on_text=_TEXT,
)  # fmt: skip


@dataclass(frozen=True)
class DocumentTemplate:
    """A kind of document.

    code: "<app>.<noun>"; title: what it is called; path: the typst file, which may import only
    ``guanggu.typ`` and reads ``data.json`` and ``qr.svg``; schema: JSON Schema 2020-12 of the data
    numbering: pattern with {year} and {number}, e.g. "武新市监许〔{year}〕{number}号"; ``prepare``
    may be given another one. sealed: False where no organisation seals it (a plain receipt);
    defaults: data that a caller may leave out.
    """

    code: str
    title: T
    path: Path
    schema: Mapping[str, Any] = field(default_factory=dict, hash=False)
    numbering: str = ""
    retention: str = "30_years"
    sealed: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @cached_property
    def source(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over the template and the shared library: what a document was made by."""
        library = (TYPST / LIBRARY).read_bytes()
        return hashlib.sha256(self.source + b"\0" + library).hexdigest()[:12]

    @cached_property
    def validator(self) -> Any:
        return jsonschema_rs.validator_for(dict(self.schema) or {}, validate_formats=True)

    def check(self, data: Mapping[str, Any]) -> None:
        """Raises Invalid naming each field of ``data`` that does not fit."""
        fields = {
            "/".join(map(str, error.instance_path)): T(
                f"内容不符合文书模板的要求：{error.message}", f"Does not fit: {error.message}"
            )
            for error in self.validator.iter_errors(data)
        }
        if fields:
            raise Invalid(DATA_DOES_NOT_FIT.format(self.title), fields=fields)


DATA_DOES_NOT_FIT = T(
    "《{}》的内容不完整或有误，请按提示补正。", "The content of “{}” is incomplete; see each field."
)
TEMPLATES: dict[str, DocumentTemplate] = {}


def register_template(template: DocumentTemplate) -> DocumentTemplate:
    """Make a template known. Raises Conflict where its code is taken by another."""
    known = TEMPLATES.get(template.code)
    if known is not None and known.path != template.path:
        raise Conflict(T(f"文书模板代码重复：{template.code}", f"Code taken: {template.code}"))
    if template.retention not in RETENTION:
        raise ValueError(template.retention)
    TEMPLATES[template.code] = template
    return template


def template_of(code: str) -> DocumentTemplate:
    """Raises Missing where no app declares it."""
    if code not in TEMPLATES:
        raise Missing(
            T("没有这种文书模板：{}。", "There is no such document template: {}.").format(code)
        )
    return TEMPLATES[code]


_OFFICIAL_DEFAULTS = {
    name: [] if name in ("paragraphs", "attachments") else ""
    for name in OFFICIAL_DATA["properties"]
} | {"variant": "general"}

for _code, _title, _file, _data, _defaults in (
    ("certificate", T("证照", "Certificate"), "certificate.typ", CERTIFICATE_DATA, {}),
    ("official", T("公文", "Official document"), "official.typ", OFFICIAL_DATA, _OFFICIAL_DEFAULTS),
    ("notice", T("通知书", "Notice"), "notice.typ", NOTICE_DATA, {}),
    ("receipt", T("凭证", "Receipt"), "receipt.typ", RECEIPT_DATA, {}),
):
    register_template(
        DocumentTemplate(f"document.{_code}", _title, TYPST / _file, _data, defaults=_defaults)
    )
