"""Accounts, bodies, posts and who may act for whom."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base import clock
from guanggu.base.actor import VISITOR, platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.identity import public as identity
from guanggu.kernel.identity.models import (
    Account,
    Appointment,
    AppointmentProposal,
    Delegation,
    FirmClaim,
    Organisation,
    Post,
    Representation,
)
from guanggu.kernel.identity.rules import (
    ROLES,
    delegation_error,
    mask_phone,
    separation_error,
)
from guanggu.kernel.identity.testing import (
    a_person,
    a_post,
    an_account,
    an_official,
    an_organisation,
)
from guanggu.kernel.journal.public import Event, verify
from guanggu.standards import gb_11643_1999, gb_32100_2015

pytestmark = pytest.mark.django_db
PLATFORM = platform("tests")
CITIZEN = gb_11643_1999.generate(random.Random(1), date(1980, 5, 17))
FIRM = gb_32100_2015.generate(random.Random(2))


def a_registered_person(phone: str = "13800000001", citizen_id: str = CITIZEN) -> Account:
    answer = identity.register_person(
        VISITOR, name="李明", citizen_id=citizen_id, phone=phone, password_hash="!"
    )
    return Account.objects.get(pk=answer["account"])


@given(st.sets(st.sampled_from(sorted(ROLES))))
def test_two_of_the_three_officers_never_come_together(roles):
    together = len(roles & {"administer", "security", "audit"}) > 1
    assert (separation_error(roles) is not None) == together


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [(0, 0, True), (0, 91, True), (0, 92, False), (-3, -1, False), (5, 4, False), (-1, 3, True)],
)
def test_a_delegation_ends_after_today_and_within_a_quarter(start, end, fits):
    today = date(2026, 11, 23)
    error = delegation_error(today + timedelta(start), today + timedelta(end), today)
    assert (error is None) == fits


def test_registration_keeps_neither_the_identity_number_nor_the_phone_in_the_journal():
    account = a_registered_person()
    told = "".join(Event.objects.filter(subject=str(account.ref)).values_list("data", flat=True))
    assert CITIZEN not in told
    assert "13800000001" not in told
    assert account.citizen_id_masked == gb_11643_1999.mask(CITIZEN)
    assert account.citizen_id_digest == identity.citizen_id_digest(CITIZEN.lower())


@pytest.mark.parametrize(
    ("field", "value"), [("citizen_id", CITIZEN[:-1] + "A"), ("phone", "12345"), ("name", " ")]
)
def test_registration_names_the_field_that_does_not_fit(field, value):
    values = {"name": "李明", "citizen_id": CITIZEN, "phone": "13800000001", "password_hash": "!"}
    with pytest.raises(Invalid) as error:
        identity.register_person(VISITOR, **values | {field: value})
    assert set(error.value.fields) == {field}
    assert not Account.objects.exists()


def test_one_citizen_and_one_phone_have_one_account():
    a_registered_person()
    other = gb_11643_1999.generate(random.Random(5), date(1990, 1, 1))
    with pytest.raises(Conflict):
        a_registered_person("13900000002")
    with pytest.raises(Conflict):
        a_registered_person("13800000001", other)
    assert Account.objects.count() == 1


def test_the_administrator_creates_an_official_who_has_no_right_until_security_confirms():
    administrator = an_official(roles=["administer"])
    security = an_official(roles=["security"])
    post = a_post(roles=["review"])
    made = identity.create_official(
        administrator, username="zhang.wei", name="张伟", phone="13800000003", password_hash="!"
    )
    proposal = identity.propose_appointment(
        administrator, account=made["account"], post=post.pk, from_on=str(clock.today())
    )["proposal"]
    official = Account.objects.get(pk=made["account"])
    assert identity.capacities(official) == []
    with pytest.raises(Forbidden):
        identity.decide_appointment(administrator, proposal=proposal, confirmed=True)
    identity.decide_appointment(security, proposal=proposal, confirmed=True)
    assert identity.actor_for(official, post=post.pk).roles == {"review"}
    with pytest.raises(Conflict):
        identity.decide_appointment(security, proposal=proposal, confirmed=True)
    assert Appointment.objects.filter(account=official).count() == 1


def test_nobody_confirms_what_he_proposed_even_with_both_roles_on_other_posts():
    both = an_official(roles=["administer", "security"])
    post, holder = a_post(roles=["review"]), an_account(kind="official")
    proposal = identity.propose_appointment(
        both, account=holder.pk, post=post.pk, from_on=str(clock.today())
    )["proposal"]
    with pytest.raises(Forbidden):
        identity.decide_appointment(both, proposal=proposal, confirmed=True)
    assert AppointmentProposal.objects.get(pk=proposal).state == "open"


def test_an_administrator_can_be_given_neither_security_nor_audit():
    administrator = an_official(roles=["administer"])
    another = an_official(roles=["administer"])
    for role in ("security", "audit"):
        with pytest.raises(Invalid):
            identity.propose_appointment(
                administrator,
                account=another.account,
                post=a_post(roles=[role]).pk,
                from_on=str(clock.today()),
            )
    assert not AppointmentProposal.objects.exists()


def test_roles_are_granted_by_security_only_and_never_so_that_a_holder_has_two():
    security, holder = an_official(roles=["security"]), an_official(roles=["administer"])
    administrator = an_official(roles=["administer"])
    with pytest.raises(Forbidden):
        identity.grant_roles(administrator, post=holder.post, roles=["administer", "decide"])
    for roles in (["audit", "administer"], ["no-such-role"]):
        with pytest.raises(Invalid):
            identity.grant_roles(security, post=holder.post, roles=roles)
    identity.grant_roles(security, post=holder.post, roles=["decide", "administer"])
    assert Post.objects.get(pk=holder.post).roles == ["decide", "administer"]


def test_a_tree_is_made_renamed_moved_and_closed_and_never_a_circle():
    administrator = an_official(roles=["administer"])
    names = {"name_en": "X", "kind": "department"}
    identity.create_organisation(administrator, code="dd", name="管委会", **names)
    identity.create_organisation(administrator, code="d-a", name="甲局", parent="dd", **names)
    identity.create_organisation(administrator, code="d-b", name="乙局", parent="dd", **names)
    identity.create_organisation(administrator, code="d-b-1", name="一科", parent="d-b", **names)
    with pytest.raises(Conflict):
        identity.move_organisation(administrator, code="d-b", parent="d-b-1")
    identity.move_organisation(administrator, code="d-b", parent="d-a")
    paths = {o.code: o.path for o in Organisation.objects.all()}
    assert paths["d-b-1"].startswith(paths["d-b"])
    assert paths["d-b"].startswith(paths["d-a"])
    identity.rename_organisation(administrator, code="d-b", name="丙局", name_en="C")
    with pytest.raises(Conflict):
        identity.close_organisation(administrator, code="d-b", reason="机构改革")
    identity.close_organisation(administrator, code="d-b-1", reason="机构改革")
    identity.close_organisation(administrator, code="d-b", reason="机构改革")
    with pytest.raises(Conflict):
        identity.rename_organisation(administrator, code="d-b", name="丁局", name_en="D")
    with pytest.raises(Forbidden):
        identity.create_organisation(an_official(roles=["security"]), code="q", name="q", **names)
    assert Organisation.objects.get(code="d-b").name == "丙局"
    assert verify().is_sound


def delegated(days_from: int = 0, days_until: int = 5):
    body = an_organisation()
    grantor, grantee = an_official(body, ["decide"], "王局"), an_official(body, ["accept"], "李科")
    today = clock.today()
    answer = identity.delegate(
        grantor,
        post=grantor.post,
        grantee=grantee.account,
        from_on=str(today + timedelta(days_from)),
        until_on=str(today + timedelta(days_until)),
        reason="出差",
    )
    return grantor, Account.objects.get(pk=grantee.account), answer["delegation"]


def test_a_delegate_acts_in_the_post_and_every_event_names_for_whom():
    grantor, taker, _ = delegated()
    actor = identity.actor_for(taker, post=grantor.post)
    assert actor.on_behalf_of == grantor.ref
    assert actor.has("decide")
    assert "代王局" in str(identity.capacities(taker)[1].title)


def test_a_delegation_holds_from_its_first_day_to_its_last_and_not_after_revocation():
    monday = datetime(2026, 11, 23, 4, tzinfo=UTC)
    with clock.fixed_at(monday):
        grantor, taker, delegation = delegated(1, 3)
        with pytest.raises(Forbidden):
            identity.actor_for(taker, post=grantor.post)
    for days, holds in ((1, True), (3, True), (4, False)):
        with clock.fixed_at(monday + timedelta(days)):
            found = [c for c in identity.capacities(taker) if c.is_delegated]
            assert bool(found) == holds
    with clock.fixed_at(monday + timedelta(2)):
        identity.revoke_delegation(identity.actor_for(taker), delegation=delegation)
        with pytest.raises(Forbidden):
            identity.actor_for(taker, post=grantor.post)
        with pytest.raises(Forbidden):
            identity.revoke_delegation(grantor, delegation=delegation)


def test_a_delegation_ends_with_the_grantors_own_appointment_or_account():
    grantor, taker, _ = delegated()
    Account.objects.filter(pk=grantor.account).update(is_active=False)
    with pytest.raises(Forbidden):
        identity.actor_for(taker, post=grantor.post)


def test_a_post_is_delegated_within_its_organisation_or_below_and_not_passed_on():
    above = an_organisation()
    below = an_organisation(parent=above)
    head, clerk = an_official(above, ["decide"]), an_official(below, ["accept"])
    stranger = an_official(an_organisation(), ["accept"])
    dates = {"from_on": str(clock.today()), "until_on": str(clock.today()), "reason": "休假"}
    with pytest.raises(Invalid):
        identity.delegate(head, post=head.post, grantee=stranger.account, **dates)
    with pytest.raises(Invalid):
        identity.delegate(clerk, post=clerk.post, grantee=head.account, **dates)
    identity.delegate(head, post=head.post, grantee=clerk.account, **dates)
    acting = identity.actor_for(Account.objects.get(pk=clerk.account), post=head.post)
    with pytest.raises(Forbidden):
        identity.delegate(acting, post=head.post, grantee=clerk.account, **dates)
    with pytest.raises(Conflict):
        identity.delegate(head, post=head.post, grantee=clerk.account, **dates)
    assert Delegation.objects.count() == 1


def test_a_firm_is_bound_when_the_register_agrees_and_claimed_when_it_does_not():
    person = a_registered_person()
    himself = identity.actor_for(person)
    values = {"account": person.pk, "firm": FIRM, "firm_name": "光谷示例公司"}
    answer = identity.bind_firm(PLATFORM, **values, finding="name", matched=False)
    reviewer = an_official(roles=["entities"])
    with pytest.raises(Forbidden):
        identity.decide_firm_claim(himself, claim=answer["claim"], accepted=True, remark="好")
    with pytest.raises(Conflict):
        identity.bind_firm(PLATFORM, **values, finding="name", matched=False)
    identity.decide_firm_claim(reviewer, claim=answer["claim"], accepted=True, remark="已核原件")
    assert identity.actor_for(person, firm=FIRM).kind == "firm"
    with pytest.raises(Conflict):
        identity.bind_firm(PLATFORM, **values, finding="", matched=True)
    assert FirmClaim.objects.get().state == "accepted"
    assert verify().is_sound


def test_agents_are_named_by_the_legal_representative_and_ended_by_either():
    legal = a_registered_person()
    values = {"account": legal.pk, "firm": FIRM, "firm_name": "光谷示例公司"}
    identity.bind_firm(PLATFORM, **values, finding="", matched=True)
    agent = an_account("赵六", username="13700000009")
    chief = identity.actor_for(legal, firm=FIRM)
    with pytest.raises(Invalid):
        identity.add_agent(chief, firm=FIRM, username="13700000009", name="赵七")
    identity.add_agent(chief, firm=FIRM, username="13700000009", name="赵六")
    held = Representation.objects.get(account=agent)
    acting = identity.actor_for(agent, firm=FIRM)
    with pytest.raises(Forbidden):
        identity.add_agent(acting, firm=FIRM, username="13800000001", name="李明")
    with pytest.raises(Forbidden):
        identity.end_representation(a_person(), representation=held.pk)
    identity.end_representation(acting, representation=held.pk)
    with pytest.raises(Forbidden):
        identity.actor_for(agent, firm=FIRM)
    identity.add_agent(chief, firm=FIRM, username="13700000009", name="赵六")
    identity.end_representation(chief, representation=held.pk)
    with pytest.raises(Missing):
        identity.end_representation(chief, representation=10**9)
    assert Representation.objects.filter(account=agent).count() == 1


def test_a_right_given_by_sql_is_named_by_verify():
    official = an_official(roles=["accept"])
    assert verify().is_sound
    Post.objects.filter(pk=official.post).update(roles=["administer"])
    Appointment(account_id=official.account, post=a_post(), from_on=clock.today()).save()
    places = {finding.place for finding in verify().findings}
    assert f"posts/{official.post}" in places
    assert any(place.startswith("appointments/") for place in places)


def test_bulk_creation_leaves_a_sound_journal_and_working_second_factors():
    from allauth.mfa.models import Authenticator
    from django.db import transaction

    with transaction.atomic():
        district = Organisation(code="x", name="区", name_en="D", kind="district")
        office = Organisation(
            code="x-a", name="局", name_en="A", kind="department", parent=district
        )
        identity.add_organisations(PLATFORM, [district, office])
        (post,) = identity.add_posts(
            PLATFORM, [Post(organisation=office, name="岗", name_en="P", roles=["accept"])]
        )
        accounts = identity.add_accounts(
            PLATFORM,
            [
                Account(username=f"o{n}", name=f"人{n}", kind="official", joined_at=clock.now())
                for n in range(3)
            ],
            password_hash="!",
            totp_secrets={"o1": "JBSWY3DPEHPK3PXP"},
        )
        identity.add_appointments(
            PLATFORM, [Appointment(account=a, post=post, from_on=clock.today()) for a in accounts]
        )
    assert identity.actor_for(accounts[2], post=post.pk).organisation == office.pk
    stored = Authenticator.objects.get().data["secret"]
    assert identity.owns_second_factor(accounts[1])
    assert not identity.owns_second_factor(accounts[0])
    assert stored
    assert verify().is_sound


def test_a_masked_phone_shows_seven_digits():
    assert mask_phone("13812345678") == "138****5678"


def test_a_new_install_begins_with_three_officers_who_hold_one_role_each():
    usernames = {"administer": "administrator", "security": "security", "audit": "auditor"}
    values = {
        "code": "wehdz",
        "name": "管委会",
        "name_en": "District",
        "usernames": usernames,
        "password_hashes": dict.fromkeys(usernames, "!"),
    }
    with pytest.raises(Forbidden):
        identity.appoint_first_officers(a_person(), **values)
    identity.appoint_first_officers(PLATFORM, **values)
    for role, username in usernames.items():
        account = Account.objects.get(username=username)
        assert account.must_change_password
        (capacity,) = identity.capacities(account)
        assert identity.actor_by_code(account, capacity.code).roles == {role}
    with pytest.raises(Conflict):
        identity.appoint_first_officers(PLATFORM, **values)
    assert verify().is_sound


def test_the_code_of_a_sample_account_is_shown_in_a_sample_district_only(settings):
    from django.db import transaction

    rows = [
        Account(username=name, name=name, kind="official", joined_at=clock.now(), is_sample=sample)
        for name, sample in (("sample", True), ("real", False))
    ]
    with transaction.atomic():
        secrets = dict.fromkeys(("sample", "real"), "JBSWY3DPEHPK3PXP")
        identity.add_accounts(PLATFORM, rows, password_hash="!", totp_secrets=secrets)
    settings.GUANGGU_SAMPLE, settings.PRODUCTION = True, False
    assert len(identity.sample_code("sample")) == 6
    with pytest.raises(Missing):
        identity.sample_code("real")
    for sample, production in ((False, False), (True, True)):
        settings.GUANGGU_SAMPLE, settings.PRODUCTION = sample, production
        with pytest.raises(Forbidden):
            identity.sample_code("sample")


def test_who_left_work_to_the_worker_acts_in_the_same_capacity_while_he_holds_it():
    official = an_official(roles=["audit"])
    acting = identity.acting_for(official.ref, f"post:{official.post}")
    assert acting == official
    assert identity.acting_for("platform/backup", "self") == platform("backup")
    yesterday = clock.today() - timedelta(days=1)
    Appointment.objects.update(from_on=yesterday, until_on=yesterday)
    with pytest.raises(Forbidden):
        identity.acting_for(official.ref, f"post:{official.post}")
    with pytest.raises(Forbidden):
        identity.acting_for("accounts/00000000-0000-0000-0000-000000000000", "self")
