"""Subscriptions lose nothing: receivers down, workers killed, queues full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guanggu.base import clock
from guanggu.kernel.journal.public import verify
from guanggu.kernel.observation.models import Delivery, Subscription, SubscriptionCursor
from guanggu.kernel.observation.ngsi_ld import notifying
from guanggu.kernel.observation.ngsi_ld.public import collect, deliver, notify
from guanggu.kernel.observation.public import Batch, Mark, observations
from guanggu.web.ngsi_ld.tests.receiving import Receiver
from guanggu.web.ngsi_ld.tests.town import HOUR, START
from guanggu.web.sensorthings.tests.worlds import Service

ROOT = "http://testserver/ngsi-ld/v1/subscriptions"
NOW = datetime(2035, 5, 2, tzinfo=UTC)


def wanted(listening: Receiver, **more: Any) -> dict[str, Any]:
    endpoint = {"uri": f"{listening.address}/in?x=1", "accept": "application/json"}
    return {
        "type": "Subscription", "entities": [{"type": "AirQualityObserved"}],
        "watchedAttributes": ["pm25"],
        "notification": {"attributes": ["pm25"], "format": "normalized", "endpoint": endpoint}, **more,
    }  # fmt: skip


@pytest.fixture
def subscribed(official: Service, town: dict[str, int], listening: Receiver) -> Receiver:
    answer = official.send("POST", ROOT, wanted(listening))
    assert answer.status_code == 201, answer.content
    assert answer["Location"].startswith("/ngsi-ld/v1/subscriptions/urn:ngsi-ld:Subscription:")
    return listening


def come(stream: int, *hours: int, value: float = 0.0, mark: int = 0) -> None:
    times = [START + hour * HOUR for hour in hours]
    results = [value or float(hour) for hour in hours]
    observations().append(Batch.of([stream] * len(times), times, results, mark))


def test_each_new_datum_is_told_once_and_in_order(
    subscribed: Receiver, town: dict[str, int]
) -> None:
    assert notify() == 0
    come(town["AIR-1 a34004"], 5, 6, 7)
    come(town["AIR-1 a21004"], 8)
    assert notify() == 3
    assert notify() == 0
    assert subscribed.values("pm25") == [5.0, 6.0, 7.0]
    body = subscribed.bodies[0]
    assert body["type"] == "Notification"
    assert body["data"][0]["pm25"]["observedAt"] == "2026-05-01T05:00:00.000Z"
    assert set(body["data"][0]) == {"id", "type", "pm25"}
    assert "json-ld#context" in subscribed.headers[0]["Link"]


def test_stations_of_one_instant_come_together_in_order_of_their_keys(
    subscribed: Receiver, town: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found_in_any_order = notifying._news

    def found_backwards(*given: Any, **more: Any) -> Any:
        news, read = found_in_any_order(*given, **more)
        return dict(sorted(news.items(), reverse=True)), read

    monkeypatch.setattr(notifying, "_news", found_backwards)
    come(town["AIR-1 a34004"], 5)
    come(town["AIR-2 a34004"], 5)
    assert notify() == 1
    assert [each["id"][-5:] for each in subscribed.bodies[0]["data"]] == ["AIR-1", "AIR-2"]


def test_a_receiver_that_is_down_gets_all_when_it_is_back(
    subscribed: Receiver, town: dict[str, int]
) -> None:
    subscribed.status = 503
    with clock.fixed_at(NOW):
        for hour in range(5, 15):
            come(town["AIR-1 a34004"], hour)
            assert notify() == 0
    assert Delivery.objects.filter(sent_at=None).count() == 10
    # Only the first was tried, with growing pauses: order is kept and nobody is flooded.
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0, 1}
    subscribed.status = 200
    with clock.fixed_at(NOW + timedelta(seconds=1)):
        assert notify() == 0
    with clock.fixed_at(NOW + timedelta(seconds=3)):
        assert notify() == 10
    assert subscribed.values("pm25") == [float(hour) for hour in range(5, 15)]


def test_nobody_listening_is_a_failure_that_is_told(
    official: Service, town: dict[str, int], listening: Receiver, settings: Any
) -> None:
    settings.GUANGGU_NOTIFY_HOSTS = ["127.0.0.1"]
    given = wanted(listening)
    given["notification"]["endpoint"]["uri"] = "http://127.0.0.1:9/none"
    place = official.send("POST", ROOT, given)["Location"]
    come(town["AIR-1 a34004"], 5)
    assert notify() == 0
    told = official.send("GET", f"http://testserver{place}").json()["notification"]
    assert (told["status"], told["timesFailed"]) == ("failed", 1)


def test_a_worker_killed_between_cursor_and_queue_leaves_neither(
    subscribed: Receiver, town: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    come(town["AIR-1 a34004"], 5, 6)

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    before = list(SubscriptionCursor.objects.order_by("pk").values_list("stream", "time"))
    with monkeypatch.context() as patch:
        patch.setattr(SubscriptionCursor.objects, "update_or_create", killed)
        with pytest.raises(SystemExit):
            collect()
    assert Delivery.objects.count() == 0
    assert list(SubscriptionCursor.objects.order_by("pk").values_list("stream", "time")) == before
    with monkeypatch.context() as patch:
        patch.setattr(notifying, "_note", killed)  # killed after the receiver had it
        collect()
        with pytest.raises(SystemExit):
            deliver()
    assert notify() == 2
    assert [b["id"] for b in subscribed.bodies][:2] == [subscribed.bodies[0]["id"]] * 2
    assert subscribed.values("pm25") == [5.0, 6.0]


def test_a_full_queue_lets_the_cursor_stand(
    subscribed: Receiver, town: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "WAITING_MAX", 4)
    monkeypatch.setattr(notifying, "ROWS_MAX", 3)
    come(town["AIR-1 a34004"], *range(5, 30))
    rounds = 0
    while len(subscribed.values("pm25")) < 25 and rounds < 20:
        notify()
        assert Delivery.objects.filter(sent_at=None).count() <= 4
        rounds += 1
    assert subscribed.values("pm25") == [float(hour) for hour in range(5, 30)]


def test_results_that_are_no_numbers_hold_nothing_up(
    subscribed: Receiver, town: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "ROWS_MAX", 2)
    come(town["AIR-1 a34004"], 5, 6, 7, value=float("nan"))
    come(town["AIR-1 a34004"], 8)
    assert sum(notify() for _ in range(3)) == 1
    assert subscribed.values("pm25") == [8.0]


def test_only_what_the_conditions_choose_is_told(
    official: Service, town: dict[str, int], listening: Receiver
) -> None:
    geo = {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": [114.4, 30.5]}
    given = wanted(listening, q="pm25>50", geoQ=geo)
    given["notification"]["format"] = "keyValues"
    assert official.send("POST", ROOT, given).status_code == 201
    come(town["AIR-1 a34004"], 5)
    come(town["AIR-1 a34004"], 6, value=60.0, mark=int(Mark.NORMAL))
    come(town["AIR-2 a34004"], 6, value=90.0)
    assert notify() == 1
    assert [each["pm25"] for each in listening.bodies[0]["data"]] == [60.0]


def test_throttling_tells_the_latest_only(
    official: Service, town: dict[str, int], listening: Receiver
) -> None:
    assert official.send("POST", ROOT, wanted(listening, throttling=60)).status_code == 201
    with clock.fixed_at(NOW):
        come(town["AIR-1 a34004"], 5, 6)
        assert notify() == 1
        come(town["AIR-1 a34004"], 7, 8)
        assert notify() == 0
    with clock.fixed_at(NOW + timedelta(seconds=61)):
        assert notify() == 1
    assert listening.values("pm25") == [6.0, 8.0]


def test_a_subscription_is_read_changed_paused_and_removed(
    official: Service, town: dict[str, int], listening: Receiver
) -> None:
    place = "http://testserver" + official.send("POST", ROOT, wanted(listening))["Location"]
    come(town["AIR-1 a34004"], 5)
    notify()
    told = official.send("GET", place).json()
    assert (told["status"], told["notification"]["timesSent"]) == ("active", 1)
    assert official.send("PATCH", place, {"isActive": False}).status_code == 204
    come(town["AIR-1 a34004"], 6)
    assert notify() == 0
    assert official.send("PATCH", place, {"isActive": True}).status_code == 204
    assert notify() == 1  # what came meanwhile is told, too
    assert len(official.send("GET", ROOT).json()) == 1
    assert verify().is_sound
    assert official.send("DELETE", place).status_code == 204
    assert official.send("GET", place).status_code == 404
    assert Subscription.objects.count() == Delivery.objects.count() == 0


def test_an_expired_one_and_one_whose_subscriber_left_are_silent(
    official: Service, town: dict[str, int], listening: Receiver
) -> None:
    given = wanted(listening, expiresAt="2026-05-01T00:00:00Z")
    place = "http://testserver" + official.send("POST", ROOT, given)["Location"]
    come(town["AIR-1 a34004"], 5)
    assert notify() == 0
    assert official.send("GET", place).json()["status"] == "expired"
    assert official.send("PATCH", place, {"expiresAt": "2099-01-01T00:00:00Z"}).status_code == 204
    with clock.fixed_at(datetime(2020, 1, 1, tzinfo=UTC)):  # before he held the post
        assert notify() == 0
    assert notify() == 1


@pytest.mark.parametrize(
    "change",
    [{"entities": []}, {"entities": [{"type": "Nothing"}]}, {"q": "pm25>"}, {"geoQ": 1},
     {"geoQ": {"georel": "near"}}, {"notification": {}}, {"watchedAttributes": "pm25"},
     {"throttling": -1}, {"expiresAt": "soon"}, {"id": "x"}, {"entities": [{"type": "AirQualityObserved", "idPattern": "("}]},
     {"notification": {"endpoint": {"uri": "http://169.254.169.254/latest"}}},
     {"notification": {"endpoint": {"uri": "http://localhost:1/"}}},
     {"notification": {"endpoint": {"uri": "file:///etc/passwd"}}},
     {"notification": {"endpoint": {"uri": "http://user@127.0.0.1/"}}}],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    official: Service, town: dict[str, int], listening: Receiver, change: dict[str, Any]
) -> None:
    answer = official.send("POST", ROOT, {**wanted(listening), **change})
    assert answer.status_code == 400
    assert answer.json()["title"]
    assert Subscription.objects.count() == 0


def test_a_host_no_longer_allowed_gets_nothing(
    subscribed: Receiver, town: dict[str, int], settings: Any
) -> None:
    settings.GUANGGU_NOTIFY_HOSTS = []
    come(town["AIR-1 a34004"], 5)
    assert notify() == 0
    assert subscribed.bodies == []


def test_another_does_not_reach_it(
    official: Service, subscribed: Receiver, town: dict[str, int]
) -> None:
    from guanggu.kernel.identity.testing import an_official as another
    from guanggu.kernel.observation.sensorthings.public import issue_key

    key = Subscription.objects.get().key
    other = Service(issue_key(another(), name="x")["token"])
    for method in ("GET", "PATCH", "DELETE"):
        assert other.send(method, f"{ROOT}/{key}", {}).status_code == 404
    assert Service().send("GET", ROOT).status_code == 401
