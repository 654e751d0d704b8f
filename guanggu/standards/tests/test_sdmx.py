"""Every SDMX message of ours is read back by sdmx1, an independent reader."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from guanggu.base.bilingual import T
from guanggu.standards.sdmx import flat, ml_2_1, ml_3_0
from guanggu.standards.sdmx.model import Flow, Observed, SeriesOut

sdmx = pytest.importorskip("sdmx")
# sdmx1 2.28 loads its reader of 3.0 on demand, and cannot once it has read specific data of 2.1.
pytest.importorskip("sdmx.reader.xml.v30")

MONTHS = (Observed("2019-01", "10.5", "E"), Observed("2019-02", "11", "A"))
FLOW = Flow(
    agency="GUANGGU", agency_title=T("光谷", "Guanggu"), id="MACRO", version="1.0",
    title=T("宏观经济 <月报> & 季报", "Economy <monthly> & quarterly"),
    indicators={"FAI": T("固定资产投资", "Investment"), "GDP": T("地区生产总值", "GDP")},
    areas={"420118": T("东湖高新区", "East Lake")},
    prepared_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    series=(
        SeriesOut("M", "FAI", "420118", "亿元", MONTHS),
        SeriesOut("Q", "GDP", "420118", "亿元", (Observed("2019-Q1", "300.25"),)),
    ),
)  # fmt: skip


def _bytes(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def assert_structure(message, id_: str = "MACRO_DSD") -> None:
    structure = message.structure[id_]
    assert [d.id for d in structure.dimensions] == ["FREQ", "INDICATOR", "REF_AREA", "TIME_PERIOD"]
    assert [a.id for a in structure.attributes] == ["UNIT_MEASURE", "OBS_STATUS"]
    assert [m.id for m in structure.measures] == ["OBS_VALUE"]
    codes = message.codelist["CL_INDICATOR"]
    assert set(codes.items) == {"FAI", "GDP"}
    assert codes["GDP"].name.localizations == {"zh": "地区生产总值", "en": "GDP"}
    assert message.dataflow["MACRO"].name.localizations["en"] == "Economy <monthly> & quarterly"
    assert message.dataflow["MACRO"].structure is structure
    dimension = structure.dimensions.get("FREQ")
    assert "M" in dimension.local_representation.enumerated


@pytest.mark.parametrize("written", [ml_2_1.structure_message, ml_3_0.structure_message])
def test_sdmx1_reads_the_structure(written):
    assert_structure(sdmx.read_sdmx(_bytes(written(FLOW))))


def test_a_structure_message_may_hold_one_kind_of_artefact():
    message = sdmx.read_sdmx(_bytes(ml_2_1.structure_message(FLOW, ("codelist",))))
    assert set(message.codelist) == {"CL_FREQ", "CL_INDICATOR", "CL_AREA", "CL_OBS_STATUS"}
    assert not message.dataflow


def _values(message) -> dict[tuple[str, ...], float]:
    series = sdmx.to_pandas(message.data[0])
    order = ["FREQ", "INDICATOR", "REF_AREA", "TIME_PERIOD"]
    return {
        tuple(dict(zip(series.index.names, key, strict=True))[n] for n in order): float(value)
        for key, value in series.items()
    }


EXPECTED = {
    ("M", "FAI", "420118", "2019-01"): 10.5,
    ("M", "FAI", "420118", "2019-02"): 11.0,
    ("Q", "GDP", "420118", "2019-Q1"): 300.25,
}


@pytest.mark.parametrize(
    ("written", "structured"),
    [
        (ml_2_1.generic_data, ml_2_1), (ml_2_1.specific_data, ml_2_1),
        (ml_3_0.specific_data, ml_3_0),
    ],
)  # fmt: skip
def test_sdmx1_reads_the_data_in_xml(written, structured):
    known = sdmx.read_sdmx(_bytes(structured.structure_message(FLOW))).structure["MACRO_DSD"]
    message = sdmx.read_sdmx(_bytes(written(FLOW)), structure=known)
    assert _values(message) == EXPECTED
    first = message.data[0].obs[0]
    assert str(first.attrib["OBS_STATUS"].value) == "E"
    assert str(first.attrib["UNIT_MEASURE"].value) == "亿元"


def test_sdmx1_reads_the_data_in_json():
    message = sdmx.read_sdmx(_bytes(json.dumps(flat.data_json(FLOW))))
    assert _values(message) == EXPECTED


def test_csv_has_a_row_for_each_observation():
    rows = flat.data_csv(FLOW).splitlines()
    assert rows[0].startswith("DATAFLOW,FREQ,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE")
    assert rows[1] == "GUANGGU:MACRO(1.0),M,FAI,420118,2019-01,10.5,亿元,E"
    assert len(rows) == 4
