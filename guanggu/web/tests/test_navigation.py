"""Ways in: who sees which, and which one is the present."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.actor import VISITOR, Actor
from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.web import addresses, navigation, paging

CLERK = Actor(1, "accounts/1", "王", "official", post=1)


@pytest.fixture(autouse=True)
def own_entries(monkeypatch: Any) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.entry("services", T("办事指南", "Guide"), "/portal/", order=1)
    navigation.entry("work", T("待办", "Worklist"), "/desk/", allows=navigation.officials)
    navigation.entry("work", T("已办", "Done"), "/desk/done/", allows=navigation.officials)


def test_visitors_see_no_way_of_officials() -> None:
    bar, below = navigation.ways(VISITOR, "/desk/done/7/")
    assert [way.href for way in bar] == ["/portal/"]
    assert below == []


def test_the_longest_matching_way_is_the_present_one() -> None:
    bar, below = navigation.ways(CLERK, "/desk/done/7/")
    assert [(way.href, way.current) for way in bar] == [("/portal/", False), ("/desk/", True)]
    assert [way.current for way in below] == [False, True]


def test_a_thing_is_found_by_its_reference_and_its_key_is_quoted() -> None:
    addresses.declare("trial_things", "/things/{key}/")
    assert addresses.address_of(Ref("trial_things", "a/b?c")) == "/things/a%2Fb%3Fc/"
    assert addresses.address_of("nowhere/7") == ""
    assert addresses.address_of("junk") == ""


@given(st.text())
def test_a_token_that_is_not_ours_means_the_first_page(text: str) -> None:
    found = paging.decode_token(text, 2)
    assert found is None or len(found) == 2


@given(
    st.lists(
        st.none()
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
        min_size=2,
        max_size=2,
    )
)
def test_a_token_gives_back_what_it_was_made_of(values: list) -> None:
    assert paging.decode_token(paging.encode_token(values), 2) == values


def test_query_tag_changes_one_parameter_and_keeps_the_others(rf: RequestFactory) -> None:
    from django.template import Context, Template

    page = Template("{% load guanggu %}{% query page=2 q=None %}")
    request = rf.get("/?kind=a&kind=b&q=x&page=1")
    assert page.render(Context({"request": request})) == "?kind=a&amp;kind=b&amp;page=2"
