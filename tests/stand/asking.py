"""How the walks ask: which routes, which of the people, and what counts as a refusal."""

from __future__ import annotations

from typing import Any

from django.test import Client

from . import figures_routes as figures
from . import plan_routes as plan
from . import project_routes as projects
from . import sensing_routes as sensing
from .people import ALL, APPLICANTS, KNOWN, OFFICIALS
from .routes import LEFT_OUT, every_route
from .world import World

REFUSED = {400, 401, 403, 404, 405, 409, 429}
PRIVATE = ("张光谷", "11010519491231002X", "13800000000")
BYSTANDERS = ("visitor", "stranger", "other agent", "elsewhere")
TURNED_AWAY = ("/accounts/login/", "/accounts/second-factor/", "/accounts/2fa/", "/accounts/reau")
# Of those who may all open a page, these are asked: the others differ in nothing there.
SAMPLE = {"visitor", "stranger", "other agent", "owner", "elsewhere", "no role", "administer"}


def routes() -> list[str]:
    return [route for route in every_route() if route not in LEFT_OUT]


def askers(world: World, route: str) -> set[str]:
    everybody = world.clients.keys() - {"half signed in"}
    for part in (sensing, figures, projects, plan):
        if route in part.ROUTES:
            return everybody & part.ASKING
    return everybody


def asked(audience: set[str]) -> set[str]:
    wide = audience in (ALL, KNOWN, OFFICIALS, APPLICANTS)
    return (audience & SAMPLE or audience) if wide else audience


def ask(client: Client, method: str, address: str, **more: Any) -> Any:
    client.raise_request_exception = False
    return getattr(client, method)(address, headers={"accept": "text/html"}, **more)


def ask_in_vain(world: World, who: str, method: str, address: str, **more: Any) -> Any:
    """By who may not: everybody is asked, those of the SAMPLE as browsers are, the others as
    programs, which are told of their refusal without a page being made for it. At the ways to sign
    in scripts of the page itself ask as programs do, and are answered."""
    if who in SAMPLE or address.startswith("/accounts/"):
        return ask(world.clients[who], method, address, **more)
    client = world.clients[who]
    client.raise_request_exception = False
    return getattr(client, method)(address, headers={"accept": "application/json"}, **more)


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
