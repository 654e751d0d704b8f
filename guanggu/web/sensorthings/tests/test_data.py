"""Observations are written, changed and removed; several results at once; batches."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from guanggu.kernel.journal.public import history, verify
from guanggu.kernel.observation.public import Batch, Datastream, Mark, Thing, observations
from guanggu.kernel.observation.sensorthings.public import FeatureOfInterest, MultiDatastream
from guanggu.kernel.observation.testing import at
from guanggu.web.sensorthings.tests.worlds import (
    MEASUREMENT,
    PM25,
    SENSOR,
    UNIT,
    Service,
    a_location,
    a_stream,
    a_thing,
)

DAY = at("2026-05-01 08:00")
NOON = "2026-05-01T12:00:00Z"


@pytest.fixture
def stream(service: Service) -> int:
    service.post("Things", a_thing(Locations=[a_location()], Datastreams=[a_stream()]))
    return Datastream.objects.get().pk


def test_an_observation_is_posted_in_every_way(service: Service, stream: int) -> None:
    first = service.post(
        f"Datastreams({stream})/Observations", {"phenomenonTime": NOON, "result": 1}
    )
    assert first["result"] == 1
    assert first["resultTime"] == NOON
    named = {"Datastream": {"@iot.id": stream}, "result": 2.5, "phenomenonTime": "2026-05-01T13:00:00Z",
             "parameters": {"depth": 3}, "validTime": f"{NOON}/2026-05-02T00:00:00Z"}  # fmt: skip
    second = service.post("Observations", named)
    assert second["parameters"] == {"depth": 3}
    feature = {"name": "pond", "description": "a pond", "encodingType": "application/geo+json",
               "feature": {"type": "Point", "coordinates": [114.1, 30.1]}}  # fmt: skip
    third = service.post("Observations", {**named, "phenomenonTime": "2026-05-01T14:00:00Z",
                                          "FeatureOfInterest": feature})  # fmt: skip
    where = service.get(f"Observations('{third['@iot.id']}')/FeatureOfInterest")
    assert where["name"] == "pond"
    there = {
        "phenomenonTime": "2026-05-01T15:00:00Z",
        "result": 4,
        "Datastream": {"@iot.id": stream},
    }
    service.post(f"FeaturesOfInterest({where['@iot.id']})/Observations", there)
    found = service.get(f"FeaturesOfInterest({where['@iot.id']})/Observations")["value"]
    assert [each["result"] for each in found] == [2.5, 4]
    assert observations().count([stream], 0, 2**62) == 4
    assert FeatureOfInterest.objects.count() == 2


def test_the_same_observation_again_is_the_same(service: Service, stream: int) -> None:
    body = {"phenomenonTime": NOON, "result": 1}
    ids = {service.post(f"Datastreams({stream})/Observations", body)["@iot.id"] for _ in range(3)}
    assert len(ids) == 1
    later = {**body, "result": 2, "resultTime": "2026-05-01T12:05:00Z"}
    assert service.post(f"Datastreams({stream})/Observations", later)["result"] == 2
    assert len(service.get("Observations")["value"]) == 1


@pytest.mark.parametrize("result", ["foggy", True, {"a": [1]}, [1, 2], 1.5, 7])
def test_results_of_every_kind_come_back(service: Service, stream: int, result: Any) -> None:
    made = service.post(f"Datastreams({stream})/Observations", {"result": result})
    assert service.get(f"Observations('{made['@iot.id']}')")["result"] == result


def test_an_interval_is_kept_and_asked_for(service: Service, stream: int) -> None:
    period = "2026-05-01T00:00:00Z/2026-05-01T01:00:00Z"
    made = service.post(
        f"Datastreams({stream})/Observations", {"phenomenonTime": period, "result": 1}
    )
    assert made["phenomenonTime"] == period
    assert made["resultTime"] == "2026-05-01T01:00:00Z"
    for condition, count in [
        ("phenomenonTime lt 2026-05-01T00:30:00Z", 0),
        ("phenomenonTime lt 2026-05-01T01:00:00Z", 1),
        ("overlaps(phenomenonTime,2026-05-01T00:30:00Z/2026-05-01T03:00:00Z)", 1),
        ("finishes(phenomenonTime,2026-04-01T00:00:00Z/2026-05-01T01:00:00Z)", 1),
    ]:
        assert len(service.get(f"Observations?$filter={condition}")["value"]) == count, condition


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"result": 1, "phenomenonTime": "soon"}, 400), ([1], 400),
     ({"result": 1, "validTime": "x"}, 400), ({"result": 1, "parameters": [1]}, 400),
     ({"result": 1, "phenomenonTime": "2026-05-02T00:00:00Z/2026-05-01T00:00:00Z"}, 400)],
)  # fmt: skip
def test_observations_that_are_none_are_refused(
    service: Service, stream: int, body: Any, status: int
) -> None:
    answer = service.send("POST", f"Datastreams({stream})/Observations", body)
    assert (answer.status_code, bool(answer.json()["message"])) == (status, True)


def test_an_observation_is_changed_with_a_trace(service: Service, stream: int) -> None:
    made = service.post(
        f"Datastreams({stream})/Observations",
        {"phenomenonTime": NOON, "result": 1, "resultTime": "2026-05-01T12:30:00Z"},
    )
    path = f"Observations('{made['@iot.id']}')"
    assert service.send("PATCH", path, {"result": 9, "parameters": {"a": 1}}).status_code == 200
    found = service.get(path)
    assert (found["result"], found["parameters"]) == (9, {"a": 1})
    moved = service.send("PATCH", path, {"phenomenonTime": "2026-05-01T13:00:00Z"})
    assert moved.status_code == 200
    assert service.send("GET", path).status_code == 404
    assert service.get(moved["Location"])["result"] == 9
    kinds = [event.kind for event in history(Datastream.objects.get().ref)]
    assert kinds.count("observation.datum_changed") == 2
    assert service.send("DELETE", moved["Location"].split("v1.1/")[1]).status_code == 200
    assert service.get("Observations")["value"] == []
    assert verify().is_sound


def test_a_reviewed_datum_stays(service: Service, stream: int) -> None:
    observations().append(Batch.of([stream], [DAY], [1.0]))
    observations().revise(Batch.of([stream], [DAY], [2.0], int(Mark.CORRECTED)))
    path = f"Observations('{stream}-{DAY}')"
    assert service.send("DELETE", path).status_code == 409
    assert service.send("PATCH", path, {"result": 5}).status_code == 409
    again = {"phenomenonTime": "2026-05-01T00:00:00Z", "result": 7,
             "resultTime": "2026-06-01T00:00:00Z"}  # fmt: skip
    assert service.send("POST", f"Datastreams({stream})/Observations", again).status_code == 409
    assert service.get(path)["result"] == 2.0


def test_create_observations_answers_each_row(service: Service, stream: int) -> None:
    group = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"],
             "dataArray@iot.count": 2, "dataArray": [[NOON, 1], ["soon", 2]]}  # fmt: skip
    other = {**group, "Datastream": {"@iot.id": 99}, "dataArray": [[NOON, 3]]}
    links = service.post("CreateObservations", [group, other])
    assert links[1:] == ["error", "error"]
    assert service.get(links[0])["result"] == 1
    assert service.send("POST", "CreateObservations", {"a": 1}).status_code == 400
    assert Service().send("POST", "CreateObservations", [group]).status_code == 401


def test_several_results_make_one_observation(service: Service, stream: int) -> None:
    wind = {**PM25, "name": "wind"}
    thing = Thing.objects.get()
    multi = {
        "name": "weather", "description": "all at once", "Thing": {"@iot.id": thing.pk},
        "Sensor": SENSOR, "ObservedProperties": [wind, {**PM25, "name": "rain"}],
        "unitOfMeasurements": [UNIT, {**UNIT, "symbol": "mm"}],
        "multiObservationDataTypes": [MEASUREMENT, MEASUREMENT],
        "observationType": "ignored", "Observations": [{"phenomenonTime": NOON, "result": [1, 2]}],
    }  # fmt: skip
    made = service.post("MultiDatastreams", multi)
    path = f"MultiDatastreams({made['@iot.id']})"
    assert made["unitOfMeasurements"][1]["symbol"] == "mm"
    assert service.names(f"{path}/ObservedProperties") == ["wind", "rain"]
    assert service.names(f"Things({thing.pk})/MultiDatastreams") == ["weather"]
    assert service.names("Datastreams") == ["PM2.5 of the roof"]
    later = {
        "phenomenonTime": "2026-05-01T13:00:00Z",
        "result": [3, "none"],
        "parameters": {"x": 1},
    }
    second = service.post(f"{path}/Observations", later)
    assert second["result"] == [3, "none"]
    rows = service.get(f"{path}/Observations?$orderby=phenomenonTime desc")["value"]
    assert [each["result"] for each in rows] == [[3, "none"], [1, 2]]
    assert len(service.get("Observations?$expand=MultiDatastream,FeatureOfInterest")["value"]) == 2
    wrong = service.send("POST", f"{path}/Observations", {"result": [1]})
    assert wrong.status_code == 400
    group = {"MultiDatastream": {"@iot.id": made["@iot.id"]}, "components": ["phenomenonTime", "result"],
             "dataArray": [["2026-05-01T14:00:00Z", [5, 6]]]}  # fmt: skip
    assert "error" not in service.post("CreateObservations", [group])
    found = service.get(f"{path}/Observations?$resultFormat=dataArray")["value"]
    assert found[0]["MultiDatastream@iot.navigationLink"].endswith(path)
    assert len(found[0]["dataArray"]) == 3
    assert service.send("DELETE", path).status_code == 200
    assert MultiDatastream.objects.count() == 0
    assert Datastream.objects.count() == 1


def test_a_device_writes_to_its_own_thing_only(service: Service, stream: int) -> None:
    from guanggu.base.actor import platform
    from guanggu.kernel.observation.public import register_device, rotate_key

    other = service.post("Things", a_thing("other", Datastreams=[a_stream("of the other")]))
    thing = Datastream.objects.get(pk=stream).thing
    made = register_device(
        platform("test"), thing=thing.key, protocol="sensorthings", address="st-1"
    )
    shown = rotate_key(platform("test"), device=made["device"])
    device = Service(shown["key"])
    posted = device.post(
        f"Datastreams({stream})/Observations", {"phenomenonTime": NOON, "result": 1}
    )
    assert device.get(f"Observations('{posted['@iot.id']}')")["result"] == 1
    assert device.names("Things") == ["station"]
    assert device.send("GET", f"Things({other['@iot.id']})").status_code == 404
    foreign = Datastream.objects.exclude(pk=stream).get().pk
    body = {"result": 1, "Datastream": {"@iot.id": foreign}}
    assert device.send("POST", "Observations", body).status_code == 403
    assert device.send("POST", "Things", a_thing()).status_code == 403
    group = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"],
             "dataArray": [["2026-05-01T13:00:00Z", 1]]}  # fmt: skip
    assert "error" not in device.post("CreateObservations", [group])


# -- batches


def test_a_json_batch_does_each_and_refers_to_what_was_made(service: Service, stream: int) -> None:
    requests = [
        {"id": "1", "method": "post", "url": "Things", "body": a_thing("new")},
        {"id": "2", "method": "get", "url": "$1/name"},
        {"id": "3", "method": "get", "url": "Things(999)"},
        {"id": "4", "method": "post", "url": f"Datastreams({stream})/Observations", "body": {"result": 1}},
    ]  # fmt: skip
    found = service.send("POST", "$batch", {"requests": requests})
    assert found.status_code == 200
    responses = {each["id"]: each for each in found.json()["responses"]}
    assert [responses[n]["status"] for n in "1234"] == [201, 200, 404, 201]
    assert responses["2"]["body"] == {"name": "new"}


def test_an_atomic_group_is_taken_back_whole(service: Service, stream: int) -> None:
    requests = [
        {"id": "1", "atomicityGroup": "g", "method": "post", "url": "Things", "body": a_thing("x")},
        {"id": "2", "atomicityGroup": "g", "method": "post",
         "url": f"Datastreams({stream})/Observations", "body": {"result": 1}},
        {"id": "3", "atomicityGroup": "g", "method": "post", "url": "Things", "body": {"name": 1}},
    ]  # fmt: skip
    found = service.send("POST", "$batch", {"requests": requests}).json()["responses"]
    assert [each["status"] for each in found] == [400, 400, 400]
    assert service.names("Things") == ["station"]
    assert service.get("Observations")["value"] == []
    found = service.send("POST", "$batch", {"requests": requests[:2]}).json()["responses"]
    assert [each["status"] for each in found] == [201, 201]
    assert len(service.get("Observations")["value"]) == 1


def _mixed(stream: int, second: str) -> bytes:
    thing = json.dumps(a_thing("of a set"))
    return f"""--batch_1
Content-Type: application/http

GET /sensorthings/v1.1/Things?$select=name HTTP/1.1
Host: localhost


--batch_1
Content-Type: multipart/mixed;boundary=changeset_1

--changeset_1
Content-Type: application/http
Content-ID: 1

POST Things HTTP/1.1
Content-Type: application/json

{thing}
--changeset_1
Content-Type: application/http
Content-ID: 2

{second}
--changeset_1--
--batch_1--""".replace("\n", "\r\n").encode()


def test_a_multipart_batch_with_a_change_set(service: Service, stream: int) -> None:
    good = (
        'PATCH $1 HTTP/1.1\nContent-Type: application/json\n\n{"description": "patched in the set"}'
    )
    kind = "multipart/mixed;boundary=batch_1"
    answer = service.send("POST", "$batch", _mixed(stream, good), content_type=kind)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("multipart/mixed;boundary=")
    text = answer.content.decode()
    assert re.findall(r"HTTP/1.1 (\d+)", text) == ["200", "201", "200"]
    assert (
        "patched in the set"
        in service.get("Things?$filter=name eq 'of a set'")["value"][0].values()
    )
    assert text.count("Content-ID: ") == 2


def test_a_change_set_that_fails_leaves_nothing(service: Service, stream: int) -> None:
    bad = 'POST Things HTTP/1.1\nContent-Type: application/json\n\n{"name": "no description"}'
    kind = "multipart/mixed;boundary=batch_1"
    answer = service.send("POST", "$batch", _mixed(stream, bad), content_type=kind)
    assert re.findall(r"HTTP/1.1 (\d+)", answer.content.decode()) == ["200", "400"]
    assert service.names("Things") == ["station"]


@pytest.mark.parametrize("body", [b"{}", b'{"requests": 1}', b'{"requests": [1]}', b"--x--"])
def test_batches_that_are_none_are_refused(service: Service, body: bytes) -> None:
    for kind in ("application/json", "multipart/mixed;boundary=x", "text/plain"):
        assert service.send("POST", "$batch", body, content_type=kind).status_code == 400
