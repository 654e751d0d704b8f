"""HJ 212 at the gateway: what is answered, what is stored, and what goes to quarantine."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from guanggu.base.clock import fixed_at, to_microseconds
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.gateways.hj_212.desk import CommandDesk
from guanggu.kernel.observation.gateways.hj_212.server import Hj212Server
from guanggu.kernel.observation.marks import Mark
from guanggu.standards import hj_212

from .stations import PASSWORD, Field, Line, station, until

NOW = datetime(2026, 5, 1, 2, 0, 5, tzinfo=UTC)
AT = to_microseconds(datetime(2026, 5, 1, 2, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _at_noon():
    with fixed_at(NOW):
        yield


def upload(factors: dict, *, cn: str = "2011", at: int = AT, number: int = 0, **changed) -> bytes:
    given = {"cn": cn, "mn": "MN001", "pw": PASSWORD, "st": "32", "flag": 5, **changed}
    qn = hj_212.request_number(to_microseconds(NOW) + number * 1000)
    return hj_212.build(hj_212.body_of(hj_212.data_time(at), factors), qn=qn, **given)


async def talk(field: Field, *frames: bytes, answers: int) -> list[bytes]:
    server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
    async with field:
        line = await Line.open(server)
        found = await line.ask(b"".join(frames), answers)
        await line.close(server)
    return found


def test_an_upload_is_answered_by_its_number_and_stored_with_its_mark() -> None:
    field = Field(station())
    sent = upload({"w01018": {"Rtd": 23.5, "Flag": "N"}, "w21003": {"Rtd": 1.25, "Flag": "M"}})
    (answer,) = asyncio.run(talk(field, sent, answers=1))
    assert b"CN=9014" in answer
    assert sent[9:26] in answer
    assert field.rows() == {(1, AT): 23.5, (2, AT): 1.25}
    assert field.store.latest([2])["mark"].to_pylist() == [Mark.MAINTENANCE]


def test_an_hour_goes_to_the_streams_of_the_hour_and_its_sum_to_its_own() -> None:
    field = Field(station())
    factors = {"w01018": {"Cou": 12.0, "Min": 1, "Avg": 2.5, "Max": 4, "Flag": "N"}}
    asyncio.run(talk(field, upload(factors, cn="2061"), answers=1))
    assert field.rows() == {(11, AT): 2.5, (20, AT): 12.0}
    assert field.reasons() == {}


def test_codes_of_2005_are_those_of_2017_by_the_kind_of_the_station() -> None:
    """011 is COD of a water source (HJ 212-2017 table B.1, column of 2005)."""
    field = Field(station(profile="2005"))
    sent = upload({"011": {"Rtd": 31.5, "Flag": "N"}}, flag=1)
    (answer,) = asyncio.run(talk(field, sent, answers=1))
    assert b"CN=9014" in answer
    assert field.rows() == {(1, AT): 31.5}


def test_the_same_frame_again_is_answered_again_and_stored_once() -> None:
    field = Field(station())
    sent = upload({"w01018": {"Rtd": 5, "Flag": "N"}})
    answers = asyncio.run(talk(field, sent, sent, answers=2))
    assert len(answers) == 2
    assert len(field.rows()) == 1


def test_no_answer_without_durability() -> None:
    def fails(batch):
        raise Unavailable(hj_212.Problem.VALUE.title)

    field = Field(station(), receive=fails)

    async def go() -> bytes:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            line = await Line.open(server)
            line.writer.write(upload({"w01018": {"Rtd": 5, "Flag": "N"}}))
            # The heartbeat behind it is answered, and nothing before it.
            return (await line.ask(upload({}, cn="9015", flag=9)))[0]

    assert b"CN=9013" in asyncio.run(go())
    assert field.intake.live.failures == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda f: f.replace(b"Rtd=5.5", b"Rtd=9.5"), "checksum"),
        (lambda f: b"##99" + f, "length"),
        (lambda f: b"noise" + f, "garbage"),
    ],
)
def test_bad_bytes_are_kept_with_their_reason_and_the_next_frame_is_taken(spoil, reason) -> None:
    field = Field(station())
    bad = spoil(upload({"w01018": {"Rtd": 5.5, "Flag": "N"}}, at=AT - 60_000_000))
    good = upload({"w21003": {"Rtd": 2, "Flag": "N"}})
    asyncio.run(talk(field, bad, good, answers=1 if reason == "checksum" else 2))
    assert field.rows()[2, AT] == 2
    assert reason in field.reasons()
    assert bytes.fromhex(field.quarantine._waiting[0]["raw"])


def test_who_is_unknown_or_has_the_wrong_password_is_not_taken_in() -> None:
    field = Field(station())
    wrong = upload({"w01018": {"Rtd": 1, "Flag": "N"}}, pw="654321")
    stranger = upload({"w01018": {"Rtd": 1, "Flag": "N"}}, mn="MN999")
    good = upload({"w01018": {"Rtd": 2, "Flag": "N"}})
    asyncio.run(talk(field, wrong, stranger, good, answers=1))
    assert field.rows() == {(1, AT): 2.0}
    assert field.reasons() == {"wrong_password": 1, "unknown_station": 1}


def test_a_suspended_station_gets_no_answer() -> None:
    field = Field(station(is_suspended=True), station(address="MN002", device=2))
    lost = upload({"w01018": {"Rtd": 1, "Flag": "N"}})
    other = upload({"w01018": {"Rtd": 2, "Flag": "N"}}, mn="MN002")
    (answer,) = asyncio.run(talk(field, lost, other, answers=1))
    assert b"MN=MN002" in answer
    assert field.reasons() == {"suspended": 1}


def test_a_factor_without_a_stream_is_told_and_the_others_are_stored() -> None:
    field = Field(station())
    sent = upload({"w01018": {"Rtd": 7, "Flag": "N"}, "w99999": {"Rtd": 1, "Flag": "N"}})
    asyncio.run(talk(field, sent, answers=1))
    assert field.rows() == {(1, AT): 7.0}
    assert field.quarantine._waiting[0]["detail"] == "w99999"


def test_a_value_that_is_no_number_harms_no_other() -> None:
    field = Field(station())
    sent = upload({"w01018": {"Rtd": "--", "Flag": "D"}, "w21003": {"Rtd": 0.4, "Flag": "N"}})
    asyncio.run(talk(field, sent, answers=1))
    assert field.rows() == {(2, AT): 0.4}
    assert field.reasons() == {"value": 1}


def test_an_encrypted_upload_of_2025_opens_with_the_stations_key() -> None:
    key = b"0" * 16
    field = Field(station(profile="2025", cipher_key=key))
    sent = upload({"w01018": {"Rtd": 8.25, "Flag": "N"}}, flag=9, key=key)
    (answer,) = asyncio.run(talk(field, sent, answers=1))
    assert b"Flag=8" in answer
    assert field.rows() == {(1, AT): 8.25}


def test_a_station_asking_for_the_time_gets_it() -> None:
    field = Field(station())
    first, second = asyncio.run(talk(field, upload({}, cn="1013"), answers=2))
    assert b"CN=9013" in first
    assert b"CN=1012" in second
    assert b"SystemTime=20260501100005" in second


def test_a_station_whose_clock_is_off_is_set_right_once() -> None:
    field = Field(station())

    async def go() -> list[bytes]:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            line = await Line.open(server)
            late = [upload({"w01018": {"Rtd": n, "Flag": "N"}}, at=AT + n, number=-400_000)
                    for n in (1_000_000, 2_000_000)]  # fmt: skip
            return await line.ask(b"".join(late), 3)

    answers = asyncio.run(go())
    assert sum(b"CN=1012" in a for a in answers) == 1
    assert sum(b"CN=9014" in a for a in answers) == 2


def test_a_station_over_its_rate_is_slowed_and_loses_nothing() -> None:
    field = Field(station(frames_a_minute_max=600))
    sent = [upload({"w01018": {"Rtd": n, "Flag": "N"}}, at=AT + n * 1_000_000) for n in range(630)]

    async def go() -> int:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            line = await Line.open(server)
            await line.ask(b"".join(sent), len(sent))
            return server.slowed

    assert asyncio.run(go()) > 0
    assert len(field.rows()) == 630


def test_fifty_refused_frames_end_the_connection() -> None:
    field = Field(station())

    async def go() -> bool:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            line = await Line.open(server)
            line.writer.write(upload({"w01018": {"Rtd": 1}}, pw="000000") * 60)
            return await line.is_closed()

    assert asyncio.run(go())
    assert len(field.quarantine._waiting) == 20  # the rest is only counted


def test_connections_that_say_nothing_are_swept(monkeypatch) -> None:
    field = Field(station())

    async def go() -> bool:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            line = await Line.open(server)
            await line.ask(upload({}, cn="9015", flag=9))
            stranger = Line(*await asyncio.open_connection(*line.writer.get_extra_info("peername")))
            stranger.writer.write(b"##")
            await until(lambda: len(server._connections) == 2)
            later = server.seconds() + 200
            monkeypatch.setattr(server, "seconds", lambda: later)
            server.sweep()
            closed = await stranger.is_closed()
            return closed and not line.writer.is_closing() and len(server._connections) == 1

    assert asyncio.run(go())


class _Row:
    """A command as the desk reads it, and what it wrote of it."""

    def __init__(self, cn: str, parameters: str = "") -> None:
        self.waiting = [("K1", 1, cn, parameters)]
        self.changes: list[dict] = []

    async def run(self, function, *given):
        if function.__name__ == "_queued":
            waiting, self.waiting = self.waiting, []
            return waiting
        self.changes += given[0]
        return None


def command(cn: str, *answers: dict) -> tuple[bytes, list[dict]]:
    """What the station got, and what was written of the command."""
    field, row = Field(station()), _Row(cn, "PolId=w01018")

    async def go() -> bytes:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        server.desk = CommandDesk(row, server._line_of)
        async with field:
            line = await Line.open(server)
            await line.ask(upload({}, cn="9015", flag=9))
            await server.desk.turn()
            asked = await line.answer()
            qn = asked[9:26]
            for answer in answers:
                cn_of, body = answer["cn"], answer["body"]
                line.writer.write(
                    hj_212.build(body, cn=cn_of, mn="MN001", pw=PASSWORD, qn=qn, flag=4)
                )
            await line.ask(upload({}, cn="9015", flag=9, number=1))
            await server.desk.turn()
            return asked

    return asyncio.run(go()), row.changes


def test_a_command_goes_out_and_its_row_follows_the_answers() -> None:
    asked, changes = command(
        "3011",
        {"cn": "9011", "body": b"QnRtn=1"},
        {"cn": "9012", "body": b"ExeRtn=1"},
    )
    assert b"CN=3011" in asked
    assert b"PolId=w01018" in asked
    assert b"Flag=" in asked
    assert [c["state"] for c in changes] == ["sent", "ready", "executed"]


def test_a_refused_command_has_failed_with_its_code() -> None:
    _, changes = command("3011", {"cn": "9011", "body": b"QnRtn=2"})
    assert changes[-1]["state"] == "failed"
    assert changes[-1]["request_code"] == "2"


def test_what_a_station_tells_on_a_command_is_kept_with_it() -> None:
    _, changes = command(
        "1011",
        {"cn": "9011", "body": b"QnRtn=1"},
        {"cn": "1011", "body": b"SystemTime=20260501100001"},
        {"cn": "9012", "body": b"ExeRtn=1"},
    )
    assert "SystemTime=20260501100001" in changes[-1]["result"]


def test_an_unanswered_command_is_sent_again_and_then_given_up(monkeypatch) -> None:
    from guanggu.kernel.observation.gateways.hj_212 import desk as module

    field, row = Field(station()), _Row("3011")
    seconds = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])

    async def go() -> int:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        server.desk = CommandDesk(row, server._line_of)
        async with field:
            line = await Line.open(server)
            await line.ask(upload({}, cn="9015", flag=9))
            asked = 0
            for _ in range(module.TRIES + 2):
                await server.desk.turn()
                seconds[0] += module.ANSWER_SECONDS
                asked += 1
            for _ in range(module.TRIES + 1):
                assert b"CN=3011" in await line.answer()
            return asked

    asyncio.run(go())
    assert row.changes[-1]["state"] == "timeout"


def test_the_platforms_clock_may_jump_without_harm() -> None:
    """Waiting times and limits run by the monotonic clock; only arrival times follow the wall."""
    field = Field(station())

    async def go() -> int:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        answered = 0
        async with field:
            line = await Line.open(server)
            for n, jump in enumerate((0, -86_400, 86_400 * 365, 0)):
                with fixed_at(NOW + timedelta(seconds=jump)):
                    sent = upload({"w01018": {"Rtd": n, "Flag": "N"}}, at=AT + n * 1_000_000)
                    line.writer.write(sent)
                    while b"CN=9014" not in await line.answer():
                        continue  # the station is told the time of the platform
                    answered += 1
            server.sweep()
            return answered

    assert asyncio.run(go()) == 4
    assert len(field.rows()) == 4
