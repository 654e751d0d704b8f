"""What a unified social credit code (GB 32100-2015) says about a record, and keys without one."""

from __future__ import annotations

import functools
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from guanggu.base.bilingual import T
from guanggu.standards import gb_32100_2015 as gb_32100

# Codes of the district's own registrars that the national table of regions lacks.
LOCAL_REGIONS = frozenset({"420118", "420119"})


class CodeState(StrEnum):
    VALID = "valid"
    CHECKSUM_FAILED = "checksum_failed"
    REGION_UNKNOWN = "region_unknown"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``code`` as normalised; ``reasons`` explain every state but valid, and warn besides."""

    code: str
    state: CodeState
    reasons: tuple[gb_32100.Finding, ...] = ()

    @property
    def reasons_as_data(self) -> list[dict[str, str]]:
        return [{"code": r.code, "zh": r.message.zh, "en": r.message.en} for r in self.reasons]


@functools.lru_cache(maxsize=20_000)  # one row's code is judged wherever its key is made
def judge_code(text: str) -> Judgement:
    """A failing code is marked, never refused: real registers hold them (GB 32100-2015, 5.3)."""
    code = gb_32100.normalise(text or "")[:32]
    if not code:
        message = T("来源未提供统一社会信用代码", "The source gives no unified social credit code")
        return Judgement("", CodeState.MISSING, (gb_32100.Finding("missing", message),))
    checked = gb_32100.check(code, more_regions=LOCAL_REGIONS)
    if not checked.is_valid:
        return Judgement(code, CodeState.CHECKSUM_FAILED, checked.errors + checked.warnings)
    if any(warning.code == "region" for warning in checked.warnings):
        return Judgement(code, CodeState.REGION_UNKNOWN, checked.warnings)
    return Judgement(code, CodeState.VALID, checked.warnings)


def provisional_key(source: str, source_key: str) -> str:
    """The key of a record without a usable code: "X-" and ten characters, the same each time."""
    digest = sha256(f"{source}\n{source_key}".encode()).digest()
    return f"X-{b32encode(digest).decode()[:10]}"
