"""Procedures as data, published when the database is made or upgraded."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from guanggu.base.actor import platform
from guanggu.kernel.case.public import Procedure, ensure_published

FOLDER = Path(__file__).resolve().parents[1] / "data" / "procedures"


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """code -> definition of the procedures that come with the app."""
    return {
        f"approvals.{path.stem}": json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.json"))
    }


def publish_shipped() -> list[str]:
    """Publish each procedure that was never published; answers their codes.

    One that a district has since changed is left as it is: a version in force is the district's.
    """
    known = set(Procedure.objects.values_list("code", flat=True))
    missing = [code for code in shipped() if code not in known]
    for code in missing:
        ensure_published(platform("approvals"), code, shipped()[code])
    return missing


def ensure_shipped(code: str) -> None:
    """Publish this one where it ships and was never published: an install needs no extra step."""
    if code in shipped() and not Procedure.objects.filter(code=code).exists():
        ensure_published(platform("approvals"), code, shipped()[code])
