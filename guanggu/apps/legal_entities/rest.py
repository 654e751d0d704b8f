"""The change feed: what other systems read to keep a copy of the register."""

# No "from __future__ import annotations": the shapes must be seen when the routes are made.

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.journal.public import Cursor
from guanggu.web.rest import PROBLEMS, ProblemDocument, api

from .queries import FEED_ROWS_MAX, VIEW_SOURCES, change_as_data, changes_after

_NO_CURSOR = T(
    "游标无效。首次读取请省略 after，之后原样使用上次返回的 next。",
    "No such cursor. Leave out after at first, then give back next as it was answered.",
)


_TITLE = T("法人信息库", "Legal entities")


class Change(Schema):
    """``changed``: values as they became; ``into``: where a merged key leads from now on."""

    key: str
    kind: str
    at: datetime
    version: int | None
    changed: dict[str, Any]
    into: str | None = None
    absorbed: str | None = None


class Changes(Schema):
    """``next`` is the cursor to go on from; with ``more`` there may be changes to read at once."""

    changes: list[Change]
    next: str
    more: bool


class ChangesQuery(Schema):
    after: str = Field(default="", max_length=40)
    limit: int = Field(default=100, ge=1, le=FEED_ROWS_MAX)


def cursor_of(text: str) -> Cursor:
    """Raises Invalid for a text that is no cursor of this feed."""
    if not text:
        return Cursor()
    transaction, dash, event = text.partition("-")
    if not (dash and transaction.isdecimal() and event.isdecimal()) or len(text) > 38:
        raise Invalid(_NO_CURSOR, fields={"after": _NO_CURSOR})
    found = Cursor(int(transaction), int(event))
    if max(found) >= 2**63:
        raise Invalid(_NO_CURSOR, fields={"after": _NO_CURSOR})
    return found


@api.get(
    "/v1/legal_entities/changes",
    response={200: Changes, PROBLEMS: ProblemDocument},
    operation_id="legal_entity_changes",
    tags=[f"{_TITLE.zh} / {_TITLE.en}"],
)
def changes(request: HttpRequest, given: Query[ChangesQuery]) -> Any:
    """Changes after a cursor, at least once, in the order in which they happened."""
    demand(actor_of(request), VIEW_SOURCES)
    events, cursor, more = changes_after(cursor_of(given.after), given.limit)
    return 200, {
        "changes": [change_as_data(event) for event in events],
        "next": f"{cursor.transaction}-{cursor.event_id}",
        "more": more,
    }
