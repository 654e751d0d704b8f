"""A document's whole way: drafted, countersigned, signed, sealed, dispatched, received, archived."""

from datetime import datetime

import pytest

from guanggu.apps.office.actions import advance, change_draft, create_draft, sign_for, submit_draft
from guanggu.apps.office.models import Dispatch, OfficialDocument
from guanggu.apps.office.queries import my_tasks, typeset_of
from guanggu.base import clock
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.document.public import open_content, verify_pdf
from guanggu.kernel.identity.testing import an_official, an_organisation, sign_in
from guanggu.kernel.journal.public import run_due_jobs, seal, verify

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 6, 1, 9, tzinfo=clock.DISTRICT_ZONE)


@pytest.fixture(autouse=True)
def _june():
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def committee():
    return an_organisation("管委会办公室", code="office-1", document_word="武新管")


@pytest.fixture
def planning():
    return an_organisation("规划局", code="plan-1")


@pytest.fixture
def people(committee, planning):
    return {
        "drafter": an_official(committee, ["draft"], "张拟稿"),
        "editor": an_official(committee, ["edit"], "李核稿"),
        "leader": an_official(committee, ["sign"], "王签发"),
        "sealer": an_official(committee, ["seal"], "赵用印"),
        "archivist": an_official(committee, ["archive"], "孙归档"),
        "cosigner": an_official(planning, ["countersign"], "周会签"),
        "receiver": an_official(planning, ["receive"], "吴收文"),
    }


VALUES = {
    "title": "关于印发政务服务管理办法的通知",
    "word": "武新管",
    "body": "各单位:\n现将办法印发给你们，请遵照执行。",
    "addressees": ["plan-1"],
    "cosigners": ["plan-1"],
}


def drafted(people, **changes):
    values = {**VALUES, **changes}
    key = create_draft(people["drafter"], key=None, kind="outgoing", values=values)["key"]
    return OfficialDocument.objects.get(key=key)


def step(actor, outcome, **data):
    (task,) = my_tasks(actor)
    return advance(actor, key=None, task=task.pk, outcome=outcome, data=data)


def sent_to_leader(people):
    row = drafted(people)
    submit_draft(people["drafter"], key=None, document=row.key)
    step(people["editor"], "consult", opinion="文字已核")
    step(people["cosigner"], "agree", opinion="同意")
    return row


def test_a_document_goes_its_whole_way(people, planning):
    row = sent_to_leader(people)
    step(people["leader"], "sign", method="totp", opinion="同意印发")
    step(people["sealer"], "sealed")
    row.refresh_from_db()
    assert row.number == "武新管〔2026〕1号"
    run_due_jobs()
    typeset = typeset_of(row)
    with open_content(typeset.file) as file:
        verdict = verify_pdf(file.read())
    assert verdict.valid
    step(people["sealer"], "dispatched")
    (sent,) = Dispatch.objects.filter(document=row)
    assert sent.organisation == planning
    step(people["archivist"], "archived")
    row.refresh_from_db()
    assert row.state == "archived"
    answer = sign_for(people["receiver"], key="r", dispatch=sent.pk)
    incoming = OfficialDocument.objects.get(key=answer["key"])
    assert (incoming.kind, incoming.from_number) == ("incoming", "武新管〔2026〕1号")
    seal()
    assert verify().is_sound


def test_numbers_of_a_word_run_without_gaps(people):
    numbers = []
    for _ in range(3):
        row = sent_to_leader(people)
        step(people["leader"], "sign", method="webauthn")
        step(people["sealer"], "sealed")
        row.refresh_from_db()
        numbers.append(row.number)
        run_due_jobs()
        step(people["sealer"], "dispatched")
        step(people["archivist"], "archived")
    assert numbers == [f"武新管〔2026〕{n}号" for n in (1, 2, 3)]


def test_nobody_signs_without_a_second_factor(people):
    row = sent_to_leader(people)
    with pytest.raises((Forbidden, Invalid)):
        step(people["leader"], "sign", opinion="同意")
    row.refresh_from_db()
    assert row.state == "under_way"


def test_a_returned_draft_is_revised_and_goes_round_again(people):
    row = drafted(people, cosigners=[])
    submit_draft(people["drafter"], key=None, document=row.key)
    with pytest.raises(Conflict):
        change_draft(people["drafter"], key=None, document=row.key, version=2, values={})
    step(people["editor"], "return", opinion="请补充依据")
    row.refresh_from_db()
    change_draft(
        people["drafter"], key=None, document=row.key, version=row.version,
        values={"body": "依据有关规定，现通知如下。"},
    )  # fmt: skip
    submit_draft(people["drafter"], key=None, document=row.key)
    step(people["editor"], "pass")
    assert typeset_of(row).data["paragraphs"] == ["依据有关规定，现通知如下。"]


def test_a_document_of_the_district_is_signed_by_its_leader(people, committee):
    district = an_organisation("管委会", kind="district", code="district-1")
    committee.parent, committee.path = district, f"{district.path}{committee.pk}/"
    committee.save()
    director = an_official(district, ["sign"], "钱主任")
    row = drafted(people, issuer="district-1", cosigners=[])
    submit_draft(people["drafter"], key=None, document=row.key)
    step(people["editor"], "pass")
    assert not my_tasks(people["leader"])
    step(director, "sign", method="webauthn")
    step(people["sealer"], "sealed")
    run_due_jobs()
    row.refresh_from_db()
    assert typeset_of(row).issuer == "管委会"


def test_a_document_is_not_issued_in_a_stranger_name(people):
    with pytest.raises(Invalid) as caught:
        drafted(people, issuer="plan-1")
    assert "issuer" in caught.value.fields


def test_an_objection_brings_it_back_to_the_drafter(people):
    row = drafted(people)
    submit_draft(people["drafter"], key=None, document=row.key)
    step(people["editor"], "consult")
    step(people["cosigner"], "object", opinion="不符合规划")
    assert [task.step for task in my_tasks(people["drafter"])] == ["revise"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"body": " "}, "body"), ({"word": ""}, "word"), ({"addressees": []}, "addressees")],
)
def test_an_incomplete_draft_is_told_what_is_missing(people, changes, field):
    row = drafted(people, **changes)
    with pytest.raises(Invalid) as caught:
        submit_draft(people["drafter"], key=None, document=row.key)
    assert field in caught.value.fields


def test_a_document_is_signed_for_once(people):
    row = sent_to_leader(people)
    step(people["leader"], "sign", method="totp")
    step(people["sealer"], "sealed")
    with pytest.raises(Conflict):  # the sealed file is not made yet
        step(people["sealer"], "dispatched")
    run_due_jobs()
    step(people["sealer"], "dispatched")
    sent = Dispatch.objects.get(document=row)
    sign_for(people["receiver"], key="a", dispatch=sent.pk)
    with pytest.raises(Conflict):
        sign_for(people["receiver"], key="b", dispatch=sent.pk)


def test_others_neither_see_nor_change_a_draft(people):
    row = drafted(people)
    stranger = an_official(an_organisation(), ["draft", "review", "sign"])
    with pytest.raises(Missing):
        submit_draft(stranger, key=None, document=row.key)
    client = sign_in(stranger)
    for address in (f"/office/documents/{row.key}/", f"/office/documents/{row.key}/file.pdf"):
        assert client.get(address).status_code == 404


def test_the_pages_of_the_office_show(people):
    row = sent_to_leader(people)
    for who in ("drafter", "leader", "receiver"):
        client = sign_in(people[who])
        assert client.get("/office/").status_code == 200
    leader = sign_in(people["leader"])
    page = leader.get(f"/office/documents/{row.key}/").content.decode()
    assert "签发前请确认身份" in page
    pdf = leader.get(f"/office/documents/{row.key}/file.pdf")
    assert pdf.content[:5] == b"%PDF-"
    assert sign_in(people["receiver"]).get("/office/received/").status_code == 200


def test_a_draft_is_written_and_sent_round_on_its_page(people):
    client = sign_in(people["drafter"])
    answer = client.post(
        "/office/documents/new/",
        {"kind": "outgoing", "variant": "general", "retention": "10_years", "urgency": "",
         "title": "通知", "word": "武新管", "body": "正文", "addressees": ["plan-1"],
         "submit_now": "1", "request_key": "k"},
        follow=True,
    )  # fmt: skip
    assert "已送审" in answer.content.decode()
    assert [task.step for task in my_tasks(people["editor"])] == ["review"]
    editor = sign_in(people["editor"])
    row = OfficialDocument.objects.get()
    (task,) = my_tasks(people["editor"])
    answer = editor.post(
        f"/office/documents/{row.key}/",
        {"task": task.pk, "outcome": "return", "opinion": "", "request_key": "k2"},
    )
    assert answer.status_code == 200
    assert my_tasks(people["editor"])
    editor.post(
        f"/office/documents/{row.key}/",
        {"task": task.pk, "outcome": "pass", "opinion": "好", "request_key": "k3"},
    )
    assert not my_tasks(people["editor"])
