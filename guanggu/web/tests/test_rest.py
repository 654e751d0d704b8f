"""The interface of a register: the same rights as the screens, problems instead of pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanggu.base.actor import Actor
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.register.public import Register, create_record
from guanggu.web.rest import accept_bearer
from guanggu.web.tests.places import Place

BASE = "/api/trial/v1/places/"
PARK = {"name": "东湖公园", "kind": "park"}


@pytest.fixture
def keeper(places: Register) -> Actor:
    return an_official(roles=["keep_places"], name="李敏")


@pytest.fixture
def desk(keeper: Actor) -> Client:
    client = sign_in(keeper)
    client.raise_request_exception = False
    return client


def sent(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    send = getattr(client, method)
    return send(path, json.dumps(body), content_type="application/json", headers=headers)


def test_record_is_written_read_changed_and_its_history_told(desk: Client) -> None:
    made = sent(desk, "post", BASE, {**PARK, "seats": 5, "opened_on": "2020-05-01"})
    assert made.status_code == 201
    address = BASE + made.json()["key"]
    assert desk.get(address).json() | {"updated_at": ""} == {
        "key": "P-0001", "version": 1, "updated_at": "", "name": "东湖公园", "kind": "park",
        "seats": 5, "opened_on": "2020-05-01", "is_open": True, "near": "", "remarks": "",
    }  # fmt: skip
    changed = sent(desk, "patch", address, {"version": 1, "values": {"seats": 6}})
    assert changed.json() == {"key": "P-0001", "version": 2}
    late = sent(desk, "patch", address, {"version": 1, "values": {"seats": 7}})
    assert late.status_code == 409
    assert late["Content-Type"].startswith("application/problem+json")
    history = desk.get(f"{address}/history").json()
    assert history[0]["changes"] == [{"label": "座位数", "before": "5", "after": "6"}]
    assert "李敏" in history[0]["who"]


def test_request_key_makes_a_repeated_post_one_record(desk: Client) -> None:
    once = {"idempotency-key": "abc"}
    first, again = (sent(desk, "post", BASE, PARK, **once) for _ in range(2))
    assert first.json() == again.json()
    assert Place.objects.count() == 1
    assert sent(desk, "post", BASE, {**PARK, "seats": 1}, **once).status_code == 409


def test_lists_are_filtered_paged_and_bounded(desk: Client, keeper: Actor) -> None:
    for number in range(5):
        values = {"name": f"场所{number}", "kind": "hall" if number % 2 else "park", "seats": 1}
        create_record(keeper, key=f"k{number}", collection="places", values=values)
    page = desk.get(f"{BASE}?limit=2&sort=-name").json()
    assert [item["name"] for item in page["items"]] == ["场所4", "场所3"]
    assert (page["count"], page["count_is_exact"]) == (5, True)
    further = desk.get(f"{BASE}?limit=2&sort=-name&after={page['next']}").json()
    assert [item["name"] for item in further["items"]] == ["场所2", "场所1"]
    assert desk.get(f"{BASE}?kind=hall").json()["count"] == 2
    assert desk.get(f"{BASE}?limit=1000").status_code == 422


def test_visitors_read_what_is_open_and_write_nothing(
    desk: Client, keeper: Actor, client: Client
) -> None:
    sent(desk, "post", BASE, {**PARK, "is_open": False})
    assert client.get(BASE).json()["items"] == []
    assert client.get(f"{BASE}P-0001").status_code == 404
    assert client.get(f"{BASE}P-0001/history").status_code == 404
    assert sent(client, "post", BASE, PARK).status_code == 401
    other = sign_in(an_official(roles=["draft"]))
    assert sent(other, "patch", f"{BASE}P-0001", {"version": 1, "values": {}}).status_code == 403
    assert Place.objects.get().version == 1


def test_session_calls_need_the_csrf_token(keeper: Actor) -> None:
    strict = sign_in(keeper, Client(enforce_csrf_checks=True))
    answer = sent(strict, "post", BASE, PARK)
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"


def test_a_broken_multipart_body_is_a_bad_request(keeper: Actor) -> None:
    strict = sign_in(keeper, Client(enforce_csrf_checks=True))
    strict.cookies["csrftoken"] = "a" * 32
    answer = strict.post(BASE, b"x", content_type="multipart/form-data")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")


def test_bearer_acts_as_its_owner_and_an_unknown_one_is_refused(
    keeper: Actor, client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("guanggu.web.rest.interface._bearers", [])
    accept_bearer(lambda request, token: keeper if token == "good" else None)
    assert sent(client, "post", BASE, PARK, authorization="Bearer good").status_code == 201
    assert client.get(BASE, headers={"authorization": "Bearer bad"}).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "park"}, "name"),
        ({**PARK, "kind": "castle"}, "kind"),
        ({**PARK, "seats": "many"}, "seats"),
        ({**PARK, "seats": -1}, "seats"),
        ({**PARK, "seats": 10**30}, "seats"),
        ({**PARK, "near": "P-9"}, "near"),
        ({**PARK, "opened_on": "2026-02-30"}, "opened_on"),
        ({**PARK, "castle": 1}, "castle"),
        ({**PARK, "remarks": "\0"}, "remarks"),
        ({**PARK, "remarks": "\ud800"}, "remarks"),
        ({**PARK, "version": 7}, "version"),
    ],
)
def test_each_mistake_names_its_field_in_the_readers_language(
    desk: Client, body: dict, field: str
) -> None:
    answer = sent(desk, "post", BASE, body)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert answer.json()["title"] == "填写内容有误"
    english = sent(desk, "post", BASE, body, **{"accept-language": "en"})
    assert answer.json()["detail"] != english.json()["detail"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = [
    "name",
    "kind",
    "seats",
    "opened_on",
    "is_open",
    "near",
    "remarks",
    "key",
    "version",
    "values",
]


@given(body=JSON | st.dictionaries(st.sampled_from(NAMES), JSON), tail=st.text(max_size=6))
@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_no_body_and_no_address_makes_it_fail(desk: Client, body: Any, tail: str) -> None:
    for method, path in (("post", BASE), ("patch", f"{BASE}P-0001"), ("get", f"{BASE}{tail}")):
        status = (desk.get(path) if method == "get" else sent(desk, method, path, body)).status_code
        assert status < 500
    assert desk.get(BASE, {"q": tail, "after": tail, "near": tail, "seats": tail}).status_code < 500


def test_description_names_every_operation_and_is_read_without_script(client: Client) -> None:
    schema = client.get("/api/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    page = client.get("/api/docs").content.decode()
    assert "OpenAPI" in page
    assert all(path in page for path in schema["paths"])
