"""Rules of handling an application: stages, who may apply, fees, remedies, certificate contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.standards import administrative_licensing_law as law

KIND, APPEAL_KIND, FOLLOW_UP_KIND = "approval", "approval_appeal", "approval_follow_up"
KINDS = (KIND, APPEAL_KIND, FOLLOW_UP_KIND)
SPECIAL_STEPS = {
    "inspection": T("现场核查", "Inspection on site"),
    "testing": T("检验、检测、检疫", "Testing or quarantine"),
    "appraisal": T("鉴定", "Appraisal"),
    "expert_review": T("专家评审", "Expert review"),
    "hearing": T("听证", "Hearing"),
    "publicity": T("公示", "Publication for comment"),
}
STAGES: dict[str, T] = {
    **law.STAGES,
    "closing": T("办结", "Closed"),
    "rating": T("评价", "Rating"),
}
OUTCOMES: dict[str, T] = {
    "granted": T("准予许可", "Granted"),
    "refused": T("不予许可", "Refused"),
    "declined": T("不予受理", "Declined"),
    "terminated": T("终止办理", "Terminated"),
    "withdrawn": T("申请人撤回", "Withdrawn by the applicant"),
    "upheld": T("申诉成立", "Appeal upheld"),
    "dismissed": T("申诉不成立", "Appeal dismissed"),
    "mended": T("已整改", "Mended"),
    "unfounded": T("评价不属实", "Found to be unfounded"),
}
DELIVERY_WAYS = {
    "online": T("电子送达（电子证照）", "Online (electronic certificate)"),
    "window": T("窗口领取", "At the counter"),
    "post": T("邮寄送达", "By post"),
}
# 行政复议法第二十条 (2023): 60 days; 行政诉讼法第四十六条: six months. Calendar time, both.
REMEDIES = T(
    "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，"
    "或者自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。",
    "Whoever disagrees may apply for administrative reconsideration within 60 days of receiving "
    "this decision, or sue before a people's court within six months of receiving it.",
)
FEE_FIELDS = ("name", "name_en", "basis", "amount_fen", "waiver", "waiver_en")
# What of an item is frozen into a case: the case is judged by the item as it was then.
FROZEN = (
    "key", "version", "name", "name_en", "item_kind", "organisation", "implementation_code",
    "legal_basis", "materials", "fees", "delivery", "procedure", "special_steps",
    "certificate_title", "certificate_title_en", "certificate_months", "certificate_fields",
    "consult_phone", "counter", "counter_en", "statutory_days", "promised_days", "form_schema",
)  # fmt: skip


def frozen_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item.get(name) for name in FROZEN}


def is_open(item: Mapping[str, Any], on: date) -> bool:
    """True where the item may be applied for on that day."""
    state = item.get("status") or item.get("state")
    begun = not item.get("valid_from") or item["valid_from"] <= on.isoformat()
    over = bool(item.get("valid_until")) and item["valid_until"] < on.isoformat()
    return state == "in_force" and begun and not over


def check_subject(item: Mapping[str, Any], is_firm: bool) -> None:
    """Raises Invalid where persons, or firms, cannot apply for the item."""
    subjects = item.get("subjects") or ["person", "legal_entity", "organisation"]
    wanted = {"legal_entity", "organisation"} if is_firm else {"person"}
    if wanted.isdisjoint(subjects):
        raise Invalid(
            T(
                "该事项面向自然人。请在右上角切换为“本人”身份后再办理。",
                "This item is for natural persons. Act as yourself (account menu) to apply.",
            )
            if is_firm
            else T(
                "该事项面向企业和组织。请在右上角切换为所代表的企业后再办理。",
                "This item is for firms and bodies. Act for your firm (account menu) to apply.",
            ),
            code="wrong_subject",
        )


def procedure_code(item: Mapping[str, Any]) -> str:
    return f"approvals.{item.get('procedure') or 'general'}"


def _is_as_stated(fee: Mapping[str, Any], amount_fen: int) -> bool:
    """The amount stated, or where it is stated for each unit, a whole number of them."""
    stated = int(fee.get("amount_fen") or 0)
    if fee.get("unit"):
        return stated > 0 and amount_fen % stated == 0
    return amount_fen == stated


def check_fee(
    item: Mapping[str, Any], name: str, amount_fen: int, outside: bool, reason: str
) -> bool:
    """Whether a fee lies outside the item. Raises Invalid where that is not said openly.

    A fee is charged only as the item states it (行政许可法第五十八条、第五十九条).
    """
    if amount_fen <= 0:
        message = T("金额应大于零。", "The amount must be above zero.")
        raise Invalid(message, fields={"amount_fen": message})
    if any(f.get("name") == name and _is_as_stated(f, amount_fen) for f in item["fees"] or ()):
        return False
    if not outside or not reason.strip():
        message = T(
            "该收费不在事项公布的收费标准内，不得收取。确需收取的，须勾选“事项外收费”并写明依据，"
            "系统将报告电子监察。",
            "The item does not state this fee. To charge it all the same, tick “outside the item” "
            "and give the ground; supervision is told.",
        )
        raise Invalid(message, fields={"name": message}, code="fee_outside_item")
    return True


def look_up(path: str, facts: Mapping[str, Any]) -> Any:
    found: Any = facts
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def text_of(value: Any, schema: Mapping[str, Any] | None = None) -> str:
    """A value as a certificate prints it: choices by their title, yes and no, dates, lists."""
    if value is None or value == "":
        return "—"
    for option in (schema or {}).get("oneOf") or ():
        if option.get("const") == value:
            return str(option.get("title") or value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        items = (schema or {}).get("items") or {}
        return "、".join(text_of(each, items) for each in value) or "—"
    if isinstance(value, Mapping):
        inner = (schema or {}).get("properties") or {}
        return "，".join(text_of(v, inner.get(k)) for k, v in value.items())
    if (schema or {}).get("format") == "date" and isinstance(value, str) and len(value) == 10:
        return f"{int(value[:4])}年{int(value[5:7])}月{int(value[8:])}日"
    unit = (schema or {}).get("x-unit") or ""
    return f"{value}{unit}"


def schema_at(schema: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    found: Any = schema
    for part in path.split("."):
        found = ((found or {}).get("properties") or {}).get(part)
    return found or {}


def certificate_rows(item: Mapping[str, Any], facts: Mapping[str, Any]) -> list[list[str]]:
    """Pairs of label and text as the item's certificate declares them."""
    rows = []
    for field in item.get("certificate_fields") or ():
        value = str(field.get("value") or "")
        schema = schema_at(item.get("form_schema") or {}, value.removeprefix("form."))
        rows.append([str(field.get("label") or ""), text_of(look_up(value, facts), schema)])
    if not rows:
        rows = [
            ["许可事项", str(item.get("name") or "")],
            ["被许可人", text_of(look_up("applicant.name", facts))],
            ["证件号码", text_of(look_up("applicant.code", facts))],
        ]
    return rows


def months_after(start: date, months: int) -> date:
    """The last day of a validity of whole months that begins on ``start``."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    for day in (start.day, 30, 29, 28):
        try:
            end = date(year, month, day)
        except ValueError:
            continue
        return date.fromordinal(end.toordinal() - (1 if day == start.day else 0))
    raise AssertionError("every month has 28 days")


def is_sent(material: Mapping[str, Any]) -> bool:
    """Whether the applicant uploads it: not what is shared, made from the form, or on paper."""
    return material.get("source") not in ("shared", "form") and material.get("form") != "paper"


def missing_materials(needed: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> list[str]:
    """Names of the required materials that have no file."""
    return [
        str(m["name"])
        for m in needed
        if m.get("required") and is_sent(m) and not given.get(m["key"])
    ]


# Where forms of service items say who applies and how he is reached -> what a case knows of him.
_FACTS_IN_FORM = {
    "contact.name": "contact_name",
    "contact.mobile": "contact_phone",
    "contact.email": "contact_email",
    "firm.representative": "legal_representative",
    "firm.address": "address",
    "person.citizen_id": "code",
    "person.mobile": "contact_phone",
    "person.address": "address",
}


def asks_for_contact(schema: Mapping[str, Any]) -> bool:
    """True where the item's own form says how the applicant is reached."""
    return bool(schema_at(schema, "contact.mobile") or schema_at(schema, "person.mobile"))


def applicant_in(form: Mapping[str, Any], is_firm: bool) -> dict[str, str]:
    """What the answers say of the applicant; a firm's name and code come from the account alone."""
    found = {}
    for path, name in _FACTS_IN_FORM.items():
        value = look_up(path, form)
        if value and not (is_firm and path.startswith("person.")):
            found.setdefault(name, str(value))
    return found


def prefilled(schema: Mapping[str, Any], known: Mapping[str, str], is_firm: bool) -> dict[str, Any]:
    """Answers that the form asks for and that are known already."""
    facts = {path: known.get(name, "") for path, name in _FACTS_IN_FORM.items()}
    if is_firm:
        facts |= {"firm.name": known.get("name", ""), "firm.code": known.get("code", "")}
        facts = {p: v for p, v in facts.items() if not p.startswith("person.")}
    else:
        facts |= {"person.name": known.get("name", "")}
        facts = {p: v for p, v in facts.items() if not p.startswith("firm.")}
    form: dict[str, Any] = {}
    for path, value in facts.items():
        if value and "*" not in value and schema_at(schema, path):
            section, _, name = path.partition(".")
            form.setdefault(section, {})[name] = value
    return form


def check_firm(form: Mapping[str, Any], firm: str) -> None:
    """Raises Invalid where an agent writes another firm's code than the one he acts for."""
    written = look_up("firm.code", form)
    if firm and written and written != firm:
        message = T(
            "申请单位的统一社会信用代码应为您所代表企业的代码 {}。为其他企业办理请先切换身份。",
            "The code must be that of the firm you act for, {}. Switch capacity for another firm.",
        ).format(firm)
        raise Invalid(message, fields={"form.firm.code": message})
