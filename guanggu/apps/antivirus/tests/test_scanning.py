"""With a real clamd: what passes, what is shut, and that an absent or killed engine passes nothing."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from guanggu.apps.antivirus import tasks
from guanggu.apps.antivirus.actions import confirm, release, rescan
from guanggu.apps.antivirus.connector import KEY, clamd, screen_content
from guanggu.apps.antivirus.models import QuarantinedFile, VirusSignature
from guanggu.apps.antivirus.tasks import look, renew_signatures, watch_age
from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.errors import Conflict, Forbidden, Invalid, Unavailable
from guanggu.kernel.connector.public import gate_of, probe_one
from guanggu.kernel.document.public import (
    StoredFile,
    keep_file,
    open_content,
    raw_content,
    read_upload,
    receive,
)
from guanggu.kernel.document.testing import PDF
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import Event, history, run_until_quiet, start_job, verify
from guanggu.kernel.register.public import create_record

from .conftest import EICAR, STREAM_BYTES_MAX, Clamd

pytestmark = pytest.mark.django_db


def a_file(content: bytes = PDF, name: str = "a.pdf", who: Actor | None = None) -> StoredFile:
    received = receive(content, name)
    with transaction.atomic():
        return keep_file(who or a_person(), received, "cases/1", purpose="test")


def state(row: StoredFile) -> str:
    row.refresh_from_db()
    return row.scan_state


def is_open(row: StoredFile) -> bool:
    row.refresh_from_db()
    try:
        open_content(row).close()
    except Forbidden:
        return False
    return True


def test_a_file_opens_only_after_it_was_scanned(engine: Clamd) -> None:
    row, twin = a_file(), a_file()
    assert not is_open(row)
    assert look() == 1  # two names of one content
    assert is_open(row)
    assert is_open(twin)
    assert verify().is_sound


def test_an_infected_file_is_shut_and_its_owner_told(engine: Clamd) -> None:
    person = a_person()
    row = a_file(PDF + EICAR, who=person)
    look()
    assert state(row) == "infected"
    assert not is_open(row)
    found = QuarantinedFile.objects.get()
    assert (found.state, found.uploaded_by) == ("infected", person.ref)
    assert "Eicar" in found.finding
    assert "antivirus.infected" in history("cases/1").values_list("kind", flat=True)
    page = sign_in(person).get("/antivirus/mine/").content.decode()
    assert row.name in page
    assert "发现病毒" in page
    other = sign_in(a_person()).get("/antivirus/mine/").content.decode()
    assert row.name not in other


def _locked_zip() -> bytes:
    """A ZIP whose only entry says that it is encrypted, in a DOCX's clothes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 40)
        archive.writestr("word/document.xml", "<w/>" * 40)
    content = bytearray(out.getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"a,b\n" + b"1,2\n" * (STREAM_BYTES_MAX // 4), "big.csv", "held_large"),
        (_locked_zip(), "locked.docx", "held_crypt"),
    ],
    ids=["too large", "encrypted"],
)
def test_what_cannot_be_scanned_is_held_until_an_officer_decides(
    engine: Clamd, content: bytes, name: str, expected: str
) -> None:
    row = a_file(content, name)
    look()
    assert state(row) == expected
    assert not is_open(row)
    assert look() == 0  # it waits for a person, not for the engine
    officer = an_official(roles=["security"])
    with pytest.raises(Forbidden):
        release(an_official(roles=["administer"]), quarantined=row.key, reason="需要")
    with pytest.raises(Invalid):
        release(officer, quarantined=row.key, reason=" ")
    release(officer, quarantined=row.key, reason="来源单位已核实")
    assert is_open(row)
    assert state(row) == "released"
    with pytest.raises(Conflict):
        confirm(officer, quarantined=row.key, reason="再想想")
    assert verify().is_sound


def test_without_the_engine_everything_waits_and_is_scanned_when_it_is_back(engine: Clamd) -> None:
    engine.stop()
    good, bad = a_file(), a_file(PDF + EICAR)
    assert look() == 0
    assert (state(good), state(bad)) == ("held_away", "held_away")
    assert not is_open(good)
    with pytest.raises(Unavailable):
        read_upload(SimpleUploadedFile("a.csv", b"a,b"))
    assert probe_one(KEY) == "absent"
    later = a_file(PDF + b"later")
    engine.start()
    gate_of(KEY).failures = 0  # its rest is over
    assert look() == 3
    assert (state(good), state(bad), state(later)) == ("clean", "infected", "clean")
    assert probe_one(KEY) == "present"


def test_an_engine_killed_in_the_middle_of_a_scan_passes_nothing(
    engine: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = a_file()
    framed = clamd.framed

    def killed(pieces: Any) -> Any:
        frames = framed(pieces)
        yield next(frames)
        if engine.process is not None:
            engine.stop()
        yield from frames

    monkeypatch.setattr(clamd, "framed", killed)
    assert look() == 0
    assert state(row) == "held_away"
    monkeypatch.undo()
    engine.start()
    gate_of(KEY).failures = 0
    assert look() == 1
    assert state(row) == "clean"


@pytest.mark.parametrize("address", ["/powers/service_items/import/"])
def test_a_sheet_is_scanned_before_it_is_read(engine: Clamd, address: str) -> None:
    client = sign_in(an_official(roles=["catalogue"]))
    sheet = SimpleUploadedFile("a.csv", "编号\n".encode() + EICAR)
    page = client.post(address, {"file": sheet}).content.decode()
    assert "查出病毒" in page
    engine.stop()
    answer = client.post(address, {"file": SimpleUploadedFile("a.csv", "编号\n1".encode())})
    assert answer.status_code == 503
    assert "暂时无法查毒" in answer.content.decode()


def test_own_signatures_are_given_to_the_engine_and_old_files_scanned_again(
    engine: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "folder", lambda: engine.where)
    row = a_file(PDF + b"a harmless looking thing")
    look()
    assert state(row) == "clean"
    officer = an_official(roles=["security"])
    create_record(
        officer, collection="virus_signatures",
        values={"name": "Doc.Trojan.Ours-1", "kind": "sha256", "pattern": row.sha256},
    )  # fmt: skip
    with pytest.raises(Invalid):
        create_record(
            officer, collection="virus_signatures",
            values={"name": "Doc.Trojan.Ours-2", "kind": "sha256", "pattern": "123"},
        )  # fmt: skip
    run_until_quiet()
    _wait_until_it_has_read_them(row)
    start_job(officer, "antivirus.scan_again")
    run_until_quiet()
    assert state(row) == "infected"
    assert not is_open(row)
    assert "Ours-1" in QuarantinedFile.objects.get().finding
    assert verify().is_sound


def _wait_until_it_has_read_them(row: StoredFile) -> None:
    """clamd answers RELOAD at once and reads behind it."""
    waiting = threading.Event()
    for _ in range(200):
        with raw_content(row) as content:
            if screen_content(content).state == "infected":
                return
        waiting.wait(0.05)
    pytest.fail("the engine did not read the signatures")


def test_an_officer_has_a_file_scanned_again_or_shut_for_good(engine: Clamd) -> None:
    officer = an_official(roles=["security"])
    row = a_file(PDF + EICAR)
    look()
    rescan(officer, quarantined=row.key)
    assert not is_open(row)
    look()
    assert state(row) == "infected"
    confirm(officer, quarantined=row.key, reason="测试病毒")
    assert QuarantinedFile.objects.get().state == "confirmed"
    with pytest.raises(Conflict):
        release(officer, quarantined=row.key, reason="放行")
    assert not is_open(row)


def test_the_age_of_signatures_is_told_once(engine: Clamd) -> None:
    VirusSignature.objects.all().delete()
    renew_signatures()
    assert watch_age() == 1  # nobody knows how old: that is told, too
    assert watch_age() == 0
    assert Event.objects.filter(kind="antivirus.signatures_aged").count() == 1
    create_record(
        an_official(roles=["security"]), collection="virus_signatures",
        values={"name": "Doc.Trojan.New-1", "kind": "sha256", "pattern": "ab" * 32},
    )  # fmt: skip
    renew_signatures()
    assert watch_age() == 0
    with clock.fixed_at(clock.now() + timedelta(days=8)):
        assert watch_age() == 1


def test_where_scanning_is_off_it_is_said_and_nothing_waits(settings: Any) -> None:
    settings.GUANGGU_ANTIVIRUS = "off"
    row = a_file()
    assert look() == 0
    assert is_open(row)
    officer = sign_in(an_official(roles=["security"]))
    assert "查毒已关闭" in officer.get("/").content.decode()
    assert "查毒已关闭" not in sign_in(a_person()).get("/").content.decode()


def test_the_page_shows_engine_and_quarantine_and_takes_decisions(engine: Clamd) -> None:
    row = a_file(PDF + EICAR, "可疑.pdf")
    look()
    probe_one(KEY)
    officer = sign_in(an_official(roles=["security"]))
    page = officer.get("/antivirus/").content.decode()
    assert "可疑.pdf" in page
    assert "正常" in page
    address = f"/antivirus/files/{row.key}/"
    assert officer.post(address, {"do": "release"}).status_code == 200  # no reason given
    assert officer.post(address, {"do": "release", "reason": "误报"}).status_code == 302
    assert is_open(row)
    auditor = sign_in(an_official(roles=["audit"]))
    assert 'value="release"' not in auditor.get(address).content.decode()
    assert sign_in(a_person()).get("/antivirus/").status_code == 403


def test_screening_asks_the_engine_itself(engine: Clamd) -> None:
    assert screen_content(io.BytesIO(b"hello")).state == "clean"
    assert screen_content(io.BytesIO(EICAR)).state == "infected"
