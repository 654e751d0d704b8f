"""Rules of quality that come with the house, for the tables of its own registers."""

from __future__ import annotations

import json
from pathlib import Path

from guanggu.base.actor import Actor

from ..actions.judging import add_rules
from ..models import QualityRule

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "quality_rules.json"


def take_in_shipped(actor: Actor) -> int:
    """Add the shipped rules that are not there yet and whose table is; answers how many.

    One that was changed or switched off here stays as it is.
    """
    rules = json.loads(SHIPPED.read_text(encoding="utf-8"))
    held = set(
        QualityRule.objects.filter(key__in=[r["key"] for r in rules]).values_list("key", flat=True)
    )
    new = [rule for rule in rules if rule["key"] not in held]
    return add_rules(actor, rules=new) if new else 0
