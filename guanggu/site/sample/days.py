"""Working days of a year that the State Council has not announced yet, for the sample district only.

They are reckoned from the festivals of 全国年节及纪念日放假办法 without exchanged weekends, say of
themselves that they are a sample, and are never laid into a real district: there a limit that runs
into an unannounced year is refused until the notice is imported.
"""

from __future__ import annotations

from pathlib import Path

from guanggu.base.calendar import operator_table
from guanggu.base.working_days import import_notice

SAMPLE_DAYS = Path(__file__).parent / "data" / "working_days_2027_sample.csv"


def lay_sample_days() -> None:
    """Put the sample year where imported notices go, unless something was imported already."""
    target = operator_table()
    if target is not None and not target.exists():
        import_notice(SAMPLE_DAYS, target)
