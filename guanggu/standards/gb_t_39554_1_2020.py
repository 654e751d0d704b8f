"""GB/T 39554.1-2020: codes of government service items (政务服务事项), and the words that go with them.

Basic code (基本编码) 12 characters; implementation code (实施编码) 31 = 18 of the implementing body
(unified social credit code) + 1 + 12 of the basic code; handling item code (办理项编码) 33 = 31 + 2.
The lengths are sure; the one character between body and basic code, and the meaning of the places
inside the basic code, follow common use and are not checked beyond being digits or capitals.
"""

from __future__ import annotations

from dataclasses import dataclass

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from . import gb_32100_2015

BASIC_CODE_CHARACTERS = 12
IMPLEMENTATION_CODE_CHARACTERS = 31
HANDLING_CODE_CHARACTERS = 33

# Kinds of administrative power, in the usual order of the lists of powers, and public services.
POWER_TYPES: dict[str, T] = {
    "01": T("行政许可", "Administrative licensing"),
    "02": T("行政处罚", "Administrative penalty"),
    "03": T("行政强制", "Administrative compulsion"),
    "04": T("行政征收", "Administrative collection"),
    "05": T("行政给付", "Administrative payment"),
    "06": T("行政检查", "Administrative inspection"),
    "07": T("行政确认", "Administrative confirmation"),
    "08": T("行政奖励", "Administrative reward"),
    "09": T("行政裁决", "Administrative adjudication"),
    "10": T("其他行政权力", "Other administrative power"),
}
PUBLIC_SERVICE = "20"
ITEM_TYPES: dict[str, T] = POWER_TYPES | {PUBLIC_SERVICE: T("公共服务", "Public service")}

# Settled while the applicant waits, or within a promised limit.
ITEM_KINDS: dict[str, T] = {
    "immediate": T("即办件", "Settled on the spot"),
    "promised": T("承诺件", "Settled within a promised limit"),
}

SERVICE_OBJECTS: dict[str, T] = {
    "person": T("自然人", "Natural person"),
    "legal_entity": T("法人", "Legal entity"),
    "organisation": T("其他组织", "Other organisation"),
}


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """``body``: unified social credit code; ``mark``: the one character between; ``basic``."""

    body: str
    mark: str
    basic: str

    def __str__(self) -> str:
        return self.body + self.mark + self.basic


def _require(code: str, length: int, title: T, field: str) -> str:
    code = gb_32100_2015.normalise(code)
    message = None
    if len(code) != length:
        message = T(
            "{title}应为 {length} 位，现为 {given} 位。",
            "The {title} has {length} characters; this has {given}.",
        ).format(title=title, length=length, given=len(code))
    elif not (code.isascii() and code.isalnum()):
        message = T(
            "{title}只能由数字和大写字母组成。", "The {title} is made of digits and capitals only."
        ).format(title=title)
    if message:
        raise Invalid(message, fields={field: message})
    return code


def parse_basic_code(code: str) -> str:
    """The code in its written form; raises Invalid."""
    return _require(code, BASIC_CODE_CHARACTERS, T("基本编码", "basic code"), "basic_code")


def parse_implementation_code(code: str) -> ImplementationCode:
    """Raises Invalid also where the body's unified social credit code fails its check."""
    title = T("实施编码", "implementation code")
    code = _require(code, IMPLEMENTATION_CODE_CHARACTERS, title, "implementation_code")
    body = gb_32100_2015.check(code[:18])
    if not body.is_valid:
        message = T("实施编码前 18 位应为实施主体的统一社会信用代码：", "The first 18 characters: ")
        message = message + body.message
        raise Invalid(message, fields={"implementation_code": message})
    return ImplementationCode(code[:18], code[18], code[19:])


def implementation_code(body: str, basic_code: str, mark: str = "0") -> str:
    """Compose body, mark and basic code; raises Invalid where a part does not fit."""
    return str(parse_implementation_code(body + mark + parse_basic_code(basic_code)))


def parse_handling_code(code: str) -> tuple[ImplementationCode, str]:
    """Implementation code and the two characters of the handling item; raises Invalid."""
    title = T("办理项编码", "handling item code")
    code = _require(code, HANDLING_CODE_CHARACTERS, title, "handling_code")
    return parse_implementation_code(code[:-2]), code[-2:]


def handling_code(implementation: str, item: int) -> str:
    """The code of the ``item``-th (1 to 99) handling item of an implementation code."""
    if not 1 <= item <= 99:
        message = T("办理项序号应在 1 至 99 之间。", "A handling item is numbered 1 to 99.")
        raise Invalid(message, fields={"handling_code": message})
    return f"{parse_implementation_code(implementation)}{item:02d}"


def check_item_kind(kind: str, promised_days: int) -> None:
    """An immediate item promises 0 working days, a promised one at least 1; raises Invalid."""
    if kind not in ITEM_KINDS:
        message = T(
            "办件类型只能是即办件或承诺件。",
            "An item is settled on the spot or within a promised limit.",
        )
        raise Invalid(message, fields={"kind": message})
    if (kind == "immediate") != (promised_days == 0):
        message = (
            T(
                "即办件的承诺时限应为 0 个工作日。",
                "An item settled on the spot promises 0 working days.",
            )
            if kind == "immediate"
            else T(
                "承诺件的承诺时限至少 1 个工作日。", "A promised limit is at least 1 working day."
            )
        )
        raise Invalid(message, fields={"promised_days": message})
