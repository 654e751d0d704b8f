"""How often a page asks the database does not depend on how many rows it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from guanggu.kernel.identity.testing import sign_in

from .acting import handed_in
from .people import House

# Session, account, post, delegations, the list, its count, and a few of the page itself.
QUERIES_MAX = 16


def _queries(client: Client, path: str) -> int:
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # The session notes the time of the last request once a minute, whatever the page shows.
        if not any(word in sql for word in ("django_session", "SAVEPOINT")):
            asked.append(sql)
        return execute(sql, params, many, context)

    assert client.get(path).status_code == 200  # what is kept in memory is read once
    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("clerk", "/approvals/work/"),
        ("clerk", "/approvals/work/overview/"),
        ("person", "/approvals/matters/"),
        ("person", "/"),
    ],
)
def test_a_page_of_many_matters_asks_no_more_than_one_of_few(
    house: House, item: dict[str, Any], who: str, path: str
) -> None:
    client = sign_in(getattr(house, who))
    for _ in range(2):
        handed_in(house)
    few = _queries(client, path)
    for _ in range(4):
        handed_in(house)
    assert _queries(client, path) <= few <= QUERIES_MAX
