"""GB/T 21063: codes, data types and what a description lacks."""

from __future__ import annotations

import pytest

from guanggu.standards import gb_t_21063

COMPLETE = {
    "category": "102", "name": "法人", "code": "102001/000001", "provider": "市监局", "provider_code": "1",
    "summary": "摘要", "format": "table", "items": [{"name": "a"}], "sharing": "unconditional",
    "sharing_way": "query", "is_open": False, "update_cycle": "daily", "published_on": "2026-06-01",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, set()),
        ({"summary": ""}, {"summary"}),
        ({"items": []}, {"items"}),
        ({"code": "402001/000001"}, {"code"}),
        ({"code": "102001/1"}, {"code"}),
        ({"sharing": "conditional"}, {"sharing_condition"}),
        ({"sharing": "none"}, {"basis"}),
        ({"sharing": "none", "basis": "保守国家秘密法"}, set()),
    ],
)
def test_a_description_tells_what_it_lacks(changes: dict, lacking: set[str]) -> None:
    assert gb_t_21063.errors_of({**COMPLETE, **changes}).keys() == lacking


@pytest.mark.parametrize(
    ("stored", "letter"),
    [("BIGINT", "I"), ("VARCHAR", "C"), ("DECIMAL(38,2)", "N"), ("TIMESTAMP", "T"), ("DATE", "D"),
     ("BOOLEAN", "L"), ("DOUBLE", "B"), ("JSON", "G")],
)  # fmt: skip
def test_types_of_columns_have_their_letter(stored: str, letter: str) -> None:
    assert gb_t_21063.type_of(stored) == letter
    assert letter in gb_t_21063.DATA_TYPES


def test_codes_are_made_of_class_item_and_sequence() -> None:
    assert gb_t_21063.code_of("102", 1, 7) == "102001/000007"
    with pytest.raises(ValueError, match="not the code"):
        gb_t_21063.code_of("902", 1, 7)
    assert all(item[0] in gb_t_21063.CLASSES for item in gb_t_21063.ITEMS)
