"""Pages of long jobs: their owner's, readable without scripts, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import LONG_JOBS, LongJob, long_job, run_due_here, start_job
from guanggu.kernel.register import importing
from guanggu.kernel.register.public import ImportRun, Register
from guanggu.web.tests.places import Place

pytestmark = pytest.mark.django_db
NAME = "trial.shown"


@pytest.fixture
def trial() -> Iterator[str]:
    @long_job(NAME, T("试验作业", "Trial job"), allows=lambda actor, **_: True)
    def body(progress: Any, half: bool = False) -> Any:
        progress.phase(T("第一阶段", "First part"), 4)
        for _ in range(4):
            progress.step()
        (progress.folder / "结果.csv").write_text("a,b")
        return {"text": T("都好了", "All well").as_dict(), "file": "结果.csv", "address": "/mine/"}

    yield NAME
    LONG_JOBS.pop(NAME)


def page(actor: Actor, address: str) -> str:
    answer = sign_in(actor).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_waiting_job_looks_again_by_itself_with_and_without_scripts(trial: str) -> None:
    owner = a_person()
    key = start_job(owner, trial)
    shown = page(owner, f"/jobs/{key}/")
    assert "排队中" in shown
    assert 'http-equiv="refresh"' in shown
    assert f'hx-get="/jobs/{key}/?part=1"' in shown
    assert "取消作业" in shown
    LongJob.objects.update(state="running", done=1, total=4, phase="第一阶段", phase_en="First")
    assert "第一阶段：1/4（25%）" in page(owner, f"/jobs/{key}/?part=1")


def test_a_finished_job_shows_its_result_and_log_and_gives_its_file(trial: str) -> None:
    owner = a_person()
    key = start_job(owner, trial)
    run_due_here()
    client = sign_in(owner)
    shown = client.get(f"/jobs/{key}/").content.decode()
    for text in ("已完成", "都好了", "第一阶段", "下载结果", "查看结果"):
        assert text in shown
    assert 'http-equiv="refresh"' not in shown
    assert client.get(f"/jobs/{key}/?part=1").headers["HX-Refresh"] == "true"
    answer = client.get(f"/jobs/{key}/file/")
    assert b"".join(answer.streaming_content) == b"a,b"
    assert key in client.get("/jobs/").content.decode()


def test_a_stranger_finds_neither_page_nor_file_and_cannot_cancel(trial: str) -> None:
    key = start_job(a_person(), trial)
    stranger = sign_in(a_person())
    for address in (f"/jobs/{key}/", f"/jobs/{key}/file/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/jobs/{key}/cancel/").status_code == 404
    assert LongJob.objects.get().state == "waiting"
    assert key not in stranger.get("/jobs/").content.decode()
    assert stranger.get("/jobs/all/").status_code == 403


def test_a_result_outside_its_folder_is_never_given(trial: str) -> None:
    owner = a_person()
    key = start_job(owner, trial)
    run_due_here()
    LongJob.objects.update(result='{"file":"../../../etc/passwd"}')
    assert sign_in(owner).get(f"/jobs/{key}/file/").status_code == 404


def test_its_owner_cancels_and_the_administrator_sees_the_trace(trial: str) -> None:
    owner = a_person()
    key = start_job(owner, trial)
    client = sign_in(owner)
    assert client.post(f"/jobs/{key}/cancel/", {"request_key": "k"}).status_code == 302
    assert "已取消" in client.get(f"/jobs/{key}/").content.decode()
    LongJob.objects.update(trace="Traceback: secret path")
    assert "secret path" not in client.get(f"/jobs/{key}/").content.decode()
    officer = an_official(roles=["administer"])
    assert "secret path" in page(officer, f"/jobs/{key}/")
    assert key in page(officer, "/jobs/all/")


SHEET = "名称,类别\n".encode() + "".join(f"公园{n},park\n" for n in range(450)).encode()


def test_a_large_sheet_is_taken_in_by_the_worker_and_finished_after_a_kill(
    places: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guanggu.web.screens.importing.LONG_FROM_ROWS", 400)
    officer = an_official(roles=["keep_places"])
    desk = sign_in(officer)
    seen = desk.post("/web/places/import/", {"file": SimpleUploadedFile("场所.csv", SHEET)})
    token = re.search(r'name="token" value="([0-9a-f]{32})"', seen.content.decode())
    assert token
    given = {"token": token[1], "request_key": "k1"}
    answer = desk.post("/web/places/import/", given)
    job = LongJob.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.key}/"

    close = importing.close_run

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit(9)

    monkeypatch.setattr(importing, "close_run", killed)
    with pytest.raises(SystemExit):
        run_due_here()
    job.refresh_from_db()
    assert (job.state, job.total) == ("running", 450)
    assert 0 < job.done <= 450  # what was told last before the kill
    monkeypatch.setattr(importing, "close_run", close)
    LongJob.objects.update(lease_until=job.created_at)
    run_due_here()
    job.refresh_from_db()
    assert job.state == "done"
    run = ImportRun.objects.get()
    assert (run.created, run.quarantined) == (450, 0)
    assert Place.objects.count() == 450
    assert f"/web/places/import/{run.pk}/" in desk.get(f"/jobs/{job.key}/").content.decode()
