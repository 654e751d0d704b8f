"""An exceedance becomes one case, walks its procedure, and ends with its evidence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guanggu.apps.environment.actions.enforcing import (
    about_alarm,
    advance,
    freeze_evidence,
    open_violation,
    open_waiting_cases,
)
from guanggu.apps.environment.models import Violation
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.public import Case, Task
from guanggu.kernel.document.public import StoredFile, open_content

from .people import Bureau, report

SUBJECT = "outlets/PS-01-DW001"


@pytest.fixture(autouse=True)
def _in_may():
    with clock.fixed_at(datetime(2026, 5, 11, 2, tzinfo=UTC)):
        yield


def opened(**more: str) -> dict:
    given = {"subject": SUBJECT, "kind": "exceedance", "factor": "w01018", "value": "81.5",
             "limit": "50", "at": "2026-05-10T03:00:00+00:00", **more}  # fmt: skip
    return open_violation(platform("alarms"), **given)


def task_of(case: str) -> Task:
    return Task.objects.get(case__number=case, state="open")


def test_what_happens_again_joins_the_open_case(bureau: Bureau):
    first = opened()
    second = opened(value="95", at="2026-05-10T05:00:00+00:00", alarm="alarms/A2")
    assert (first["new"], second["new"]) == (True, False)
    assert first["case"] == second["case"]
    row = Violation.objects.get()
    assert row.peak == 95.0
    assert row.alarms == ["alarms/A2"]
    assert row.last_at.hour == 5
    assert Case.objects.count() == 1


def test_another_kind_on_the_same_outlet_is_another_case(bureau: Bureau):
    assert opened()["case"] != opened(kind="missing")["case"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [({"subject": "outlets/none"}, Missing), ({"kind": "bad"}, Invalid)],
)
def test_nothing_is_opened_on_what_does_not_exist(bureau: Bureau, given, problem):
    with pytest.raises(problem):
        opened(**given)
    assert not Violation.objects.exists()


def test_the_way_from_verification_to_a_corrected_breach(bureau: Bureau):
    number = opened()["case"]
    officer = bureau.enforcer
    advance(officer, task=task_of(number).pk, outcome="confirmed", data={})
    advance(
        officer, task=task_of(number).pk, outcome="order",
        data={"inspected_on": "2026-05-12", "correct_days": 10, "opinion": "治理设施停运"},
    )  # fmt: skip
    assert task_of(number).step == "correct"
    advance(officer, task=task_of(number).pk, outcome="reported", data={"opinion": "已修复"})
    advance(officer, task=task_of(number).pk, outcome="passed", data={"opinion": "达标"})
    row = Violation.objects.get()
    assert (row.state, row.outcome) == ("closed", "corrected")
    assert opened()["new"]


def test_a_penalty_is_decided_by_somebody_else_and_may_come_twice(bureau: Bureau):
    number = opened()["case"]
    officer, leader = bureau.enforcer, bureau.leader
    advance(officer, task=task_of(number).pk, outcome="confirmed", data={})
    facts = {"inspected_on": "2026-05-12", "opinion": "超标排放"}
    advance(officer, task=task_of(number).pk, outcome="file", data=facts)
    decision = {"decision": "示例罚〔2026〕1号", "fine_yuan": 100000, "opinion": "罚款"}
    with pytest.raises(Forbidden):
        advance(officer, task=task_of(number).pk, outcome="penalised", data=decision)
    for opinion, outcome in (("仍超标", "failed"), ("达标", "passed")):
        advance(leader, task=task_of(number).pk, outcome="penalised", data=decision)
        advance(officer, task=task_of(number).pk, outcome=outcome, data={"opinion": opinion})
    assert Violation.objects.get().state == "closed"


def test_the_evidence_is_a_file_whose_digest_stays(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-10 06:00", [45.0, 81.5, 77.0])
    key = opened()["violation"]
    told = freeze_evidence(bureau.enforcer, violation=key)
    row = Violation.objects.get()
    assert row.evidence_sha256 == told["sha256"]
    text = open_content(StoredFile.objects.get(key=row.evidence_file)).read().decode("utf-8-sig")
    assert "w01018,mg/L,2026-05-10 07:00:00,81.5,N" in text
    report("PS-01-DW001", "w01018", "2026-05-10 12:00", [1.0])
    assert open_content(StoredFile.objects.get(key=row.evidence_file)).read().decode(
        "utf-8-sig"
    ) == text  # fmt: skip


def test_only_those_who_enforce_handle_a_case(bureau: Bureau):
    number = opened()["case"]
    with pytest.raises(Forbidden):
        advance(bureau.monitor, task=task_of(number).pk, outcome="confirmed", data={})


def test_an_alarm_waits_for_its_case_where_no_limit_can_be_counted(bureau: Bureau):
    with clock.fixed_at(datetime(2026, 12, 24, 2, tzinfo=UTC)):
        told = opened()
        assert told["new"]
        assert told["case"] == ""
        with pytest.raises(Conflict):
            open_waiting_cases(platform("environment"), violation=told["violation"])
    assert open_waiting_cases(platform("environment"), violation=told["violation"])["case"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"subject": SUBJECT, "kind": "limit", "value": 80}, "exceedance"),
        ({"subject": SUBJECT, "kind": "missing"}, "missing"),
        ({"subject": "monitoring_stations/AQ-01", "kind": "limit"}, "quality"),
        ({"subject": SUBJECT, "kind": "limit", "procedure": "lakes.pollution"}, None),
        ({"subject": SUBJECT, "kind": "stuck", "procedure": "environment.enforcement"}, "other"),
        ({"subject": "lakes/L-1", "kind": "limit"}, None),
        ({}, None),
    ],
)
def test_an_alarm_of_ours_is_understood_and_others_are_left(data, kind):
    about = about_alarm(data)
    assert (about and about["kind"]) == kind
