"""Claim: NGSI-LD subscriptions lose nothing, whatever is killed and whoever is away.

Data of some stations keep coming into the store. The worker that makes and sends notifications is
killed with -9 at random moments, the receiver answers 503 or drops the connection for random
spells. At the end every datum that was acknowledged must have reached the receiver at least once,
in order for each station, and what came twice must bear the same notification id.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, print_table

CI = True
UNTIMED = True
KILLS = 10 if SHORT else 100
STATIONS = 5
START = 1_780_000_000_000_000
LOST_TO_WAIT_S = 120
RANDOM = random.Random(20261125)
WORKER = """
import time
from pathlib import Path
import django
django.setup()
from guanggu.kernel.observation.public import ask_the_owner
ask_the_owner(Path({var!r}))
from guanggu.kernel.observation.ngsi_ld import notifying
notifying.PAUSE_MAX_S = 0.2
print("ready", flush=True)
while True:
    notifying.notify()
    time.sleep(0.01)
"""


class Receiver:
    """Keeps what it acknowledged; while ``away`` it refuses or drops."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.away = False
        self.refused = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.away:
                    receiver.refused += 1
                    if RANDOM.random() < 0.5:
                        self.close_connection = True
                        return
                    self.send_response(503)
                else:
                    receiver.bodies.append(json.loads(body))
                    self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.uri = f"http://127.0.0.1:{self.server.server_port}/in"

    def told(self) -> dict[str, list[int]]:
        """By station the numbers of its data in the order they came, each notification once."""
        found: dict[str, list[int]] = {}
        for body in {b["id"]: b for b in self.bodies}.values():
            for entity in body["data"]:
                found.setdefault(entity["id"], []).append(int(entity["pm25"]["value"]))
        return found


def lay(receiver: Receiver) -> dict[str, int]:
    """Stations and the subscription; answers datastream by entity."""
    from guanggu.base.actor import platform
    from guanggu.kernel.identity.testing import an_official
    from guanggu.kernel.observation.ngsi_ld.public import subscribe_to_entities
    from guanggu.kernel.observation.public import Datastream, StreamSpec, declare_station

    for number in range(STATIONS):
        declare_station(
            platform("bench"), key=f"AIR-{number}", name=f"AIR-{number}", kind="air_station",
            geometry="POINT (114.4 30.5)",
            streams=[StreamSpec("a34004", "instant", "ug/m3", name="PM2.5")],
        )  # fmt: skip
    endpoint = {"uri": receiver.uri, "accept": "application/json"}
    given = {
        "type": "Subscription", "entities": [{"type": "AirQualityObserved"}],
        "notification": {"attributes": ["pm25"], "endpoint": endpoint},
    }  # fmt: skip
    subscribe_to_entities(an_official(roles=["monitor"]), given=given)
    streams = Datastream.objects.select_related("thing")
    return {f"urn:ngsi-ld:AirQualityObserved:{s.thing.key}": s.pk for s in streams}


def a_worker(var: Path) -> subprocess.Popen[bytes]:
    """Running and at work."""
    command = [sys.executable, "-c", WORKER.format(var=str(var))]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    worker.stdout.readline()
    return worker


def main() -> int:
    receiver = Receiver()
    os.environ["GUANGGU_NOTIFY_HOSTS"] = receiver.uri.split("/")[2]
    var = own_server()
    from guanggu.kernel.observation.models import Delivery
    from guanggu.kernel.observation.public import Batch, owned_store

    with owned_store(var) as store:
        streams = lay(receiver)
        sent, kills, began = 0, 0, time.monotonic()
        while kills < KILLS:
            worker = a_worker(var)
            until = time.monotonic() + RANDOM.uniform(0.1, 1.5)
            while time.monotonic() < until:
                receiver.away = RANDOM.random() < 0.3
                for number in streams.values():
                    store.append(Batch.of([number], [START + sent * 1_000_000], [float(sent)]))
                sent += 1
                time.sleep(RANDOM.uniform(0.005, 0.05))
            worker.kill()
            worker.wait()
            kills += 1
        receiver.away = False
        worker = a_worker(var)
        until = time.monotonic() + LOST_TO_WAIT_S
        expected = list(range(sent))
        while time.monotonic() < until and any(
            len(receiver.told().get(each, [])) < sent for each in streams
        ):
            time.sleep(0.2)
        worker.kill()
        worker.wait()
    told = receiver.told()
    lost = sum(len(set(expected) - set(told.get(each, []))) for each in streams)
    disordered = sum(told.get(each, []) != sorted(told.get(each, [])) for each in streams)
    doubled = sum(len(rows) - len(set(rows)) for rows in told.values())
    rows = [
        ("data sent", sent * len(streams)), ("workers killed", kills),
        ("times the receiver was away", receiver.refused), ("notifications", len(receiver.bodies)),
        ("of them sent again under the same id",
         len(receiver.bodies) - len({b["id"] for b in receiver.bodies})),
        ("data lost", lost), ("data told twice under another id", doubled),
        ("stations out of order", disordered), ("still waiting", Delivery.objects.filter(sent_at=None).count()),
        ("seconds", round(time.monotonic() - began)),
    ]  # fmt: skip
    print_table("NGSI-LD subscriptions lose nothing", ("what", "count"), rows)
    return 1 if lost or doubled or disordered else 0


if __name__ == "__main__":
    sys.exit(main())
