"""Making the series that come with the house, and the sample's figures."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation, Post
from guanggu.kernel.indicator.public import (
    Indicator,
    define_indicators,
    record_values,
    take_in_declared,
)
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import change_record, save_new_records

from ..models import EconomicSeries
from ..rules.shipped import definitions, sample_figures


def _is_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("macro_economy.lay_series", allows=_is_platform)
def lay_series(actor: Actor, *, is_sample: bool = False) -> dict[str, Any]:
    """Make the shipped series that are not there yet; answers how many."""
    take_in_declared()
    known = set(EconomicSeries.objects.values_list("key", flat=True))
    indicators = {each.key: each for each in Indicator.objects.all()}
    made = [
        EconomicSeries(
            key=row["key"], indicator=indicators[row["key"]], code=row["code"],
            is_adjusted=row["is_adjusted"] == "1", is_headline=row["is_headline"] == "1",
            rank=int(row["rank"]), is_sample=is_sample, source="shipped",
        )
        for row in definitions()
        if row["key"] not in known
    ]  # fmt: skip
    save_new_records(actor, made, "macro_economy.created")
    append("economic_series/-", "macro_economy.sample_laid", actor,
           {"series": len(made), "is_sample": is_sample})  # fmt: skip
    return {"series": len(made)}


@action("macro_economy.lay_sample", allows=_is_platform)
def lay_sample(actor: Actor) -> dict[str, Any]:
    """The series with owners, targets and invented figures of the sample district, all marked."""
    told = lay_series(actor, is_sample=True)
    today, values = clock.today(), 0
    for row in definitions():
        indicator = Indicator.objects.get(key=row["key"])
        _give_owner(actor, indicator, row["owner_body"])
        values += record_values(
            actor, indicator=row["key"], is_sample=True, values=_sample_values(row)
        )["added"]
    define_indicators(
        actor, indicators=[],
        targets=[
            {"indicator": row["key"], "kind": "target", "period": f"{today.year}",
             "value": row["target"], "clause": "年度计划（示例）", "is_sample": True}
            for row in definitions()
        ],
    )  # fmt: skip
    return {**told, "values": values}


def _sample_values(row: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "period": each["period"], "number": each["number"], "status": each["status"],
            "reason": each["reason"], "provenance": {"kind": "sample"},
            "known_at": datetime.combine(
                each["published"], time(9), tzinfo=clock.DISTRICT_ZONE
            ).isoformat(),
        }
        for each in sample_figures(row, clock.today())
    ]  # fmt: skip


def _give_owner(actor: Actor, indicator: Indicator, body: str) -> None:
    """The body's statistics post, else its office clerk; sample figures are marked on the page."""
    organisation = Organisation.objects.filter(code__endswith=f"-{body}").first()
    posts = Post.objects.filter(organisation=organisation).order_by("pk") if organisation else []
    post = next(
        (p for p in posts if "statistics" in p.roles),
        next((p for p in posts if "draft" in p.roles), None),
    )
    values = {"is_sample": True, "owner": str(post.ref) if post else ""}
    change_record(
        actor, collection="indicators", record=indicator.key, version=indicator.version,
        values={**values, "organisation": organisation.code if organisation else ""},
    )  # fmt: skip
