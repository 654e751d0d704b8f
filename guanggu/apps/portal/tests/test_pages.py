"""The front door, as visitors, people and officials meet it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.apps.portal.models import Notice
from guanggu.kernel.case.testing import a_case
from guanggu.kernel.document.public import Document, produce
from guanggu.kernel.document.testing import a_document, needs_fonts
from guanggu.kernel.identity.testing import a_person, an_official, an_organisation, sign_in

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return answer.content.decode()


def test_home_shows_popular_services_themes_and_notices(items, notice) -> None:
    page = text_of(Client().get("/"))
    assert "食品经营许可" in page
    assert "/choose/?theme=advertise" in page
    assert notice.title in page


def test_home_stands_where_nothing_is_loaded_yet() -> None:
    answer = Client().get("/")
    assert answer.status_code == 200
    assert "事项正在整理" in text_of(answer)


@pytest.mark.parametrize(
    ("words", "key"), [("想开饭店", "food"), ("奶茶", "food"), ("广告牌", "advert")]
)
def test_everyday_words_find_the_service(items, words, key) -> None:
    found = Client().get("/search/", {"q": words}).context["items"]
    assert found[0].key == key


def test_notices_are_found_too(notice) -> None:
    assert notice.title in text_of(Client().get("/search/", {"q": "假期安排"}))


def test_a_search_without_result_says_what_to_do(items) -> None:
    page = text_of(Client().get("/search/", {"q": "<b>xyzzy"}))
    assert "没有找到" in page
    assert "<b>xyzzy" not in page


def test_guided_choice_leads_from_who_to_what_to_one_list(items) -> None:
    client = Client()
    assert "您是" in text_of(client.get("/choose/"))
    assert "theme=open_shop" in text_of(client.get("/choose/?subject=person"))
    third = client.get("/choose/?subject=person&theme=open_shop")
    assert [item.key for item in third.context["items"]] == ["advert", "food"]
    last = client.get("/choose/?subject=person&theme=open_shop&item=food&item=advert&go=1")
    common, food = last.context["materials"]
    assert (common.title, [need.name.zh for need in common.materials]) == (None, ["租赁合同"])
    assert (food.title.zh, [need.name.zh for need in food.materials]) == (
        "食品经营许可",
        ["布局图"],
    )
    assert "/approvals/apply/food/" in text_of(last)


def test_guided_choice_asks_again_where_nothing_was_chosen(items) -> None:
    page = text_of(Client().get("/choose/?subject=person&theme=open_shop&go=1"))
    assert "请至少选择一项" in page


def test_guided_choice_passes_over_what_it_does_not_know(items) -> None:
    assert Client().get("/choose/?subject=x&theme=y&item=z").context["step"] == 0


def test_my_page_asks_a_visitor_to_sign_in() -> None:
    for address in ("/mine/", "/mine/documents/", "/mine/documents/x/file/"):
        assert Client().get(address).status_code in (302, 403)


def test_an_official_is_led_to_the_worklist() -> None:
    answer = sign_in(an_official()).get("/mine/")
    assert answer.headers["Location"] == "/approvals/work/"


def test_a_notice_is_read_in_both_languages(notice) -> None:
    client = Client()
    assert notice.body in text_of(client.get(f"/notices/{notice.key}/"))
    english = client.get(f"/notices/{notice.key}/?lang=en", follow=True)
    assert notice.body_en in text_of(english)


def test_a_notice_past_its_time_is_hidden(notice) -> None:
    Notice.objects.update(valid_until="2020-01-01")
    assert Client().get(f"/notices/{notice.key}/").status_code == 404
    assert notice.title not in text_of(Client().get("/"))


@pytest.fixture
def paper():
    holder = a_person()
    made = a_document(
        an_official(), title="食品经营许可证", holders=[holder.ref], holder_name="张三丰"
    )
    return holder, made


def issued(document: Document) -> Document:
    produce(document.key)
    document.refresh_from_db()
    return document


@needs_fonts
def test_anybody_checks_a_document_by_its_code(paper) -> None:
    document = issued(paper[1])
    answer = Client().get("/verify/", {"code": document.verification_code.lower()}, follow=True)
    page = text_of(answer)
    assert "真实有效" in page
    assert document.number in page
    assert "张三丰" not in page
    assert Client().get(f"/verify/{document.code_shown}").status_code == 200


@needs_fonts
def test_anybody_checks_a_document_by_its_file(paper) -> None:
    document = issued(paper[1])
    holder = sign_in(paper[0])
    content = b"".join(holder.get(f"/mine/documents/{document.key}/file/").streaming_content)
    upload = SimpleUploadedFile("证.pdf", content, "application/pdf")
    assert "真实有效" in text_of(Client().post("/verify/", {"file": upload}))
    changed = SimpleUploadedFile("证.pdf", content.replace(b"/Type", b"/Typf", 1))
    assert "真实有效" not in text_of(Client().post("/verify/", {"file": changed}))


@needs_fonts
def test_my_documents_are_mine_alone(paper) -> None:
    document = issued(paper[1])
    assert document.title in text_of(sign_in(paper[0]).get("/mine/documents/"))
    stranger = sign_in(a_person())
    assert document.title not in text_of(stranger.get("/mine/documents/"))
    assert stranger.get(f"/mine/documents/{document.key}/file/").status_code == 404


@pytest.mark.parametrize(
    ("code", "part"), [("", "请输入"), ("ZZZZ-ZZZZ-ZZZZ", "没有查到"), ("<script>", "没有查到")]
)
def test_a_code_that_does_not_exist_says_what_to_do(code, part) -> None:
    page = text_of(Client().get("/verify/", {"code": code}))
    assert part in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nonsense", b"\x00\x01"])
def test_a_file_that_is_no_document_is_not_confirmed(content) -> None:
    upload = SimpleUploadedFile("x.pdf", content)
    answer = Client().post("/verify/", {"file": upload})
    assert answer.status_code in (200, 422)
    assert "真实有效" not in text_of(answer)


def test_checking_is_limited_in_number() -> None:
    client = Client()
    statuses = [client.get("/verify/", {"code": "AAAA-AAAA-AAAA"}).status_code for _ in range(62)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_first_load_of_the_html_is_light(items) -> None:
    assert len(Client().get("/").content) < 40_000


def test_my_page_shows_what_waits_for_me_first(items) -> None:
    person = a_person()
    office = an_organisation()
    a_case(office, title="我的办件甲", applicant=person.ref, holder=person.account)
    a_case(office, title="别人的办件", applicant=a_person().ref, holder=a_person().account)
    page = text_of(sign_in(person).get("/mine/"))
    assert "我的办件甲" in page
    assert "别人的办件" not in page
    assert "我的办件甲" in text_of(sign_in(person).get("/"))
    assert "我的办件甲" not in text_of(Client().get("/"))


ODD = [
    "\x00",
    "\ud83d",
    "a" * 5000,
    "%00",
    "'; DROP TABLE",
    "../../etc",
    "１２３",
    "<svg/onload=x>",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_input_is_answered_with_a_page(items, odd: str) -> None:
    odd = odd.encode("utf-8", "replace").decode()
    client = sign_in(a_person())
    for address, names in (
        ("/search/", ["q"]), ("/choose/", ["subject", "theme", "item"]), ("/verify/", ["code"]),
        ("/booking/", ["counter", "day"]), ("/powers/", ["q", "theme", "department"]),
        ("/mine/documents/", ["after", "before"]),
    ):  # fmt: skip
        answer = client.get(address, dict.fromkeys(names, odd))
        assert answer.status_code < 500, address
        assert "<svg/onload" not in text_of(answer)
    values = {"counter": odd, "starts_at": odd, "request_key": odd}
    assert client.post("/booking/", values).status_code < 500
    for address in ("/notices/{}/", "/verify/{}", "/powers/items/{}/", "/mine/documents/{}/file/"):
        assert client.get(address.format(quote(odd, safe=""))).status_code < 500, address
