"""GB/T 9704-2012: layout of documents of Party and government organs (党政机关公文格式).

Numbers of the page, the document number, and which elements a document of a variant must have.
Sizes: 2号 22 pt, 3号 16 pt, 4号 14 pt. A "character" is the width of a 3号 character (clause 3.1).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.units import mm_to_pt

# 5.1 and 5.2: page and text block.
PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
MARGIN_TOP_MM, MARGIN_LEFT_MM = 37, 28  # each within 1 mm
BLOCK_WIDTH_MM, BLOCK_HEIGHT_MM = 156, 225
LINES_A_PAGE, CHARACTERS_A_LINE = 22, 28
SIZE_2_PT, SIZE_3_PT, SIZE_4_PT = 22, 16, 14

# 22 lines and 28 characters fill the block exactly: the last line has no leading below it.
LINE_PITCH_PT = (mm_to_pt(BLOCK_HEIGHT_MM) - SIZE_3_PT) / (LINES_A_PAGE - 1)
CHARACTER_PITCH_PT = (mm_to_pt(BLOCK_WIDTH_MM) - SIZE_3_PT) / (CHARACTERS_A_LINE - 1)
TRACKING_PT = CHARACTER_PITCH_PT - SIZE_3_PT

ISSUER_BELOW_BLOCK_TOP_MM = 35  # 7.2.4, general and minutes (10.3)
ORDER_ISSUER_BELOW_BLOCK_TOP_MM = 20  # 10.2
LETTER_ISSUER_BELOW_PAGE_TOP_MM = 30  # 10.1
RULE_BELOW_NUMBER_MM = 4  # 7.2.7, red, as wide as the block
LETTER_RULE_WIDTH_MM = 170  # 10.1, double red rules: thick over thin above, thin over thick below
LETTER_RULE_BELOW_ISSUER_MM = 4
LETTER_RULE_ABOVE_PAGE_BOTTOM_MM = 20
IMPRINT_RULE_THICK_MM, IMPRINT_RULE_THIN_MM = 0.35, 0.25  # 7.4.1: first and last, between
PAGE_NUMBER_BELOW_BLOCK_MM = 7  # 7.5, 4号 between dashes; odd right, even left, one character in
COPY_NUMBER_DIGITS = 6  # 7.2.1
DATE_INDENT_RIGHT_CHARACTERS = 4  # 7.3.5.1
RED = "#FF0000"

URGENCY: dict[str, T] = {
    "": T("普通", "Ordinary"),
    "urgent": T("加急", "Urgent"),
    "extra_urgent": T("特急", "Extra urgent"),
}
SECRECY: dict[str, T] = {
    "": T("不涉密", "Not secret"),
    "confidential": T("秘密", "Confidential"),
    "secret": T("机密", "Secret"),
    "top_secret": T("绝密", "Top secret"),
}
VARIANTS: dict[str, T] = {
    "general": T("文件格式", "General"),
    "letter": T("信函格式", "Letter"),
    "order": T("命令（令）格式", "Order"),
    "minutes": T("纪要格式", "Minutes"),
}

# The fifteen kinds of 党政机关公文处理工作条例 第八条.
KINDS: dict[str, T] = {
    "resolution": T("决议", "Resolution"),
    "decision": T("决定", "Decision"),
    "order": T("命令（令）", "Order"),
    "communique": T("公报", "Communiqué"),
    "announcement": T("公告", "Announcement"),
    "public_notice": T("通告", "Public notice"),
    "opinion": T("意见", "Opinion"),
    "notice": T("通知", "Notice"),
    "circular": T("通报", "Circular"),
    "report": T("报告", "Report"),
    "request": T("请示", "Request for instructions"),
    "reply": T("批复", "Reply"),
    "bill": T("议案", "Bill"),
    "letter": T("函", "Letter"),
    "minutes": T("纪要", "Minutes"),
}
UPWARD_KINDS = frozenset({"report", "request"})  # they name who signed them off (7.2.6)

# Elements in the order of the page (7.2 head, 7.3 body, 7.4 imprint).
ELEMENTS: dict[str, T] = {
    "copy_number": T("份号", "Copy number"),
    "secrecy": T("密级和保密期限", "Secrecy and its term"),
    "urgency": T("紧急程度", "Urgency"),
    "issuer_mark": T("发文机关标志", "Mark of the issuing organ"),
    "number": T("发文字号", "Document number"),
    "approver": T("签发人", "Signed off by"),
    "title": T("标题", "Title"),
    "addressee": T("主送机关", "Addressee"),
    "body": T("正文", "Body"),
    "attachment_note": T("附件说明", "List of attachments"),
    "attendance": T("出席人员", "Attendance"),
    "issuer": T("发文机关署名", "Signature of the issuing organ"),
    "signatory": T("签发人签名章", "Seal of the signatory"),
    "date": T("成文日期", "Date"),
    "seal": T("印章", "Seal"),
    "remark": T("附注", "Remark"),
    "attachments": T("附件", "Attachments"),
    "copied_to": T("抄送机关", "Copied to"),
    "printed_by": T("印发机关", "Printed by"),
    "printed_on": T("印发日期", "Printed on"),
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "general": (
        "issuer_mark",
        "number",
        "title",
        "body",
        "issuer",
        "date",
        "printed_by",
        "printed_on",
    ),
    "letter": ("issuer_mark", "number", "title", "addressee", "body", "issuer", "date"),
    "order": ("issuer_mark", "number", "body", "signatory", "date"),
    "minutes": ("issuer_mark", "body", "attendance"),
}
_FORBIDDEN: dict[str, tuple[str, ...]] = {
    "general": ("attendance",),
    "letter": ("approver", "printed_by", "printed_on", "attendance"),  # 10.1
    "order": ("attendance",),
    "minutes": ("seal",),  # by custom: minutes bear no seal
}

_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,12})〔([0-9]{4})〕([1-9][0-9]{0,5})号")
_LOOKS_LIKE = re.compile(
    r"(.*?)[\[\](){}（）【】［］〔〕<>《》]([0-9]{4})(.)(第?)(0*)([0-9]+)(号?)"
)
SEQUENCE_MAX = 999_999


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """7.2.5: ``code`` of the organ (武政), full ``year``, ``sequence`` without leading zeros."""

    code: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.sequence}号"


def document_number(code: str, year: int, sequence: int) -> DocumentNumber:
    """Raises Invalid where the parts do not make a number that can be read back."""
    return parse_document_number(str(DocumentNumber(code.strip(), year, sequence)))


def parse_document_number(text: str) -> DocumentNumber:
    """From 武政〔2017〕11号; raises Invalid with the mend."""
    text = "".join(text.split())
    found = _NUMBER.fullmatch(text)
    if found:
        return DocumentNumber(found[1], int(found[2]), int(found[3]))
    message = _mend(text)
    raise Invalid(message, fields={"number": message})


def _mend(text: str) -> T:
    near = _LOOKS_LIKE.fullmatch(text)
    if near and f"〔{near[2]}〕" not in text:
        return T(
            "发文字号的年份应使用六角括号，例如 武政〔2017〕11号。",
            "The year stands in hexagonal brackets: 武政〔2017〕11号.",
        )
    if near and near[4]:
        return T("发文字号的顺序号前不加“第”字。", "No 第 stands before the sequence number.")
    if near and near[5] and near[1]:
        return T(
            "发文字号的顺序号不编虚位（1 不写成 01）。", "The sequence number has no leading zero."
        )
    return T(
        "发文字号由机关代字、年份和顺序号组成，例如 武政〔2017〕11号。",
        "A document number is made of the organ's code, year and sequence: 武政〔2017〕11号.",
    )


def order_number(sequence: int) -> str:
    """10.2: orders are numbered through the term of office, 第11号."""
    if not 1 <= sequence <= SEQUENCE_MAX:
        message = T("令号应为正整数。", "An order's number is a positive integer.")
        raise Invalid(message, fields={"number": message})
    return f"第{sequence}号"


def copy_number_text(copy: int) -> str:
    """7.2.1: six digits, 000001."""
    if not 1 <= copy < 10**COPY_NUMBER_DIGITS:
        message = T("份号应在 1 至 999999 之间。", "Copies are numbered 1 to 999999.")
        raise Invalid(message, fields={"copy_number": message})
    return f"{copy:0{COPY_NUMBER_DIGITS}d}"


def issuer_mark(issuer: str, variant: str) -> str:
    """7.2.4, 10.1, 10.2, 10.3: what is printed large and red at the head."""
    return issuer + {"general": "文件", "letter": "", "order": "令", "minutes": "纪要"}[variant]


def date_text(year: int, month: int, day: int) -> str:
    """7.3.5.4: Arabic numerals, no leading zeros: 2017年3月5日."""
    return f"{year}年{month}月{day}日"


def missing_and_forbidden(
    variant: str, present: Collection[str], *, kind: str = "", secrecy: str = ""
) -> dict[str, T]:
    """Element to message, for each that is missing or out of place; empty where all is well.

    Raises Invalid for a variant or an element that the standard does not know.
    """
    unknown = sorted(set(present) - set(ELEMENTS))
    if variant not in VARIANTS or unknown:
        raise Invalid(
            T("公文格式或要素不存在：{what}", "Unknown variant or element: {what}").format(
                what="、".join(unknown) or variant
            )
        )
    required = list(_REQUIRED[variant])
    forbidden = list(_FORBIDDEN[variant])
    if kind in UPWARD_KINDS and variant == "general":
        required.append("approver")
        required.append("addressee")
    if secrecy:  # 党政机关公文处理工作条例 第九条: secret documents bear copy number and secrecy
        required += ["copy_number", "secrecy"]
    found = {
        element: T("缺少{title}", "{title} is missing").format(title=ELEMENTS[element])
        for element in required
        if element not in present
    }
    for element in forbidden:
        if element in present:
            found[element] = T(
                "{variant}不编排{title}", "{title} has no place in this variant ({variant})"
            ).format(title=ELEMENTS[element], variant=VARIANTS[variant])
    return found
