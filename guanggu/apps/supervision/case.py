"""The procedure of a follow-up, and what its end means for the follow-up."""

from pathlib import Path

from guanggu.kernel.case.public import on_close, ship_procedures

from .actions.follow_ups import after_closing
from .queries.follow_ups import KIND

ship_procedures("supervision", Path(__file__).resolve().parent / "data" / "procedures")
on_close(KIND)(after_closing)
