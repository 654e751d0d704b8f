"""How the officer's page says what a field holds: names in place of codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join

from guanggu.base.bilingual import T

from .. import rules
from ..models import ServiceItem
from ..rules import vocabulary


def named(codes: Iterable[str], known: Mapping[str, T]) -> T:
    """The names of the codes in one line; an unknown code stands for itself."""
    texts = [known.get(code, T(code, code)) for code in codes]
    return T("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def _lines(texts: Iterable[T]) -> Any:
    bullets = format_html_join("", "<li>{}</li>", ((text,) for text in texts))
    return format_html('<ul class="said">{}</ul>', bullets) if bullets else ""


def _material(row: Mapping[str, Any]) -> T:
    name = T(row.get("name", ""), row.get("name_en") or row.get("name", ""))
    parts = [
        T("必要", "required") if row.get("required") else T("非必要", "optional"),
        vocabulary.MATERIAL_KINDS.get(row.get("kind", ""), T("", "")),
        vocabulary.SOURCES.get(row.get("source", ""), T("", "")),
    ]
    if row.get("when"):
        parts.append(T(f"仅当 {row['when']}", f"only when {row['when']}"))
    zh, en = "，".join(p.zh for p in parts), ", ".join(p.en for p in parts)
    return T(f"{name.zh}（{zh}）", f"{name.en} ({en})")


def _special(row: Mapping[str, Any]) -> T:
    name = rules.SPECIAL_STEPS.get(row.get("kind", ""), T("", ""))
    note = T(row.get("note") or "", row.get("note_en") or row.get("note") or "")
    days = T("{} 个工作日", "{} working days").format(row.get("days"))
    return T(f"{name.zh}，{days.zh}：{note.zh}", f"{name.en}, {days.en}: {note.en}")


def _field(row: Mapping[str, Any]) -> T:
    kind = rules.FIELD_KINDS[row["kind"]]
    mark = T("，必填", ", required") if row.get("required") else T("", "")
    title = T(row.get("title", ""), row.get("title_en") or row.get("title", ""))
    return T(f"{title.zh}（{kind.zh}{mark.zh}）", f"{title.en} ({kind.en}{mark.en})")


WORDS: dict[str, Callable[[ServiceItem], Any]] = {
    "subjects": lambda item: named(item.subjects, rules.SUBJECTS),
    "themes": lambda item: named(item.themes, rules.THEMES),
    "delivery": lambda item: named(item.delivery, rules.DELIVERY_WAYS),
    "special_steps": lambda item: _lines(_special(row) for row in item.special_steps),
    "materials": lambda item: _lines(_material(row) for row in item.materials),
    "form_schema": lambda item: _lines(_field(row) for row in rules.form_rows(item.form_schema)),
}
