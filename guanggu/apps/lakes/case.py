"""The procedure of a lake's problem, and what its steps mean for the problem."""

from pathlib import Path

from guanggu.kernel.case.public import on_close, on_complete, ship_procedures, validate

from .actions.reporting import after_closing, after_step, demand_another
from .rules.words import ISSUE_KIND

ship_procedures("lakes", Path(__file__).resolve().parent / "data" / "procedures")
validate(ISSUE_KIND, "verify", "pass")(demand_another)
on_complete(ISSUE_KIND)(after_step)
on_close(ISSUE_KIND)(after_closing)
