"""A permit and the alarm rules of its outlets say the same, from the moment it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanggu.apps.environment.models import DischargePermit, Outlet, PermittedAmount
from guanggu.apps.environment.tasks import open_cases_of_what_exceeds
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_organisation
from guanggu.kernel.journal.public import run_until_quiet
from guanggu.kernel.observation.alarms.judge import judge_queue
from guanggu.kernel.observation.public import Alarm, AlarmRule, Batch
from guanggu.kernel.observation.receiving.receiver import queue_for_judge
from guanggu.kernel.observation.testing import at
from guanggu.kernel.register.public import change_record, delete_record, save_record

from .people import Bureau, report, stream

pytestmark = pytest.mark.django_db


def rules() -> dict[str, tuple[float | None, bool]]:
    rows = AlarmRule.objects.filter(source__startswith="permitted_amounts/")
    return {row.observed_property.key: (row.upper, row.is_active) for row in rows}


def change(bureau: Bureau, row, **values):
    changed = change_record(
        bureau.monitor, collection=row.collection, record=row.key, version=row.version,
        values=values,
    )  # fmt: skip
    run_until_quiet()
    return changed


def amount(code: str = "w01018") -> PermittedAmount:
    return PermittedAmount.objects.get(pollutant=code)


def test_a_permit_lays_its_limits_and_a_change_changes_them_at_once(bureau: Bureau):
    run_until_quiet()
    assert rules() == {"w01018": (50.0, True), "w21003": (5.0, True)}
    rule = AlarmRule.objects.get(observed_property__key="w01018")
    assert (rule.thing.key, rule.interval, rule.organisation) == (
        "PS-01-DW001", "hour", bureau.organisation,
    )  # fmt: skip
    assert "许可限值" in rule.clause
    change(bureau, amount(), limit=40.0)
    assert rules()["w01018"] == (40.0, True)
    versions = list(AlarmRule.objects.values_list("version", flat=True))
    open_cases_of_what_exceeds()
    assert list(AlarmRule.objects.values_list("version", flat=True)) == versions


def test_a_value_over_the_new_limit_is_an_alarm(bureau: Bureau):
    run_until_quiet()
    change(bureau, amount(), limit=40.0)
    report("PS-01-DW001", "w01018", "2026-05-01 00:00", [45.0])
    queue_for_judge(
        Batch.of([stream("PS-01-DW001", "w01018").pk], [at("2026-05-01 00:00")], [45.0])
    )
    judge_queue()
    assert [(a.value, a.limit) for a in Alarm.objects.all()] == [(45.0, 40.0)]


def test_what_is_allowed_no_more_is_watched_no_more(bureau: Bureau):
    run_until_quiet()
    row = amount()
    delete_record(bureau.monitor, collection=row.collection, record=row.key, reason="换证")
    run_until_quiet()
    assert rules() == {"w01018": (50.0, False), "w21003": (5.0, True)}
    change(bureau, DischargePermit.objects.get(), valid_until=clock.today() - timedelta(days=1))
    assert not any(active for _, active in rules().values())


def test_a_permit_that_runs_out_is_noticed_without_an_event(bureau: Bureau):
    run_until_quiet()
    with clock.fixed_at(clock.now() + timedelta(days=3_000)):
        open_cases_of_what_exceeds()
    assert not any(active for _, active in rules().values())


def test_another_bureau_in_charge_is_the_one_that_is_told(bureau: Bureau):
    run_until_quiet()
    other = an_organisation("另一局")
    source = Outlet.objects.get().source_unit
    source.organisation = other
    save_record(platform("t"), source, "environment.changed")
    run_until_quiet()
    assert {rule.organisation for rule in AlarmRule.objects.all()} == {other}
