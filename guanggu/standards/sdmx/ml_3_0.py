"""SDMX-ML 3.0: structure and structure-specific data messages."""

from __future__ import annotations

from .model import ATTRIBUTES, CODED, CONCEPTS, DIMENSIONS, MEASURE, TIME, Flow, names, tag

_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
_SPACES = {
    "xmlns:mes": f"{_BASE}/message", "xmlns:com": f"{_BASE}/common",
    "xmlns:str": f"{_BASE}/structure",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_URN = "urn:sdmx:org.sdmx.infomodel."
STRUCTURE_TYPE = "application/vnd.sdmx.structure+xml;version=3.0.0"
DATA_TYPE = "application/vnd.sdmx.data+xml;version=3.0.0"
KINDS = ("dataflow", "datastructure", "codelist", "conceptscheme")


def _urn(flow: Flow, package: str, kind: str, id_: str, part: str = "") -> str:
    return f"{_URN}{package}.{kind}={flow.agency}:{id_}({flow.version}){part and '.' + part}"


def _header(flow: Flow, message: str, structure: str = "") -> str:
    return tag(
        "mes:Header",
        tag("mes:ID", message) + tag("mes:Test", "false") + tag("mes:Prepared", flow.prepared())
        + tag("mes:Sender", names(flow.agency_title), id=flow.agency) + structure,
    )  # fmt: skip


def _owned(flow: Flow, package: str, kind: str, id_: str) -> dict[str, str]:
    return {
        "urn": _urn(flow, package, kind, id_), "id": id_, "agencyID": flow.agency,
        "version": flow.version,
    }  # fmt: skip


def structure_message(flow: Flow, kinds: tuple[str, ...] = KINDS) -> str:
    """The artefacts of these kinds as a structure message."""
    made = {
        "codelist": lambda: tag("str:Codelists", _codelists(flow)),
        "conceptscheme": lambda: tag("str:ConceptSchemes", _concepts(flow)),
        "datastructure": lambda: tag("str:DataStructures", _data_structure(flow)),
        "dataflow": lambda: tag("str:Dataflows", _dataflow(flow)),
    }
    body = tag("mes:Structures", [make() for kind, make in made.items() if kind in kinds])
    return _HEAD + tag("mes:Structure", _header(flow, f"{flow.id}-STRUCTURE") + body, **_SPACES)


def _dataflow(flow: Flow) -> str:
    structure = _urn(flow, "datastructure", "DataStructure", flow.structure_id)
    return tag(
        "str:Dataflow", names(flow.title) + tag("str:Structure", structure),
        **_owned(flow, "datastructure", "Dataflow", flow.id),
    )  # fmt: skip


def _codelists(flow: Flow) -> list[str]:
    return [
        tag(
            "str:Codelist",
            [
                names(title),
                *(
                    tag("str:Code", names(said), id=code,
                        urn=_urn(flow, "codelist", "Code", id_, code))
                    for code, said in codes.items()
                ),
            ],
            **_owned(flow, "codelist", "Codelist", id_),
        )
        for id_, (title, codes) in flow.codelists().items()
    ]  # fmt: skip


def _concepts(flow: Flow) -> str:
    concepts = [
        tag("str:Concept", names(said), id=id_,
            urn=_urn(flow, "conceptscheme", "Concept", CONCEPTS, id_))
        for id_, said in flow.concepts().items()
    ]  # fmt: skip
    return tag(
        "str:ConceptScheme", [names(flow.title), *concepts],
        **_owned(flow, "conceptscheme", "ConceptScheme", CONCEPTS),
    )  # fmt: skip


def _component(name: str, flow: Flow, id_: str, extra: str = "", **more: str) -> str:
    told = tag("str:ConceptIdentity", _urn(flow, "conceptscheme", "Concept", CONCEPTS, id_))
    if id_ in CODED:
        enumeration = tag("str:Enumeration", _urn(flow, "codelist", "Codelist", CODED[id_]))
        told += tag("str:LocalRepresentation", enumeration)
    elif id_ == TIME[0]:
        told += tag(
            "str:LocalRepresentation", tag("str:TextFormat", textType="ObservationalTimePeriod")
        )
    return tag(name, told + extra, id=id_, **more)


def _data_structure(flow: Flow) -> str:
    dimensions = [
        _component("str:Dimension", flow, id_, position=str(number))
        for number, id_ in enumerate(DIMENSIONS, 1)
    ]
    attributes = []
    for id_ in ATTRIBUTES:
        relation = (
            tag("str:Observation")
            if id_ == "OBS_STATUS"
            else "".join(tag("str:Dimension", dimension) for dimension in DIMENSIONS)
        )
        attributes.append(
            _component("str:Attribute", flow, id_, tag("str:AttributeRelationship", relation),
                       usage="optional")
        )  # fmt: skip
    lists = [
        tag(
            "str:DimensionList",
            [*dimensions, _component("str:TimeDimension", flow, TIME[0])],
            id="DimensionDescriptor",
        ),
        tag("str:AttributeList", attributes, id="AttributeDescriptor"),
        tag("str:MeasureList", _component("str:Measure", flow, MEASURE[0]),
            id="MeasureDescriptor"),
    ]  # fmt: skip
    return tag(
        "str:DataStructure", names(flow.title) + tag("str:DataStructureComponents", lists),
        **_owned(flow, "datastructure", "DataStructure", flow.structure_id),
    )  # fmt: skip


def specific_data(flow: Flow) -> str:
    """The series of the flow as a structure-specific data message."""
    urn = _urn(flow, "datastructure", "DataStructure", flow.structure_id)
    namespace = f"{urn}:ObsLevelDim:{TIME[0]}"
    structure = tag(
        "mes:Structure", tag("com:Structure", urn), structureID=flow.structure_id,
        namespace=namespace, dimensionAtObservation=TIME[0],
    )  # fmt: skip
    series = [
        tag(
            "Series",
            [
                tag("Obs", TIME_PERIOD=o.period, OBS_VALUE=o.value, OBS_STATUS=o.status)
                for o in one.observed
            ],
            **one.key,
            UNIT_MEASURE=one.unit,
        )
        for one in flow.series
    ]
    spaces = {
        **_SPACES, "xmlns:ns1": namespace, "xmlns:data": f"{_BASE}/data/structurespecific",
    }  # fmt: skip
    body = tag(
        "mes:DataSet", series,
        **{"data:structureRef": flow.structure_id, "xsi:type": "ns1:DataSetType",
           "data:dataScope": "DataStructure"},
    )  # fmt: skip
    header = _header(flow, f"{flow.id}-DATA", structure)
    return _HEAD + tag("mes:StructureSpecificData", header + body, **spaces)
