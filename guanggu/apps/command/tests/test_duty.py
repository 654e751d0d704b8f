"""A desk over two shifts: begun, written, handed over and taken over, signed by two persons."""

from __future__ import annotations

import pytest
from django.db import connection

from guanggu.apps.command.actions.duty import begin_shift, hand_over, take_over, write_entry
from guanggu.apps.command.models import DutyEntry, DutyShift
from guanggu.apps.command.queries.desk import digest_of, entries_of
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.journal.public import history, seal, verify

pytestmark = pytest.mark.django_db


def written(officer, text="接市民电话，路面积水。"):
    return write_entry(officer, kind="report", text=text)["entry"]


def handed_over(desk):
    begin_shift(desk.first, shift="DS-0")
    written(desk.first)
    hand_over(desk.first, summary="无重大情况", open_matters="跟进积水")


def test_a_shift_is_kept_signed_off_and_taken_over(desk):
    handed_over(desk)
    take_over(desk.second, shift="DS-1")
    first, second = DutyShift.objects.get(key="DS-0"), DutyShift.objects.get(key="DS-1")
    assert (first.state, first.officer_name, first.taken_by_name) == ("done", "张值班", "李值班")
    assert first.digest == digest_of(first)
    assert first.handed_at
    assert first.taken_at
    assert (second.state, second.officer) == ("on_duty", desk.second.account)
    kinds = [event.kind for event in history(first.ref)]
    assert kinds[1:] == [
        "command.shift_begun", "command.shift_handed_over", "command.shift_taken_over",
    ]  # fmt: skip
    seal()
    assert verify().is_sound


def test_a_second_officer_does_not_sit_down_at_a_taken_desk(desk):
    begin_shift(desk.first, shift="DS-0")
    with pytest.raises(Conflict):
        begin_shift(desk.second, shift="DS-1")
    assert DutyShift.objects.filter(state="on_duty").count() == 1


def test_only_the_officer_on_duty_writes_and_hands_over(desk):
    begin_shift(desk.first, shift="DS-0")
    with pytest.raises(Forbidden):
        written(desk.second)
    with pytest.raises(Forbidden):
        hand_over(desk.second, summary="x")
    with pytest.raises(Forbidden):
        written(desk.receiver)
    assert DutyEntry.objects.count() == 0


def test_after_the_signature_nothing_is_written(desk):
    handed_over(desk)
    with pytest.raises(Conflict):
        written(desk.first)
    with pytest.raises(Conflict):
        begin_shift(desk.second, shift="DS-1")
    assert DutyEntry.objects.count() == 1


def test_who_handed_over_does_not_take_over(desk):
    handed_over(desk)
    with pytest.raises(Forbidden):
        take_over(desk.first, shift="DS-1")
    assert DutyShift.objects.get(key="DS-0").state == "handing_over"


def test_a_correction_names_the_line_it_corrects(desk):
    begin_shift(desk.first, shift="DS-0")
    wrong = written(desk.first)
    write_entry(desk.first, kind="note", text="地点应为高新二路", amends=wrong)
    shift = DutyShift.objects.get(key="DS-0")
    assert [e.amends.key if e.amends else "" for e in entries_of(shift)] == ["", wrong]
    with pytest.raises(Invalid) as caught:
        write_entry(desk.first, kind="note", text="x", amends="DE-NONE")
    assert "amends" in caught.value.fields


@pytest.mark.parametrize(
    ("kind", "text", "field"), [("", "x", "kind"), ("gossip", "x", "kind"), ("note", " ", "text")]
)
def test_an_entry_needs_kind_and_text(desk, kind, text, field):
    begin_shift(desk.first, shift="DS-0")
    with pytest.raises(Invalid) as caught:
        write_entry(desk.first, kind=kind, text=text)
    assert list(caught.value.fields) == [field]


def test_a_shift_of_another_desk_or_none_cannot_be_begun(desk):
    with pytest.raises(Missing):
        begin_shift(desk.first, shift="DS-99")
    assert not DutyShift.objects.exclude(state="planned").exists()


def test_a_log_altered_behind_the_house_no_longer_fits_its_signature(desk):
    handed_over(desk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE command_dutyentry SET text = 'nothing'")
    shift = DutyShift.objects.get(key="DS-0")
    assert shift.digest != digest_of(shift)
