"""What the engine's words mean: nothing that is not plainly clean is clean."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.antivirus.rules import (
    CHUNK_BYTES,
    age_tone,
    built_at,
    framed,
    signature_error,
    signature_line,
    verdict_of,
    version_of,
)


@pytest.mark.parametrize(
    ("reply", "state", "held_for"),
    [
        ("stream: OK\0", "clean", ""),
        ("stream: Eicar-Test-Signature FOUND\0", "infected", ""),
        ("stream: Heuristics.Encrypted.Zip FOUND\0", "held", "held_crypt"),
        ("stream: Heuristics.Encrypted.PDF FOUND\0", "held", "held_crypt"),
        ("stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0", "held", "held_fail"),
        ("INSTREAM size limit exceeded. ERROR\0", "held", "held_large"),
        ("stream: Can't allocate memory ERROR\0", "held", "held_fail"),
        ("stream: OK FOUND\0", "infected", ""),
        ("OKAY\0", "held", "held_fail"),
        ("", "held", "held_fail"),
    ],
)
def test_replies_of_clamd(reply: str, state: str, held_for: str) -> None:
    found = verdict_of(reply)
    assert (found.state, found.held_for) == (state, held_for)


@given(st.text(max_size=80))
def test_no_other_reply_is_clean(reply: str) -> None:
    said = reply.strip("\0\r\n ").removeprefix("stream:").strip()
    assert (verdict_of(reply).state == "clean") == (said == "OK")


@given(st.lists(st.binary(max_size=200), max_size=8), st.integers(0, 3))
def test_a_framed_stream_gives_the_content_back(pieces: list[bytes], large: int) -> None:
    pieces = [*pieces, b"x" * (CHUNK_BYTES * large)]
    command, *frames = framed(pieces)
    assert command == b"zINSTREAM\0"
    sent, back = b"".join(frames), b""
    while (length := struct.unpack("!L", sent[:4])[0]) > 0:
        assert length <= CHUNK_BYTES
        back, sent = back + sent[4 : 4 + length], sent[4 + length :]
    assert back == b"".join(pieces)
    assert sent == b"\0\0\0\0"


@pytest.mark.parametrize(
    ("reply", "engine", "number"),
    [("ClamAV 1.4.6\0", "1.4.6", ""),
     ("ClamAV 1.4.6/27831/Wed Nov 18 08:26:03 2026\0", "1.4.6", "27831")],
)  # fmt: skip
def test_versions(reply: str, engine: str, number: str) -> None:
    found = version_of(reply)
    assert found is not None
    assert (found.engine, found.number) == (engine, number)
    built = built_at(found)
    assert (built is not None) == bool(number)
    assert built is None or built.isoformat() == "2026-11-18T08:26:03+00:00"


def test_something_else_is_no_version() -> None:
    assert version_of("220 smtp ready") is None


@pytest.mark.parametrize(
    ("kind", "name", "pattern", "wrong"),
    [
        ("sha256", "Win.Trojan.A-1", "ab" * 32, set()),
        ("sha256", "Win.Trojan.A-1", "AB" * 32, {"pattern"}),
        ("sha256", "1:x", "ab" * 32, {"name"}),
        ("sha256", "Win.Trojan", "ab" * 31, {"pattern"}),
        ("body", "Doc.Macro", "deadbeef" * 3, set()),
        ("body", "Doc.Macro", "deadbeef??{4-9}deadbeef*deadbeef", set()),
        ("body", "Doc.Macro", "*" + "deadbeef" * 3, {"pattern"}),
        ("body", "Doc.Macro", "deadbeef" * 3 + "??", {"pattern"}),
        ("body", "Doc.Macro", "dead{2}" * 2 + "beef", {"pattern"}),
        ("body", "Doc.Macro", "not hex at all", {"pattern"}),
    ],
)
def test_a_signature_is_checked(kind: str, name: str, pattern: str, wrong: set[str]) -> None:
    assert set(signature_error(kind, name, pattern)) == wrong


@given(st.sampled_from(["sha256", "body"]), st.text(max_size=30), st.text(max_size=90))
def test_what_passes_the_check_is_one_line_of_four_fields(
    kind: str, name: str, pattern: str
) -> None:
    if not signature_error(kind, name, pattern):
        line = signature_line(kind, name, pattern)
        assert line.isascii()
        assert "\n" not in line
        assert line.count(":") == 3


@pytest.mark.parametrize(
    ("days", "tone"), [(None, "bad"), (0, "ok"), (7, "ok"), (8, "warn"), (31, "bad")]
)
def test_age(days: int | None, tone: str) -> None:
    assert age_tone(days) == tone
