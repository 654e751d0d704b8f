"""The procedure of a fault, and what the end of its case means."""

from pathlib import Path

from guanggu.kernel.case.public import on_close, ship_procedures

from .actions.faults import CASE_KIND, after_closing

ship_procedures("iot_platform", Path(__file__).resolve().parent / "data" / "procedures")
on_close(CASE_KIND)(after_closing)
