"""Taking in the items that come with the house."""

from __future__ import annotations

from pathlib import Path

from guanggu.base.actor import Actor
from guanggu.kernel.register.public import ImportRun, import_rows, read_sheets

from .reading import rows_of_sheets

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "service_items.xlsx"


def take_in_shipped_items(actor: Actor, *, key: str = "powers:shipped") -> ImportRun:
    """Create or renew the shipped items; their organisations must stand already."""
    rows = rows_of_sheets(read_sheets(SHIPPED.read_bytes(), SHIPPED.name))
    return import_rows(
        actor, key=key, collection="service_items", rows=rows, file_name=SHIPPED.name
    )
