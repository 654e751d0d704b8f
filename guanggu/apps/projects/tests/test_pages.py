"""What people see of projects, and what they cannot."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.apps.projects.actions.bulletins import draft_bulletin, publish_bulletin
from guanggu.apps.projects.actions.reporting import submit_report
from guanggu.apps.projects.models import Bulletin, Milestone, MonthlyReport, Project, ProjectWarning
from guanggu.apps.projects.queries.bulletins import bulletin_data
from guanggu.apps.projects.queries.reading import photos_of
from guanggu.apps.projects.register.sample import take_in_projects
from guanggu.apps.projects.tasks import assess_projects
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.document.public import Document, preview
from guanggu.kernel.document.testing import needs_fonts
from guanggu.kernel.feature.public import LAYERS
from guanggu.kernel.identity.testing import an_organisation, sign_in
from guanggu.kernel.journal.public import verify

from .conftest import MORNING, saved
from .test_way import PNG

pytestmark = pytest.mark.django_db


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def report(actor, **changes):
    given = {"month": "2026-05-01", "invested": "95.5", "progress": "主体施工。", **changes}
    return submit_report(actor, project="XM-1", **given)["report"]


@pytest.fixture
def late(project):
    step = Milestone.objects.get(key="XM-1-topping_out")
    step.planned_on = date(2026, 4, 1)
    saved(step)
    assess_projects()
    return ProjectWarning.objects.get(kind="milestone_late")


def test_the_dashboard_counts_money_and_warnings(people, project, late):
    report(people.owner, invested="450")
    page = text_of(sign_in(people.bystander), "/projects/")
    assert "90.0%" in page  # 450 of the 500 due until May
    assert "37.5%" in page  # of the year's 1,200
    assert "光模块基地" in page
    assert "红色预警" in page
    assert "<svg" in page


def test_the_gantt_chart_is_drawn_on_the_server_and_narrowed(people, project):
    client = sign_in(people.bystander)
    page = text_of(client, "/projects/gantt/")
    assert 'class="gantt"' in page
    assert page.count('class="mark ') == 5
    assert 'class="today"' in page
    assert "没有符合条件的项目" in text_of(client, "/projects/gantt/?stage=reserve")
    assert "光模块基地" in text_of(client, "/projects/gantt/?lead=park-optics&stage=construction")
    assert client.get("/projects/gantt/?lead=%00&stage=x").status_code == 200


def test_the_page_of_a_project_tells_all_and_offers_what_may_be_done(people, project, late):
    report(people.owner)
    page = text_of(sign_in(people.lead), "/projects/project/XM-1/")
    for words in ("2512-420118-04-01-123456", "测试企业有限公司", "主体封顶", "督办中", "变更阶段",
                  "竣工验收", "95.5"):  # fmt: skip
        assert words in page or words.replace("95.5", "96") in page
    assert "变更阶段" not in text_of(sign_in(people.bystander), "/projects/project/XM-1/")
    assert "Optical modules" in _english(people.bystander, "/projects/project/XM-1/")


def _english(actor, address):
    client = sign_in(actor)
    client.cookies["language"] = "en"
    return text_of(client, address)


def test_a_firm_reads_its_own_projects_and_nobody_elses(people, project, late):
    assert "光模块基地" in text_of(sign_in(people.owner), "/projects/")
    assert sign_in(people.stranger).get("/projects/project/XM-1/").status_code == 404
    assert "光模块基地" not in text_of(sign_in(people.stranger), "/projects/gantt/")
    assert sign_in(people.stranger).get(f"/projects/warnings/{late.key}/").status_code == 404
    assert Client().get("/projects/").status_code in (302, 403)


def test_the_form_on_a_telephone_keeps_report_position_and_photos(people, project):
    client = sign_in(people.owner)
    assert "XM-1" in text_of(client, "/projects/write/")
    page = text_of(client, "/projects/write/XM-1/")
    assert "report-data" in page
    sent = {
        "request_key": "k1", "month": "2026-05-01", "invested": "88", "progress": "封顶",
        "lon": "114.405", "lat": "30.47", "forecast-XM-1-topping_out": "2026-07-20",
        "photos": [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", b"not a photo")],
    }  # fmt: skip
    answer = client.post("/projects/write/XM-1/", sent)
    assert answer.status_code == 302
    row = MonthlyReport.objects.get()
    assert (row.invested, row.distance_m > 1000) == (Decimal(88), True)
    assert row.steps == {"XM-1-topping_out": ["2026-07-20", ""]}
    assert len(photos_of(row)) == 1
    shown = text_of(sign_in(people.lead), answer["Location"])
    assert "请核实" in shown
    assert f"/photos/{photos_of(row)[0].key}/" in shown
    photo = sign_in(people.lead).get(f"/projects/report/{row.key}/photos/{photos_of(row)[0].key}/")
    assert photo.headers["Content-Type"] == "image/png"
    assert sign_in(people.stranger).get(f"/projects/report/{row.key}/").status_code == 404
    assert client.get(f"/projects/report/{row.key}/photos/none/").status_code == 404


def test_what_is_wrong_on_the_form_is_said_and_nothing_is_lost(people, project):
    client = sign_in(people.owner)
    answer = client.post("/projects/write/XM-1/", {"month": "2026-05-01", "invested": "许多",
                                                    "progress": "主体施工"})  # fmt: skip
    assert answer.status_code == 422
    assert "不小于 0" in answer.content.decode()
    assert "主体施工" in answer.content.decode()
    assert not MonthlyReport.objects.exists()


def _send(client, **changes):
    entry = {"key": "a" * 32, "project": "XM-1", "month": "2026-05-01", "invested": "9",
             "progress": "进展", "problems": "", "steps": {}, "at": "", "lon": None, "lat": None}  # fmt: skip
    return client.post("/projects/sending/report/", json.dumps({**entry, **changes}),
                       content_type="application/json")  # fmt: skip


def test_what_a_telephone_sends_again_counts_once(people, project):
    client = sign_in(people.owner)
    first, second = _send(client, lon=114.405, lat=30.455), _send(client, lon=114.405, lat=30.455)
    assert first.json() == second.json()
    assert first.json()["distance_m"] == 0
    photo = {"key": "b" * 32, "report": first.json()["report"]}
    for _ in range(2):
        answer = client.post(
            "/projects/sending/photo/", {**photo, "photo": SimpleUploadedFile("a.png", PNG)}
        )
        assert answer.status_code == 200
    assert len(photos_of(MonthlyReport.objects.get())) == 1
    bad = client.post("/projects/sending/photo/", {**photo, "key": "c" * 32,
                                                   "photo": SimpleUploadedFile("a.png", b"x")})  # fmt: skip
    assert bad.status_code == 422


@pytest.mark.parametrize("changes", [
    {"key": "short"}, {"steps": [1]}, {"steps": {"x": ["", "", ""]}}, {"steps": {"x": [1, 2]}},
    {"progress": 5}, {"month": "x"}, {"project": "\0"}, {"invested": None},
])  # fmt: skip
def test_what_has_not_the_shape_is_refused(people, project, changes):
    answer = _send(sign_in(people.owner), **changes)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not MonthlyReport.objects.exists()


def test_strangers_send_nothing(people, project):
    assert _send(sign_in(people.stranger)).status_code == 404
    assert _send(sign_in(people.bystander)).status_code == 403
    assert not MonthlyReport.objects.exists()
    broken = sign_in(people.owner).post(
        "/projects/sending/report/", b"{", content_type="application/json"
    )
    assert broken.status_code == 422


def test_the_lead_unit_reviews_on_the_page(people, project):
    key = report(people.owner)
    client = sign_in(people.lead)
    assert "光模块基地" in text_of(client, "/projects/review/")
    assert "光模块基地" not in text_of(sign_in(people.checker), "/projects/review/")
    answer = client.post(f"/projects/report/{key}/", {"verdict": "return", "opinion": ""})
    assert answer.status_code == 422
    client.post(f"/projects/report/{key}/", {"verdict": "return", "opinion": "缺少现场照片"})
    assert "缺少现场照片" in text_of(
        sign_in(people.owner), "/projects/write/XM-1/?month=2026-05-01"
    )


def test_a_warning_is_walked_on_its_page(people, project, late):
    client = sign_in(people.lead)
    page = text_of(client, "/projects/warnings/")
    assert "节点超过计划日期 30 天及以上未完成" in page
    assert "待我办理" in page
    address = f"/projects/warnings/{late.key}/"
    assert "说明原因" in text_of(client, address)
    answer = client.post(address, {"outcome": "explained", "explained-opinion": ""})
    assert answer.status_code == 200
    assert (
        client.post(address, {"outcome": "explained", "explained-opinion": "雨季"}).status_code
        == 302
    )
    shown = text_of(client, address)
    assert "雨季" in shown
    assert "制定整改措施" in shown
    assert client.post(address, {"outcome": "none"}).status_code == 200
    assert "提交整改措施" not in text_of(sign_in(people.checker), address)


def test_the_stage_is_changed_on_the_page(people, project):
    client = sign_in(people.lead)
    client.post("/projects/project/XM-1/advance/", {"to": "completion"})
    assert Project.objects.get().stage == "construction"
    client.post("/projects/project/XM-1/advance/", {"to": "stopped", "reason": "撤资"})
    assert Project.objects.get().stage == "stopped"
    assert "终止" in text_of(client, "/projects/project/XM-1/")


def test_the_bulletin_of_a_month_is_drafted_and_published(people, project, late):
    report(people.owner)
    with pytest.raises(Invalid):
        draft_bulletin(people.checker, month="2026-06-01")
    key = draft_bulletin(people.checker, month="2026-05-12")["key"]
    assert draft_bulletin(people.checker, month="2026-05-01")["key"] == key
    document = Document.objects.get(key=Bulletin.objects.get().document_key)
    assert "年度投资完成率8.0%" in "".join(document.data["paragraphs"])
    assert document.data["tables"][1]["rows"][0][0] == "光模块基地"
    page = text_of(sign_in(people.head), f"/projects/bulletins/{key}/")
    assert "编号用印并印发" in page
    with pytest.raises(Forbidden):
        publish_bulletin(people.checker, bulletin=key)
    publish_bulletin(people.head, bulletin=key)
    with pytest.raises(Conflict):
        draft_bulletin(people.checker, month="2026-05-01")
    assert "TB202605" in text_of(sign_in(people.bystander), "/projects/bulletins/")


@needs_fonts
def test_the_bulletin_can_be_set_in_type(people, project, late):
    draft_bulletin(people.checker, month="2026-05-01")
    document = Document.objects.get(key=Bulletin.objects.get().document_key)
    assert preview(document).startswith(b"%PDF")


def test_an_empty_district_shows_empty_pages(people):
    client = sign_in(people.lead)
    for address in ("/projects/", "/projects/gantt/", "/projects/warnings/", "/projects/write/",
                    "/projects/review/", "/projects/bulletins/"):  # fmt: skip
        assert text_of(client, address)
    assert bulletin_data(date(2026, 5, 1))["paragraphs"]


def test_the_sample_is_marked_quick_and_loaded_once(people):
    for code in ("wehdz-fgj", "wehdz-kcj", "wehdz-jsj", "wehdz-park-optics", "wehdz-park-bio"):
        an_organisation(code, "park" if "park" in code else "department", code=code)
    owners = [["91350100M000100Y43", "测试企业有限公司"]]
    made = take_in_projects(platform("sample"), owners)
    assert made == Project.objects.count() >= 10
    assert take_in_projects(platform("sample"), owners) == made  # the first answer again
    assert Project.objects.count() == made
    assert not Project.objects.filter(is_sample=False).exists()
    assert ProjectWarning.objects.filter(level="red").exists()
    assert all(w.is_sample for w in ProjectWarning.objects.all())
    assert LAYERS["projects"].records().count() == made
    assert verify().is_sound
    with clock.fixed_at(MORNING + timedelta(days=1)):
        assert "虚构示例" in text_of(sign_in(people.bystander), "/projects/")
