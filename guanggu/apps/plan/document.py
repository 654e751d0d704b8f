"""The report of an evaluation as a document: its template, the data it takes, its numbering."""

from __future__ import annotations

from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.kernel.document.public import DocumentTemplate, register_template

from .actions.evaluating import TEMPLATE

_TEXT = {"type": "string", "maxLength": 12_000}
_TEXTS = {"type": "array", "items": _TEXT, "maxItems": 20}
_ROWS = {"type": "array", "items": _TEXTS, "maxItems": 2_000}
_SECTION = {
    "type": "object", "additionalProperties": False,
    "required": ["title", "number", "bar", "counts", "total"],
    "properties": {
        "title": _TEXT, "number": _TEXT, "bar": _TEXT, "total": {"type": "integer"},
        "counts": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4},
    },
}  # fmt: skip
_FIGURE = {
    "type": "object", "additionalProperties": False,
    "required": ["title", "unit", "cells", "verdict", "bar", "chart", "words"],
    "properties": {
        "title": _TEXT, "unit": _TEXT, "cells": _TEXTS, "verdict": _TEXT, "bar": _TEXT,
        "chart": _TEXT, "words": _TEXT,
    },
}  # fmt: skip
_PROPERTIES = {
    "as_of_text": _TEXT, "paragraphs": _TEXTS, "verdicts": _TEXTS, "note": _TEXT,
    "sections": {"type": "array", "items": _SECTION, "maxItems": 40},
    "figures": {"type": "array", "items": _FIGURE, "maxItems": 200},
    "wanting": _ROWS, "all": _ROWS, "later": _ROWS,
}  # fmt: skip

EVALUATION = register_template(
    DocumentTemplate(
        TEMPLATE, T("规划评估报告", "Evaluation of the plan"),
        Path(__file__).resolve().parent / "data" / "evaluation.typ",
        {
            "type": "object", "additionalProperties": False, "required": list(_PROPERTIES),
            "properties": _PROPERTIES,
        },
        numbering="规划评估〔{year}〕{number}号", retention="permanent",
    )
)  # fmt: skip
