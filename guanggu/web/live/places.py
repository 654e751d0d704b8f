"""Places in the journal, as streams name them and as a page remembers the one it was made at."""

from __future__ import annotations

from guanggu.kernel.journal.public import Cursor, journal_end


def cursor_of(text: str) -> Cursor | None:
    """``7.1234`` as a place of the journal; None for anything else."""
    first, dot, second = text.partition(".")
    if not dot or not (first.isdecimal() and second.isdecimal()) or len(text) > 40:
        return None
    return Cursor(int(first), int(second))


__all__ = ["cursor_of", "journal_end"]
