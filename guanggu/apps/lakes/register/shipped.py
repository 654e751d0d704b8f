"""Taking in the lakes that come with the house: invented shores and beds, and marked as such."""

from __future__ import annotations

import json
from pathlib import Path

from guanggu.base.actor import Actor
from guanggu.kernel.observation.public import Thing

from ..actions.laying import lay_sample

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "sample.json"
BUREAU = "wehdz-hsj"  # the sample's bureau of environment, water and lakes


def take_in_sample(
    actor: Actor, *, organisation: str = BUREAU, key: str = "lakes:sample", history: bool = True
) -> list[Thing]:
    """Lay the sample lakes, stations, outfalls and plans; answers the stations' things."""
    sample = json.loads(SHIPPED.read_text(encoding="utf-8"))
    told = lay_sample(actor, key=key, sample=sample, organisation=organisation, history=history)
    return list(Thing.objects.filter(key__in=told["things"]).order_by("key"))
