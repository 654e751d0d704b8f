"""A page of observations out of the store.

Conditions on phenomenonTime bound what is read, those on Datastream choose the streams, those on
a numeric result are decided by columns; only the rest looks at single observations. Pages go on
after the last observation. What a request may look at is bounded; the page then ends early and
says where to go on.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.observation.public import observations
from guanggu.kernel.observation.sensorthings.public import (
    TYPES,
    Datum,
    data_of,
    joined_data,
    place_of,
)

from .asking import Asking
from .data_conditions import Wanted, wanted_of
from .evaluating import Evaluator
from .faults import bad
from .language import Path
from .options import Options, Order
from .record_pages import Page, bad_token

SCANNED_MAX = 500_000  # observations looked at for one page
SORTED_MAX = 100_000  # put in an order that the store does not know
MERGED_MAX = 500  # datastreams merged by time
CHUNK = 2_000
_BY_TIME = Path(("phenomenonTime",))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which observations are meant. singles: datastreams; multis: the parts of each
    multi-datastream; feature: only those of this feature of interest."""

    singles: tuple[int, ...]
    multis: dict[int, list[int]]
    feature: int | None = None


def scope_of(asking: Asking, owner: Any = None) -> Scope:
    """All observations that the actor may see, or those of a datastream or feature."""
    name = type(owner).__name__
    if name == "Datastream":
        return Scope((owner.pk,), {})
    if name == "MultiDatastream":
        return Scope((), asking.parts([owner.pk]))
    singles = asking.rows(TYPES["Datastream"])
    multis = asking.rows(TYPES["MultiDatastream"])
    if owner is not None and owner.location_id:
        there = {"thing__historical_locations__locations": owner.location_id}
        singles, multis = singles.filter(**there).distinct(), multis.filter(**there).distinct()
    return Scope(
        tuple(singles.order_by("pk").values_list("pk", flat=True)),
        asking.parts(multis.order_by("pk").values_list("pk", flat=True)),
        owner.pk if owner is not None else None,
    )


def page_of_data(asking: Asking, scope: Scope, options: Options) -> Page:
    wanted = wanted_of(asking, scope.singles, scope.multis, options.filter)
    holds = _test(asking, scope, wanted)
    count = _count(wanted, holds, scope) if options.count else None
    if options.top == 0:
        return Page([], "", count)
    run = _run(wanted, options)
    page = _page(run, holds, options)
    if wanted.budget.is_spent and not page.token:
        place = page.entities[-1].id if page.entities and options.order else wanted.budget.place
        page = replace(page, token=place)
    return replace(page, count=count)


def _test(asking: Asking, scope: Scope, wanted: Wanted) -> Callable[[Datum], bool] | None:
    """Decides single observations; None where every one that is read is wanted."""
    kind = TYPES["Observation"]
    always = [Evaluator(kind, node, asking) for node in wanted.rest]
    of_periods = [Evaluator(kind, node, asking) for node in wanted.times]
    if not (always or of_periods or scope.feature):
        return None

    def holds(datum: Datum) -> bool:
        is_period = "/" in datum.values["phenomenonTime"]
        if is_period and not all(test.holds(datum) for test in of_periods):
            return False
        if scope.feature is not None:
            feature = asking.feature_of(datum)
            if feature is None or feature.pk != scope.feature:
                return False
        return all(test.holds(datum) for test in always)

    return holds


def _page(run: Iterator[Datum], holds: Any, options: Options) -> Page:
    found: list[Datum] = []
    skip = 0 if options.token else options.skip
    last = ""
    for scanned, datum in enumerate(run, 1):
        if len(found) == options.top:
            return Page(found, last)
        last = datum.id
        if holds is None or holds(datum):
            if skip:
                skip -= 1
            else:
                found.append(datum)
        if scanned >= SCANNED_MAX and not skip:
            return Page(found, last)
    return Page(found)


def _count(wanted: Wanted, holds: Any, scope: Scope) -> int:
    store = observations()
    if (holds is None and not wanted.results) or (
        holds is not None and not wanted.rest and scope.feature is None and not wanted.results
    ):  # fmt: skip
        singles = store.count(wanted.singles, wanted.start, wanted.end) if wanted.singles else 0
        firsts = [streams[0] for streams in wanted.multis.values() if streams]
        return singles + (store.count(firsts, wanted.start, wanted.end) if firsts else 0)
    total = 0
    for scanned, datum in enumerate(_natural(wanted, ""), 1):
        total += holds is None or holds(datum)
        if scanned >= SCANNED_MAX or wanted.budget.is_spent:
            raise bad(
                T("要计数的观测超过 {} 条，请缩小时间范围。",
                "More than {} observations would have to be counted; narrow the time."), SCANNED_MAX,
            )  # fmt: skip
    return total


# -- runs over the store in an order


def _run(wanted: Wanted, options: Options) -> Iterator[Datum]:
    order = options.order
    if order and order[0].path.parts in (("id",), ("@iot.id",)) and not order[0].falling:
        order = ()
    one = len(wanted.singles) + len(wanted.multis) <= 1
    if not order or (one and order[0] == Order(_BY_TIME, False)):
        return _natural(wanted, options.token)
    if (order[0].path == _BY_TIME and len(order) == 1) or (one and order[0].path == _BY_TIME):
        return _by_time(wanted, order[0].falling, options.token)
    return _sorted(wanted, options)


def _natural(wanted: Wanted, token: str) -> Iterator[Datum]:
    """By datastream, then by time; multi-datastreams behind the others."""
    multi, number, time = _place(token)
    if not multi:
        after = [s for s in wanted.singles if s > number]
        if token and number in wanted.singles:
            yield from _rising(wanted, [number], max(time + 1, wanted.start))
        yield from _rising(wanted, after if token else list(wanted.singles), wanted.start)
    for each, streams in sorted(wanted.multis.items()):
        if multi and each < number:
            continue
        start = max(time + 1, wanted.start) if multi and each == number else wanted.start
        yield from _rising_multi(wanted, each, streams, start)


def _place(token: str) -> tuple[bool, int, int]:
    if not token:
        return False, -1, 0
    try:
        return place_of(token)
    except Missing as error:
        raise bad_token() from error


def _rising(wanted: Wanted, streams: list[int], start: int) -> Iterator[Datum]:
    chunk = 256
    while streams and start < wanted.end and not wanted.budget.is_spent:
        table = observations().series(streams, start, wanted.end, limit=chunk)
        yield from data_of(wanted.chosen(table))
        if len(table) < chunk:
            return
        chunk = CHUNK
        last, time = table["stream"][-1].as_py(), table["time"][-1].as_py()
        if len(streams) == 1:
            start = time + 1
            continue
        # What remains of the last stream begins later than the others do.
        yield from _rising(wanted, [last], time + 1)
        streams = [each for each in streams if each > last]


def _rising_multi(
    wanted: Wanted, multi: int, streams: list[int], start: int
) -> Iterator[Datum]:  # fmt: skip
    for firsts in _chunks_of(wanted, streams, start):
        begin, end = firsts[0], firsts[-1] + 1
        rows = data_of(observations().series(streams, begin, end))
        yield from joined_data(multi, streams, rows)


def _chunks_of(wanted: Wanted, streams: list[int], start: int) -> Iterator[list[int]]:
    """Times of the first part, some at once."""
    while streams and start < wanted.end:
        times = observations().series(streams[:1], start, wanted.end, limit=CHUNK)["time"]
        found = times.to_pylist()
        if found:
            yield found
        if len(found) < CHUNK:
            return
        start = found[-1] + 1


def _falling(wanted: Wanted, streams: list[int], end: int) -> Iterator[Datum]:
    chunk, seen = 256, set()  # type: ignore[var-annotated]
    while streams and wanted.start < end and not wanted.budget.is_spent:
        table = observations().series(
            streams, wanted.start, end, limit=chunk + len(seen), newest_first=True
        )
        known, seen = seen, set()
        for datum in data_of(wanted.chosen(table)):
            if datum.id not in known:
                yield datum
        if len(table) < chunk + len(known):
            return
        end = table["time"][-1].as_py() + 1
        # Data of this very instant come again with the next chunk, some of them known.
        seen = {d.id for d in data_of(table) if d.time == end - 1}
        chunk = CHUNK


def _falling_multi(
    wanted: Wanted, multi: int, streams: list[int], end: int
) -> Iterator[Datum]:  # fmt: skip
    while streams and wanted.start < end:
        table = observations().series(
            streams[:1], wanted.start, end, limit=CHUNK, newest_first=True
        )
        if not len(table):
            return
        begin = table["time"][-1].as_py()
        rows = joined_data(multi, streams, data_of(observations().series(streams, begin, end)))
        yield from reversed(rows)
        end = begin


def _by_time(wanted: Wanted, falling: bool, token: str) -> Iterator[Datum]:
    """All datastreams merged by time; of one instant in natural order."""
    multi, number, time = _place(token)
    here = (multi, number) if token else None
    if falling:
        end = min(time + 1, wanted.end) if token else wanted.end
        runs = [_falling(wanted, list(wanted.singles), end)]
        runs += [_falling_multi(wanted, m, s, end) for m, s in sorted(wanted.multis.items())]
        merged = heapq.merge(*runs, key=lambda d: (-d.time, d.multi, d.number))
    else:
        if len(wanted.singles) > MERGED_MAX:
            raise bad(
                T("按时间升序最多合并 {} 个数据流，请指定 Datastream。",
                "At most {} datastreams are merged by rising time; name them."), MERGED_MAX,
            )  # fmt: skip
        begin = max(time, wanted.start) if token else wanted.start
        later = replace(wanted, start=begin)
        runs = [_rising(later, [each], begin) for each in wanted.singles]
        runs += [_rising_multi(later, m, s, begin) for m, s in sorted(wanted.multis.items())]
        merged = heapq.merge(*runs, key=lambda d: (d.time, d.multi, d.number))
    for datum in merged:
        if here is None or datum.time != time or (datum.multi, datum.number) > here:
            yield datum


def _sorted(wanted: Wanted, options: Options) -> Iterator[Datum]:
    """In any other order: all at once, so they must be few."""
    found: list[Datum] = []
    for datum in _natural(wanted, ""):
        found.append(datum)
        if len(found) > SORTED_MAX:
            raise bad(
                T("按此顺序最多排列 {} 条观测，请缩小时间范围。",
                "At most {} observations can be put in this order; narrow the time."), SORTED_MAX,
            )  # fmt: skip
    for order in reversed(options.order):
        found.sort(key=_key(order), reverse=order.falling)
    if options.token:
        ids = [datum.id for datum in found]
        if options.token not in ids:
            raise bad_token()
        found = found[ids.index(options.token) + 1 :]
    return iter(found)


def _key(order: Order) -> Callable[[Datum], Any]:
    name = order.path.parts[0]
    if len(order.path.parts) > 1 or name not in (
        "phenomenonTime", "resultTime", "result", "validTime", "id", "@iot.id",
    ):  # fmt: skip
        raise bad(T("观测不能按“{}”排序。", "Observations cannot be ordered by “{}”."), name[:40])
    if name in ("id", "@iot.id"):
        return lambda datum: (datum.multi, datum.number, datum.time)
    if name == "phenomenonTime":
        return lambda datum: datum.time

    def key(datum: Datum) -> tuple[int, Any]:
        value = datum.values[name]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return (1, value) if number else (2, str(value)) if value is not None else (0, 0)

    return key
