"""What the platform itself measures of a goal today, beside the figures that are typed in.

The goals of 2020 are judged by the figures of their year; these indicators say how the same thing
stands now, by formula over the lake. Keys of goals, and of the indicators in ``indicator.py``.
"""

from __future__ import annotations

ONLINE, LAKES, IN_TIME = "plan-now-online", "plan-now-lakes", "plan-now-in-time"
MONITORS: dict[str, str] = {"G441-11": ONLINE, "G442-07": LAKES, "G540-03": IN_TIME}
