"""From a decision to a sealed file that anybody can check."""

from __future__ import annotations

import shutil
import subprocess
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.document import signing
from guanggu.kernel.document.public import (
    VIEW_DOCUMENTS,
    Document,
    NumberSeries,
    archive_document,
    check_pdf,
    draft_document,
    files_of,
    find_by_code,
    number_document,
    open_content,
    preview,
    produce,
    public_summary,
    redraft_document,
    resume_stuck,
    verify_pdf,
    withdraw_document,
)
from guanggu.kernel.document.storing import path_of
from guanggu.kernel.document.testing import a_document, fonts_are_built, needs_fonts
from guanggu.kernel.identity.public import visible
from guanggu.kernel.identity.testing import an_organisation
from guanggu.kernel.journal.public import Job, history, run_due_jobs, verify

CLERK = Actor(account=1, ref="accounts/clerk", name="王五", kind="official")
pytestmark = [pytest.mark.django_db, needs_fonts]


def _content(document: Document) -> bytes:
    document.refresh_from_db()
    assert document.file is not None
    with open_content(document.file) as file:
        return file.read()


def test_decision_gives_numbered_document_and_a_job_in_one_transaction():
    document = a_document(CLERK, pattern="武新市监许〔{year}〕{number}号")
    assert document.state == "numbered"
    assert document.number.endswith("〕1号")
    assert Job.objects.get(name="document.produce").arguments.count(document.key) == 1


def test_rolled_back_decision_leaves_no_gap_in_the_numbers():
    organisation = an_organisation("市场监督管理局")
    first = a_document(CLERK, organisation=organisation)
    with transaction.atomic():
        a_document(CLERK, organisation=organisation)
        transaction.set_rollback(True)
    second = a_document(CLERK, organisation=organisation)
    assert [first.number[-2:], second.number[-2:]] == ["1号", "2号"]
    assert NumberSeries.objects.count() == 1


def test_produced_document_is_sealed_and_verifies():
    document = a_document(CLERK)
    produce(document.key)
    found = verify_pdf(_content(document))
    assert (found.state, found.signer) == ("valid", document.issuer)
    assert found.organisation_code == document.organisation.code
    assert found.covers_whole_document
    assert document.state == "issued"


def test_long_name_of_an_organisation_stands_whole_in_its_certificate():
    name = "武汉东湖新技术开发区城乡建设与交通运输综合管理服务中心"
    document = a_document(CLERK, organisation=an_organisation(name))
    produce(document.key)
    assert verify_pdf(_content(document)).signer == name


def test_producing_twice_issues_once():
    document = a_document(CLERK)
    produce(document.key)
    document.refresh_from_db()
    before = (document.version, document.file_id, document.issued_at)
    produce(document.key)
    document.refresh_from_db()
    assert (document.version, document.file_id, document.issued_at) == before


def test_killed_between_file_and_row_is_finished_by_the_next_try(monkeypatch):
    document = a_document(CLERK)
    with monkeypatch.context() as patch:
        patch.setattr("guanggu.kernel.document.issuing.keep_file", _killed)
        with pytest.raises(KeyboardInterrupt):
            produce(document.key)
    document.refresh_from_db()
    assert document.state == "numbered"
    produce(document.key)
    assert verify_pdf(_content(document)).valid


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is missing")
def test_independent_verifier_accepts_the_seal_and_refuses_a_changed_byte(tmp_path):
    document = a_document(CLERK)
    produce(document.key)
    content = _content(document)
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1
    answers = []
    for name, data in (("whole", content), ("changed", bytes(changed))):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        ran = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True)
        answers.append(ran.stdout)
    assert "Signature is Valid." in answers[0]
    assert "Total document signed" in answers[0]
    assert "Signature is Valid." not in answers[1]


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.7])
def test_changed_byte_is_noticed_anywhere(share):
    content = bytearray(_sealed())
    content[int(len(content) * share)] ^= 1
    assert not verify_pdf(bytes(content)).valid


def test_added_revision_after_the_seal_is_noticed():
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(_sealed()))
    writer.root["/Lang"] = generic.pdf_string("xx")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert verify_pdf(out.getvalue()).altered


def test_seal_of_another_authority_is_of_an_unknown_issuer(settings, tmp_path):
    content = _sealed()
    settings.GUANGGU_KEYS = tmp_path / "other-keys"
    assert verify_pdf(content).unknown_issuer


@pytest.mark.parametrize(
    ("content", "state"),
    [(b"", "unreadable"), (b"%PDF-1.7 nothing", "unreadable"), (b"hello", "unreadable")],
)
def test_file_that_is_no_pdf_is_called_unreadable(content, state):
    assert verify_pdf(content).state == state


def test_file_without_seal_is_called_unsigned():
    document = a_document(CLERK)
    assert verify_pdf(preview(document)).state == "unsigned"


def test_anybody_finds_the_document_by_its_code_however_typed():
    document = a_document(CLERK, holder_name="武汉样例有限公司")
    with pytest.raises(Missing):
        find_by_code(document.verification_code)  # not issued yet
    produce(document.key)
    typed = document.code_shown.lower().replace("0", "o").replace("1", "l")
    found = public_summary(find_by_code(f" {typed} "))
    assert (found.number, found.holder) == (document.number, "武汉样例有限公司")
    assert found.in_force


def test_persons_name_is_masked_in_public():
    document = a_document(CLERK, holder_name="张小明", holders=["accounts/7"])
    assert public_summary(document).holder == "张**"


def test_uploaded_original_is_recognised_byte_by_byte():
    document = a_document(CLERK)
    produce(document.key)
    checked = check_pdf(_content(document))
    assert checked.verification.valid
    assert checked.document == document
    assert check_pdf(_content(document) + b"\n").document is None


def test_withdrawn_document_says_so_and_needs_a_reason():
    document = a_document(CLERK)
    produce(document.key)
    document.refresh_from_db()
    with transaction.atomic():
        with pytest.raises(Invalid):
            withdraw_document(CLERK, document, reason=" ")
        withdraw_document(CLERK, document, reason="持证人申请注销")
    summary = public_summary(find_by_code(document.verification_code))
    assert (summary.state, summary.in_force) == ("withdrawn", False)


def test_document_cannot_be_archived_before_it_is_issued_nor_redrafted_after():
    document = a_document(CLERK)
    with transaction.atomic():
        with pytest.raises(Conflict):
            archive_document(CLERK, document)
        with pytest.raises(Conflict):
            redraft_document(CLERK, document, data={"rows": []})
    produce(document.key)
    document.refresh_from_db()
    with transaction.atomic():
        archive_document(CLERK, document, retention="permanent")
    assert (document.state, document.retention) == ("archived", "permanent")


def test_character_that_no_face_draws_is_refused_before_a_number_is_taken():
    organisation = an_organisation()
    with pytest.raises(Invalid, match="U\\+2A6D6"), transaction.atomic():
        a_document(CLERK, organisation=organisation, data={"rows": [["姓名", "张\U0002a6d6"]]})
    assert NumberSeries.objects.count() == 0


def test_text_too_long_for_one_page_is_refused_before_a_number_is_taken():
    with pytest.raises(Invalid, match="排不下"), transaction.atomic():
        a_document(CLERK, data={"rows": [["经营范围", "预包装食品销售" * 900]]})
    assert NumberSeries.objects.count() == 0


def test_data_that_the_template_does_not_take_is_refused_by_field():
    with pytest.raises(Invalid) as caught, transaction.atomic():
        a_document(CLERK, data={"rows": [["one"]]})
    assert list(caught.value.fields) == ["rows/0"]


def test_holder_sees_his_issued_document_and_a_stranger_does_not():
    document = a_document(CLERK, holders=["legal_entities/91420100MA4KXXXX0X"])
    firm = Actor(2, "accounts/2", "李四", "firm", firm="91420100MA4KXXXX0X")
    stranger = Actor(3, "accounts/3", "赵六", "person")
    assert not visible(firm, Document.objects.all(), VIEW_DOCUMENTS).exists()
    produce(document.key)
    assert visible(firm, Document.objects.all(), VIEW_DOCUMENTS).get() == document
    assert not visible(stranger, Document.objects.all(), VIEW_DOCUMENTS).exists()


def test_official_document_goes_from_draft_to_number_in_its_own_series():
    organisation = an_organisation("武汉东湖新技术开发区管理委员会")
    with transaction.atomic():
        draft = draft_document(
            CLERK, template="document.official", title="关于试行的通知",
            data={"paragraphs": ["一、总体要求", "现通知如下。"], "addressee": "各部门"},
            subject="office/1", organisation=organisation.pk,
        )  # fmt: skip
        redraft_document(CLERK, draft, data={"paragraphs": ["改后的正文。"]})
        number_document(CLERK, draft, series="武新管", pattern="武新管〔{year}〕{number}号")
    produce(draft.key)
    assert verify_pdf(_content(draft)).valid


def test_document_whose_job_gave_up_is_taken_up_again():
    document = a_document(CLERK)
    Job.objects.update(state=Job.State.FAILED)
    assert resume_stuck() == 0
    with clock.fixed_at(clock.now() + timedelta(hours=3)):
        assert resume_stuck() == 1
        run_due_jobs()
    assert verify_pdf(_content(document)).valid


def test_verify_names_a_file_whose_content_was_replaced():
    document = a_document(CLERK)
    produce(document.key)
    document.refresh_from_db()
    path = path_of(document.file.sha256)
    path.chmod(0o600)
    path.write_bytes(b"other")
    assert [f.place for f in verify().findings if f.place.startswith("files/")] == [
        str(document.file.ref)
    ]


def test_journal_names_a_document_altered_by_sql():
    document = a_document(CLERK)
    produce(document.key)
    assert not [f for f in verify().findings if "documents" in str(f)]
    Document.objects.filter(pk=document.pk).update(holder_name="别人")
    assert [f for f in verify().findings if document.key in str(f)]


def test_wrong_passphrase_is_said_clearly(settings):
    from guanggu.base.errors import Unavailable
    from guanggu.kernel.document import authority

    _sealed()
    authority._held.cache_clear()
    signing._signer.cache_clear()
    settings.GUANGGU_SEAL_KEY = b"another"
    with pytest.raises(Unavailable):
        authority.authority()
    authority._held.cache_clear()


def _sealed() -> bytes:
    document = a_document(platform("test"))
    produce(document.key)
    return _content(document)


def test_fonts_of_the_five_styles_are_there():
    assert fonts_are_built()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_document_issue_it_once():
    document = a_document(CLERK)
    failures: list[str] = []

    def work() -> None:
        try:
            for _ in range(20):  # as the worker does: a busy database only means later
                try:
                    produce(document.key)
                    return
                except OperationalError:
                    continue
            failures.append("gave up")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = [event.kind for event in history(document.ref)]
    assert not failures
    assert kinds.count("document.issued") == 1
    assert len(files_of(document.ref)) == 1
