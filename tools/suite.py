"""`make test`: what tests need, then the whole suite on SQLite and again on PostgreSQL.

`make test ONLY=sqlite` runs one of the two; further arguments after `--` go to pytest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

import assets
import debian
import environment
from postgres import private_postgres
from say import say
from stamps import ROOT

NO_TESTS_COLLECTED = 5
# Browser journeys and walks of every address see the database through the same pages, and what asks
# no database cannot tell one from the other: once is enough.
NOT_ON_POSTGRESQL = ("-m", "not browser and not walk and asks_database")
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


@dataclass(frozen=True)
class Outcome:
    name: str
    status: int
    counts: str
    seconds: float

    @property
    def is_good(self) -> bool:
        """No tests at all is bad news too: the suite would prove nothing."""
        return self.status == 0


def _suite(name: str, *arguments: str, workers: str = "2", **env: str) -> Outcome:
    say(f"—— {name} 上的全部测试", f"the suite on {name}")
    started = time.monotonic()
    command = [str(environment.PYTHON), "-m", "pytest", "-n", os.environ.get("WORKERS") or workers]
    running = subprocess.Popen(
        [*command, "--dist", "loadfile", "--tb", "short", *arguments],
        cwd=ROOT, env={**os.environ, **env}, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    last = ""
    assert running.stdout is not None
    for line in running.stdout:
        print(line, end="", flush=True)
        last = line if COUNTS.search(line) else last
    status = running.wait()
    counts = ", ".join(f"{number} {what}" for number, what in COUNTS.findall(last))
    if status == NO_TESTS_COLLECTED:
        counts = "没有收集到测试 no tests collected"
    return Outcome(name, status, counts or f"exit {status}", time.monotonic() - started)


def _on_postgresql(extra: list[str]) -> Outcome:
    """A server for each worker: transaction numbers belong to the whole server, so a transaction
    that another test holds open would rightly keep readers of the journal waiting."""
    workers = os.environ.get("WORKERS") or "2"
    with ExitStack() as stack:
        servers = [stack.enter_context(private_postgres()) for _ in range(int(workers))]
        return _suite(
            "PostgreSQL", *NOT_ON_POSTGRESQL, "-p", "tests.own_server", *extra, workers=workers,
            GUANGGU_DATABASE=servers[0], GUANGGU_TEST_SERVERS=" ".join(servers),
        )  # fmt: skip


def main() -> None:
    os.chdir(ROOT)
    extra = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    only = os.environ.get("ONLY") or ""
    environment.ensure_packages()
    environment.ensure_packages("requirements-dev.lock")
    debian.ensure_needs()
    assets.ensure_assets(for_tests=True)
    outcomes = []
    if only in ("", "sqlite"):
        outcomes.append(_suite("SQLite", *extra, GUANGGU_DATABASE=""))
    if only in ("", "postgresql"):
        outcomes.append(_on_postgresql(extra))
    print()
    for outcome in outcomes:
        verdict = "通过 passed" if outcome.is_good else "未通过 FAILED"
        print(f"{outcome.name:<12}{verdict:<14} {outcome.counts}  ({outcome.seconds:.0f} s)")
    raise SystemExit(0 if all(outcome.is_good for outcome in outcomes) else 1)


if __name__ == "__main__":
    main()
