"""The only door of the indicators."""

from .actions import (
    define_indicators,
    recompute,
    record_values,
    request_recompute,
    take_in_declared,
)
from .checks import post_named
from .computing import ROWS_A_PAGE, ROWS_MAX, Explanation, compute, explain
from .door import LakeDoor, lake_door, reading_from
from .exact import ExactDecimalField, exact
from .formulas import (
    DECLARED,
    FORMULAS,
    Declared,
    Tables,
    day_of,
    declare_indicator,
    month_of,
    period_of,
    quarter_of,
    year_of,
)
from .models import Indicator, Revision, Target, Value
from .periods import (
    A_YEAR,
    demand_kind,
    first_day,
    from_sdmx,
    key_of,
    kind_of,
    last_day,
    number_in_year,
    shift,
    span,
    to_sdmx,
    year_before,
    year_time,
)
from .periods import KINDS as PERIOD_KINDS
from .periods import title as period_title
from .periods import year_of as year_of_key
from .permissions import (
    ENTER_PARTS,
    ENTER_VALUES,
    KEEP_INDICATORS,
    SEE_INDICATORS,
    SEE_PARTS,
    keeps_indicators,
)
from .queries import (
    indicator_named,
    latest,
    next_target,
    path_value,
    required_growth,
    revisions,
    series,
    series_of,
    standing,
    standing_of,
    standings,
    value,
)
from .rules import STATES, Goal, Growth, Point, Standing, State, growth_needed, number_text
from .rules import path_value as path_between
from .words import DIRECTIONS, KINDS, MEASURES, PATHS, PROVENANCES, STATUSES, TARGET_KINDS
from .writing import Given, value_key

__all__ = [
    "A_YEAR", "DECLARED", "DIRECTIONS", "ENTER_PARTS", "ENTER_VALUES", "FORMULAS",
    "KEEP_INDICATORS", "KINDS", "MEASURES", "PATHS", "PERIOD_KINDS", "PROVENANCES", "ROWS_A_PAGE",
    "ROWS_MAX", "SEE_INDICATORS", "SEE_PARTS", "STATES", "STATUSES", "TARGET_KINDS", "Declared",
    "ExactDecimalField", "Explanation", "Given", "Goal", "Growth", "Indicator", "LakeDoor",
    "Point", "Revision", "Standing", "State", "Tables", "Target", "Value", "compute", "day_of",
    "declare_indicator", "define_indicators", "demand_kind", "exact", "explain", "first_day",
    "from_sdmx", "growth_needed", "indicator_named", "keeps_indicators", "key_of", "kind_of",
    "lake_door", "last_day", "latest", "month_of", "next_target", "number_in_year", "number_text",
    "path_between", "path_value", "period_of", "period_title", "post_named", "quarter_of",
    "reading_from", "recompute", "record_values", "request_recompute", "required_growth",
    "revisions", "series", "series_of", "shift", "span", "standing", "standing_of", "standings",
    "take_in_declared", "to_sdmx", "value", "value_key", "year_before", "year_of", "year_of_key", "year_time",
]  # fmt: skip
