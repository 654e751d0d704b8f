"""The procedures of the data centre, and what their answers mean for grants."""

from pathlib import Path

from guanggu.kernel.case.public import on_complete, ship_procedures

from .actions.requesting import KIND, after_granting, after_refusing

ship_procedures("data_centre", Path(__file__).resolve().parent / "data" / "procedures")
on_complete(KIND, "answer", "grant")(after_granting)
on_complete(KIND, "answer", "refuse")(after_refusing)
