"""What an SDMX message tells of: one dataflow of series by frequency, indicator and area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from guanggu.base.bilingual import T

# CL_FREQ and CL_OBS_STATUS of the SDMX content-oriented guidelines, the codes in use here.
FREQUENCIES: dict[str, T] = {
    "A": T("年", "Annual"),
    "S": T("半年", "Half-yearly"),
    "Q": T("季", "Quarterly"),
    "M": T("月", "Monthly"),
    "W": T("周", "Weekly"),
    "D": T("日", "Daily"),
}
OBS_STATUSES: dict[str, T] = {
    "A": T("正常值", "Normal value"),
    "P": T("初步值", "Provisional value"),
    "E": T("估计值", "Estimated value"),
}
DIMENSIONS: dict[str, T] = {
    "FREQ": T("频度", "Frequency"),
    "INDICATOR": T("指标", "Indicator"),
    "REF_AREA": T("地区", "Reference area"),
}
TIME = ("TIME_PERIOD", T("时期", "Time period"))
MEASURE = ("OBS_VALUE", T("观测值", "Observation value"))
ATTRIBUTES: dict[str, T] = {
    "UNIT_MEASURE": T("计量单位", "Unit of measure"),
    "OBS_STATUS": T("数据状态", "Observation status"),
}
CODED = {
    "FREQ": "CL_FREQ", "INDICATOR": "CL_INDICATOR", "REF_AREA": "CL_AREA",
    "OBS_STATUS": "CL_OBS_STATUS",
}  # fmt: skip
CONCEPTS = "CS_MACRO"


@dataclass(frozen=True)
class Observed:
    """period: as SDMX writes it (2019-Q1); value: decimal text; status: code of OBS_STATUSES."""

    period: str
    value: str
    status: str = "A"


@dataclass(frozen=True)
class SeriesOut:
    """One series: its key and its observations."""

    frequency: str
    indicator: str
    area: str
    unit: str
    observed: tuple[Observed, ...]

    @property
    def key(self) -> dict[str, str]:
        return {"FREQ": self.frequency, "INDICATOR": self.indicator, "REF_AREA": self.area}


@dataclass(frozen=True)
class Flow:
    """The dataflow with its codes; ``id`` names it, its structure is ``<id>_DSD``."""

    agency: str
    agency_title: T
    id: str
    version: str
    title: T
    indicators: dict[str, T]
    areas: dict[str, T]
    prepared_at: datetime
    series: tuple[SeriesOut, ...] = field(default=())

    @property
    def structure_id(self) -> str:
        return f"{self.id}_DSD"

    def codelists(self) -> dict[str, tuple[T, dict[str, T]]]:
        """(title, codes) by id."""
        return {
            "CL_FREQ": (DIMENSIONS["FREQ"], FREQUENCIES),
            "CL_INDICATOR": (DIMENSIONS["INDICATOR"], self.indicators),
            "CL_AREA": (DIMENSIONS["REF_AREA"], self.areas),
            "CL_OBS_STATUS": (ATTRIBUTES["OBS_STATUS"], OBS_STATUSES),
        }

    def concepts(self) -> dict[str, T]:
        return {**DIMENSIONS, TIME[0]: TIME[1], MEASURE[0]: MEASURE[1], **ATTRIBUTES}

    def prepared(self) -> str:
        return self.prepared_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def tag(name: str, inner: str | Iterable[str] = "", /, **attributes: str) -> str:
    """An XML element; attributes are escaped, ``inner`` is XML already."""
    told = "".join(f" {n}={quoteattr(v)}" for n, v in attributes.items() if v != "")
    body = inner if isinstance(inner, str) else "".join(inner)
    return f"<{name}{told}>{body}</{name}>" if body else f"<{name}{told}/>"


def names(text: T) -> str:
    """The bilingual name of an artefact."""
    return "".join(
        f'<com:Name xml:lang="{code}">{escape(said)}</com:Name>'
        for code, said in (("zh", text.zh), ("en", text.en))
    )
