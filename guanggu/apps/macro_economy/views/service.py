"""The SDMX service: structure and data by the paths of the REST interfaces 2.1 and 3.0.

2.1: ``dataflow``, ``datastructure``, ``codelist``, ``conceptscheme`` and ``data/MACRO/key``.
3.0: ``structure/<kind>/<agency>/<id>/<version>`` and ``data/dataflow/<agency>/<id>/<version>/<key>``.
Data are those that the reader may see: public series without signing in.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.indicator.public import from_sdmx, kind_of
from guanggu.standards.sdmx import flat, ml_2_1, ml_3_0
from guanggu.standards.sdmx.model import DIMENSIONS, Flow

from ..queries.exchange import flow_of
from ..rules.words import AGENCY, FLOW, VERSION
from .board import TITLE as ECONOMY

_TITLE = T("SDMX 数据服务", "SDMX service")
_NOTHING = T("没有这个 SDMX 资源。可用：{}。", "There is no such SDMX resource. There are: {}.")
_KNOWN = "dataflow, datastructure, codelist, conceptscheme, data"
_NO_SERIES = T("没有符合条件的数据。", "No data fit the query.")
_BAD_KEY = T(
    "键应为 频度.指标.地区，如 M.FAI.420118，可留空或用 + 连接多个代码。",
    "A key is FREQ.INDICATOR.REF_AREA, such as M.FAI.420118; parts may be empty or joined by +.",
)
_BAD_INSTANT = T("asOf 应为带时区的时间。", "asOf is an instant with its zone.")
_TIME = re.compile(r"(ge|le|gt|lt|eq):([0-9A-Z-]+)")


@dataclass(frozen=True)
class Asked:
    """What a path asks for: a kind of structure, or data by key."""

    kind: str
    key: tuple[frozenset[str], ...] | None = None


@require_safe
def sdmx_page(request: HttpRequest) -> HttpResponse:
    """GET /sdmx/: what the service offers, for people."""
    base = request.build_absolute_uri("/sdmx/")
    flow = flow_of(actor_of(request), with_data=False)
    context = {
        "title": _TITLE,
        "agency": AGENCY,
        "flow": flow,
        "codes": sorted(flow.indicators.items()),
        "examples": [
            (T("结构（2.1）", "Structure (2.1)"),
             f"{base}2.1/datastructure/{AGENCY}/{flow.structure_id}?references=all"),
            (T("数据（2.1，通用格式）", "Data (2.1, generic)"),
             f"{base}2.1/data/{FLOW}/M.FAI+RET.?startPeriod=2024-01"),
            (T("数据（JSON）", "Data (JSON)"), f"{base}2.1/data/{FLOW}/Q.GDP.?format=jsondata"),
            (T("数据（CSV）", "Data (CSV)"), f"{base}2.1/data/{FLOW}/all?format=csv"),
            (T("结构（3.0）", "Structure (3.0)"),
             f"{base}3.0/structure/dataflow/{AGENCY}/{FLOW}/{VERSION}?references=all"),
            (T("数据（3.0）", "Data (3.0)"),
             f"{base}3.0/data/dataflow/{AGENCY}/{FLOW}/{VERSION}/Q.GDP.*"),
        ],
        "crumbs": [(ECONOMY, "/macro_economy/"), (_TITLE, "")],
    }  # fmt: skip
    return render(request, "macro_economy/sdmx.html", context)


@require_safe
def sdmx_service(request: HttpRequest, version: str, asked: str) -> HttpResponse:
    """GET /sdmx/2.1/… and /sdmx/3.0/…"""
    wanted = _asked(version, [part for part in asked.split("/") if part])
    if wanted.kind != "data":
        flow = flow_of(actor_of(request), with_data=False)
        return _structure(version, flow, wanted.kind, request.GET.get("references", "none"))
    first, last = _span(request)
    flow = flow_of(
        actor_of(request), wanted.key, first=first, last=last,
        as_of=_instant(request.GET.get("asOf", "")),
    )  # fmt: skip
    if not flow.series:
        raise Missing(_NO_SERIES)
    return _data(request, version, flow)


def _asked(version: str, parts: list[str]) -> Asked:
    """Raises Missing for a path that names nothing of ours, Invalid for a broken key."""
    if version == "2.1" and parts:
        kind = parts[0]
        if kind in ml_2_1.KINDS and _is_ours(parts[1:], structure=True):
            return Asked(kind)
        if kind == "data" and len(parts) in (2, 3, 4) and _names_flow(parts[1]):
            return Asked("data", _key(parts[2] if len(parts) > 2 else "all"))
    if version == "3.0" and parts:
        if parts[0] == "structure" and len(parts) >= 2 and parts[1] in ml_3_0.KINDS:
            if _is_ours(parts[2:], structure=True):
                return Asked(parts[1])
        elif parts[:2] == ["data", "dataflow"] and _is_ours(parts[2:5], structure=False):
            return Asked("data", _key(parts[5] if len(parts) > 5 else "*"))
    raise Missing(_NOTHING.format(_KNOWN))


def _is_ours(parts: list[str], *, structure: bool) -> bool:
    """Agency, id and version, as far as they are given."""
    anything = {"all", "latest", "*", "+", "~"}
    agency, id_, version = (*parts[:3], *(["all"] * 3))[:3]
    own = {FLOW, f"{FLOW}_DSD", "CL_FREQ", "CL_INDICATOR", "CL_AREA", "CL_OBS_STATUS", "CS_MACRO"}
    ids = own if structure else {FLOW}
    return (
        agency in anything | {AGENCY}
        and id_ in anything | ids
        and version in anything | {VERSION, "1.0.0"}
    )


def _names_flow(text: str) -> bool:
    """MACRO, GUANGGU,MACRO or GUANGGU,MACRO,1.0."""
    parts = text.split(",")
    return FLOW in parts and set(parts) <= {FLOW, AGENCY, VERSION, "latest"}


def _key(text: str) -> tuple[frozenset[str], ...] | None:
    if text in ("all", "*", ""):
        return None
    parts = text.split(".")
    if len(parts) > len(DIMENSIONS) or not re.fullmatch(r"[A-Za-z0-9_+.*]*", text):
        raise Invalid(_BAD_KEY, fields={"key": _BAD_KEY})
    return tuple(
        frozenset(code for code in part.split("+") if code and code != "*") for part in parts
    )


def _span(request: HttpRequest) -> tuple[str, str]:
    """(first, last) from startPeriod and endPeriod, or from c[TIME_PERIOD] of 3.0."""
    first, last = request.GET.get("startPeriod", ""), request.GET.get("endPeriod", "")
    for sign, period in _TIME.findall(request.GET.get("c[TIME_PERIOD]", "")):
        if sign in ("ge", "gt", "eq"):
            first = period
        if sign in ("le", "lt", "eq"):
            last = period
    found = [from_sdmx(text[:20]) for text in (first, last)]
    for text in found:
        if text:
            kind_of(text)
    return found[0], found[1]


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise Invalid(_BAD_INSTANT, fields={"asOf": _BAD_INSTANT}) from error
    if found.tzinfo is None or not 1900 < found.year < 9000:
        raise Invalid(_BAD_INSTANT, fields={"asOf": _BAD_INSTANT})
    return found


def _structure(version: str, flow: Flow, kind: str, references: str) -> HttpResponse:
    written = ml_2_1 if version == "2.1" else ml_3_0
    kinds = (kind,) if references in ("none", "") else written.KINDS
    return HttpResponse(written.structure_message(flow, kinds), content_type=written.STRUCTURE_TYPE)


def _data(request: HttpRequest, version: str, flow: Flow) -> HttpResponse:
    """In the form that ``format`` or the Accept header asks for; XML of the version else."""
    asked = request.GET.get("format", "") + " " + request.headers.get("Accept", "")
    if "json" in asked:
        text = json.dumps(flat.data_json(flow), ensure_ascii=False)
        return HttpResponse(text, content_type=flat.JSON_TYPE)
    if "csv" in asked:
        return HttpResponse(flat.data_csv(flow), content_type=flat.CSV_TYPE)
    if version == "3.0":
        return HttpResponse(ml_3_0.specific_data(flow), content_type=ml_3_0.DATA_TYPE)
    if "structurespecific" in asked:
        return HttpResponse(ml_2_1.specific_data(flow), content_type=ml_2_1.SPECIFIC_TYPE)
    return HttpResponse(ml_2_1.generic_data(flow), content_type=ml_2_1.GENERIC_TYPE)
