"""What the kernel of observations tells: alarms become cases, reviewed days are judged again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guanggu.apps.environment.actions.assessing import assess
from guanggu.apps.environment.models import Assessment, Violation
from guanggu.base import clock
from guanggu.kernel.journal.public import run_until_quiet
from guanggu.kernel.observation.alarms.actions import escalate_alarm, open_alarm
from guanggu.kernel.observation.public import Alarm, AlarmRule, review_data
from guanggu.kernel.observation.testing import at
from guanggu.kernel.register.public import save_record

from .people import Bureau, report, stream
from .test_assessing import air

NOW = datetime(2026, 5, 11, 2, tzinfo=UTC)


def test_an_escalated_alarm_becomes_a_case_and_learns_its_number(bureau: Bureau):
    from guanggu.base.actor import platform

    with clock.fixed_at(NOW):
        found = stream("PS-01-DW001", "w01018")
        rule = AlarmRule(
            key="R-1", name="化学需氧量超限", kind="limit", datastream=found, upper=50.0,
            clause="排污许可限值",
        )  # fmt: skip
        save_record(bureau.monitor, rule, "observation.created")
        for hour in (6, 7):
            told = open_alarm(
                platform("judge"), rule=rule.pk, thing=found.thing_id, stream=found.pk,
                at=at(f"2026-05-10 0{hour}:00"), severity="severe", value="81.5", limit="50",
                peak="90",
            )  # fmt: skip
            escalate_alarm(platform("judge"), alarm=told["alarm"])
        run_until_quiet()
    row = Violation.objects.get()
    assert (row.kind, row.factor, row.peak, row.limit) == ("exceedance", "w01018", 90.0, 50.0)
    assert row.clause == "排污许可限值"
    assert len(row.alarms) == 2
    assert set(Alarm.objects.values_list("case", flat=True)) == {f"cases/{row.case_number}"}


@pytest.mark.django_db(transaction=True)
def test_a_day_whose_data_were_reviewed_is_judged_again(bureau: Bureau):
    with clock.fixed_at(NOW):
        air("AQ-01", "2026-05-01", a34004=20.0)
        report("AQ-01", "a34004", "2026-05-01 08:00", [900.0])
        assess(bureau.monitor, first="2026-05-01", last="2026-05-01")
        before = Assessment.objects.get(on="2026-05-01", kind="air")
        assert before.decided_by == ["a34004"]
        review_data(
            bureau.monitor, datastream=stream("AQ-01", "a34004").key, decision="correct",
            reason="仪器校准后恢复，人工核对采样记录", times=[at("2026-05-01 08:00")],
            values={str(at("2026-05-01 08:00")): "21"},
        )  # fmt: skip
        run_until_quiet()
    with clock.fixed_at(NOW + timedelta(minutes=2)):
        run_until_quiet()
    after = Assessment.objects.get(on="2026-05-01", kind="air")
    assert after.figures["a34004"]["mean"] == pytest.approx((20.0 * 23 + 21) / 24)
    assert (after.value or 0) < (before.value or 0)
