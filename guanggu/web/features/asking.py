"""Reading what a request asks of a collection; whatever cannot be read is refused by name."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import HttpRequest

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.feature.public import (
    Box,
    Layer,
    Wanted,
    features,
    layers_for,
    named_layer,
    subset_for,
)
from guanggu.kernel.identity.public import actor_of
from guanggu.web.problems import BadRequest

from .crs import CRS84, Crs, box_from, crs_of

LIMIT, LIMIT_MAX = 100, 10_000
COUNT_MAX = 100_000  # beyond it an answer does not say how many there are
_OWN = {"bbox", "bbox-crs", "crs", "datetime", "limit", "after", "f", "lang"}
_NO_LAYER = T(
    "没有该数据集，或您无权查看。可用的数据集见 /ogc/collections。",
    "No such collection, or none that you may see. /ogc/collections lists them.",
)
_UNKNOWN = T(
    "不认识的参数：{}。可用的筛选属性：{}。", "Unknown parameter {}; properties to filter by: {}."
)
_NUMBER = T("{} 应为 {} 至 {} 的整数。", "{} is a whole number from {} to {}.")
_BBOX = T("bbox 应为 4 个或 6 个数。", "bbox is four or six numbers.")
_TIME = T(
    "datetime 应为日期、时刻或“起/止”区间，如 2026-05-01/..。",
    "datetime is a date, an instant or an interval, such as 2026-05-01/..",
)


def layer_asked(request: HttpRequest, name: str) -> Layer:
    """The layer that the reader may see. Raises Missing."""
    layer = named_layer(name)
    if layer is None or not layer.is_open_to(actor_of(request)):
        raise Missing(_NO_LAYER)
    return layer


def layers_asked(request: HttpRequest) -> list[Layer]:
    return layers_for(actor_of(request))


def wants_page(request: HttpRequest) -> bool:
    """Whether people or programs ask: by ``f``, else by what the browser accepts. Raises
    BadRequest for a format that is not given."""
    asked = request.GET.get("f", "")
    if asked in ("json", "html"):
        return asked == "html"
    if asked:
        raise BadRequest(T("f 只能是 json 或 html。", "f is json or html."))
    return request.accepts("text/html") and "text/html" in request.headers.get("Accept", "")


def queryables(layer: Layer) -> list[str]:
    """Properties by which items can be chosen."""
    names = [*layer.properties, *layer.titles]
    names += [layer.colour_by] if layer.colour_by else []
    first = features().items(layer.key, limit=1)
    names += list(first[0].properties) if first else []
    return list(dict.fromkeys(names))


@dataclass(frozen=True)
class Asked:
    """A request for items, read."""

    wanted: Wanted
    crs: Crs = CRS84
    limit: int = LIMIT
    after: int = 0
    kept: dict[str, str] = field(default_factory=dict)  # what the next page repeats


def read(request: HttpRequest, layer: Layer) -> Asked:
    """Raises BadRequest naming the parameter and its mend."""
    known = queryables(layer)
    equals = {}
    for name, value in request.GET.items():
        if name in _OWN:
            continue
        if name not in known:
            raise BadRequest(_UNKNOWN.format(name[:40], "、".join(known)))
        equals[name] = value.replace("\0", "")
    crs = crs_of(request.GET["crs"]) if "crs" in request.GET else CRS84
    wanted = Wanted(
        box=_box(request),
        during=_during(request.GET.get("datetime", "")),
        equals=equals,
        among=subset_for(actor_of(request), layer),
    )
    limit = min(_whole(request, "limit", LIMIT, 1, 10**9), LIMIT_MAX)
    after = _whole(request, "after", 0, 0, 2**62)
    kept = {k: v for k, v in request.GET.items() if k != "after"}
    return Asked(wanted, crs, limit, after, kept)


def _whole(request: HttpRequest, name: str, default: int, low: int, high: int) -> int:
    text = request.GET.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text[:20]) <= high:
        raise BadRequest(_NUMBER.format(name, low, high))
    return int(text)


def _box(request: HttpRequest) -> Box | None:
    text = request.GET.get("bbox")
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise BadRequest(_BBOX) from error
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadRequest(_BBOX)
    if len(numbers) == 6:  # heights are not told apart
        numbers = [*numbers[:2], *numbers[3:5]]
    uri = request.GET.get("bbox-crs")
    return box_from(numbers, crs_of(uri) if uri else CRS84)


def _during(text: str) -> tuple[date | None, date | None] | None:
    if not text:
        return None
    parts = text.split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):
        raise BadRequest(_TIME)
    days = [None if part in ("", "..") else _day(part) for part in parts]
    first, last = days[0], days[-1]
    if first and last and first > last:
        raise BadRequest(_TIME)
    return first, last


def _day(text: str) -> date:
    """The day of the district on which an instant lies."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(_TIME) from error
    return clock.local(at).date() if at.tzinfo else at.date()
