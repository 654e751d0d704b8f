"""Requests as cases: asked, answered in ten working days, refused with a basis, withdrawn, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanggu.apps.data_centre.actions.requesting import expire_grant, request_resource, revoke_grant
from guanggu.apps.data_centre.models import DataGrant
from guanggu.apps.data_centre.queries.resources import use_by
from guanggu.apps.data_centre.tasks import end_grants
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Forbidden, Invalid, Problem
from guanggu.kernel.case.public import Case, clocks_of
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import history, verify

from .people import TABLE, Town, answer, ask, change

pytestmark = pytest.mark.django_db


def test_the_provider_answers_within_ten_working_days(town: Town) -> None:
    grant = ask(town)
    case = Case.objects.get(number=grant.case_number)
    (running,) = clocks_of(case)
    assert (case.organisation_code, running.name) == (town.provider.code, "answer")
    ten = working_calendar().add_working_days(clock.today(), 10)
    assert running.due_on == case.due_on == ten
    answered = answer(town, grant, "grant", opinion="同意")
    assert (answered.state, answered.answer, answered.cleared) == ("granted", "同意", [])
    assert use_by(town.asker, town.resource, "verification").grant == grant.key
    assert [e.kind for e in history(grant.ref)] == ["data_centre.requested", "data_centre.granted"]
    assert verify().is_sound


def test_a_refusal_needs_its_basis_and_gives_nothing(town: Town) -> None:
    grant = ask(town)
    with pytest.raises(Invalid):
        answer(town, grant, "refuse")
    refused = answer(town, grant, "refuse", opinion="依据个人信息保护法第六条，不属履职所必需")
    assert refused.state == "refused"
    assert not use_by(town.asker, town.resource, "verification").is_allowed


def test_only_the_provider_answers(town: Town) -> None:
    grant = ask(town)
    for stranger in (town.asker, an_official(an_organisation(), ("data",))):
        town.keeper = stranger
        with pytest.raises(Forbidden):
            answer(town, grant, "grant")
    assert DataGrant.objects.get(pk=grant.pk).state == "requested"


def test_the_provider_may_shorten_but_not_lengthen_and_clears_only_by_saying_so(town: Town) -> None:
    day = clock.today() + timedelta(days=5)
    shorter = answer(town, ask(town, cleared=["owner_name"]), "grant", until_on=day.isoformat())
    assert (shorter.until_on, shorter.cleared) == (day, [])
    later = (clock.today() + timedelta(days=300)).isoformat()
    other = answer(
        town,
        ask(town, purpose="service", cleared=["owner_name"]),
        "grant",
        until_on=later,
        clears=True,
    )
    assert other.until_on == clock.today() + timedelta(days=30)
    assert other.cleared == ["owner_name"]


def test_a_grant_can_be_withdrawn_with_a_reason_and_given_back(town: Town) -> None:
    first = answer(town, ask(town), "grant")
    with pytest.raises(Invalid):
        revoke_grant(town.keeper, grant=first.key, reason=" ")
    with pytest.raises(Problem):
        revoke_grant(an_official(town.asking, ()), grant=first.key, reason="不是申请人")
    revoke_grant(town.keeper, grant=first.key, reason="用途与申请不符")
    assert not use_by(town.asker, town.resource, "verification").is_allowed
    with pytest.raises(Conflict):
        revoke_grant(town.keeper, grant=first.key, reason="再次")
    second = answer(town, ask(town), "grant")
    revoke_grant(town.asker, grant=second.key, reason="任务已完成")
    assert DataGrant.objects.get(pk=second.pk).state == "revoked"


def test_a_grant_ends_with_its_last_day_and_is_marked_by_the_worker(town: Town) -> None:
    grant = answer(town, ask(town), "grant")
    with pytest.raises(Conflict):
        expire_grant(platform("test"), grant=grant.key)
    with clock.fixed_at(clock.now() + timedelta(days=31)):
        assert not use_by(town.asker, town.resource, "verification").is_allowed
        end_grants()
    assert DataGrant.objects.get(pk=grant.pk).state == "expired"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "open"}, "purpose"), ({"purpose": ""}, "purpose"), ({"reason": " "}, "reason"),
        ({"until_on": "2020-01-01"}, "until_on"), ({"until_on": "soon"}, "until_on"),
        ({"columns": ["no_such"]}, "columns"),
        ({"purpose": "statistics", "cleared": ["owner_name"]}, "cleared"),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_is_told_at_its_field(
    town: Town, changes: dict, field: str
) -> None:
    with pytest.raises(Invalid) as told:
        ask(town, **changes)
    assert field in told.value.fields
    assert DataGrant.objects.count() == 0


def test_what_needs_no_request_or_is_never_shared_takes_none(town: Town) -> None:
    ask(town)
    with pytest.raises(Conflict):
        ask(town)  # the same again while it is open
    for sharing in ("unconditional", "none"):
        change(town.keeper, TABLE, sharing=sharing, basis="法律规定", is_open=False)
        with pytest.raises(Invalid):
            ask(town, purpose="service")
    with pytest.raises(Forbidden):
        request_resource(
            platform("x"), resource=town.resource.key, purpose="service", reason="x",
            from_on="", until_on="", columns=[], cleared=[],
        )  # fmt: skip
