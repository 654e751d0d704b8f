"""kill -9 of server and worker at random moments under load.

Nothing acknowledged is lost or done twice, numbers have no gap, clocks go on, `verify` is sound.

The real `guanggu serve` (server, worker, the parent that watches them) on a database of its own,
SQLite with synchronous=FULL. Applicants and officials work through HTTP with signed-in sessions:
draft, form, files, submission, acceptance, review, decision; the worker seals the certificates and
delivers them. At random moments all processes, the server or the worker are killed with SIGKILL.
What was not answered is sent again under the same request key; some requests are sent twice though
they were answered, and some connections are cut before the answer. While everything is down, cases
are laid in whose silence has run out: the clock must decide them after the restart.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import survivors
from bench.machine import SHORT, own_server, print_table
from bench.patience import Ledger, Person

CI = True
UNTIMED = True
KILLS = int(os.environ.get("SURVIVAL_KILLS") or (12 if SHORT else 200))
APPLICANTS = 3
SEED = int(os.environ.get("SURVIVAL_SEED") or 20261123)
READY_SECONDS = 60
QUIET_SECONDS = 240  # for the worker to finish after the last kill: a lease runs a minute


class Matter:
    """One application's whole way, again and again until told to stop."""

    def __init__(self, applicant: Person, officials: dict[str, Person], ledger: Ledger):
        self.applicant, self.officials, self.ledger = applicant, officials, ledger
        self.file_number = 0

    def run(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                number = self._apply()
                for step, who, outcome, data in (
                    ("acceptance", "clerk", "accept", {}),
                    ("review", "reviewer", "approve", {"approve.opinion": "符合条件"}),
                    ("decision", "decider", "grant", {}),
                ):
                    self._decide(number, step, self.officials[who], outcome, data)
        except Exception as error:  # told at the end: a thread's own trace would be lost
            self.ledger.faults.append(f"{type(error).__name__}: {error}")

    def _apply(self) -> str:
        _, base, _ = self.applicant.post("/approvals/apply/test-item/", {})
        base = base.removesuffix("applicant/")
        applicant = {
            "code": "11010519491231002X", "contact_name": "张光谷",
            "contact_phone": "13800000000", "address": "光谷大道1号",
        }  # fmt: skip
        site = {"site.address": "高新大道1号", "site.area": "120.5"}
        self._step(f"{base}applicant/", applicant)
        self._step(f"{base}form-1/", site)
        self._step(f"{base}form-2/", {"purpose": "shop", "fire": "合格"})
        for material in ("id-card", "fire-report"):
            self._upload(base, material)
        self._step(f"{base}delivery/", {"way": "online"})
        key = secrets.token_hex(8)
        _, place, page = self.applicant.post(
            f"{base}check/", {"declared": "on", "request_key": key}
        )
        found = re.search(r"matters/(\w+)/receipt/", place)
        if found is None:
            raise AssertionError(f"not submitted: {_said(page)}")
        with self.ledger.lock:
            self.ledger.submitted[key] = found[1]
        return found[1]

    def _step(self, path: str, values: dict[str, str]) -> None:
        status, _, page = self.applicant.post(path, values)
        if status != 302:
            raise AssertionError(f"{path}: {status} {_said(page)}")

    def _upload(self, base: str, material: str) -> None:
        from hashlib import sha256

        content = b"%PDF-1.4\n" + secrets.token_bytes(3_000).hex().encode() + b"\n%%EOF\n"
        status, _, page = self.applicant.post(
            f"{base}upload/", {"material": material}, ("file", "a.pdf", content)
        )
        if status != 302:
            raise AssertionError(f"upload: {status} {_said(page)}")
        with self.ledger.lock:
            self.ledger.uploaded.add(sha256(content).hexdigest())

    def _decide(
        self, number: str, step: str, official: Person, outcome: str, data: dict[str, str]
    ) -> None:
        path = f"/approvals/work/cases/{number}/?outcome={outcome}"
        page = official.get(path)
        form = re.search(r'action="(/approvals/work/cases/\w+/tasks/\d+/)#task"', page)
        if form is None:
            raise AssertionError(f"{path}: no task to decide; {_said(page)}")
        status, _, page = official.post(form[1], {"outcome": outcome, **data})
        if status != 302:
            raise AssertionError(f"{form[1]}: {status} {_said(page)}")
        with self.ledger.lock:
            self.ledger.decided[f"{number}/{step}"] = outcome


def _said(page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", page[page.find("<main") :])
    return re.sub(r"\s+", " ", text)[:400]


class Server:
    """`guanggu serve` and everything it has started, by their ids."""

    def __init__(self, var: Path, port: int):
        self.port, self.log = port, (var / "serve.log").open("ab")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "guanggu.site.command", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def wait_ready(self) -> float:
        started = time.monotonic()
        while time.monotonic() - started < READY_SECONDS:
            if self.process.poll() is not None:
                raise SystemExit(f"serve ended by itself: {self.process.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - started
            time.sleep(0.05)
        raise SystemExit(f"the server did not come back within {READY_SECONDS} s")

    def family(self) -> dict[int, str]:
        """The processes under the parent, and it: id -> command line."""
        assert self.process is not None
        parents, lines = {}, {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError, IndexError):
                    stat = (entry / "stat").read_text().rpartition(")")[2].split()
                    parents[int(entry.name)] = int(stat[1])
                    lines[int(entry.name)] = (entry / "cmdline").read_text()
        found = {self.process.pid: lines.get(self.process.pid, "")}
        grown = True
        while grown:
            more = {p: lines[p] for p, up in parents.items() if up in found and p not in found}
            found |= more
            grown = bool(more)
        return found

    def kill(self, what: str) -> None:
        """SIGKILL to all, to what serves, or to the worker; the parent starts the latter again."""
        for pid, line in self.family().items():
            is_server = "granian" in line
            is_child = pid != self.process.pid
            if what == "all" or (is_child and is_server == (what == "server")):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if what == "all":
            self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def prepare(port: int, ledger: Ledger) -> list[Matter]:
    """People with sessions, one item, its procedure."""
    from guanggu.apps.approvals.tests.people import a_house, an_item
    from guanggu.base.actor import platform
    from guanggu.base.ids import Ref
    from guanggu.kernel.case.public import publish_shipped
    from guanggu.kernel.identity.testing import a_person, sign_in
    from guanggu.kernel.journal.public import run_until_quiet
    from guanggu.kernel.register.public import register_of, save_record

    publish_shipped()
    house = a_house()
    model = register_of("service_items").model
    names = {f.name for f in model._meta.concrete_fields} - {"organisation", "version", "source"}
    values = {n: v for n, v in an_item(house.organisation).items() if n in names}
    more = {"organisation": house.organisation, "power_type": "01", "basic_code": "000100000000",
            "themes": ["business"]}  # fmt: skip
    item = model(**values, **more, source="bench")
    from django.db import transaction

    with transaction.atomic():
        save_record(platform("bench"), item, "powers.created")
    assert Ref("service_items", "test-item") == item.ref
    run_until_quiet()

    def person(actor: object, seed: int) -> Person:
        session = sign_in(actor).session.session_key
        return Person(port, session, ledger, random.Random(SEED + seed))

    staff = {"clerk": house.clerk, "reviewer": house.reviewer, "decider": house.decider}
    matters = []
    for number in range(APPLICANTS):
        officials = {name: person(actor, 100 + number) for name, actor in staff.items()}
        matters.append(Matter(person(a_person(), number), officials, ledger))
    return matters


def lay_in_silent_case() -> str:
    """A case whose five working days of silence are over: due while everything is down."""
    from django.db import connection

    from guanggu.apps.approvals.actions import apply
    from guanggu.base import clock
    from guanggu.base.actor import platform

    form = {"site": {"address": "高新大道2号", "area": 10}, "purpose": "office"}
    with clock.fixed_at(clock.now() - timedelta(days=21)):
        made = apply(
            platform("bench"), item="test-item", form=form, applicant={"name": "沉默公司"},
            without_papers=True,
        )  # fmt: skip
    connection.close()
    return made["number"]


def kill_again_and_again(server: Server, chance: random.Random) -> tuple[Counter, list, list]:
    """KILLS kills at random moments; answers what was killed, the waits, and the silent cases."""
    kinds, waits, silent = Counter(), [], []
    for number in range(KILLS):
        time.sleep(chance.uniform(0.05, 2.0))
        what = chance.choices(["all", "server", "worker"], [3, 1, 1])[0]
        server.kill(what)
        kinds[what] += 1
        if what == "all":
            if number % 4 == 0 or SHORT:
                silent.append(lay_in_silent_case())
            server.start()
            if chance.random() < 0.1:  # a kill while starting
                time.sleep(chance.uniform(0.1, 1.5))
                server.kill("all")
                kinds["while starting"] += 1
                server.start()
        waits.append(server.wait_ready())
    return kinds, waits, silent


def main() -> None:
    var = own_server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ledger, chance = Ledger(), random.Random(SEED)
    matters = prepare(port, ledger)
    server, stop = Server(var, port), threading.Event()
    started = time.monotonic()
    server.start()
    server.wait_ready()
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in matters]
    for thread in threads:
        thread.start()
    try:
        kinds, waits, silent = kill_again_and_again(server, chance)
        stop.set()
        for thread in threads:
            thread.join()
        survivors.wait_until_quiet(ledger, QUIET_SECONDS)
    finally:
        stop.set()
        server.stop()
    report(ledger, kinds, waits, silent, time.monotonic() - started)


def report(
    ledger: Ledger, kinds: Counter, waits: list[float], silent: list[str], seconds: float
) -> None:
    lost, doubled = survivors.lost_and_doubled(ledger, silent)
    count, wrong = survivors.certificates(ledger)
    given, gaps = survivors.numbers()
    verdict = survivors.verified()
    told = ", ".join(f"{name}: {times}" for name, times in kinds.items())
    rows = [
        ["kills with SIGKILL", f"{sum(kinds.values())} ({told})", f">= {KILLS}"],
        ["under load", f"{seconds:,.0f} s", ""],
        ["back after a kill", f"median {sorted(waits)[len(waits) // 2]:.1f} s, at most "
         f"{max(waits):.1f} s", ""],
        *[[what, f"{times:,}", ""] for what, times in sorted(ledger.counts.items())],
        ["applications, decisions, files acknowledged", f"{len(ledger.submitted):,}, "
         f"{len(ledger.decided):,}, {len(ledger.uploaded):,}", ""],
        ["acknowledged and lost", len(lost), "0"],
        ["done twice", len(doubled), "0"],
        ["numbers given; series with a gap", f"{given:,}; {len(gaps)}", "0"],
        ["certificates issued once, sealed, delivered; wrong", f"{count:,}; {len(wrong)}", "0"],
        ["clocks run out while down, decided after it", len(silent), ""],
        ["faults (5xx, refused, other answers to the same key, work left)",
         len(ledger.faults), "0"],
        ["guanggu verify", verdict, "sound"],
    ]  # fmt: skip
    print_table(f"Survival of {KILLS} kills, seed {SEED}", ["what", "found", "asked"], rows)
    bad = [*lost, *doubled, *gaps, *wrong, *ledger.faults]
    for line in bad[:30]:
        print(line)
    if bad or verdict != "sound":
        raise SystemExit("the claim does not hold")


if __name__ == "__main__":
    main()
