"""The whole way in pages: apply, receipt, accept, review, decide, certificate, rating."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.kernel.case.public import Case
from guanggu.kernel.document.public import documents_of
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.journal.public import history

from .people import House, a_pdf

APPLICANT = {
    "code": "11010519491231002X", "contact_name": "张光谷", "contact_phone": "13800000000",
    "address": "光谷大道1号",
}  # fmt: skip


def post(client: Client, address: str, data: dict[str, Any], key: str = "") -> Any:
    post.number += 1
    return client.post(address, {"request_key": key or f"key-{post.number}", **data})


post.number = 0


def began(client: Client) -> str:
    answer = post(client, "/approvals/apply/test-item/", {})
    return answer.url


def upload(client: Client, base: str, material: str, name: str = "材料.pdf") -> Any:
    file = SimpleUploadedFile(name, a_pdf(material))
    return post(client, f"{base}upload/", {"material": material, "file": file})


def submitted(client: Client) -> str:
    """Everything filled in and handed in; the number of the matter."""
    base = began(client)
    assert post(client, f"{base}applicant/", APPLICANT).url == f"{base}form-1/"
    site = {"site.address": "高新大道1号", "site.area": "120.5"}
    assert post(client, f"{base}form-1/", site).url == f"{base}form-2/"
    answer = post(client, f"{base}form-2/", {"purpose": "shop", "fire": "合格"})
    assert answer.url == f"{base}materials/"
    for material in ("id-card", "fire-report"):
        assert upload(client, base, material).status_code == 302
    assert post(client, f"{base}delivery/", {"way": "online"}).url == f"{base}check/"
    answer = post(client, f"{base}check/", {"declared": "on"})
    assert answer.status_code == 302, re.findall(
        r"error-summary.*?</div>", answer.content.decode(), re.S
    )
    return re.search(r"matters/(\w+)/receipt/", answer.url)[1]


def decide(actor: Any, number: str, outcome: str, **data: Any) -> Any:
    client = sign_in(actor)
    page = client.get(f"/approvals/work/cases/{number}/?outcome={outcome}").content.decode()
    address = re.search(r'action="(/approvals/work/cases/\w+/tasks/\d+/)#task"', page)[1]
    values = {f"{outcome}.{name}": value for name, value in data.items()}
    return post(client, address, {"outcome": outcome, **values})


def test_a_person_gets_a_certificate_and_rates_it(
    house: House, item: dict[str, Any], quiet: Any
) -> None:
    client = sign_in(house.person)
    assert "开始办理" in client.get("/approvals/apply/test-item/").content.decode()
    number = submitted(client)
    receipt = client.get(f"/approvals/matters/{number}/receipt/").content.decode()
    case = Case.objects.get(number=number)
    assert case.data["check_code"][:4] in receipt
    assert client.get(f"/approvals/matters/{number}/qr.svg").status_code == 200
    progress = Client().get(
        "/approvals/progress/", {"number": number, "code": case.data["check_code"].lower()}
    )
    assert "受理" in progress.content.decode()
    assert "张光谷" not in progress.content.decode()

    work = sign_in(house.clerk).get("/approvals/work/").content.decode()
    assert number in work
    assert decide(house.clerk, number, "accept").status_code == 302
    assert decide(house.reviewer, number, "approve", opinion="符合").status_code == 302
    assert decide(house.decider, number, "grant").status_code == 302
    quiet()

    page = client.get(f"/approvals/matters/{number}/").content.decode()
    assert "准予许可" in page
    assert "测试经营许可证" in page
    certificate = documents_of(case.ref).get(template="approvals.certificate")
    pdf = client.get(f"/approvals/matters/{number}/papers/{certificate.key}/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert post(client, f"/approvals/matters/{number}/rate/", {"level": "5"}).status_code == 302
    assert "非常满意" in client.get(f"/approvals/matters/{number}/").content.decode()


def test_every_official_page_opens(house: House, item: dict[str, Any]) -> None:
    number = submitted(sign_in(house.person))
    decide(house.clerk, number, "accept")
    client = sign_in(house.head)
    pages = ["/approvals/work/", "/approvals/work/overview/", "/approvals/procedures/",
             "/approvals/procedures/approvals.general/1/",
             f"/approvals/work/cases/{number}/", f"/approvals/work/cases/{number}/extend/",
             f"/approvals/work/cases/{number}/move/", f"/approvals/work/cases/{number}/note/",
             f"/approvals/work/cases/{number}/charge/"]  # fmt: skip
    for page in pages:
        assert client.get(page).status_code == 200, page


def test_a_double_click_on_submit_makes_one_matter(house: House, item: dict[str, Any]) -> None:
    client = sign_in(house.person)
    base = began(client)
    post(client, f"{base}applicant/", APPLICANT)
    post(client, f"{base}form-1/", {"site.address": "高新大道1号", "site.area": "12"})
    post(client, f"{base}form-2/", {"purpose": "office"})
    upload(client, base, "id-card")
    answers = [post(client, f"{base}check/", {"declared": "on"}, key="twice") for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert Case.objects.count() == 1


def test_a_double_click_on_a_decision_decides_once(house: House, item: dict[str, Any]) -> None:
    number = submitted(sign_in(house.person))
    client = sign_in(house.clerk)
    task = Case.objects.get(number=number).tasks.get(state="open").pk
    address = f"/approvals/work/cases/{number}/tasks/{task}/"
    for _ in range(2):
        answer = post(client, address, {"outcome": "accept", "accept.opinion": "齐全"}, key="dec")
        assert answer.status_code == 302
    second = post(
        sign_in(an_official(house.organisation, ("accept",))), address, {"outcome": "accept"}
    )
    assert second.status_code == 409
    assert "收件员" in second.content.decode()


def test_a_second_notice_by_the_page_is_refused_and_told(
    house: House, item: dict[str, Any]
) -> None:
    client = sign_in(house.person)
    number = submitted(client)
    assert decide(house.clerk, number, "notice", missing="id-card").status_code == 302
    assert "请您补正" in client.get(f"/approvals/matters/{number}/").content.decode()
    file = SimpleUploadedFile("新.pdf", a_pdf("新"))
    address = f"/approvals/matters/{number}/correct/"
    assert post(client, address, {"file-id-card": file, "note": "已更换"}).status_code == 302
    task = Case.objects.get(number=number).tasks.get(state="open").pk
    answer = post(
        sign_in(house.clerk), f"/approvals/work/cases/{number}/tasks/{task}/",
        {"outcome": "notice", "notice.missing": "id-card"},
    )  # fmt: skip
    assert answer.status_code == 302
    kinds = [e.kind for e in history(Case.objects.get(number=number).ref)]
    assert "approvals.second_notice_attempted" in kinds


def test_a_draft_is_resumed_where_it_was_left(house: House, item: dict[str, Any]) -> None:
    client = sign_in(house.person)
    base = began(client)
    post(client, f"{base}applicant/", APPLICANT)
    answer = post(client, f"{base}form-1/", {"site.address": "高新大道1号", "later": "1"})
    assert answer.url == "/approvals/matters/"
    assert "测试经营许可" in client.get(answer.url).content.decode()
    assert client.get(base).url == f"{base}form-1/"
    assert "高新大道1号" in client.get(f"{base}form-1/").content.decode()


def test_a_file_that_is_a_program_is_refused_with_advice(
    house: House, item: dict[str, Any]
) -> None:
    client = sign_in(house.person)
    base = began(client)
    file = SimpleUploadedFile("身份证.pdf", b"MZ" + bytes(100))
    answer = post(client, f"{base}upload/", {"material": "id-card", "file": file})
    assert answer.status_code == 422
    assert "程序" in answer.content.decode()


def test_every_page_speaks_english(house: House, item: dict[str, Any], quiet: Any) -> None:
    client = sign_in(house.person)
    number = submitted(client)
    quiet()
    for address in ("/approvals/apply/test-item/", f"/approvals/matters/{number}/",
                    f"/approvals/matters/{number}/receipt/", "/approvals/progress/"):  # fmt: skip
        page = client.get(address, {"lang": "en"}, follow=True).content.decode()
        shown = page.partition("<main")[2]
        for word in ("办理", "查询", "收件凭证", "申请材料"):
            assert word not in shown, (address, word)


def test_a_faulty_procedure_is_not_published(house: House, item: dict[str, Any]) -> None:
    client = sign_in(an_official(house.organisation, ("administer",)))
    faulty = '{"kind": "approval", "title": "x"}'
    for text in ("{not json", faulty):
        answer = post(
            client, "/approvals/procedures/publish/", {"code": "approvals.x", "definition": text}
        )
        assert answer.status_code == 422
    assert "steps" in answer.content.decode()
    denied = post(sign_in(house.clerk), "/approvals/procedures/publish/", {"code": "x"})
    assert denied.status_code == 403


def test_an_appeal_goes_its_way_in_pages(house: House, item: dict[str, Any]) -> None:
    client = sign_in(house.person)
    number = submitted(client)
    told = {"ground": "not_competent", "reason": "不属本局职权"}
    assert decide(house.clerk, number, "decline", **told).status_code == 302
    page = client.get(f"/approvals/matters/{number}/").content.decode()
    assert "不予受理" in page
    assert "申诉" in page
    answer = post(client, f"/approvals/matters/{number}/appeal/", {"reason": "属于本局"})
    appeal = re.search(r"matters/(\w+)/", answer.url)[1]
    assert client.get(answer.url).status_code == 200
    work = sign_in(house.head).get("/approvals/work/").content.decode()
    assert appeal in work
    page = sign_in(house.head).get(f"/approvals/work/cases/{appeal}/").content.decode()
    assert number in page
    assert "属于本局" in page
    answer = decide(house.head, appeal, "reopen", step="acceptance", reason="应当受理")
    assert answer.status_code == 302
    assert Case.objects.get(number=number).step == "acceptance"
    assert "重新办理" in client.get(f"/approvals/matters/{number}/").content.decode()
