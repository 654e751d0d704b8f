import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.errors import Invalid
from guanggu.standards.ieee_1849_2016 import (
    LogError,
    LogRow,
    by_case,
    parse_instant,
    read_csv,
    read_xes,
    write_csv,
    write_xes,
)

PERMITS = Path(__file__).parents[4] / "shared" / "data" / "municipal_permits_2010_2012.csv"
words = st.text(
    st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters="\x7f"), max_size=12
)
names = words.filter(str.strip).map(str.strip)
instants = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants the bound without a zone
    timezones=st.just(UTC),
)
rows = st.builds(
    LogRow,
    number=st.just(0),
    case=names,
    activity=names,
    at=instants,
    resource=words,
    group=words,
    lifecycle=words,
    deadline_at=st.none() | instants,
    case_attributes=st.fixed_dictionaries({"channel": words.filter(bool)}),
    attributes=st.dictionaries(
        st.sampled_from(["cost:total", "concept:instance"]), words.filter(bool)
    ),
)


def without_number(row):
    return (row.case, row.activity, row.at, row.resource, row.group, row.lifecycle, row.attributes)


@given(st.lists(rows, min_size=1, max_size=8))
def test_csv_is_written_and_read_back(log):
    file = io.StringIO(newline="")
    write_csv(log, file)
    again = list(read_csv(io.StringIO(file.getvalue(), newline="")))
    assert [without_number(row) for row in again] == [without_number(row) for row in log]
    assert [row.deadline_at for row in again] == [row.deadline_at for row in log]
    assert [row.case_attributes for row in again] == [row.case_attributes for row in log]
    assert [row.number for row in again] == list(range(2, len(log) + 2))


@given(st.lists(rows, min_size=1, max_size=8))
def test_xes_is_written_and_read_back_case_by_case(log):
    file = io.StringIO()
    write_xes(log, file)
    again = list(read_xes(io.BytesIO(file.getvalue().encode())))
    expected = [row for events in by_case(log).values() for row in events]
    assert [without_number(row) for row in again] == [without_number(row) for row in expected]
    for events in by_case(log).values():
        read = [row for row in again if row.case == events[0].case]
        assert {row.deadline_at for row in read} == {events[0].deadline_at}


@given(st.text(max_size=60))
def test_any_text_is_written_as_readable_xes(text):
    row = LogRow(1, "c", "a", datetime(2020, 1, 1, tzinfo=UTC), attributes={"note": text or "-"})
    file = io.StringIO()
    write_xes([row], file)
    (again,) = read_xes(io.BytesIO(file.getvalue().encode()))
    assert again.attributes["note"]


HEADING = "case:concept:name,concept:name,time:timestamp,case:deadline,case:channel,cost\n"


def test_bad_rows_are_named_and_good_rows_survive():
    lines = [
        HEADING,
        "c1,受理,2017-03-05 09:30,,Internet,5\n",
        ",受理,2017-03-05 09:30,,,\n",
        "c1,,2017-03-05 09:30,,,\n",
        "c1,审查,昨天,,,\n",
        "c1,审查,2017-03-06T09:30:00Z,soon,,\n",
        "\n",
        "c1,决定,2017/03/07,2017-03-31 18:00:00+08:00,,\n",
        "c1,送达,0001-01-01 00:00:00+14:00,,,\n",
        "c1,送达\n",
    ]
    found = list(read_csv(lines))
    good = [row for row in found if isinstance(row, LogRow)]
    errors = [row for row in found if isinstance(row, LogError)]
    assert [(row.number, row.activity) for row in good] == [(2, "受理"), (8, "决定")]
    assert good[0].at == datetime(2017, 3, 5, 1, 30, tzinfo=UTC)
    assert good[0].case_attributes == {"channel": "Internet"}
    assert good[0].attributes == {"cost": "5"}
    assert good[1].deadline_at == datetime(2017, 3, 31, 10, tzinfo=UTC)
    assert [(error.number, error.column) for error in errors] == [
        (3, "case:concept:name"),
        (4, "concept:name"),
        (5, "time:timestamp"),
        (6, "case:deadline"),
        (9, "time:timestamp"),
        (10, "time:timestamp"),
    ]
    assert all(error.message.zh and error.message.en for error in errors)


def test_chinese_headings_are_understood():
    (row,) = read_csv(
        ["\ufeff办件编号,环节,办理时间,办理人,截止时间\n", "A1,受理,2017-03-05,张三,2017-04-01\n"]
    )
    assert (row.case, row.activity, row.resource) == ("A1", "受理", "张三")
    assert row.deadline_at == parse_instant("2017-04-01 00:00+08:00")


@pytest.mark.parametrize("lines", [[], ["a,b\n"], ["case:concept:name,concept:name\n", "1,2\n"]])
def test_a_sheet_without_its_columns_is_refused(lines):
    with pytest.raises(Invalid) as refused:
        list(read_csv(lines))
    assert "time:timestamp" in refused.value.message.zh


def test_too_many_rows_are_refused():
    lines = [HEADING, *(["c,a,2017-03-05,,,\n"] * 4)]
    assert len(list(read_csv(lines, rows_max=4))) == 4
    with pytest.raises(Invalid):
        list(read_csv(lines, rows_max=3))
    event = '<event><string key="concept:name" value="a"/></event>'
    with pytest.raises(Invalid):
        list(read_xes(io.BytesIO(f"<log><trace>{event * 3}</trace></log>".encode()), rows_max=2))


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
 <global scope="event"><string key="concept:name" value="unknown"/></global>
 <trace>
  <string key="concept:name" value="c1"/><date key="deadline" value="2011-12-06T13:41:31.788+01:00"/>
  <event>
   <string key="concept:name" value="受理"><string key="concept:name" value="meta"/></string>
   <date key="time:timestamp" value="2011-10-11T13:45:40.276+02:00"/>
  </event>
  <event><string key="concept:name" value="审查"/></event>
 </trace>
</log>"""


def test_xes_of_others_is_read_with_its_nested_attributes_left_out():
    row, error = read_xes(io.BytesIO(XES.encode()))
    assert (row.number, row.case, row.activity) == (1, "c1", "受理")
    assert row.deadline_at == datetime(2011, 12, 6, 12, 41, 31, 788000, tzinfo=UTC)
    assert (error.number, error.column) == (2, "time:timestamp")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<html/>",
        "<log><trace>",
        '<!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>',
        '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>',
        "<log>" + "<list key='a'>" * 40 + "</list>" * 40 + "</log>",
    ],
)
def test_what_is_no_xes_or_could_do_harm_is_refused(text):
    with pytest.raises(Invalid):
        list(read_xes(io.BytesIO(text.encode())))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    with pytest.raises(Invalid):
        list(read_xes(io.BytesIO(raw)))


@pytest.mark.skipif(not PERMITS.exists(), reason=f"no event log at {PERMITS}")
def test_the_permits_of_a_dutch_municipality_are_read_whole():
    with PERMITS.open(encoding="utf-8", newline="") as file:
        log = list(read_csv(file))
    assert not [row for row in log if isinstance(row, LogError)]
    assert len(log) == 8577
    cases = by_case(log)
    assert len(cases) == 1434
    assert len({tuple(row.activity for row in events) for events in cases.values()}) == 116
    assert all(row.deadline_at for row in log)
    late = [events for events in cases.values() if events[-1].at > events[0].deadline_at]
    assert len(late) == 92
    assert len({row.activity for row in log}) == 27
