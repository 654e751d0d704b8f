"""The monthly bulletin as a document: its template, the data it takes, its numbering."""

from __future__ import annotations

from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.kernel.document.public import DocumentTemplate, register_template

_TEXT = {"type": "string", "maxLength": 2_000}
_TEXTS = {"type": "array", "items": _TEXT, "maxItems": 500}
_NUMBERS = {"type": "array", "items": {"type": "number"}, "maxItems": 12}
_TABLE = {
    "type": "object", "required": ["title", "columns", "rows"], "additionalProperties": False,
    "properties": {
        "title": _TEXT, "columns": _TEXTS,
        "rows": {"type": "array", "items": _TEXTS, "maxItems": 500},
    },
}  # fmt: skip

BULLETIN = register_template(
    DocumentTemplate(
        "projects.bulletin", T("重点项目月度通报", "Monthly bulletin on projects"),
        Path(__file__).resolve().parent / "data" / "bulletin.typ",
        {
            "type": "object", "additionalProperties": False,
            "required": ["paragraphs", "stages", "planned", "reached", "tables", "note"],
            "properties": {
                "paragraphs": _TEXTS, "note": _TEXT, "planned": _NUMBERS, "reached": _NUMBERS,
                "stages": {
                    "type": "array", "maxItems": 8,
                    "items": {
                        "type": "object", "required": ["title", "number", "investment", "colour"],
                        "additionalProperties": False,
                        "properties": {
                            "title": _TEXT, "number": {"type": "integer"}, "investment": _TEXT,
                            "colour": _TEXT,
                        },
                    },
                },
                "tables": {"type": "array", "items": _TABLE, "maxItems": 8},
            },
        },
        numbering="项目通报〔{year}〕{number}号", retention="permanent",
    )
)  # fmt: skip
