"""Which thing is which entity type, and which observed property which attribute.

Types and attributes are those of the Smart Data Models (dataModel.Environment and
dataModel.WaterQuality), written down by hand; what they have no word for has one of our own
vocabulary. Unit codes are those of UN/ECE Recommendation 20, as NGSI-LD 4.5.2 wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.7.jsonld"
_ENVIRONMENT = "https://smartdatamodels.org/dataModel.Environment/"
_WATER = "https://smartdatamodels.org/dataModel.WaterQuality/"
OWN = "urn:guanggu:vocabulary:"


@dataclass(frozen=True, slots=True)
class Model:
    """kinds: of thing; attributes: by key of the observed property; required: what an entity of
    the type cannot be without, besides id and type."""

    name: str
    iri: str
    kinds: tuple[str, ...]
    attributes: Mapping[str, str]
    required: tuple[str, ...]


AIR = Model(
    "AirQualityObserved", _ENVIRONMENT + "AirQualityObserved", ("air_station",),
    {
        "a34004": "pm25", "a34002": "pm10", "a21026": "so2", "a21004": "no2", "a21003": "no",
        "a21002": "nox", "a21005": "co", "a05024": "o3", "a01001": "temperature",
        "a01002": "relativeHumidity", "a01006": "atmosphericPressure", "a01007": "windSpeed",
        "a01008": "windDirection",
    },
    ("dateObserved", "location"),
)  # fmt: skip
WATER = Model(
    "WaterQualityObserved", _WATER + "WaterQualityObserved",
    ("surface_water_station", "lake_station"),
    {
        "w01001": "pH", "w01009": "O2", "w01010": "temperature", "w01014": "conductivity",
        "w01003": "turbidity", "w01016": "Chla", "w01018": "COD", "w01017": "BOD",
        "w01019": "permanganateIndex", "w21003": "ammoniaNitrogen", "w21011": "totalPhosphorus",
        "w21001": "totalNitrogen", "secchi_depth": "secchiDepth", "water_level": "waterLevel",
    },
    ("dateObserved", "location"),
)  # fmt: skip
NOISE = Model(
    "NoiseLevelObserved", _ENVIRONMENT + "NoiseLevelObserved", ("noise_station",),
    {"Leq": "LAeq", "LMx": "LAmax", "L10": "LA10", "L50": "LA50", "L90": "LA90"},
    ("dateObservedFrom", "dateObservedTo", "location"),
)  # fmt: skip
MODELS = {model.name: model for model in (AIR, WATER, NOISE)}
BY_KIND = {kind: model for model in MODELS.values() for kind in model.kinds}
_OWN_WORDS = frozenset(
    {"permanganateIndex", "ammoniaNitrogen", "totalPhosphorus", "totalNitrogen", "secchiDepth",
     "waterLevel", "LA10", "LA50", "LA90", "quality", "isSample"}
)  # fmt: skip
_COMMON = ("dateObserved", "dateObservedFrom", "dateObservedTo", "name", "source", "dataProvider")

# UCUM to UN/ECE Recommendation 20.
UNIT_CODES = {
    "ug/m3": "GQ", "mg/m3": "GP", "mg/L": "M1", "Cel": "CEL", "%": "P1", "m/s": "MTS",
    "deg": "DD", "kPa": "KPA", "hPa": "A97", "uS/cm": "G42", "m": "MTR", "dB[A]": "2N",
    "[dBA]": "2N",
}  # fmt: skip


def context() -> dict[str, object]:
    """The @context of our own: terms to IRIs."""
    terms: dict[str, object] = {}
    for model in MODELS.values():
        terms[model.name] = model.iri
        base = model.iri.rpartition("/")[0] + "/"
        for word in (*_COMMON, *model.attributes.values()):
            terms.setdefault(word, (OWN if word in _OWN_WORDS else base) + word)
    for word in _OWN_WORDS:
        terms[word] = OWN + word
    return {"@context": terms}


def model_of(name: str) -> Model | None:
    """By short name or IRI."""
    known = MODELS.get(name)
    return known or next((m for m in MODELS.values() if m.iri == name), None)


def short(word: str) -> str:
    """An attribute given by IRI, in its short form."""
    return word.rpartition("/")[2].removeprefix(OWN) if ":" in word else word
