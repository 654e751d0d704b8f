"""SDMX-JSON 1.0 and SDMX-CSV 1.0 data messages."""

from __future__ import annotations

import csv
import io
from typing import Any

from guanggu.base.bilingual import T

from .model import ATTRIBUTES, CODED, DIMENSIONS, OBS_STATUSES, TIME, Flow

JSON_TYPE = "application/vnd.sdmx.data+json;version=1.0.0"
CSV_TYPE = "application/vnd.sdmx.data+csv;version=1.0.0"


def _component(id_: str, title: T, values: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": title.en, "values": values, **more}


def _code(code: str, title: T) -> dict[str, Any]:
    return {"id": code, "name": title.en}


def data_json(flow: Flow) -> dict[str, Any]:
    """The series as an SDMX-JSON data message: codes by their place in the lists of the structure.

    In the flat form (header, structure, dataSets beside each other) that readers take.
    """
    titles = {d: flow.codelists()[CODED[d]][1] for d in DIMENSIONS}
    codes = {
        dimension: list(dict.fromkeys(s.key[dimension] for s in flow.series))
        for dimension in DIMENSIONS
    }
    periods = sorted({o.period for s in flow.series for o in s.observed})
    units = list(dict.fromkeys(s.unit for s in flow.series))
    statuses = list(OBS_STATUSES)
    series = {
        ":".join(str(codes[d].index(one.key[d])) for d in DIMENSIONS): {
            "attributes": [units.index(one.unit)],
            "observations": {
                str(periods.index(o.period)): [float(o.value), statuses.index(o.status)]
                for o in one.observed
            },
        }
        for one in flow.series
    }
    dimensions = [
        _component(d, DIMENSIONS[d], [_code(c, titles[d].get(c, T(c, c))) for c in codes[d]],
                   keyPosition=n)
        for n, d in enumerate(DIMENSIONS)
    ]  # fmt: skip
    time = _component(TIME[0], TIME[1], [_code(p, T(p, p)) for p in periods],
                      keyPosition=len(dimensions), roles=["TIME_PERIOD"])  # fmt: skip
    attributes = {
        "dataSet": [],
        "series": [
            _component("UNIT_MEASURE", ATTRIBUTES["UNIT_MEASURE"],
                       [_code(u, T(u, u)) for u in units])
        ],
        "observation": [
            _component("OBS_STATUS", ATTRIBUTES["OBS_STATUS"],
                       [_code(s, OBS_STATUSES[s]) for s in statuses])
        ],
    }  # fmt: skip
    return {
        "header": {"id": f"{flow.id}-DATA", "test": False, "prepared": flow.prepared(),
                   "sender": {"id": flow.agency, "name": flow.agency_title.en}},
        "structure": {
            "name": flow.title.en,
            "dimensions": {"dataSet": [], "series": dimensions, "observation": [time]},
            "attributes": attributes,
        },
        "dataSets": [{"action": "Information", "series": series}],
    }  # fmt: skip


def data_csv(flow: Flow) -> str:
    """The series as SDMX-CSV: a row an observation."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(["DATAFLOW", *DIMENSIONS, TIME[0], "OBS_VALUE", *ATTRIBUTES])
    name = f"{flow.agency}:{flow.id}({flow.version})"
    for one in flow.series:
        for o in one.observed:
            writer.writerow([name, *one.key.values(), o.period, o.value, one.unit, o.status])
    return target.getvalue()
