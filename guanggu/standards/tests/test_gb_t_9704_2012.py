import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.errors import Invalid
from guanggu.base.units import pt_to_mm
from guanggu.standards import gb_t_9704_2012 as layout

codes = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)


@given(codes, st.integers(1949, 2099), st.integers(1, 999_999))
def test_a_number_is_written_and_read_back(code, year, sequence):
    number = layout.document_number(code, year, sequence)
    assert layout.parse_document_number(str(number)) == number
    assert (number.code, number.year, number.sequence) == (code, year, sequence)


def test_the_number_of_the_plan_is_read():
    assert str(layout.parse_document_number(" 武政 〔2017〕11号")) == "武政〔2017〕11号"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("武政[2017]11号", "六角括号"),
        ("武政（2017）11号", "六角括号"),
        ("武政【2017】11号", "六角括号"),
        ("武政〔2017〕第11号", "第"),
        ("武政〔2017〕011号", "虚位"),
        ("武政〔17〕11号", "例如"),
        ("〔2017〕11号", "例如"),
        ("武政〔2017〕11", "例如"),
        ("", "例如"),
    ],
)
def test_a_wrong_number_is_refused_with_its_mend(text, hint):
    with pytest.raises(Invalid) as refused:
        layout.parse_document_number(text)
    assert hint in refused.value.fields["number"].zh
    assert refused.value.message.en


@given(st.text(alphabet="武政〔〕[]（）0123456789第号 ", max_size=24))
def test_any_text_is_read_or_refused(text):
    try:
        number = layout.parse_document_number(text)
    except Invalid as refused:
        number, message = None, refused.message
    assert message.zh if number is None else str(number) == "".join(text.split())


def test_lines_and_characters_fill_the_text_block():
    height_pt = layout.LINE_PITCH_PT * 21 + layout.SIZE_3_PT
    assert pt_to_mm(height_pt) == pytest.approx(225)
    width_pt = layout.CHARACTER_PITCH_PT * 27 + layout.SIZE_3_PT
    assert pt_to_mm(width_pt) == pytest.approx(156)
    assert pytest.approx(-0.2, abs=0.05) == layout.TRACKING_PT
    assert pytest.approx(layout.SIZE_3_PT * 15 / 8, rel=0.02) == layout.LINE_PITCH_PT
    assert layout.MARGIN_LEFT_MM + layout.BLOCK_WIDTH_MM < layout.PAGE_WIDTH_MM
    assert layout.MARGIN_TOP_MM + layout.BLOCK_HEIGHT_MM < layout.PAGE_HEIGHT_MM


GENERAL = {
    "issuer_mark",
    "number",
    "title",
    "body",
    "issuer",
    "date",
    "printed_by",
    "printed_on",
}


@pytest.mark.parametrize(
    ("variant", "present", "kind", "secrecy", "wrong"),
    [
        ("general", GENERAL, "notice", "", set()),
        ("general", GENERAL - {"title", "date"}, "notice", "", {"title", "date"}),
        ("general", GENERAL, "request", "", {"approver", "addressee"}),
        ("general", GENERAL, "notice", "secret", {"copy_number", "secrecy"}),
        ("letter", GENERAL | {"addressee"}, "letter", "", {"printed_by", "printed_on"}),
        ("order", {"issuer_mark", "number", "body", "date"}, "order", "", {"signatory"}),
        ("minutes", {"issuer_mark", "body", "attendance"}, "minutes", "", set()),
        ("minutes", {"issuer_mark", "body", "attendance", "seal"}, "minutes", "", {"seal"}),
    ],
)
def test_elements_that_lack_or_have_no_place_are_named(variant, present, kind, secrecy, wrong):
    found = layout.missing_and_forbidden(variant, present, kind=kind, secrecy=secrecy)
    assert set(found) == wrong
    assert all(message.zh and message.en for message in found.values())


def test_an_unknown_variant_or_element_is_refused():
    for variant, present in (("telegram", set()), ("general", {"subject_words"})):
        with pytest.raises(Invalid):
            layout.missing_and_forbidden(variant, present)


def test_marks_copies_orders_and_dates_are_written_as_the_standard_does():
    assert layout.issuer_mark("武汉市人民政府", "general") == "武汉市人民政府文件"
    assert layout.issuer_mark("武汉市人民政府", "letter") == "武汉市人民政府"
    assert layout.issuer_mark("武汉市人民政府", "order") == "武汉市人民政府令"
    assert layout.copy_number_text(1) == "000001"
    assert layout.order_number(11) == "第11号"
    assert layout.date_text(2017, 3, 5) == "2017年3月5日"
    for refused in (lambda: layout.copy_number_text(0), lambda: layout.order_number(0)):
        with pytest.raises(Invalid):
            refused()


def test_there_are_fifteen_kinds_of_documents():
    assert len(layout.KINDS) == 15
    assert set(layout.VARIANTS) == {"general", "letter", "order", "minutes"}
