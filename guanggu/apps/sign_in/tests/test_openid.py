"""An application signs somebody in by OpenID Connect, with Authlib as its client."""

from __future__ import annotations

import random
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.idp.oidc.models import Client as Application
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from guanggu.apps.sign_in.actions import (
    new_secret,
    register_application,
    remove_application,
    secret_hash,
)
from guanggu.base import clock
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.identity.public import Account, Representation
from guanggu.kernel.identity.testing import a_firm_agent, a_person, an_official, sign_in
from guanggu.kernel.journal.public import Event, verify
from guanggu.standards import gb_32100_2015

pytestmark = pytest.mark.django_db
BACK = "https://app.example.cn/callback"
FIRM = gb_32100_2015.generate(random.Random(4))


@pytest.fixture(autouse=True, scope="module")
def _key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()


@pytest.fixture(autouse=True)
def _settings(settings, _key):
    settings.IDP_OIDC_PRIVATE_KEY = _key


def an_application(*scopes: str) -> tuple[str, str]:
    """Client id and secret."""
    secret = new_secret()
    made = register_application(
        an_official(roles=["administer"]),
        name="园区停车",
        addresses=[BACK],
        scopes=list(scopes or ("profile", "organisation", "firm")),
        secret_hash=secret_hash(secret),
    )
    return made["application"], secret


class Party:
    """The application's side: Authlib makes the requests, the test client carries them."""

    def __init__(self, application: str, secret: str, scope: str = "openid profile"):
        self.application, self.secret = application, secret
        self.session = OAuth2Session(application, secret, scope=scope, redirect_uri=BACK)
        self.verifier = generate_token(64)

    def address(self, **more: str) -> str:
        url, self.state = self.session.create_authorization_url(
            "/identity/o/authorize",
            code_verifier=self.verifier,
            code_challenge=create_s256_code_challenge(self.verifier),
            code_challenge_method="S256",
            nonce="n-1",
            **more,
        )
        return url

    def exchange(self, code: str, verifier: str | None = None, secret: str = ""):
        return Client().post(
            "/identity/o/api/token",
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": BACK,
                "client_id": self.application,
                "client_secret": secret or self.secret,
                "code_verifier": self.verifier if verifier is None else verifier,
            },
        )


def consent(browser: Client, page, *scopes: str):
    form = page.context["form"]
    chosen = list(scopes) or [name for name, _ in form.fields["scopes"].choices]
    values = {"request": form["request"].value(), "scopes": chosen, "action": "grant"}
    return browser.post("/identity/o/authorize", values)


def code_of(answer) -> str:
    parts = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(BACK)
    return parse_qs(parts.query)["code"][0]


def allowed(actor, scope: str = "openid profile") -> tuple[Party, str]:
    party = Party(*an_application(), scope=scope)
    browser = sign_in(actor)
    page = browser.get(party.address())
    assert page.status_code == 200
    return party, code_of(consent(browser, page))


def test_code_with_pkce_gives_tokens_whose_subject_is_not_a_row_number():
    person = a_person("周桐")
    party, code = allowed(person)
    answer = party.exchange(code)
    assert answer.status_code == 200, answer.content
    keys = KeySet.import_key_set(Client().get("/.well-known/jwks.json").json())
    claims = jwt.decode(answer.json()["id_token"], keys, algorithms=["RS256"]).claims
    account = Account.objects.get(pk=person.account)
    assert claims["sub"] == str(account.sub)
    assert claims["nonce"] == "n-1"
    assert claims["aud"] == party.application
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}"}
    told = Client(headers=bearer).get("/identity/o/api/userinfo").json()
    assert told == {"sub": str(account.sub), "name": "周桐", "kind": "person", "locale": "zh-CN"}


def test_a_code_works_once():
    party, code = allowed(a_person())
    assert party.exchange(code).status_code == 200
    assert party.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["", "x" * 64])
def test_a_wrong_or_missing_verifier_is_refused(verifier):
    party, code = allowed(a_person())
    answer = party.exchange(code, verifier)
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.json()


def test_a_wrong_secret_is_refused():
    party, code = allowed(a_person())
    answer = party.exchange(code, secret="x" * 48)
    assert answer.status_code == 401


@pytest.mark.parametrize("method", [None, "plain"])
def test_a_request_without_pkce_by_s256_is_refused_at_the_registered_address(method):
    application, _ = an_application()
    params = {"response_type": "code", "client_id": application, "scope": "openid", "state": "s"}
    if method:
        params |= {"code_challenge": "a" * 43, "code_challenge_method": method}
    browser = sign_in(a_person())
    answer = browser.get("/identity/o/authorize", params | {"redirect_uri": BACK})
    assert answer.headers["Location"].startswith(f"{BACK}?error=invalid_request")
    elsewhere = params | {"redirect_uri": "https://evil.example/"}
    assert browser.get("/identity/o/authorize", elsewhere).status_code == 422


def test_a_code_is_never_sent_to_an_address_that_was_not_registered():
    party = Party(*an_application())
    url = party.address().replace("app.example.cn", "evil.example")
    answer = sign_in(a_person()).get(url)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_the_consent_page_says_who_asks_for_what_and_lets_the_form_lead_there():
    party = Party(*an_application(), scope="openid profile firm")
    page = sign_in(a_person()).get(party.address())
    text = page.content.decode()
    assert "园区停车" in text
    assert "读取您可代表的企业" in text
    assert "form-action 'self' https://app.example.cn" in page.headers["Content-Security-Policy"]


def test_refusing_tells_the_application_no_more_than_that():
    party = Party(*an_application())
    browser = sign_in(a_person())
    form = browser.get(party.address()).context["form"]
    values = {"request": form["request"].value(), "action": "cancel"}
    answer = browser.post("/identity/o/authorize", values)
    assert "error=access_denied" in answer.headers["Location"]


def test_posts_and_firms_are_told_only_where_asked_and_allowed():
    official = an_official(roles=["accept"])
    party, code = allowed(official, "openid organisation")
    token = party.exchange(code).json()["access_token"]
    told = Client(headers={"authorization": f"Bearer {token}"}).get("/identity/o/api/userinfo")
    assert told.json()["posts"][0]["post"] == "测试岗"
    assert "name" not in told.json()
    agent = a_firm_agent(FIRM)
    party, code = allowed(agent, "openid firm")
    token = party.exchange(code).json()["access_token"]
    told = Client(headers={"authorization": f"Bearer {token}"}).get("/identity/o/api/userinfo")
    assert [firm["code"] for firm in told.json()["firms"]] == [FIRM]
    assert Representation.objects.filter(firm=FIRM, from_on__lte=clock.today()).exists()


def test_an_official_without_second_factor_cannot_sign_in_elsewhere_either():
    party = Party(*an_application())
    browser = Client()
    browser.force_login(Account.objects.get(pk=an_official().account))
    assert browser.get(party.address()).headers["Location"] == "/accounts/second-factor/"


def test_discovery_tells_only_what_is_offered():
    told = Client().get("/.well-known/openid-configuration").json()
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert "device_authorization_endpoint" not in told
    assert Client().get("/identity/o/device").status_code == 404
    assert Client().post("/identity/o/api/device/code").status_code == 404
    assert "max-age" in Client().get("/.well-known/jwks.json").headers["Cache-Control"]


def test_an_address_that_is_not_https_or_holds_a_wildcard_is_not_registered():
    administrator = an_official(roles=["administer"])
    values = {"name": "应用", "scopes": [], "secret_hash": secret_hash(new_secret())}
    for address in (
        "http://a.example/",
        "https://*.example/",
        "javascript:alert(1)",
        "https://a/#x",
    ):
        with pytest.raises(Invalid):
            register_application(administrator, addresses=[address], **values)
    with pytest.raises(Forbidden):
        register_application(an_official(roles=["security"]), addresses=[BACK], **values)
    assert not Application.objects.exists()


def test_an_address_added_by_sql_is_named_by_verify():
    application, _ = an_application()
    assert verify().is_sound
    Application.objects.filter(pk=application).update(redirect_uris="https://evil.example/")
    assert [f.place for f in verify().findings] == [f"applications/{application}"]
    Application.objects.filter(pk=application).update(redirect_uris=BACK)
    remove_application(
        an_official(roles=["administer"]), application=application, reason="停止接入"
    )
    assert verify().is_sound


def test_the_secret_is_shown_once_and_not_kept():
    browser = sign_in(an_official(roles=["administer"]))
    values = {"name": "园区门禁", "addresses": BACK, "scopes": ["profile"], "request_key": "k1"}
    page = browser.post("/administration/applications/new/", values)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    stored = Application.objects.get()
    assert stored.check_secret(secret)
    listed = browser.get("/administration/applications/").content.decode()
    assert secret not in listed
    assert not Event.objects.filter(data__contains=secret).exists()


def at_interface(actor, *scopes: str, agreed: tuple[str, ...] = ()) -> Client:
    """A program that bears the token of who allowed an application these scopes."""
    party = Party(*an_application(*scopes), scope=" ".join(("openid", *scopes)))
    browser = sign_in(actor)
    page = browser.get(party.address())
    given = party.exchange(code_of(consent(browser, page, *(agreed or scopes))))
    bearer = {"authorization": f"Bearer {given.json()['access_token']}"}
    return Client(headers=bearer, enforce_csrf_checks=True)


@pytest.mark.parametrize("address", ["/api/v1/legal_entities/", "/sensorthings/v1.1/Things"])
def test_a_token_reads_as_the_person_and_only_where_it_was_allowed(address):
    assert at_interface(an_official(), "read").get(address).status_code == 200
    refused = at_interface(an_official(), "profile").get(address)
    assert refused.status_code == 403
    assert "read" in refused.content.decode()
    assert Client(headers={"authorization": "Bearer 0"}).get(address).status_code == 401


def test_what_was_not_agreed_to_or_is_taken_from_the_application_is_refused():
    address = "/api/v1/legal_entities/"
    program = at_interface(an_official(), "read", "write", agreed=("read",))
    assert program.get(address).status_code == 200
    body = {"key": "x"}
    refused = program.post("/api/v1/things/", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    application = Application.objects.get(name="园区停车")
    application.set_scopes(["openid"])
    application.save()
    assert program.get(address).status_code == 403
    Account.objects.update(is_active=False)
    assert program.get(address).status_code == 401


def test_a_token_changes_what_the_person_may_and_the_journal_names_both():
    person = an_official()
    program = at_interface(person, "read", "write")
    made = program.post(
        "/api/v1/observed_properties/", {"key": "w99001", "name": "试验因子"},
        content_type="application/json", headers={"idempotency-key": "k-1"},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    told = Event.objects.get(subject="observed_properties/w99001")
    application = Application.objects.get()
    assert (told.actor, told.application) == (str(person.ref), f"applications/{application.pk}")
    shown = (
        sign_in(person).get("/observation/observed_properties/w99001/?tab=history").content.decode()
    )
    assert "通过应用“园区停车”" in shown
    application.delete()
    shown = (
        sign_in(person).get("/observation/observed_properties/w99001/?tab=history").content.decode()
    )
    assert "通过应用“已注销的应用”" in shown
    powerless = at_interface(an_official(roles=()), "read", "write")
    refused = powerless.post(
        "/api/v1/observed_properties/", {"key": "w99002", "name": "试验因子"},
        content_type="application/json", headers={"idempotency-key": "k-2"},
    )  # fmt: skip
    assert refused.status_code == 403


def test_a_token_acts_in_the_capacity_that_is_named():
    agent = a_firm_agent(FIRM)
    program = at_interface(agent, "read", "firm")
    address = "/api/v1/legal_entities/"
    assert program.get(address, headers={"x-capacity": f"firm:{FIRM}"}).status_code == 200
    assert program.get(address, headers={"x-capacity": "post:1"}).status_code == 403
    told = program.get("/identity/o/api/userinfo").json()
    assert [firm["capacity"] for firm in told["firms"]] == [f"firm:{FIRM}"]
