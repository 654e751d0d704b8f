"""The monthly report as a document: its template, the data it takes, its numbering."""

from __future__ import annotations

from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.kernel.document.public import DocumentTemplate, register_template

_TEXT = {"type": "string", "maxLength": 5_000}
_TEXTS = {"type": "array", "items": _TEXT, "maxItems": 500}
_TABLE = {
    "type": "object", "required": ["title", "columns", "rows"], "additionalProperties": False,
    "properties": {
        "title": _TEXT, "columns": _TEXTS, "rows": {"type": "array", "items": _TEXTS},
    },
}  # fmt: skip
_SECTION = {
    "type": "object", "required": ["title", "paragraphs", "tables"], "additionalProperties": False,
    "properties": {
        "title": _TEXT, "paragraphs": _TEXTS, "tables": {"type": "array", "items": _TABLE},
    },
}  # fmt: skip
_FIGURES = {
    "type": "array", "maxItems": 31,
    "items": {"type": "object", "additionalProperties": {"type": "number"}},
}  # fmt: skip

MONTHLY_REPORT = register_template(
    DocumentTemplate(
        "environment.monthly_report", T("环境质量月报", "Monthly report on the environment"),
        Path(__file__).resolve().parent / "data" / "monthly_report.typ",
        {
            "type": "object", "additionalProperties": False,
            "required": ["month_text", "days", "months", "sections", "note"],
            "properties": {
                "month_text": _TEXT, "days": _FIGURES, "months": _FIGURES, "note": _TEXT,
                "sections": {"type": "array", "items": _SECTION, "maxItems": 20},
                "sections_en": {"type": "array", "items": _SECTION, "maxItems": 20},
                "note_en": _TEXT,
            },
        },
        numbering="环境月报〔{year}〕{number}号", retention="permanent",
    )
)  # fmt: skip
