"""Outfalls as candidates for what bad water of a lake came from."""

from __future__ import annotations

from collections.abc import Iterable

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import visible

from ..models import Lake, Outfall, OutfallInspection, OutfallSample
from ..rules.quality import goal_limits
from ..rules.tracing import Candidate, Suspect, suspects
from .scopes import VIEW_OUTFALLS

_FIELDS = {
    "w01019": "codmn", "w21003": "ammonia", "w21011": "phosphorus", "w21001": "nitrogen",
}  # fmt: skip


def outfalls_of(actor: Actor, lake: Lake) -> list[Outfall]:
    rows = visible(actor, Outfall.objects.filter(lake=lake), VIEW_OUTFALLS)
    return list(rows.select_related("inflow").order_by("key"))


def last_samples(outfalls: Iterable[Outfall]) -> dict[int, OutfallSample]:
    rows = OutfallSample.objects.filter(outfall__in=list(outfalls)).order_by("sampled_on", "pk")
    return {row.outfall_id: row for row in rows}


def last_checks(outfalls: Iterable[Outfall]) -> dict[int, OutfallInspection]:
    rows = OutfallInspection.objects.filter(outfall__in=list(outfalls))
    return {row.outfall_id: row for row in rows.order_by("inspected_on", "pk")}


def worst_ratio(sample: OutfallSample, factors: Iterable[str], goal: str) -> float | None:
    """The highest ratio of what was found to the goal's limit, over these factors."""
    limits = goal_limits(goal)
    ratios = []
    for code in factors:
        value = getattr(sample, _FIELDS.get(code, ""), None)
        if value is not None and code in limits:
            ratios.append(value / limits[code])
    return max(ratios, default=None)


def suspects_of(
    actor: Actor, lake: Lake, at: tuple[float, float], factors: Iterable[str]
) -> list[tuple[Suspect, Outfall]]:
    """The lake's outfalls within reach of a place, the likeliest first."""
    named = list(factors)
    outfalls = [o for o in outfalls_of(actor, lake) if o.geometry is not None]
    samples, checks = last_samples(outfalls), last_checks(outfalls)
    candidates = []
    for outfall in outfalls:
        sample, check = samples.get(outfall.pk), checks.get(outfall.pk)
        where = outfall.geometry.representative_point()
        candidates.append(
            Candidate(
                outfall.key, outfall.kind, outfall.state, where.x, where.y,
                worst=worst_ratio(sample, named, lake.goal or "3") if sample else None,
                dry_flow=check is not None and check.result == "dry_flow",
            )
        )  # fmt: skip
    by_key = {outfall.key: outfall for outfall in outfalls}
    return [(suspect, by_key[suspect.key]) for suspect in suspects(at, named, candidates)]
