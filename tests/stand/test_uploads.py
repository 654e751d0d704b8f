"""What people send as files: told apart by content, bounded, kept under no name of theirs."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from guanggu.apps.approvals.tests.people import a_house, a_pdf
from guanggu.apps.approvals.tests.test_pages import began, post
from guanggu.base.errors import Invalid
from guanggu.base.limits import FILE_NAME_CHARACTERS_MAX
from guanggu.kernel.document.public import StoredFile, receive
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.register.public import read_sheets

from .world import a_service_item

BOOK = b'<?xml version="1.0"?><workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>'
HTML = b"<html><script>alert(1)</script></html>"


def a_workbook(sheet: bytes, **more: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/workbook.xml", more.get("book", BOOK))
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return target.getvalue()


def cells(*places: str) -> bytes:
    rows = "".join(f'<row><c r="{place}"><v>1</v></c></row>' for place in places)
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    "content",
    [
        a_workbook(b"0" * (201 * 1024 * 1024)),
        a_workbook(cells("A1", "XFD1048576")),
        a_workbook(cells("A1", "AAA2")),
        a_workbook(cells("A1", "A1000001")),
        a_workbook(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c '
                   b'"&b;&b;&b;">]><worksheet>&c;</worksheet>'),
        b"PK\x03\x04" + b"\x00" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"",
    ],
    ids=["bomb", "corners", "too wide", "a million rows", "entities", "broken", "old xls", "empty"],
)  # fmt: skip
def test_a_sheet_that_would_fell_the_server_is_refused_at_once(content: bytes) -> None:
    started = time.process_time()
    with pytest.raises(Invalid) as refused:
        read_sheets(content, "a.xlsx")
    assert refused.value.message.zh
    assert time.process_time() - started < 10


def test_a_csv_of_a_million_rows_is_refused() -> None:
    with pytest.raises(Invalid, match="最多导入"):
        read_sheets(b"a,b\n" + b"1,2\n" * 1_000_000, "a.csv")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.png", HTML),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("图.png", b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>"),
        ("报告.pdf.exe", b"MZ\x90\x00" + b"\x00" * 64),
        ("报告.pdf", b"\x7fELF" + b"\x00" * 64),
        ("a.php", b"<?php system('id');"),
        ("a.sh", b"#!/bin/sh\nrm -rf /\n"),
        ("a.docm", a_workbook(b"<a/>", book=b"<a/>").replace(b"PK", b"Pk", 1)),
        ("a.zip", a_workbook(b"x").replace(b"xl/workbook.xml", b"xl/workbook.xnl")),
    ],
)
@pytest.mark.django_db
def test_what_could_run_is_refused_whatever_it_is_called(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        receive(content, name)
    assert refused.value.message.en
    left = [path for path in Path(settings.GUANGGU_FILES).rglob("*") if path.is_file()]
    assert left == []


NAMES = [
    "../../etc/passwd.pdf", "..\\..\\boot.ini.pdf", "a\x00b.pdf", "\u202efdp.exe.pdf", "光" * 300,
    "a\r\nSet-Cookie: x=1.pdf", '"; filename=evil.html', "😀材料🏗️.pdf", ".htaccess", "  ", "CON.pdf",
    "a/b/c.pdf", "%2e%2e%2f.pdf", "<script>.pdf",
]  # fmt: skip


@pytest.mark.django_db
def test_a_file_of_any_name_is_kept_and_served_as_data() -> None:
    house = a_house()
    a_service_item(house)
    client = sign_in(house.person)
    base = began(client)
    for number, name in enumerate(NAMES):
        file = SimpleUploadedFile("x", a_pdf(str(number)))
        file.name = name  # what a hostile client writes, past the browser's own care
        sent: Any = {"material": "photo", "file": file}
        assert post(client, f"{base}upload/", sent).status_code == 302, name
    rows = list(StoredFile.objects.all())
    assert len(rows) == len(NAMES)
    root = Path(settings.GUANGGU_FILES).resolve()
    for row in rows:
        assert 0 < len(row.name) <= FILE_NAME_CHARACTERS_MAX
        assert not {"/", "\\", "\n", "\r", "\x00", "\u202e"} & set(row.name)
    for path in root.rglob("*"):
        assert path.is_dir() or (path.name.isalnum() and not path.stat().st_mode & 0o111)
    page = client.get(f"{base}materials/").content.decode()
    assert "<script>.pdf" not in page


@pytest.mark.django_db
def test_a_file_that_a_browser_could_run_is_only_ever_downloaded() -> None:
    """A text that is a page to a browser which guesses: it may not guess, nor show it."""
    from guanggu.apps.approvals.tests.acting import case_of
    from guanggu.apps.approvals.tests.test_pages import submitted

    house = a_house()
    a_service_item(house)
    client = sign_in(house.person)
    number = submitted(client)
    key = case_of(number).data["materials"]["id-card"][0]["file"]
    StoredFile.objects.filter(key=key).update(media_type="text/plain")
    answer = client.get(f"/approvals/matters/{number}/files/{key}/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
