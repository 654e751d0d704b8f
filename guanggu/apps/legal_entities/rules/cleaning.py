"""Reading what a source sends: words of many registers become the values of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256

import orjson

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .codes import judge_code
from .industries import industries

KINDS = {
    "enterprise": ("企业", "企业法人", "公司", "enterprise"),
    "individual": ("个体", "个体工商户", "individual"),
    "institution": ("事业", "事业单位", "institution"),
    "association": ("社团", "社会团体", "社会组织", "民办非企业单位", "association"),
    "cooperative": ("农合", "农民专业合作社", "cooperative"),
}
STATUSES = {
    "active": ("存续", "在营", "开业", "在业", "正常", "存续(在营、开业、在册)", "active"),
    "deregistered": ("注销", "已注销", "deregistered"),
    "revoked": ("吊销", "吊销,未注销", "吊销未注销", "revoked"),
}
_WORDS = {
    "kind": {word: kind for kind, words in KINDS.items() for word in words},
    "status": {word: status for status, words in STATUSES.items() for word in words},
}
LENGTHS = {
    "name": 200, "name_en": 200, "legal_representative": 80, "registered_address": 300,
    "business_address": 300, "registrar": 120, "scope": 4000, "phone": 40, "park": 32,
}  # fmt: skip
CURRENCIES = {"人民币": "CNY", "人民币元": "CNY", "rmb": "CNY", "美元": "USD", "港元": "HKD",
              "港币": "HKD", "欧元": "EUR", "日元": "JPY"}  # fmt: skip
# GB/T 4754: a door letter A to T and two to four digits.
_INDUSTRY = re.compile(r"^[A-T](\d{2,4})?$")
_CAPITAL_MAX = Decimal("100000000000")  # 万元: beyond it a figure was given in yuan or mistyped

_TOO_LONG = T("最多 {} 个字", "at most {} characters")
_NOT_A_WORD = T("“{}”不在可选范围内：{}", "“{}” is none of {}")
_NOT_A_DAY = T("“{}”不是日期，请写成 2017-03-21", "“{}” is no date; write 2017-03-21")
_NOT_CAPITAL = T(
    "“{}”不是注册资本（万元），请填写非负数字", "“{}” is no capital in 10,000 yuan; a number from 0"
)
_NOT_INDUSTRY = T(
    "“{}”不是国民经济行业代码，请写门类字母加数字，如 I6513",
    "“{}” is no GB/T 4754 code: a door letter and digits, such as I6513",
)
_NOT_CURRENCY = T("“{}”不是币种代码，如 CNY", "“{}” is no currency code such as CNY")
_NO_NAME = T("缺少名称", "The name is missing")
_DO_NOT_FIT = T("该行有内容不符合要求。", "Some values of the row do not fit.")


class _Unfit(ValueError):
    def __init__(self, message: T):
        super().__init__(message.zh)
        self.message = message


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    plain = unicodedata.normalize("NFC", str(value if value is not None else ""))
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


def _bounded(name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > LENGTHS[name]:
            raise _Unfit(_TOO_LONG.format(LENGTHS[name]))
        return text

    return read


def _word(name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = unicodedata.normalize("NFKC", text).replace("（", "(").lower()
        known = _WORDS[name]
        if plain not in known:
            offered = "、".join(dict.fromkeys(w for w in known if not w.isascii()))
            raise _Unfit(_NOT_A_WORD.format(text, offered))
        return known[plain]

    return read


def _day(text: str) -> str:
    digits = re.findall(r"\d+", unicodedata.normalize("NFKC", text))
    if len(digits) == 1 and len(digits[0]) == 8:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    try:
        return date(*(int(part) for part in digits[:3])).isoformat()
    except (ValueError, TypeError, OverflowError):
        raise _Unfit(_NOT_A_DAY.format(text)) from None


def _capital(text: str) -> str:
    """In 万元; "500万元" and "5,000,000元" are understood too."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    plain = plain.removeprefix("人民币").removesuffix("人民币")
    in_yuan = plain.endswith("元") and not plain.endswith(("万元", "万美元", "万港元"))
    number = re.sub(r"(万元|万美元|万港元|万|元)$", "", plain)
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise _Unfit(_NOT_CAPITAL.format(text)) from None
    if in_yuan:
        value /= 10_000
    if not value.is_finite() or not 0 <= value <= _CAPITAL_MAX:
        raise _Unfit(_NOT_CAPITAL.format(text))
    return format(value.quantize(Decimal("0.000001")).normalize(), "f")


def _industry(text: str) -> str:
    code = unicodedata.normalize("NFKC", text).upper()
    if not _INDUSTRY.match(code) or (len(code) > 2 and code[:3] not in industries()):
        raise _Unfit(_NOT_INDUSTRY.format(text))
    return code


def _currency(text: str) -> str:
    code = CURRENCIES.get(text.lower(), text.upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise _Unfit(_NOT_CURRENCY.format(text))
    return code


_READERS: dict[str, Callable[[str], str]] = {
    "name": _bounded("name"),
    "name_en": _bounded("name_en"),
    "unified_code": lambda text: judge_code(text).code,
    "kind": _word("kind"),
    "status": _word("status"),
    "legal_representative": _bounded("legal_representative"),
    "registered_address": _bounded("registered_address"),
    "business_address": _bounded("business_address"),
    "established_on": _day,
    "registered_capital": _capital,
    "currency": _currency,
    "industry": _industry,
    "registrar": _bounded("registrar"),
    "scope": _bounded("scope"),
    "phone": _bounded("phone"),
    "park": _bounded("park"),
}
FIELDS = tuple(_READERS)


def clean(values: Mapping[str, object], *, needs_name: bool = True) -> dict[str, str]:
    """What a source sent, as values of this register; empty ones are left out.

    Raises Invalid naming every field that does not fit. An odd code is no error: it is marked.
    """
    cleaned: dict[str, str] = {}
    errors: dict[str, T] = {}
    for name, read in _READERS.items():
        text = _text(values.get(name))
        if not text:
            continue
        try:
            cleaned[name] = read(text)
        except _Unfit as unfit:
            errors[name] = unfit.message
    if needs_name and not cleaned.get("name") and "name" not in errors:
        errors["name"] = _NO_NAME
    if errors:
        raise Invalid(_DO_NOT_FIT, fields=errors)
    return {name: value for name, value in cleaned.items() if value}


def payload_digest(values: Mapping[str, str]) -> str:
    """SHA-256 in hex of the values, whatever their order."""
    return sha256(orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)).hexdigest()
