"""Entities are made, read, changed and removed (18-088 clauses 8.2, 9.2, 10)."""

from __future__ import annotations

from typing import Any

import pytest

from guanggu.kernel.journal.public import verify
from guanggu.kernel.observation.public import Datastream, Thing
from guanggu.kernel.observation.sensorthings.public import (
    FeatureOfInterest,
    HistoricalLocation,
    Location,
)
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


@pytest.fixture
def station(service: Service) -> dict[str, Any]:
    body = a_thing(Locations=[a_location()], Datastreams=[a_stream()])
    return service.post("Things?", body)


def test_the_root_names_every_entity_set_and_requirement(service: Service) -> None:
    root = service.get("")
    assert {each["name"] for each in root["value"]} == {
        "Things", "Locations", "HistoricalLocations", "Datastreams", "MultiDatastreams", "Sensors",
        "ObservedProperties", "Observations", "FeaturesOfInterest",
    }  # fmt: skip
    assert all("/req/" in each for each in root["serverSettings"]["conformance"])


def test_a_thing_with_all_below_it_is_inserted_at_once(service: Service) -> None:
    observation = {"phenomenonTime": "2026-05-01T00:00:00Z", "result": 35.5}
    stream = a_stream(Observations=[observation])
    answer = service.send("POST", "Things", a_thing(Locations=[a_location()], Datastreams=[stream]))
    assert answer.status_code == 201
    thing = answer.json()
    assert answer["Location"].endswith(f"/sensorthings/v1.1/Things({thing['@iot.id']})")
    assert thing["properties"] == {"floor": 5}
    found = service.get(
        f"Things({thing['@iot.id']})?$expand=Locations,HistoricalLocations($expand=Locations),"
        "Datastreams($expand=Sensor,ObservedProperty,Observations($expand=FeatureOfInterest))"
    )
    assert found["Locations"][0]["location"] == {"type": "Point", "coordinates": [114.4, 30.5]}
    assert found["HistoricalLocations"][0]["Locations"][0]["name"] == "roof"
    told = found["Datastreams"][0]
    assert told["unitOfMeasurement"] == UNIT
    assert told["Sensor"]["metadata"] == SENSOR["metadata"]
    assert told["Observations"][0]["result"] == 35.5
    assert told["Observations"][0]["FeatureOfInterest"]["feature"]["coordinates"] == [114.4, 30.5]
    assert Thing.objects.get().geometry.x == 114.4
    assert verify().is_sound


def test_mandatory_properties_and_relations_are_demanded(service: Service) -> None:
    answer = service.send("POST", "Things", {"name": "x"})
    assert answer.status_code == 400
    assert "description" in answer.json()["message"]
    answer = service.send("POST", "Datastreams", {**a_stream(), "Sensor": None})
    assert answer.status_code == 400
    assert {"Sensor", "Thing"} <= answer.json()["errors"].keys()
    assert Datastream.objects.count() == 0


def test_existing_entities_are_linked(service: Service, station: dict[str, Any]) -> None:
    sensor = service.post("Sensors", SENSOR)
    prop = service.post("ObservedProperties", {**PM25, "name": "PM10"})
    made = service.post(
        f"Things({station['@iot.id']})/Datastreams",
        {**a_stream("PM10"), "Sensor": {"@iot.id": sensor["@iot.id"]},
         "ObservedProperty": {"@iot.id": prop["@iot.id"]}},
    )  # fmt: skip
    assert service.get(f"Datastreams({made['@iot.id']})/Thing")["name"] == "station"
    assert service.names(f"Sensors({sensor['@iot.id']})/Datastreams") == ["PM10"]
    wrong = service.send("POST", "Datastreams", {**a_stream(), "Thing": {"@iot.id": 999}})
    assert wrong.status_code == 404


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Things(1)/name", {"name": "station"}),
        ("Things(1)/properties/floor", {"floor": 5}),
        ("Datastreams(1)/unitOfMeasurement/symbol", {"symbol": "ug/m3"}),
        ("Datastreams(1)/Thing/name", {"name": "station"}),
    ],
)
def test_properties_have_addresses(
    service: Service, station: dict[str, Any], path: str, value: dict[str, Any]
) -> None:
    number = station["@iot.id"]
    stream = Datastream.objects.get().pk
    path = path.replace("Things(1)", f"Things({number})")
    path = path.replace("Datastreams(1)", f"Datastreams({stream})")
    assert service.get(path) == value
    raw = service.send("GET", f"{path}/$value")
    assert raw["Content-Type"].startswith("text/plain")
    assert raw.content.decode() == str(next(iter(value.values())))


def test_references_are_links_only(service: Service, station: dict[str, Any]) -> None:
    found = service.get(f"Things({station['@iot.id']})/Datastreams/$ref")
    assert [list(each) for each in found["value"]] == [["@iot.selfLink"]]


@pytest.mark.parametrize(
    "path",
    ["Nothing", "Things(999)", "Things(1)/nothing", "Things('x')", "Things/name", "Things(1)/$value",
     "Observations('1-5')", "Observations('junk')", "Datastreams(9)/Thing"],
)  # fmt: skip
def test_what_is_not_there_is_404(service: Service, station: dict[str, Any], path: str) -> None:
    answer = service.send("GET", path)
    assert answer.status_code == 404
    assert answer.json()["message"]


def test_patch_changes_what_it_names(service: Service, station: dict[str, Any]) -> None:
    path = f"Things({station['@iot.id']})"
    answer = service.send("PATCH", path, {"description": "new", "properties": {"a": 1}})
    assert answer.status_code == 200
    found = service.get(path)
    assert (found["name"], found["description"], found["properties"]) == (
        "station", "new", {"a": 1},
    )  # fmt: skip
    inline = service.send("PATCH", path, {"Locations": [a_location()]})
    assert inline.status_code == 400
    assert service.send("PATCH", path, b"{").status_code == 400


def test_put_replaces_all(service: Service, station: dict[str, Any]) -> None:
    path = f"Things({station['@iot.id']})"
    assert service.send("PUT", path, {"name": "a", "description": "b"}).status_code == 200
    assert service.get(path)["properties"] == {}
    assert service.send("PUT", path, {"name": "a"}).status_code == 400


def test_a_json_patch_is_applied(service: Service, station: dict[str, Any]) -> None:
    path = f"Things({station['@iot.id']})"
    steps = [
        {"op": "test", "path": "/name", "value": "station"},
        {"op": "replace", "path": "/properties/floor", "value": 6},
        {"op": "add", "path": "/properties/wing", "value": "east"},
    ]
    answer = service.send("PATCH", path, steps, content_type="application/json-patch+json")
    assert answer.status_code == 200
    assert service.get(path)["properties"] == {"floor": 6, "wing": "east"}
    wrong = [{"op": "test", "path": "/name", "value": "other"}]
    answer = service.send("PATCH", path, wrong, content_type="application/json-patch+json")
    assert answer.status_code == 400


def test_moving_a_thing_writes_its_history(service: Service, station: dict[str, Any]) -> None:
    number = station["@iot.id"]
    there = {"type": "Point", "coordinates": [114.5, 30.6]}
    place = service.post("Locations", a_location("gate", there))
    answer = service.send(
        "PATCH", f"Things({number})", {"Locations": [{"@iot.id": place["@iot.id"]}]}
    )
    assert answer.status_code == 200
    assert service.names(f"Things({number})/Locations") == ["gate"]
    assert len(service.get(f"Things({number})/HistoricalLocations")["value"]) == 2
    assert Thing.objects.get().geometry.x == 114.5
    posted = service.post(f"Things({number})/Locations", a_location("yard"))
    assert service.names(f"Things({number})/Locations") == ["yard"]
    assert service.names(f"Locations({posted['@iot.id']})/Things") == ["station"]
    assert verify().is_sound


def test_a_thing_registered_elsewhere_has_its_location_too(service: Service) -> None:
    from django.db import transaction

    from guanggu.base.actor import platform
    from guanggu.kernel.register.public import save_record

    thing = Thing(key="T-1", name="站", kind="air_station", geometry="POINT (114.4 30.5)")
    with transaction.atomic():
        save_record(platform("test"), thing, "things.created")
    assert service.get(f"Things({thing.pk})/Locations")["value"][0]["location"] == {
        "type": "Point", "coordinates": [114.4, 30.5],
    }  # fmt: skip
    thing.geometry = "POINT (114.6 30.5)"
    with transaction.atomic():
        save_record(platform("test"), thing, "things.changed")
    assert HistoricalLocation.objects.filter(thing=thing).count() == 2
    assert FeatureOfInterest.objects.count() == Location.objects.count() == 2
    assert service.send("DELETE", f"Things({thing.pk})").status_code == 409


def test_deleting_a_thing_takes_what_belongs_to_it(
    service: Service, station: dict[str, Any]
) -> None:
    stream = Datastream.objects.get().pk
    service.post(f"Datastreams({stream})/Observations", {"result": 1})
    assert service.send("DELETE", f"Things({station['@iot.id']})").status_code == 200
    for path in ("Things", "Datastreams", "Observations", "HistoricalLocations"):
        assert service.get(path)["value"] == []
    assert len(service.get("Sensors")["value"]) == len(service.get("Locations")["value"]) == 1
    assert service.send("DELETE", f"Locations({Location.objects.get().pk})").status_code == 200
    assert verify().is_sound


def test_deleting_a_sensor_takes_its_datastreams(service: Service, station: dict[str, Any]) -> None:
    number = service.get("Sensors")["value"][0]["@iot.id"]
    assert service.send("DELETE", f"Sensors({number})").status_code == 200
    assert service.get("Datastreams")["value"] == []


def test_a_datastream_for_what_is_observed_already_is_a_conflict_told(
    service: Service, station: dict[str, Any]
) -> None:
    stream = Datastream.objects.get()
    again = {
        **a_stream("again"), "Thing": {"@iot.id": stream.thing_id},
        "Sensor": {"@iot.id": stream.sensor_id},
        "ObservedProperty": {"@iot.id": stream.observed_property_id},
    }  # fmt: skip
    assert service.send("POST", "Datastreams", again).status_code == 400
    assert MEASUREMENT in stream.observation_type


def test_anybody_reads_what_is_public_and_writes_nothing(
    service: Service, station: dict[str, Any]
) -> None:
    anybody = Service()
    assert anybody.get("Things")["value"] == []
    assert anybody.send("GET", f"Things({station['@iot.id']})").status_code == 404
    assert anybody.send("POST", "Things", a_thing()).status_code == 401
    open_thing = service.post("Things", {**a_thing("open"), "isPublic": True})
    assert anybody.names("Things") == ["open"]
    path = f"Things({open_thing['@iot.id']})"
    assert anybody.send("DELETE", path).status_code == 401
    wrong = Service("nothing.nothing")
    assert wrong.send("GET", "Things").status_code == 401
    answer = service.send("GET", "Things", headers={"Authorization": "Basic Tm9uZTpOb25l"})
    assert [each["name"] for each in answer.json()["value"]] == ["open"]


def test_an_official_without_the_role_changes_nothing(service: Service) -> None:
    from guanggu.kernel.identity.testing import an_official
    from guanggu.kernel.observation.sensorthings.public import issue_key

    other = Service(issue_key(an_official(roles=["monitor"]), name="x")["token"])
    assert other.get("Things")["value"] == []
    assert other.send("POST", "Things", a_thing()).status_code == 403


def test_methods_that_do_not_fit_are_405(service: Service, station: dict[str, Any]) -> None:
    for method, path in [("POST", "Things(1)"), ("DELETE", "Things"), ("PATCH", "Things"),
                         ("GET", "CreateObservations"), ("POST", ""), ("TRACE", "Things")]:  # fmt: skip
        assert service.send(method, path, {}).status_code in (404, 405), (method, path)
