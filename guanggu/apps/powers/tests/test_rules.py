"""What an item must hold, and that every fault is told at its place with its mend."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.powers.management.source import chinese_number, shipped_items
from guanggu.apps.powers.register import cells
from guanggu.apps.powers.rules import (
    FIELD_KINDS,
    THEMES,
    form_rows,
    guard_in_words,
    problems_of,
    schema_of_rows,
)

GOOD = next(item for item in shipped_items() if item["key"] == "food-operation")
FEE = {"name": "费", "name_en": "Fee", "basis": "某文", "amount_fen": 100}


def changed(**values):
    return {**copy.deepcopy(GOOD), **values}


def in_list(name, index, **values):
    item = copy.deepcopy(GOOD)
    item[name][index] |= values
    return item


def test_every_shipped_item_keeps_the_rules() -> None:
    assert {item["key"]: problems_of(item) for item in shipped_items() if problems_of(item)} == {}


@pytest.mark.parametrize(
    ("item", "place", "part"),
    [
        (changed(key="食品"), "key", "小写字母"),
        (changed(name=" "), "name", "事项名称"),
        (changed(name_en=""), "name_en", "英文名称"),
        (changed(basic_code="123"), "basic_code", "12 位"),
        (changed(implementation_code="1" * 31), "implementation_code", "统一社会信用代码"),
        (changed(power_type="99"), "power_type", "不在可选值中"),
        (changed(themes=[]), "themes", "至少选择一项"),
        (changed(themes=["nothing"]), "themes", "不在可选值中"),
        (changed(promised_days=21), "promised_days", "超过法定时限"),
        (changed(promised_days="x"), "promised_days", "正整数"),
        (changed(promised_days=True), "promised_days", "正整数"),
        (changed(promised_days=0), "promised_days", "至少 1 个工作日"),
        (changed(item_kind="immediate", procedure="immediate"), "promised_days", "只能是 0 或 1"),
        (changed(item_kind="immediate", promised_days=1), "procedure", "即时办结"),
        (changed(legal_basis=[]), "legal_basis", "至少填写一条法律依据"),
        (in_list("legal_basis", 0, article=""), "legal_basis.0.article", "条款"),
        (changed(materials=[]), "materials", "免材料说明"),
        (changed(materials="x"), "materials", "应为列表"),
        (in_list("materials", 1, key="application"), "materials.1.key", "重复"),
        (in_list("materials", 0, key="1a"), "materials.0.key", "英文字母开头"),
        (in_list("materials", 0, kind="?"), "materials.0.kind", "不在可选值中"),
        (in_list("materials", 0, file_types=["exe"]), "materials.0.file_types", "文件类型"),
        (in_list("materials", 0, when="form.a =="), "materials.0.when", "无法解析"),
        (in_list("materials", 0, when="form.a.b == 1"), "materials.0.when", "没有的字段"),
        (changed(form_schema={}), "form_schema", "至少设置一个表单字段"),
        (changed(form_schema={"type": "object", "properties": {"a": {"type": "strang"}}}),
         "form_schema", "JSON Schema"),
        (changed(fees=[FEE | {"basis": ""}]), "fees.0.basis", "必须有依据"),
        (changed(fees=[FEE | {"amount_fen": "10"}]), "fees.0.amount_fen", "金额"),
        (changed(procedure="joint_review"), "joint_organisations", "会审部门"),
        (changed(joint_organisations=["a"]), "joint_organisations", "会审部门"),
        (changed(procedure="with_hearing"), "special_steps", "听证"),
        (in_list("special_steps", 0, days=0), "special_steps.0.days", "正整数"),
        (changed(certificate_title=""), "certificate_title", "证照名称"),
        (in_list("certificate_fields", 0, value="form.no.such"), "certificate_fields.0.value",
         "表单中没有字段"),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_place_with_its_mend(item, place, part) -> None:
    found = problems_of(item)
    assert place in found
    assert part in found[place].zh
    assert found[place].en


def test_fees_without_fault_and_a_reason_for_no_materials_are_kept() -> None:
    assert problems_of(changed(fees=[FEE])) == {}
    assert problems_of(changed(materials=[], no_materials_reason="在线共享")) == {}


@given(legal=st.integers(0, 100), promised=st.integers(0, 100))
def test_a_promise_is_never_over_the_law(legal: int, promised: int) -> None:
    found = problems_of(changed(statutory_days=legal, promised_days=promised))
    assert ("promised_days" in found) == (promised > legal or promised == 0)


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
WORDS = st.text("甲乙丙丁ABC", min_size=1, max_size=8)


@st.composite
def forms(draw):
    """Rows of a form as a clerk may write them."""
    rows = []
    for holder in ["", *draw(st.lists(NAMES, max_size=3, unique=True))]:
        if holder:
            kind = draw(st.sampled_from(["section", "table"]))
            rows.append({"path": holder, "kind": kind, "title": draw(WORDS),
                         "title_en": draw(WORDS), "required": False})  # fmt: skip
        for name in draw(st.lists(NAMES, max_size=4, unique=True)):
            path = f"{holder}.{name}" if holder else f"x_{name}"
            kind = draw(st.sampled_from([k for k in FIELD_KINDS if k not in ("section", "table")]))
            row = {"path": path, "kind": kind, "title": draw(WORDS), "title_en": draw(WORDS),
                   "required": draw(st.booleans())}  # fmt: skip
            if kind in ("choice", "choices"):
                row["options"] = [{"code": c, "zh": c, "en": c} for c in ("a", "b")]
            if draw(st.booleans()):
                row["min"] = draw(st.integers(0, 9))
            if draw(st.booleans()):
                row["help"], row["help_en"] = draw(WORDS), draw(WORDS)
            rows.append(row)
    return rows


@given(forms())
def test_a_form_as_rows_and_as_schema_are_the_same_form(rows) -> None:
    schema = schema_of_rows(rows)
    assert list(form_rows(schema)) == rows
    assert schema_of_rows(form_rows(schema)) == schema


@given(st.lists(st.sampled_from(sorted(THEMES)), unique=True))
def test_several_codes_are_read_as_they_are_written(codes) -> None:
    spelling = cells.some_of(THEMES)
    assert spelling.read(spelling.write(codes)) == codes


@given(st.integers(0, 10**9))
def test_amounts_are_read_as_they_are_written(fen: int) -> None:
    assert cells.YUAN.read(cells.YUAN.write(fen)) == fen


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), JSON))
def test_any_junk_is_told_and_never_breaks_the_check(values) -> None:
    assert isinstance(problems_of({**GOOD, **values}), dict)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (15, "十五"), (20, "二十"), (35, "三十五"), (101, "一百零一"),
     (110, "一百一十"), (115, "一百一十五")],
)  # fmt: skip
def test_articles_are_numbered_in_chinese(number, text) -> None:
    assert chinese_number(number) == text


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        ("form.premises.tenure == 'lease'", "场所来源为“租赁”"),
        ("form.business.online == true", "是否从事网络经营：是"),
        ("form.premises.tenure == 'own' or form.business.online == false",
         "场所来源为“自有”或者是否从事网络经营：否"),
        ("form.premises.area > 3", None),
        ("form.no.such == 'x'", None),
        ("form.premises.tenure == 'x'", None),
    ],
)  # fmt: skip
def test_a_simple_guard_is_told_in_words(guard, told) -> None:
    found = guard_in_words(guard, GOOD["form_schema"])
    assert (found[0] if found else None) == told
