"""Every address of the site and who may open it: a new one without an entry fails the walk.

The audience is for reading. Whoever is outside it must be refused when he writes, too; ``WRITERS``
names the addresses where fewer may write than read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from . import data_routes
from . import figures_routes as figures
from . import outside_routes as outside
from . import plan_routes as plan
from . import project_routes as projects
from . import sensing_routes as sensing
from .people import (
    ALL,
    APPLICANTS,
    CATALOGUE,
    DEPARTMENT,
    ENTITIES,
    FIRMS,
    KNOWN,
    OFFICE,
    OFFICIALS,
)

_TEXT: list[tuple[set[str], str]] = [
    (ALL, """
        approvals/apply/<slug:item>/
        approvals/progress/
        |search/|choose/|verify/|verify/<str:code>|notices/|notices/<str:key>/
        booking/|portal/counters/|portal/counters/export.csv|portal/counters/export.xlsx
        portal/counters/<str:key>/|api/v1/counters/|api/v1/counters/<key>
        api/v1/counters/<key>/history
        powers/|powers/items/<str:key>/|help/accessibility/|gallery/|healthz|metrics
        sensorthings/|ngsi-ld/context.jsonld|sensorthings/v1.1|sensorthings/v1.1/
        organisations/|organisations/<slug:code>/
        accounts/register/|accounts/login/|accounts/inactive/|accounts/signup/
        accounts/password/set/|identity/o/authorize|identity/o/logout
        .well-known/jwks.json|.well-known/openid-configuration
        api/docs|api/openapi.json|api/v1/notices/|api/v1/notices/<key>|api/v1/notices/<key>/history
        api/v1/service_items/|api/v1/service_items/<key>|api/v1/service_items/<key>/history
        portal/notices/|portal/notices/export.csv|portal/notices/export.xlsx
        portal/notices/<str:key>/|powers/service_items/|powers/service_items/export.csv
        powers/service_items/export.xlsx|powers/service_items/<str:key>/
    """),
    (KNOWN, """
        mine/|mine/documents/|booking/mine/|accounts/|accounts/contact/|accounts/activity/|accounts/sessions/
        accounts/second-factor/|accounts/2fa/|accounts/2fa/authenticate/
        accounts/2fa/totp/activate/|accounts/2fa/webauthn/|accounts/2fa/webauthn/add/
        accounts/2fa/webauthn/login/|accounts/2fa/recovery-codes/generate/
        accounts/password/change/
    """),
    (APPLICANTS, "approvals/matters/|accounts/firms/|accounts/firms/bind/"),
    ({"owner"}, """
        approvals/apply/<slug:item>/<slug:draft>/|approvals/apply/<slug:item>/<slug:draft>/upload/
        approvals/apply/<slug:item>/<slug:draft>/remove/
        approvals/apply/<slug:item>/<slug:draft>/discard/
        approvals/apply/<slug:item>/<slug:draft>/<slug:step>/
    """),
    ({"owner"} | DEPARTMENT, """
        approvals/matters/<slug:number>/|approvals/matters/<slug:number>/receipt/
        approvals/matters/<slug:number>/qr.svg|approvals/matters/<slug:number>/correct/
        approvals/matters/<slug:number>/withdraw/|approvals/matters/<slug:number>/appeal/
        approvals/matters/<slug:number>/rate/|approvals/matters/<slug:number>/files/<slug:file>/
        approvals/matters/<slug:number>/papers/<slug:paper>/|mine/documents/<str:key>/file/
    """),
    (DEPARTMENT, """
        approvals/work/cases/<slug:number>/|approvals/work/cases/<slug:number>/<slug:deed>/
        approvals/work/cases/<slug:number>/tasks/<int:task>/
        approvals/work/cases/<slug:number>/tasks/<int:task>/claim/
        approvals/work/cases/<slug:number>/tasks/<int:task>/release/
    """),
    (OFFICIALS, """
        sensorthings/keys/
        approvals/work/|approvals/work/overview/|approvals/procedures/
        approvals/procedures/<str:code>/<int:version>/
        legal_entities/desk/|legal_entities/entity/<str:key>/sources/|accounts/delegations/
        legal_entities/entity_sources/|legal_entities/entity_sources/export.csv
        legal_entities/entity_sources/export.xlsx|legal_entities/entity_sources/<str:key>/
        legal_entities/entity_pairs/|legal_entities/entity_pairs/export.csv
        legal_entities/entity_pairs/export.xlsx|legal_entities/entity_pairs/<str:key>/
        legal_entities/entity_merges/|legal_entities/entity_merges/export.csv
        legal_entities/entity_merges/export.xlsx|legal_entities/entity_merges/<str:key>/
        api/v1/legal_entities/changes|api/v1/entity_sources/|api/v1/entity_sources/<key>
        api/v1/entity_sources/<key>/history|api/v1/entity_pairs/|api/v1/entity_pairs/<key>
        api/v1/entity_pairs/<key>/history|api/v1/entity_merges/|api/v1/entity_merges/<key>
        api/v1/entity_merges/<key>/history
        supervision/|supervision/supervision_cards/|supervision/supervision_cards/export.csv
        supervision/supervision_cards/export.xlsx|api/v1/supervision_cards/
    """),
    (FIRMS, """
        legal_entities/legal_entities/|legal_entities/legal_entities/export.csv
        legal_entities/legal_entities/export.xlsx|api/v1/legal_entities/
    """),
    (OFFICIALS | {"agent"}, """
        legal_entities/legal_entities/<str:key>/|api/v1/legal_entities/<key>
        api/v1/legal_entities/<key>/history
    """),
    (ENTITIES, """
        legal_entities/entity/<str:key>/correct/|legal_entities/entity/<str:key>/merge/
        legal_entities/pairs/<str:key>/|legal_entities/merges/<str:key>/split/
        legal_entities/entity_sources/new/|legal_entities/entity_sources/import/
        legal_entities/entity_sources/<str:key>/change/
        legal_entities/entity_sources/<str:key>/remove/
    """),
    (CATALOGUE, """
        portal/counters/new/|portal/counters/import/
        portal/counters/<str:key>/change/|portal/counters/<str:key>/remove/
        portal/notices/new/|portal/notices/import/
        portal/notices/<str:key>/change/|portal/notices/<str:key>/remove/
        powers/service_items/new/|powers/service_items/import/
        powers/service_items/<str:key>/change/
        powers/service_items/<str:key>/remove/
    """),
    (OFFICE, """
        office/|office/official_documents/|office/official_documents/export.csv
        office/official_documents/export.xlsx|api/v1/official_documents/
    """),
    # What came with a sheet is shown to whoever has brought it.
    ({"elsewhere"}, """
        legal_entities/entity_sources/import/<int:run>/
        legal_entities/entity_sources/import/<int:run>/rows.csv
        legal_entities/entity_sources/import/<int:run>/<int:row>/
        portal/counters/import/<int:run>/
        portal/counters/import/<int:run>/rows.csv
        portal/counters/import/<int:run>/<int:row>/
        portal/notices/import/<int:run>/
        portal/notices/import/<int:run>/rows.csv
        portal/notices/import/<int:run>/<int:row>/
        powers/service_items/import/<int:run>/
        powers/service_items/import/<int:run>/rows.csv
        powers/service_items/import/<int:run>/<int:row>/
    """),
    ({"elsewhere", "draft"}, "office/documents/new/"),
    ({"elsewhere", "receive"}, "office/received/|office/received/new/"),
    ({"draft"}, """
        office/documents/<str:key>/|office/documents/<str:key>/change/
        office/documents/<str:key>/file.pdf|office/official_documents/<str:key>/
        api/v1/official_documents/<key>|api/v1/official_documents/<key>/history
        accounts/delegations/new/<int:post>/
    """),
    ({"elsewhere", "accept", "catalogue"}, "booking/desk/"),
    ({"owner"}, "booking/<int:slot>/cancel/"),
    (OFFICE - {"elsewhere"}, "office/documents/<str:key>/scans/<str:scan>/"),
    ({"draft", "seal"}, "accounts/delegations/<int:pk>/revoke/"),
    ({"agent"}, "accounts/firms/<int:pk>/end/"),
    ({"administer"}, """
        approvals/procedures/publish/|organisations/new/|organisations/posts/<int:pk>/edit/
        organisations/posts/<int:pk>/close/|organisations/<slug:code>/edit/
        organisations/<slug:code>/move/|organisations/<slug:code>/close/
        organisations/<slug:code>/posts/new/|administration/officials/new/
        administration/officials/<uuid:sub>/propose/|administration/officials/<uuid:sub>/close/
        administration/officials/<uuid:sub>/password/|administration/appointments/<int:pk>/end/
        administration/applications/|administration/applications/new/
        administration/applications/<str:key>/edit/|administration/applications/<str:key>/secret/
        administration/applications/<str:key>/remove/
    """),
    ({"security"}, """
        organisations/posts/<int:pk>/roles/|administration/confirmations/
        administration/confirmations/<int:pk>/
    """),
    ({"administer", "security", "audit"}, """
        administration/officials/|administration/officials/<uuid:sub>/
    """),
    ({"elsewhere", "entities", "administer"}, """
        administration/firm-claims/|administration/firm-claims/<int:pk>/
    """),
    ({"audit"}, "administration/sign-ins/"),
    ({"supervise"}, """
        supervision/cards/<str:key>/|supervision/scores/|supervision/logs/
        supervision/logs/import/|supervision/logs/<str:code>/
        supervision/logs/<str:code>/variants.csv|supervision/logs/<str:code>/cases/<str:number>/
        supervision/supervision_cards/<str:key>/|api/v1/supervision_cards/<key>
        api/v1/supervision_cards/<key>/history
    """),
    ({"supervise", "audit"}, """
        supervision/integrity/|supervision/integrity/proof/<str:number>.json
    """),
    # Nobody's: refused to all with this way of asking, or only with a key of one's own.
    (set(), """
        identity/o/device|identity/o/api/device/code|identity/o/api/token|identity/o/api/revoke
        identity/o/api/userinfo|accounts/capacity/|accounts/reauthenticate/|api/
        accounts/2fa/reauthenticate/|accounts/2fa/totp/deactivate/|accounts/firms/<int:pk>/agents/
        accounts/2fa/webauthn/reauthenticate/|accounts/2fa/webauthn/keys/<int:pk>/remove/
        accounts/2fa/webauthn/keys/<int:pk>/edit/|accounts/2fa/recovery-codes/
        accounts/2fa/recovery-codes/download/
    """),
]  # fmt: skip
AUDIENCE = {
    route.strip(): audience
    for audience, text in [
        *_TEXT,
        *sensing.TEXT,
        *outside.TEXT,
        *figures.TEXT,
        *data_routes.TEXT,
        *projects.TEXT,
        *plan.TEXT,
    ]
    for line in text.split("\n")
    if line.strip()
    for route in line.strip().split("|")
}
for _collection in (
    *sensing.COLLECTIONS,
    *outside.COLLECTIONS,
    *figures.COLLECTIONS,
    *data_routes.COLLECTIONS,
    *projects.COLLECTIONS,
    *plan.COLLECTIONS,
):
    AUDIENCE |= _collection.routes()
# Pages of a matter that its department may look at while only the applicant may act.
WRITERS = {
    f"approvals/matters/<slug:number>/{deed}/": {"owner"}
    for deed in ("correct", "withdraw", "appeal", "rate")
} | {
    f"approvals/work/cases/<slug:number>/tasks/<int:task>/{deed}": {"accept"}
    for deed in ("", "claim/", "release/")
}
# Ends the session of whoever asks, which the walk still needs; tests of sign-in try it.
LEFT_OUT = {
    "accounts/logout/",
    # These decide by key and row, see the tests of guanggu.web.sensorthings and ngsi_ld.
    "sensorthings/v1.1/<path:below>",
    "ngsi-ld/v1/<path:below>",
}
# Answers that a program gets where a person is sent to a page.
WITHOUT_FORM_TOKEN = ("identity/o/", "api/v1/", "api/")

# What a parameter means under the longest prefix that fits; else the parameter's own name.
MEANING: dict[str, dict[str, str]] = {
    "approvals/procedures/": {"code": "procedure", "version": "version"},
    "legal_entities/entity/": {"key": "entity"},
    "legal_entities/legal_entities/": {"key": "entity"},
    "legal_entities/entity_sources/": {"key": "source"},
    "legal_entities/pairs/": {"key": "pair"},
    "legal_entities/entity_pairs/": {"key": "pair"},
    "legal_entities/merges/": {"key": "merge"},
    "legal_entities/entity_merges/": {"key": "merge"},
    "office/": {"key": "official"},
    "office/documents/<str:key>/scans/": {"key": "received"},
    "mine/": {"key": "paper"},
    "notices/": {"key": "notice"},
    "portal/notices/": {"key": "notice", "run": "notices-run", "row": "notices-row"},
    "portal/counters/": {"key": "counter", "run": "counters-run", "row": "counters-row"},
    "api/v1/counters/": {"key": "counter"},
    "powers/": {"key": "item", "run": "service_items-run", "row": "service_items-row"},
    "accounts/firms/": {"pk": "firm"},
    "accounts/delegations/": {"pk": "delegation"},
    "organisations/": {"code": "organisation"},
    "organisations/posts/": {"pk": "post"},
    "administration/appointments/": {"pk": "appointment"},
    "administration/confirmations/": {"pk": "proposal"},
    "administration/firm-claims/": {"pk": "claim"},
    "administration/applications/": {"key": "application"},
    "supervision/": {"key": "card"},
    "supervision/logs/": {"code": "log", "number": "log_case"},
    "supervision/integrity/": {"number": "number"},
    "accounts/2fa/": {"pk": "passkey"},
    "api/v1/legal_entities/": {"key": "entity"},
    "api/v1/entity_sources/": {"key": "source"},
    "api/v1/entity_pairs/": {"key": "pair"},
    "api/v1/entity_merges/": {"key": "merge"},
    "api/v1/official_documents/": {"key": "official"},
    "api/v1/notices/": {"key": "notice"},
    "api/v1/service_items/": {"key": "item"},
    "api/v1/supervision_cards/": {"key": "card"},
}
MEANING |= (
    sensing.MEANING
    | outside.MEANING
    | figures.MEANING
    | data_routes.MEANING
    | projects.MEANING
    | plan.MEANING
)
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def every_route() -> list[str]:
    """The routes of the URL conf as they are written there, each once."""

    def walk(patterns: list, before: str) -> Iterator[str]:
        for each in patterns:
            text = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, text)
            elif isinstance(each, URLPattern):
                yield text

    found = dict.fromkeys(walk(get_resolver().url_patterns, ""))
    # Tests of the web declare a register of their own, which no app does under "web/".
    made_up = {route.split("/")[1] for route in found if route.startswith("web/")}
    return [route for route in found if made_up.isdisjoint(route.split("/"))]


def address_of(route: str, keys: dict[str, str]) -> str:
    """The route with the keys of the world put in. Raises KeyError for one without meaning."""
    meanings = next(
        (m for p, m in sorted(MEANING.items(), key=lambda x: -len(x[0])) if route.startswith(p)), {}
    )
    return "/" + _PARAMETER.sub(lambda found: keys[meanings.get(found[1], found[1])], route)
