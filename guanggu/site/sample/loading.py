"""Loading the district in phases; each is one transaction and is not done twice."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from guanggu.apps.command.register.shipped import lay_desk
from guanggu.apps.legal_entities.actions import take_in_new
from guanggu.apps.macro_economy.actions.laying import lay_sample as lay_economy
from guanggu.apps.portal.register import take_in_shipped as take_in_front_door
from guanggu.apps.portal.tasks import open_coming_days
from guanggu.apps.powers.register.shipped import take_in_shipped_items
from guanggu.apps.projects.register.sample import take_in_projects
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.kernel.case.public import publish_shipped
from guanggu.kernel.identity.public import Account, Appointment, Representation, actor_for
from guanggu.kernel.journal.public import Event, append
from guanggu.kernel.register.public import held_snapshots, snapshots

from . import SEED, bodies, firms, people
from .forms import Applicant
from .handling import Staff, Year
from .matters import plan
from .papers import add_papers
from .planning import add_plan
from .resources import lay_catalogue
from .sensing import fill, judge, lay_stations

ACTOR = platform("sample")
MATTERS = 1_500
PAPERS = 24  # matters whose papers are drawn up as well; the worker seals them afterwards
DAYS = 365
ENTITIES_A_BATCH = 2_000
PROJECT_OWNERS = 40
Progress = Callable[[int, int], None]
_SUBJECT = "sample/district"


class Phase:
    """One part of the load: ``title`` for the progress bar, ``run(progress)`` does it."""

    def __init__(self, key: str, title: T, run: Callable[[Progress], Any]):
        self.key, self.title, self.run = key, title, run

    @property
    def kind(self) -> str:
        return f"sample.{self.key}_loaded"

    def is_done(self) -> bool:
        return Event.objects.filter(subject=_SUBJECT, kind=self.kind).exists()

    def load(self, progress: Progress) -> None:
        with _without_pauses(), transaction.atomic():
            told = self.run(progress)
            append(_SUBJECT, self.kind, ACTOR, {"loaded": told})


@contextmanager
def _without_pauses() -> Iterator[None]:
    """The collector would walk over hundreds of thousands of live rows again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _begun_at() -> datetime:
    today = clock.today() - timedelta(days=DAYS)
    return datetime(today.year, today.month, today.day, 1, tzinfo=clock.DISTRICT_ZONE)


def _government(progress: Progress) -> int:
    with clock.fixed_at(_begun_at()):
        return people.add_government(ACTOR, random.Random(SEED), clock.now())


def _residents(progress: Progress) -> int:
    with clock.fixed_at(_begun_at()):
        return people.add_residents(ACTOR, random.Random(SEED + 1), clock.now())


def _firms(progress: Progress) -> int:
    names = [account.name for account in people.residents()[1 : 1 + people.REPRESENTED]]
    held: list[tuple[str, str]] = []
    with clock.fixed_at(_begun_at()):
        entities = firms.entities(random.Random(SEED + 2), names, clock.today())
        taken = 0
        while batch := list(islice(entities, ENTITIES_A_BATCH)):
            held += [(told[0][2]["unified_code"], told[0][2]["name"]) for told in batch]
            rows = [row for told in batch for row in told]
            taken += take_in_new(ACTOR, rows=rows, is_sample=True)["entities"]
            progress(taken, firms.FIRMS)
        people.add_firm_agents(ACTOR, held[: len(names)], clock.now())
    return taken


def _items(progress: Progress) -> int:
    run = take_in_shipped_items(ACTOR)
    publish_shipped()
    take_in_front_door(ACTOR)
    open_coming_days()
    if run.quarantined:
        raise RuntimeError(f"{run.quarantined} shipped service items did not fit")
    return run.created


def _matters(progress: Progress) -> dict[str, int]:
    rng = random.Random(SEED + 3)
    items = {str(item["key"]): item for item in snapshots("service_items", ACTOR)}
    today = clock.today()
    opens_on = max(today - timedelta(days=DAYS - 1), _first_day(items))
    persons, represented = _applicants()
    matters = plan(
        rng, list(items.values()), represented, persons, MATTERS, opens_on, today, PAPERS
    )
    year = Year(rng, _staff(), items, clock.now(), lambda done: progress(done, MATTERS))
    with held_snapshots():  # the items stay as they are meanwhile
        year.run(matters)
    return dict(sorted(year.counts.items()))


def _first_day(items: dict[str, Any]) -> Any:
    from datetime import date

    return max(
        (date.fromisoformat(i["valid_from"]) for i in items.values() if i["valid_from"]),
        default=date.min,
    )


def _applicants() -> tuple[list[Applicant], list[Applicant]]:
    """(persons, firms by their representatives), those of newcomers first."""
    accounts = people.residents()
    persons = [Applicant(a.name, a.phone, a.pk, str(a.ref)) for a in accounts]
    by_id = {account.pk: account for account in accounts}
    represented = []
    for row in Representation.objects.filter(account__in=by_id).order_by("pk"):
        account = by_id[row.account_id]
        represented.append(
            Applicant(
                account.name, account.phone, account.pk, str(account.ref), row.firm, row.firm_name
            )
        )
    return persons, represented


def _staff() -> Staff:
    by_role: dict[tuple[str, str], list[Actor]] = {}
    heads: dict[str, Actor] = {}
    held = Appointment.objects.filter(account__is_sample=True, account__kind=Account.Kind.OFFICIAL)
    for row in held.select_related("account", "post__organisation").order_by("pk"):
        actor = actor_for(row.account, post=row.post_id)
        body = row.post.organisation.code
        for role in row.post.roles:
            by_role.setdefault((body, role), []).append(actor)
        if row.post.is_head:
            heads[body] = actor
    return Staff(by_role, heads)


def _papers(progress: Progress) -> int:
    return add_papers(random.Random(SEED + 4), progress)


def _economy(progress: Progress) -> int:
    return lay_economy(ACTOR)["values"]


def _plan(progress: Progress) -> int:
    return add_plan(ACTOR, progress)


def _stations(progress: Progress) -> int:
    with clock.fixed_at(_begun_at()):
        return lay_stations(ACTOR)


def _duty(progress: Progress) -> int:
    """The duty desk of the last days, kept by its officers in turn."""
    staff = _staff().by_role.get((bodies.DUTY_DESK, "duty"), [])
    return lay_desk(ACTOR, staff) if staff else 0


def _projects(progress: Progress) -> int:
    held = Representation.objects.filter(account__is_sample=True).order_by("account", "pk")
    owners = [[code, name] for code, name in held.values_list("firm", "firm_name")[:PROJECT_OWNERS]]
    return take_in_projects(ACTOR, owners)


PHASES = (
    Phase("government", T("机构与工作人员", "bodies and officials"), _government),
    Phase("residents", T("居民账户", "residents"), _residents),
    Phase("firms", T("法人信息", "legal entities"), _firms),
    Phase("items", T("政务服务事项", "service items"), _items),
    Phase("matters", T("一年的办件", "a year of matters"), _matters),
    Phase("papers", T("公文", "official documents"), _papers),
    Phase("economy", T("经济序列与指标", "the economy's series"), _economy),
    Phase("plan", T("规划目标与任务", "the plan and its tasks"), _plan),
    Phase("stations", T("监测站点与设备", "stations and their devices"), _stations),
    Phase("observations", T("一年的监测数据", "a year of observations"), fill),
    Phase("judgements", T("环境质量评价", "the environment judged"), judge),
    Phase("duty", T("值班与调度指令", "the duty desk and its orders"), _duty),
    Phase("projects", T("投资项目", "investment projects"), _projects),
    Phase("resources", T("数据资源目录", "the catalogue of data"), lay_catalogue),
)
