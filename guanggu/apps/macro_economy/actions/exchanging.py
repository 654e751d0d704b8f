"""Taking in an SDMX file: asked for by a statistician, read by the worker, row by row."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.indicator.public import from_sdmx, keeps_indicators, record_values
from guanggu.kernel.journal.public import action, enqueue
from guanggu.kernel.register.public import save_record

from ..models import EconomicSeries, SdmxUpload
from ..rules.exchange import Observation, read
from ..rules.words import FREQUENCIES, STATUSES_BY_CODE

WRONG_SHOWN = 500
_NO_SERIES = T("没有交换代码为“{}”的序列。", "There is no series with the code “{}”.")
_NO_STATUS = T("数据状态代码“{}”无法识别。", "The status code “{}” is not known.")
_OTHER_FREQUENCY = T("频度应为 {}。", "The frequency has to be {}.")
_NO_VALUE = T("没有观测值。", "There is no value.")


def _may_keep(actor: Actor, /, **_: Any) -> bool:
    return keeps_indicators(actor)


def _is_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def set_aside(content: bytes) -> str:
    """Keep a content until the worker has read it; answers the name by which it is found."""
    return default_storage.save(f"imports/sdmx-{uuid4().hex}", ContentFile(content))


@action("macro_economy.receive_upload", allows=_may_keep, title=T("上传数据文件", "Send a file"))
def receive_upload(
    actor: Actor, *, name: str, stored: str, sha256: str, reason: str = ""
) -> dict[str, Any]:
    """Note a file whose content lies in the store as ``stored``, and have the worker read it."""
    upload = SdmxUpload(
        key=f"SX-{readable_code(8)}", name=name[:200], sha256=sha256, by=actor.name,
        reason=reason[:300], source="upload",
    )  # fmt: skip
    save_record(actor, upload, "macro_economy.upload_received", stored=stored)
    enqueue("macro_economy.read_upload", upload=upload.key, stored=stored)
    return {"key": upload.key}


def take_in(upload: str, content: bytes) -> dict[str, Any]:
    """Read the file and keep what fits; what does not is listed with the reason."""
    actor = platform("macro_economy")
    try:
        observed = read(content)
    except Invalid as problem:
        return refuse_upload(actor, upload=upload, problem=problem.message.as_dict())
    fits, wrong = sort_out(observed)
    rows = {
        key: [[o.number, o.indicator, o.period, o.value, status] for o, status in given]
        for key, given in fits.items()
    }
    return keep_observed(actor, upload=upload, rows=rows, wrong=wrong, observed=len(observed))


def sort_out(
    observed: list[Observation],
) -> tuple[dict[str, list[tuple[Observation, str]]], list[list[Any]]]:
    """(observations with our status by indicator, what names nothing that we know)."""
    known = {one.code: one.indicator for one in EconomicSeries.objects.select_related("indicator")}
    fits: dict[str, list[tuple[Observation, str]]] = defaultdict(list)
    wrong = []
    for each in observed:
        indicator = known.get(each.indicator.upper())
        if indicator is None:
            wrong.append(_told(each, _NO_SERIES.format(each.indicator[:40])))
            continue
        frequency = FREQUENCIES[indicator.period]
        if each.frequency not in ("", frequency):
            wrong.append(_told(each, _OTHER_FREQUENCY.format(frequency)))
        elif each.value in ("", "NaN", "None"):
            wrong.append(_told(each, _NO_VALUE))
        elif each.status.upper() not in STATUSES_BY_CODE:
            wrong.append(_told(each, _NO_STATUS.format(each.status[:20])))
        else:
            fits[indicator.key].append((each, STATUSES_BY_CODE[each.status.upper()]))
    return fits, wrong


def _told(each: Observation, why: T) -> list[Any]:
    return [each.number, each.indicator[:40], each.period[:20], each.value[:40], why.as_dict()]


@action("macro_economy.keep_observed", allows=_is_platform)
def keep_observed(
    actor: Actor,
    *,
    upload: str,
    rows: dict[str, list[list[Any]]],
    wrong: list[list[Any]],
    observed: int,
) -> dict[str, Any]:
    """Write observations [number, code, period, value, status] by indicator, each by itself."""
    found = SdmxUpload.objects.select_for_update().get(key=upload)
    if found.state != "waiting":  # the job was done twice
        return {"added": found.added}
    for key, given in rows.items():
        added, unfit = _keep_series(actor, found, key, given)
        found.added += added
        found.unchanged += len(given) - len(unfit) - added
        wrong = [*wrong, *unfit]
    found.observed, found.state = observed, "done"
    found.wrong = sorted(wrong, key=lambda row: row[0])[:WRONG_SHOWN]
    save_record(actor, found, "macro_economy.upload_taken_in", wrong=len(wrong))
    return {"added": found.added, "wrong": len(wrong)}


def _keep_series(
    actor: Actor, upload: SdmxUpload, key: str, given: list[list[Any]]
) -> tuple[int, list[list[Any]]]:
    """(revisions added, rows that did not fit): all at once, or row by row where one is wrong."""
    told = [_value(upload, row) for row in given]
    try:
        return record_values(actor, indicator=key, values=told)["added"], []
    except Invalid:
        added, wrong = 0, []
    for row, each in zip(given, told, strict=True):
        try:
            added += record_values(actor, indicator=key, values=[each])["added"]
        except Invalid as problem:
            number, code, period, text, _ = row
            why = next(iter(problem.fields.values()), problem.message)
            wrong.append([number, code[:40], period[:20], text[:40], why.as_dict()])
    return added, wrong


def _value(upload: SdmxUpload, row: list[Any]) -> dict[str, Any]:
    _, _, period, text, status = row
    return {
        "period": from_sdmx(period), "number": text, "status": status, "reason": upload.reason,
        "provenance": {"kind": "sdmx", "file": upload.name, "upload": upload.key, "by": upload.by},
    }  # fmt: skip


@action("macro_economy.refuse_upload", allows=_is_platform)
def refuse_upload(actor: Actor, *, upload: str, problem: dict[str, str]) -> dict[str, Any]:
    """The file is no SDMX data, or could not be read."""
    found = SdmxUpload.objects.select_for_update().get(key=upload)
    found.state, found.problem = "refused", problem
    save_record(actor, found, "macro_economy.upload_refused")
    return {"added": 0}
