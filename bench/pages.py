"""Claim: portal and case pages, p95 <= 60 ms under 50 concurrent readers, one server process.

And the first load of the front page, with all that it draws in, is <= 150 kB as sent. The district
is `guanggu sample`, served by `guanggu serve` with its worker beside it. Fifty readers on kept
connections, visitors, a resident and officials at work, each from an address of his own:

- paced: each asks for a page a second, which is quicker than people read; the claim is about this;
- saturated: each asks again at once, so 50 requests wait all the time for one process. What one
  waits then is 50 times what a page costs; it shows how much the process can do at most.

Beside it the bare engine: the same server in front of Django with one template and nothing else.
Takes about 4 minutes, most of it to load the district; `--var FOLDER` copies the district of a
prepared server (such as var/ after `make up`) instead of loading one. --short reads for 5 seconds.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, percentile, print_table
from bench.readers import Asked, Page, read
from bench.server import (
    COMMAND,
    HOST,
    ROOT,
    cpu_seconds,
    family,
    free_port,
    get,
    prepare,
    serving,
    wait_for,
)

CI = False
READERS, SECONDS = 50, 5 if SHORT else 30
P95_MS_MAX, FIRST_LOAD_BYTES_MAX = 60, 150_000
HEADING = (
    "page",
    "answers",
    "a second",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "not 200",
    "CPU ms a page",
)


def district() -> Path:
    """A folder with keys, assets, database and the sample district."""
    var = Path(tempfile.mkdtemp(prefix="guanggu-bench-"))
    given = sys.argv[sys.argv.index("--var") + 1] if "--var" in sys.argv else ""
    if given:
        shutil.copytree(given, var, dirs_exist_ok=True, ignore=shutil.ignore_patterns("cache"))
    prepare(var)
    own_server(str(var))
    if not given:
        environment = {**os.environ, "GUANGGU_VAR": str(var)}
        sample = [*COMMAND, "sample"]
        subprocess.run(sample, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    from guanggu.kernel.journal.public import run_until_quiet

    run_until_quiet()  # the worker has caught up with the year, as it has in a district at work
    return var


def _signed_in(username: str) -> tuple[object, str]:
    """The actor, and the cookie of a session that has passed the second factor."""
    from guanggu.kernel.identity.public import Account, actor_by_code, capacities
    from guanggu.kernel.identity.testing import sign_in

    account = Account.objects.get(username=username)
    actor = actor_by_code(account, capacities(account)[0].code)
    return actor, f"sessionid={sign_in(actor).cookies['sessionid'].value}"


def pages() -> list[Page]:
    """What people open most: the first is the front page as a visitor sees it."""
    from guanggu.base.actor import VISITOR
    from guanggu.kernel.case.public import Case, Task
    from guanggu.kernel.register.public import brief

    item = brief("service_items", VISITOR, "key", status="in_force")[0]["key"]
    clerk, clerk_cookie = _signed_in("scj-window1")
    _, resident_cookie = _signed_in("resident")
    task = Task.objects.filter(
        state="open", organisation=clerk.organisation, role__in=clerk.roles, case__state="open"
    ).select_related("case")[0]
    newest = Case.objects.filter(organisation_id=clerk.organisation).order_by("-pk")[:50]
    known = next(case for case in newest if case.data.get("check_code"))
    return [
        Page("front page", "/"),
        Page("search", f"/search/?q={quote('开饭店')}"),
        Page("directory of services", "/powers/"),
        Page("guide of a service", f"/powers/items/{item}/"),
        Page(
            "progress by receipt",
            f"/approvals/progress/?number={known.number}&code={known.data['check_code']}",
        ),
        Page("front page of a resident", "/", resident_cookie),
        Page("matters of a resident", "/approvals/matters/", resident_cookie),
        Page("worklist of an official", "/approvals/work/", clerk_cookie),
        Page(
            "case page of an official", f"/approvals/work/cases/{task.case.number}/", clerk_cookie
        ),
    ]


@contextmanager
def bare_engine(port: int):
    """The same server program with the same options before the bare site."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", HOST, "--port", str(port), "--workers", "1", "--blocking-threads", "1",
        "--backpressure", "256", "--log-level", "warning", "bench.bare_site:application",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, "/")
        yield server
    finally:
        server.terminate()
        server.wait(30)


def under_readers(server: int, port: int, asked_for: Sequence[Page], pause: float):
    """What the readers met, and the processor seconds that the server spent meanwhile."""
    before = {process: cpu_seconds(process) for process in family(server)}
    told = read(port, asked_for, readers=READERS, seconds=SECONDS, pause=pause)
    spent = sum(cpu_seconds(process) - begun for process, begun in before.items())
    return told, spent


def row(name: str, told: Sequence[Asked], spent: float | None = None) -> list[object]:
    waited = [asked.waited_ms for asked in told]
    failed = sum(asked.status != 200 for asked in told)
    cost = "" if spent is None else f"{spent / len(told) * 1e3:.1f}"
    shares = [f"{percentile(waited, share):.1f}" for share in (0.5, 0.95, 0.99)]
    return [name, len(told), f"{len(told) / SECONDS:.0f}", *shares, failed, cost]


def first_load(port: int) -> list[list[object]]:
    """Name and bytes as sent (head and body) of the front page and of all that it draws in."""
    accept = "Accept-Encoding: br, gzip\r\n"
    _, page = get(port, "/", accept)
    found = re.findall(rb"<(?:link|script|img)\b[^>]*?(?:href|src)=\"(/[^\"]+)\"", page)
    parts = [("/", len(page))]
    for path in sorted({path.decode() for path in found}):
        status, answer = get(port, path, accept)
        assert status == 200, (path, status)
        parts.append((path, len(answer)))
    rows: list[list[object]] = [[path, f"{size:,}"] for path, size in parts]
    return [*rows, ["together", f"{sum(size for _, size in parts):,}"]]


def main() -> None:
    var = district()
    chosen = pages()
    os.environ["GUANGGU_PROXIES"] = HOST  # each reader comes from an address of his own
    port = free_port()
    with serving(var, port) as server:
        wait_for(port, "/")
        loaded = first_load(port)
        read(port, chosen, readers=READERS, seconds=4, pause=1)  # warm
        paced, paced_spent = under_readers(server.pid, port, chosen, 1)
        full, full_spent = under_readers(server.pid, port, chosen, 0)
    port = free_port()
    with bare_engine(port) as server:
        bare = [Page("bare engine", "/")]
        bare_paced, bare_paced_spent = under_readers(server.pid, port, bare, 1)
        bare_full, bare_full_spent = under_readers(server.pid, port, bare, 0)
    each = [row(page.name, [a for a in paced if a.page == page.name]) for page in chosen]
    rows = [*each, row("all pages", paced, paced_spent), row("bare", bare_paced, bare_paced_spent)]
    print_table(
        f"{READERS} readers, each a page a second, {SECONDS} s: p95 <= {P95_MS_MAX} ms",
        HEADING, rows,
    )  # fmt: skip
    rows = [row("all pages", full, full_spent), row("bare", bare_full, bare_full_spent)]
    print_table(
        f"{READERS} readers without a pause, {SECONDS} s: what one process can do", HEADING, rows
    )
    print_table("First load of the front page: <= 150 kB", ("part", "bytes as sent"), loaded)
    # The claim is about every page by itself, not only about all of them together.
    late = any(float(str(line[4])) > P95_MS_MAX for line in each)
    heavy = int(str(loaded[-1][1]).replace(",", "")) > FIRST_LOAD_BYTES_MAX
    if late or heavy or any(asked.status != 200 for asked in paced):
        raise SystemExit("the claim does not hold on this machine")


if __name__ == "__main__":
    main()
