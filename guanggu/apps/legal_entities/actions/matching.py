"""Writing down what the matching engine found and learnt."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.errors import Missing
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import action, append

from ..models import LegalEntity, MatchingModel, MatchPair
from ..queries import canonical_key
from ..rules import keeps_of_two
from .composing import note_pair, pair_key
from .joining import join

_AUTOMATIC = "自动归并，相似概率 {}% / joined automatically, likelihood {}%"


def _only_the_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("legal_entities.record_model", allows=_only_the_platform)
def record_model(actor: Actor, *, records: int, engine: str, parameters: str) -> dict[str, int]:
    """Keep what the engine learnt (JSON as text: probabilities are floats)."""
    made = MatchingModel.objects.create(
        trained_at=clock.now(), records=records, engine=engine, parameters=json.loads(parameters)
    )
    told = {"records": records, "engine": engine}
    append(Ref("matching_models", str(made.pk)), "legal_entities.model_trained", actor, told)
    return {"model": made.pk}


@action("legal_entities.apply_matches", allows=_only_the_platform)
def apply_matches(
    actor: Actor, *, links: list[list[Any]], reviews: list[list[Any]]
) -> dict[str, int]:
    """Join the sure pairs and put the doubtful on the worklist; each [left, right, percent, evidence].

    A pair that a person decided before is left alone, whatever its likelihood.
    """
    joined = noted = 0
    for left, right, percent, _evidence in links:
        joined += _join(actor, left, right, percent)
    for left, right, percent, evidence in reviews:
        pair = _present(left, right)
        if pair and note_pair(actor, *pair, Decimal(percent), evidence):
            noted += 1
    told = {"joined": joined, "noted": noted, "considered": len(links) + len(reviews)}
    append("matching_runs/all", "legal_entities.matched", actor, told)
    return {"joined": joined, "noted": noted}


def _present(left: str, right: str) -> tuple[str, str] | None:
    left, right = canonical_key(left), canonical_key(right)
    both = LegalEntity.objects.filter(key__in=(left, right)).count() == 2
    return (left, right) if both else None


def _join(actor: Actor, left: str, right: str, percent: str) -> bool:
    pair = _present(left, right)
    if pair is None:
        return False
    if MatchPair.objects.filter(key=pair_key(*pair), standing="different").exists():
        return False
    states = dict(LegalEntity.objects.filter(key__in=pair).values_list("key", "code_state"))
    kept, absorbed = keeps_of_two(*((key, states[key]) for key in pair))
    try:
        join(actor, kept, absorbed, _AUTOMATIC.format(percent, percent))
    except Missing:
        return False
    return True
