"""One place that decides who may reach which rows.

A permission is one function from the actor to a condition on rows. Lists are filtered by it and
single objects are fetched through it, so what cannot be listed cannot be guessed either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing

M = TypeVar("M", bound=Model)
Scope = Callable[[Actor], "Q | bool"]

NOT_FOUND = T(
    "没有找到该内容，或您无权查看。请核对编号，或切换到有权限的岗位。",
    "Not found, or not yours to see. Check the number, or switch to a post that may see it.",
)
MAY_NOT = T(
    "您当前的身份或岗位没有这项权限。请切换岗位，或联系本单位管理员。",
    "Your present identity or post lacks this permission. Switch post, or ask your administrator.",
)


@dataclass(frozen=True)
class Permission:
    name: str
    scope: Scope

    def condition(self, actor: Actor) -> Q | None:
        """The rows this actor may reach, as a Q; None for no row at all."""
        answer = self.scope(actor)
        if answer is True:
            return Q()
        return answer or None

    def is_possible(self, actor: Actor) -> bool:
        """False where the actor may reach no row whatever: for menus and buttons."""
        return self.condition(actor) is not None


PERMISSIONS: dict[str, Permission] = {}


def permission(name: str, *, scope: Scope) -> Permission:
    """Declare a permission. ``scope(actor)`` answers a Q on the rows, True (all) or False (none)."""
    made = Permission(name, scope)
    PERMISSIONS[name] = made
    return made


def visible(actor: Actor, queryset: QuerySet[M], may: Permission) -> QuerySet[M]:
    """The rows of the query that the actor may reach."""
    condition = may.condition(actor)
    return queryset.none() if condition is None else queryset.filter(condition)


def get(actor: Actor, source: type[M] | QuerySet[M], may: Permission, **lookup: Any) -> M:
    """The one row of the lookup that the actor may reach. Raises Missing, never says which."""
    queryset = source if isinstance(source, QuerySet) else source._default_manager.all()
    if any(isinstance(value, str) and "\0" in value for value in lookup.values()):
        raise Missing(NOT_FOUND)  # PostgreSQL knows no such text and would fail
    try:
        found = visible(actor, queryset, may).filter(**lookup).first()
    except (ValueError, TypeError, OverflowError):
        found = None
    if found is None:
        raise Missing(NOT_FOUND)
    return found


def may_reach(actor: Actor, row: Model, may: Permission) -> bool:
    """True where the actor may reach this stored row."""
    manager = type(row)._default_manager
    return visible(actor, manager.filter(pk=row.pk), may).exists()


def demand(actor: Actor, may: Permission) -> None:
    """Raises Forbidden where the actor may reach no row whatever."""
    if not may.is_possible(actor):
        raise Forbidden(MAY_NOT)
