"""What every check of an item is made of: a place, and the sentence that says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from guanggu.base.bilingual import T

Found = Iterable[tuple[str, T]]
Problems = dict[str, T]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

FILL = T("请填写{}。", "Enter {}.")
ONE_OF = T("“{}”不在可选值中，请填写：{}。", "“{}” is none of the choices; use one of: {}.")
WHOLE = T("{}请填写 0 或正整数，现为“{}”。", "Enter {} as a whole number, not “{}”.")
TWICE = T("“{}”重复，请改为不同的标识。", "“{}” stands twice; choose another.")


def listed(known: Mapping[str, T]) -> T:
    return T("、".join(t.zh for t in known.values()), ", ".join(t.en for t in known.values()))


def of_known(place: str, value: Any, known: Mapping[str, T]) -> Found:
    if not isinstance(value, str) or value not in known:
        yield place, ONE_OF.format(value if value not in (None, "") else "", listed(known))


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def rows_at(item: Mapping[str, Any], name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """(place, row) of a list of objects; what is no object is reported by ``_shapes``."""
    rows = item.get(name)
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, Mapping):
            yield f"{name}.{number}", row


def texts_at(item: Mapping[str, Any], name: str, columns: Iterable[tuple[str, T]]) -> Found:
    for place, row in rows_at(item, name):
        for column, label in columns:
            if not str(row.get(column) or "").strip():
                yield f"{place}.{column}", FILL.format(label)
