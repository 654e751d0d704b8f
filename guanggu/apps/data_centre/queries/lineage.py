"""The lineage of a resource, read from declarations, saved queries and the lake's own table."""

from __future__ import annotations

from django.db.models import Count

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import visible
from guanggu.kernel.indicator.public import SEE_INDICATORS, Indicator, Value
from guanggu.kernel.register.public import REGISTERS, Register

from ..models import Resource, SavedQuery
from ..rules.lineage import Graph, Node, referring
from .resources import catalogue
from .scopes import VIEW_QUERIES

SOURCES_MAX = 8
QUERIES_MAX = 40
INDICATORS_MAX = 200
_TYPED_IN = T("平台内登记", "Entered here")
_PLATFORM = T("平台业务过程", "The platform's own work")


def register_of_table(table: str) -> Register | None:
    """The register from whose records a table of the lake is made."""
    plain = table.removesuffix("_history")
    for declared in REGISTERS.values():
        if plain == f"{declared.app}_{declared.collection}":
            return declared
    return None


def lineage_of(actor: Actor, resource: Resource) -> Graph:
    """Sources → register → table → queries and indicators → charts, as the actor may see them."""
    graph = Graph()
    centre = graph.add(
        Node(f"table:{resource.table or resource.key}", "table", str(resource.title),
             resource.table, f"/data/resources/{resource.key}/", is_centre=True)
    )  # fmt: skip
    _add_origin(graph, centre, resource)
    _add_history(graph, centre, actor, resource)
    rows = visible(actor, SavedQuery.objects.all(), VIEW_QUERIES).order_by("-pk")
    held = [row for row in rows[:500] if referring(row.tables, resource.table)]
    for row in held[:QUERIES_MAX]:
        query = graph.add(
            Node(f"query:{row.key}", "query", row.name, row.owner_name,
                 f"/data/workbench/?query={row.key}")
        )  # fmt: skip
        graph.join(centre, query)
        if row.chart.get("kind"):
            chart = graph.add(
                Node(f"chart:{row.key}", "chart", row.name, str(T("图表", "Chart")),
                     f"/data/workbench/?query={row.key}")
            )  # fmt: skip
            graph.join(query, chart)
    _add_indicators(graph, centre, actor, resource)
    if resource.is_open:
        graph.join(
            centre,
            graph.add(Node("page:open", "chart", str(T("公共数据开放", "Open data")), "",
                           f"/opendata/{resource.key}/")),
        )  # fmt: skip
    return graph


def _add_origin(graph: Graph, centre: str, resource: Resource) -> None:
    declared = register_of_table(resource.table)
    if declared is None:
        graph.join(graph.add(Node("source:platform", "source", str(_PLATFORM))), centre)
        return
    place = graph.add(
        Node(f"register:{declared.collection}", "register", str(declared.title),
             declared.collection, f"/{declared.app}/{declared.collection}/")
    )  # fmt: skip
    graph.join(place, centre)
    found = declared.model._default_manager.order_by().values_list("source").annotate(n=Count("pk"))
    for source, count in sorted(found, key=lambda pair: -pair[1])[:SOURCES_MAX]:
        note = str(T("{} 条记录", "{} records").format(f"{count:,}"))
        key = f"source:{source}"
        title = str(declared.sources.get(source, source or _TYPED_IN))
        graph.join(graph.add(Node(key, "source", title, note)), place)


def _add_history(graph: Graph, centre: str, actor: Actor, resource: Resource) -> None:
    """The table of all versions beside that of the current rows."""
    if not resource.table or resource.table.endswith("_history"):
        return
    history = catalogue(actor).filter(table=f"{resource.table}_history").first()
    if history is None:
        return
    other = graph.add(
        Node(f"table:{history.table}", "table", str(history.title), history.table,
             f"/data/resources/{history.key}/")
    )  # fmt: skip
    for first, second in list(graph.edges):
        if second == centre:
            graph.join(first, other)


def _add_indicators(graph: Graph, centre: str, actor: Actor, resource: Resource) -> None:
    """Indicators whose last figure was computed from the table, each leading to its own page,
    where a figure is followed down to its rows."""
    formulas = visible(actor, Indicator.objects.filter(kind="formula"), SEE_INDICATORS)
    for indicator in formulas.order_by("key")[:INDICATORS_MAX]:
        last = Value.objects.filter(indicator=indicator).order_by("-period").first()
        told = last.provenance if last is not None else {}
        if last is None or not referring(told.get("tables", ()), resource.table):
            continue
        node = graph.add(
            Node(f"indicator:{indicator.key}", "query", str(indicator.title),
                 str(T("指标公式", "Formula")), f"/indicators/{indicator.key}/")
        )  # fmt: skip
        graph.join(centre, node)
        figure = graph.add(
            Node(f"figure:{indicator.key}", "chart", f"{indicator.title} {last.period}",
                 str(T("指标数值", "Figure")), f"/indicators/{indicator.key}/{last.period}/")
        )  # fmt: skip
        graph.join(node, figure)
