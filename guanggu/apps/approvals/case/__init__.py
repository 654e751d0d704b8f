"""What approvals declare to the case kernel: procedures, hooks on outcomes, words for what happened."""

from pathlib import Path

from guanggu.kernel.case.public import ship_procedures

from . import handling, side_cases, words

__all__ = ["handling", "side_cases", "words"]

ship_procedures("approvals", Path(__file__).resolve().parents[1] / "data" / "procedures")
