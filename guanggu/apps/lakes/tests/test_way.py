"""A patrol's whole way: begun, tracked, a problem found, dispatched, mended, verified, closed."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from guanggu.apps.lakes.actions.alarming import open_alarm_issue
from guanggu.apps.lakes.actions.patrolling import end_patrol, record_track, start_patrol
from guanggu.apps.lakes.actions.reporting import (
    add_photo,
    advance,
    report_issue,
)
from guanggu.apps.lakes.models import LakeIssue, Patrol
from guanggu.apps.lakes.queries.issues import my_tasks
from guanggu.apps.lakes.queries.patrols import open_issues, plans_kept
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.journal.public import seal, verify

pytestmark = pytest.mark.django_db
NUMBER = "0123456789abcdef0123456789abcdef"
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc"
    b"\xf8\xcf\xc0\xf0\x1f\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def started(people, lakes, **more):
    told = start_patrol(people["patrol"], number=NUMBER, lake="L-01", plan="L-01-XH", **more)
    return Patrol.objects.get(key=told["patrol"])


def reported(people, number=NUMBER, **changed):
    values = {"lake": "L-01", "kind": "floating", "severity": "urgent", "description": "水面大片漂浮垃圾",
              "lon": 114.38, "lat": 30.42} | changed  # fmt: skip
    told = report_issue(people["patrol"], number=number, **values)
    return LakeIssue.objects.get(key=told["issue"])


def step(actor, outcome, **data):
    (task,) = my_tasks(actor)
    return advance(actor, task=task.pk, outcome=outcome, data=data)


def test_a_problem_goes_its_whole_way(people, lakes):
    patrol = started(people, lakes)
    issue = reported(people, patrol=patrol.key)
    assert (issue.state, issue.patrol) == ("reported", patrol)
    step(people["enforce"], "assign", handler="street-1", opinion="请尽快清理")
    issue.refresh_from_db()
    assert issue.state == "handling"
    step(people["street"], "handled", opinion="已清理完毕")
    step(people["other_patrol"], "fail", opinion="仍有残留")
    issue.refresh_from_db()
    assert issue.state == "handling"
    step(people["street"], "handled", opinion="再次清理")
    step(people["other_patrol"], "pass")
    step(people["enforce"], "closed")
    issue.refresh_from_db()
    assert issue.state == "closed"
    assert issue.closed_at == clock.now()
    told = end_patrol(people["patrol"], patrol=patrol.key, note="正常")
    assert told["length_m"] == 0
    seal()
    assert verify().is_sound


def test_a_problem_that_is_none_ends_as_such(people, lakes):
    issue = reported(people)
    step(people["enforce"], "reject", opinion="现场未见")
    issue.refresh_from_db()
    assert issue.state == "rejected"


def test_who_mended_does_not_verify(people, lakes, bureau):
    both = an_official(bureau, ["patrol", "receive"], "一人两岗")
    reported(people)
    step(people["enforce"], "assign", handler="wehdz-hsj")
    step(both, "handled", opinion="已处理")
    (task,) = my_tasks(both)
    with pytest.raises(Forbidden):
        advance(both, task=task.pk, outcome="pass", data={})


def test_the_same_report_sent_twice_is_one_problem(people, lakes):
    values = {
        "number": NUMBER,
        "lake": "L-01",
        "kind": "shore",
        "severity": "plain",
        "description": "垃圾",
    }
    first = report_issue(people["patrol"], key="k" * 20, **values)
    again = report_issue(people["patrol"], key="k" * 20, **values)
    assert first == again
    assert LakeIssue.objects.count() == 1


def test_one_person_walks_one_patrol_at_a_time(people, lakes):
    started(people, lakes)
    with pytest.raises(Conflict):
        start_patrol(people["patrol"], number="f" * 32, lake="L-02")
    row = Patrol(key="x", lake=lakes["L-02"], account=people["patrol"].account, person="x",
                 started_at=clock.now(), created_at=clock.now(), updated_at=clock.now())  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_track_sent_in_parts_and_twice_is_one_track(people, lakes):
    patrol = started(people, lakes)
    at = int(clock.now().timestamp() * 1000)
    part = [[114.38 + n * 1e-4, 30.42, at + n * 10_000] for n in range(20)]
    record_track(people["patrol"], patrol=patrol.key, points=part[10:])
    told = record_track(people["patrol"], patrol=patrol.key, points=part[:12])
    assert told["points"] == 20
    assert told["length_m"] == pytest.approx(19 * 9.59, rel=0.02)
    with pytest.raises(Invalid):
        record_track(people["patrol"], patrol=patrol.key, points=[[1, 2]])
    with pytest.raises(Invalid):
        record_track(people["patrol"], patrol=patrol.key, points=part * 100)
    end_patrol(people["patrol"], patrol=patrol.key)
    with pytest.raises(Conflict):
        record_track(people["patrol"], patrol=patrol.key, points=part)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"kind": "level"}, "kind"), ({"description": "  "}, "description"),
     ({"severity": "x"}, "severity"), ({"outfall": "L-02-P01"}, "outfall")],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_field(people, lakes, changed, field):
    with pytest.raises(Invalid) as caught:
        reported(people, **changed)
    assert field in caught.value.fields
    assert not LakeIssue.objects.exists()


def test_strangers_neither_report_nor_read(people, lakes):
    issue = reported(people)
    with pytest.raises(Forbidden):
        report_issue(people["monitor"], number=NUMBER, lake="L-01", kind="shore", severity="plain",
                     description="x")  # fmt: skip
    client = sign_in(people["stranger"])
    assert client.get(f"/lakes/issues/{issue.key}/").status_code == 404
    assert client.get("/lakes/issues/").status_code == 403
    assert client.get("/lakes/patrol/").status_code == 403


def test_photos_only_and_not_without_end(people, lakes):
    issue = reported(people)
    good = receive(PNG, "a.png").as_dict()
    for number in range(9):
        add_photo(people["patrol"], key=f"photo-{number}", issue=issue.key, received=good)
    with pytest.raises(Invalid):
        add_photo(people["patrol"], issue=issue.key, received=good)
    with pytest.raises(Invalid):
        add_photo(people["patrol"], issue=issue.key,
                  received=receive(b"%PDF-1.4\n%%EOF\n", "a.pdf").as_dict())  # fmt: skip


def test_alarms_of_one_cause_are_one_problem_until_it_is_closed(people, lakes):
    def alarm(number):
        return open_alarm_issue(
            platform("lakes"), station="L-01-G1", cause="L-01-G1/limit", kind="level",
            title="汤逊湖水位超汛限", alarm=f"alarms/A-{number}", urgent=True,
        )  # fmt: skip

    first, second = alarm(1), alarm(2)
    assert (first["new"], second["new"]) == (True, False)
    assert first["issue"] == second["issue"]
    assert LakeIssue.objects.get().alarms == ["alarms/A-1", "alarms/A-2"]
    step(people["enforce"], "reject", opinion="误报")
    assert alarm(3)["new"] is True
    with pytest.raises(Missing):
        open_alarm_issue(platform("lakes"), station="none", cause="x", kind="level", title="x")


def test_the_chief_sees_how_plans_were_kept_and_what_is_open(people, lakes):
    reported(people)
    for number, back in enumerate((3, 10)):
        with clock.fixed_at(clock.now() - timedelta(days=back)):
            told = start_patrol(
                people["patrol"], number=f"{number}" * 32, lake="L-01", plan="L-01-XH"
            )
            end_patrol(people["patrol"], patrol=told["patrol"])
    kept = plans_kept(lakes.values())[lakes["L-01"].pk]
    assert (kept.done, kept.due) == (2, 36)
    assert len(open_issues(lakes.values())[lakes["L-01"].pk]) == 1
    page = sign_in(people["enforce"]).get("/lakes/chief/").content.decode()
    assert "(2/36)" in page


def test_a_telephone_sends_its_entries_one_by_one_and_again(people, lakes):
    client = sign_in(people["patrol"])
    patrol = started(people, lakes)
    entry = {"key": "a" * 32, "number": "b" * 32, "kind": "finding", "lake": "L-01", "severity": "plain",
             "description": "岸边垃圾", "patrol": patrol.key, "lon": 114.38, "lat": 30.42,
             "at": clock.now().isoformat()}  # fmt: skip

    def send(**changed):
        body = json.dumps({**entry, **changed})
        return client.post("/lakes/patrol/send/", body, content_type="application/json")

    assert send().status_code == 422  # its kind of problem is missing: "kind" names the entry
    made = send(issue_kind="shore")
    assert made.status_code == 200
    assert send(issue_kind="shore").json() == made.json()
    assert LakeIssue.objects.count() == 1
    from django.core.files.uploadedfile import SimpleUploadedFile

    photo = {"key": "c" * 32, "issue": made.json()["issue"]}
    for _ in range(2):
        file = SimpleUploadedFile("a.png", PNG, "image/png")
        assert client.post("/lakes/patrol/photo/", {**photo, "photo": file}).status_code == 200
    assert send(kind="end", key="d" * 32, note="完").status_code == 200
    assert send(kind="nothing").status_code == 422
    assert (
        client.post("/lakes/patrol/send/", b"\xff{", content_type="application/json").status_code
        == 422
    )


def test_the_plain_forms_do_the_same_without_a_script(people, lakes):
    client = sign_in(people["patrol"])
    page = client.post(
        "/lakes/patrol/start/", {"number": NUMBER, "route": "L-02|L-02-XH"}, follow=True
    )
    assert "巡湖中" in page.content.decode()
    wrong = client.post(
        "/lakes/patrol/report/", {"number": "e" * 32, "kind": "shore", "severity": "plain"}
    )
    assert wrong.status_code == 422
    client.post(
        "/lakes/patrol/report/",
        {"number": "e" * 32, "kind": "shore", "severity": "plain", "description": "垃圾"},
    )
    issue = LakeIssue.objects.get()
    assert (issue.lake.key, issue.patrol.lake.key) == ("L-02", "L-02")
    ended = client.post(f"/lakes/patrol/{issue.patrol.key}/end/", {"note": "完成"}, follow=True)
    assert "已结束" in ended.content.decode()
    assert client.get(f"/lakes/issues/{issue.key}/").status_code == 200


def test_an_alarm_that_nobody_took_up_becomes_a_problem_with_its_case(people, lakes):
    from guanggu.kernel.journal.public import run_until_quiet
    from guanggu.kernel.observation.alarms.actions import escalate_alarm, open_alarm
    from guanggu.kernel.observation.public import Alarm, AlarmRule, Datastream, Thing

    rule = AlarmRule.objects.get(key="L-01-G1-limit")
    stream = Datastream.objects.get(key="L-01-G1-water_level-hour")
    made = open_alarm(
        platform("judge"), rule=rule.pk, thing=Thing.objects.get(key="L-01-G1").pk, stream=stream.pk,
        at=clock.to_microseconds(clock.now()), severity="severe", value="18.9", limit="18.6",
    )  # fmt: skip
    run_until_quiet()
    assert not LakeIssue.objects.exists()
    escalate_alarm(platform("judge"), alarm=made["alarm"])
    run_until_quiet()
    issue = LakeIssue.objects.get()
    assert (issue.origin, issue.kind, issue.severity) == ("alarm", "level", "urgent")
    assert issue.lake == lakes["L-01"]
    assert Alarm.objects.get().case == f"cases/{issue.case_number}"
    assert len(my_tasks(people["enforce"])) == 1
    page = sign_in(people["enforce"]).get(f"/lakes/issues/{issue.key}/").content.decode()
    assert "18.9" in page
