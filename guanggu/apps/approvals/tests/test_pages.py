"""The whole way in pages: apply, receipt, accept, review, decide, certificate, rating."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.kernel.case.public import Case
from guanggu.kernel.document.public import documents_of
from guanggu.kernel.identity.testing import sign_in

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
