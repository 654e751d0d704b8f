"""What is wrong with an item, place by place, each with the sentence that says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.standards import gb_t_39554_1_2020 as standard

from . import vocabulary as words
from .form_checking import form_problems, guard_problems, rows_of_form
from .places import (
    FILL,
    NAME,
    TWICE,
    WHOLE,
    Found,
    Problems,
    is_count,
    listed,
    of_known,
    rows_at,
    texts_at,
)

KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")


def problems_of(item: Mapping[str, Any]) -> Problems:
    """Every problem of the item by dotted path (``materials.2.kind``); empty where it may be kept.

    ``item`` holds the fields of the record as plain values.
    """
    found: Problems = {}
    for check in _CHECKS:
        for place, message in check(item):
            found.setdefault(place, message)
    return found


def _identity(item: Mapping[str, Any]) -> Found:
    if not KEY.fullmatch(str(item.get("key") or "")):
        yield (
            "key",
            T(
                "事项标识只能由小写字母、数字和连字符组成，如 food-operation。",
                "An item key is made of lower-case letters, digits and hyphens, such as food-operation.",
            ),
        )
    for name, label in (("name", T("事项名称", "the name")),
                        ("name_en", T("英文名称", "the English name"))):  # fmt: skip
        if not str(item.get(name) or "").strip():
            yield name, FILL.format(label)
    for check, name in ((standard.parse_basic_code, "basic_code"),
                        (standard.parse_implementation_code, "implementation_code")):  # fmt: skip
        value = str(item.get(name) or "")
        if name == "implementation_code" and not value:
            continue  # an item may be drafted before its body is registered
        try:
            check(value)
        except Invalid as error:
            yield name, error.message
    basic, code = str(item.get("basic_code") or ""), str(item.get("implementation_code") or "")
    if code and basic and not code.endswith(basic):
        yield (
            "implementation_code",
            T(
                "实施编码的后 12 位应与基本编码 {} 一致。",
                "The last 12 characters must be the basic code {}.",
            ).format(basic),
        )


def _choices(item: Mapping[str, Any]) -> Found:
    single = (("power_type", words.ITEM_TYPES), ("item_kind", words.ITEM_KINDS),
              ("procedure", words.PROCEDURES), ("status", words.STATUSES))  # fmt: skip
    for name, known in single:
        yield from of_known(name, item.get(name), known)
    for name, known in (("subjects", words.SUBJECTS), ("themes", words.THEMES),
                        ("delivery", words.DELIVERY_WAYS)):  # fmt: skip
        values = item.get(name)
        if not isinstance(values, list) or not values:
            yield (
                name,
                T("请至少选择一项：{}。", "Choose at least one of: {}.").format(listed(known)),
            )
            continue
        for value in values:
            yield from of_known(name, value, known)


def _limits(item: Mapping[str, Any]) -> Found:
    legal, promised = item.get("statutory_days"), item.get("promised_days")
    for name, value, label in (
        ("statutory_days", legal, T("法定时限", "the statutory limit")),
        ("promised_days", promised, T("承诺时限", "the promised limit")),
        ("visits", item.get("visits"), T("到现场次数", "the number of visits")),
    ):
        if not is_count(value):
            yield name, WHOLE.format(label, value if value is not None else "")
    if not (is_count(legal) and is_count(promised)):
        return
    if promised > legal:
        yield (
            "promised_days",
            T(
                "承诺时限 {} 个工作日超过法定时限 {} 个工作日，请改为不超过法定时限。",
                "The promise of {} working days is over the legal {}; promise no more than the law.",
            ).format(promised, legal),
        )
    if item.get("item_kind") == "immediate" and promised > 1:
        yield (
            "promised_days",
            T(
                "即办件的承诺时限只能是 0 或 1 个工作日；需要更长时间请改为承诺件。",
                "An item settled on the spot promises 0 or 1 working day; otherwise make it promised.",
            ),
        )
    if item.get("item_kind") == "promised" and promised == 0:
        yield (
            "promised_days",
            T(
                "承诺件的承诺时限至少 1 个工作日；当场办结请改为即办件。",
                "A promised item promises at least 1 working day; else make it settled on the spot.",
            ),
        )
    immediate = item.get("procedure") == "immediate"
    if immediate != (item.get("item_kind") == "immediate") and item.get("item_kind"):
        yield (
            "procedure",
            T(
                "即办件应采用“即时办结”程序，承诺件不应采用。",
                "An item settled on the spot takes the immediate procedure; a promised one does not.",
            ),
        )


def _shapes(item: Mapping[str, Any]) -> Found:
    lists = ("legal_basis", "conditions", "materials", "fees", "special_steps",
             "certificate_fields", "joint_organisations")  # fmt: skip
    for name in lists:
        rows = item.get(name)
        kind = str if name == "joint_organisations" else Mapping
        if not isinstance(rows, list) or not all(isinstance(row, kind) for row in rows):
            yield (
                name,
                T("此项应为列表，请按模板填写。", "This is a list; fill it in as in the template."),
            )


def _basis(item: Mapping[str, Any]) -> Found:
    if not item.get("legal_basis"):
        yield (
            "legal_basis",
            T(
                "请至少填写一条法律依据(法律、法规或规章名称及条款)。",
                "Give at least one legal basis: the law and its article.",
            ),
        )
    yield from texts_at(item, "legal_basis", (("law", T("法律名称", "the law")),
                                            ("article", T("条款", "the article"))))  # fmt: skip
    yield from texts_at(item, "conditions", (("zh", T("办理条件", "the condition")),
                                           ("en", T("英文条件", "the condition in English"))))  # fmt: skip


def _materials(item: Mapping[str, Any]) -> Found:
    rows = list(rows_at(item, "materials"))
    if not rows and not str(item.get("no_materials_reason") or "").strip():
        yield (
            "materials",
            T(
                "请至少列出一份申请材料；确不需要的，请填写“免材料说明”。",
                "List at least one material, or say in “reason for none” why none is needed.",
            ),
        )
    seen: set[str] = set()
    for place, row in rows:
        key = str(row.get("key") or "")
        if not NAME.fullmatch(key):
            yield (
                f"{place}.key",
                T(
                    "材料标识由英文字母开头，只含字母、数字和下划线。",
                    "A material key starts with a letter and holds letters, digits and underscores.",
                ),
            )
        elif key in seen:
            yield f"{place}.key", TWICE.format(key)
        seen.add(key)
        for column, known in (("kind", words.MATERIAL_KINDS), ("form", words.FORMS),
                              ("source", words.SOURCES)):  # fmt: skip
            yield from of_known(f"{place}.{column}", row.get(column), known)
        if not isinstance(row.get("required"), bool):
            yield f"{place}.required", T("请填写“是”或“否”。", "Enter yes or no.")
        if not is_count(row.get("copies")):
            yield f"{place}.copies", WHOLE.format(T("份数", "copies"), row.get("copies"))
        types = row.get("file_types")
        if not isinstance(types, list) or not set(types) <= set(words.FILE_TYPES):
            yield (
                f"{place}.file_types",
                T("文件类型只能是：{}。", "File types are any of: {}.").format(
                    ", ".join(words.FILE_TYPES)
                ),
            )
        yield from guard_problems(item, f"{place}.when", row.get("when"))
    yield from texts_at(item, "materials", (("name", T("材料名称", "the name")),
                                          ("name_en", T("英文名称", "the English name"))))  # fmt: skip


def _fees(item: Mapping[str, Any]) -> Found:
    for place, row in rows_at(item, "fees"):
        if not str(row.get("basis") or "").strip():
            yield (
                f"{place}.basis",
                T(
                    "收费必须有依据，请填写收费文件名称及文号；不收费的请删除本行。",
                    "A fee needs its legal basis; name the document, or delete the row if free.",
                ),
            )
        if not is_count(row.get("amount_fen")):
            yield (
                f"{place}.amount_fen",
                T(
                    "收费标准请填写金额(元),最多两位小数，如 60 或 12.50。",
                    "Enter the amount in yuan with at most two decimals, such as 60 or 12.50.",
                ),
            )
    yield from texts_at(item, "fees", (("name", T("收费项目", "what is charged")),
                                     ("name_en", T("英文名称", "the English name"))))  # fmt: skip


def _procedure(item: Mapping[str, Any]) -> Found:
    for place, row in rows_at(item, "special_steps"):
        yield from of_known(f"{place}.kind", row.get("kind"), words.SPECIAL_STEPS)
        if not is_count(row.get("days")) or row.get("days") == 0:
            yield f"{place}.days", WHOLE.format(T("所需工作日", "working days"), row.get("days"))
    procedure, joint = item.get("procedure"), item.get("joint_organisations") or []
    if (procedure == "joint_review") != bool(joint):
        yield (
            "joint_organisations",
            T(
                "多部门联合审查须列出会审部门代码，其他程序不应列出。",
                "A joint review names the reviewing departments; another procedure names none.",
            ),
        )
    needed = {"with_inspection": "inspection", "with_hearing": "hearing",
              "expert_review": "expert_review"}.get(str(procedure))  # fmt: skip
    kinds = {row.get("kind") for _, row in rows_at(item, "special_steps")}
    if needed and needed not in kinds:
        yield (
            "special_steps",
            T(
                "所选程序包含“{}”，请在“特别程序”中列出其所需工作日。",
                "The procedure holds “{}”; list it with its working days under special steps.",
            ).format(words.SPECIAL_STEPS[needed]),
        )


def _certificate(item: Mapping[str, Any]) -> Found:
    yield from texts_at(item, "certificate_fields", (
        ("label", T("项目名称", "the label")), ("label_en", T("英文名称", "the English label")),
        ("value", T("取值", "the value")),
    ))  # fmt: skip
    rows = list(rows_at(item, "certificate_fields"))
    if rows and not str(item.get("certificate_title") or "").strip():
        yield "certificate_title", FILL.format(T("证照名称", "the certificate's title"))
    known = {row["path"] for row in rows_of_form(item)}
    for place, row in rows:
        value = str(row.get("value") or "")
        if value.startswith("form.") and value[5:] not in known:
            yield (
                f"{place}.value",
                T("表单中没有字段“{}”。", "The form has no field “{}”.").format(value[5:]),
            )


_CHECKS: tuple[Callable[[Mapping[str, Any]], Found], ...] = (
    _identity, _choices, _limits, _shapes, _basis, form_problems, _materials, _fees, _procedure,
    _certificate,
)  # fmt: skip
