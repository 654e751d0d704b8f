"""The wall shows each reader what he may see, and the stream tells him what changed."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from guanggu.apps.command.actions.duty import begin_shift, write_entry
from guanggu.apps.command.actions.orders import give_order
from guanggu.apps.command.views.panels import WALL
from guanggu.base.errors import Problem
from guanggu.kernel.case.testing import a_case
from guanggu.kernel.identity.testing import a_person, sign_in
from guanggu.web.live.maker import Maker
from guanggu.web.live.places import cursor_of, journal_end
from guanggu.web.live.tickets import Ticket

pytestmark = pytest.mark.django_db


class Watching:
    """A viewer in the test's own thread."""

    def __init__(self, client, actor, after=None, language="zh"):
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.ticket = Ticket(
            actor.account, f"post:{actor.post}", session, "command", language, "http://testserver"
        ).write()  # fmt: skip
        self.after = after
        self.origin = None
        self.refused: Problem | None = None
        self.got: list[dict] = []

    def admit(self, origin):
        self.origin = origin

    def refuse(self, problem):
        self.refused = problem

    def send(self, message):
        for part in message.decode().strip().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in part.split("\n"))
            self.got.append({**fields, **json.loads(fields["data"])})

    def taken(self):
        """What came since this was last asked: panels by name, lines as text."""
        got, self.got = self.got, []
        panels = {each["panel"]: each["html"] for each in got if each["event"] == "panel"}
        return panels, [each["html"] for each in got if each["event"] == "line"]


@pytest.fixture
def maker():
    return Maker()


def look(maker):
    maker._made_at_s = 0.0
    assert maker.turn(0)


def watch(maker, actor, **changes):
    viewer = Watching(sign_in(actor), actor, **changes)
    maker.join(viewer)
    look(maker)
    return viewer


def test_the_page_stands_without_scripts_and_names_its_stream(desk):
    answer = sign_in(desk.first).get("/command/wall/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "目前没有报警" in page
    assert 'data-live-stream="http://testserver:9281/stream?ticket=' in page
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("; connect-src 'self' http://testserver:9281")


def test_the_wall_is_for_officials(desk):
    for path in ("/command/wall/", "/command/wall/panels.json", "/command/wall/stream.json"):
        assert sign_in(a_person()).get(path).status_code == 403
        assert sign_in(desk.watcher).get(path).status_code == 200


def test_a_viewer_first_gets_every_panel_and_then_what_changed(desk, maker):
    begin_shift(desk.first, shift="DS-0")
    viewer = watch(maker, desk.first)
    panels, lines = viewer.taken()
    assert set(panels) == {panel.key for panel in WALL.panels}
    assert lines == []
    assert viewer.origin == "http://testserver"
    write_entry(desk.first, kind="report", text="高新大道积水")
    look(maker)
    panels, lines = viewer.taken()
    assert set(panels) == {"log"}
    assert "高新大道积水" in panels["log"]
    assert len(lines) == 1
    assert "高新大道积水" in lines[0]
    look(maker)
    assert viewer.taken() == ({}, [])


def test_each_reader_gets_only_what_is_his(desk, maker):
    begin_shift(desk.first, shift="DS-0")
    mine, theirs = watch(maker, desk.first), watch(maker, desk.other)
    assert theirs.taken()[0]["log"] == ""
    mine.taken()
    give_order(desk.first, organisation="lakes-1", title="秘密指令", content="x", urgency="normal")
    look(maker)
    mine_panels, mine_lines = mine.taken()
    panels, lines = theirs.taken()
    assert "秘密指令" in mine_panels["orders"]
    assert any("秘密指令" in line for line in mine_lines)
    assert "秘密指令" not in json.dumps([panels, lines], ensure_ascii=False)


def test_readers_alike_share_one_making(desk, maker):
    from guanggu.kernel.identity.testing import an_official

    twin = an_official(desk.office, ["duty"], "王值班")
    for actor in (desk.first, desk.second, twin):
        watch(maker, actor)
    assert len(maker._groups) == 1
    assert maker.viewers == 3
    watch(maker, desk.first, language="en")
    assert len(maker._groups) == 2


def test_who_was_away_gets_the_lines_he_missed(desk, maker):
    begin_shift(desk.first, shift="DS-0")
    viewer = watch(maker, desk.first)
    write_entry(desk.first, kind="note", text="第一条")
    look(maker)
    last = cursor_of(viewer.got[-1]["id"])
    maker.leave(viewer)
    look(maker)
    assert maker.viewers == 0
    write_entry(desk.first, kind="note", text="第二条")
    a_case(desk.office, title="不在时开的办件")
    again = watch(maker, desk.first, after=last)
    panels, lines = again.taken()
    assert "第二条" in panels["log"]
    assert ["第二条" in line for line in lines].count(True) == 1
    assert any("不在时开的办件" in line for line in lines)
    assert not any("第一条" in line for line in lines)


def test_a_case_changes_the_flow_of_who_may_see_it(desk, maker):
    mine, theirs = watch(maker, desk.first), watch(maker, desk.other)
    mine.taken(), theirs.taken()
    a_case(desk.office)
    look(maker)
    assert "测试许可" in mine.taken()[0]["flow"]
    assert "flow" not in theirs.taken()[0]


def test_a_ticket_of_somebody_signed_out_is_refused(desk, maker):
    client = sign_in(desk.first)
    viewer = Watching(client, desk.first)
    client.logout()
    maker.join(viewer)
    look(maker)
    assert viewer.refused is not None
    assert maker.viewers == 0


@pytest.mark.parametrize("text", ["", "nonsense", "eyJhIjoxfQ:1abc:xyz"])
def test_a_forged_ticket_is_refused(desk, maker, text):
    viewer = Watching(sign_in(desk.first), desk.first)
    viewer.ticket = text
    maker.join(viewer)
    look(maker)
    assert viewer.refused is not None
    assert viewer.got == []


def test_a_new_ticket_goes_on_from_where_the_page_was(desk):
    client = sign_in(desk.first)
    told = client.get("/command/wall/stream.json?after=0.17").json()
    assert told["href"].endswith("after=0.17")
    end = journal_end()
    told = client.get("/command/wall/stream.json?after=x").json()
    assert told["href"].endswith(f"after={end[0]}.{end[1]}")


def test_panels_can_be_had_by_the_clock(desk):
    told = sign_in(desk.first).get("/command/wall/panels.json").json()
    assert set(told["panels"]) == {panel.key for panel in WALL.panels}
