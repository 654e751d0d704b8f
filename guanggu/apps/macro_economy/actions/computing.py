"""Computing a series anew: its seasonal adjustment and what is expected of the year."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.errors import Invalid
from guanggu.kernel.journal.public import action, append

from ..models import Adjustment, EconomicSeries, Nowcast
from ..queries.series import Figures, digest_of, figures, first_known
from ..rules import nowcast, seasonal

YEARS_BACK = 5  # how far the past error is measured


def _is_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def refresh(key: str) -> dict[str, Any]:
    """Compute what was not yet computed of the present figures; answers what was made.

    The computing takes seconds and stands outside the transaction that keeps it.
    """
    one = EconomicSeries.objects.select_related("indicator").get(key=key)
    found = figures(one)
    digest, made = digest_of(found), {}
    if not found.values:
        return made
    if one.is_adjusted and not Adjustment.objects.filter(series=one, data_digest=digest).exists():
        made["adjustment"] = adjust_series(found)
    year = nowcast_year(found)
    if not Nowcast.objects.filter(series=one, year=year, data_digest=digest).exists():
        made["nowcast"] = nowcast_series(one, found, year)
    if made:
        keep_computed(platform("macro_economy"), series=key, digest=digest, made=made)
    return made


def adjust_series(found: Figures) -> dict[str, Any]:
    """The adjustment as its row holds it; ``problem`` where the figures do not allow one."""
    places = sorted(found.values)
    periods = [found.key(place) for place in places]
    try:
        done = seasonal.adjust(places, [float(found.values[p]) for p in places], found.per_year)
    except Invalid as problem:
        return {"periods": periods, "problem": problem.message.as_dict()}
    return {
        "periods": periods, "adjusted": done.adjusted, "trend": done.trend,
        "seasonal": done.seasonal, "remainder": done.remainder, "parameters": done.parameters,
        "checks": done.checks,
    }  # fmt: skip


def nowcast_year(found: Figures) -> int:
    """The year that is not over in the figures: the last one, or the next once it is complete."""
    year, number = max(found.values)
    return year + 1 if number == found.per_year else year


def nowcast_series(one: EconomicSeries, found: Figures, year: int) -> dict[str, Any]:
    """The year's figure as expected, with the same for past years from what was known then."""
    is_stock = one.indicator.measure != "flow"
    values = {place: float(number) for place, number in found.values.items()}
    try:
        said = nowcast.estimate(values, year, found.per_year, is_stock=is_stock)
    except Invalid as problem:
        return {"year": year, "known": 0, "problem": problem.message.as_dict()}
    past = [each.as_dict() for each in back_test(one, found, said.known)]
    figures_of = {
        "so_far": said.so_far, "value": said.value, "low": said.low, "high": said.high,
        "same_rest": said.same_rest, "same_growth": said.same_growth, "model": said.model,
    }  # fmt: skip
    return {"year": year, "known": said.known, "figures": figures_of, "past": past}


def back_test(one: EconomicSeries, found: Figures, known: int) -> list[nowcast.Past]:
    """What would have been said of past years: as many periods known as now, and a half and three
    quarters of the year, each from the figures as they stood on the day of publication."""
    is_stock = one.indicator.measure != "flow"
    per_year = found.per_year
    final = {place: float(number) for place, number in found.values.items()}
    whole = nowcast.whole_years(final, per_year)
    published = first_known(one)
    numbers = sorted({known, per_year // 2, per_year * 3 // 4} - {0, per_year})
    past = []
    for year in whole[nowcast.YEARS_MIN :][-YEARS_BACK:]:
        came = nowcast.total_of(final, year, per_year, is_stock=is_stock)
        for number in numbers:
            at = published.get((year, number))
            if at is None or came <= 0:
                continue
            then = {p: float(v) for p, v in figures(one, as_of=at).values.items()}
            try:
                said = nowcast.estimate(then, year, per_year, is_stock=is_stock)
            except Invalid:
                continue  # what was known then did not yet allow a word
            past.append(
                nowcast.Past(year, number, said.value, said.low, said.high, said.same_rest,
                             said.same_growth, came)
            )  # fmt: skip
    return past


@action("macro_economy.keep_computed", allows=_is_platform)
def keep_computed(
    actor: Actor, *, series: str, digest: str, made: dict[str, Any]
) -> dict[str, Any]:
    """Write what was computed; the same figures are kept once."""
    one = EconomicSeries.objects.get(key=series)
    at = clock.now()
    if "adjustment" in made:
        Adjustment.objects.get_or_create(
            series=one, data_digest=digest, defaults={**made["adjustment"], "made_at": at}
        )
        append(one.ref, "macro_economy.adjusted", actor, {"data": digest})
    if "nowcast" in made:
        told = dict(made["nowcast"])
        year = told.pop("year")
        Nowcast.objects.get_or_create(
            series=one, year=year, data_digest=digest, defaults={**told, "made_at": at}
        )
        append(one.ref, "macro_economy.nowcast_made", actor,
               {"data": digest, "year": year, "known": told["known"]})  # fmt: skip
    return {"kept": sorted(made)}
