"""The procedures that the office ships, published when the first document needs one."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from guanggu.base.actor import platform
from guanggu.kernel.case.public import Procedure, ensure_published

_FOLDER = Path(__file__).resolve().parent.parent / "data" / "procedures"


@functools.cache
def shipped() -> dict[str, dict[str, Any]]:
    """Definition by code."""
    return {
        f"office_{path.stem}": json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(_FOLDER.glob("*.json"))
    }


def procedure_for(kind: str) -> str:
    """The code of the procedure of this kind of document, published if it was not yet."""
    code = f"office_{kind}"
    if not Procedure.objects.filter(code=code, state="published").exists():
        ensure_published(platform("office"), code, shipped()[code])
    return code
