"""What comes out of the typesetter: PDF/A, the same each time, confined, in the standard's layout."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanggu.base.errors import Invalid
from guanggu.kernel.document.faces import undrawable
from guanggu.kernel.document.public import check_drawable, font_report, render, template_of
from guanggu.kernel.document.signing import seal_image
from guanggu.kernel.document.testing import needs_fonts

AT = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = needs_fonts
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is missing")
SHOWN = {
    "title": "关于试行的通知", "issuer": "武汉东湖新技术开发区管理委员会", "number": "武新管〔2026〕4号",
    "sample": True, "verify_address": "https://example.org/verify/A", "code_shown": "AAAA-BBBB-CCCC",
    "issued_on_text": "2026年11月23日",
}  # fmt: skip


def official(paragraphs: list[str], **more: object) -> bytes:
    template = template_of("document.official")
    data = {**template.defaults, **SHOWN, "sample": False, "mark": "武汉东湖新技术开发区文件",
            "printed_by": "办公室", "printed_on_text": "2026年11月23日",
            "paragraphs": paragraphs, **more}  # fmt: skip
    return render(template.source, data, AT)


def pages_of(pdf: bytes, tmp_path) -> list[list[str]]:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True)
    return [[line for line in page.split("\n") if line.strip()] for page in text.stdout.split("\f")]


def test_same_data_and_date_give_the_same_bytes():
    assert official(["正文。"]) == official(["正文。"])


def test_file_declares_itself_pdf_a_2b():
    content = official(["正文。"])
    assert re.search(rb"pdfaid:part[>=\"]+2", content)
    assert re.search(rb"pdfaid:conformance[>=\"]+B", content)


@needs_poppler
def test_full_page_has_22_lines_of_28_characters(tmp_path):
    second = pages_of(official(["光" * 2000]), tmp_path)[1]
    assert "2" in second[-1]
    body = second[:-1]
    assert len(body) == 22
    assert {len(line.strip()) for line in body} == {28}


@needs_poppler
@pytest.mark.parametrize(
    "element",
    ["武汉东湖新技术开发区文件", "武新管〔2026〕4号", "关于试行的通知", "各部门：", "000001", "特急",
     "抄送：", "市政府。", "（此件公开发布）", "签发人", "—1—"],
)  # fmt: skip
def test_official_document_shows_its_elements(element, tmp_path):
    pdf = official(
        ["正文。"], addressee="各部门", copy_number="000001", urgency="特急", approver="张三",
        copied_to="市政府", remark="此件公开发布",
    )  # fmt: skip
    text = "".join("".join(line.split()) for page in pages_of(pdf, tmp_path) for line in page)
    assert element in text


@pytest.mark.parametrize("path", ["/etc/passwd", "../typesetting.py", "models.py"])
def test_template_cannot_read_the_machine(path):
    with pytest.raises(Invalid, match=r"not found|escape"):
        render(f'#read("{path}")'.encode(), {}, AT)


def test_template_cannot_fetch_a_package():
    with pytest.raises(Invalid):
        render(b'#import "@preview/cetz:0.3.0": *', {}, AT)


def test_data_is_text_and_never_markup(tmp_path):
    pdf = official(['#read("/etc/passwd") $x$ *b* <l> @r \\ "'])
    assert pdf.startswith(b"%PDF-")


@settings(max_examples=25)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF), max_size=60))
def test_any_text_is_either_drawn_or_refused_by_name(text):
    data = {**SHOWN, "rows": [["名称", text]]}
    template = template_of("document.certificate")
    if undrawable(text):
        with pytest.raises(Invalid, match=r"U\+"):
            check_drawable(data)
    else:
        assert render(template.source, data, AT).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["局", "武汉东湖新技术开发区管理委员会", "某" * 30])
def test_seal_is_drawn_for_names_of_any_length(name):
    assert seal_image(name, "样例").startswith(b"%PDF-")


@pytest.mark.parametrize("person", ["张喆", "李旻", "王垚", "陈堃", "〔2026〕", "龘"])
def test_rare_characters_of_names_are_drawn(person):
    check_drawable({"name": person})
    assert all(face.state in ("exact", "stand_in") for face in font_report())


def test_many_threads_share_the_compiler():
    made: list[bytes] = []
    threads = [Thread(target=lambda: made.append(official(["正文。"]))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
