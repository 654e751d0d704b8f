"""The connections of live pages: admitted, told, kept, ended; slow ones dropped. No database."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.journal.public import Cursor
from guanggu.web.live import door as doors
from guanggu.web.live.door import WAITING_MAX, LiveDoor
from guanggu.web.live.places import cursor_of
from guanggu.web.live.service import address_of


class Made:
    """A maker that answers at once in the same loop."""

    def __init__(self, answer):
        self.answer, self.viewers, self.left = answer, 0, []

    def join(self, viewer):
        self.viewer = viewer
        self.answer(viewer)

    def leave(self, viewer):
        self.left.append(viewer)


async def ask(door, path="/stream", query=b"ticket=t&after=0.5", headers=(), until=None):
    """What the server sent, as (status, headers, body)."""
    sent, hung_up = [], asyncio.Event()

    async def receive():
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if until is not None and until(sent):
            hung_up.set()

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query,
        "headers": headers,
    }
    await asyncio.wait_for(door(scope, receive, send), 5)
    body = b"".join(m.get("body", b"") for m in sent)
    return sent[0]["status"], dict(sent[0]["headers"]), body


def admitted(*messages):
    def answer(viewer):
        viewer.admit("https://district.example")
        for message in messages:
            viewer.send(message)

    return answer


def test_a_stream_tells_until_the_viewer_goes():
    maker = Made(admitted(b"data: one\n\n", b"data: two\n\n"))
    status, headers, body = asyncio.run(
        ask(LiveDoor(maker), until=lambda sent: any(b"two" in m.get("body", b"") for m in sent))
    )
    assert status == 200
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"access-control-allow-origin"] == b"https://district.example"
    assert body == b"data: one\n\ndata: two\n\n"
    assert maker.left == [maker.viewer]


def test_the_place_comes_from_the_browser_where_it_says_one():
    maker = Made(admitted())
    asyncio.run(ask(LiveDoor(maker, life_s=0.01)))
    assert maker.viewer.after == Cursor(0, 5)
    asyncio.run(ask(LiveDoor(maker, life_s=0.01), headers=[(b"last-event-id", b"3.9")]))
    assert maker.viewer.after == Cursor(3, 9)


def test_a_stream_ends_by_asking_for_a_new_ticket():
    _, _, body = asyncio.run(ask(LiveDoor(Made(admitted()), life_s=0.01)))
    assert body == doors.RENEW


def test_a_refused_viewer_is_told_why():
    maker = Made(lambda viewer: viewer.refuse(Forbidden(T("否", "no"))))
    status, _, body = asyncio.run(ask(LiveDoor(maker)))
    assert (status, body.decode()) == (403, "否 · no")
    assert maker.left == [maker.viewer]


def test_a_viewer_who_does_not_take_what_is_sent_is_dropped():
    maker = Made(admitted(*[b"data: x\n\n"] * (WAITING_MAX + 50)))
    _, _, body = asyncio.run(ask(LiveDoor(maker)))
    assert body.count(b"data") == WAITING_MAX
    assert maker.left == [maker.viewer]


def test_a_quiet_line_gets_a_word_now_and_then(monkeypatch):
    monkeypatch.setattr(doors, "KEEP_SECONDS", 0.005)
    _, _, body = asyncio.run(ask(LiveDoor(Made(admitted())), until=lambda sent: len(sent) > 3))
    assert body.startswith(b": \n\n: \n\n")


@pytest.mark.parametrize(
    ("path", "status"), [("/healthz", 200), ("/live/healthz", 200), ("/x", 404)]
)
def test_other_addresses(path, status):
    assert asyncio.run(ask(LiveDoor(Made(admitted())), path=path))[0] == status


@given(st.text(max_size=50))
def test_any_text_is_a_place_or_none(text):
    found = cursor_of(text)
    assert found is None or min(found) >= 0


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_place_reads_back(first, second):
    assert cursor_of(f"{first}.{second}") == Cursor(first, second)


@pytest.mark.parametrize(
    ("text", "found"),
    [("off", None), ("127.0.0.1:9281", ("127.0.0.1", 9281)), ("[::1]:80", ("::1", 80)), (":81", ("0.0.0.0", 81))],
)  # fmt: skip
def test_the_address_is_read(text, found):
    assert address_of(text) == found


@pytest.mark.parametrize("text", ["9281", "a:b", "a:0", "a:70000"])
def test_a_wrong_address_is_refused(text):
    with pytest.raises(Invalid):
        address_of(text)
