"""Search finds Chinese by any part of it, and only what the searcher may see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.actor import VISITOR, Actor
from guanggu.base.ids import Ref
from guanggu.kernel.register.public import find, index, unindex
from guanggu.kernel.register.tokens import phrases_of, tokens_of

CLERK = Actor(1, "accounts/1", "李", "official", post=1, organisation=7)
OTHER = Actor(2, "accounts/2", "王", "official", post=2, organisation=8)


@pytest.fixture
def things(db):
    index(Ref("cases", "C-1"), "食品经营许可(武汉光谷餐饮有限公司)", "张三", ["org:7"])
    index(Ref("cases", "C-2"), "占道施工许可", "光谷 LED 有限公司", ["org:8"])
    index(Ref("items", "I-1"), "食品经营许可", "开饭店 餐馆 小吃店", ["public"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("光谷餐饮", {"C-1"}),
        ("餐饮", {"C-1"}),
        ("许可", {"C-1", "I-1"}),
        ("食品 张三", {"C-1"}),
        ("谷光", set()),
        ("饮", {"C-1"}),
        ("C-1", {"C-1"}),
        ("c-1", {"C-1"}),
        ("led", set()),
        ("", set()),
        ('"; DROP', set()),
        ("AND OR NOT *", set()),
    ],
)
def test_a_clerk_finds_what_concerns_his_organisation(things, query, found):
    assert {each.ref.key for each in find(CLERK, query)} == found


def test_other_organisations_find_their_own(things):
    assert {each.ref.key for each in find(OTHER, "led")} == {"C-2"}


def test_a_visitor_finds_only_what_is_public(things):
    assert {each.ref.key for each in find(VISITOR, "许可")} == {"I-1"}


def test_everyday_words_find_the_best_match_first(things):
    assert find(VISITOR, "我想开个小饭店", any_word=True)[0].ref.key == "I-1"


def test_collections_narrow_the_search(things):
    assert {each.ref.key for each in find(CLERK, "食品", ["items"])} == {"I-1"}


def test_a_changed_or_removed_thing_is_found_no_more_by_old_words(things):
    index(Ref("items", "I-1"), "药品经营许可", "", ["public"])
    assert find(VISITOR, "食品") == []
    unindex(Ref("items", "I-1"))
    assert find(VISITOR, "药品") == []


@pytest.mark.django_db
@given(st.text(max_size=60))
def test_no_query_breaks_the_search(query):
    assert isinstance(find(CLERK, query), list)
    assert isinstance(find(CLERK, query, any_word=True), list)


@given(st.text(alphabet="武汉光谷食品abc12 ", min_size=1, max_size=30))
def test_every_text_is_found_by_itself(text):
    tokens = tokens_of(text)
    for phrase in phrases_of(text):
        assert any(
            tokens[i : i + len(phrase) - 1] == phrase[:-1]
            and tokens[i + len(phrase) - 1].startswith(phrase[-1])
            for i in range(len(tokens))
        )
