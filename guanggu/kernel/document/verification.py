"""What the seal of a PDF that somebody brings is worth."""

from __future__ import annotations

import io
from dataclasses import dataclass
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

from guanggu.base.bilingual import T

from .authority import authority

STATES: dict[str, T] = {
    "valid": T("印章有效，文件自用印后未被改动", "The seal is valid and nothing changed since"),
    "altered": T(
        "文件在用印后被改动，不可采信",
        "The file was changed after it was sealed; do not rely on it",
    ),
    "unknown_issuer": T(
        "签名完整，但签名证书不是本平台签发，无法确认签名人身份",
        "The signature is whole, but its certificate was not issued here; who signed is unknown",
    ),
    "unsigned": T("文件没有电子印章", "The file bears no electronic seal"),
    "unreadable": T("文件不是可读的PDF文件", "The file is not a readable PDF"),
}


@dataclass(frozen=True)
class Verification:
    """state: one of ``STATES``; the last three facts are of the outermost signature.

    signed_at is what the signer's clock said (PAdES B-B has no outside time stamp).
    """

    state: str
    signer: str = ""
    organisation_code: str = ""
    signed_at: datetime | None = None
    covers_whole_document: bool = False

    @property
    def valid(self) -> bool:
        return self.state == "valid"

    @property
    def altered(self) -> bool:
        return self.state == "altered"

    @property
    def unknown_issuer(self) -> bool:
        return self.state == "unknown_issuer"

    @property
    def message(self) -> T:
        return STATES[self.state]


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
