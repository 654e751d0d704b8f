"""What a permit allows becomes an alarm rule on its outlet, as soon as the permit changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.observation.public import AlarmRule, Thing
from guanggu.kernel.register.public import change_record, create_record

from ..models import DischargePermit, Outlet, PermittedAmount, PollutionSource
from ..queries.totals import amounts_by_outlet
from ..rules.exceeding import BASIS
from ..rules.words import factor_title

COLLECTION = AlarmRule.collection
SOURCE = f"{PermittedAmount.collection}/"


def lay_permit_rules(actor: Actor, outlets: Iterable[Outlet]) -> int:
    """Make the alarm rules of the outlets what the permits in force say; answers how many changed.

    A second time changes nothing. What is allowed no more is switched off: its alarms stay
    explained. Waste water is judged by the day (``rules.exceeding``), so its hours only warn.
    """
    wanted = {outlet.pk: outlet for outlet in outlets}
    keys = [outlet.key for outlet in wanted.values()]
    things = set(Thing.objects.filter(key__in=keys).values_list("key", flat=True))
    rows = AlarmRule.objects.filter(thing__key__in=keys, source__startswith=SOURCE)
    standing = {
        row.source: row for row in rows.select_related("thing", "observed_property", "organisation")
    }
    changed = 0
    for (pk, _), amount in amounts_by_outlet(clock.today()).items():
        outlet = wanted.get(pk)
        if outlet is None or outlet.key not in things or amount.limit is None:
            continue
        changed += _lay(actor, outlet, amount, standing.pop(str(amount.ref), None))
    for row in standing.values():
        if row.is_active:
            _change(actor, row, {"is_active": False})
            changed += 1
    return changed


def outlets_meant(subjects: Iterable[str]) -> list[Outlet]:
    """Outlets whose rules may differ after an event of these subjects."""
    found: set[int] = set()
    for subject in dict.fromkeys(subjects):
        collection, _, key = subject.partition("/")
        if collection == PermittedAmount.collection:
            # One that was removed is known by the rule that it laid.
            laid = AlarmRule.objects.filter(source=subject).values("thing__key")
            match = Q(amounts__key=key) | Q(key__in=laid)
        elif collection == DischargePermit.collection:
            match = Q(amounts__permit__key=key)
        elif collection == Outlet.collection:
            match = Q(key=key)
        elif collection == PollutionSource.collection:
            match = Q(source_unit__key=key)
        else:
            continue
        found |= set(Outlet.objects.filter(match).values_list("pk", flat=True))
    rows = Outlet.objects.filter(pk__in=found).select_related("source_unit__organisation")
    return list(rows.order_by("pk"))


def _lay(actor: Actor, outlet: Outlet, amount: PermittedAmount, row: AlarmRule | None) -> int:
    values = _values(outlet, amount)
    if row is None:
        create_record(actor, collection=COLLECTION, values=values, source=str(amount.ref))
        return 1
    if all(_present(row, name) == value for name, value in values.items()):
        return 0
    _change(actor, row, values)
    return 1


def _values(outlet: Outlet, amount: PermittedAmount) -> dict[str, Any]:
    title, source = factor_title(amount.pollutant), outlet.source_unit
    body = source.organisation
    return {
        "name": f"{source.name[:50]} {outlet.code} {title.zh}超许可浓度"[:120],
        "name_en": f"{(source.name_en or source.name)[:50]} {outlet.code}: {title.en} above its permit"[:120],
        "kind": "limit", "severity": "warning", "thing": outlet.key,
        "observed_property": amount.pollutant, "interval": "hour", "upper": amount.limit,
        "clause": BASIS[outlet.medium].zh, "role": "monitor",
        "organisation": body.code if body else None, "is_active": True,
    }  # fmt: skip


def _present(row: AlarmRule, name: str) -> Any:
    value = getattr(row, name)
    if name == "organisation":
        return value.code if value else None
    return value.key if name in ("thing", "observed_property") and value else value


def _change(actor: Actor, row: AlarmRule, values: dict[str, Any]) -> None:
    change_record(actor, collection=COLLECTION, record=row.key, version=row.version, values=values)
