"""JSON fields are read in words, in either language, whatever they hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guanggu.web.screens.structures import line_text, structure_text

LAW = {
    "law": "食品安全法",
    "law_en": "Food Safety Law",
    "article": "第三十五条",
    "article_en": "Art. 35",
}


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (["a", "b"], "a、b", "a, b"),
        (LAW, "食品安全法；第三十五条", "Food Safety Law; Art. 35"),
        ({"zh": "场所", "en": "Premises"}, "场所", "Premises"),
        (
            {"type": "object", "properties": {"a": {"title": "单位", "x-title-en": "Unit"}}},
            "单位",
            "Unit",
        ),
        (True, "是", "Yes"),
        (None, "", ""),
    ],
)
def test_value_is_written_in_the_readers_language(value: Any, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert line_text(value) == chinese
    with translation.override("en"):
        assert line_text(value) == english


def test_parts_with_parts_are_bullets_and_escaped() -> None:
    shown = structure_text([{"a": "<b>"}, LAW])
    assert shown.count("<li>") == 2
    assert "&lt;b&gt;" in shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["properties", "title", "zh", "en", "a", "a_en"]), inner)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_can_be_shown(value: Any) -> None:
    assert isinstance(str(structure_text(value)), str)
