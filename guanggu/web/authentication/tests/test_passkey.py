"""Passkeys and codes in a real browser, with Chromium's virtual authenticator (WebAuthn 2, 11)."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from guanggu.kernel.identity.models import Account
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.journal.public import Event
from guanggu.web.testing import open_browser

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "Guang-gu-2026!"


@pytest.fixture
def official(settings) -> Account:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    account = Account.objects.get(pk=an_official(roles=["accept"]).account)
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return account


@pytest.fixture
def page(live_server):
    with open_browser() as browser:
        shown = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
        shown.complaints = []
        shown.on("console", lambda said: _note(shown, said))
        yield shown


def _note(page, said) -> None:
    if said.type == "error":
        page.complaints.append(said.text)


def a_key(page) -> None:
    """A device that holds passkeys and has just recognised its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page, account: Account) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名或手机号码").fill(account.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile(r".*/$"))


def test_an_official_adds_a_passkey_and_signs_in_with_it_alone(page, official):
    a_key(page)
    sign_in(page, official)
    page.wait_for_url("**/accounts/second-factor/")
    page.get_by_role("link", name="通行密钥").click()
    page.get_by_label("名称").fill("办公电脑")
    page.get_by_role("button", name="添加").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    assert Authenticator.objects.filter(user=official, type="webauthn").count() == 1

    sign_out(page)
    page.goto("/accounts/login/?next=/accounts/2fa/")
    page.get_by_role("button", name="使用通行密钥登录").click()
    page.wait_for_url(re.compile(r".*:\d+/accounts/2fa/$"))
    told = Event.objects.filter(subject=str(official.ref), kind="identity.signed_in").last()
    assert told.body["methods"] == ["webauthn"]

    sign_out(page)
    sign_in(page, official)
    page.wait_for_url("**/accounts/2fa/authenticate/")
    page.get_by_role("button", name="改用通行密钥").click()
    page.wait_for_url(re.compile(r".*:\d+/$"))

    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="移除").click()
    page.get_by_role("button", name="移除").click()
    page.get_by_text("必须保留至少一种二次验证方式").wait_for()
    assert Authenticator.objects.filter(user=official, type="webauthn").exists()
    assert [c for c in page.complaints if "Content Security Policy" in c] == []


def test_an_official_turns_on_codes_by_the_secret_shown_and_signs_in_with_one(page, official):
    sign_in(page, official)
    page.get_by_role("link", name="动态口令").click()
    assert page.get_by_alt_text("动态口令二维码").bounding_box()["width"] > 100
    secret = page.locator("main code").inner_text()

    def code(step: int) -> str:
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))

    page.get_by_label("动态口令", exact=True).fill(code(0))
    page.get_by_role("button", name="启用", exact=True).click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    recovery = page.locator("main code").first.inner_text()

    for answer in (code(1), recovery):
        sign_out(page)
        sign_in(page, official)
        page.get_by_label("动态口令或恢复码").fill(answer)
        page.get_by_role("button", name="验证并登录").click()
        page.wait_for_url(re.compile(r".*:\d+/$"))
    assert Event.objects.filter(kind="identity.signed_in").count() == 3


def test_without_scripts_the_page_offers_what_works(live_server, official):
    with open_browser() as browser:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        page = context.new_page()
        page.goto("/accounts/login/")
        assert not page.get_by_role("button", name="使用通行密钥登录").is_visible()
        sign_in(page, official)
        page.get_by_role("link", name="通行密钥").click()
        assert page.get_by_role("link", name="改用动态口令").is_visible()
