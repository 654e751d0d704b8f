"""A project's way: moved on by its milestones, reported on, reviewed, warned about, put right."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from guanggu.apps.projects.actions.advancing import advance_project
from guanggu.apps.projects.actions.reporting import add_photo, review_report, submit_report
from guanggu.apps.projects.actions.warning import (
    assess_project,
    handle_delay,
    is_up_to_date,
)
from guanggu.apps.projects.models import (
    Milestone,
    MonthlyReport,
    PermitLink,
    Project,
    ProjectWarning,
    WarningRule,
)
from guanggu.apps.projects.queries.figures import permits_of, year_figures
from guanggu.apps.projects.queries.reading import months_offered, reportable, waiting_reports
from guanggu.apps.projects.tasks import assess_projects
from guanggu.apps.supervision.models import WatchedCase
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.base.ids import Ref, new_id
from guanggu.kernel.case.public import Case, Task
from guanggu.kernel.document.public import files_of, receive
from guanggu.kernel.journal.public import history, run_until_quiet, verify
from guanggu.kernel.register.public import (
    Sheet,
    brief,
    change_record,
    create_record,
    declared,
    import_rows,
    rows_to_import,
)

from .conftest import MORNING, saved

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201a5c9d2f60000000049454e44ae426082"
)


def told(actor, **changes):
    given = {"month": "2026-05-01", "invested": "95.5", "progress": "主体施工至五层。", **changes}
    return submit_report(actor, key=new_id().hex, project="XM-1", **given)


def test_a_stage_is_left_only_with_what_it_takes(people, project):
    with pytest.raises(Invalid) as caught:
        advance_project(people.lead, project="XM-1", to="completion")
    assert "竣工验收" in caught.value.message.zh
    with pytest.raises(Conflict):
        advance_project(people.lead, project="XM-1", to="production")
    step = Milestone.objects.get(key="XM-1-completion")
    step.actual_on = date(2026, 6, 1)
    saved(step)
    assert advance_project(people.checker, project="XM-1", to="completion")["stage"] == "completion"
    with pytest.raises(Invalid):
        advance_project(people.lead, project="XM-1", to="construction")
    advance_project(people.lead, project="XM-1", to="construction", reason="验收未通过")
    assert "projects.advanced" in set(history(project.ref).values_list("kind", flat=True))
    assert verify().is_sound


def test_only_the_lead_and_the_checking_unit_move_a_project(people, project):
    for stranger in (people.other, people.owner, people.bystander):
        with pytest.raises((Forbidden, Missing)):
            advance_project(stranger, project="XM-1", to="stopped", reason="无权")
    assert Project.objects.get().stage == "construction"


def test_the_form_does_not_change_the_stage_and_checks_codes(people, project):
    def change(**values):
        version = Project.objects.get().version
        return change_record(people.lead, collection="projects", record="XM-1", version=version,
                             values=values)  # fmt: skip

    for field, value in {
        "stage": "production", "code": "2017-420118", "industry": "39", "owner": "123",
        "post": "park-optics/没有的岗位", "geometry": "POINT (114 30)", "goal": "目标",
        "ends_on": "2020-01-01",
    }.items():  # fmt: skip
        with pytest.raises(Invalid) as caught:
            change(**{field: value})
        assert set(caught.value.fields) == {field}
    change(owner="914403001922038216", owner_name="", code="2017－420118-39-03-000000",
           post="fgj/测试岗")  # fmt: skip
    row = Project.objects.get()
    assert row.owner == "legal_entities/914403001922038216"
    assert row.code == "2017-420118-39-03-000000"
    assert row.post.startswith("posts/")


def test_a_unit_registers_its_own_projects_and_no_others(people, bodies):
    own = {"name": "新项目", "lead": "park-optics", "investment": "100"}
    made = create_record(people.lead, collection="projects", values=own)
    assert Project.objects.get(key=made["key"]).stage == "reserve"
    with pytest.raises(Missing):
        create_record(people.lead, collection="projects", values={**own, "lead": "jyj"})
    assert Project.objects.count() == 1


def test_good_rows_of_a_sheet_are_kept_beside_bad_ones(people, bodies):
    rows = [
        (2, {"项目名称": "甲", "牵头单位": "park-optics", "总投资（万元）": "10", "阶段": "在建"}),
        (3, {"项目名称": "乙", "牵头单位": "park-optics", "项目代码": "2017-42"}),
        (4, {"项目名称": "丙", "牵头单位": "没有"}),
    ]
    sheet = Sheet("s", tuple({k: 1 for _, r in rows for k in r}), tuple(
        (n, tuple(r.get(k, "") for k in {k: 1 for _, x in rows for k in x})) for n, r in rows))  # fmt: skip
    found = rows_to_import(declared("projects"), [sheet])
    run = import_rows(people.lead, key="r1", collection="projects", rows=found)
    assert (run.created, run.quarantined) == (1, 2), [row.errors for row in run.rows.all()]
    assert Project.objects.get().stage == "construction"
    assert {name for row in run.rows.all() for name in row.errors} == {"code", "lead"}


def test_a_report_sent_twice_counts_once_and_a_mended_one_takes_its_place(people, project):
    given = {"project": "XM-1", "month": "2026-05-20", "invested": "1,095.50", "progress": "进展"}
    first = submit_report(people.owner, key="a" * 32, **given)
    assert submit_report(people.owner, key="a" * 32, **given) == first
    told(people.owner, invested="90")
    row = MonthlyReport.objects.get()
    assert (row.month, row.invested, row.state) == (date(2026, 5, 1), Decimal(90), "submitted")
    assert year_figures([project], date(2026, 5, 1)).done == 90
    assert verify().is_sound


@pytest.mark.parametrize(("changes", "field"), [
    ({"month": "2026-04-01"}, "month"), ({"month": "2026-07-01"}, "month"),
    ({"month": "x"}, "month"), ({"invested": "-1"}, "invested"), ({"invested": "nan"}, "invested"),
    ({"invested": ""}, "invested"), ({"progress": " "}, "progress"),
    ({"steps": {"XM-1-topping_out": ["", "2026-06-11"]}}, "step-XM-1-topping_out"),
    ({"steps": {"XM-1-topping_out": ["昨天", ""]}}, "step-XM-1-topping_out"),
])  # fmt: skip
def test_what_does_not_fit_is_said_by_field(people, project, changes, field):
    with pytest.raises(Invalid) as caught:
        told(people.owner, **changes)
    assert set(caught.value.fields) == {field}
    assert not MonthlyReport.objects.exists()


def test_the_place_of_writing_is_held_against_the_parcel(people, project):
    assert told(people.owner, lon=114.405, lat=30.455)["distance_m"] == 0
    assert told(people.owner, lon=114.405, lat=30.47)["distance_m"] > 1_000
    assert told(people.owner)["distance_m"] is None
    at = "2026-06-09T08:00:00+08:00"
    told(people.owner, at=at)
    assert MonthlyReport.objects.get().reported_at == datetime.fromisoformat(at)
    told(people.owner, at="1999-01-01T00:00:00+08:00")
    assert MonthlyReport.objects.get().reported_at == clock.now()


def test_only_the_owner_and_the_lead_unit_report(people, project):
    told(people.lead)
    for stranger in (people.stranger, people.checker, people.other, people.bystander):
        with pytest.raises((Forbidden, Missing)):
            told(stranger)
    assert [p.key for p in reportable(people.owner)] == ["XM-1"]
    assert not reportable(people.stranger).exists()
    assert months_offered(project, clock.today()) == [date(2026, 6, 1), date(2026, 5, 1)]


def test_an_approved_report_puts_its_milestones_into_the_project(people, project):
    told(
        people.owner,
        steps={"XM-1-topping_out": ["2026-07-20", ""], "XM-1-start": ["", "2026-01-09"]},
    )
    report = MonthlyReport.objects.get()
    assert report.steps == {"XM-1-topping_out": ["2026-07-20", ""]}  # what is reached stays
    assert [r.key for r in waiting_reports(people.lead)] == [report.key]
    for stranger in (people.checker, people.other, people.owner):
        with pytest.raises((Forbidden, Missing)):
            review_report(stranger, report=report.key, approve=True)
    review_report(people.lead, report=report.key, approve=True)
    assert Milestone.objects.get(key="XM-1-topping_out").forecast_on == date(2026, 7, 20)
    with pytest.raises(Conflict):
        review_report(people.lead_two, report=report.key, approve=True)
    with pytest.raises(Conflict):
        told(people.owner)
    assert verify().is_sound


def test_a_report_is_sent_back_with_a_reason_and_then_does_not_count(people, project):
    told(people.lead)
    report = MonthlyReport.objects.get().key
    with pytest.raises(Forbidden):
        review_report(people.lead, report=report, approve=True)
    with pytest.raises(Invalid):
        review_report(people.lead_two, report=report, approve=False, opinion=" ")
    review_report(people.lead_two, report=report, approve=False, opinion="缺少照片")
    assert year_figures([project], date(2026, 5, 1)).done == 0
    told(people.owner)
    assert year_figures([project], date(2026, 5, 1)).done == Decimal("95.5")


def test_photos_are_kept_up_to_a_number_and_nothing_else_is(people, project):
    report = told(people.owner)["report"]
    photo = receive(PNG, "a.png").as_dict()
    for number in range(9):
        add_photo(people.owner, key=f"p{number}", report=report, received=photo)
    add_photo(people.owner, key="p0", report=report, received=photo)
    with pytest.raises(Invalid):
        add_photo(people.owner, key="p9", report=report, received=photo)
    text = receive("文字".encode(), "a.txt").as_dict()
    with pytest.raises(Invalid):
        add_photo(people.owner, report=report, received=text)
    with pytest.raises((Forbidden, Missing)):
        add_photo(people.stranger, report=report, received=photo)
    assert len(files_of(MonthlyReport.objects.get().ref)) == 9


def late(project, days):
    step = Milestone.objects.get(key="XM-1-topping_out")
    step.planned_on = clock.today() - timedelta(days=days)
    saved(step)


def test_warnings_follow_the_facts(people, project):
    assert assess_projects() == 1
    kinds = {w.kind: w.level for w in ProjectWarning.objects.all()}
    # The report of May was due on the 5th; without it May's money is missing, too.
    assert kinds == {"report_missing": "yellow", "investment_behind": "red"}
    assert assess_projects() == 0
    told(people.owner, invested="500")
    assert not is_up_to_date(project)
    assess_projects()
    standing = ProjectWarning.objects.exclude(state="closed")
    assert [w.kind for w in standing] == ["investment_behind"]  # its case is still open
    assert standing.get().state == "handling"
    assert verify().is_sound


def test_a_warning_renews_itself_as_days_pass_and_a_rule_can_be_put_out_of_force(people, project):
    told(people.owner, invested="500")
    late(project, 3)
    assess_projects()
    row = ProjectWarning.objects.get()
    assert (row.kind, row.level, row.measured, row.case_number) == (
        "milestone_late",
        "yellow",
        3,
        "",
    )
    with clock.fixed_at(MORNING + timedelta(days=2)):
        assess_projects()
    assert ProjectWarning.objects.get().measured == 5
    for rule in WarningRule.objects.filter(kind="milestone_late"):
        rule.is_active = False
        saved(rule)
    assess_projects()
    assert ProjectWarning.objects.get().state == "closed"


def _step(actor, outcome, **data):
    task = Task.objects.get(case__kind="project_delay", state="open")
    return handle_delay(actor, task=task.pk, outcome=outcome, data=data)


def test_a_late_milestone_becomes_a_case_that_supervision_sees(people, project):
    told(people.owner, invested="500")
    late(project, 40)
    assess_projects()
    row = ProjectWarning.objects.get()
    assert (row.level, row.state) == ("red", "handling")
    case = Case.objects.get(number=row.case_number)
    assert case.subject == f"project_warnings/{row.key}"
    with pytest.raises((Forbidden, Missing)):
        _step(people.other, "explained", opinion="不是我的")
    _step(people.lead, "explained", opinion="雨季影响")
    _step(people.lead, "planned", opinion="增加两个班组", promised_on="2026-07-31")
    assert Milestone.objects.get(key="XM-1-topping_out").forecast_on == date(2026, 7, 31)
    with pytest.raises((Forbidden, Missing)):
        _step(people.lead_two, "accepted")
    _step(people.checker, "insufficient", opinion="请补充赶工计划")
    _step(people.lead_two, "planned", opinion="附赶工计划", promised_on="2026-07-25")
    _step(people.checker, "accepted", opinion="同意")
    row.refresh_from_db()
    assert (row.state, row.promised_on) == ("open", date(2026, 7, 25))  # still late, no second case
    assess_projects()
    assert Case.objects.filter(kind="project_delay").count() == 1
    run_until_quiet()
    assert WatchedCase.objects.filter(number=row.case_number).exists()
    assert verify().is_sound


def test_a_promise_that_is_not_kept_opens_the_next_case(people, project):
    told(people.owner, invested="600")
    late(project, 40)
    assess_projects()
    _step(people.lead, "explained", opinion="原因")
    _step(people.lead, "planned", opinion="措施", promised_on="2026-06-20")
    _step(people.checker, "accepted")
    number = ProjectWarning.objects.get(kind="milestone_late").case_number
    with clock.fixed_at(MORNING + timedelta(days=11)):
        assess_projects()
    row = ProjectWarning.objects.get(kind="milestone_late")
    assert row.state == "handling"
    assert row.case_number != number
    step = Milestone.objects.get(key="XM-1-topping_out")
    step.actual_on = clock.today()
    saved(step)
    _step(people.lead, "unfounded", opinion="已完成")
    _step(people.checker, "dismissed", opinion="属实")
    row.refresh_from_db()
    assert row.state == "closed"


def test_the_same_person_does_not_check_his_own_remedy(people, project):
    project.refresh_from_db()
    project.checker = project.lead
    saved(project)
    told(people.owner, invested="500")
    late(project, 40)
    assess_projects()
    _step(people.lead, "explained", opinion="原因")
    _step(people.lead, "planned", opinion="措施", promised_on="2026-07-20")
    with pytest.raises(Forbidden):
        _step(people.lead, "accepted")
    assert _step(people.lead_two, "accepted")["state"] == "closed"


def test_a_stopped_project_is_not_warned_about(people, project):
    assess_projects()
    assert ProjectWarning.objects.filter(state="open").exists()
    advance_project(people.checker, project="XM-1", to="stopped", reason="投资方撤资")
    assess_projects()
    assert not ProjectWarning.objects.filter(state="open").exists()
    with pytest.raises(Forbidden):
        assess_project(people.checker, project="XM-1")


def test_a_permit_is_granted_by_its_case(people, project):
    saved(PermitLink(key="P-1", project=project, title="施工许可", case="XK-1",
                     expected_on=date(2026, 6, 1), source="test"))  # fmt: skip
    told(people.owner, invested="500")
    assess_projects()
    assert ProjectWarning.objects.get().kind == "permit_stuck"
    from guanggu.kernel.case.models import Procedure

    procedure = Procedure.objects.first()
    assert procedure is None or not permits_of(project)[0].is_granted
    assess_case = Case(
        number="XK-1", procedure_id=_a_procedure(), procedure_digest="", kind="permit", title="许可",
        organisation_id=project.lead_id, organisation_code="park-optics", organisation_name="园区",
        state="closed", outcome="granted", round=1, opened_at=clock.now(), data={}, version=1,
    )  # fmt: skip
    assess_case.save(force_insert=True)
    assert permits_of(project)[0].is_granted
    assess_projects()
    assert ProjectWarning.objects.get().state == "closed"


def _a_procedure():
    from guanggu.kernel.case.models import Procedure
    from guanggu.kernel.case.public import ensure_shipped

    ensure_shipped("projects.delay")
    return Procedure.objects.get().pk


def test_other_systems_find_the_projects_of_a_goal(people, project):
    project.goal = "plan_goals/G-12"
    saved(project)
    rows = brief("projects", people.bystander, "key", "name", "stage", goal="plan_goals/G-12")
    assert [row["key"] for row in rows] == ["XM-1"]
    assert str(Ref("projects", "XM-1")) == str(project.ref)
    assert platform("x").kind == "platform"
