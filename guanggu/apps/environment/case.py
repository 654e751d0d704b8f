"""The procedure of enforcement, and what the end of a case means for its violation."""

from pathlib import Path

from guanggu.kernel.case.public import on_close, ship_procedures

from .actions.enforcing import KIND, after_closing

ship_procedures("environment", Path(__file__).resolve().parent / "data" / "procedures")
on_close(KIND)(after_closing)
