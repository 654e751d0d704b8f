"""Files people bring: what is taken, what is refused, and that nothing acknowledged is lost."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.errors import Forbidden, Invalid, Missing, Unavailable
from guanggu.base.limits import FILE_NAME_CHARACTERS_MAX
from guanggu.kernel.document import screening, storing
from guanggu.kernel.document.public import (
    Screened,
    files_of,
    keep_file,
    lost_contents,
    open_content,
    read_upload,
    receive,
    remove_orphans,
    screen_by,
    settle_file,
    shown_name,
)
from guanggu.kernel.document.storing import path_of
from guanggu.kernel.document.testing import PDF, PNG

PERSON = Actor(account=7, ref="accounts/7", name="张三", kind="person")


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "营业执照.pdf", "application/pdf"),
        (PDF, "renamed.exe", "application/pdf"),
        (PNG, "a.png", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 300, "a.jpg", "image/jpeg"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"0" * 300, "a.webp", "image/webp"),
        (packed("[Content_Types].xml", "word/document.xml"), "a.docx", "wordprocessingml.document"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", "spreadsheetml.sheet"),
        (packed("OFD.xml", "Doc_0/Document.xml"), "a.ofd", "application/ofd"),
        ("说明文字".encode(), "a.txt", "text/plain"),
        ("说明文字".encode("gb18030"), "a.txt", "text/plain"),
        ("名称,数量\n甲,1\n".encode(), "a.csv", "text/csv"),
    ],
)
def test_accepted_kind_is_known_by_its_content(content, name, media_type):
    assert receive(content, name).media_type.endswith(media_type)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"MZ\x90\x00" + b"0" * 100, "active_file"),
        (b"\x7fELF" + b"0" * 100, "active_file"),
        (b"#!/bin/sh\nrm -rf /\n", "active_file"),
        (b"<html><script>alert(1)</script>", "active_file"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "active_file"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "active_file"),
        (b"<?php echo 1;", "active_file"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "active_file"),
        (packed("a.txt"), "archive"),
        (b"7z\xbc\xaf\x27\x1c" + b"0" * 100, "archive"),
        (b"Rar!\x1a\x07\x00" + b"0" * 100, "archive"),
        (b"\x1f\x8b\x08" + b"0" * 100, "archive"),
        (b"PK\x03\x04 broken", "broken_file"),
        (b"GIF89a" + b"0" * 100, "file_type"),
        (b"text with \x00 inside", "file_type"),
        (b"\x81\xff\xff not a text", "file_type"),
    ],
)
def test_refused_kind_gets_its_reason_and_leaves_nothing(content, code, settings):
    with pytest.raises(Invalid) as caught:
        receive(content, "innocent.pdf")
    assert caught.value.code == code
    assert not [p for p in settings.GUANGGU_FILES.rglob("*") if p.is_file()]


def test_file_over_the_limit_is_refused_while_it_comes_in(monkeypatch, settings):
    monkeypatch.setattr(storing, "FILE_BYTES_MAX", 1000)
    pieces = iter([PDF, b"0" * 600, b"0" * 600, None])
    with pytest.raises(Invalid) as caught:
        receive(pieces, "a.pdf")
    assert caught.value.code == "too_large"
    assert not [p for p in settings.GUANGGU_FILES.rglob("*") if p.is_file()]


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_shown(name):
    shown = shown_name(name, "pdf")
    assert 0 < len(shown) <= FILE_NAME_CHARACTERS_MAX
    assert not set(shown) & set("/\\\0\n\r\u202e")
    assert shown_name(shown, "pdf") == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\合同(终稿).pdf", "合同(终稿).pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("...", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_name_loses_paths_and_tricks(name, shown):
    assert shown_name(name, "pdf") == shown


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(body=st.binary(max_size=5000))
def test_content_lies_under_its_own_digest(body):
    received = receive(PDF + body, "a.pdf")
    assert path_of(received.sha256).read_bytes() == PDF + body


def _kept(content: bytes = PDF, owner: str = "cases/1"):
    received = receive(content, "材料 “一”.pdf")
    with transaction.atomic():
        return keep_file(PERSON, received, owner)


@pytest.mark.django_db
def test_same_content_twice_is_two_rows_and_one_content(settings):
    first, second = _kept(), _kept()
    assert first.pk != second.pk
    assert len([p for p in settings.GUANGGU_FILES.rglob("*") if p.is_file()]) == 1
    assert files_of("cases/1") == [first, second]


@pytest.mark.django_db
def test_new_file_is_openly_unscanned_and_an_infected_one_cannot_be_opened():
    row = _kept()
    assert row.scan_state == "unscanned"
    assert row.scan_label.zh == "尚未查毒"
    with open_content(row) as file:
        assert file.read() == PDF
    with transaction.atomic():
        settle_file(PERSON, row, Screened("infected", finding="Eicar"))
    with pytest.raises(Forbidden):
        open_content(row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_open"),
    [("unscanned", False), ("held_away", False), ("held_large", False), ("infected", False),
     ("clean", True), ("released", True)],
)  # fmt: skip
def test_where_scanning_is_required_only_what_passed_is_opened(settings, state, is_open):
    settings.GUANGGU_ANTIVIRUS = "required"
    row = _kept()
    row.scan_state = state
    if is_open:
        open_content(row).close()
        return
    with pytest.raises(Forbidden) as refused:
        open_content(row)
    assert refused.value.code in ("being_scanned", "held", "infected")


class _Upload(io.BytesIO):
    def __init__(self, content: bytes):
        super().__init__(content)
        self.size = len(content)


def test_a_sheet_is_read_only_after_it_was_scanned(settings, monkeypatch):
    assert read_upload(_Upload(b"a,b")) == b"a,b"
    settings.GUANGGU_ANTIVIRUS = "required"
    monkeypatch.setattr(screening, "_screens", [])
    with pytest.raises(Unavailable):
        read_upload(_Upload(b"a,b"))
    answers = {b"a,b": Screened("clean"), b"virus": Screened("infected", finding="Eicar")}
    screen_by(lambda content: answers[content.read()])
    assert read_upload(_Upload(b"a,b")) == b"a,b"
    with pytest.raises(Invalid) as refused:
        read_upload(_Upload(b"virus"))
    assert refused.value.code == "infected"
    with pytest.raises(Invalid):
        read_upload(_Upload(b"a,b"), bytes_max=2)


@pytest.mark.django_db
def test_orphans_go_after_a_day_and_kept_files_stay():
    kept, orphan = _kept(), receive(PDF + b"orphan", "b.pdf")
    with clock.fixed_at(clock.now() + timedelta(hours=23)):
        assert remove_orphans() == 0
    with clock.fixed_at(clock.now() + timedelta(hours=25)):
        assert remove_orphans() == 1
    assert path_of(kept.sha256).exists()
    assert not path_of(orphan.sha256).exists()


@pytest.mark.django_db
def test_altered_or_missing_content_is_named():
    whole, altered, gone = (_kept(PDF + bytes([48 + i])) for i in range(3))
    path_of(altered.sha256).chmod(0o600)
    path_of(altered.sha256).write_bytes(b"other")
    path_of(gone.sha256).unlink()
    assert lost_contents() == [altered, gone]
    assert whole not in lost_contents()
    with pytest.raises(Missing):
        open_content(gone)
