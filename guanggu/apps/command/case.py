"""The procedure of an order, and what its end means."""

from pathlib import Path

from guanggu.kernel.case.public import on_close, ship_procedures

from .actions.orders import after_closing
from .queries.desk import KIND

ship_procedures("command", Path(__file__).resolve().parent / "data" / "procedures")
on_close(KIND)(after_closing)
