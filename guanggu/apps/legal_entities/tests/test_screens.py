"""The register's own screens and its feed, by what each kind of reader may do."""

from __future__ import annotations

import pytest
from django.test import Client

from guanggu.apps.legal_entities.models import LegalEntity, MatchPair, Merge
from guanggu.kernel.identity.testing import a_firm_agent, a_person, an_official, sign_in

from .test_gathering import CODE, take, told

pytestmark = pytest.mark.django_db
OTHER = "大冶矿业股份公司"


@pytest.fixture
def loaded():
    take(
        told(unified_code=CODE, phone="1"),
        told("税务", "T1", unified_code=CODE, phone="027-87654321"),
        told("社会保险", "S1", unified_code=CODE, name=OTHER),
    )
    return LegalEntity.objects.get(key=CODE)


def _keeper() -> Client:
    return sign_in(an_official(roles=["entities"]))


def test_every_field_of_the_page_says_its_source(loaded):
    page = _keeper().get(f"/legal_entities/entity/{CODE}/sources/").content.decode()
    assert "税务" in page
    assert "市场监管" in page
    assert "027-87654321" in page


def test_a_pair_is_compared_side_by_side_and_joined_then_undone_on_the_web(loaded):
    client, pair = _keeper(), MatchPair.objects.get()
    assert OTHER in client.get("/legal_entities/desk/").content.decode()
    address = f"/legal_entities/pairs/{pair.key}/"
    assert OTHER in client.get(address).content.decode()
    assert client.post(address, {"answer": "same"}).status_code == 422
    sent = {"answer": "same", "reason": "已更名", "request_key": "k1"}
    assert client.post(address, sent).status_code == 302
    assert LegalEntity.objects.get().key == CODE
    merge = Merge.objects.get()
    old = client.get(f"/legal_entities/legal_entities/{merge.absorbed}/", follow=True)
    assert old.redirect_chain[-1][0].endswith(f"/{CODE}/")
    split = f"/legal_entities/merges/{merge.key}/split/"
    assert client.get(split).status_code == 200
    assert client.post(split, {"reason": "误并", "request_key": "k2"}).status_code == 302
    assert LegalEntity.objects.count() == 2


def test_a_correction_is_made_on_the_web_and_a_stale_one_is_refused(loaded):
    client = _keeper()
    address = f"/legal_entities/entity/{CODE}/correct/"
    form = client.get(address).context["form"]
    sent = {name: form.initial.get(name, "") for name in form.fields}
    sent |= {"phone": "99", "reason": "来电", "version": loaded.version, "request_key": "c1"}
    assert client.post(address, sent).status_code == 302
    assert LegalEntity.objects.get(key=CODE).phone == "99"
    assert client.post(address, sent | {"request_key": "c2", "phone": "98"}).status_code == 409
    version = LegalEntity.objects.get(key=CODE).version
    bad = sent | {"request_key": "c3", "established_on": "昨天", "version": version}
    assert "established_on" in client.post(address, bad).context["form"].errors


def test_the_feed_is_read_by_cursor_and_refuses_what_is_none(loaded):
    client = sign_in(an_official(roles=["review"]))
    answer = client.get("/api/v1/legal_entities/changes", {"limit": 1}).json()
    assert len(answer["changes"]) == 1
    assert answer["more"] is True
    seen, cursor = list(answer["changes"]), answer["next"]
    for _ in range(9):
        answer = client.get("/api/v1/legal_entities/changes", {"after": cursor}).json()
        seen, cursor = seen + answer["changes"], answer["next"]
    assert not answer["more"]
    assert {change["key"] for change in seen} == set(
        LegalEntity.objects.values_list("key", flat=True)
    )
    assert any(change["changed"].get("phone") == "027-87654321" for change in seen)
    wrong = client.get("/api/v1/legal_entities/changes", {"after": "0-x"})
    assert wrong.status_code == 422


def test_a_firm_sees_itself_and_nobody_outside_sees_the_desk(loaded):
    own = sign_in(a_firm_agent(CODE))
    assert own.get(f"/legal_entities/legal_entities/{CODE}/").status_code == 200
    other = LegalEntity.objects.exclude(key=CODE).get().key
    assert own.get(f"/legal_entities/legal_entities/{other}/").status_code == 404
    for client in (own, sign_in(a_person())):
        for address in ("desk/", f"entity/{CODE}/sources/", f"entity/{CODE}/correct/"):
            assert client.get(f"/legal_entities/{address}").status_code == 403
        assert client.get("/api/v1/legal_entities/changes").status_code == 403


def test_the_absent_engine_is_said_on_the_desk(loaded, monkeypatch):
    from guanggu.apps.legal_entities import connector

    monkeypatch.setattr(connector, "_version", lambda package: "")
    assert "匹配引擎未安装" in _keeper().get("/legal_entities/desk/").content.decode()
