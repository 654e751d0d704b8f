"""Masks of personal columns: each as an expression of the engine and as the same in Python.

个人信息保护法 第六条 (least for the purpose), 第五十一条 (de-identification); GB/T 37964-2019 names
the techniques. What a purpose is given stands in :data:`TREATMENTS`; a grant may clear single
columns for purposes that need to know who somebody is.
"""

from __future__ import annotations

import hashlib
import re

from guanggu.base.bilingual import T

MASKS: dict[str, T] = {
    "name": T("姓名掩码（张*）", "Name masked (张*)"),
    "id_number": T("证件号码掩码（420***********123X）", "Identity number masked"),
    "phone": T("电话掩码（138****0001）", "Phone masked"),
    "address": T("地址概括到区县街镇", "Address down to its district"),
    "birth_year": T("出生日期概括到年", "Birthday down to the year"),
    "email": T("邮箱掩码", "E-mail masked"),
    "pseudonym": T("去标识代码", "Pseudonym"),
    "drop": T("不提供", "Withheld"),
    "keep": T("原值", "As it is"),
}
PURPOSES: dict[str, T] = {
    "verification": T("业务核验", "Verification in a procedure"),
    "service": T("便民服务", "Services to residents"),
    "enforcement": T("执法监管", "Enforcement and supervision"),
    "emergency": T("应急处置", "Emergencies"),
    "statistics": T("统计分析", "Statistics and analysis"),
    "quality": T("数据质量核查", "Checks of data quality"),
    "open": T("公共数据开放", "Open public data"),
}
# Purposes that a person may choose; "open" is the platform's own.
CHOOSABLE = tuple(code for code in PURPOSES if code != "open")
# Where a grant may clear single columns: who somebody is matters there.
CLEARING = frozenset({"verification", "service", "enforcement", "emergency"})
TREATMENTS: dict[str, dict[str, str]] = {
    "statistics": {
        "name": "drop", "id_number": "pseudonym", "phone": "drop", "email": "drop",
        "address": "address", "birth_year": "birth_year", "pseudonym": "pseudonym",
    },
    "open": {},
}  # fmt: skip
_BY_NAME: tuple[tuple[str, str], ...] = (
    ("id_number", r"(citizen_id|id_number|id_card|identity_number|证件号|身份证)"),
    ("phone", r"(phone|mobile|telephone|电话|手机)"),
    ("email", r"(e_?mail|邮箱)"),
    ("birth_year", r"(birth|born|出生)"),
    ("address", r"(^|_)(home_address|residence|住址|家庭地址)"),
    ("name", r"(contact$|contact_name|person_name|applicant_name|legal_representative$|"
             r"representative_name|drafter_name|signer_name|holder_name|owner_name|actor_name|done_by_name|"
             r"assignee_name|^person$|^inspector|联系人|姓名|法定代表人)"),
    ("pseudonym", r"(^|_)(account|holder|actor|applicant|assignee|drafter|done_by|on_behalf_of)(_id)?$"),
)  # fmt: skip


def guessed(name: str, title: str = "", is_personal: bool = False) -> str:
    """The mask that fits a column by its name and title; "" where it does not look personal.

    A column that its register marks personal and whose name tells nothing is withheld.
    """
    for kind, pattern in _BY_NAME:
        if re.search(pattern, name, re.IGNORECASE) or re.search(pattern, title):
            return kind
    return "drop" if is_personal else ""


def treatment(kind: str, purpose: str, cleared: bool = False) -> str:
    """What is done to a personal column of mask ``kind`` for a purpose; without one: withheld."""
    if purpose not in PURPOSES or kind not in MASKS:
        return "drop"
    if cleared and purpose in CLEARING:
        return "keep"
    if purpose in TREATMENTS:
        return TREATMENTS[purpose].get(kind, "drop")
    return "drop" if kind == "keep" else kind


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def expression(kind: str, column: str, salt: str = "") -> str:
    """The mask over a column as SQL of DuckDB; ``column`` is taken as a quoted identifier."""
    identifier = '"' + column.replace('"', '""') + '"'
    if kind == "keep":
        return identifier
    text = f"CAST({identifier} AS VARCHAR)"
    shapes = {
        "name": f"substr({text}, 1, 1) || repeat('*', greatest(length({text}) - 1, 1))",
        "id_number": f"CASE WHEN length({text}) = 18 THEN substr({text}, 1, 3) || repeat('*', 11)"
                     f" || substr({text}, 15) ELSE repeat('*', length({text})) END",
        "phone": f"CASE WHEN length({text}) >= 11 THEN substr({text}, 1, 3) ||"
                 f" repeat('*', length({text}) - 7) || substr({text}, length({text}) - 3)"
                 f" ELSE repeat('*', length({text})) END",
        "address": f"regexp_extract({text}, '^[^区县镇乡]*[区县镇乡]') || '****'",
        "birth_year": f"substr({text}, 1, 4)",
        "email": f"CASE WHEN instr({text}, '@') > 1 THEN substr({text}, 1, 1) || '***' ||"
                 f" substr({text}, instr({text}, '@')) ELSE '***' END",
        "pseudonym": f"substr(sha256({_quoted(salt)} || {text}), 1, 16)",
    }  # fmt: skip
    shape = shapes.get(kind)
    return (
        f"CASE WHEN {identifier} IS NOT NULL THEN {shape} END" if shape else "CAST(NULL AS VARCHAR)"
    )


def masked(kind: str, value: object, salt: str = "") -> object:
    """The same mask over one value; a test holds it against the engine."""
    if kind == "keep" or value is None:
        return value
    text = str(value)
    if kind == "name":
        return text[:1] + "*" * max(len(text) - 1, 1)
    if kind == "id_number":
        return text[:3] + "*" * 11 + text[14:] if len(text) == 18 else "*" * len(text)
    if kind == "phone":
        if len(text) < 11:
            return "*" * len(text)
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    if kind == "address":
        found = re.match(r"[^区县镇乡]*[区县镇乡]", text)
        return (found[0] if found else "") + "****"
    if kind == "birth_year":
        return text[:4]
    if kind == "email":
        at = text.find("@")
        return f"{text[0]}***{text[at:]}" if at > 0 else "***"
    if kind == "pseudonym":
        return hashlib.sha256((salt + text).encode()).hexdigest()[:16]
    return None
