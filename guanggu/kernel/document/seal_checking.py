"""Checking the seal of a PDF with pyHanko; loaded by the first check, see ``on_demand``."""

from __future__ import annotations

import io
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from .authority import authority
from .verification import Verification


def _context(moment: datetime | None) -> ValidationContext:
    root = asn1_x509.Certificate.load(
        authority().certificate.public_bytes(serialization.Encoding.DER)
    )
    return ValidationContext(trust_roots=[root], allow_fetching=False, moment=moment)


def verify_pdf(content: bytes) -> Verification:
    """Check the seal; never raises for what a stranger's file may hold."""
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        found = list(reader.embedded_regular_signatures)
    except (PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        return Verification("unreadable")
    if not found:
        return Verification("unsigned")
    last = found[-1]
    signed_at = None
    try:
        signed_at = last.self_reported_timestamp
        status = validate_pdf_signature(last, _context(signed_at))
    except (
        PdfError, SigningError, SignatureValidationError, PathError, ValueError, TypeError,
        KeyError, AttributeError, IndexError,
    ):  # fmt: skip
        return Verification("altered", signed_at=signed_at)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    subject = status.signing_cert.subject.native
    if not (status.intact and status.valid and whole and status.docmdp_ok):
        state = "altered"
    else:
        state = "valid" if status.trusted else "unknown_issuer"
    return Verification(
        state,
        signer=str(subject.get("common_name", "")),
        organisation_code=str(subject.get("organizational_unit_name", "")),
        signed_at=signed_at,
        covers_whole_document=whole,
    )
