"""The page for developers and the access keys of officials."""

from __future__ import annotations

import re
from typing import Any

from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import verify
from guanggu.kernel.observation.sensorthings.public import AccessKey
from guanggu.web.sensorthings.tests.worlds import Service, a_thing

KEYS = "/sensorthings/keys/"


def test_developers_find_examples_in_both_languages(client: Any, db: Any) -> None:
    for language, word in (("zh", "数据接口"), ("en", "SensorThings interface")):
        client.cookies["language"] = language
        page = client.get("/sensorthings/").content.decode()
        assert word in page
        assert "/sensorthings/v1.1/CreateObservations" in page


def test_a_key_is_shown_once_works_and_ends(db: Any) -> None:
    keeper = an_official(roles=["devices"])
    client = sign_in(keeper)
    page = client.post(KEYS, {"name": "采集程序"}).content.decode()
    found = re.search(r'<pre class="code" tabindex="0">(\S+)</pre>', page)
    assert found is not None
    program = Service(found[1])
    assert program.post("Things", a_thing())["name"] == "station"
    again = client.get(KEYS).content.decode()
    assert "采集程序" in again
    assert found[1] not in again
    assert found[1].partition(".")[2] not in AccessKey.objects.get().digest
    client.post(KEYS, {"revoke": AccessKey.objects.get().key})
    assert program.send("GET", "Things").status_code == 401
    assert verify().is_sound


def test_a_key_needs_a_purpose_and_an_official(db: Any) -> None:
    client = sign_in(an_official(roles=["devices"]))
    assert "name-error" in client.post(KEYS, {"name": " "}).content.decode()
    assert AccessKey.objects.count() == 0
    assert sign_in(a_person()).get(KEYS).status_code == 403


def test_a_signed_in_browser_writes_only_with_the_token_of_the_page(db: Any) -> None:
    from django.test import Client

    client = sign_in(an_official(roles=["devices"]), Client(enforce_csrf_checks=True))
    send = {"data": a_thing(), "content_type": "application/json"}
    assert client.post("/sensorthings/v1.1/Things", **send).status_code == 403
    assert client.get("/sensorthings/v1.1/Things").status_code == 200
