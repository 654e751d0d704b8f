"""Masks: the engine and Python say the same, and nothing of a person is told that need not be."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanggu.apps.data_centre.rules.masking import (
    CLEARING,
    MASKS,
    PURPOSES,
    expression,
    guessed,
    masked,
    treatment,
)

TEXTS = st.one_of(
    st.none(),
    st.text("张三区县é🀄aB1@*-. \n\t'\"%_\\", max_size=24),
    st.sampled_from(["张三丰", "42011819900101123X", "13800000001", "湖北省武汉市洪山区关山大道1号", "a@b.cn", ""]),
)  # fmt: skip
ENGINE = duckdb.connect(":memory:")


def _engine(kind: str, value: str | None) -> object:
    sql = f"SELECT {expression(kind, 'c', '盐')} FROM (SELECT ?::VARCHAR AS c)"
    row = ENGINE.execute(sql, [value]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("kind", sorted(MASKS))
@settings(max_examples=40, deadline=None)
@given(value=TEXTS)
def test_the_engine_masks_as_python_does(kind: str, value: str | None) -> None:
    assert _engine(kind, value) == masked(kind, value, "盐")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "张三", "张*"), ("name", "欧阳修文", "欧***"), ("name", "王", "王*"),
        ("id_number", "42011819900101123X", "420***********123X"), ("id_number", "4201", "****"),
        ("phone", "13800000001", "138****0001"), ("phone", "8888888", "*******"),
        ("address", "湖北省武汉市洪山区关山大道1号", "湖北省武汉市洪山区****"), ("address", "某处", "****"),
        ("birth_year", "1990-01-01", "1990"), ("email", "zhang@example.cn", "z***@example.cn"),
        ("drop", "任何", None), ("keep", "任何", "任何"),
    ],
)  # fmt: skip
def test_masks_are_those_of_the_forms(kind: str, value: str, shown: str | None) -> None:
    assert masked(kind, value) == shown


@given(value=st.text(min_size=2, max_size=20))
def test_a_masked_name_tells_the_first_character_and_the_length_only(value: str) -> None:
    assert masked("name", value) == value[0] + "*" * (len(value) - 1)


@given(value=st.text(min_size=1), salts=st.tuples(st.text(), st.text()))
def test_pseudonyms_fit_together_within_a_salt_and_not_beyond(
    value: str, salts: tuple[str, str]
) -> None:
    first, second = (masked("pseudonym", value, f"{n}{salt}") for n, salt in enumerate(salts))
    assert masked("pseudonym", value, f"0{salts[0]}") == first
    assert first != second


@pytest.mark.parametrize("kind", [kind for kind in MASKS if kind != "keep"])
def test_without_a_purpose_a_personal_column_is_withheld(kind: str) -> None:
    assert treatment(kind, "") == treatment(kind, "made up", cleared=True) == "drop"


def test_only_purposes_that_must_know_who_somebody_is_can_be_cleared() -> None:
    for purpose in PURPOSES:
        is_kept = treatment("name", purpose, cleared=True) == "keep"
        assert is_kept == (purpose in CLEARING)
    assert {treatment(kind, "open") for kind in MASKS} == {"drop"}
    assert treatment("name", "statistics") == "drop"
    assert treatment("id_number", "statistics") == "pseudonym"


@pytest.mark.parametrize(
    ("name", "title", "personal", "mask"),
    [
        ("contact_phone", "联系电话", False, "phone"), ("applicant_name", "申请人", True, "name"),
        ("citizen_id_masked", "身份证件号码", False, "id_number"), ("birth_on", "出生日期", False, "birth_year"),
        ("note", "备注", True, "drop"), ("name", "名称", False, ""), ("title", "标题", True, "drop"),
        ("holder", "申请账户", True, "pseudonym"), ("email", "邮箱", False, "email"),
    ],
)  # fmt: skip
def test_personal_columns_are_known_by_name_title_and_declaration(
    name: str, title: str, personal: bool, mask: str
) -> None:
    assert guessed(name, title, personal) == mask
