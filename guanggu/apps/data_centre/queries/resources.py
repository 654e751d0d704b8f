"""The catalogue as it is read: lists, search, what an asker may use, and the grants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation, visible
from guanggu.kernel.journal.public import Event
from guanggu.kernel.register.public import find

from ..models import DataGrant, Resource
from ..rules.sharing import Grant, Use, use_of
from .scopes import VIEW_GRANTS, VIEW_RESOURCES, keeps_data

FOUND_MAX = 500


def catalogue(actor: Actor) -> QuerySet[Resource]:
    """Every resource the actor may know of, with its provider."""
    rows = visible(actor, Resource.objects.all(), VIEW_RESOURCES)
    return rows.select_related("provider").order_by("code")


def open_resources() -> QuerySet[Resource]:
    """What everybody may read, whoever asks."""
    rows = Resource.objects.filter(is_open=True, is_provided=True)
    return rows.select_related("provider").order_by("code")


def narrowed(
    actor: Actor, rows: QuerySet[Resource], *, text: str = "", category: str = "", sharing: str = "",
    provider: str = "", openness: str = "", with_history: bool = False,
) -> QuerySet[Resource]:  # fmt: skip
    """The rows that fit the reader's filters; text in Chinese by pairs of characters."""
    if text.strip():
        found = find(actor, text, (Resource.collection,), limit=FOUND_MAX)
        keys = [each.ref.key for each in found]
        plain = (
            Q(table__iexact=text.strip()) | Q(code=text.strip()) | Q(name__icontains=text.strip())
        )
        rows = rows.filter(Q(key__in=keys) | plain)
    if category:
        rows = rows.filter(category__startswith=category)
    if sharing:
        rows = rows.filter(sharing=sharing)
    if provider:
        rows = rows.filter(provider__code=provider)
    if openness:
        rows = rows.filter(is_open=openness == "yes")
    return rows if with_history or text else without_history(rows)


def without_history(rows: QuerySet[Resource]) -> QuerySet[Resource]:
    """Tables of all versions are reached from the table of present rows, and found by their name."""
    return rows.exclude(table__endswith="_history")


def counts_by(rows: QuerySet[Resource], field: str) -> dict[str, int]:
    found = rows.order_by().values_list(field).annotate(Count("pk"))
    return {str(value): count for value, count in found}


def providers(rows: QuerySet[Resource]) -> list[Organisation]:
    keys = rows.order_by().values_list("provider", flat=True).distinct()
    return list(Organisation.objects.filter(pk__in=keys).order_by("path"))


def by_table(tables: Iterable[str]) -> dict[str, Resource]:
    """Resources by the name of their table of the lake, in small letters as all of them are."""
    names = [name.lower() for name in tables]
    rows = Resource.objects.filter(table__in=names).select_related("provider")
    return {row.table: row for row in rows}


def grants_of(actor: Actor, resource: Resource) -> list[Grant]:
    """The grants of the actor's organisation for the resource, the newest first."""
    if not actor.organisation:
        return []
    rows = DataGrant.objects.filter(
        resource=resource, organisation=actor.organisation, state="granted"
    )
    return [
        Grant(row.key, row.purpose, row.from_on, row.until_on, frozenset(row.columns),
              frozenset(row.cleared), row.state)
        for row in rows.order_by("-pk")
    ]  # fmt: skip


def provides(actor: Actor, resource: Resource) -> bool:
    """Whether the actor works for the provider."""
    return (
        actor.kind == "official"
        and resource.provider_id is not None
        and actor.organisation == resource.provider_id
    )


def is_own(actor: Actor, resource: Resource) -> bool:
    """Whose description it is to keep: the provider's; what is unassigned, any keeper's. To keep
    is not to read: nobody reads what has no provider by working somewhere."""
    if resource.provider_id is None:
        return keeps_data(actor)
    return provides(actor, resource)


def use_by(actor: Actor, resource: Resource, purpose: str) -> Use:
    """How the actor may use the resource for the purpose today."""
    return use_of(
        resource.name, resource.sharing, is_open=resource.is_open,
        is_provided=resource.is_provided, is_official=actor.kind == "official",
        is_own=provides(actor, resource), purpose=purpose,
        grants=grants_of(actor, resource), day=clock.today(),
    )  # fmt: skip


def grants(actor: Actor) -> QuerySet[DataGrant]:
    rows = visible(actor, DataGrant.objects.all(), VIEW_GRANTS)
    return rows.select_related("resource__provider", "organisation").order_by("-pk")


def uses_of(resource: Resource, limit: int = 30) -> list[Event]:
    """The last uses of the resource, newest first."""
    rows = Event.objects.filter(subject=str(resource.ref), kind="data_centre.used")
    return list(rows.order_by("-sequence")[:limit])


def count_of_uses(resource: Resource) -> int:
    return Event.objects.filter(subject=str(resource.ref), kind="data_centre.used").count()


def metadata_of(resource: Resource) -> dict[str, Any]:
    """The elements of GB/T 21063 as values."""
    return {
        "category": resource.category, "name": resource.name, "code": resource.code,
        "provider": resource.provider.name if resource.provider else "",
        "provider_code": (resource.provider.unified_code or resource.provider.code)
        if resource.provider else "",
        "summary": resource.summary, "format": resource.format, "items": resource.items,
        "sharing": resource.sharing, "sharing_condition": resource.sharing_condition,
        "sharing_way": resource.sharing_way, "is_open": resource.is_open,
        "open_condition": resource.open_condition, "update_cycle": resource.update_cycle,
        "published_on": resource.published_on, "related": resource.related,
        "keywords": resource.keywords, "basis": resource.basis,
    }  # fmt: skip
