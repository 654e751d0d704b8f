"""Forms from JSON Schema: what is asked, how junk is answered, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.web.gallery import SAMPLE_SCHEMA
from guanggu.web.schema_form import SchemaForm, answers, check, prune

PAGE = Template("{% load guanggu %}{% error_summary form %}{% schema_fields form %}")
GOOD = {
    "applicant.name": "武汉东湖示例食品有限公司",
    "applicant.code": "91420118MAAY4CL12U",
    "applicant.phone": "１３８ 0000 0000",
    "kind": "canteen",
    "diners": "1,200",
    "has_kitchen": "true",
    "opened_on": "2026年12月1日",
    "categories": ["hot", "cold"],
    "staff._rows": "2",
    "staff.0.name": "李敏",
    "staff.0.role": "cook",
    "agreed": "on",
}


def posted(values: dict[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def drawn(form: SchemaForm) -> str:
    return PAGE.render(Context({"form": form}))


def test_what_was_meant_is_kept_as_json() -> None:
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted(GOOD))
    assert form.is_complete
    assert form.data["applicant"]["phone"] == "13800000000"
    assert form.data["diners"] == 1200
    assert form.data["opened_on"] == "2026-12-01"
    assert form.data["categories"] == ["hot", "cold"]
    assert form.data["staff"] == [{"name": "李敏", "role": "cook"}]
    assert form.data["agreed"] is True


@pytest.mark.parametrize(
    ("name", "value", "path", "part"),
    [
        ("applicant.name", "", "applicant.name", "请填写单位名称"),
        ("applicant.code", "91420118MAAY4CL12I", "applicant.code", "统一社会信用代码"),
        ("applicant.phone", "abc", "applicant.phone", "手机号码"),
        ("kind", "bar", "kind", "请从列出的选项中选择"),
        ("kind", "", "kind", "请选择"),
        ("diners", "很多", "diners", "整数"),
        ("diners", "0", "diners", "不能小于 1"),
        ("diners", "9" * 5000, "diners", "整数"),
        ("opened_on", "2026-02-30", "opened_on", "真实存在的日期"),
        ("categories", ["hot", "nothing"], "categories", "请从列出的选项中选择"),
        ("agreed", "", "agreed", "请选择"),
        ("staff.0.role", "king", "staff.0.role", "请从列出的选项中选择"),
        ("staff.0.name", "", "staff.0.name", "请填写姓名"),
        ("staff._rows", "0", "staff", "请至少填写一行"),
    ],
)
def test_each_mistake_is_named_at_its_field(name: str, value: Any, path: str, part: str) -> None:
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted({**GOOD, name: value}))
    assert not form.is_complete
    assert part in form.errors[path].zh
    text = drawn(form)
    anchor = next(a for a, m in form.summary() if m == form.errors[path])
    assert f'href="#{anchor}"' in text
    assert f'id="{anchor}"' in text


def test_hidden_fields_are_neither_asked_nor_demanded_nor_kept() -> None:
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted({**GOOD, "kind": "shop"}))
    assert "diners" not in form.data
    assert "diners" not in form.errors
    assert 'name="diners"' not in drawn(form)


def test_an_answer_that_opens_a_field_asks_for_it_before_it_blames() -> None:
    values = {**GOOD, "_shown": "applicant.name applicant.code applicant.phone kind has_kitchen "
              "opened_on categories staff agreed remarks"}  # fmt: skip
    del values["diners"]
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted(values))
    assert form.is_redraw
    assert not form.errors
    text = drawn(form)
    assert 'name="diners"' in text
    assert "请继续填写" in text


def test_rows_are_added_and_removed_without_a_script_and_values_stay() -> None:
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted({**GOOD, "_add": "staff"}))
    assert form.is_redraw
    assert not form.errors
    text = drawn(form)
    assert 'name="staff.2.name"' in text
    assert "李敏" in text
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted({**GOOD, "_remove": "staff.0"}))
    assert "李敏" not in drawn(form)


def test_values_and_messages_are_escaped() -> None:
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted({"applicant.name": "<script>x</script>"}))
    form.add_problem(Invalid(T("错", "wrong"), fields={"/kind": T("<b>错</b>", "<b>wrong</b>")}))
    text = drawn(form)
    assert "<script>" not in text
    assert "&lt;b&gt;" in text


def test_answers_read_back_in_words() -> None:
    data = {"kind": "canteen", "diners": 30, "opened_on": "2026-12-01", "staff": [{"name": "李敏"}]}
    sections = answers(SAMPLE_SCHEMA, data)
    flat = {str(label): str(text) for s in sections for label, text in s["rows"]}
    assert flat["经营方式"] == "集中用餐单位食堂"
    assert flat["用餐人数"] == "30 人"
    assert flat["拟开业日期"] == "2026年12月1日"
    assert any(s["table"] and s["table"][1][0][0] == "李敏" for s in sections)


def test_data_from_an_interface_is_checked_like_a_form() -> None:
    errors = check(SAMPLE_SCHEMA, {"kind": "canteen", "diners": "many", "staff": [{}]})
    assert errors.keys() >= {"diners", "staff.0.name", "applicant.name"}
    assert prune(SAMPLE_SCHEMA, {"kind": "shop", "diners": 3}) == {"kind": "shop"}


NAMES = ["applicant.name", "applicant.code", "applicant.phone", "kind", "diners", "opened_on",
         "has_kitchen", "categories", "staff._rows", "staff.0.name", "staff.0.role", "agreed",
         "_add", "_remove", "_shown", "staff", "applicant"]  # fmt: skip
JUNK = st.text(max_size=40) | st.sampled_from(
    ["on", "true", "canteen", "shop", "staff", "staff.0", "staff.99999999", "1e400", "-0", "٣",
     "²", "\x00", "NaN", "9" * 400, "2026-13-45", "[]", "{}", "0000-00-00", "１２"]
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(JUNK, min_size=1, max_size=4), max_size=17))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_junk_is_answered_with_a_page(values: dict[str, list[str]]) -> None:
    form = SchemaForm.from_post(SAMPLE_SCHEMA, posted(values))
    text = drawn(form)
    assert 'name="applicant.name"' in text
    if form.is_complete:
        assert check(SAMPLE_SCHEMA, form.data) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*NAMES, "name", "role"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["applicant", "kind", "staff", "diners"]), JSON))
@settings(max_examples=200, deadline=None)
def test_any_stored_data_can_be_shown(data: dict[str, Any]) -> None:
    assert 'name="applicant.name"' in drawn(SchemaForm(SAMPLE_SCHEMA, data))
    assert isinstance(answers(SAMPLE_SCHEMA, data), list)
    assert isinstance(check(SAMPLE_SCHEMA, data), dict)


def test_fields_are_asked_in_their_written_place_whatever_a_store_made_of_the_names() -> None:
    part = {"type": "string", "title": "甲"}
    schema = {
        "type": "object",
        "properties": {"a": part | {"x-order": 2}, "b": part | {"x-order": 1}},
    }
    assert [node.name for node in SchemaForm(schema).tree] == ["b", "a"]
