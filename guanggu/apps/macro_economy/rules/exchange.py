"""Reading an SDMX file: what it observes, one row each, and what is wrong with a row.

SDMX-ML 2.1 and 3.0 and SDMX-JSON are read by ``sdmx1`` (loaded when needed, in the worker),
SDMX-CSV 1.0 and 2.0 here. Components are known by their ids: INDICATOR, FREQ, TIME_PERIOD,
OBS_STATUS, wherever in the message they stand.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

ROWS_MAX = 100_000
BYTES_MAX = 20 * 1024 * 1024
_NOT_SDMX = T(
    "无法读取该文件。请上传 SDMX-ML（2.1 或 3.0）、SDMX-JSON 或 SDMX-CSV 数据文件。",
    "The file cannot be read. Upload data as SDMX-ML (2.1 or 3.0), SDMX-JSON or SDMX-CSV.",
)
_NO_DATA = T("文件中没有观测数据。", "The file holds no observations.")
_TOO_MANY = T("文件超过 {} 条观测，请拆分后上传。", "Over {} observations; split the file.")
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)  # what a data message never has
_INDICATORS = ("INDICATOR", "INDICATOR_CODE", "SERIES")
_STATUS = ("OBS_STATUS", "STATUS")


@dataclass(frozen=True)
class Observation:
    """number: its place in the file from 1; the rest as written there."""

    number: int
    indicator: str
    frequency: str
    period: str
    value: str
    status: str


def read(content: bytes) -> list[Observation]:
    """Every observation of a data message, in its order. Raises Invalid for anything else."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"DATAFLOW", b"STRUCTURE", b'"DATAFLOW', b'"STRUCTURE')):
        found = list(_of_csv(content))
    else:
        found = list(_of_message(content))
    if not found:
        raise Invalid(_NO_DATA)
    return found


def _of_csv(content: bytes) -> Iterator[Observation]:
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        for number, row in enumerate(rows, 1):
            if number > ROWS_MAX:
                raise Invalid(_TOO_MANY.format(ROWS_MAX))
            told = {k.partition(":")[0]: v or "" for k, v in row.items() if isinstance(v, str)}
            yield _observation(number, told, told.get("OBS_VALUE", ""))
    except (UnicodeDecodeError, csv.Error, AttributeError) as error:
        raise Invalid(_NOT_SDMX) from error


def _observation(number: int, told: dict[str, str], value: str) -> Observation:
    def first(*names: str) -> str:
        return next((told[name].strip() for name in names if told.get(name)), "")

    return Observation(
        number, first(*_INDICATORS), first("FREQ"), first("TIME_PERIOD", "TIME"), value.strip(),
        first(*_STATUS) or "A",
    )  # fmt: skip


def _of_message(content: bytes) -> Iterator[Observation]:
    if _ENTITIES.search(content[:65536]):
        raise Invalid(_NOT_SDMX)
    import sdmx

    # sdmx1 2.28 cannot load its reader of 3.0 once it has read specific data of 2.1.
    import sdmx.reader.xml.v30

    try:
        message = sdmx.read_sdmx(io.BytesIO(content))
        sets = list(getattr(message, "data", ()))
    except Invalid:
        raise
    except Exception as error:  # the reader raises its own and lxml's kinds for every damage
        raise Invalid(_NOT_SDMX) from error
    number = 0
    for data_set in sets:
        for each in data_set.obs:
            number += 1
            if number > ROWS_MAX:
                raise Invalid(_TOO_MANY.format(ROWS_MAX))
            told = {name: str(held.value) for name, held in each.key.values.items()}
            told |= {name: str(held.value) for name, held in each.attrib.items()}
            value = "" if each.value is None else str(each.value)
            yield _observation(number, told, value)
