"""What stands before every view: numbers, limits, sizes, and pages for what goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from guanggu.base import clock
from guanggu.base.errors import TooMany
from guanggu.web import rate
from guanggu.web.models import RateWindow

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)


def test_attempts_beyond_the_limit_are_refused_until_the_window_ends() -> None:
    with clock.fixed_at(START):
        assert [rate.count("x", "a", times=3, seconds=60) for _ in range(3)] == [1, 2, 3]
        with pytest.raises(TooMany) as refused:
            rate.count("x", "a", times=3, seconds=60)
        assert refused.value.retry_after_seconds == 60
        assert rate.count("x", "b", times=3, seconds=60) == 1
        assert rate.count("y", "a", times=3, seconds=60) == 1
    with clock.fixed_at(START + timedelta(seconds=61)):
        assert rate.count("x", "a", times=3, seconds=60) == 1
        assert RateWindow.objects.count() == 1


def test_refused_view_says_when_to_come_back(rf: RequestFactory) -> None:
    @rate.limited("page", times=1, seconds=60)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    assert page(rf.get("/")).status_code == 200
    with pytest.raises(TooMany, match="秒后再试"):
        page(rf.get("/"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "counted"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", "junk", ["127.0.0.1"], "unknown"),
        ("2001:db8::1:2", "", [], "2001:db8::/64"),
        ("", "", [], "unknown"),
    ],
)
def test_only_a_trusted_proxy_names_the_caller(
    rf: RequestFactory, settings: Any, remote: str, forwarded: str, proxies: list, counted: str
) -> None:
    settings.GUANGGU_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert rate.client_address(request) == counted


def test_each_answer_carries_its_number_and_the_given_one_is_kept(client: Client) -> None:
    assert len(client.get("/healthz")["X-Request-ID"]) == 12
    assert (
        client.get("/healthz", headers={"x-request-id": "abc-12345"})["X-Request-ID"] == "abc-12345"
    )
    odd = client.get("/healthz", headers={"x-request-id": "a b\x7f<script>"})
    assert "<" not in odd["X-Request-ID"]


def test_metrics_are_read_here_or_with_the_token_only(client: Client, settings: Any) -> None:
    client.get("/healthz")
    assert b'route="healthz"' in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404
    settings.GUANGGU_METRICS_TOKEN = "s3cret"
    bearer = {"authorization": "Bearer s3cret"}
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=bearer).status_code == 200


def test_body_beyond_the_limit_is_not_read(client: Client) -> None:
    for length in ("999999999999", "9" * 30):
        answer = client.post("/gallery/", {"a": "b"}, CONTENT_LENGTH=length)
        assert answer.status_code == 413
        assert "请压缩或分次上传" in answer.content.decode()


def test_old_page_is_told_to_reload(settings: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/gallery/", {"name": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_fault_of_ours_shows_no_innards(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("guanggu.web.gallery.sample_table", lambda: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/gallery/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "系统处理时出错" in text
    assert "ZeroDivisionError" not in text


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"]
)
def test_capacity_switch_leads_nowhere_else(client: Client, address: str) -> None:
    from guanggu.kernel.identity.testing import an_official, sign_in

    signed = sign_in(an_official(), client)
    answer = signed.post("/accounts/capacity/", {"code": "post:1", "next": address})
    assert answer.status_code in (302, 403)
    assert "evil" not in answer.get("Location", "")
