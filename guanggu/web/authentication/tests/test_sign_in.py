"""Signing in: password, second factor, limits, idle time, and what the journal says of it."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from guanggu.base import clock
from guanggu.kernel.identity.models import Account
from guanggu.kernel.identity.testing import an_account, an_official, sign_in
from guanggu.kernel.journal.public import Event, verify
from guanggu.web.authentication.secret_hasher import LongSecretHasher

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "Guang-gu-2026!"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def with_password(account: Account) -> Account:
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return account


def an_official_account() -> Account:
    return with_password(Account.objects.get(pk=an_official(roles=["accept"]).account))


def with_code(account: Account) -> Account:
    kind = Authenticator.Type.TOTP
    Authenticator.objects.create(user=account, type=kind, data={"secret": encrypt(SECRET)})
    return account


def code(step: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + step))


def enter(client: Client, account: Account, password: str = PASSWORD):
    values = {"login": account.username, "password": password}
    return client.post("/accounts/login/", values)


def kinds(subject: str) -> list[str]:
    return list(Event.objects.filter(subject=subject).values_list("kind", flat=True))


def test_a_person_signs_in_by_password_and_out_again_and_both_are_journaled():
    account = with_password(an_account("周桐"))
    client = Client()
    before = client.get("/accounts/login/").wsgi_request.session.session_key
    response = enter(client, account)
    assert response.status_code == 302
    assert client.session.session_key != before
    assert client.get("/accounts/sessions/").status_code == 200
    client.post("/accounts/logout/")
    assert kinds(str(account.ref))[-2:] == ["identity.signed_in", "identity.signed_out"]
    assert verify().is_sound


def test_the_pages_of_sign_in_speak_both_languages_and_load_no_inline_script():
    for language, word in (("zh", "登录"), ("en", "Sign in")):
        page = Client(headers={"cookie": f"language={language}"}).get("/accounts/login/")
        assert word in page.content.decode()
        assert page.content.decode().count("<script") == page.content.decode().count("<script src")


def test_a_wrong_password_is_journaled_without_what_was_typed_and_locks_after_five():
    account = with_password(an_account())
    client = Client()
    for _ in range(5):
        page = enter(client, account, "no").content.decode()
        assert "不正确" in page
    page = enter(client, account).content.decode()
    assert "5 分钟后再试" in page
    told = kinds(str(account.ref))
    assert told.count("identity.sign_in_failed") == 5
    assert told[-1] == "identity.sign_in_locked"
    assert "_auth_user_id" not in client.session


def test_what_was_typed_as_the_name_of_no_account_is_not_kept():
    Client().post("/accounts/login/", {"login": "my-secret-password", "password": "x"})
    event = Event.objects.get(kind="identity.sign_in_failed")
    assert event.subject.startswith("addresses/")
    assert "my-secret" not in event.data + event.subject


def test_an_official_with_a_code_is_not_signed_in_before_the_second_step():
    account = with_code(an_official_account())
    client = Client()
    assert enter(client, account).headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "不正确" in wrong.content.decode()
    answer = client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_code_counts_once_though_it_is_valid_for_longer():
    account = with_code(an_official_account())
    first, second, used = Client(), Client(), code()
    for client in (first, second):
        enter(client, account)
        client.post("/accounts/2fa/authenticate/", {"code": used})
    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_a_recovery_code_works_once():
    account = with_code(an_official_account())
    seed = encrypt("ab" * 40)
    codes = Authenticator.objects.create(
        user=account, type="recovery_codes", data={"seed": seed, "used_mask": 0}
    )
    one = codes.wrap().generate_codes()[0]
    for expected in (True, False):
        client = Client()
        enter(client, account)
        client.post("/accounts/2fa/authenticate/", {"code": one})
        assert ("_auth_user_id" in client.session) == expected


def every_address() -> list[str]:
    """All plain addresses of the site, with something plausible for each parameter."""

    def walk(patterns, prefix=""):
        for each in patterns:
            text = prefix + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, text)
            elif isinstance(each, URLPattern):
                yield "/" + text

    return sorted({re.sub(r"<[^>]+>", "1", a) for a in walk(get_resolver().url_patterns)})


def test_an_official_without_second_factor_reaches_nothing_but_setting_one_up():
    client = Client()
    enter(client, an_official_account())
    open_to_him = {"/accounts/second-factor/", "/healthz"}
    for address in every_address():
        answer = client.get(address, headers={"accept": "text/html"})
        if address.startswith(("/accounts/logout/", "/accounts/reauthenticate/")):
            continue
        if address.startswith(("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/")):
            continue
        if address in open_to_him:
            assert answer.status_code == 200, address
            continue
        if address.startswith("/api/"):
            assert answer.status_code == 403, address
            continue
        assert answer.status_code == 302, address
        assert answer.headers["Location"] == "/accounts/second-factor/", address


def test_a_session_without_the_second_factor_reaches_nothing_but_completing_it():
    account = with_code(an_official_account())
    client = Client()
    client.force_login(account)  # as if somebody had got hold of half a sign-in
    free = ("/accounts/logout/", "/accounts/reauthenticate/", "/healthz")
    for address in every_address():
        answer = client.get(address, headers={"accept": "text/html"})
        if address.startswith(free) or "2fa/reauthenticate" in address:
            continue
        if address == "/accounts/2fa/webauthn/reauthenticate/":
            continue
        if address.startswith("/api/"):
            assert answer.status_code == 403, address
            continue
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/"), address
    client.post("/accounts/2fa/reauthenticate/", {"code": code()})
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_program_is_told_by_a_problem_document():
    client = Client()
    enter(client, an_official_account())
    answer = client.get("/api/anything", headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "sign_in_incomplete"


@pytest.mark.django_db(transaction=True)  # the event follows the commit, within the request
def test_an_official_turns_on_codes_and_cannot_turn_off_the_last_factor():
    account = an_official_account()
    client = Client()
    enter(client, account)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    now = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post("/accounts/2fa/totp/activate/", {"code": now})
    stored = Authenticator.objects.get(user=account, type="totp").data["secret"]
    assert secret not in stored
    assert decrypt(stored) == secret
    assert client.get("/accounts/2fa/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=account, type="totp").exists()
    assert "identity.second_factor_added" in kinds(str(account.ref))


def test_a_session_that_lies_idle_ends():
    account = with_password(an_account())
    client = Client()
    enter(client, account)
    assert client.get("/accounts/2fa/").status_code == 200
    with clock.fixed_at(clock.now() + timedelta(minutes=59)):
        assert client.get("/accounts/2fa/").status_code == 200
    with clock.fixed_at(clock.now() + timedelta(minutes=121)):
        answer = client.get("/accounts/2fa/")
        assert answer.headers["Location"].startswith("/accounts/login/")
    assert Event.objects.filter(subject=str(account.ref)).last().body["reason"] == "idle"


def test_changing_the_password_ends_every_session():
    account = with_password(an_account())
    first, second = Client(), Client()
    enter(first, account)
    enter(second, account)
    new = "Lu-jia-zui-77"
    values = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    first.post("/accounts/password/change/", values)
    for client in (first, second):
        assert client.get("/accounts/2fa/").status_code == 302
    assert "identity.password_changed" in kinds(str(account.ref))
    assert enter(Client(), account, new).status_code == 302
    assert verify().is_sound


def test_other_sessions_can_be_ended():
    account = with_password(an_account())
    first, second = Client(), Client()
    enter(first, account)
    enter(second, account)
    assert first.get("/accounts/sessions/").content.decode().count("其他设备</h2>") == 1
    first.post("/accounts/sessions/")
    assert second.get("/accounts/2fa/").status_code == 302
    assert first.get("/accounts/2fa/").status_code == 200


def test_a_first_password_must_be_changed_before_anything_else():
    account = an_official_account()
    Account.objects.filter(pk=account.pk).update(must_change_password=True)
    client = Client()
    client.force_login(account)
    session = client.session
    session["second_factor_added_by"] = account.pk
    session.save()
    assert client.get("/accounts/2fa/").headers["Location"] == "/accounts/password/change/"
    assert client.get("/accounts/password/change/").status_code == 200


def test_a_closed_account_does_not_sign_in():
    account = with_password(an_account())
    Account.objects.filter(pk=account.pk).update(is_active=False)
    client = Client()
    enter(client, account)
    assert "_auth_user_id" not in client.session


def test_switching_the_capacity_rotates_the_session_and_is_journaled():
    actor = an_official(roles=["accept"])
    client = sign_in(actor)
    before = client.session.session_key
    client.post("/accounts/capacity/", {"code": f"post:{actor.post}", "next": "/gallery/"})
    assert client.session.session_key != before
    assert kinds(actor.ref)[-1] == "identity.capacity_switched"
    refused = client.post("/accounts/capacity/", {"code": "post:999999"})
    assert refused.status_code == 403


def test_a_long_secret_is_hashed_fast_and_a_short_one_not_at_all(settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "guanggu.web.authentication.secret_hasher.LongSecretHasher",
    ]
    secret = "s" * 48
    stored = make_password(secret, hasher=LongSecretHasher.algorithm)
    assert check_password(secret, stored)
    assert not check_password(secret + "x", stored)
    with pytest.raises(ValueError, match="long random"):
        make_password("short", hasher=LongSecretHasher.algorithm)
