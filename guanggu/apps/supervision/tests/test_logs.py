"""A system that is not ours, supervised by its log: figures of a real one come out right."""

import csv
from datetime import datetime
from pathlib import Path
from statistics import median_low

import pytest

from guanggu.apps.supervision.actions import import_log
from guanggu.apps.supervision.models import Card, WatchedCase
from guanggu.apps.supervision.queries import mining
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import seal, verify

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[5] / "shared/data/municipal_permits_2010_2012.csv"
SMALL = """case:concept:name,concept:name,time:timestamp,case:deadline,case:enddate,org:resource
1,收件,2026-01-05T09:00:00+08:00,2026-01-10T00:00:00+08:00,2026-01-08T09:00:00+08:00,甲
1,受理,2026-01-06T09:00:00+08:00,2026-01-10T00:00:00+08:00,2026-01-08T09:00:00+08:00,甲
2,收件,2026-01-05T09:00:00+08:00,2026-01-10T00:00:00+08:00,2026-01-12T09:00:00+08:00,乙
2,受理,2026-01-05T10:00:00+08:00,2026-01-10T00:00:00+08:00,2026-01-12T09:00:00+08:00,乙
3,收件,2026-01-05T09:00:00+08:00,,,丙
,受理,2026-01-05T10:00:00+08:00,,,丙
4,受理,昨天,,,丙
"""


@pytest.fixture
def supervisor():
    return an_official(roles=["supervise"])


def take(actor, content, code="permits"):
    return import_log(
        actor, key=None, code=code, name="外部审批系统", origin="", content=content.encode(),
        file_name="log.csv",
    )  # fmt: skip


def test_good_rows_are_taken_and_bad_ones_named(supervisor):
    log = take(supervisor, SMALL)
    assert (log.rows, log.refused) == (5, 2)
    assert [problem["row"] for problem in log.problems] == [7, 8]


def test_figures_of_a_small_log(supervisor):
    log = take(supervisor, SMALL)
    found = mining.summary(log)
    assert (found.cases, found.variants, found.due, found.late) == (3, 2, 2, 1)
    assert found.median_seconds == 3 * 86400
    (flow,) = mining.flows(log)
    assert (flow.before, flow.after, flow.count, flow.seconds) == ("收件", "受理", 2, 3600)
    assert Card.objects.get().number == "2"


def test_a_code_is_used_once(supervisor):
    take(supervisor, SMALL)
    with pytest.raises(Conflict):
        take(supervisor, SMALL)
    assert WatchedCase.objects.count() == 3


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "<xml>", "\x00\x01"])
def test_a_file_that_is_no_log_is_told_so(supervisor, content):
    with pytest.raises(Invalid):
        take(supervisor, content)


def test_only_supervision_imports():
    with pytest.raises(Forbidden):
        take(a_person(), SMALL)


def test_a_log_is_imported_and_shown_in_the_browser(supervisor, tmp_path):
    client = sign_in(supervisor)
    path = tmp_path / "日志.csv"
    path.write_text(SMALL, encoding="utf-8")
    with path.open("rb") as file:
        answer = client.post(
            "/supervision/logs/import/",
            {"code": "permits", "name": "外部审批系统", "file": file, "request_key": "k"},
            follow=True,
        )
    page = answer.content.decode()
    assert "流程图" in page
    assert "第 7 行" in page


@pytest.mark.skipif(not REAL.exists(), reason="the real log stands beside a development checkout")
def test_the_real_log_comes_out_right(supervisor):
    log = take(supervisor, REAL.read_text(encoding="utf-8"))
    found = mining.summary(log)
    assert (log.rows, log.refused) == (8577, 0)
    assert (found.cases, found.events, found.variants) == (1434, 8577, 116)
    assert found.late_by_last_event == 92
    assert found.finished == 1329
    assert mining.variants(log, 1)[0]["cases"] == 713
    assert Card.objects.filter(log=log).count() == found.late
    waits, between = _by_hand(REAL)
    shown = {each.activity: each.seconds for each in mining.steps(log)}
    assert shown == {activity: _median(seconds) for activity, seconds in waits.items()}
    assert mining.steps(log)[0].seconds == max(s for s in shown.values() if s is not None)
    assert found.median_seconds == pytest.approx(median_low(between), abs=1)
    seal()
    assert verify().is_sound


def _median(seconds):
    known = [each for each in seconds if each is not None]
    return median_low(known) if known else None


def _by_hand(path):
    """Waits by step, and seconds from start to end, counted from the file without our code."""
    cases, waits, between = {}, {}, []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cases.setdefault(row["case:concept:name"], []).append(row)
    for rows in cases.values():
        rows.sort(key=lambda row: datetime.fromisoformat(row["time:timestamp"]))
        before = None
        for row in rows:
            at = datetime.fromisoformat(row["time:timestamp"])
            wait = int((at - before).total_seconds()) if before else None
            waits.setdefault(row["concept:name"], []).append(wait)
            before = at
        if rows[0]["case:enddate"]:
            end = datetime.fromisoformat(rows[0]["case:enddate"])
            start = datetime.fromisoformat(rows[0]["case:startdate"])
            between.append((end - start).total_seconds())
    return waits, between
