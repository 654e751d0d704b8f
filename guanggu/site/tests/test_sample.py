"""The sample district in small: everything is marked, sound, and loaded once."""

from __future__ import annotations

import random
from datetime import date

import pytest

from guanggu.apps.legal_entities.models import LegalEntity, SourceRecord
from guanggu.apps.plan.models import Goal
from guanggu.apps.projects.actions.checking import check_project
from guanggu.apps.projects.models import Project
from guanggu.base import clock
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Invalid
from guanggu.kernel.case.public import Case
from guanggu.kernel.identity.public import ROLES, SEPARATED, Account, Organisation, Post
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.journal.public import Event, verify
from guanggu.site.sample import bodies, firms, loading, matters, pace, people, sensing
from guanggu.site.sample.forms import Applicant, answers
from guanggu.site.sample.sign_ins import ACCOUNTS, table
from guanggu.standards import gb_32100_2015 as gb_32100
from guanggu.web.schema_form import check

SMALL = {"FIRMS": 300, "RESIDENTS": 60, "REPRESENTED": 40, "MATTERS": 60, "PAPERS": 0}


@pytest.fixture(scope="module")
def loaded(lay_once):
    """The whole load with small numbers, once; without papers, which need the typefaces."""
    return lay_once(_load_small)


def _load_small():
    with pytest.MonkeyPatch.context() as patch:
        _make_small(patch)
        for phase in loading.PHASES:
            phase.load(lambda done, whole: None)


def _make_small(patch):
    patch.setattr(firms, "FIRMS", SMALL["FIRMS"])
    patch.setattr(people, "RESIDENTS", SMALL["RESIDENTS"])
    patch.setattr(people, "REPRESENTED", SMALL["REPRESENTED"])
    patch.setattr(loading, "MATTERS", SMALL["MATTERS"])
    patch.setattr(loading, "PAPERS", SMALL["PAPERS"])
    patch.setattr(matters, "SHOWN_TO_NEWCOMERS", 0)
    patch.setattr(sensing, "HOURLY_DAYS", 2)
    patch.setattr(sensing, "MINUTE_DAYS", 1)


@pytest.fixture
def district(loaded, db, settings):
    loaded.show_to(settings)


def test_the_district_is_marked_sound_and_loaded_once(district):
    assert Organisation.objects.filter(is_sample=False).count() == 0
    assert all("样例" in name for name in Organisation.objects.values_list("name", flat=True))
    assert Account.objects.filter(is_sample=False).count() == 0
    seats = sum(seat.persons for seat in bodies.seats())
    assert Account.objects.filter(kind="official").count() == seats
    assert LegalEntity.objects.filter(is_sample=False).count() == 0
    assert SourceRecord.objects.filter(is_sample=False).count() == 0
    assert Case.objects.count() >= SMALL["MATTERS"]
    assert all(phase.is_done() for phase in loading.PHASES)
    assert verify().is_sound


def test_projects_serve_goals_of_the_plan_and_a_bare_number_finds_one(district):
    named = {ref for ref in Project.objects.values_list("goal", flat=True) if ref}
    goals = {str(goal.ref): goal for goal in Goal.objects.all()}
    assert len(named) > 20
    assert named <= goals.keys()
    row = Project.objects.filter(goal="plan_goals/G451-07").get()
    client = sign_in(an_official())
    link = f'<a href="/plan/goals/G451-07/">{goals[row.goal].name}</a>'
    assert link in client.get(f"/projects/project/{row.key}/").content.decode()
    assert row.name in client.get("/plan/goals/G451-07/").content.decode()
    row.goal = "G451-07"
    check_project(row)
    assert row.goal == "plan_goals/G451-07"
    row.goal = "G999-99"
    with pytest.raises(Invalid) as refused:
        check_project(row)
    assert list(refused.value.fields) == ["goal"]


def test_every_sign_in_of_the_table_exists_and_is_told(district):
    shown = table()
    for name, _, has_code in ACCOUNTS:
        account = Account.objects.get(username=name)
        assert account.is_official == has_code
        assert name in shown
    assert people.PASSWORD in shown


def test_every_role_has_a_post_and_separated_ones_never_share_one(district):
    held = [set(roles) for roles in Post.objects.values_list("roles", flat=True)]
    assert set().union(*held) == set(ROLES)
    assert all(len(roles & SEPARATED) <= 1 for roles in held)


def test_matters_happened_within_the_year_and_in_order(district):
    matters = Case.objects.filter(kind__startswith="approval")  # lakes have cases of their own
    opened = list(matters.order_by("pk").values_list("opened_at", flat=True))
    assert opened == sorted(opened)
    assert opened[-1] <= clock.now()
    counts = Event.objects.get(kind="sample.matters_loaded").body["loaded"]
    assert counts["opened"] == SMALL["MATTERS"]
    assert [name for name in counts if name.startswith("refused")] == []


def test_codes_are_valid_but_for_about_one_in_a_hundred():
    rng = random.Random(1)
    codes = [told[0][2]["unified_code"] for told in firms.entities(rng, [], date(2026, 3, 2))]
    good = sum(gb_32100.check(code).is_valid and code[2:4] == "42" for code in codes)
    assert len(codes) == 20_000
    assert 0.985 < good / len(codes) < 0.995


def test_the_same_seed_gives_the_same_firms():
    first, second = (
        [next(made) for _ in range(50)]
        for made in (firms.entities(random.Random(7), [], date(2026, 3, 2)) for _ in range(2))
    )
    assert first == second


def test_bodies_have_unique_codes_and_parents_before_children():
    made = bodies.organisations(random.Random(1))
    codes = [body.code for body in made]
    assert len(set(codes)) == len(codes) == 1 + 21 + 8 + 40
    assert all(body.parent is None or body.parent.code in codes[:n] for n, body in enumerate(made))
    assert {seat.organisation for seat in bodies.seats()} <= set(codes)


def test_steps_happen_in_office_hours_and_never_before_what_they_follow():
    rng = random.Random(3)
    after = pace.openings(rng, 200, date(2026, 1, 1), date(2026, 11, 20))
    for at in after:
        then = pace.in_office(rng, at, rng.random() * 6)
        local = clock.local(then)
        assert then > at
        assert working_calendar().is_working_day(local.date())
        assert 8 <= local.hour <= 17


@pytest.mark.parametrize("seed", range(3))
def test_answers_fit_the_forms_of_the_shipped_items(seed):
    from guanggu.apps.powers.register.reading import rows_of_sheets
    from guanggu.apps.powers.register.shipped import SHIPPED
    from guanggu.kernel.register.public import read_sheets

    rng = random.Random(seed)
    code = gb_32100.generate(rng)
    who = Applicant(
        "王伟", "19900000001", 1, "accounts/x", code, "武汉样例科技有限公司", "高新大道1号样例"
    )
    wrong = {}
    for row in rows_of_sheets(read_sheets(SHIPPED.read_bytes(), SHIPPED.name)):
        schema = row.values["form_schema"]
        errors = check(schema, answers(rng, schema, who, clock.today()))
        if errors:
            wrong[row.values["key"]] = {path: text.zh for path, text in errors.items()}
    assert wrong == {}
