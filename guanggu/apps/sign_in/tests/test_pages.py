"""Registering, binding a firm, the three officers, and addresses that others try to guess."""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.test import Client

from guanggu.apps.sign_in import actions
from guanggu.base import clock
from guanggu.base.actor import VISITOR, Actor, platform
from guanggu.kernel.identity.public import (
    Account,
    AppointmentProposal,
    Delegation,
    FirmClaim,
    Organisation,
    Post,
    Representation,
    actor_for,
    bind_firm,
    delegate,
    propose_appointment,
    register_person,
)
from guanggu.kernel.identity.testing import (
    a_person,
    a_post,
    an_account,
    an_official,
    an_organisation,
    sign_in,
)
from guanggu.kernel.journal.public import verify
from guanggu.standards import gb_11643_1999, gb_32100_2015

pytestmark = pytest.mark.django_db
CITIZEN = gb_11643_1999.generate(random.Random(1), date(1980, 5, 17))
FIRM = gb_32100_2015.generate(random.Random(2))
FORM = {
    "name": "李明",
    "citizen_id": CITIZEN,
    "phone": "13800000001",
    "password1": "Guang-gu-2026!",
    "password2": "Guang-gu-2026!",
}


def registered(phone: str = "13800000001", seed: int = 1, name: str = "李明") -> Actor:
    number = gb_11643_1999.generate(random.Random(seed), date(1980, 5, 17))
    answer = register_person(VISITOR, name=name, citizen_id=number, phone=phone, password_hash="!")
    return actor_for(Account.objects.get(pk=answer["account"]))


def bound(person: Actor) -> Representation:
    bind_firm(
        platform("tests"),
        account=person.account,
        firm=FIRM,
        firm_name="光谷示例公司",
        finding="",
        matched=True,
    )
    return Representation.objects.get(account=person.account, firm=FIRM)


def test_a_person_registers_and_signs_in_with_his_phone():
    client = Client()
    assert client.post("/accounts/register/", FORM).status_code == 302
    answer = client.post("/accounts/login/", {"login": "13800000001", "password": "Guang-gu-2026!"})
    assert answer.status_code == 302
    page = client.get("/accounts/").content.decode()
    assert gb_11643_1999.mask(CITIZEN) in page
    assert CITIZEN not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"citizen_id": CITIZEN[:-1]}, "18 位"),
        ({"password2": "else"}, "不一致"),
        ({"password1": "12345678901", "password2": "12345678901"}, "id_password1"),
        ({"phone": "1"}, "11 位手机号码"),
        ({"name": ""}, "此项必填"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_nothing_is_kept(changes, said):
    answer = Client().post("/accounts/register/", FORM | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Account.objects.exists()


def test_registering_the_same_again_says_to_sign_in():
    registered()
    answer = Client().post("/accounts/register/", FORM)
    assert answer.status_code == 409
    assert "请直接登录" in answer.content.decode()


def test_registrations_from_one_address_are_limited():
    client, answers = Client(), []
    for seed in range(12):
        number = gb_11643_1999.generate(random.Random(seed + 10), date(1990, 1, 1))
        values = FORM | {"citizen_id": number, "phone": f"139000000{seed:02d}"}
        answers.append(client.post("/accounts/register/", values).status_code)
    assert answers == [302] * 10 + [429] * 2


def test_a_firm_known_to_the_register_is_bound_at_once(monkeypatch):
    entity = {"name": "光谷示例公司", "legal_representative": "李明", "phone": "13800000001"}
    monkeypatch.setattr(actions, "snapshot", lambda ref: entity if ref.key == FIRM else None)
    person = registered()
    client = sign_in(person)
    client.post("/accounts/firms/bind/", {"firm": FIRM.lower(), "request_key": "k"})
    assert Representation.objects.get().firm_name == "光谷示例公司"
    assert "法定代表人" in client.get("/accounts/firms/").content.decode()


def test_a_firm_that_cannot_be_confirmed_goes_to_an_official_who_decides():
    person = registered()
    client = sign_in(person)
    client.post("/accounts/firms/bind/", {"firm": FIRM, "firm_name": "某公司", "request_key": "k"})
    claim = FirmClaim.objects.get()
    assert claim.finding == "unknown"
    official = sign_in(an_official(roles=["entities"]))
    address = f"/administration/firm-claims/{claim.pk}/"
    assert "某公司" in official.get("/administration/firm-claims/").content.decode()
    assert official.post(address, {"choice": "yes"}).status_code == 422
    official.post(address, {"choice": "yes", "remark": "已核原件", "request_key": "k2"})
    assert Representation.objects.filter(account=person.account, firm=FIRM).exists()
    assert official.post(address, {"choice": "no", "remark": "再"}).status_code == 409


def test_a_code_that_fails_its_check_is_refused_beside_the_field():
    client = sign_in(registered())
    answer = client.post("/accounts/firms/bind/", {"firm": "91420100MA4KXXXX0X"})
    assert answer.status_code == 422
    assert "校验位不符" in answer.content.decode()


def test_an_account_is_made_proposed_confirmed_and_ended_by_different_officers():
    body = an_organisation()
    administrator = sign_in(an_official(roles=["administer"]))
    security = sign_in(an_official(roles=["security"]))
    values = {"username": "liu.fang", "name": "刘芳", "phone": "13800000005"}
    page = administrator.post("/administration/officials/new/", values)
    assert len(page.context["password"]) == 19
    account = Account.objects.get(username="liu.fang")
    assert account.check_password(page.context["password"])
    administrator.post(
        f"/organisations/{body.code}/posts/new/",
        {"name": "受理岗", "name_en": "Reception", "request_key": "a"},
    )
    post = Post.objects.get(name="受理岗")
    assert administrator.get(f"/organisations/posts/{post.pk}/roles/").status_code == 403
    security.post(f"/organisations/posts/{post.pk}/roles/", {"roles": ["accept"]})
    home = f"/administration/officials/{account.sub}/"
    administrator.post(f"{home}propose/", {"post": post.pk, "from_on": str(clock.today())})
    proposal = AppointmentProposal.objects.get()
    confirm = f"/administration/confirmations/{proposal.pk}/"
    assert administrator.get(confirm).status_code == 403
    security.post(confirm, {"choice": "yes"})
    assert actor_for(account, post=post.pk).roles == {"accept"}
    held = account.appointments.get()
    yesterday = str(clock.today())
    administrator.post(
        f"/administration/appointments/{held.pk}/end/", {"until_on": yesterday, "reason": "调任"}
    )
    administrator.post(f"{home}close/", {"reason": "调离"})
    account.refresh_from_db()
    assert not account.is_active
    assert verify().is_sound


def test_the_tree_is_changed_by_the_administrator_on_its_pages():
    administrator = sign_in(an_official(roles=["administer"]))
    values = {"code": "gg", "name": "管委会", "name_en": "District", "kind": "district"}
    administrator.post("/organisations/new/", values)
    below = {"code": "gg-a", "name": "甲局", "name_en": "A", "kind": "department"}
    administrator.post("/organisations/new/?parent=gg", below)
    park = {"code": "gg-p", "name": "园区", "name_en": "Park", "kind": "park"}
    administrator.post("/organisations/new/?parent=gg", park)
    administrator.post("/organisations/gg-a/edit/", {"name": "乙局", "name_en": "B"})
    administrator.post("/organisations/gg-a/move/", {"parent": "gg-p"})
    row = Organisation.objects.get(code="gg-a")
    assert (row.name, row.parent.code) == ("乙局", "gg-p")
    assert administrator.post("/organisations/gg-p/close/", {"reason": "改革"}).status_code == 409
    administrator.post("/organisations/gg-a/close/", {"reason": "改革"})
    assert "乙局" not in Client().get("/organisations/").content.decode()


def test_the_public_reads_the_tree_but_not_who_sits_where():
    official = an_official(roles=["accept"], name="李敏")
    code = Post.objects.get(pk=official.post).organisation.code
    assert "李敏" not in Client().get(f"/organisations/{code}/").content.decode()
    assert "李敏" in sign_in(official).get(f"/organisations/{code}/").content.decode()


def test_a_post_is_delegated_and_taken_back_on_the_page():
    body = an_organisation()
    head, clerk = an_official(body, ["decide"], "王海"), an_official(body, ["accept"], "李敏")
    client, today = sign_in(head), str(clock.today())
    values = {"grantee": clerk.account, "from_on": today, "until_on": today, "reason": "出差"}
    client.post(f"/accounts/delegations/new/{head.post}/", values | {"request_key": "d"})
    row = Delegation.objects.get()
    taker = sign_in(clerk)
    taker.post("/accounts/capacity/", {"code": f"post:{head.post}"})
    assert "代王海" in taker.get("/accounts/delegations/").content.decode()
    client.post(f"/accounts/delegations/{row.pk}/revoke/")
    assert taker.post("/accounts/capacity/", {"code": f"post:{head.post}"}).status_code == 403
    row.refresh_from_db()
    assert row.revoked_at is not None


def guessed() -> list[tuple[str, set[str]]]:
    """Addresses of things that belong to somebody, and the roles for whom they are meant."""
    body = an_organisation()
    legal = registered()
    own = bound(legal)
    head, clerk = an_official(body, ["decide"]), an_official(body, ["accept"])
    today = str(clock.today())
    given = delegate(
        head, post=head.post, grantee=clerk.account, from_on=today, until_on=today, reason="假"
    )["delegation"]
    other = registered("13900000003", 7, "周桐")
    claim = bind_firm(
        other, account=other.account, firm=FIRM, firm_name="某", finding="name", matched=False
    )["claim"]
    administrator = an_official(roles=["administer"])
    post = a_post(body, ["review"])
    proposal = propose_appointment(
        administrator, account=clerk.account, post=post.pk, from_on=today
    )["proposal"]
    sub = Account.objects.get(pk=clerk.account).sub
    application = actions.register_application(
        administrator,
        name="应用",
        addresses=["https://a.example/"],
        scopes=[],
        secret_hash=actions.secret_hash(actions.new_secret()),
    )["application"]
    held = Account.objects.get(pk=clerk.account).appointments.get().pk
    return [
        (f"/accounts/firms/{own.pk}/agents/", set()),
        (f"/accounts/firms/{own.pk}/end/", set()),
        (f"/accounts/delegations/{given}/revoke/", set()),
        (f"/accounts/delegations/new/{head.post}/", set()),
        (f"/administration/firm-claims/{claim}/", {"entities", "administer"}),
        (f"/administration/confirmations/{proposal}/", {"security"}),
        (f"/administration/officials/{sub}/", {"administer", "security", "audit"}),
        (f"/administration/officials/{sub}/propose/", {"administer"}),
        (f"/administration/officials/{sub}/password/", {"administer"}),
        (f"/administration/officials/{sub}/close/", {"administer"}),
        (f"/administration/appointments/{held}/end/", {"administer"}),
        (f"/administration/applications/{application}/edit/", {"administer"}),
        (f"/administration/applications/{application}/secret/", {"administer"}),
        (f"/administration/applications/{application}/remove/", {"administer"}),
        (f"/organisations/posts/{post.pk}/edit/", {"administer"}),
        (f"/organisations/posts/{post.pk}/close/", {"administer"}),
        (f"/organisations/posts/{post.pk}/roles/", {"security"}),
        (f"/organisations/{body.code}/edit/", {"administer"}),
        (f"/organisations/{body.code}/move/", {"administer"}),
        (f"/organisations/{body.code}/close/", {"administer"}),
        (f"/organisations/{body.code}/posts/new/", {"administer"}),
        ("/administration/officials/", {"administer", "security", "audit"}),
        ("/administration/sign-ins/", {"audit"}),
        ("/administration/applications/", {"administer"}),
        ("/administration/confirmations/", {"security"}),
        ("/administration/firm-claims/", {"entities", "administer"}),
    ]


def test_nothing_of_others_is_reached_by_guessing_its_address():
    places = guessed()
    readers: list[tuple[str, Client]] = [("visitor", Client()), ("person", sign_in(a_person()))]
    for role in ("accept", "entities", "administer", "security", "audit"):
        readers.append((role, sign_in(an_official(roles=[role]))))
    wrong = []
    for address, meant_for in places:
        for who, client in readers:
            for answer in (client.get(address), client.post(address, {"choice": "yes"})):
                reached = answer.status_code not in (403, 404, 405)
                if reached and who not in meant_for:
                    wrong.append(f"{who} {address}: {answer.status_code}")
            if who in meant_for and client.get(address).status_code not in (200, 404):
                wrong.append(f"{who} is kept from {address}")
    assert wrong == []


def test_another_agent_of_the_firm_reaches_no_agents_page():
    own = bound(registered())
    agent = an_account("赵六", username="13700000009")
    Representation(
        account=agent, firm=FIRM, firm_name="x", role="agent", from_on=clock.today()
    ).save()
    client = sign_in(actor_for(agent, firm=FIRM))
    assert client.get(f"/accounts/firms/{own.pk}/agents/").status_code == 404
    assert client.post(f"/accounts/firms/{own.pk}/end/").status_code == 404


ODD = ("\0", "9" * 40, "武汉' OR 1=1 --", "[")


def test_odd_input_is_answered_and_never_a_fault():
    from guanggu.apps.sign_in.views import urlpatterns

    fields = (
        "q", "parent", "after", "before", "about", "next", "code", "name", "name_en", "kind",
        "firm", "firm_name", "post", "grantee", "from_on", "until_on", "reason", "roles",
        "username", "phone", "email", "addresses", "scopes", "choice", "remark", "request_key",
    )  # fmt: skip
    clients = [Client(), sign_in(registered()), sign_in(an_official())]
    routes = [str(p.pattern) for p in urlpatterns] + ["identity/o/authorize", "accounts/login/"]
    faults = []
    for route in routes:
        for odd in ODD:
            address = "/" + route
            for part, value in (
                ("<int:pk>", "9" * 19),
                ("<int:post>", "1"),
                ("<slug:code>", "no-such"),
                ("<uuid:sub>", "00000000-0000-0000-0000-000000000000"),
                ("<str:key>", "%00x"),
            ):
                address = address.replace(part, value)
            for client in clients:
                values = dict.fromkeys(fields, odd)
                asked = values | {"client_id": odd, "redirect_uri": f"http://{odd}"}
                for answer in (client.get(address, asked), client.post(address, values)):
                    if answer.status_code >= 500:
                        faults.append(f"{address} {odd!r}: {answer.status_code}")
    assert faults == []
