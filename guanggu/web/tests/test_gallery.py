"""The components, as a browser gets them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_gallery_shows_every_component_in_chinese_first(client: Client) -> None:
    page = client.get("/gallery/")
    assert page.status_code == 200
    text = page.content.decode()
    assert '<html lang="zh-CN">' in text
    assert "2026年11月23日" in text
    assert "5 个工作日" in text


def test_language_is_switched_by_address_and_kept_by_cookie(client: Client) -> None:
    moved = client.get("/gallery/?a=1&lang=en")
    assert moved.status_code == 302
    assert moved["Location"] == "/gallery/?a=1"
    text = client.get("/gallery/").content.decode()
    assert '<html lang="en">' in text
    assert "23 Nov 2026 14:05" in text
    main = text[text.index("<main") : text.index("</main>")]
    assert not re.search(r"[\u4e00-\u9fff]", main)


def test_form_with_errors_leads_from_summary_to_field_and_keeps_values(client: Client) -> None:
    text = client.post("/gallery/", {"remarks": "<b>保留</b>"}).content.decode()
    assert 'href="#id_name"' in text
    assert 'href="#id_kind-1"' in text
    assert 'aria-describedby="id_name-hint id_name-error"' in text
    assert "&lt;b&gt;保留&lt;/b&gt;" in text


def test_page_carries_the_strict_policy(client: Client) -> None:
    page = client.get("/gallery/")
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["Content-Language"] == "zh-CN"


def test_unknown_address_says_what_to_do(client: Client) -> None:
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert "请核对网址" in page.content.decode()
    told = client.get("/no/such/page/", headers={"accept": "application/json"})
    assert told["Content-Type"].startswith("application/problem+json")
    assert told.json()["status"] == 404


def test_every_link_of_the_frame_leads_somewhere(client: Client) -> None:
    text = client.get("/gallery/").content.decode()
    links = {
        link for link in re.findall(r'href="(/[^"]*)"', text) if not link.startswith("/static")
    }
    links -= {"/"}  # the home page is the portal's
    assert {"/help/accessibility/", "/api/docs"} <= links
    assert {
        link: client.get(link).status_code for link in links if client.get(link).status_code > 403
    } == {}
