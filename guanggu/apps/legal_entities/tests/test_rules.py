"""Codes, cleaning, comparable values, survivorship and settling: tables and properties."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.legal_entities.rules import (
    FIELDS,
    Claim,
    Fate,
    Likeness,
    clean,
    core_name,
    fate_of,
    industries,
    judge_code,
    keeps_of_two,
    payload_digest,
    plain_address,
    plain_phone,
    provisional_key,
    resemblance,
    settle,
    surviving,
)
from guanggu.base.errors import Invalid
from guanggu.standards import gb_32100_2015 as gb_32100

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("91350100M000100Y43", "valid"),
        ("９１３５０１００M000100Y43", "valid"),
        ("91350100M000100Y44", "checksum_failed"),
        ("91350100M000100", "checksum_failed"),
        ("91350100M0001OOY43", "checksum_failed"),
        ("", "missing"),
        ("  ", "missing"),
    ],
)
def test_a_code_is_marked_and_never_refused(code, state):
    judged = judge_code(code)
    assert judged.state == state
    assert bool(judged.reasons) or state == "valid"


def test_the_codes_of_the_development_zone_are_of_a_known_region():
    code = gb_32100.generate(random.Random(1), region="420118")
    assert judge_code(code).state == "valid"


def test_an_unknown_region_is_said_though_the_check_fits():
    assert (
        judge_code(gb_32100.generate(random.Random(1), region="990000")).state == "region_unknown"
    )


@given(st.text(max_size=60))
def test_no_text_breaks_the_judgement_of_a_code(text):
    assert judge_code(text).state in ("valid", "checksum_failed", "region_unknown", "missing")


def test_a_provisional_key_is_the_same_each_time_and_differs_by_source():
    assert provisional_key("tax", "1") == provisional_key("tax", "1")
    assert provisional_key("tax", "1") != provisional_key("statistics", "1")
    assert provisional_key("tax", "1").startswith("X-")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("武汉光谷智联科技有限公司", "武汉市光谷智联科技有限责任公司"),
        ("光谷智联（武汉）科技有限公司", "光谷智联(武汉)科技有限公司 "),
        ("湖北省光谷智联科技有限公司", "光谷智联科技有限责任公司"),
        ("ＡＢＣ武汉科技有限公司", "abc武汉科技有限公司"),
    ],
)
def test_spellings_of_one_name_have_one_core(left, right):
    assert core_name(left) == core_name(right)


def test_a_branch_is_not_its_parent():
    assert core_name("武汉光谷智联科技有限公司分公司") != core_name("武汉光谷智联科技有限公司")


def test_a_name_of_nothing_but_place_and_form_keeps_something():
    assert core_name("武汉有限公司")


@given(st.text(max_size=40))
def test_comparable_forms_are_stable(text):
    assert plain_address(plain_address(text)) == plain_address(plain_address(plain_address(text)))
    assert plain_phone(plain_phone(text)) == plain_phone(text) or text
    assert 0 <= resemblance(text, text) <= 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("湖北省武汉市东湖新技术开发区关山大道1号三栋二层201室", "关山大道1号3幢2层201"),
        ("武汉市洪山区珞喻路10号楼", "珞喻路10栋"),
    ],
)
def test_spellings_of_one_address_are_one(left, right):
    assert plain_address(left) == plain_address(right)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("027-87654321", "87654321"), ("+86 138 0000 1234", "13800001234"), ("", "")],
)
def test_telephones_are_their_digits(text, digits):
    assert plain_phone(text) == digits


def test_words_of_other_registers_become_ours():
    told = clean(
        {
            "name": " 武汉测试有限公司 ", "kind": "个体工商户", "status": "存续(在营、开业、在册)",
            "established_on": "2017年3月1日", "registered_capital": "500万元", "currency": "人民币",
            "industry": "i6513", "unknown": "ignored",
        }
    )  # fmt: skip
    assert told == {
        "name": "武汉测试有限公司", "kind": "individual", "status": "active",
        "established_on": "2017-03-01", "registered_capital": "500", "currency": "CNY",
        "industry": "I6513",
    }  # fmt: skip


def test_capital_in_yuan_is_taken_as_ten_thousands():
    assert clean({"name": "甲", "registered_capital": "5,000,000元"})["registered_capital"] == "500"


def test_every_wrong_value_is_named_at_once():
    with pytest.raises(Invalid) as caught:
        clean({"kind": "飞船", "established_on": "2017-13-40", "registered_capital": "-1",
               "industry": "Z99", "phone": "1" * 41})  # fmt: skip
    assert set(caught.value.fields) == {
        "name", "kind", "established_on", "registered_capital", "industry", "phone",
    }  # fmt: skip


@given(st.dictionaries(st.sampled_from([*FIELDS, "other"]), st.text(max_size=50)))
def test_whatever_is_sent_is_cleaned_or_refused_by_field(values):
    try:
        once = clean(values)
    except Invalid as problem:
        told = dict(problem.fields)
    else:
        told = {}
    if told:
        assert set(told) <= set(FIELDS)
        return
    assert clean(once) == once
    assert len(payload_digest(once)) == 64


def test_industries_are_known_by_door_and_division():
    assert industries()["I65"].zh == "软件和信息技术服务业"
    assert sum(len(code) == 1 for code in industries()) == 20


def _claim(source, days=0, **values):
    return Claim(source, f"{source}-1", AT + timedelta(days=days), values)


def test_the_registrar_is_believed_for_what_it_registers_and_the_latest_for_the_telephone():
    golden = surviving(
        [
            _claim("registry", name="甲公司", phone="1"),
            _claim("tax", 30, name="乙公司", phone="2", industry="C39"),
            _claim("statistics", 10, industry="I65"),
        ],
        FIELDS,
    )
    assert golden["name"].value == "甲公司"
    assert golden["phone"].value == "2"
    assert golden["industry"].value == "I65"
    assert golden["phone"].claim.source == "tax"


def test_an_officials_correction_comes_before_all():
    golden = surviving([_claim("manual", phone="9"), _claim("tax", 99, phone="2")], FIELDS)
    assert golden["phone"].value == "9"


@given(
    st.permutations(
        [("registry", 0, "甲"), ("tax", 1, "乙"), ("tax", 1, "丙"), ("sample", 9, "丁")]
    )
)
def test_the_order_of_arrival_decides_nothing(order):
    claims = [Claim(s, f"{s}-{v}", AT + timedelta(days=d), {"name": v}) for s, d, v in order]
    assert surviving(claims, ["name"])["name"].value == "甲"


def _like(left, right, probability=0.999, bits=20.0, name_agrees=True):
    return Likeness(left, right, probability, bits, name_agrees)


@pytest.mark.parametrize(
    ("likeness", "codes", "fate"),
    [
        (_like("a", "b"), False, Fate.LINK),
        (_like("a", "b"), True, Fate.APART),
        (_like("a", "b", name_agrees=False), False, Fate.REVIEW),
        (_like("a", "b", 0.9), False, Fate.REVIEW),
        (_like("a", "b", 0.5), False, Fate.APART),
    ],
)
def test_the_fate_of_a_pair(likeness, codes, fate):
    assert fate_of(likeness, both_have_codes=codes) is fate


def test_one_record_is_never_the_bridge_between_two_good_codes():
    pairs = [_like("A", "x", bits=30), _like("B", "x", bits=28), _like("B", "y", bits=12)]
    links, reviews = settle(pairs, {"A": True, "B": True, "x": False, "y": False})
    assert [(p.left, p.right) for p in links] == [("A", "x"), ("B", "y")]
    assert [(p.left, p.right) for p in reviews] == [("B", "x")]


def test_a_partner_far_behind_the_linked_one_troubles_nobody():
    links, reviews = settle(
        [_like("A", "x", bits=30), _like("B", "x", bits=12)], {"A": True, "B": True, "x": False}
    )
    assert len(links) == 1
    assert reviews == []


_KEYS = st.sampled_from("ABCDxyz")


@given(st.lists(st.tuples(_KEYS, _KEYS, st.floats(0, 1), st.floats(-5, 40), st.booleans())))
def test_no_group_of_links_holds_two_good_codes(drawn):
    has_code = {key: key.isupper() for key in "ABCDxyz"}
    pairs = [_like(a, b, p, w, n) for a, b, p, w, n in drawn if a != b]
    links, _ = settle(pairs, has_code)
    group = {key: {key} for key in has_code}
    for pair in links:
        joined = group[pair.left] | group[pair.right]
        for key in joined:
            group[key] = joined
    assert all(sum(has_code[key] for key in found) <= 1 for found in group.values())


def test_the_better_code_keeps_its_key():
    assert keeps_of_two(("X-A", "missing"), ("9142", "valid")) == ("9142", "X-A")
    assert keeps_of_two(("9142B", "checksum_failed"), ("9142A", "valid")) == ("9142A", "9142B")
    assert keeps_of_two(("X-A", "missing"), ("BAD", "checksum_failed")) == ("BAD", "X-A")
