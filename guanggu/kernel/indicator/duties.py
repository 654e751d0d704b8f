"""What the worker does for indicators: computing those with a formula, asked for or by the clock."""

from __future__ import annotations

import logging
from typing import Any

from guanggu.base.errors import Missing, Problem
from guanggu.kernel.journal.public import job, recurring

log = logging.getLogger(__name__)
_EVERY_S = 6 * 3600


@job("indicator.recompute")
def recompute_one(indicator: str) -> Any:
    """Computes; what the lake cannot answer now is tried again by the job's own rule."""
    from .actions import recompute

    try:
        return recompute(indicator)
    except Missing:
        return None  # it was removed, or made a typed one, since the wish


@recurring("indicator.recompute_all", every_seconds=_EVERY_S)
def recompute_all() -> int:
    """Every indicator with a formula; answers how many revisions were added.

    One that cannot be computed keeps its last figures, and its page says since when.
    """
    from .actions import recompute
    from .formulas import FORMULAS
    from .models import Indicator

    added = 0
    keys = Indicator.objects.filter(kind="formula", formula__in=FORMULAS).order_by("key")
    for key in keys.values_list("key", flat=True):
        try:
            added += recompute(key)["added"]
        except Problem as problem:
            log.warning("indicator %s was not computed: %s", key, problem.message.en)
    return added
