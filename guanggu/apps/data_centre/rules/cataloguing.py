"""The catalogue in DCAT 3 (W3C Recommendation of 2024-08-22): one graph, as JSON-LD and as Turtle.

Themes are concepts of GB/T 21063.4; the sharing class is given as dct:accessRights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "adms": "http://www.w3.org/ns/adms#",
}
# Frequencies of the EU's authority table, which harvesters know.
_FREQUENCIES = {
    "realtime": "CONT", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY",
    "quarterly": "QUARTERLY", "yearly": "ANNUAL", "irregular": "IRREG",
}  # fmt: skip
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class Described:
    """One resource as the catalogue tells of it; ``files``: address by kind, none where not open."""

    address: str
    code: str
    title: tuple[str, str]
    summary: str
    keywords: tuple[str, ...]
    theme: tuple[str, str, str]  # code, Chinese, English
    provider: tuple[str, str, str]  # code, Chinese, English
    sharing: tuple[str, str]
    cycle: str
    issued: str
    files: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""


def _text(value: str, language: str) -> dict[str, str]:
    return {"@value": value, "@language": language}


def _both(pair: tuple[str, str]) -> list[dict[str, str]]:
    return [_text(value, lang) for value, lang in zip(pair, ("zh", "en"), strict=True) if value]


def graph_of(
    base: str, title: tuple[str, str], publisher: tuple[str, str], described: Iterable[Described]
) -> list[dict[str, Any]]:
    """The nodes of the graph: catalogue, datasets, distributions, publishers, themes."""
    described = list(described)
    catalogue = {
        "@id": f"{base}/data/catalog", "@type": "dcat:Catalog", "dct:title": _both(title),
        "dct:publisher": {"@id": f"{base}/data/catalog#publisher"},
        "dct:language": "zh",
        "dcat:dataset": [{"@id": each.address} for each in described],
    }  # fmt: skip
    nodes: dict[str, dict[str, Any]] = {catalogue["@id"]: catalogue}  # type: ignore[dict-item]
    nodes[f"{base}/data/catalog#publisher"] = {
        "@id": f"{base}/data/catalog#publisher", "@type": "foaf:Agent",
        "foaf:name": _both(publisher),
    }  # fmt: skip
    for each in described:
        for node in _nodes_of(base, each):
            nodes.setdefault(node["@id"], node)
    return list(nodes.values())


def _nodes_of(base: str, each: Described) -> Iterable[dict[str, Any]]:
    provider = f"{base}/organisations/{each.provider[0]}/" if each.provider[0] else ""
    theme = f"{base}/data/catalog#theme-{each.theme[0]}"
    node: dict[str, Any] = {
        "@id": each.address, "@type": "dcat:Dataset", "dct:identifier": each.code,
        "dct:title": _both(each.title), "dct:description": [_text(each.summary, "zh")],
        "dcat:keyword": [_text(word, "zh") for word in each.keywords],
        "dcat:theme": {"@id": theme},
        "dct:accessRights": _both(each.sharing),
        "dct:accrualPeriodicity": {"@id": _FREQUENCY + _FREQUENCIES.get(each.cycle, "UNKNOWN")},
        "dcat:landingPage": {"@id": each.address},
        "dcat:distribution": [{"@id": address} for address in each.files.values()],
    }  # fmt: skip
    if each.issued:
        node["dct:issued"] = {"@value": each.issued, "@type": "xsd:date"}
    if provider:
        node["dct:publisher"] = {"@id": provider}
        yield {"@id": provider, "@type": "foaf:Agent", "foaf:name": _both(each.provider[1:])}
    yield {k: v for k, v in node.items() if v not in ([], "")}
    yield {"@id": theme, "@type": "skos:Concept", "skos:notation": each.theme[0],
           "skos:prefLabel": _both(each.theme[1:])}  # fmt: skip
    for kind, address in each.files.items():
        yield {
            "@id": address, "@type": "dcat:Distribution", "dct:title": _both((f"{each.title[0]}（{kind.upper()}）", "")),
            "dcat:downloadURL": {"@id": address}, "dcat:accessURL": {"@id": each.address},
            "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[kind]}"},
            **({"dct:license": {"@id": each.licence}} if each.licence else {}),
        }  # fmt: skip


def as_json_ld(nodes: list[dict[str, Any]]) -> str:
    return json.dumps({"@context": CONTEXT, "@graph": nodes}, ensure_ascii=False, indent=1)


def as_turtle(nodes: list[dict[str, Any]]) -> str:
    """The same graph in Turtle (RDF 1.1)."""
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in CONTEXT.items()]
    for node in nodes:
        parts = [f"a {node['@type']}"]
        for name, value in node.items():
            if name.startswith("@"):
                continue
            values = value if isinstance(value, list) else [value]
            parts.append(f"{name} " + ", ".join(_term(each) for each in values))
        lines.append(f"\n<{_iri(node['@id'])}>\n    " + " ;\n    ".join(parts) + " .")
    return "\n".join(lines) + "\n"


def _iri(text: str) -> str:
    """Characters that no IRI may hold are escaped."""
    return "".join(f"%{ord(c):02X}" if c in '<>"{}|^`\\' or ord(c) <= 0x20 else c for c in text)


def _term(value: Any) -> str:
    if isinstance(value, Mapping):
        if "@id" in value:
            return f"<{_iri(value['@id'])}>"
        text = _literal(str(value["@value"]))
        if "@language" in value:
            return f"{text}@{value['@language']}"
        return f"{text}^^{value['@type']}"
    return _literal(str(value))


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("\r", "\\r").replace("\t", "\\t") + '"'
