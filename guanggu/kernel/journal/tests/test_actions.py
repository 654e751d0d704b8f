"""Every write: permission, change and event in one transaction, once per key."""

import pytest
from django.db import transaction

from guanggu.base.actor import VISITOR, platform
from guanggu.base.errors import Conflict, Forbidden
from guanggu.kernel.journal.public import Event, action, append, history, seal, verify

pytestmark = pytest.mark.django_db


@action("test.note", allows=lambda actor, **_: actor.is_known)
def note(actor, *, text):
    event = append("notes/1", "test.noted", actor, {"text": text})
    return {"sequence": event.sequence}


@action("test.silent", allows=lambda actor, **_: True)
def silent(actor):
    return {}


CLERK = platform("test")


def test_an_action_writes_its_event_and_answers():
    assert note(CLERK, key="a", text="x") == {"sequence": 1}
    assert history("notes/1").get().body == {"text": "x"}


def test_the_same_key_gives_the_same_answer_and_does_nothing_again():
    assert note(CLERK, key="a", text="x") == note(CLERK, key="a", text="x")
    assert Event.objects.count() == 1


def test_a_key_used_for_something_else_is_a_conflict():
    note(CLERK, key="a", text="x")
    with pytest.raises(Conflict):
        note(CLERK, key="a", text="y")


def test_another_person_cannot_read_an_answer_by_its_key():
    note(CLERK, key="a", text="x")
    with pytest.raises(Conflict):
        note(platform("other"), key="a", text="x")


def test_a_refused_action_leaves_nothing():
    with pytest.raises(Forbidden):
        note(VISITOR, key="a", text="x")
    assert not Event.objects.exists()


def test_an_action_without_an_event_is_a_defect():
    with pytest.raises(RuntimeError, match="wrote no event"):
        silent(CLERK, key="a")


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_a_defect():
    with pytest.raises(RuntimeError):
        append("notes/1", "test.noted", CLERK)


def test_events_chain_within_their_subject():
    for text in "abc":
        note(CLERK, key=text, text=text)
    first, second, third = history("notes/1")
    assert bytes(second.previous) == bytes(first.hash)
    assert bytes(third.previous) == bytes(second.hash)


@pytest.mark.parametrize("bad", [{"x": 1.5}, {"x": [0.1]}])
def test_a_journal_holds_no_floats(bad):
    with pytest.raises(ValueError, match="floats"), transaction.atomic():
        append("notes/1", "test.noted", CLERK, bad)


@pytest.mark.django_db(transaction=True)
def test_a_sound_journal_verifies():
    for text in "abc":
        note(CLERK, key=text, text=text)
    seal()
    verdict = verify()
    assert verdict.is_sound
    assert (verdict.events, verdict.roots) == (3, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda e: e.filter(sequence=2).update(data='{"text":"z"}'), "notes/1#2"),
        (lambda e: e.filter(sequence=2).update(actor_name="x"), "notes/1#2"),
        (lambda e: e.filter(sequence=2).delete(), "notes/1"),
        (lambda e: e.filter(sequence=3).delete(), "roots/3"),
    ],
)
def test_an_altered_or_removed_row_is_named(change, place):
    for text in "abc":
        note(CLERK, key=text, text=text)
    seal()
    change(Event.objects.all())
    assert place in {finding.place for finding in verify().findings}
