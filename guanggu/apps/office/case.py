"""The office's procedures, and what happens to the document when a step is decided."""

from pathlib import Path

from guanggu.kernel.case.public import on_complete, ship_procedures, validate

from .actions.walking import (
    after_abandoning,
    after_archiving,
    after_dispatch,
    after_sealing,
    after_signing,
    demand_factor,
    demand_sealed_file,
)
from .queries import KIND

ship_procedures("office", Path(__file__).resolve().parent / "data" / "procedures")
validate(KIND, "sign", "sign")(demand_factor)
validate(KIND, "dispatch", "dispatched")(demand_sealed_file)
on_complete(KIND, "sign", "sign")(after_signing)
on_complete(KIND, "seal", "sealed")(after_sealing)
on_complete(KIND, "dispatch", "dispatched")(after_dispatch)
on_complete(KIND, "archive", "archived")(after_archiving)
on_complete(KIND, "revise", "abandon")(after_abandoning)
