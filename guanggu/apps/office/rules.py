"""What an official document must have before it goes round, and what its parts are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guanggu.base.bilingual import T

OUTGOING, INCOMING, INTERNAL = "outgoing", "incoming", "internal"
KINDS = {
    OUTGOING: T("发文", "Outgoing"),
    INCOMING: T("收文", "Incoming"),
    INTERNAL: T("签报", "Internal"),
}
DRAFT, UNDER_WAY, SIGNED, DISPATCHED, ARCHIVED, ENDED = (
    "draft", "under_way", "signed", "dispatched", "archived", "ended",
)  # fmt: skip
STATES = {
    DRAFT: T("拟稿", "Draft"),
    UNDER_WAY: T("办理中", "Under way"),
    SIGNED: T("已签发", "Signed"),
    DISPATCHED: T("已分发", "Dispatched"),
    ARCHIVED: T("已归档", "Archived"),
    ENDED: T("已终止", "Ended"),
}
# 党政机关公文格式 GB/T 9704-2012 7.2.3, 7.2.2
URGENCIES = {
    "": T("平件", "Ordinary"),
    "加急": T("加急", "Urgent"),
    "特急": T("特急", "Very urgent"),
}
SECRECIES = {
    "": T("非涉密", "Not classified"),
}  # the platform is no classified network: 保守国家秘密法 forbids secrets on it
VARIANTS = {
    "general": T("文件格式", "Document with a red head"),
    "letter": T("信函格式", "Letter"),
}
RETENTIONS = {
    "permanent": T("永久", "Permanent"),
    "30_years": T("30年", "30 years"),
    "10_years": T("10年", "10 years"),
}
PARAGRAPHS_MAX = 500

_TITLE = T("请填写标题。", "Give the title.")
_BODY = T("请填写正文。", "Write the text.")
_WORD = T("请填写发文机关代字，例如“武新管”。", "Give the document word, such as 武新管.")
_ADDRESSEES = T("请选择主送机关。", "Choose who it is addressed to.")
_FROM = T("请填写来文机关。", "Say who sent it.")
_LONG = T("正文超过500段，请作为附件。", "Over 500 paragraphs; attach it instead.")


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text as typed: one a line, empty lines left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def missing_for_review(document: Mapping[str, Any]) -> dict[str, T]:
    """By field, what a draft lacks before it may go round."""
    found: dict[str, T] = {}
    if not document["title"].strip():
        found["title"] = _TITLE
    kind = document["kind"]
    if kind == INCOMING:
        if not document["from_name"].strip():
            found["from_name"] = _FROM
        return found
    paragraphs = paragraphs_of(document["body"])
    if not paragraphs:
        found["body"] = _BODY
    elif len(paragraphs) > PARAGRAPHS_MAX:
        found["body"] = _LONG
    if kind == OUTGOING:
        if not document["word"].strip():
            found["word"] = _WORD
        if not document["addressees"]:
            found["addressees"] = _ADDRESSEES
    return found


def names_text(names: Iterable[str]) -> str:
    """Addressees as they stand on the page: divided by 、."""
    return "、".join(names)


def pattern_of(word: str) -> str:
    """The numbering pattern of a document word: 武新管〔2026〕11号 (GB/T 9704-2012 7.2.5)."""
    return f"{word.strip()}〔{{year}}〕{{number}}号"
