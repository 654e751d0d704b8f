"""Procedures that come with an app: a folder of JSON files, published when the database is made.

One that a district has since changed is left as it is: a version in force is the district's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from guanggu.base.actor import platform

from .models import Procedure
from .publishing import ensure_published

_SHIPPED: dict[str, Path] = {}


def ship_procedures(app: str, folder: Path) -> None:
    """Declare every ``<name>.json`` of the folder as the procedure ``<app>.<name>``."""
    _SHIPPED.update({f"{app}.{path.stem}": path for path in sorted(folder.glob("*.json"))})


def shipped_procedure(code: str) -> dict[str, Any]:
    """The definition as shipped. Raises KeyError where no app ships it."""
    return json.loads(_SHIPPED[code].read_text(encoding="utf-8"))


def publish_shipped() -> list[str]:
    """Publish each shipped procedure that was never published here; answers their codes."""
    known = set(Procedure.objects.values_list("code", flat=True))
    missing = [code for code in _SHIPPED if code not in known]
    for code in missing:
        ensure_shipped(code)
    return missing


def ensure_shipped(code: str) -> str:
    """Publish this one where it ships and was never published: an install needs no extra step."""
    if code in _SHIPPED and not Procedure.objects.filter(code=code).exists():
        ensure_published(platform(code.partition(".")[0]), code, shipped_procedure(code))
    return code
