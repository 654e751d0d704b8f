"""Side by side: OGC API Features and vector tiles of guanggu, tipg and pygeoapi over one PostGIS.

The same 200,000 places stand in one private PostgreSQL with PostGIS, which all three ask; guanggu
is asked on SQLite besides. Each is served by one process, asked for boxes of about 200 features
by one reader and then by four, and for tiles of zoom 14 that nobody has made before. Every answer
must hold the same number of features. The peers are installed by pip into a throw-away environment
in a temporary folder (about 300 MB), so this is no benchmark for continuous integration.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.features import EAST, NORTH, SOUTH, WEST, _rows
from bench.machine import SHORT, own_server, percentile, print_table
from bench.server import COMMAND, HOST, ROOT, free_port, prepare, serving, wait_for

FEATURES = 20_000 if SHORT else 200_000
ROUNDS = 40 if SHORT else 200
SECONDS = 3 if SHORT else 10
READERS = 4
PEERS = ("tipg", "uvicorn", "pygeoapi", "gunicorn", "psycopg2-binary", "geoalchemy2")
PYGEOAPI = """
server: {{bind: {{host: 127.0.0.1, port: {port}}}, url: "http://127.0.0.1:{port}", mimetype: application/json,
  encoding: utf-8, language: en-US, pretty_print: false,
  limits: {{default_items: 10000, max_items: 10000, on_exceed: throttle}},
  map: {{url: "", attribution: ""}}}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: t, description: d, keywords: [k], keywords_type: theme, terms_of_service: x, url: "http://x"}}
  license: {{name: x, url: "http://x"}}
  provider: {{name: x, url: "http://x"}}
  contact: {{name: x, position: x, address: x, city: x, stateorprovince: x, postalcode: x, country: x,
    phone: x, fax: x, email: "x@example.org", url: "http://x", hours: x, instructions: x, role: x}}
resources:
  places:
    type: collection
    title: places
    description: places
    keywords: [k]
    links: []
    extents: {{spatial: {{bbox: [-180, -90, 180, 90], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - {{type: feature, name: PostgreSQL, id_field: id, table: places, geom_field: geom,
         data: {{host: 127.0.0.1, port: {database_port}, dbname: guanggu, user: guanggu, password: none,
           search_path: [peers, public]}}}}
"""


def _boxes() -> list[str]:
    import numpy as np

    dice = np.random.default_rng(11)
    share = 200 / FEATURES
    wide, high = (EAST - WEST) * share**0.5, (NORTH - SOUTH) * share**0.5
    corners = dice.uniform((WEST, SOUTH), (EAST - wide, NORTH - high), (ROUNDS, 2)).tolist()
    return [f"{x:.6f},{y:.6f},{x + wide:.6f},{y + high:.6f}" for x, y in corners]


def _tiles() -> list[tuple[int, int]]:
    import numpy as np

    from guanggu.kernel.feature.tiles.mercator import tile_of

    dice = np.random.default_rng(8)
    places = dice.uniform((WEST, SOUTH), (EAST, NORTH), (ROUNDS * 2, 2)).tolist()
    return sorted({tile_of(14, *place) for place in places})[:ROUNDS]


class Reader:
    """One kept connection."""

    cookie = ""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers={"Accept": "*/*", "Cookie": self.cookie})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 204):
            raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
        return body


def _asked(port: int, paths: list[str]) -> tuple[list[float], list[bytes]]:
    reader, taken, bodies = Reader(port), [], []
    for path in paths:
        started = time.perf_counter()
        bodies.append(reader.get(path))
        taken.append((time.perf_counter() - started) * 1000)
    return taken, bodies


def _a_second(port: int, paths: list[str]) -> float:
    """Answers a second to four readers that never pause."""
    counts, until = [0] * READERS, time.perf_counter() + SECONDS

    def read(number: int) -> None:
        reader = Reader(port)
        while time.perf_counter() < until:
            reader.get(paths[(counts[number] * READERS + number) % len(paths)])
            counts[number] += 1

    readers = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    return sum(counts) / SECONDS


def _measured(
    name: str, port: int, items: Callable[[str], str], tile: Callable[[int, int], str] | None
) -> tuple[list[object], list[int]]:
    boxes = [items(box) for box in _boxes()]
    _asked(port, boxes[:10])
    taken, bodies = _asked(port, boxes)
    held = [len(json.loads(body)["features"]) for body in bodies]
    row: list[object] = [
        name, f"{percentile(taken, 0.5):.1f}", f"{percentile(taken, 0.95):.1f}",
        f"{_a_second(port, boxes):.0f}",
    ]  # fmt: skip
    if tile is None:
        return [*row, "–", "–"], held
    made, _ = _asked(port, [tile(x, y) for x, y in _tiles()])
    return [*row, f"{percentile(made, 0.5):.1f}", f"{percentile(made, 0.95):.1f}"], held


def _ours(name: str, database: str) -> tuple[list[object], list[int]]:
    """In a process of its own: settings are read once."""
    code = (
        "import json, sys; from bench.ogc_peers import serve_ours; "
        "print('FOUND' + json.dumps(serve_ours(sys.argv[1])))"
    )
    environment = {**os.environ, "GUANGGU_DATABASE": database}
    run = subprocess.run(
        [sys.executable, "-c", code, name, *sys.argv[1:]], env=environment, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    row, held = json.loads(run.stdout.rpartition("FOUND")[2])
    return row, held


def serve_ours(name: str) -> tuple[list[object], list[int]]:
    """As an official who sees every feature of the layer: these stand in the store alone, without
    records that a narrower scope could find."""
    var = Path(tempfile.mkdtemp(prefix="guanggu-bench-"))
    subprocess.run(  # before the settings are read: the session must be signed as the server checks it
        [*COMMAND, "keys"], env={**os.environ, "GUANGGU_VAR": str(var)}, cwd=ROOT, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    own_server(str(var))
    prepare(var)
    from guanggu.kernel.feature.public import features, layers_for
    from guanggu.kernel.identity.testing import an_official, sign_in

    reader = an_official(roles=["monitor"])
    layer = next(
        each.key for each in layers_for(reader) if not each.minzoom and each.is_whole_for(reader)
    )
    Reader.cookie = f"sessionid={sign_in(reader).cookies['sessionid'].value}"
    features().replace(layer, _rows(FEATURES))
    port = free_port()
    with serving(var, port, "--no-ingest"):
        wait_for(port, "/healthz")
        return _measured(
            name, port, lambda box: f"/ogc/collections/{layer}/items?bbox={box}&limit=10000",
            lambda x, y: f"/tiles/{layer}/14/{x}/{y}.mvt",
        )  # fmt: skip


def _lay_table(address: str) -> None:
    import psycopg
    import shapely

    with psycopg.connect(address) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute("CREATE SCHEMA peers")
        connection.execute(
            "CREATE TABLE peers.places (id bigserial PRIMARY KEY, key text, name text, kind int, "
            "value float8, geom geometry(Geometry, 4326))"
        )
        copy_in = "COPY peers.places (key, name, kind, value, geom) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(copy_in) as copy:
            for row in _rows(FEATURES):
                shape = shapely.to_wkb(
                    shapely.set_srid(row.geometry, 4326), True, include_srid=True
                )
                facts = row.properties
                copy.write_row((row.key, facts["name"], facts["kind"], facts["value"], shape))
        connection.execute("CREATE INDEX ON peers.places USING gist (geom)")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE peers.places")


@contextmanager
def _running(folder: Path, ready: str, port: int, *command: str, **given: str) -> Iterator[None]:
    with (folder / "said.log").open("a") as said:
        server = subprocess.Popen(
            command, env={**os.environ, **given}, stdout=said, stderr=said, cwd=folder
        )
        try:
            wait_for(port, ready)
            yield
        finally:
            server.terminate()
            server.wait(30)


def _tipg(folder: Path, bin_: Path, address: str) -> tuple[list[object], list[int]]:
    port = free_port()
    with _running(
        folder, "/healthz", port, str(bin_ / "uvicorn"), "tipg.main:app", "--port", str(port),
        "--log-level", "error", DATABASE_URL=address, TIPG_DB_SCHEMAS='["peers"]',
        TIPG_MAX_FEATURES_PER_QUERY="10000", TIPG_MAX_FEATURES_PER_TILE="10000",
    ):  # fmt: skip
        base = "/collections/peers.places"
        return _measured(
            "tipg, PostGIS", port, lambda box: f"{base}/items?bbox={box}&limit=10000&f=geojson",
            lambda x, y: f"{base}/tiles/WebMercatorQuad/14/{x}/{y}",
        )  # fmt: skip


def _pygeoapi(folder: Path, bin_: Path, address: str) -> tuple[list[object], list[int]]:
    port = free_port()
    database_port = address.rpartition(":")[2].partition("/")[0]
    config, described = folder / "pygeoapi.yml", folder / "openapi.yml"
    config.write_text(PYGEOAPI.format(port=port, database_port=database_port))
    given = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(described)}
    subprocess.run(
        [bin_ / "pygeoapi", "openapi", "generate", config, "--output-file", described],
        env={**os.environ, **given}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with _running(
        folder, "/conformance?f=json", port, str(bin_ / "gunicorn"), "--workers", "1", "--threads",
        "1", "--bind", f"{HOST}:{port}", "--keep-alive", "60", "pygeoapi.flask_app:APP", **given,
    ):  # fmt: skip
        return _measured(
            "pygeoapi, PostGIS", port,
            lambda box: f"/collections/places/items?bbox={box}&limit=10000&f=json", None,
        )  # fmt: skip


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "guanggu.site.settings"
    django.setup()  # for the rows alone: each server has an environment of its own
    sys.path.insert(0, str(ROOT / "tools"))
    from postgres import private_postgres

    with tempfile.TemporaryDirectory() as made, private_postgres() as address:
        folder = Path(made)
        venv.create(folder / "peers", with_pip=True)
        bin_ = folder / "peers" / "bin"
        subprocess.run([bin_ / "pip", "install", "--quiet", *PEERS], check=True)
        _lay_table(address)
        found = [
            _tipg(folder, bin_, address), _pygeoapi(folder, bin_, address),
            _ours("guanggu, PostGIS", address), _ours("guanggu, SQLite", ""),
        ]  # fmt: skip
    print_table(
        f"OGC API Features, {FEATURES:,} features, boxes of about 200; tiles of zoom 14 made anew",
        (
            "server",
            "box p50 ms",
            "p95 ms",
            f"answers/s, {READERS} readers",
            "tile p50 ms",
            "p95 ms",
        ),
        [row for row, _ in found],
    )
    if any(held != found[0][1] for _, held in found):
        counts = [sum(held) for _, held in found]
        raise SystemExit(f"the servers do not hold the same features: {counts}")


if __name__ == "__main__":
    main()
