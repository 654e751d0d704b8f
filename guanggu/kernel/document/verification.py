"""What the seal of a PDF that somebody brings is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guanggu.base.bilingual import T

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
