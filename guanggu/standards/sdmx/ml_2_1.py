"""SDMX-ML 2.1: structure, generic data and structure-specific data messages."""

from __future__ import annotations

from .model import (
    ATTRIBUTES,
    CODED,
    CONCEPTS,
    DIMENSIONS,
    MEASURE,
    TIME,
    Flow,
    SeriesOut,
    names,
    tag,
)

_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_SPACES = {
    "xmlns:mes": f"{_BASE}/message", "xmlns:com": f"{_BASE}/common",
    "xmlns:str": f"{_BASE}/structure", "xmlns:gen": f"{_BASE}/data/generic",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
STRUCTURE_TYPE = "application/vnd.sdmx.structure+xml;version=2.1"
GENERIC_TYPE = "application/vnd.sdmx.genericdata+xml;version=2.1"
SPECIFIC_TYPE = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
# What a structure query asks for, by its path and by the element in the answer.
KINDS = ("dataflow", "datastructure", "codelist", "conceptscheme")


def _header(flow: Flow, message: str, structure: str = "") -> str:
    return tag(
        "mes:Header",
        tag("mes:ID", message) + tag("mes:Test", "false") + tag("mes:Prepared", flow.prepared())
        + tag("mes:Sender", names(flow.agency_title), id=flow.agency) + structure,
    )  # fmt: skip


def _ref(name: str, flow: Flow, id_: str, kind: str, package: str, **more: str) -> str:
    return tag(
        name,
        tag("Ref", id=id_, version=more.pop("version", flow.version), agencyID=flow.agency,
            **{"class": kind, "package": package}, **more),
    )  # fmt: skip


def _owned(flow: Flow, id_: str) -> dict[str, str]:
    urn_free = {"id": id_, "agencyID": flow.agency, "version": flow.version}
    return {**urn_free, "isFinal": "true"}


def structure_message(flow: Flow, kinds: tuple[str, ...] = KINDS) -> str:
    """The artefacts of these kinds as a structure message."""
    made = {
        "dataflow": lambda: tag("str:Dataflows", _dataflow(flow)),
        "codelist": lambda: tag("str:Codelists", _codelists(flow)),
        "conceptscheme": lambda: tag("str:Concepts", _concepts(flow)),
        "datastructure": lambda: tag("str:DataStructures", _data_structure(flow)),
    }
    # The schema wants them in this order, whatever was asked first.
    order = ("dataflow", "codelist", "conceptscheme", "datastructure")
    body = tag("mes:Structures", [made[kind]() for kind in order if kind in kinds])
    return _HEAD + tag("mes:Structure", _header(flow, f"{flow.id}-STRUCTURE") + body, **_SPACES)


def _dataflow(flow: Flow) -> str:
    structure = _ref("str:Structure", flow, flow.structure_id, "DataStructure", "datastructure")
    return tag("str:Dataflow", names(flow.title) + structure, **_owned(flow, flow.id))


def _codelists(flow: Flow) -> list[str]:
    return [
        tag(
            "str:Codelist",
            [
                names(title),
                *(tag("str:Code", names(said), id=code) for code, said in codes.items()),
            ],
            **_owned(flow, id_),
        )
        for id_, (title, codes) in flow.codelists().items()
    ]


def _concepts(flow: Flow) -> str:
    concepts = [tag("str:Concept", names(said), id=id_) for id_, said in flow.concepts().items()]
    return tag("str:ConceptScheme", [names(flow.title), *concepts], **_owned(flow, CONCEPTS))


def _component(name: str, flow: Flow, id_: str, extra: str = "", **more: str) -> str:
    identity = tag(
        "str:ConceptIdentity",
        tag("Ref", id=id_, maintainableParentID=CONCEPTS, maintainableParentVersion=flow.version,
            agencyID=flow.agency, **{"class": "Concept", "package": "conceptscheme"}),
    )  # fmt: skip
    local = tag("str:TextFormat", textType="ObservationalTimePeriod") if id_ == TIME[0] else ""
    if id_ in CODED:
        local = _ref("str:Enumeration", flow, CODED[id_], "Codelist", "codelist")
    told = identity + (tag("str:LocalRepresentation", local) if local else "") + extra
    return tag(name, told, id=id_, **more)


def _data_structure(flow: Flow) -> str:
    dimensions = [
        _component("str:Dimension", flow, id_, position=str(number))
        for number, id_ in enumerate(DIMENSIONS, 1)
    ]
    time = _component("str:TimeDimension", flow, TIME[0], position=str(len(DIMENSIONS) + 1))
    attributes = []
    for id_ in ATTRIBUTES:
        if id_ == "OBS_STATUS":
            relation = tag("str:PrimaryMeasure", tag("Ref", id=MEASURE[0]))
        else:
            relation = "".join(
                tag("str:Dimension", tag("Ref", id=dimension)) for dimension in DIMENSIONS
            )
        attributes.append(
            _component("str:Attribute", flow, id_, tag("str:AttributeRelationship", relation),
                       assignmentStatus="Conditional")
        )  # fmt: skip
    return tag(
        "str:DataStructure",
        names(flow.title)
        + tag(
            "str:DataStructureComponents",
            [
                tag("str:DimensionList", [*dimensions, time], id="DimensionDescriptor"),
                tag("str:AttributeList", attributes, id="AttributeDescriptor"),
                tag("str:MeasureList", _component("str:PrimaryMeasure", flow, MEASURE[0]),
                    id="MeasureDescriptor"),
            ],
        ),
        **_owned(flow, flow.structure_id),
    )  # fmt: skip


def _data_header(flow: Flow, namespace: str = "") -> str:
    usage = _ref("com:Structure", flow, flow.structure_id, "DataStructure", "datastructure")
    structure = tag(
        "mes:Structure", usage, structureID=flow.structure_id, namespace=namespace,
        dimensionAtObservation=TIME[0],
    )  # fmt: skip
    return _header(flow, f"{flow.id}-DATA", structure)


def generic_data(flow: Flow) -> str:
    """The series of the flow as a generic data message."""
    body = tag("mes:DataSet", [_generic(s) for s in flow.series], structureRef=flow.structure_id)
    return _HEAD + tag("mes:GenericData", _data_header(flow) + body, **_SPACES)


def _values(name: str, pairs: dict[str, str]) -> str:
    return tag(name, [tag("gen:Value", id=id_, value=value) for id_, value in pairs.items()])


def _generic(series: SeriesOut) -> str:
    observations = [
        tag(
            "gen:Obs",
            tag("gen:ObsDimension", value=obs.period) + tag("gen:ObsValue", value=obs.value)
            + _values("gen:Attributes", {"OBS_STATUS": obs.status}),
        )
        for obs in series.observed
    ]  # fmt: skip
    head = _values("gen:SeriesKey", series.key)
    head += _values("gen:Attributes", {"UNIT_MEASURE": series.unit})
    return tag("gen:Series", [head, *observations])


def specific_data(flow: Flow) -> str:
    """The series of the flow as a structure-specific data message."""
    namespace = (
        f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure="
        f"{flow.agency}:{flow.structure_id}({flow.version}):ObsLevelDim:{TIME[0]}"
    )
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
    header = _data_header(flow, namespace)
    return _HEAD + tag("mes:StructureSpecificData", header + body, **spaces)
