"""What is there after the kills, held against what was acknowledged: for bench/survival.py."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from typing import Any


def wait_until_quiet(ledger: Any, seconds: float) -> None:
    """Until the worker has nothing left to do; what is left then is a fault."""
    from django.db import connection

    from guanggu.kernel.journal.public import SUBSCRIBERS, Job, lag

    until_s = time.monotonic() + seconds
    while True:
        waiting = Job.objects.exclude(state="done").count()
        behind = sum(lag(name) for name in SUBSCRIBERS)
        connection.close()
        if not waiting and not behind:
            return
        if time.monotonic() > until_s:
            ledger.faults.append(f"{waiting} jobs and {behind} events left after {seconds:.0f} s")
            return
        time.sleep(0.5)


def _times(kind: str) -> Counter:
    """How often each subject has an event of the kind."""
    from guanggu.kernel.journal.public import Event

    return Counter(Event.objects.filter(kind=kind).values_list("subject", flat=True))


def _gaps(numbers: list[str]) -> list[str]:
    """Series (the text around the last digits) that do not count 1, 2, 3 … once each."""
    series: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        found = re.fullmatch(r"(.*?\d{4}\D?)(\d+)(\D*)", number)
        assert found is not None, number
        series[f"{found[1]}…{found[3]}"].append(int(found[2]))
    return [
        f"{name}: {sorted(taken)[:5]} … {max(taken)} in {len(taken)}"
        for name, taken in series.items()
        if sorted(taken) != list(range(1, len(taken) + 1))
    ]


def lost_and_doubled(ledger: Any, silent: list[str]) -> tuple[list[str], list[str]]:
    """What was acknowledged and is not there, and what is there more than once."""
    from guanggu.kernel.case.public import Case, Task
    from guanggu.kernel.document.public import StoredFile, lost_contents

    lost, doubled = [], []
    cases = {case.number: case for case in Case.objects.all()}
    wanted = {*ledger.submitted.values(), *silent}
    lost += [f"case {number}" for number in wanted - cases.keys()]
    doubled += [f"case {number} nobody was told of" for number in cases.keys() - wanted]
    for number, times in Counter(ledger.submitted.values()).items():
        doubled += [f"case {number} for {times} applications"] if times > 1 else []
    for subject, times in _times("approvals.submitted").items():
        doubled += [f"{subject} submitted {times} times"] if times > 1 else []
    done = defaultdict(list)
    for task in Task.objects.filter(state="done").select_related("case"):
        done[f"{task.case.number}/{task.stage}"].append(task.outcome)
    for place, outcome in ledger.decided.items():
        if done[place].count(outcome) == 0:
            lost.append(f"decision {place}")
        if len(done[place]) > 1 and not place.endswith("/acceptance"):
            doubled.append(f"decision {place}: {done[place]}")
    for number in silent:
        if cases[number].stage == "acceptance":
            lost.append(f"the clock of {number}")
        if done[f"{number}/acceptance"].count("deemed") > 1:
            doubled.append(f"deemed acceptance of {number}")
    kept = Counter(StoredFile.objects.exclude(owner__startswith="documents/")
                   .values_list("sha256", flat=True))  # fmt: skip
    lost += [f"file {digest[:12]}" for digest in ledger.uploaded - kept.keys()]
    lost += [f"content of {row.name}" for row in lost_contents()]
    doubled += [f"file {digest[:12]} x{n}" for digest, n in kept.items() if n > 1]
    return lost, doubled


def certificates(ledger: Any) -> tuple[int, list[str]]:
    """How many there are, and what is wrong: none, several, unsealed, never delivered."""
    from guanggu.kernel.case.public import Case
    from guanggu.kernel.document.public import documents_of, open_content, verify_pdf

    wrong, count = [], 0
    granted = [p.partition("/")[0] for p, outcome in ledger.decided.items() if outcome == "grant"]
    for number in granted:
        case = Case.objects.get(number=number)
        papers = list(documents_of(case.ref).filter(template="approvals.certificate"))
        if [paper.state for paper in papers] != ["issued"]:
            wrong.append(f"{number}: {[paper.state for paper in papers]}")
            continue
        with open_content(papers[0].file) as content:
            if not verify_pdf(content.read()).valid:
                wrong.append(f"{number}: the seal does not hold")
        if case.state != "closed":
            wrong.append(f"{number}: not delivered")
        count += 1
    for subject, times in _times("document.issued").items():
        wrong += [f"{subject} issued {times} times"] if times > 1 else []
    return count, wrong


def numbers() -> tuple[int, list[str]]:
    """How many numbers were given, and every series with a gap or a number twice."""
    from guanggu.kernel.case.public import Case
    from guanggu.kernel.document.public import Document

    found = _gaps(list(Case.objects.values_list("number", flat=True)))
    count = Case.objects.count()
    by_body: dict[Any, list[str]] = defaultdict(list)
    rows = Document.objects.exclude(number="").values_list("organisation", "template", "number")
    for organisation, template, number in rows:
        by_body[organisation, template].append(number)
        count += 1
    for taken in by_body.values():
        found += _gaps(taken)
    return count, found


def verified() -> str:
    """The last line of `guanggu verify`, run as an operator runs it."""
    command = [sys.executable, "-m", "guanggu.site.command", "verify", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip().splitlines()
    return "sound" if not done.returncode else " / ".join(said[:5])
