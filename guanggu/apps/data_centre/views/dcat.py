"""The catalogue for machines: DCAT 3 as JSON-LD and Turtle."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.identity.public import actor_of
from guanggu.standards.gb_t_21063 import ITEMS, SHARING

from ..models import Resource
from ..queries.resources import catalogue, open_resources
from ..queries.scopes import is_official
from ..rules.cataloguing import MEDIA_TYPES, Described, as_json_ld, as_turtle, graph_of

_TITLE = T("光谷政务信息资源目录", "Guanggu catalogue of information resources")
_PUBLISHER = T("光谷大数据中心", "Guanggu data centre")
_KINDS = {"jsonld": "application/ld+json", "ttl": "text/turtle; charset=utf-8"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def described(row: Resource) -> Described:
    """One resource as the catalogue tells of it; files of open ones only."""
    base = settings.GUANGGU_ADDRESS.rstrip("/")
    is_open = row.is_open and row.is_provided and bool(row.table)
    theme, sharing = ITEMS[row.category], SHARING[row.sharing]
    provider = row.provider
    return Described(
        address=f"{base}/opendata/{row.key}/" if is_open else f"{base}/data/resources/{row.key}/",
        code=row.code, title=(row.name, row.name_en), summary=row.summary,
        keywords=tuple(row.keywords.split()), theme=(row.category, theme.zh, theme.en),
        provider=(provider.code, provider.name, provider.name_en) if provider else ("", "", ""),
        sharing=(sharing.zh, sharing.en), cycle=row.update_cycle,
        issued=row.published_on.isoformat() if row.published_on else "",
        files={k: f"{base}/opendata/{row.key}/data.{k}" for k in MEDIA_TYPES} if is_open else {},
        licence=LICENCE if is_open else "",
    )  # fmt: skip


@require_safe
def catalogue_file(request: HttpRequest, kind: str) -> HttpResponse:
    """GET /data/catalog.jsonld and /data/catalog.ttl: what is open, and all of it to officials."""
    if kind not in _KINDS:
        raise Missing(
            T("目录提供 JSON-LD 和 Turtle 两种格式。", "It comes as JSON-LD and as Turtle.")
        )
    actor = actor_of(request)
    rows = catalogue(actor) if is_official(actor) else open_resources()
    nodes = graph_of(
        settings.GUANGGU_ADDRESS.rstrip("/"), (_TITLE.zh, _TITLE.en), (_PUBLISHER.zh, _PUBLISHER.en),
        (described(row) for row in rows),
    )  # fmt: skip
    text = as_json_ld(nodes) if kind == "jsonld" else as_turtle(nodes)
    return HttpResponse(text, content_type=_KINDS[kind])
