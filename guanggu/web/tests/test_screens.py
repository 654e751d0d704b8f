"""The screens that follow from one declaration: who sees what, and what a write answers."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.base.actor import Actor
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.register.public import QuarantinedRow, Register, create_record, read_sheets
from guanggu.web.tests.places import Place

BASE = "/web/places/"


@pytest.fixture
def keeper(places: Register) -> Actor:
    return an_official(roles=["keep_places"], name="李敏")


@pytest.fixture
def desk(keeper: Actor) -> Client:
    return sign_in(keeper)


def put(actor: Actor, name: str, **values: Any) -> Place:
    values = {"name": name, "kind": "park", "is_open": True, **values}
    made = create_record(actor, key=f"k-{name}"[:64], collection="places", values=values)
    return Place.objects.get(key=made["key"])


def text_of(response: Any) -> str:
    return response.content.decode()


def test_visitors_see_open_rows_and_officials_all(
    desk: Client, keeper: Actor, client: Client
) -> None:
    put(keeper, "东湖公园")
    closed = put(keeper, "储备场馆", is_open=False)
    assert "东湖公园" in text_of(client.get(BASE))
    assert "储备场馆" not in text_of(client.get(BASE))
    assert "储备场馆" in text_of(desk.get(BASE))
    assert client.get(f"{BASE}{closed.key}/").status_code == 404
    assert client.get(f"{BASE}export.csv").getvalue().decode().count("\r\n") == 2


@pytest.mark.parametrize(
    "page", ["new/", "import/", "P-0001/change/", "P-0001/remove/", "import/1/"]
)
def test_who_may_not_change_meets_no_form(keeper: Actor, client: Client, page: str) -> None:
    put(keeper, "东湖公园")
    assert client.get(BASE + page).status_code == 403
    assert client.post(BASE + page, {"name": "x"}).status_code in (403, 405)
    assert "修改" not in text_of(client.get(f"{BASE}P-0001/"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"东湖公园", "光谷场馆", "南湖公园"}),
        ("?kind=hall", {"光谷场馆"}),
        ("?q=公园", {"东湖公园", "南湖公园"}),
        ("?q=P-0002", {"光谷场馆"}),
        ("?opened_on_from=2020-01-01&opened_on_until=2020-12-31", {"南湖公园"}),
        ("?near=P-0001", {"南湖公园"}),
        ("?kind=nothing", set()),
        (
            "?opened_on_from=junk&sort=--key&after=%00&before=zz",
            {"东湖公园", "光谷场馆", "南湖公园"},
        ),
        ("?is_open=maybe&sort=remarks", {"东湖公园", "光谷场馆", "南湖公园"}),
    ],
)
def test_filters_narrow_the_list_and_junk_does_no_harm(
    desk: Client, keeper: Actor, query: str, shown: set[str]
) -> None:
    put(keeper, "东湖公园")
    put(keeper, "光谷场馆", kind="hall", seats=300)
    put(keeper, "南湖公园", opened_on="2020-05-01", near="P-0001")
    page = text_of(desk.get(BASE + query))
    table = page[page.index('id="results"') :]
    assert {name for name in ("东湖公园", "光谷场馆", "南湖公园") if name in table} == shown


def test_record_is_created_shown_changed_and_its_history_told(desk: Client, keeper: Actor) -> None:
    form = {"name": "东湖公园", "kind": "park", "is_open": "on", "request_key": "once"}
    made = desk.post(f"{BASE}new/", form)
    assert made.status_code == 302
    assert desk.post(f"{BASE}new/", form)["Location"] == made["Location"]
    assert Place.objects.count() == 1
    page = made["Location"]
    change = {**form, "request_key": "second", "name": "东湖绿道公园", "version": "1"}
    assert desk.post(f"{page}change/", change).status_code == 302
    told = text_of(desk.get(f"{page}?tab=history"))
    assert "东湖公园" in told
    assert "东湖绿道公园" in told
    assert "李敏" in told


def test_second_writer_sees_both_sides_and_may_put_his_on_top(desk: Client, keeper: Actor) -> None:
    put(keeper, "东湖公园", remarks="旧")
    page = f"{BASE}P-0001/change/"
    form = {"name": "东湖公园", "kind": "park", "is_open": "on", "version": "1"}
    assert desk.post(page, {**form, "remarks": "甲写的"}).status_code == 302
    answer = desk.post(page, {**form, "name": "东湖绿道", "remarks": "乙写的"})
    assert answer.status_code == 409
    text = text_of(answer)
    assert "甲写的" in text
    assert "乙写的" in text
    again = {**form, "version": "2", "name": "东湖绿道", "remarks": "乙写的"}
    assert desk.post(page, again).status_code == 302
    assert Place.objects.get().remarks == "乙写的"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"seats": "many"}, "seats"),
        ({"kind": "hall", "seats": ""}, "seats"),
        ({"opened_on": "2026-02-30"}, "opened_on"),
        ({"near": "P-9999"}, "near"),
        ({"key": "P-0001"}, "key"),
        ({"name": "名" * 81}, "name"),
    ],
)
def test_mistakes_come_back_at_their_field(
    desk: Client, keeper: Actor, values: dict, field: str
) -> None:
    put(keeper, "东湖公园")
    answer = desk.post(f"{BASE}new/", {"name": "新场所", "kind": "park", **values})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text_of(answer)
    assert Place.objects.count() == 1


def test_removal_asks_for_a_reason_and_refuses_while_referred_to(
    desk: Client, keeper: Actor
) -> None:
    put(keeper, "东湖公园")
    put(keeper, "南湖公园", near="P-0001")
    assert desk.post(f"{BASE}P-0002/remove/", {"reason": ""}).status_code == 422
    assert desk.post(f"{BASE}P-0001/remove/", {"reason": "重复"}).status_code == 409
    assert desk.post(f"{BASE}P-0002/remove/", {"reason": "重复"}).status_code == 302
    assert Place.objects.count() == 1


def upload(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


SHEET = (
    "名称,类别,Seats,无关列\n东湖公园,park,,x\n无座场馆,hall,,x\n,park,,x\n光谷场馆,hall,300,x\n"
)


def test_sheet_is_looked_at_first_then_good_rows_kept_and_bad_ones_mended(
    desk: Client, keeper: Actor, settings: Any, tmp_path: Any
) -> None:
    seen = desk.post(f"{BASE}import/", {"file": upload("场所.csv", SHEET)})
    text = text_of(seen)
    assert Place.objects.count() == 0
    assert "场馆须填写座位数" in text
    assert "无关列" in text
    token = text.split('name="token" value="')[1][:32]
    done = desk.post(f"{BASE}import/", {"token": token, "request_key": "sheet"})
    assert Place.objects.count() == 2
    run = text_of(desk.get(done["Location"]))
    assert "座位数" in run
    row = QuarantinedRow.objects.get(row=3)
    mend = f"{done['Location']}{row.pk}/"
    assert desk.post(mend, {"name": "无座场馆", "kind": "hall"}).status_code == 422
    assert desk.post(mend, {"name": "无座场馆", "kind": "hall", "seats": "20"}).status_code == 302
    assert Place.objects.count() == 3
    other = QuarantinedRow.objects.get(row=4)
    assert desk.post(f"{done['Location']}{other.pk}/", {"drop": "1"}).status_code == 302
    assert desk.get(f"{done['Location']}rows.csv").getvalue().decode().count("\r\n") == 1


def test_anothers_upload_and_import_are_out_of_reach(desk: Client, keeper: Actor) -> None:
    text = text_of(desk.post(f"{BASE}import/", {"file": upload("a.csv", SHEET)}))
    token = text.split('name="token" value="')[1][:32]
    other = sign_in(an_official(roles=["keep_places"]))
    assert other.post(f"{BASE}import/", {"token": token}).status_code == 404
    done = desk.post(f"{BASE}import/", {"token": token})
    assert other.get(done["Location"]).status_code == 404


@pytest.mark.parametrize(("name", "body"), [("a.xlsx", b"PK\x03\x04junk"), ("a.csv", b"\xff\xfe\x00"),
                                            ("b.csv", b"x,y\n1,2\n"), ("c.csv", b"")])  # fmt: skip
def test_file_that_is_no_sheet_is_refused_with_a_reason(
    desk: Client, name: str, body: bytes
) -> None:
    answer = desk.post(f"{BASE}import/", {"file": SimpleUploadedFile(name, body)})
    assert answer.status_code == 422
    assert 'href="#id_file"' in text_of(answer)


def test_exported_sheet_runs_no_formula_and_comes_in_again(desk: Client, keeper: Actor) -> None:
    for name in ("=HYPERLINK(1)", "+1", "@SUM(A1)", "-2"):
        put(keeper, name)
    text = desk.get(f"{BASE}export.csv").getvalue().decode("utf-8-sig")
    cells = [line.split(",")[1] for line in text.splitlines()[1:]]
    assert all(cell.startswith("'") for cell in cells)
    book = desk.get(f"{BASE}export.xlsx?kind=park")
    sheet = read_sheets(io.BytesIO(book.content).getvalue(), "a.xlsx")[0]
    assert [cells[1] for _, cells in sheet.rows] == ["=HYPERLINK(1)", "+1", "@SUM(A1)", "-2"]


def test_export_beyond_the_limit_says_to_narrow(
    desk: Client, keeper: Actor, monkeypatch: Any
) -> None:
    put(keeper, "甲")
    put(keeper, "乙")
    monkeypatch.setattr("guanggu.web.screens.exporting.EXPORT_ROWS_MAX", 1)
    answer = desk.get(f"{BASE}export.csv")
    assert answer.status_code == 422
    assert "缩小范围" in text_of(answer)


def test_pages_follow_each_other_without_gap(desk: Client, keeper: Actor) -> None:
    for number in range(45):
        put(keeper, f"场所{number:02}", seats=number % 7 or None)
    for order in ("", "seats", "-seats", "-name"):
        seen, address = [], f"{BASE}?sort={order}"
        while address:
            page = desk.get(address)
            seen += [row.cells[0].value for row in page.context["table"].rows]
            token = page.context["page"].next
            address = f"{BASE}?sort={order}&after={token}" if token else ""
        assert len(seen) == len(set(seen)) == 45
        back = desk.get(f"{BASE}?sort={order}&before={page.context['page'].previous}")
        assert [r.cells[0].value for r in back.context["table"].rows] == seen[20:40]
