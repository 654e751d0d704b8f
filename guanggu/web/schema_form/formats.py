"""Formats that Chinese official forms ask for, with what to do where one does not fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.standards import gb_11643_1999, gb_32100_2015

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?")
_POSTCODE = re.compile(r"\d{6}")
_DATE = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


FORMATS: dict[str, Callable[[str], bool]] = {
    "uscc": gb_32100_2015.is_valid,
    "citizen-id": lambda text: gb_11643_1999.is_valid(text, clock.today()),
    "mobile": lambda text: bool(_MOBILE.fullmatch(text)),
    "phone": lambda text: bool(_MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text)),
    "postcode": lambda text: bool(_POSTCODE.fullmatch(text)),
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "date": _is_date,
}

MESSAGES = {
    "uscc": T(
        "请填写营业执照上的 18 位统一社会信用代码，并核对每一位，末位为校验码。",
        "Enter the 18-character unified social credit code from the business licence. Check every "
        "character: the last one is a check character.",
    ),
    "citizen-id": T(
        "请填写 18 位公民身份号码，末位可为 X，并核对每一位。",
        "Enter the 18-character citizen identity number; the last may be X. Check every character.",
    ),
    "mobile": T(
        "请填写 11 位手机号码，如 13800000000。",
        "Enter a mobile number of 11 digits, such as 13800000000.",
    ),
    "phone": T(
        "请填写手机号码或带区号的固定电话，如 027-67880000。",
        "Enter a mobile number, or a telephone number with area code, such as 027-67880000.",
    ),
    "postcode": T(
        "请填写 6 位邮政编码，如 430070。", "Enter a postcode of 6 digits, such as 430070."
    ),
    "email": T(
        "请填写完整的电子邮箱，如 name@example.com。",
        "Enter a whole e-mail address, such as name@example.com.",
    ),
    "date": T(
        "请填写真实存在的日期，如 2026-11-23。", "Enter a date that exists, such as 2026-11-23."
    ),
}

# What the browser offers: the keyboard of a phone and what it may fill in itself.
ATTRIBUTES = {
    "uscc": {"maxlength": "24", "autocapitalize": "characters", "spellcheck": "false"},
    "citizen-id": {"maxlength": "24", "autocapitalize": "characters", "spellcheck": "false"},
    "mobile": {"inputmode": "tel", "autocomplete": "tel"},
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "postcode": {"inputmode": "numeric", "autocomplete": "postal-code"},
    "email": {"autocomplete": "email", "spellcheck": "false"},
}
KINDS = {"date": "date", "email": "email", "phone": "tel", "mobile": "tel"}
WIDTHS = {
    "uscc": "w-10",
    "citizen-id": "w-10",
    "phone": "w-10",
    "mobile": "w-10",
    "postcode": "w-5",
}


def normalise(text: str, format: str) -> str:
    """What was meant: full-width characters, blanks in a number and Chinese dates are mended."""
    if format not in FORMATS:
        return text
    text = unicodedata.normalize("NFKC", text).strip()
    if format == "date":
        found = _DATE.fullmatch(text.replace(" ", ""))
        return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else text
    if format in ("uscc", "citizen-id"):
        return re.sub(r"[\s-]", "", text).upper()
    return re.sub(r"\s", "", text)
