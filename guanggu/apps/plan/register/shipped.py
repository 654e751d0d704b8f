"""Taking in the goals that come with the house, and the sample's tasks, values and evaluations."""

from __future__ import annotations

from guanggu.base.actor import Actor

from ..actions.laying import lay_goals
from ..actions.sampling import lay_sample

DISTRICT = "wehdz"  # code of the sample district's body


def take_in_goals(actor: Actor, *, district: str = DISTRICT) -> int:
    """Make the goals that are not there yet; answers how many. Those that stand are not touched."""
    return int(lay_goals(actor, district=district)["goals"])


def take_in_plan_sample(actor: Actor) -> int:
    """Goals, and invented tasks and values under them, marked as sample; answers the tasks."""
    take_in_goals(actor)
    return int(lay_sample(actor, key="plan:sample")["tasks"])
