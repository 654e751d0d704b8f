"""Reading the directory of service items."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission, visible

from .models import ServiceItem


def published_items() -> Q:
    """In force today: what everybody may read and apply for."""
    today = clock.today()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    return Q(status="in_force") & begun & not_over


def _may_view(actor: Actor) -> Q | bool:
    return True if actor.kind in ("official", "platform") else published_items()


def _may_change(actor: Actor) -> bool:
    """The list of powers is kept by the district's catalogue officers, for all departments."""
    return actor.kind == "platform" or actor.has("catalogue")


VIEW_ITEMS = permission("powers.view", scope=_may_view)
CHANGE_ITEMS = permission("powers.change", scope=_may_change)


# What only the page of one item shows: thirty items decode ten such columns each otherwise.
_DETAILS = (
    "legal_basis", "conditions", "materials", "form_schema", "delivery", "joint_organisations",
    "special_steps", "certificate_fields",
)  # fmt: skip


def directory(actor: Actor) -> QuerySet[ServiceItem]:
    """The published items, with their bodies, popular ones first."""
    rows = ServiceItem.objects.filter(published_items()).defer(*_DETAILS)
    items = visible(actor, rows, VIEW_ITEMS)
    return items.select_related("organisation").order_by("organisation__code", "key")
