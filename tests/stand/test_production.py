"""Production brings its own secrets; cookies, sessions and limits as they must be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guanggu.kernel.identity.testing import an_account

ROOT = Path(__file__).parents[2]
NAMES = ("GUANGGU_SECRET_KEY", "GUANGGU_JOURNAL_KEY", "GUANGGU_SEAL_KEY", "GUANGGU_OIDC_KEY")
PASSWORD = "Guang-gu-2026!"


def settings_of(tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUANGGU_")}
    environment = {**kept, "GUANGGU_VAR": str(tmp_path), "GUANGGU_MODE": "production", **given}
    shown = (
        "from guanggu.site import settings as s; print(s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.GUANGGU_SAMPLE, s.DEBUG)"
    )
    return subprocess.run(
        [sys.executable, "-c", shown], env=environment, capture_output=True, text=True,
        check=False, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.parametrize("missing", NAMES)
def test_production_names_the_secret_that_is_missing(tmp_path: Path, missing: str) -> None:
    done = settings_of(tmp_path, **{name: "ab" * 32 for name in NAMES if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr


def test_production_refuses_the_keys_of_a_developer(tmp_path: Path) -> None:
    keys = dict.fromkeys(NAMES, "ab" * 32)
    done = settings_of(tmp_path, **keys, GUANGGU_KEYS_ARE_FOR_DEVELOPMENT="1")
    assert done.returncode != 0
    assert "GUANGGU_SECRET_KEY" in done.stderr


def test_production_reads_no_file_of_keys(tmp_path: Path) -> None:
    """var/env is what `guanggu keys` writes for a developer."""
    lines = [f"{name}={'ab' * 32}" for name in NAMES]
    (tmp_path / "env").write_text("\n".join(lines), encoding="utf-8")
    assert settings_of(tmp_path).returncode != 0


def test_production_sends_cookies_by_tls_only_and_shows_no_sample_codes(tmp_path: Path) -> None:
    done = settings_of(tmp_path, **dict.fromkeys(NAMES, "ab" * 32), GUANGGU_SAMPLE="1")
    assert done.stdout.split() == ["True", "True", "True", "False", "False"], done.stderr


@pytest.mark.django_db
def test_a_session_is_new_after_sign_in_and_its_cookie_is_closed_to_scripts(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    account = an_account()
    account.set_password(PASSWORD)
    account.save()
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key
    answer = client.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie.value != planted
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not client.session.__class__().exists(planted)
    token = client.get("/accounts/password/change/").cookies.get("csrftoken")
    assert token is None or token["httponly"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/approvals/progress/?number=GG2026000001&code=AAAA{n:04d}", "/verify/AAAABBBB{n:04d}"],
)
def test_guessing_numbers_and_codes_is_limited(address: str) -> None:
    client, seen = Client(), set()
    for n in range(200):
        answer = client.get(address.format(n=n))
        seen.add(answer.status_code)
        if answer.status_code == 429:
            break
    assert 429 in seen
    assert answer.headers["Retry-After"]
    assert seen <= {200, 404, 422, 429}
