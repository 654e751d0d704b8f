"""Pure rules of the register of legal entities: codes, comparable values, survivorship, thresholds."""

from .cleaning import FIELDS, clean, payload_digest
from .codes import CodeState, Judgement, judge_code, provisional_key
from .comparing import (
    Compared,
    byte_a_character,
    comparable,
    core_name,
    plain_address,
    plain_phone,
    plain_text,
    resemblance,
)
from .industries import industries, industry_title
from .settling import AUTO_LINK, REVIEW, TRUSTED, Fate, Likeness, fate_of, keeps_of_two, settle
from .survivorship import SOURCES, Claim, Golden, source_title, surviving

__all__ = [
    "AUTO_LINK",
    "FIELDS",
    "REVIEW",
    "SOURCES",
    "TRUSTED",
    "Claim",
    "CodeState",
    "Compared",
    "Fate",
    "Golden",
    "Judgement",
    "Likeness",
    "byte_a_character",
    "clean",
    "comparable",
    "core_name",
    "fate_of",
    "industries",
    "industry_title",
    "judge_code",
    "keeps_of_two",
    "payload_digest",
    "plain_address",
    "plain_phone",
    "plain_text",
    "provisional_key",
    "resemblance",
    "settle",
    "source_title",
    "surviving",
]  # fmt: skip
