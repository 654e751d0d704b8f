"""Bringing names, addresses and telephones into a form in which two sources can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

# Longer forms stand before the shorter ones that they contain.
_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|有限責任公司|有限公司|责任公司|股份公司|有限合伙|普通合伙|合伙企业"
    r"|个体工商户|个人独资企业|集团公司|总公司|公司)$"
)
# A form that was mistyped: 有限 with at most one foreign character before the end, or its letters.
_SPOILT_FORM = re.compile(
    r"((股份)?有限[责任公司]{0,3}[^责任公司]?[责任公司]{0,3}|[份有限责任]{1,3}[公司]{1,2}|司公)$"
)
_REGION = re.compile(
    r"(湖北省武汉市|湖北省|武汉市|湖北|武汉)"
    r"|(东湖(新技术|高新技术|高新)?开发区|东湖高新区|洪山区|江夏区)"
)
_NOT_A_WORD = re.compile(r"[^0-9a-z㐀-鿿]+")
_ADDRESS_REGION = re.compile(
    r"^(中国|湖北省|湖北|武汉市|武汉|洪山区|江夏区|东湖新技术开发区|东湖开发区|东湖高新技术开发区"
    r"|东湖高新区|高新区|自贸区武汉片区|自贸试验区)+"
)
_DIGITS = str.maketrans("一二三四五六七八九〇零", "12345678900")
_COUNTED = re.compile(r"[一二三四五六七八九〇零]+(?=号|栋|幢|楼|层|单元|室|座|期|路)")
_BUILDING = re.compile(r"(号楼|幢|座)")


def plain_text(text: str) -> str:
    """Half-width, lower case, only characters and digits: brackets and spaces say nothing."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text or "").lower())


def core_name(name: str) -> str:
    """What distinguishes a name: without place and legal form. A branch stays a branch.

    >>> core_name("武汉光谷（智联）科技有限责任公司")
    '光谷智联科技'
    """
    plain = plain_text(name)
    branch = "分公司" if plain.endswith("分公司") else ""
    plain = plain.removesuffix("分公司")
    without_form = _FORMS.sub("", plain)
    if without_form == plain:
        without_form = _SPOILT_FORM.sub("", plain)
    core = _REGION.sub("", without_form) or without_form or plain
    return core + branch


def byte_a_character(text: str) -> str:
    """Every character as one ASCII letter, so that engines that count bytes count characters.

    DuckDB's distances do: one mistyped Chinese character is up to three edits to them. Ninety
    letters stand for thousands of characters, which is enough to tell how far two texts are apart;
    whether they are the same is asked of the texts themselves.

    >>> len(byte_a_character("光谷智联")), byte_a_character("ab1")
    (4, 'IJ[')
    """
    return "".join(chr(33 + ord(character) % 89) for character in text)


def plain_address(address: str) -> str:
    """Without province, city and zone; Chinese numerals before 栋, 层, 室 … become digits."""
    plain = plain_text(address)
    plain = _COUNTED.sub(lambda found: found[0].translate(_DIGITS), plain)
    plain = _ADDRESS_REGION.sub("", plain)
    return _BUILDING.sub("栋", plain).removesuffix("室")


def plain_phone(phone: str) -> str:
    """Digits only, without the country and, for a land line, the area code of Wuhan."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", phone or "") if c.isdecimal())
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digits.removeprefix("027") if len(digits) == 11 and digits[0] == "0" else digits


@dataclass(frozen=True, slots=True)
class Compared:
    """One source record as it is compared: the entity it is under, and ``comparable`` values."""

    entity: str
    has_code: bool
    values: Mapping[str, str | None]


def comparable(values: Mapping[str, str]) -> dict[str, str | None]:
    """The columns on which two records are compared; empty ones are None (no evidence)."""
    address = values.get("registered_address") or values.get("business_address") or ""
    return {
        "name": core_name(values.get("name", "")) or None,
        "address": plain_address(address) or None,
        "representative": plain_text(values.get("legal_representative", "")) or None,
        "phone": plain_phone(values.get("phone", "")) or None,
    }


def resemblance(left: str, right: str) -> float:
    """Likeness of two names, 0 to 1, of their core parts."""
    return SequenceMatcher(None, core_name(left), core_name(right), autojunk=False).ratio()
