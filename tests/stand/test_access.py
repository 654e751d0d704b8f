"""Nobody reads or changes what is not his by guessing an address: every route, every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.journal.public import Event

from . import sensing_routes as sensing
from .people import ALL, APPLICANTS, KNOWN, OFFICIALS
from .routes import (
    AUDIENCE,
    LEFT_OUT,
    WITHOUT_FORM_TOKEN,
    WRITERS,
    address_of,
    every_route,
)
from .world import World, a_world

pytestmark = pytest.mark.django_db
REFUSED = {400, 401, 403, 404, 405, 409, 429}
PRIVATE = ("张光谷", "11010519491231002X", "13800000000")
BYSTANDERS = ("visitor", "stranger", "other agent", "elsewhere")
TURNED_AWAY = ("/accounts/login/", "/accounts/second-factor/", "/accounts/2fa/", "/accounts/reau")
# Of those who may all open a page, these are asked: the others differ in nothing there.
SAMPLE = {"visitor", "stranger", "other agent", "owner", "elsewhere", "no role", "administer"}


@pytest.fixture
def world(db: Any) -> World:
    return a_world()


def routes() -> list[str]:
    return [route for route in every_route() if route not in LEFT_OUT]


def askers(world: World, route: str) -> set[str]:
    everybody = world.clients.keys() - {"half signed in"}
    return everybody & sensing.ASKING if route in sensing.ROUTES else everybody


def asked(audience: set[str]) -> set[str]:
    wide = audience in (ALL, KNOWN, OFFICIALS, APPLICANTS)
    return (audience & SAMPLE or audience) if wide else audience


def ask(client: Client, method: str, address: str, **more: Any) -> Any:
    client.raise_request_exception = False
    return getattr(client, method)(address, headers={"accept": "text/html"}, **more)


# Officials of any department who check claims or receive at the counters read names there.
BY_DUTY = {
    "booking/desk/", "administration/firm-claims/", "administration/firm-claims/<int:pk>/",
}  # fmt: skip


def is_refused(client: Client, answer: Any) -> bool:
    """No page, no change: an error that is meant, or the way to sign in."""
    if answer.status_code in (301, 302):
        place = answer.headers["Location"]
        if place.startswith(TURNED_AWAY):
            return True
        return ask(client, "get", place).status_code in REFUSED
    return answer.status_code in REFUSED


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_every_route_says_who_may_open_it() -> None:
    known = AUDIENCE.keys() | LEFT_OUT
    assert set(every_route()) - known == set(), "add it to tests/stand/routes.py"
    assert known - set(every_route()) == set(), "gone: take it out of tests/stand/routes.py"


def test_who_may_opens_and_nobody_else_does(world: World) -> None:
    wrong = []
    for route in routes():
        address, audience = address_of(route, world.keys), AUDIENCE[route]
        for who in sorted(asked(audience) & askers(world, route) or asked(audience)):
            answer = ask(world.clients[who], "get", address)
            meant = answer.status_code < 400 or answer.status_code in (405, 409, 422, 429)
            if not meant and not address.endswith("/file.pdf"):  # none is made of a draft yet
                wrong.append(f"{who} is refused {address}: {answer.status_code}")
            names = any(word.encode() in content(answer) for word in PRIVATE)
            if who in BYSTANDERS and names and route not in BY_DUTY:
                wrong.append(f"{who} reads another's data at {address}")
        for who in sorted(askers(world, route) - audience):
            answer = ask(world.clients[who], "get", address)
            if not is_refused(world.clients[who], answer):
                wrong.append(f"{who} reads {address}: {answer.status_code}")
            if answer.status_code >= 500:
                wrong.append(f"{who} breaks {address}")
    assert not wrong, "\n".join(wrong)


def test_nobody_changes_what_he_may_not(world: World) -> None:
    wrong, before = [], Event.objects.count()
    for route in routes():
        address = address_of(route, world.keys)
        writers = WRITERS.get(route, AUDIENCE[route])
        for who in sorted(askers(world, route) - writers):
            answer = ask(world.clients[who], "post", address, data={"request_key": f"x{who}"})
            if not is_refused(world.clients[who], answer):
                wrong.append(f"{who} writes {address}: {answer.status_code}")
            if (after := Event.objects.count()) != before:
                wrong.append(f"{who} leaves a trace at {address}")
                before = after
            if answer.status_code == 405:  # nobody writes there
                break
    assert not wrong, "\n".join(wrong)


def test_an_official_without_second_factor_reaches_nothing(world: World) -> None:
    client, wrong = world.clients["half signed in"], []
    open_to_him = ("/healthz", "/accounts/second-factor/", "/accounts/2fa/totp/activate/",
                   "/accounts/2fa/webauthn/add/", "/accounts/reauthenticate/")  # fmt: skip
    for route in routes():
        address = address_of(route, world.keys)
        if address.startswith(open_to_him):
            continue
        for method in ("get", "post"):
            answer = ask(client, method, address)
            told = answer.status_code == 302 and answer.headers["Location"].startswith(TURNED_AWAY)
            if not told and answer.status_code != 403:
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_every_page_says_what_browsers_may_do_with_it(world: World) -> None:
    wrong = []
    for route in routes():
        address = address_of(route, world.keys)
        reader = next(iter(sorted(AUDIENCE[route] & {"owner", "draft"}) or ["administer"]))
        answer = ask(world.clients[reader], "get", address)
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'self'" not in policy or "unsafe" in policy:
            wrong.append(f"{address}: {policy!r}")
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append(f"{address}: kind may be guessed")
        if "no-store" not in answer.headers.get("Cache-Control", "") and route not in OPEN_TO_KEEP:
            wrong.append(f"{address}: may be kept: {answer.headers.get('Cache-Control')}")
        body = content(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for sign in (b" style=", b" onclick=", b"<style", b"javascript:"):
                if sign in body:
                    wrong.append(f"{address}: {sign.decode()}")
            inline = body.count(b"<script") - body.count(b"<script src")
            if inline != body.count(b'type="application/json"'):  # data, which nobody runs
                wrong.append(f"{address}: a script within the page")
    assert not wrong, "\n".join(wrong)


OPEN_TO_KEEP = {".well-known/jwks.json", ".well-known/openid-configuration"}


def test_nothing_is_posted_without_the_token_of_the_page(world: World) -> None:
    wrong = []
    for who in ("administer", "owner"):
        client = sign_in(world.actors[who], Client(enforce_csrf_checks=True))
        for route in routes():
            if route.startswith(WITHOUT_FORM_TOKEN):
                continue
            address = address_of(route, world.keys)
            status = ask(client, "post", address, data={"request_key": "x"}).status_code
            if status not in (403, 404):
                wrong.append(f"{who} {address}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("collection", ["notices", "service_items", "entity_sources"])
def test_an_interface_takes_no_write_from_another_page(world: World, collection: str) -> None:
    """The cookie alone is not enough: a page elsewhere could send it."""
    client = sign_in(world.actors["elsewhere"], Client(enforce_csrf_checks=True))
    answer = client.post(
        f"/api/v1/{collection}/", b"{}", content_type="application/json",
        headers={"idempotency-key": "k"},
    )  # fmt: skip
    assert answer.status_code == 403
