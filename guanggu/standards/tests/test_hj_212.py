"""HJ 212: frames of the standard and of the field, and that nothing sent breaks the decoder."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards import hj_212
from guanggu.standards.hj_212 import (
    BadFrame,
    Decoder,
    Problem,
    Reassembly,
    Unreadable,
    checksum,
    parse,
    readings,
)
from guanggu.standards.hj_212.checksum import HIGH, crc8, plain_crc8

FIELD_FRAMES = Path("../shared/data/hj212_frames.jsonl")
ANNEX_2017 = (
    b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&"
)
ANNEX_2025 = (
    b"QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&"
)
AIR = (
    b"##0411QN=20220513162608370;ST=22;CN=2051;PW=123456;MN=JLYP01_AIR01_0001;Flag=4;CP=&&"
    b"DataTime=20220513162600;a21004-Avg=4,a21004-Flag=N;a05024-Avg=63,a05024-Flag=N;"
    b"a21026-Avg=6,a21026-Flag=N;a21005-Avg=0.427,a21005-Flag=N;a34004-Avg=14,a34004-Flag=N;"
    b"a34002-Avg=31,a34002-Flag=N;a01007-Avg=1,a01007-Flag=N;a01008-Avg=11,a01008-Flag=N;"
    b"a01001-Avg=17,a01001-Flag=N;a01002-Avg=85,a01002-Flag=N;a01006-Avg=95,a01006-Flag=N"
    b"&&D641\r\n"
)


def bitwise(segment: bytes) -> int:
    """Annex A of the standard, word by word: the oracle."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low, register = register & 1, register >> 1
            if low:
                register ^= 0xA001
    return register


def frame_of(body: bytes, **changed) -> hj_212.Frame:
    fields = {"cn": "2061", "mn": "M1", "pw": "123456", "st": "32", "flag": 5} | changed
    [raw] = Decoder().feed(hj_212.build(body, qn=b"20260501080000123", **fields))
    assert isinstance(raw, bytes)
    return parse(raw)


@pytest.mark.parametrize(("segment", "expected"), [(ANNEX_2017, 0x1C80), (ANNEX_2025, 0x2200)])
def test_the_worked_examples_of_the_annexes_have_their_checksums(segment, expected):
    assert checksum(segment) == expected


@given(st.binary(max_size=300))
def test_the_fast_checksum_is_that_of_annex_a(segment):
    assert checksum(segment) == bitwise(segment)
    assert crc8(segment, 0xFF, HIGH) == plain_crc8(segment, 0xFF, HIGH)


def test_frames_found_in_the_field_are_judged_as_recorded():
    if not FIELD_FRAMES.exists():
        pytest.skip("the frames of the field are not beside this checkout")
    for line in FIELD_FRAMES.read_text("utf-8").splitlines():
        case = json.loads(line)
        pieces = Decoder().feed(case["frame"].encode("utf-8") + b"\r\n")
        taken = [piece for piece in pieces if isinstance(piece, bytes)]
        if case["valid"]:
            assert len(taken) == 1, case["source"]
            assert parse(taken[0]).header.mn
        elif taken:
            with pytest.raises(Unreadable) as raised:
                parse(taken[0])
            assert raised.value.reason is Problem.CHECKSUM


def test_an_air_station_is_read_into_numbers():
    [raw] = Decoder().feed(AIR)
    frame = parse(raw)
    assert (frame.header.mn, frame.header.cn, frame.header.st) == (
        "JLYP01_AIR01_0001",
        "2051",
        "22",
    )
    assert (frame.header.profile, frame.header.is_answer_asked) == ("2017", False)
    row = readings(frame)
    assert row.layout.keys[:2] == (("a21004", "Avg"), ("a05024", "Avg"))
    assert row.values == [4, 63, 6, 0.427, 14, 31, 1, 11, 17, 85, 95]
    assert row.marks == b"N" * 11
    assert row.data_time == hj_212.instant_us(b"20220513162600")
    assert readings(parse(raw)).layout is row.layout


def test_times_are_those_of_beijing():
    assert hj_212.instant_us(b"19700101080000") == 0
    assert hj_212.instant_us(b"20260501080000123") == 1_777_593_600_123_000
    assert hj_212.data_time(1_777_593_600_123_000) == b"20260501080000"
    assert hj_212.request_number(1_777_593_600_123_000) == b"20260501080000123"


@pytest.mark.parametrize(
    "text", [b"", b"2026", b"20260230000000", b"20260501240000", b"2026050108000x"]
)
def test_a_time_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the reason is in the text, not a class
        hj_212.instant_us(text)


@pytest.mark.parametrize(
    ("head", "profile"),
    [
        (b"ST=32;CN=2011;PW=123456;MN=M1;", "2005"),
        (b"QN=20260501080000123;ST=32;CN=2011;PW=123456;MN=M1;Flag=5;", "2017"),
        (b"QN=20260501080000123;ST=32;CN=2011;PW=123456;MN=M1;Flag=9;", "2025"),
        (b"QN=20260501080000123;ST=21;CN=2011;PW=123456;MN=A140100_2006;Flag=9;", "surface_water"),
    ],
)
def test_the_edition_is_told_by_flag_and_kind(head, profile):
    [raw] = Decoder().feed(hj_212.framed(head + b"CP=&&DataTime=20260501080000;001-Rtd=7&&"))
    assert parse(raw).header.profile == profile


def test_marks_of_any_edition_become_those_of_table_8():
    body = b"DataTime=20260501080000;" + b";".join(
        b"w%05d-Rtd=1,w%05d-Flag=%b" % (n, n, mark)
        for n, mark in enumerate([b"N", b"d", b"P", b"3", b"?", b"", b"T"])
    )
    assert readings(frame_of(body + b";w09999-Rtd=1")).marks == b"NDDNDNTN"


def test_one_mark_stands_for_every_value_of_its_factor():
    row = readings(
        frame_of(b"DataTime=20260501080000;011-Min=1,011-Avg=2,011-Max=3,011-Flag=D,011-Cou=9")
    )
    assert [key.suffix for key in row.layout.keys] == ["Min", "Avg", "Max", "Cou"]
    assert (row.values, row.marks) == ([1, 2, 3, 9], b"DDDD")


@pytest.mark.parametrize("text", [b"", b"nan", b"inf", b"-", b"1_0", b"1e999", "无".encode()])
def test_a_value_that_is_no_number_is_named_and_the_others_are_kept(text):
    row = readings(frame_of(b"DataTime=20260501080000;011-Rtd=%b;060-Rtd=2.5" % text))
    assert math.isnan(row.values[0])
    assert row.values[1] == 2.5
    assert row.wrong[0][0] == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Problem.FIELDS),
        (b"DataTime", Problem.FIELDS),
        (b"DataTime=20260501080000;011-Rtd=1=2", Problem.FIELDS),
        (b"DataTime=20260501080000;=3", Problem.FIELDS),
        (b"011-Rtd=1", Problem.DATA_TIME),
        (b"DataTime=20261301080000;011-Rtd=1", Problem.DATA_TIME),
    ],
)
def test_malformed_parameters_say_what_is_wrong(body, reason):
    with pytest.raises(Unreadable) as raised:
        readings(frame_of(body))
    assert raised.value.reason is reason
    assert raised.value.reason.title.zh


def test_the_time_of_the_sample_is_kept_beside_the_time_of_the_data():
    row = readings(
        frame_of(
            b"DataTime=20210320013400;w00000-Rtd=181.682,w00000-Flag=N;"
            b"w21001-SampleTime=20210320005400,w21001-Rtd=45.160,w21001-Flag=N"
        )
    )
    assert row.sample_times == [None, hj_212.instant_us(b"20210320005400")]


@given(
    st.lists(st.sampled_from([AIR, b"garbage", b"##", b"#", b"##0009&&", b"\r\n", b"\x00##0411"])),
    st.data(),
)
def test_however_the_bytes_arrive_every_whole_frame_is_found(pieces, data):
    stream = b"".join(pieces) + AIR + AIR
    decoder, found = Decoder(), []
    at = 0
    while at < len(stream):
        step = data.draw(st.integers(1, 900))
        found += decoder.feed(stream[at : at + step])
        at += step
    good = [piece for piece in found if isinstance(piece, bytes)]
    assert good[-1:] == [AIR[6:-2]] or decoder.waiting
    assert sum(piece == AIR[6:-2] for piece in good) >= 1


@given(st.binary(max_size=4000))
def test_any_bytes_are_given_up_in_bounded_pieces(junk):
    decoder = Decoder()
    for piece in decoder.feed(junk):
        if isinstance(piece, BadFrame):
            assert piece.size >= len(piece.raw) <= 2048
    assert decoder.waiting <= 10_009
    decoder.give_up()
    assert decoder.waiting == 0


def test_a_wrong_length_swallows_no_frame_behind_it():
    wrong = AIR.replace(b"##0411", b"##0500")
    found = Decoder().feed(wrong + AIR)
    assert [type(piece) for piece in found] == [BadFrame, bytes]
    assert found[0].reason is Problem.LENGTH
    assert found[1] == AIR[6:-2]


@given(st.integers(0, len(AIR) - 9), st.integers(1, 255))
def test_a_changed_byte_is_found_but_for_the_limits_of_eight_bits(place, change):
    raw = bytearray(AIR[6:-2])
    raw[place % (len(raw) - 4)] ^= change
    if bitwise(bytes(raw[:-4])) == 0xD641:
        assert parse(bytes(raw)).header
        return
    with pytest.raises(Unreadable) as raised:
        parse(bytes(raw))
    assert raised.value.reason in (Problem.CHECKSUM, Problem.HEADER)


KEY = b"0" * 16


@pytest.mark.parametrize("length", [0, 15, 16, 17, 200])
def test_sm4_hides_whole_groups_and_opens_again(length):
    body = (b"DataTime=20260501080000;w01018-Rtd=12.5,w01018-Flag=N;" * 5)[:length]
    sent = hj_212.build(body, cn="2011", mn="M25", pw="123456", st="32", flag=9, key=KEY)
    if length >= 16:
        assert body[:16] not in sent
    [raw] = Decoder().feed(sent)
    frame = parse(raw, lambda header: KEY)
    assert (frame.body, frame.is_encrypted) == (body, True)


def test_sm4_written_as_text_opens_too():
    body = b"DataTime=20260501080000;w01018-Rtd=12.5"
    plain = b"ST=32;CN=2011;PW=123456;MN=M25;Flag=9;CP=&&%b&&"
    from guanggu.standards.hj_212.sm4 import close_body

    closed = close_body(body, KEY)
    for written in (
        b"{" + b",".join(b"0x%02X" % byte for byte in closed[:32]) + b"}" + closed[32:],
        closed[:32].hex().upper().encode() + closed[32:],
    ):
        sent = hj_212.framed(plain % written, hj_212.checksum_text(plain % body))
        [raw] = Decoder().feed(sent)
        assert parse(raw, lambda header: KEY).body == body


def test_sm4_matches_the_vector_of_its_standard():
    """GB/T 32907-2016 annex A, example 1."""
    from guanggu.standards.hj_212.sm4 import close_body

    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    assert close_body(key, key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_a_wrong_key_is_told_from_a_wrong_checksum():
    body = b"DataTime=20260501080000;w01018-Rtd=12.5,w01018-Flag=N"
    sent = hj_212.build(body, cn="2011", mn="M25", pw="123456", st="32", flag=9, key=KEY)
    [raw] = Decoder().feed(sent)
    with pytest.raises(Unreadable) as raised:
        parse(raw, lambda header: b"1" * 16)
    assert raised.value.reason is Problem.KEY
    with pytest.raises(Unreadable):
        parse(raw)


def test_answers_carry_the_request_number_and_edition():
    asked = frame_of(b"DataTime=20260501080000;w01018-Rtd=1", flag=5)
    [raw] = Decoder().feed(hj_212.data_answer(asked))
    answer = parse(raw)
    assert (answer.qn, answer.header.cn, answer.header.st) == (asked.qn, "9014", "91")
    assert (answer.header.flag, answer.body) == (4, b"")
    [raw] = Decoder().feed(hj_212.request_answer(asked, 1))
    assert parse(raw).fields() == {"QnRtn": "1"}
    [raw] = Decoder().feed(hj_212.execution_result(asked, 100))
    assert parse(raw).fields() == {"ExeRtn": "100"}
    [raw] = Decoder().feed(hj_212.notice_answer(asked))
    assert parse(raw).header.cn == "9013"


def test_answers_of_2005_carry_the_request_number_in_the_parameters():
    asked = frame_of(b"DataTime=20260501080000;011-Rtd=1", flag=None)
    [raw] = Decoder().feed(hj_212.request_answer(asked, 1))
    assert parse(raw).fields() == {"QN": "20260501080000123", "QnRtn": "1"}


def test_commands_are_written_as_the_annex_writes_them():
    header = frame_of(b"DataTime=20260501080000;011-Rtd=1").header
    sent = hj_212.history_request(
        "2061", header, b"20260501090000000", b"20260501000000", b"20260501030000"
    )
    [raw] = Decoder().feed(sent)
    assert parse(raw).fields() == {"BeginTime": "20260501000000", "EndTime": "20260501030000"}
    [raw] = Decoder().feed(
        hj_212.calibration_command(header, b"20260501090000000", b"20260501090000")
    )
    assert parse(raw).fields() == {"SystemTime": "20260501090000"}


def test_packets_of_one_message_are_put_together_in_any_order():
    factors = [b"w%05d-Rtd=%d.5,w%05d-Flag=N" % (n, n, n) for n in range(80)]
    packets = list(hj_212.divided(b"20260501080000", factors))
    assert len(packets) > 2
    assert all(len(body) <= 950 for _, body in packets)
    together = Reassembly()
    frames = [frame_of(body, parts=parts) for parts, body in packets]
    assert [together.add(frame) for frame in frames[:0:-1]] == [None] * (len(frames) - 1)
    whole = together.add(frames[0])
    assert readings(whole).values == [n + 0.5 for n in range(80)]
    assert len(together) == 0


def test_unfinished_messages_are_bounded():
    together = Reassembly(unfinished_max=3)
    for second in range(10):
        body = b"DataTime=202605010800%02d;011-Rtd=1" % second
        assert together.add(frame_of(body, parts=(2, 1))) is None
    assert len(together) == 3


@given(
    st.dictionaries(
        st.sampled_from(["w01018", "a34004", "B01", "Leq"]),
        st.dictionaries(st.sampled_from(["Rtd", "Avg", "Cou"]), st.floats(-1e9, 1e9), min_size=1),
        min_size=1,
    )
)
def test_what_is_built_is_read_back(factors):
    row = readings(frame_of(hj_212.body_of(b"20260501080000", factors)))
    assert dict(zip(row.layout.keys, row.values, strict=True)) == {
        (code, suffix): value for code, items in factors.items() for suffix, value in items.items()
    }
