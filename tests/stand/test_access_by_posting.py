"""Nobody changes what is not his by posting to an address: every route, every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.journal.public import Event

from .asking import TURNED_AWAY, ask, ask_in_vain, askers, is_refused, routes
from .routes import AUDIENCE, WITHOUT_FORM_TOKEN, WRITERS, address_of
from .world import World, a_world

# Who may open what is decided above the database: walked once, on SQLite.
pytestmark = [pytest.mark.django_db, pytest.mark.walk]


@pytest.fixture(scope="module")
def laid(lay_once: Any) -> Any:
    return lay_once(a_world)


@pytest.fixture
def world(laid: Any, db: Any, settings: Any) -> World:
    return laid.show_to(settings).anew()


def test_nobody_changes_what_he_may_not(world: World) -> None:
    wrong, before = [], Event.objects.count()
    for route in routes():
        address = address_of(route, world.keys)
        writers = WRITERS.get(route, AUDIENCE[route])
        for who in sorted(askers(world, route) - writers):
            data = {"request_key": f"x{who}"}
            answer = ask_in_vain(world, who, "post", address, data=data)
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
