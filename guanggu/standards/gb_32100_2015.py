"""GB 32100-2015 (with amendment 1 of 2016): unified social credit code of organisations.

18 characters: 1 registration department, 1 category, 6 region of the registrar (GB/T 2260),
9 organisation code (GB 11714), 1 check character modulo 31. Real registers hold codes that fail;
the caller marks them and keeps the record.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field

from guanggu.base.bilingual import T

from . import gb_t_2260

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 characters: I, O, S, V and Z are not used
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714

# Table 2 of the standard: registration department, and its categories.
DEPARTMENTS: dict[str, T] = {
    "1": T("机构编制", "Institutional establishment"),
    "2": T("外交", "Foreign affairs"),
    "3": T("司法行政", "Judicial administration"),
    "4": T("文化", "Culture"),
    "5": T("民政", "Civil affairs"),
    "6": T("旅游", "Tourism"),
    "7": T("宗教", "Religious affairs"),
    "8": T("工会", "Trade unions"),
    "9": T("工商", "Industry and commerce"),
    "A": T(
        "中央军委改革和编制办公室", "Reform and establishment office of the military commission"
    ),
    "N": T("农业", "Agriculture"),
    "Y": T("其他", "Other"),
}
_OTHER = T("其他", "Other")
CATEGORIES: dict[str, dict[str, T]] = {
    "1": {
        "1": T("机关", "State organ"),
        "2": T("事业单位", "Public institution"),
        "3": T(
            "编办直接管理机构编制的群众团体", "Mass organisation under the establishment office"
        ),
        "9": _OTHER,
    },
    "2": {"1": T("外国常驻新闻机构", "Resident foreign news agency"), "9": _OTHER},
    "3": {
        "1": T("律师执业机构", "Law firm"),
        "2": T("公证处", "Notary office"),
        "3": T("基层法律服务所", "Grass-roots legal service"),
        "4": T("司法鉴定机构", "Forensic appraisal body"),
        "5": T("仲裁委员会", "Arbitration commission"),
        "9": _OTHER,
    },
    "4": {"1": T("外国在华文化中心", "Foreign cultural centre"), "9": _OTHER},
    "5": {
        "1": T("社会团体", "Association"),
        "2": T("民办非企业单位", "Private non-enterprise unit"),
        "3": T("基金会", "Foundation"),
        "9": _OTHER,
    },
    "6": {
        "1": T("外国旅游部门常驻代表机构", "Foreign tourism representative office"),
        "2": T(
            "港澳台地区旅游部门常驻内地（大陆）代表机构",
            "Hong Kong, Macao or Taiwan tourism representative office",
        ),
        "9": _OTHER,
    },
    "7": {
        "1": T("宗教活动场所", "Place of religious activity"),
        "2": T("宗教院校", "Religious school"),
        "9": _OTHER,
    },
    "8": {"1": T("基层工会", "Grass-roots trade union"), "9": _OTHER},
    "9": {
        "1": T("企业", "Enterprise"),
        "2": T("个体工商户", "Individual business"),
        "3": T("农民专业合作社", "Farmers' cooperative"),
    },
    "A": {"1": T("军队事业单位", "Military public institution"), "9": _OTHER},
    "N": {
        "1": T("组级集体经济组织", "Collective of a group"),
        "2": T("村级集体经济组织", "Collective of a village"),
        "3": T("乡镇级集体经济组织", "Collective of a township"),
        "9": _OTHER,
    },
    "Y": {"1": _OTHER},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason; ``code`` is stable: length, alphabet, check, department, category, region, …"""

    code: str
    message: T


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """What was found in a code; it is valid where there is no error."""

    code: str
    errors: tuple[Finding, ...] = field(default=())
    warnings: tuple[Finding, ...] = field(default=())

    @property
    def is_valid(self) -> bool:
        return not self.errors

    @property
    def message(self) -> T:
        """All errors in one text; empty where the code is valid."""
        return T(
            "；".join(finding.message.zh for finding in self.errors),
            "; ".join(finding.message.en for finding in self.errors),
        )


def normalise(text: str) -> str:
    """As people type it: full-width to half-width, no spaces or hyphens, upper case."""
    narrow = (
        chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character
        for character in text
    )
    return "".join(c for c in narrow if not c.isspace() and c != "-").upper()


def check_character(first_17: str) -> str:
    """Check character by 5.3: 31 - sum(C_i x 3^(i-1)) mod 31; raises ValueError on other input."""
    if len(first_17) != LENGTH - 1 or any(c not in _VALUES for c in first_17):
        raise ValueError(f"not 17 characters of the alphabet: {first_17!r}")
    total = sum(_VALUES[c] * w for c, w in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_character(first_8: str) -> str:
    """GB 11714: 11 - sum mod 11, where 10 is X and 11 is 0; letters count from A = 10."""
    if len(first_8) != 8 or not first_8.isascii() or not first_8.isalnum():
        raise ValueError(f"not 8 characters of an organisation code: {first_8!r}")
    total = sum(int(c, 36) * w for c, w in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def check(text: str, *, more_regions: Collection[str] = ()) -> CodeCheck:
    """Errors: length, alphabet, check. Warnings: department, category, region, organisation code.

    ``more_regions``: six-digit region codes known beyond those of :mod:`gb_t_2260`.
    """
    code = normalise(text)
    if len(code) != LENGTH:
        message = T(
            "统一社会信用代码应为 18 位，现为 {length} 位",
            "A unified social credit code has 18 characters; this has {length}",
        )
        return CodeCheck(code, (Finding("length", message.format(length=len(code))),))
    strange = sorted({c for c in code if c not in _VALUES})
    if strange:
        message = T(
            "统一社会信用代码只含数字和大写字母（不含 I、O、S、V、Z），不应出现 {strange}",
            "Only digits and capitals other than I, O, S, V and Z may appear, not {strange}",
        )
        found = Finding("alphabet", message.format(strange=" ".join(strange)))
        return CodeCheck(code, (found,))
    errors: tuple[Finding, ...] = ()
    if check_character(code[:17]) != code[17]:
        message = T(
            "校验位不符，请核对是否有录错的字符",
            "The check character does not fit; look for a typing error",
        )
        errors = (Finding("check", message),)
    return CodeCheck(code, errors, tuple(_warnings(code, more_regions)))


def _warnings(code: str, more_regions: Collection[str]) -> list[Finding]:
    found = []
    department, category, region, organisation = code[0], code[1], code[2:8], code[8:17]
    if department not in DEPARTMENTS:
        message = T(
            "登记管理部门代码 {c} 未列入标准", "Registration department {c} is not in the standard"
        )
        found.append(Finding("department", message.format(c=department)))
    elif category not in CATEGORIES[department]:
        message = T(
            "机构类别代码 {c} 不属于登记管理部门“{d}”",
            "Category {c} does not belong to the department “{d}”",
        )
        found.append(Finding("category", message.format(c=category, d=DEPARTMENTS[department])))
    if not gb_t_2260.is_plausible(region) and region not in more_regions:
        message = T("登记机关行政区划码 {r} 未知", "Region {r} of the registrar is unknown")
        found.append(Finding("region", message.format(r=region)))
    if organisation_check_character(organisation[:8]) != organisation[8]:
        message = T(
            "其中组织机构代码 {o} 的校验码不符（GB 11714）",
            "The organisation code {o} inside fails its own check (GB 11714)",
        )
        found.append(Finding("organisation", message.format(o=organisation)))
    return found


def is_valid(text: str) -> bool:
    """Whether the code has no error; warnings do not count."""
    return check(text).is_valid


def describe(code: str) -> dict[str, T]:
    """Department, category and region in words, as far as they are known."""
    code = normalise(code)
    parts = {
        "department": DEPARTMENTS.get(code[:1]),
        "category": CATEGORIES.get(code[:1], {}).get(code[1:2]),
        "region": gb_t_2260.name_of(code[2:8]),
    }
    return {key: value for key, value in parts.items() if value}


def generate(
    rng: random.Random, *, department: str = "9", category: str = "1", region: str = "420118"
) -> str:
    """A code that passes every check, for sample data; the same ``rng`` state gives the same."""
    body = "MA" + "".join(rng.choice(ALPHABET) for _ in range(6))
    organisation = body + organisation_check_character(body)
    first_17 = department + category + region + organisation
    return first_17 + check_character(first_17)
