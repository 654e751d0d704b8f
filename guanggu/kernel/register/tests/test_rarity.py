"""A search that begins with the rare pairs of a name finds what the whole phrase finds."""

import pytest

from guanggu.base.actor import VISITOR
from guanggu.base.ids import Ref
from guanggu.kernel.register import rarity
from guanggu.kernel.register.public import find, index_new

NAMES = [f"武汉{a}{b}{c}科技有限公司" for a in "华中新天" for b in "远大博汇" for c in "江楚汉星"]


@pytest.fixture
def entries(db, monkeypatch):
    monkeypatch.setattr(rarity, "_sample", (-rarity.KEPT_SECONDS, rarity.Counter()))
    monkeypatch.setattr(rarity, "FROM_ENTRIES", 10)
    monkeypatch.setattr(rarity, "SAMPLE", 40)
    monkeypatch.setattr(rarity, "COMMON_SHARE", 0.5)
    index_new(
        (Ref("firms", str(number)), name, "", ["public"], "") for number, name in enumerate(NAMES)
    )


@pytest.mark.parametrize("name", [NAMES[0], NAMES[17], NAMES[63]])
def test_a_whole_name_finds_its_one_entry(entries, name):
    assert [found.title for found in find(VISITOR, name)] == [name]


def test_the_pairs_must_stand_together(entries):
    assert find(VISITOR, "武汉华科技有限公司") == []
    assert find(VISITOR, "科技有限公司武汉") == []


def test_a_common_ending_finds_as_before(entries):
    assert len(find(VISITOR, "科技有限公司", limit=100)) == len(NAMES)
    assert len(find(VISITOR, "江科技有限公司", limit=100)) == 16
