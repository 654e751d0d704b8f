"""Two clients of others speak to the service as they are: frost_sta_client and pysta."""

from __future__ import annotations

import datetime
import importlib.metadata
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import frost_sta_client as fsc
import geojson
import pytest

from guanggu.kernel.observation.public import Datastream, Thing
from guanggu.web.sensorthings.tests.worlds import MEASUREMENT, PM25, SENSOR, UNIT, a_service

# pysta pins a jsonschema that asks pkg_resources for its version; setuptools has it no longer.
_versions = types.ModuleType("pkg_resources")
_versions.get_distribution = importlib.metadata.distribution  # type: ignore[attr-defined]
sys.modules.setdefault("pkg_resources", _versions)
from sta.client import Client  # noqa: E402

NOON = "2026-05-01T12:00:00Z"


@pytest.fixture
def address(live_server: Any) -> str:
    return f"{live_server.url}/sensorthings/v1.1"


@pytest.fixture
def token(transactional_db: Any) -> str:
    return a_service().token


@pytest.fixture
def pysta(address: str) -> Iterator[Callable[..., Any]]:
    """Makes clients, and closes their connections before the database goes."""
    made: list[Any] = []

    def make(*given: str) -> Any:
        made.append(Client(address, *given))
        return made[-1]

    yield make
    for client in made:
        client._session.close()


def frost(address: str, token: str) -> Any:
    handler = fsc.AuthHandler(username="any", password=token)
    return fsc.SensorThingsService(address, auth_handler=handler)


def a_frost_thing() -> Any:
    place = fsc.Location(
        name="roof", description="on it", encoding_type="application/geo+json",
        location=geojson.Point((114.4, 30.5)),
    )  # fmt: skip
    stream = fsc.Datastream(
        name="PM2.5", description="hourly", observation_type=MEASUREMENT,
        unit_of_measurement=fsc.UnitOfMeasurement(**UNIT),
        sensor=fsc.Sensor(name="TEOM", description="x", encoding_type="text/plain", metadata="m"),
        observed_property=fsc.ObservedProperty(**PM25),
    )  # fmt: skip
    thing = fsc.Thing(name="station", description="air", properties={"floor": 5})
    thing.locations = [place]
    thing.datastreams = [stream]
    return thing


def test_frost_client_makes_reads_changes_and_removes(address: str, token: str) -> None:
    service = frost(address, token)
    thing = a_frost_thing()
    service.create(thing)
    assert isinstance(thing.id, int)
    found = service.things().find(thing.id)
    assert (found.name, found.properties) == ("station", {"floor": 5})
    found.description = "changed"
    service.update(found)
    service.patch(found, [{"op": "replace", "path": "/properties/floor", "value": 6}])
    again = service.things().find(thing.id)
    assert (again.description, again.properties) == ("changed", {"floor": 6})
    location = again.get_locations().query().list().entities[0]
    assert location.location["coordinates"] == [114.4, 30.5]
    assert len(again.get_historical_locations().query().list().entities) == 1
    service.delete(again)
    assert Thing.objects.count() == 0


def test_frost_client_writes_and_queries_observations(address: str, token: str) -> None:
    service = frost(address, token)
    thing = a_frost_thing()
    service.create(thing)
    stream = service.datastreams().query().expand("Thing,Sensor,ObservedProperty").list().get(0)
    assert stream.thing.name == "station"
    assert stream.observed_property.name == PM25["name"]
    assert stream.unit_of_measurement.symbol == UNIT["symbol"]
    single = fsc.Observation(
        result=1.5, phenomenon_time=NOON, datastream=fsc.Datastream(id=stream.id),
        parameters={"depth": 1},
    )  # fmt: skip
    service.create(single)
    read = service.observations().find(single.id)
    assert (read.result, read.parameters) == (1.5, {"depth": 1})
    rows = fsc.model.ext.data_array_value.DataArrayValue()
    rows.datastream = fsc.Datastream(id=stream.id)
    rows.components = {rows.Property.PHENOMENON_TIME, rows.Property.RESULT}
    start = datetime.datetime(2026, 5, 2, tzinfo=datetime.UTC)
    for hour in range(250):
        when = (start + datetime.timedelta(hours=hour)).isoformat()
        rows.add_observation(
            fsc.Observation(result=hour, phenomenon_time=when, datastream=rows.datastream)
        )
    document = fsc.model.ext.data_array_document.DataArrayDocument()
    document.add_data_array_value(rows)
    made = service.observations().create(document)
    assert len(made) == 250
    listed = stream.get_observations().query().orderby("phenomenonTime", "ASC").count().list()
    assert listed.count == 251
    assert [each.result for each in listed][:3] == [1.5, 0, 1]
    assert len(list(listed)) == 251
    above = service.observations().query().filter("result gt 247").top(10).list()
    assert sorted(each.result for each in above) == [248, 249]
    service.delete(read)
    assert stream.get_observations().query().count().list().count == 250


def test_frost_client_reads_and_feeds_a_multi_datastream(address: str, token: str) -> None:
    service = frost(address, token)
    thing = fsc.Thing(name="mast", description="weather")
    service.create(thing)
    # The client's own writer of multi-datastreams refuses its units; what it reads is tried here.
    body = {
        "name": "weather", "description": "both", "Thing": {"@iot.id": thing.id}, "Sensor": SENSOR,
        "unitOfMeasurements": [UNIT, {**UNIT, "symbol": "mm"}],
        "multiObservationDataTypes": [MEASUREMENT, MEASUREMENT],
        "ObservedProperties": [PM25, {**PM25, "name": "rain"}],
    }  # fmt: skip
    answer = service.execute("post", f"{address}/MultiDatastreams", json=body)
    number = fsc.utils.extract_value(answer.headers["location"])
    read = service.multi_datastreams().find(number)
    assert read.name == "weather"
    service.create(
        fsc.Observation(
            result=[1, 2], phenomenon_time=NOON, multi_datastream=fsc.MultiDatastream(id=number)
        )
    )
    found = read.get_observations().query().list()
    assert [each.result for each in found] == [[1, 2]]


def test_pysta_puts_and_gets(pysta: Callable[..., Any], token: str) -> None:
    client = pysta("any", token)
    place = client.put_location(
        {"name": "well", "description": "a well", "encodingType": "application/vnd.geo+json",
         "location": {"type": "Point", "coordinates": [114.4, 30.5]}}
    )  # fmt: skip
    number = int(place.iotid)
    thing = client.put_thing(
        {"name": "Water Well", "description": "d", "Locations": [{"@iot.id": number}]}
    )
    sensor = client.put_sensor(SENSOR)
    prop = client.put_observed_property(PM25)
    stream = client.put_datastream(
        {"name": "level", "description": "d", "unitOfMeasurement": UNIT, "observationType": MEASUREMENT,
         "Thing": {"@iot.id": int(thing.iotid)}, "Sensor": {"@iot.id": int(sensor.iotid)},
         "ObservedProperty": {"@iot.id": int(prop.iotid)}}
    )  # fmt: skip
    target = {"@iot.id": int(stream.iotid)}
    client.add_observations(
        {"Datastream": target, "components": ["phenomenonTime", "resultTime", "result"],
         "observations": [[f"2026-05-01T{h:02}:00:00Z", f"2026-05-01T{h:02}:00:00Z", h] for h in range(24)]}
    )  # fmt: skip
    client.add_observation(
        {"Datastream": target, "phenomenonTime": "2026-05-02T00:00:00.000Z",
         "resultTime": "2026-05-02T00:00:00.000Z", "result": 12.5}
    )  # fmt: skip
    assert [each["result"] for each in client.get_observations(target)] == [*range(24), 12.5]
    assert len(list(client.get_observations(target, limit=5))) == 5
    assert client.get_observation("2026-05-02T00:00:00.000Z", 12.5)["result"] == 12.5
    assert client.get_thing(name="Water Well", location=number)["@iot.id"] == int(thing.iotid)
    assert (
        client.get_datastream(name="level", thing=int(thing.iotid))["@iot.id"] == target["@iot.id"]
    )
    assert client.get_location(name="well")["location"]["coordinates"] == [114.4, 30.5]
    again = client.put_thing(
        {"name": "Water Well", "description": "changed", "Locations": [{"@iot.id": number}]}
    )
    assert again.iotid == int(thing.iotid)
    assert Thing.objects.get().description == "changed"
    assert client.patch_location(number, {"name": "well", "description": "moved", "encodingType":
        "application/geo+json", "location": {"type": "Point", "coordinates": [114.5, 30.5]}})  # fmt: skip
    assert Datastream.objects.get().thing.geometry.x == 114.5


def test_pysta_without_a_name_reads_what_is_public(
    pysta: Callable[..., Any], address: str, token: str
) -> None:
    keeper = pysta("any", token)
    for name in ("hidden", "open"):
        keeper.put_location(
            {"name": name, "description": "d", "encodingType": "application/geo+json",
             "location": {"type": "Point", "coordinates": [114.4, 30.5]}}
        )  # fmt: skip
    place = keeper.get_location(name="open")
    keeper._session.post(
        f"{address}/Things", auth=("any", token),
        json={"name": "t", "description": "d", "isPublic": True,
              "Locations": [{"@iot.id": place["@iot.id"]}]},
    )  # fmt: skip
    assert [each["name"] for each in pysta().locations()] == ["open"]
