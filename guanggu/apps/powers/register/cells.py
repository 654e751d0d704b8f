"""How a value is spelt in a cell, and read back: what cannot be read says how to write it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T

_SPLIT = re.compile(r"[、,，;；\n]+")
_YES, _NO = {"是", "yes", "true", "1", "y"}, {"否", "no", "false", "0", "n"}


class Unreadable(ValueError):
    """A cell that does not say what its column asks; ``message`` is the mend."""

    def __init__(self, message: T):
        super().__init__(message.zh)
        self.message = message


@dataclass(frozen=True)
class Spelling:
    """``write`` makes the cell of a value, ``read`` the value of a cell's text."""

    write: Callable[[Any], Any]
    read: Callable[[str], Any]
    empty: Any = ""
    choices: Mapping[str, T] | None = None


def _read_count(text: str) -> int:
    if not re.fullmatch(r"\d{1,12}", text):
        raise Unreadable(
            T("“{}”不是整数，请填写 0 或正整数。", "“{}” is no whole number.").format(text)
        )
    return int(text)


def _read_flag(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise Unreadable(T("“{}”应为“是”或“否”。", "“{}” should be yes (是) or no (否).").format(text))


def _read_yuan(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", text):
        raise Unreadable(
            T(
                "“{}”不是金额。请填写元，最多两位小数，如 60 或 12.50。",
                "“{}” is no amount. Write yuan with at most two decimals, such as 60 or 12.50.",
            ).format(text)
        )
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _write_yuan(value: Any) -> Any:
    if not isinstance(value, int):
        return value
    return f"{value // 100}.{value % 100:02d}" if value % 100 else str(value // 100)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Unreadable(
            T("“{}”不是有效的 JSON。", "“{}” is no JSON.").format(text[:60])
        ) from error


def _write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def _read_options(text: str) -> list[dict[str, str]]:
    options = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = re.fullmatch(r"([^=|]+)=([^|]+)\|(.+)", line)
        if not found:
            raise Unreadable(
                T(
                    "选项“{}”应写作：标识=中文|English，每行一个。",
                    "Write the option “{}” as code=中文|English, one a line.",
                ).format(line)
            )
        code, zh, en = (part.strip() for part in found.groups())
        options.append({"code": code, "zh": zh, "en": en})
    return options


def _write_options(value: Any) -> str:
    return "\n".join(f"{o['code']}={o['zh']}|{o['en']}" for o in value or ())


def _read_condition(text: str) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        path, equals, wanted = line.partition("=")
        if not (path.strip() and equals and wanted.strip()):
            raise Unreadable(
                T(
                    "显示条件“{}”应写作：字段路径=值，多个值用 | 分隔，每行一个。",
                    "Write the condition “{}” as path=value, several values with | between.",
                ).format(line)
            )
        values = [_literal(value.strip()) for value in wanted.split("|")]
        conditions[path.strip()] = values[0] if len(values) == 1 else values
    return conditions


def _literal(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)


def _write_condition(value: Any) -> str:
    def spelt(one: Any) -> str:
        return str(one).lower() if isinstance(one, bool) else str(one)

    lines = []
    for path, wanted in (value or {}).items():
        values = wanted if isinstance(wanted, list) else [wanted]
        lines.append(f"{path}={'|'.join(map(spelt, values))}")
    return "\n".join(lines)


def _write_plain(value: Any) -> Any:
    return "" if value is None else value


TEXT = Spelling(_write_plain, str)
COUNT = Spelling(_write_plain, _read_count, empty=None)
FLAG = Spelling(lambda v: {True: "是", False: "否"}.get(v, ""), _read_flag, empty=False)
YUAN = Spelling(_write_yuan, _read_yuan, empty=None)
JSON = Spelling(_write_json, _read_json, empty={})
OPTIONS = Spelling(_write_options, _read_options, empty=[])
CONDITION = Spelling(_write_condition, _read_condition, empty={})
DATE = Spelling(_write_plain, str, empty=None)
TEXTS = Spelling(
    lambda v: "、".join(v or ()), lambda text: [t for t in _SPLIT.split(text) if t], empty=[]
)


def one_of(choices: Mapping[str, T]) -> Spelling:
    """A code, spelt by its Chinese name; the English name and the code are read as well."""
    by_name = _by_name(choices)

    def read(text: str) -> str:
        if text.lower() not in by_name:
            names = "、".join(t.zh for t in choices.values())
            raise Unreadable(
                T("“{}”不在可选值中，请选择：{}。", "“{}” is none of the choices: {}.").format(
                    text, T(names, ", ".join(t.en for t in choices.values()))
                )
            )
        return by_name[text.lower()]

    return Spelling(lambda v: choices[v].zh if v in choices else (v or ""), read, "", choices)


def some_of(choices: Mapping[str, T]) -> Spelling:
    """Several codes, spelt by their Chinese names with 、 between."""
    one = one_of(choices)
    known = _by_name(choices)

    def read(text: str) -> list[str]:
        # Names may hold the separator themselves, so the longest known name is taken first.
        found, rest = [], text.strip()
        names = sorted(known, key=len, reverse=True)
        while rest:
            name = next((n for n in names if rest.lower().startswith(n)), None)
            if name is None:
                return [*found, *(one.read(part) for part in _SPLIT.split(rest) if part)]
            found.append(known[name])
            rest = rest[len(name) :].strip().lstrip("、,，;；").strip()
        return found

    return Spelling(lambda v: "、".join(one.write(code) for code in v or ()), read, [])


def _by_name(choices: Mapping[str, T]) -> dict[str, str]:
    names: dict[str, str] = {}
    for code, text in choices.items():
        names |= {code.lower(): code, text.zh.lower(): code, text.en.lower(): code}
    return names
