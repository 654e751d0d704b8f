"""Everything that takes input, fed with junk: no 5xx, answers as described, always a message.

The interface: schemathesis makes requests from /api/openapi.json, as a visitor and as an officer of
the catalogue with a session. The pages: every form of every address is opened by somebody who may,
its fields are filled with junk by Hypothesis, and it is sent.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, print_table

CI = True
UNTIMED = True
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or (4 if SHORT else 60))
FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"')
OUR_OWN = ("csrfmiddlewaretoken", "request_key", "next")
# Taken away from under the walk: the session, the account, the world itself.
LEFT_OUT = ("/accounts/logout/", "/accounts/sessions/", "/accounts/capacity/", "/remove/",
            "/discard/", "/close/", "/end/", "/revoke/")  # fmt: skip


def interface(session: str | None) -> tuple[Counter, list[str]]:
    """Answers by status, and what does not keep to the description."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, settings
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    from guanggu.site.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    token = "a" * 32
    headers = {"X-CSRFToken": token}
    cookies = {"csrftoken": token} | ({"sessionid": session} if session else {})
    checks = [
        schemathesis.checks.not_a_server_error, status_code_conformance,
        content_type_conformance, response_schema_conformance,
    ]  # fmt: skip
    seen, wrong = Counter(), []

    def ask(case: Any) -> None:
        answer = case.call(headers=headers, cookies=cookies)
        seen[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=checks)
        except Exception as error:
            text = re.sub(r"\s+", " ", str(error))[:300]
            wrong.append(f"{case.method} {case.path}: {text}")

    quick = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    for result in schema.get_all_operations():
        strategy = result.ok().as_strategy()
        from hypothesis import given

        quick(given(case=strategy)(ask))()
    return seen, wrong


def fields_of(page: str) -> dict[str, list[str]]:
    """Names of the fields of each form that is posted on the page, by where it goes."""
    found = {}
    for form in re.findall(r"<form\b[^>]*>.*?</form>", page, re.S):
        head = form[: form.index(">")]
        if re.search(r'method="post"', head, re.I):
            action = re.search(r'action="([^"#]*)', head)
            names = [n for n in dict.fromkeys(FIELD.findall(form)) if n not in OUR_OWN]
            found[action[1] if action else ""] = names
    return found


def _sender(client: Any, target: str, seen: Counter, wrong: list[str]) -> Callable[[dict], None]:
    def send(data: dict[str, list[str]]) -> None:
        answer = client.post(target, data)
        seen[answer.status_code] += 1
        if answer.status_code >= 500:
            wrong.append(f"POST {target} {str(data)[:200]}: {answer.status_code}")
        elif answer.status_code >= 400 and b"<h1" not in answer.content:
            wrong.append(f"POST {target}: {answer.status_code} without a message")

    return send


def forms() -> tuple[Counter, list[str], int]:
    """Answers by status, faults, and how many forms there were."""
    import hypothesis.strategies as st
    from hypothesis import HealthCheck, given, settings

    from tests.stand.routes import AUDIENCE, address_of
    from tests.stand.world import a_world

    world = a_world()
    seen, wrong, count = Counter(), [], 0
    text = st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["", " ", "0", "-1", "1e400", "NaN", "9" * 40, "null", "[]", "{}", "\x00", "\ud7ff", "2026-02-30",
             "9999-12-31", "0001-01-01", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc",
             "=cmd|' /C calc'!A0", "\u202egnp.exe", "光" * 300, "a" * 20_000, "on", "true"]
        ),
    )  # fmt: skip
    quick = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for route, audience in AUDIENCE.items():
        address = address_of(route, world.keys)
        if not audience or any(part in address for part in LEFT_OUT):
            continue
        for who in sorted(audience & {"owner", "draft", "accept", "visitor"}) or sorted(audience):
            client = world.clients[who]
            client.raise_request_exception = False
            page = client.get(address)
            if page.status_code == 200 and "html" in page.headers.get("Content-Type", ""):
                break
        else:
            continue
        for action, names in fields_of(page.content.decode()).items():
            target = action or address
            if not names or any(part in target for part in LEFT_OUT):
                continue
            count += 1

            send = _sender(client, target, seen, wrong)
            lists = st.lists(text, min_size=1, max_size=2)
            quick(
                given(data=st.fixed_dictionaries({}, optional=dict.fromkeys(names, lists)))(send)
            )()
    return seen, wrong, count


def main() -> None:
    own_server()
    logging.disable(logging.ERROR)  # refusals by the thousand; faults are told below
    from guanggu.kernel.identity.testing import an_official, sign_in

    rows, bad = [], []
    session = sign_in(an_official(roles=("catalogue",))).session.session_key
    for who, key in (("a visitor", None), ("an officer of the catalogue", session)):
        seen, wrong = interface(key)
        rows.append([f"interface, {who}", sum(seen.values()), _told(seen), len(wrong)])
        bad += wrong
    seen, wrong, count = forms()
    rows.append([f"pages, {count} forms", sum(seen.values()), _told(seen), len(wrong)])
    bad += wrong
    heading = ["fed with junk", "requests", "answers by status", "faults (asked: 0)"]
    print_table(f"Junk in every input, {EXAMPLES} examples each", heading, rows)
    for line in dict.fromkeys(bad):
        print(line)
    if bad:
        raise SystemExit("the claim does not hold")


def _told(seen: Counter) -> str:
    return ", ".join(f"{status}: {times}" for status, times in sorted(seen.items()))


if __name__ == "__main__":
    main()
