"""What sources say is gathered, corrected, joined and taken apart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from guanggu.apps.legal_entities.actions import (
    correct_entity,
    decide_pair,
    merge_entities,
    split_entity,
)
from guanggu.apps.legal_entities.actions.composing import note_pair
from guanggu.apps.legal_entities.models import LegalEntity, MatchPair, Merge, SourceRecord
from guanggu.apps.legal_entities.queries import canonical_key, changes_after, provenance
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.base.ids import Ref, new_id
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import Cursor, history, verify
from guanggu.kernel.register.public import import_rows, snapshot

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"


def take(*rows, actor=None):
    """Import rows of source records as a clerk does; answers the run."""
    actor = actor or platform("test")
    numbered = [(number, dict(row)) for number, row in enumerate(rows, 2)]
    return import_rows(actor, key=new_id().hex, collection="entity_sources", rows=numbered)


def told(source="市场监管", number="1", **values):
    return {"source": source, "source_key": number, "name": "武汉测试科技有限公司", **values}


def test_two_sources_with_one_code_make_one_entity_that_says_where_each_value_is_from():
    take(
        told(unified_code=CODE, legal_representative="王伟"),
        told("税务", "T1", unified_code=CODE, phone="027-87654321", legal_representative="王玮"),
    )
    entity = LegalEntity.objects.get()
    assert (entity.key, entity.code_state) == (CODE, "valid")
    assert (entity.legal_representative, entity.phone) == ("王伟", "027-87654321")
    origins = provenance(entity)
    assert origins["phone"].source.zh == "税务"
    assert origins["legal_representative"].source.zh == "市场监管"
    assert [text for _, text in origins["legal_representative"].others] == ["王玮"]
    assert verify().is_sound


def test_a_failing_code_marks_the_record_and_loses_nothing():
    run = take(told(unified_code=CODE[:-1] + "4"), told("税务", "T2"))
    assert (run.created, run.quarantined) == (2, 0)
    states = sorted(LegalEntity.objects.values_list("code_state", flat=True))
    assert states == ["checksum_failed", "missing"]
    failed = LegalEntity.objects.get(code_state="checksum_failed")
    assert failed.code_reasons[0]["code"] == "check"
    assert LegalEntity.objects.get(code_state="missing").key.startswith("X-")


def test_a_bad_row_waits_with_its_errors_and_the_good_ones_are_kept():
    run = take(told(unified_code=CODE), told(number="2", established_on="昨天", name=""),
               told("没有的来源", "3"))  # fmt: skip
    assert (run.created, run.quarantined) == (1, 2)
    errors = {name for row in run.rows.all() for name in row.errors}
    assert errors == {"established_on", "name", "source"}


def test_the_same_row_imported_again_changes_nothing_and_a_new_value_is_an_update():
    take(told(unified_code=CODE, established_on="2017年3月1日"))
    version = LegalEntity.objects.get().version
    assert take(told(unified_code=CODE, established_on="2017年3月1日")).unchanged == 1
    assert LegalEntity.objects.get().version == version
    assert take(told(unified_code=CODE, status="注销")).changed == 1
    assert LegalEntity.objects.get().status == "deregistered"
    assert SourceRecord.objects.count() == 1


def test_a_known_code_under_a_wholly_different_name_is_doubted_not_joined():
    take(told(unified_code=CODE), told("税务", "T1", unified_code=CODE, name="大冶矿业股份公司"))
    assert LegalEntity.objects.count() == 2
    assert MatchPair.objects.get().cause == "code_conflict"


def test_a_provisional_entity_takes_the_code_when_its_source_learns_it():
    take(told("税务", "T1"))
    old = LegalEntity.objects.get().key
    take(told("税务", "T1", unified_code=CODE))
    assert LegalEntity.objects.get().key == CODE
    assert canonical_key(old) == CODE
    assert snapshot(Ref("legal_entities", old))["key"] == CODE
    assert verify().is_sound


def test_a_merge_leads_old_references_on_and_can_be_undone():
    official = an_official(roles=["entities"])
    take(told(unified_code=CODE), told("税务", "T1", phone="13800000000"))
    loose = LegalEntity.objects.exclude(key=CODE).get().key
    merge = merge_entities(official, key="m1", keep=CODE, absorb=loose, reason="电话核实为同一企业")
    assert LegalEntity.objects.get().phone == "13800000000"
    assert snapshot(Ref("legal_entities", loose))["key"] == CODE
    assert verify().is_sound
    split_entity(official, key="s1", merge=merge["merge"], reason="误并")
    assert set(LegalEntity.objects.values_list("key", flat=True)) == {CODE, loose}
    assert LegalEntity.objects.get(key=CODE).phone == ""
    assert canonical_key(loose) == loose
    assert Merge.objects.get().undone_by == official.name
    assert MatchPair.objects.get().standing == "different"
    with pytest.raises(Conflict):
        split_entity(official, key="s2", merge=merge["merge"], reason="再拆")
    assert verify().is_sound
    kinds = list(history(Ref("legal_entities", loose)).values_list("kind", flat=True))
    assert kinds == ["legal_entities.created", "legal_entities.merged_away", "legal_entities.split"]


def _as_they_stand():
    """Every entity, source record and open pair with its values, versions and stamps left out."""
    kept = ("id", "version", "created_at", "updated_at")
    return {
        (model.collection, row.key): {k: v for k, v in row.stored_values().items() if k not in kept}
        for model in (LegalEntity, SourceRecord)
        for row in model.objects.order_by("key")
    } | {("pair", p.key): (p.left, p.right, p.probability, p.evidence)
         for p in MatchPair.objects.filter(standing="open")}  # fmt: skip


def test_undoing_a_merge_brings_back_exactly_what_was():
    official = an_official(roles=["entities"])
    take(
        told(unified_code=CODE, legal_representative="王伟"),
        told("税务", "T1", phone="13800000000", name="武汉测试科技公司", status="注销"),
        told("社会保险", "S1", name="武汉测试科技有限责任公司", business_address="光谷大道1号"),
    )
    tax, social = (SourceRecord.objects.get(source=s).entity for s in ("tax", "social_insurance"))
    with transaction.atomic():
        note_pair(platform("matching"), tax, social, Decimal(80), {"name": "2"})
    before = _as_they_stand()
    merge = merge_entities(official, key="m", keep=CODE, absorb=tax, reason="电话核实")
    moved = MatchPair.objects.get(standing="open")
    assert {moved.left, moved.right} == {CODE, social}
    assert provenance(LegalEntity.objects.get(key=CODE))["phone"].source.zh == "税务"
    split_entity(official, key="s", merge=merge["merge"], reason="误并")
    assert _as_they_stand() == before
    assert MatchPair.objects.get(standing="different").cause == "split"
    kinds = list(history(Ref("legal_entities", tax)).values_list("kind", flat=True))
    assert kinds == ["legal_entities.created", "legal_entities.merged_away", "legal_entities.split"]
    assert verify().is_sound


def test_merges_upon_merges_lead_on_and_the_first_can_be_taken_apart():
    official = an_official(roles=["entities"])
    take(told("税务", "T1"), told("社会保险", "S1"), told(unified_code=CODE))
    tax, social = (SourceRecord.objects.get(source=s).entity for s in ("tax", "social_insurance"))
    first = merge_entities(official, key="a", keep=tax, absorb=social, reason="同一")
    merge_entities(official, key="b", keep=CODE, absorb=tax, reason="同一")
    assert canonical_key(social) == CODE
    split_entity(official, key="c", merge=first["merge"], reason="不是同一")
    assert SourceRecord.objects.get(source="social_insurance").entity == social
    assert canonical_key(tax) == CODE
    assert verify().is_sound


def test_a_pair_is_decided_once_with_a_reason():
    official = an_official(roles=["entities"])
    take(told(unified_code=CODE), told("税务", "T1", unified_code=CODE, name="大冶矿业股份公司"))
    pair = MatchPair.objects.get().key
    with pytest.raises(Invalid):
        decide_pair(official, key="d0", pair=pair, same=False, reason=" ")
    decide_pair(official, key="d1", pair=pair, same=False, reason="税务录入错误")
    with pytest.raises(Conflict):
        decide_pair(official, key="d2", pair=pair, same=True, reason="又改主意")
    assert LegalEntity.objects.count() == 2


def test_a_correction_stands_before_the_sources_until_it_is_withdrawn():
    official = an_official(roles=["entities"])
    take(told(unified_code=CODE, phone="1"))
    correct = {"entity": CODE, "reason": "来电核实"}
    correct_entity(official, key="c1", version=1, values={"phone": "2"}, **correct)
    take(told(unified_code=CODE, phone="3"))
    assert LegalEntity.objects.get().phone == "2"
    with pytest.raises(Conflict):
        correct_entity(official, key="c2", version=1, values={"phone": "9"}, **correct)
    version = LegalEntity.objects.get().version
    correct_entity(official, key="c3", version=version, values={"phone": ""}, **correct)
    assert LegalEntity.objects.get().phone == "3"
    assert verify().is_sound


def test_only_who_keeps_the_register_may_write():
    other = an_official(roles=["review"])
    take(told(unified_code=CODE))
    with pytest.raises(Forbidden):
        merge_entities(other, key="f1", keep=CODE, absorb=CODE, reason="无权")
    with pytest.raises(Forbidden):
        take(told(number="9"), actor=other)
    assert LegalEntity.objects.count() == 1


def test_the_park_is_given_by_code_and_checked():
    an_organisation("光谷生物城", kind="park", code="park-bio")
    run = take(told(unified_code=CODE, park="park-bio"), told(number="2", park="park-no"))
    assert run.quarantined == 1
    assert LegalEntity.objects.get().park.code == "park-bio"


def test_the_feed_gives_every_change_once_a_cursor_moves_on():
    take(told(unified_code=CODE))
    events, cursor, more = changes_after(Cursor(), 10)
    assert [e.kind for e in events] == ["legal_entities.created"]
    assert not more
    take(told(unified_code=CODE, status="注销"))
    events, cursor, more = changes_after(cursor, 10)
    assert [e.kind for e in events] == ["legal_entities.changed"]
    assert changes_after(cursor, 10)[0] == []
