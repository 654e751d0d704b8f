"""The procedure of a delay, and what its steps mean for the warning."""

from pathlib import Path

from guanggu.kernel.case.public import on_close, on_complete, ship_procedures

from .actions.warning import after_closing, after_remedy
from .rules.words import DELAY_KIND

ship_procedures("projects", Path(__file__).resolve().parent / "data" / "procedures")
on_complete(DELAY_KIND, "remedy", "planned")(after_remedy)
on_close(DELAY_KIND)(after_closing)
