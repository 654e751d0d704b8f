"""Taking in the stations and sources that come with the house: invented, and marked as such."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.months import next_month
from guanggu.kernel.observation.public import Thing

from ..actions.assessing import assess
from ..actions.exceeding import open_cases_of_exceedances
from ..actions.laying import lay_sample
from ..actions.totalling import compute_totals

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "sample.json"
BUREAU = "wehdz-hsj"  # the sample's bureau of environment, water and lakes


def take_in_sample(
    actor: Actor, *, organisation: str = BUREAU, key: str = "environment:sample"
) -> list[Thing]:
    """Lay the sample stations, outlets and their datastreams; answers the things."""
    sample = json.loads(SHIPPED.read_text(encoding="utf-8"))
    told = lay_sample(actor, key=key, sample=sample, organisation=organisation)
    return list(Thing.objects.filter(key__in=told["things"]).order_by("key"))


def judge_the_past(actor: Actor, first: date) -> int:
    """Judge every day and total every month from ``first`` until today, and open cases of the
    last days, for what was filled in afterwards; answers how many days. Raises Unavailable."""
    judged, month, today = 0, first.replace(day=1), clock.today()
    while month <= today:
        last = min(next_month(month) - timedelta(days=1), today)
        told = assess(actor, first=month.isoformat(), last=last.isoformat())
        judged += told["days"]
        compute_totals(actor, month=month.isoformat())
        month = next_month(month)
    open_cases_of_exceedances(today - timedelta(days=10), today)
    return judged
