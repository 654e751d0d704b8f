"""Long work: its owner watches it, cancels it, and a killed worker loses nothing of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from guanggu.base import clock
from guanggu.base.actor import VISITOR, Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.journal import long_jobs, progress
from guanggu.kernel.journal.long_jobs import (
    LONG_JOBS,
    cancel_job,
    claim_job,
    job_of,
    long_job,
    run_claimed,
    run_due_here,
    start_job,
)
from guanggu.kernel.journal.models import Event, LongJob
from guanggu.kernel.journal.progress import Progress, remove_old_jobs

pytestmark = pytest.mark.django_db
NAME = "trial.long"
_numbers = count(1)


def a_person() -> Actor:
    number = next(_numbers)
    return Actor(number, f"accounts/{number}", f"测试人{number}", "person")


def an_official(roles: Iterable[str] = ()) -> Actor:
    number = next(_numbers)
    return Actor(number, f"accounts/{number}", "李敏", "official", post=3, roles=frozenset(roles))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A long job whose body a test puts in."""

    class Work:
        body: Any = staticmethod(lambda progress, **arguments: None)

    monkeypatch.setattr(progress, "TELL_EVERY_SECONDS", 0.0)

    @long_job(NAME, T("试验", "Trial"), allows=lambda actor, **_: actor.is_known)
    def trial(progress: Progress, **arguments: Any) -> Any:
        return Work.body(progress, **arguments)

    yield Work
    LONG_JOBS.pop(NAME)


def test_it_runs_with_its_arguments_and_leaves_log_progress_and_result(work: Any) -> None:
    def body(progress: Progress, count: int) -> dict[str, Any]:
        progress.phase(T("计数", "Counting"), count)
        for _ in range(count):
            progress.step()
        progress.log(T("数完", "Counted"))
        (progress.folder / "a.txt").write_text("x")
        return {"text": T("好", "good").as_dict(), "file": "a.txt"}

    work.body = body
    owner = an_official()
    key = start_job(owner, NAME, count=5)
    assert run_due_here() == 1
    row = job_of(owner, key)
    assert (row.state, row.done, row.total) == ("done", 5, 5)
    assert json.loads(row.result)["file"] == "a.txt"
    assert [line[1] for line in json.loads(row.log)] == ["计数", "数完"]
    events = Event.objects.filter(subject=f"long_jobs/{key}").order_by("pk")
    assert list(events.values_list("kind", flat=True)) == ["jobs.started", "jobs.finished"]
    assert (row.owner, row.capacity) == (owner.ref, f"post:{owner.post}")


def test_the_same_request_starts_it_once(work: Any) -> None:
    owner = a_person()
    assert start_job(owner, NAME, key="k") == start_job(owner, NAME, key="k")
    assert LongJob.objects.count() == 1


def test_who_may_not_is_refused_and_who_has_too_many_waits(work: Any) -> None:
    with pytest.raises(Forbidden):
        start_job(VISITOR, NAME)
    owner = a_person()
    for _ in range(long_jobs.WAITING_OF_ONE_MAX):
        start_job(owner, NAME)
    with pytest.raises(Conflict):
        start_job(owner, NAME)
    assert start_job(a_person(), NAME)


def test_a_stranger_sees_and_cancels_nothing_and_the_administrator_all(work: Any) -> None:
    key = start_job(a_person(), NAME)
    with pytest.raises(Missing):
        job_of(a_person(), key)
    with pytest.raises(Forbidden):
        cancel_job(a_person(), job=key)
    officer = an_official(roles=["administer"])
    assert job_of(officer, key).key == key
    cancel_job(officer, job=key)
    assert run_due_here() == 0
    assert job_of(officer, key).state == "cancelled"
    with pytest.raises(Conflict):
        cancel_job(officer, job=key)


def test_a_running_job_stops_at_its_next_step(work: Any) -> None:
    owner, steps = a_person(), []

    def body(progress: Progress) -> None:
        for number in range(10):
            steps.append(number)
            if number == 3:
                cancel_job(owner, job=progress.key)
            progress.step()

    work.body = body
    key = start_job(owner, NAME)
    run_due_here()
    assert steps == [0, 1, 2, 3]
    row = job_of(owner, key)
    assert (row.state, row.done) == ("cancelled", 4)


def test_a_problem_is_told_to_the_owner_and_ends_it(work: Any) -> None:
    def body(progress: Progress) -> None:
        raise Invalid(T("表格是空的", "The sheet is empty"))

    work.body = body
    owner = a_person()
    key = start_job(owner, NAME)
    run_due_here()
    row = job_of(owner, key)
    assert (row.state, row.error, row.error_en) == ("failed", "表格是空的", "The sheet is empty")


def test_an_error_of_the_program_is_tried_again_and_then_told(work: Any) -> None:
    def body(progress: Progress) -> None:
        raise ZeroDivisionError

    work.body = body
    owner = a_person()
    key = start_job(owner, NAME)
    for _ in range(long_jobs.ATTEMPTS_MAX):
        LongJob.objects.update(due_at=clock.now())
        assert run_due_here() == 1
    row = job_of(owner, key)
    assert (row.state, row.attempts) == ("failed", long_jobs.ATTEMPTS_MAX)
    assert "ZeroDivisionError" in row.trace
    assert "ZeroDivisionError" not in row.error


def test_an_interrupted_job_goes_on_from_what_it_had_kept(work: Any) -> None:
    seen: list[Any] = []

    def body(progress: Progress) -> None:
        seen.append(progress.resume)
        progress.keep({"row": 500})
        if progress.attempt == 1:
            raise SystemExit(9)  # as a kill: nothing of the worker's own clean-up runs

    work.body = body
    owner = a_person()
    key = start_job(owner, NAME)
    claimed = claim_job()
    assert claimed is not None
    with pytest.raises(SystemExit):
        run_claimed(claimed)
    assert job_of(owner, key).state == "running"
    assert claim_job() is None  # the lease holds
    LongJob.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert run_due_here() == 1
    assert seen == [{}, {"row": 500}]
    assert job_of(owner, key).state == "done"


def test_a_worker_that_lost_its_lease_writes_nothing_more(work: Any) -> None:
    def body(progress: Progress) -> None:
        LongJob.objects.update(lease_by="another")
        progress.step()

    work.body = body
    owner = a_person()
    key = start_job(owner, NAME)
    run_due_here()
    row = job_of(owner, key)
    assert (row.state, row.lease_by) == ("running", "another")


def test_a_job_interrupted_again_and_again_is_given_up(work: Any) -> None:
    owner = a_person()
    key = start_job(owner, NAME)
    past = clock.now() - timedelta(seconds=1)
    LongJob.objects.update(state="running", lease_until=past, attempts=long_jobs.ATTEMPTS_MAX)
    assert claim_job() is None
    assert job_of(owner, key).state == "failed"


def test_the_log_is_bounded(work: Any) -> None:
    def body(progress: Progress) -> None:
        for number in range(progress_lines := 1000):
            progress.log(T(f"第{number}行" * 200, f"line {number}"))
        assert progress_lines

    work.body = body
    owner = a_person()
    key = start_job(owner, NAME)
    run_due_here()
    lines = json.loads(job_of(owner, key).log)
    assert len(lines) == progress.LOG_LINES_MAX
    assert lines[-1][2] == "line 999"
    assert len(lines[-1][1]) == progress.LOG_CHARACTERS_MAX


def test_old_jobs_go_with_their_files(work: Any) -> None:
    work.body = lambda progress: (progress.folder / "a").write_text("x") and None
    owner = a_person()
    key = start_job(owner, NAME)
    run_due_here()
    assert (progress.results_folder() / key / "a").exists()
    assert remove_old_jobs(90) == 0
    with clock.fixed_at(clock.now() + timedelta(days=91)):
        assert remove_old_jobs(90) == 1
    assert not (progress.results_folder() / key).exists()


SLEEPER = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]


class Claimed:
    """A job claimed by the slow lane whose process only waits."""

    def __init__(self, work: Any) -> None:
        self.owner = a_person()
        self.key = start_job(self.owner, NAME)
        self.runs = long_jobs.Runs(SLEEPER)
        self.runs.tend()
        self.process: subprocess.Popen[bytes] = self.runs._running[self.key][0]

    @property
    def row(self) -> LongJob:
        return job_of(self.owner, self.key)


def test_a_killed_process_is_noticed_and_its_job_begun_again(work: Any) -> None:
    claimed = Claimed(work)
    assert claimed.row.state == "running"
    os.kill(claimed.process.pid, signal.SIGKILL)
    claimed.process.wait(10)
    claimed.runs.tend()
    assert claimed.row.attempts == 2  # taken up again in the same round
    assert claimed.runs._running[claimed.key][0].pid != claimed.process.pid
    claimed.runs.end()
    assert claimed.row.state == "waiting"


def test_a_process_that_does_not_heed_a_cancel_is_ended(
    work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = Claimed(work)
    cancel_job(claimed.owner, job=claimed.key)
    claimed.runs.tend()
    assert claimed.process.poll() is None
    monkeypatch.setattr(long_jobs, "CANCEL_SECONDS_MAX", -1)
    claimed.runs._looked_s = -10.0
    claimed.runs.tend()
    claimed.process.wait(10)
    claimed.runs.tend()
    assert claimed.row.state == "cancelled"


def test_the_platform_has_no_bound_and_stands_for_itself(work: Any) -> None:
    actor = platform("backup")
    key = start_job(actor, NAME)
    row = LongJob.objects.get(key=key)
    assert (row.owner, row.capacity) == (actor.ref, "self")
    for _ in range(long_jobs.WAITING_OF_ONE_MAX):
        assert start_job(actor, NAME)
