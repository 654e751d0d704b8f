"""The readable source of the shipped items: one TOML file an item, with tables of | columns.

A line of ``form`` is ``path | kind | 中文 | English`` and then any of: ``*`` required,
``: a=中/En; b=中/En`` options, ``? 中/En`` help, ``@ path=value`` shown when, ``# least..most``,
``u 中/En`` unit. A line ``include name`` takes the lines of that name from ``fragments.toml``.
A line of ``materials`` is ``key | 中文 | English`` and then any of: ``optional``, ``original``,
``both`` (original and copy), ``paper``, ``government``, ``intermediary``, ``shared``,
``types pdf dwg``, ``? 中/En`` note, ``when expression``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..rules import schema_of_rows

DATA = Path(__file__).resolve().parent.parent / "data"
_DIGITS = "零一二三四五六七八九"
DEFAULTS: dict[str, Any] = {
    "summary": "", "summary_en": "", "legal_note": "", "legal_note_en": "",
    "implementation_code": "", "valid_from": "2026-01-01", "valid_until": None,
    "status": "in_force", "joint_organisations": [], "special_steps": [], "fees": [],
    "no_materials_reason": "", "certificate_title": "", "certificate_title_en": "",
    "certificate_months": None, "certificate_fields": [], "popular": 0, "visits": 0,
    "delivery": ["online", "window", "post"],
    "counter": "武汉市东湖高新区高新大道777号政务服务中心一楼综合窗口",
    "counter_en": "Counter hall, 1st floor, Service Centre, 777 Gaoxin Avenue, East Lake High-tech Zone",
    "hours": "工作日 9:00—12:00，13:30—17:00", "hours_en": "Working days 9:00–12:00, 13:30–17:00",
    "consult_phone": "027-67880000",
}  # fmt: skip


def chinese_number(number: int) -> str:
    """1 to 199 as in the numbers of articles: 十五, 二十, 一百零三."""
    if number >= 100:
        rest = number - 100
        gap = "零" if 0 < rest < 10 else ""
        tens = "一" if 10 <= rest < 20 else ""
        return "一百" + gap + tens + (chinese_number(rest) if rest else "")
    tens, units = divmod(number, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return lead + (_DIGITS[units] if units else "")


def lines_of(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("//"):
            yield [part.strip() for part in line.split(" | ")]


def _pair(text: str) -> tuple[str, str]:
    zh, slash, en = text.strip().partition("/")
    return zh.strip(), (en.strip() if slash else zh.strip())


def _field(parts: list[str]) -> dict[str, Any]:
    path, kind, zh, en, *rest = parts
    row: dict[str, Any] = {"path": path, "kind": kind, "title": zh, "title_en": en}
    row["required"] = "*" in rest
    for part in rest:
        mark, text = part[:1], part[1:].strip()
        if mark == ":":
            row["options"] = [
                {"code": code, "zh": _pair(words)[0], "en": _pair(words)[1]}
                for code, _, words in (o.strip().partition("=") for o in text.split(";"))
            ]
        elif mark == "?":
            row["help"], row["help_en"] = _pair(text)
        elif mark == "u":
            row["unit"], row["unit_en"] = _pair(text)
        elif mark == "#":
            least, _, most = text.partition("..")
            row |= {"min": int(least)} if least else {}
            row |= {"max": int(most)} if most else {}
        elif mark == "@":
            name, _, value = text.partition("=")
            values = [{"true": True, "false": False}.get(v, v) for v in value.split(",")]
            row["show_when"] = {name: values[0] if len(values) == 1 else values}
        elif mark != "*":
            raise ValueError(f"{path}: {part!r} is not understood")
    return row


def _form(text: str, fragments: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for parts in lines_of(text):
        include = re.fullmatch(r"include (\w+)", parts[0])
        rows += _form(fragments[include[1]], fragments) if include else [_field(parts)]
    return rows


def _material(parts: list[str]) -> dict[str, Any]:
    key, zh, en, *rest = parts
    row: dict[str, Any] = {
        "key": key, "name": zh, "name_en": en, "required": True, "kind": "copy",
        "form": "electronic", "copies": 1, "source": "applicant",
        "file_types": ["pdf", "jpg", "png"], "note": "", "note_en": "", "when": "",
    }  # fmt: skip
    for part in rest:
        word, _, text = part.partition(" ")
        if part.startswith("?"):
            row["note"], row["note_en"] = _pair(part[1:])
        elif word == "when":
            row["when"] = text
        elif word == "types":
            row["file_types"] = text.split()
        elif word in ("government", "intermediary", "shared", "form"):
            row["source"] = word if row["source"] != "shared" else "shared"
        elif word in ("original", "both"):
            row["kind"] = {"both": "original_and_copy"}.get(word, word)
        elif word == "paper":
            row["form"] = "both"
        elif word == "optional":
            row["required"] = False
        else:
            raise ValueError(f"{key}: {part!r} is not understood")
    return row


def _basis(text: str, laws: dict[str, list[str]]) -> dict[str, str]:
    name, *articles = text.split()
    zh, en = laws[name]
    return {
        "law": zh, "law_en": en,
        "article": "、".join(f"第{chinese_number(int(a))}条" for a in articles) or "全文",
        "article_en": "Art. " + ", ".join(articles) if articles else "whole",
    }  # fmt: skip


def _table(text: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [dict(zip(names, parts, strict=True)) for parts in lines_of(text)]


def item_of(source: dict[str, Any], laws: dict[str, list[str]], fragments: dict[str, str]) -> dict:
    """One item as plain values of the record. Raises KeyError or ValueError for a slip."""
    raw = dict(source)
    item = {**DEFAULTS}
    item["legal_basis"] = [_basis(text, laws) for text in raw.pop("legal_basis")]
    item["conditions"] = _table(raw.pop("conditions", ""), ("zh", "en"))
    item["materials"] = [_material(parts) for parts in lines_of(raw.pop("materials", ""))]
    item["form_schema"] = schema_of_rows(_form(raw.pop("form"), fragments))
    item["certificate_fields"] = _table(
        raw.pop("certificate_fields", ""), ("label", "label_en", "value")
    )
    steps = _table(raw.pop("special_steps", ""), ("kind", "days", "note", "note_en"))
    item["special_steps"] = [{**step, "days": int(step["days"])} for step in steps]
    fees = _table(raw.pop("fees", ""), (
        "name", "name_en", "amount_fen", "unit", "unit_en", "basis", "waiver", "waiver_en"))  # fmt: skip
    item["fees"] = [{**fee, "amount_fen": int(fee["amount_fen"])} for fee in fees]
    if raw.pop("limit_by_licensing_law", False):
        item["legal_basis"].append(_basis("licensing 42", laws))
        item["legal_note"] = "法律法规未另行规定期限，按行政许可法第四十二条为 20 个工作日。"
        item["legal_note_en"] = (
            "No other limit is laid down: 20 working days by Art. 42, Administrative Licensing Law."
        )
    unknown = raw.keys() - _PLAIN
    if unknown:
        raise KeyError(f"{source['key']}: {sorted(unknown)}")
    return item | raw


_PLAIN = {
    "key", "name", "name_en", "aliases", "basic_code", "power_type", "item_kind", "organisation",
    "subjects", "themes", "statutory_days", "promised_days", "procedure", *DEFAULTS,
}  # fmt: skip


def shipped_items(folder: Path = DATA) -> list[dict[str, Any]]:
    """Every item of the source, by key."""
    laws = tomllib.loads((folder / "laws.toml").read_text(encoding="utf-8"))
    fragments = tomllib.loads((folder / "fragments.toml").read_text(encoding="utf-8"))
    return [
        item_of(tomllib.loads(path.read_text(encoding="utf-8")), laws, fragments)
        for path in sorted((folder / "items").glob("*.toml"))
    ]
