"""Pages of the engines outside: states as they are, secrets that go in and never come out."""

from __future__ import annotations

import pytest

from guanggu.base.bilingual import T
from guanggu.kernel.connector.declaring import Absent
from guanggu.kernel.connector.models import FailedCall
from guanggu.kernel.connector.probing import probe_one
from guanggu.kernel.connector.public import deliver_later
from guanggu.kernel.connector.tests.conftest import Outside
from guanggu.kernel.connector.tests.conftest import outside as outside
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import Job, run_until_quiet

pytestmark = pytest.mark.django_db
SECRET = "correct horse battery staple"


def test_an_absent_engine_shows_as_absent_with_what_to_do(outside: Outside) -> None:
    outside.fails, outside.error = 1, Absent(T("未安装：请执行 apt", "not installed: run apt"))
    probe_one(outside.key)
    client = sign_in(an_official(roles=["audit"]))
    for address in ("/connectors/", f"/connectors/{outside.key}/"):
        page = client.get(address).content.decode()
        assert "引擎缺席" in page
        assert "未安装：请执行 apt" in page


def test_an_engine_that_nobody_asked_yet_is_not_called_well(outside: Outside) -> None:
    page = sign_in(an_official(roles=["audit"])).get("/connectors/").content.decode()
    assert "试验引擎" in page
    assert "尚未检测" in page


def test_who_does_not_watch_sees_nothing(outside: Outside) -> None:
    for actor in (a_person(), an_official(roles=["accept"])):
        for address in ("/connectors/", f"/connectors/{outside.key}/", "/connectors/messages/"):
            assert sign_in(actor).get(address).status_code == 403
    assert sign_in(an_official(roles=["audit"])).get("/connectors/a.b/").status_code == 404


def test_a_secret_goes_in_and_never_comes_out(outside: Outside) -> None:
    client, address = sign_in(an_official(roles=["security"])), f"/connectors/{outside.key}/"
    sent = {"do": "credential", "name": "token", "value": SECRET}
    assert client.post(address, sent).status_code == 302
    page = client.get(address).content.decode()
    assert "已设置于" in page
    assert SECRET not in page
    assert "地址（留空" not in page  # addresses are the administrator's


def test_the_administrator_sets_tests_and_switches(outside: Outside) -> None:
    client, address = sign_in(an_official(roles=["administer"])), f"/connectors/{outside.key}/"
    assert client.post(address, {"do": "address", "address": "有 空格"}).status_code == 200
    assert client.post(address, {"do": "address", "address": "tcp://a:2"}).status_code == 302
    assert client.post(address, {"do": "test", "request_key": "k"}).status_code == 302
    run_until_quiet()
    page = client.get(address).content.decode()
    assert "tcp://a:2" in page
    assert "1.2" in page
    client.post(address, {"do": "off", "reason": "维护"})
    assert "已停用" in client.get(address).content.decode()
    assert client.post(address, {"do": "nothing"}).status_code == 200


def test_messages_are_tried_again_or_discarded_with_a_reason(outside: Outside) -> None:
    outside.fails = 3
    message = deliver_later(outside.key, "tell", {"a": SECRET})
    while job := Job.objects.filter(state="waiting").first():
        Job.objects.filter(pk=job.pk).update(due_at=job.created_at)
        run_until_quiet()
    client = sign_in(an_official(roles=["administer"]))
    page = client.get("/connectors/messages/").content.decode()
    assert "试验引擎 · 告知" in page
    assert SECRET not in page
    given = {"message": message, "discard": "1", "reason": ""}
    assert client.post("/connectors/messages/", given).status_code == 200
    given["reason"] = "对方系统已下线"
    assert client.post("/connectors/messages/", given).status_code == 302
    assert FailedCall.objects.get().state == "discarded"
    assert "对方系统已下线" in client.get("/connectors/messages/?all=1").content.decode()
