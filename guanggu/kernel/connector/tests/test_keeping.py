"""States, secrets and messages of engines: changes are events, proofs are not, secrets never are."""

from __future__ import annotations

from typing import Any

import pytest

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid, Unavailable
from guanggu.kernel.connector import calling
from guanggu.kernel.connector.declaring import Absent
from guanggu.kernel.connector.delivering import deliver_later, discard_call, retry_call
from guanggu.kernel.connector.keeping import set_address, set_credential
from guanggu.kernel.connector.models import Connection, Credential, FailedCall, FailedPayload
from guanggu.kernel.connector.probing import ask_to_test, probe_all, probe_one
from guanggu.kernel.connector.reaching import access_of
from guanggu.kernel.identity.testing import a_person, an_official
from guanggu.kernel.journal.public import Event, Job, run_until_quiet, verify

from .conftest import Outside

pytestmark = pytest.mark.django_db
SECRET = "correct horse battery staple"


def _events(key: str) -> list[str]:
    found = Event.objects.filter(subject=f"connections/{key}").order_by("sequence")
    return list(found.values_list("kind", flat=True))


def test_a_proof_is_noted_and_only_a_change_of_state_is_an_event(outside: Outside) -> None:
    assert [probe_one(outside.key) for _ in range(3)] == ["present"] * 3
    row = Connection.objects.get(key=outside.key)
    assert (row.probe.version, row.probe.told) == ("1.2", "好")
    assert _events(outside.key) == ["connector.state_changed"]
    outside.fails = 2
    assert [probe_one(outside.key) for _ in range(3)] == ["failing", "failing", "present"]
    assert _events(outside.key) == ["connector.state_changed"] * 3
    assert verify().is_sound


def test_a_failing_engine_keeps_the_time_when_it_was_last_well(outside: Outside) -> None:
    probe_one(outside.key)
    well = Connection.objects.get(key=outside.key).probe.proved_at
    outside.fails, outside.error = 1, Absent(T("未安装", "not installed"))
    assert probe_one(outside.key) == "absent"
    row = Connection.objects.get(key=outside.key)
    assert row.probe.proved_at == well
    assert (row.error, row.error_en) == ("未安装", "not installed")


@pytest.mark.django_db(transaction=True)
def test_all_engines_are_asked_side_by_side(outside: Outside) -> None:
    probe_all()
    assert Connection.objects.get(key=outside.key).state == "present"
    assert probe_all() == 0  # nothing changed


def test_the_test_button_has_the_worker_ask(outside: Outside) -> None:
    with pytest.raises(Forbidden):
        ask_to_test(a_person(), connection=outside.key)
    ask_to_test(an_official(roles=["audit"]), connection=outside.key)
    run_until_quiet()
    assert Connection.objects.get(key=outside.key).state == "present"


def test_a_secret_is_encrypted_and_stands_in_no_event_receipt_or_job(outside: Outside) -> None:
    officer = an_official(roles=["security"])
    set_credential(officer, connection=outside.key, name="token", value=SECRET, key="k1")
    assert access_of(outside.key).credentials == {"token": SECRET}
    assert SECRET.encode() not in bytes(Credential.objects.get().sealed)
    told = " ".join(Event.objects.values_list("data", flat=True))
    told += " ".join(Job.objects.values_list("arguments", flat=True))
    assert SECRET not in told


def test_a_secret_copied_to_another_engine_does_not_open(outside: Outside, settings: Any) -> None:
    set_credential(an_official(), connection=outside.key, name="token", value=SECRET)
    settings.SECRET_KEY = "another"
    assert access_of(outside.key).credentials == {}


@pytest.mark.parametrize(
    ("name", "value"), [("other", "x"), ("token", ""), ("token", "x" * 4001)],
    ids=["unknown", "empty", "long"],
)  # fmt: skip
def test_a_secret_that_does_not_fit_is_refused(outside: Outside, name: str, value: str) -> None:
    with pytest.raises(Invalid):
        set_credential(an_official(), connection=outside.key, name=name, value=value)


def test_only_the_administrator_sets_addresses(outside: Outside) -> None:
    assert access_of(outside.key).address == "tcp://127.0.0.1:1"
    with pytest.raises(Forbidden):
        set_address(an_official(roles=["security"]), connection=outside.key, address="tcp://a:2")
    officer = an_official(roles=["administer"])
    set_address(officer, connection=outside.key, address=" tcp://a:2 ")
    assert access_of(outside.key).address == "tcp://a:2"
    with pytest.raises(Invalid):
        set_address(officer, connection=outside.key, address="有空格 的")


def _all_attempts() -> None:
    """Do the waiting deliveries at once, whenever they are due."""
    while (
        job := Job.objects.filter(name="connector.deliver", state="waiting").first()
    ) is not None:
        Job.objects.filter(pk=job.pk).update(due_at=job.created_at)
        run_until_quiet()


def test_a_message_is_delivered_by_the_worker(outside: Outside) -> None:
    deliver_later(outside.key, "tell", {"a": SECRET})
    assert SECRET not in Job.objects.get().arguments
    _all_attempts()
    assert {"a": SECRET} in outside.asked
    assert not FailedCall.objects.exists()


def test_a_message_that_is_not_taken_waits_as_a_dead_letter_and_goes_after_all(
    outside: Outside,
) -> None:
    outside.fails = 3
    message = deliver_later(outside.key, "tell", {"secret": SECRET})
    _all_attempts()
    letter = FailedCall.objects.get(key=message)
    assert (letter.state, letter.attempts) == ("waiting", 3)
    assert SECRET.encode() not in bytes(letter.payload.sealed)
    calling._gates.clear()  # the engine has had its rest
    officer = an_official(roles=["administer"])
    retry_call(officer, message=message)
    with pytest.raises(Conflict):
        retry_call(officer, message=message)
    _all_attempts()
    letter.refresh_from_db()
    assert letter.state == "delivered"
    assert not FailedPayload.objects.exists()
    assert outside.asked[-2] == {"secret": SECRET}
    assert verify().is_sound


def test_a_discarded_message_says_why_and_leaves_nothing_behind(outside: Outside) -> None:
    outside.fails = 3
    message = deliver_later(outside.key, "tell", {"a": 1})
    _all_attempts()
    officer = an_official(roles=["administer"])
    with pytest.raises(Invalid):
        discard_call(officer, message=message, reason=" ")
    discard_call(officer, message=message, reason="对方已停用")
    assert FailedCall.objects.get().state == "discarded"
    assert not FailedPayload.objects.exists()
    with pytest.raises(Conflict):
        retry_call(officer, message=message)


def test_a_message_refused_as_wrong_is_set_aside_at_once(outside: Outside) -> None:
    outside.fails, outside.error = 1, Invalid(T("字段不对", "a wrong field"))
    deliver_later(outside.key, "tell", {})
    _all_attempts()
    assert FailedCall.objects.get().reason == "字段不对"
    assert FailedCall.objects.get().attempts == 1


def test_an_unavailable_engine_is_tried_again_later(outside: Outside) -> None:
    outside.fails, outside.error = 1, Unavailable(T("忙", "busy"))
    deliver_later(outside.key, "tell", {})
    run_until_quiet()
    waiting = Job.objects.get(state="waiting")
    assert waiting.due_at > waiting.created_at
    _all_attempts()
    assert not FailedCall.objects.exists()
