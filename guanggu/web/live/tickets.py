"""Leave to open a stream: signed by the site, read by the live server, good for two minutes.

The stream's server knows no cookies. A ticket names the account, the capacity in which it acts,
the session from which it came, the wall, the language and the page's own address; the server
asks the database again whether all of that still holds. A stream ends after ``LIFE_S`` and the
page asks for a new ticket, so that whoever lost a post or signed out loses the wall soon after.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.http import HttpRequest

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T, current_language
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import Account, actor_by_code
from guanggu.kernel.journal.public import Cursor
from guanggu.web.security import POLICY

from .declaring import WALLS, Wall

GOOD_FOR_S = 120
LIFE_S = 300
SALT = "guanggu.web.live"
NOT_GOOD = T("凭证无效或已过期，请刷新页面。", "The ticket is not valid any more; reload the page.")


@dataclass(frozen=True, slots=True)
class Ticket:
    account: int
    capacity: str
    session: str
    wall: str
    language: str
    origin: str

    def write(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> Ticket:
        """Raises Forbidden for one that is old, altered or none."""
        try:
            return cls(**signing.loads(text, salt=SALT, max_age=GOOD_FOR_S))
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise Forbidden(NOT_GOOD) from error

    def bearer(self) -> tuple[Wall, Actor]:
        """Who holds it now and what he looks at. Raises Forbidden."""
        account = Account.objects.filter(pk=self.account, is_active=True).first()
        wall = WALLS.get(self.wall)
        if account is None or wall is None or not _is_signed_in(self.session, self.account):
            raise Forbidden(NOT_GOOD)
        actor = actor_by_code(account, self.capacity)
        if not wall.allows(actor):
            raise Forbidden(NOT_GOOD)
        return wall, actor


def _is_signed_in(session: str, account: int) -> bool:
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore(session)
    return bool(session) and str(store.get(SESSION_KEY, "")) == str(account)


def ticket_for(request: HttpRequest, wall: str, actor: Actor) -> str:
    """A ticket for who is signed in, in his present capacity. Raises Forbidden for a visitor."""
    if not actor.account or not request.session.session_key:
        raise Forbidden(NOT_GOOD)
    capacity = f"post:{actor.post}" if actor.post else "self"
    return Ticket(
        actor.account, capacity, request.session.session_key, wall, current_language(),
        f"{request.scheme}://{request.get_host()}",
    ).write()  # fmt: skip


def _base(request: HttpRequest) -> str:
    """Where browsers reach the live server: GUANGGU_LIVE_ADDRESS, or its port of this host."""
    if settings.GUANGGU_LIVE_ADDRESS:
        return settings.GUANGGU_LIVE_ADDRESS.rstrip("/")
    port = settings.GUANGGU_LIVE_LISTEN.rpartition(":")[2]
    host = urlsplit(f"//{request.get_host()}").hostname or "127.0.0.1"
    host = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{host}:{port}"


def stream_address(request: HttpRequest, wall: str, actor: Actor, after: Cursor) -> str:
    """The stream of the wall behind this place of the journal; "" where no live server is set."""
    if settings.GUANGGU_LIVE_LISTEN == "off" and not settings.GUANGGU_LIVE_ADDRESS:
        return ""
    asked = {"ticket": ticket_for(request, wall, actor), "after": f"{after[0]}.{after[1]}"}
    return f"{_base(request)}/stream?{urlencode(asked)}"


def stream_policy(request: HttpRequest) -> str:
    """The house's content security policy, with leave to listen to the live server."""
    parts = urlsplit(_base(request))
    return f"{POLICY}; connect-src 'self' {parts.scheme}://{parts.netloc}"
