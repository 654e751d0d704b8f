"""What several pages of the data centre show alike: results as tables, files and pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.register.public import write_csv, write_xlsx
from guanggu.web import charts
from guanggu.web.addresses import address_of
from guanggu.web.table import Cell, Column, Table

from ..models import Resource
from ..rules.cataloguing import MEDIA_TYPES

SHARING_TONES = {"unconditional": "ok", "conditional": "warn", "none": "bad"}
CELL_CHARACTERS_MAX = 60
CHART_ROWS_MAX = 60
NO_SUCH_FILE = T("没有这种文件格式。", "There is no such kind of file.")


def titles_of(resource: Resource) -> dict[str, Any]:
    return {
        item["name"]: T(item["title"], item.get("title_en") or item["title"])
        for item in resource.items
    }


def cell_text(value: Any) -> str:
    """One value as a reader sees it in a table; long ones are cut."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(T("是", "yes") if value else T("否", "no"))
    if isinstance(value, float):
        text = f"{value:.6g}"
    elif hasattr(value, "isoformat"):
        text = value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat()
    else:
        text = str(value)
    return text if len(text) <= CELL_CHARACTERS_MAX else f"{text[:CELL_CHARACTERS_MAX]}…"


def result_table(
    caption: Any, found: Any, titles: dict[str, Any] | None = None, rows_max: int = 200,
    collection: str = "",
) -> Table:  # fmt: skip
    """An Arrow table as drawn; the key leads to the record's page where its collection has one."""
    names = list(found.schema.names)
    numeric = [_is_number(field.type) for field in found.schema]
    table = Table(
        caption,
        [Column((titles or {}).get(n, n), numeric=is_n)
         for n, is_n in zip(names, numeric, strict=True)],
        stacks=False,
    )  # fmt: skip
    for row in found.slice(0, rows_max).to_pylist():
        href = address_of(f"{collection}/{row['key']}") if collection and row.get("key") else ""
        table.add(*(Cell(cell_text(row[n])) for n in names), href=href)
    return table


def _is_number(kind: Any) -> bool:
    import pyarrow.types as types

    return types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)


def number_columns(found: Any) -> list[str]:
    return [field.name for field in found.schema if _is_number(field.type)]


def chart_of(found: Any, chart: dict[str, str], title: Any) -> Any:
    """The result as bars or lines, "" where the chosen columns are not in it or are no numbers."""
    kind, x, y = (chart.get(name, "") for name in ("kind", "x", "y"))
    names = found.schema.names
    if kind not in ("bars", "lines") or x not in names or y not in number_columns(found):
        return ""
    rows = found.slice(0, CHART_ROWS_MAX).to_pylist()
    labels = [cell_text(row[x]) for row in rows]
    values = [(y, [row[y] for row in rows])]
    return getattr(charts, kind)(title, labels, values)


def flat_rows(found: Any, titles: dict[str, Any] | None = None) -> Iterator[list[Any]]:
    """Heading and rows for a sheet."""
    names = found.schema.names
    yield [str((titles or {}).get(name, name)) for name in names]
    for batch in found.to_batches(max_chunksize=2_000):
        for row in batch.to_pylist():
            yield [_sheet_value(row[name]) for name in names]


def _sheet_value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def file_of(found: Any, kind: str, titles: dict[str, Any] | None = None) -> bytes:
    """The result as CSV, XLSX, JSON or Parquet (version 1, which every engine reads)."""
    if kind == "csv":
        return b"".join(write_csv(flat_rows(found, titles)))
    if kind == "xlsx":
        return write_xlsx([("data", flat_rows(found, titles))])
    if kind == "json":
        import json

        from django.core.serializers.json import DjangoJSONEncoder

        return json.dumps(
            found.to_pylist(), ensure_ascii=False, cls=DjangoJSONEncoder, default=None
        ).encode()
    if kind == "parquet":
        import pyarrow.parquet

        target = io.BytesIO()
        pyarrow.parquet.write_table(found, target, version="1.0", compression="zstd")
        return target.getvalue()
    raise Invalid(NO_SUCH_FILE)


def answer_with(found: Any, kind: str, name: str, titles: Any = None) -> HttpResponse:
    """The file as a download."""
    if kind not in MEDIA_TYPES:
        raise Invalid(NO_SUCH_FILE)
    response = HttpResponse(file_of(found, kind, titles), content_type=MEDIA_TYPES[kind])
    file_name = f"{name}-{clock.today():%Y%m%d}.{kind}"
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, file_name) or "attachment"
    )
    return response


def options(choices: Any, chosen: str = "") -> list[dict[str, Any]]:
    """(value, label) pairs for a select."""
    pairs: Sequence[tuple[str, Any]] = list(
        choices.items() if hasattr(choices, "items") else choices
    )
    return [{"value": v, "label": label, "chosen": v == chosen} for v, label in pairs]
