"""Nobody reads what is not his by guessing an address: every route, every role."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .asking import (
    BY_DUTY,
    BYSTANDERS,
    PRIVATE,
    ask,
    ask_in_vain,
    asked,
    askers,
    content,
    is_refused,
    routes,
)
from .routes import AUDIENCE, LEFT_OUT, address_of, every_route
from .world import World, a_world

# Who may open what is decided above the database: walked once, on SQLite.
pytestmark = [pytest.mark.django_db, pytest.mark.walk]


@pytest.fixture(scope="module")
def laid(lay_once: Any) -> Any:
    return lay_once(a_world)


@pytest.fixture
def world(laid: Any, db: Any, settings: Any) -> World:
    return laid.show_to(settings).anew()


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
            if not meant and not address.endswith(".pdf"):  # none is made of a draft yet
                wrong.append(f"{who} is refused {address}: {answer.status_code}")
            names = any(word.encode() in content(answer) for word in PRIVATE)
            if who in BYSTANDERS and names and route not in BY_DUTY:
                wrong.append(f"{who} reads another's data at {address}")
        for who in sorted(askers(world, route) - audience):
            answer = ask_in_vain(world, who, "get", address)
            if not is_refused(world.clients[who], answer):
                wrong.append(f"{who} reads {address}: {answer.status_code}")
            if answer.status_code >= 500:
                wrong.append(f"{who} breaks {address}")
    assert not wrong, "\n".join(wrong)


# Keys and words that are everybody's; a tile is asked for anew each time, by its mark.
OPEN_TO_KEEP = {
    ".well-known/jwks.json", ".well-known/openid-configuration", "ngsi-ld/context.jsonld",
    "tiles/<str:name>/<int:zoom>/<int:x>/<int:y>.mvt",
}  # fmt: skip


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
            inline = len(re.findall(rb"<script\b(?![^>]*\bsrc=)", body))
            if inline != body.count(b'type="application/json"'):  # data, which nobody runs
                wrong.append(f"{address}: a script within the page")
    assert not wrong, "\n".join(wrong)
