"""The lineage of a resource as a picture and as a table; from a figure down to source rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import get
from guanggu.web.table import Column, Table

from ..models import Resource
from ..queries.lineage import lineage_of, register_of_table
from ..queries.scopes import VIEW_RESOURCES
from ..rules.lineage import BOX_HEIGHT, BOX_WIDTH, STAGES, Graph, lay_out
from .catalogue import official


@require_safe
def lineage_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /data/resources/<key>/lineage/"""
    actor = official(request)
    row = get(actor, Resource.objects.select_related("provider"), VIEW_RESOURCES, key=key)
    graph = lineage_of(actor, row)
    declared = register_of_table(row.table)
    return render(
        request,
        "data_centre/lineage.html",
        {
            "row": row, "picture": lay_out(graph), "box": {"width": BOX_WIDTH, "height": BOX_HEIGHT},
            "table": _table(graph), "register": declared,
            "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (row.title, f"/data/resources/{row.key}/"),
                       (T("数据血缘", "Lineage"), "")],
        },
    )  # fmt: skip


def _table(graph: Graph) -> Table:
    table = Table(
        T("血缘关系", "Lineage"),
        [Column(T("名称", "Name")), Column(T("环节", "Stage")), Column(T("说明", "Note")),
         Column(T("去向", "Leads to"))],
    )  # fmt: skip
    for stage, title in STAGES.items():
        for node in graph.nodes.values():
            if node.stage == stage:
                after = [graph.nodes[b].title for a, b in sorted(graph.edges) if a == node.key]
                leads = str(T("、", ", ")).join(after)
                table.add(node.title, title, node.note, leads, href=node.href)
    return table
