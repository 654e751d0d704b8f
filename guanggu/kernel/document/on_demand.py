"""Doors to the signature library, which is loaded by the first PDF that is sealed or checked.

It costs 30 MB and half a second: a server that only shows pages need not pay it at its start.
"""

from __future__ import annotations

from .verification import Verification


def seal_pdf(pdf: bytes, *, code: str, name: str, reason: str = "", sample: bool = False) -> bytes:
    """The PDF sealed by the organisation with that code and name; see ``signing.seal_pdf``."""
    from . import signing

    return signing.seal_pdf(pdf, code=code, name=name, reason=reason, sample=sample)


def verify_pdf(content: bytes) -> Verification:
    """Check the seal; never raises for what a stranger's file may hold."""
    from . import seal_checking

    return seal_checking.verify_pdf(content)
