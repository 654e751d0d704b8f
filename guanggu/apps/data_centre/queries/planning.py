"""What an asker would see: his query over masked views, decided before a row is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid

from ..models import Resource
from ..rules.masking import PURPOSES, expression, treatment
from ..rules.reading import Exposed, read, view_of
from ..rules.sharing import Use
from .resources import by_table, provides, use_by

PURPOSE_NEEDED = T(
    "查询涉及个人信息（{}），请选择使用目的；使用情况将记入日志。",
    "The query touches personal data ({}). Choose a purpose; the use is recorded.",
)
NO_PURPOSE = T("请选择列表中的使用目的。", "Choose a purpose from the list.")
_GONE = T("没有表“{}”，或未提供查询。请从目录选用。",
          "There is no table {} to query. Choose from the list.")  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """``views``: what the query may see; ``uses``: what is written down; ``personal``: columns
    by table that the asker gets to see, masked or not."""

    sql: str
    views: Mapping[str, str]
    resources: Mapping[str, Resource]
    purpose: str
    personal: Mapping[str, tuple[str, ...]]
    uses: list[dict[str, Any]]


def salt_of(actor: Actor, purpose: str) -> str:
    """Pseudonyms fit together within one organisation and purpose, and nowhere else."""
    return salted_hmac(
        "guanggu.data_centre.pseudonym", f"{actor.organisation}/{purpose}", algorithm="sha256"
    ).hexdigest()


def shown_items(actor: Actor, resource: Resource, use: Use) -> list[dict[str, Any]]:
    """The items that the asker may see at all: open ones for the public, granted ones for others."""
    items = resource.items
    if actor.kind != "official":
        return [i for i in items if i.get("is_open") and not i.get("mask")]
    if provides(actor, resource):
        return list(items)
    shared = [i for i in items if i.get("is_shared", True)]
    return [i for i in shared if use.columns is None or i["name"] in use.columns]


def exposed(actor: Actor, resource: Resource, purpose: str) -> tuple[Exposed, Use]:
    """The resource's table as masked expressions. Raises Forbidden with what to do."""
    use = use_by(actor, resource, purpose)
    if use.reason is not None:
        raise Forbidden(use.reason, code="not_granted")
    columns: dict[str, str] = {}
    personal = set()
    salt = salt_of(actor, purpose)
    for item in shown_items(actor, resource, use):
        name, mask = item["name"], item.get("mask", "")
        if not mask:
            columns[name] = expression("keep", name)
            continue
        kind = treatment(mask, purpose, name in use.cleared)
        columns[name] = expression(kind, name, salt)
        if treatment(mask, purpose or "quality") != "drop" or mask == "keep":
            personal.add(name)
    return Exposed(resource.table, columns, frozenset(personal)), use


def plan(actor: Actor, sql: str, purpose: str) -> Planned:
    """The query as it will run for this actor and purpose.

    Raises Invalid for a query that does not pass or lacks its purpose, Forbidden for a resource
    that the actor may not use.
    """
    if purpose and purpose not in PURPOSES:
        raise Invalid(NO_PURPOSE, fields={"purpose": NO_PURPOSE})
    asked = read(sql)
    found = by_table(asked.tables)
    views: dict[str, str] = {}
    personal: dict[str, tuple[str, ...]] = {}
    uses: list[dict[str, Any]] = []
    for name in asked.tables:
        resource = found.get(name)
        if resource is None:
            message = _GONE.format(name)
            raise Invalid(message, fields={"sql": message})
        view, use = exposed(actor, resource, purpose)
        columns = asked.columns_of(view)
        views[resource.table] = view_of(view, columns)
        if named := tuple(column for column in columns if column in view.personal):
            personal[name] = named
        uses.append(
            {"resource": resource.key, "table": resource.table, "grant": use.grant,
             "columns": list(columns), "personal": list(personal.get(name, ()))}
        )  # fmt: skip
    if personal and not purpose:
        titles = "、".join(_titles(found[t], cs) for t, cs in personal.items())
        message = PURPOSE_NEEDED.format(titles)
        raise Invalid(message, fields={"purpose": message})
    return Planned(asked.sql, views, found, purpose, personal, uses)


def _titles(resource: Resource, columns: tuple[str, ...]) -> str:
    titles = {item["name"]: item["title"] for item in resource.items}
    return "、".join(titles.get(column, column) for column in columns)
