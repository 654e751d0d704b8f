"""One of everything that has an address, and everybody who might ask for it."""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from allauth.idp.oidc.models import Client as Application
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client

from guanggu.apps.approvals.tests.people import FIRM, House, a_house, a_received, an_item
from guanggu.apps.approvals.tests.test_pages import began, submitted
from guanggu.apps.legal_entities.models import LegalEntity, MatchPair, Merge, SourceRecord
from guanggu.apps.office.actions import create_draft, register_incoming
from guanggu.apps.portal.models import Counter, Notice, Slot
from guanggu.apps.supervision.models import Card, EventLog, WatchedCase
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.ids import Ref
from guanggu.kernel.case.public import Case, Task, publish_shipped
from guanggu.kernel.document.public import Document, StoredFile, documents_of
from guanggu.kernel.identity.models import (
    Account,
    Appointment,
    AppointmentProposal,
    Delegation,
    FirmClaim,
    Post,
    Representation,
)
from guanggu.kernel.identity.recording import record
from guanggu.kernel.identity.testing import (
    ALL_ROLES,
    a_firm_agent,
    a_person,
    an_account,
    an_official,
    an_organisation,
    sign_in,
)
from guanggu.kernel.journal.public import run_until_quiet
from guanggu.kernel.register.public import import_rows, register_of, save_record

from .data_world import add_data_centre
from .figures_world import add_figures
from .outside_world import add_outside
from .plan_world import add_plan
from .project_world import add_projects
from .sensing_world import add_sensing

OTHER_FIRM = "914403001922038216"
# What reaches beyond a department by its nature.
DISTRICT_ROLES = ("administer", "security", "audit", "supervise")


@dataclass
class World:
    """keys: what stands for each parameter of an address, by its meaning."""

    house: House
    clients: dict[str, Client] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def anew(self) -> World:
        """With cookies of its own, for a test that shares the rest with others."""
        clients = {name: copy(client) for name, client in self.clients.items()}
        for client in clients.values():
            client.cookies = deepcopy(client.cookies)
        return replace(self, clients=clients, keys=dict(self.keys))


def a_service_item(house: House, **changes: Any) -> Any:
    """The test item as a row of the register."""
    model = register_of("service_items").model
    names = {f.name for f in model._meta.concrete_fields} - {"organisation", "version"}
    values = {n: v for n, v in an_item(house.organisation, **changes).items() if n in names}
    more = {"power_type": "01", "basic_code": "000100000000", "themes": ["business"]}
    values["materials"] = [{"copies": 1, **m} for m in values["materials"]]
    item = model(**values, organisation=house.organisation, **more, source="test")
    with transaction.atomic():
        save_record(platform("test"), item, "powers.created")
    return item


def a_world() -> World:
    publish_shipped()
    house = a_house()
    a_service_item(house)
    world = World(house)
    _cast(world)
    _matters(world)
    _entities(world)
    _office(world)
    _registers(world)
    _bodies(world)
    _supervision(world)
    add_sensing(world)
    add_outside(world)
    add_figures(world)
    add_data_centre(world)
    add_projects(world)
    add_plan(world)
    run_until_quiet()
    paper = documents_of(Ref("cases", world.keys["number"])).first()
    assert paper is not None
    document = Document.objects.get(pk=paper.pk)
    world.keys |= {"paper": document.key, "code": document.verification_code}
    return world


def _journaled(row: Any) -> Any:
    """Saved with its event, so that ``verify`` knows it."""
    with transaction.atomic():
        record(platform("test"), row, "identity.made_for_test")
    return row


def _cast(world: World) -> None:
    house, body = world.house, world.house.organisation
    world.actors = {
        "owner": house.person,
        "stranger": a_person("路人"),
        "agent": house.firm,
        "other agent": a_firm_agent(OTHER_FIRM, "别家公司"),
        "no role": an_official(body, (), "无岗位职责"),
        "elsewhere": an_official(
            an_organisation("别的局"), [r for r in ALL_ROLES if r not in DISTRICT_ROLES], "外单位"
        ),
        **{role: an_official(body, (role,), role) for role in ALL_ROLES},
    }
    world.clients = {"visitor": Client()}
    world.clients |= {name: sign_in(actor) for name, actor in world.actors.items()}
    half = an_account("半截", kind="official")
    post = Post.objects.get(pk=world.actors["head"].post)
    _journaled(Appointment(account=half, post=post, from_on=clock.today()))
    world.clients["half signed in"] = Client()
    world.clients["half signed in"].force_login(half)


def _matters(world: World) -> None:
    client = world.clients["owner"]
    number = submitted(client)
    case = Case.objects.get(number=number)
    draft = began(client).rstrip("/").rpartition("/")[2]
    world.keys |= {
        "item": "test-item", "number": number, "draft": draft, "step": "form-1",
        "check_code": case.data["check_code"], "deed": "note",
        "file": case.data["materials"]["id-card"][0]["file"],
        "task": str(Task.objects.get(case=case, state="open").pk),
        "procedure": "approvals.general", "version": "1",
    }  # fmt: skip


def _entities(world: World) -> None:
    rows = [
        {"source": "市场监管", "source_key": "1", "name": "武汉测试有限公司", "unified_code": FIRM},
        {"source": "税务", "source_key": "2", "name": "别家公司", "unified_code": OTHER_FIRM},
        {"source": "没有的来源", "source_key": "3", "name": "不成"},
    ]
    run = import_rows(
        world.actors["elsewhere"],
        key="world",
        collection="entity_sources",
        rows=list(enumerate(rows, 2)),
    )
    entity = LegalEntity.objects.get(key=FIRM)
    pair = MatchPair(left=FIRM, right=OTHER_FIRM, probability="0.9", key="P-1", source="test")
    merge = Merge(
        key="M-1", kept=FIRM, absorbed="X-9", absorbed_name="旧名", merged_at=clock.now(),
        merged_by="测试", reason="测试", source="test",
    )  # fmt: skip
    with transaction.atomic():
        save_record(platform("test"), pair, "legal_entities.created")
        save_record(platform("test"), merge, "legal_entities.created")
    source = SourceRecord.objects.order_by("pk").first()
    assert source is not None
    world.keys |= {
        "entity": entity.key, "pair": "P-1", "merge": "M-1", "source": source.key,
        "run": str(run.pk), "row": str(run.rows.first().pk),
    }  # fmt: skip


def _office(world: World) -> None:
    values = {"title": "关于测试的通知", "word": "武新市监", "body": "测试。",
              "addressees": [world.house.organisation.code]}  # fmt: skip
    drafter, receiver = world.actors["draft"], world.actors["receive"]
    key = create_draft(drafter, key=None, kind="outgoing", values=values)["key"]
    values = {"title": "来文", "from_name": "市政府", "from_number": "1号"}
    received = register_incoming(receiver, values=values, files=[a_received("来文.pdf")])["key"]
    scan = StoredFile.objects.get(owner=str(Ref("official_documents", received)))
    world.keys |= {"official": key, "received": received, "scan": scan.key}


def _registers(world: World) -> None:
    notice = Notice(
        key="n-1", title="通知", title_en="Notice", body="正文", body_en="Text", issuer="局",
        issuer_en="Body", published_on=clock.today(), source="test",
    )  # fmt: skip
    with transaction.atomic():
        save_record(platform("test"), notice, "portal.created")
    counter = Counter(
        key="c-1", name="窗口", name_en="Counter", address="路", address_en="Road",
        hours="09:00-12:00,13:30-17:00", source="test",
    )  # fmt: skip
    with transaction.atomic():
        save_record(platform("test"), counter, "portal.created")
    slot = Slot.objects.create(
        counter=counter, day=clock.today(), starts_at=clock.now() + timedelta(hours=2), place=1,
        holder=world.actors["owner"].ref, holder_name="张光谷", code="ABCD",
    )  # fmt: skip
    world.keys |= {"notice": "n-1", "counter": "c-1", "slot": str(slot.pk)}
    for collection in ("notices", "service_items", "counters"):
        run = import_rows(
            world.actors["elsewhere"],
            key=f"w-{collection}",
            collection=collection,
            rows=[(2, {"title": ""})],
        )
        world.keys |= {f"{collection}-run": str(run.pk),
                       f"{collection}-row": str(run.rows.first().pk)}  # fmt: skip


def _bodies(world: World) -> None:
    account = Account.objects.get(pk=world.actors["draft"].account)
    other = Account.objects.get(pk=world.actors["seal"].account)
    post = Post.objects.get(pk=world.actors["draft"].post)
    today = clock.today()
    delegation = _journaled(
        Delegation(
            post=post, grantor=account, grantee=other, from_on=today,
            until_on=today + timedelta(days=9), reason="出差",
        )
    )  # fmt: skip
    proposal = _journaled(
        AppointmentProposal(
            account=an_account(kind="official"), post=post, from_on=today, proposed_by=other,
            proposed_at=clock.now(),
        )
    )  # fmt: skip
    claim = _journaled(
        FirmClaim(
            account_id=world.actors["owner"].account, firm=OTHER_FIRM, firm_name="别家公司",
            finding="name", claimed_at=clock.now(),
        )
    )  # fmt: skip
    key = Authenticator.objects.create(
        user=an_account(), type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    application = Application.objects.create(name="客户端", owner=None)
    agent = Representation.objects.get(account=world.actors["agent"].account)
    appointment = Appointment.objects.get(account=account)
    world.keys |= {
        "sub": str(account.sub), "post": str(post.pk), "organisation": post.organisation.code,
        "delegation": str(delegation.pk), "proposal": str(proposal.pk), "claim": str(claim.pk),
        "passkey": str(key.pk), "application": application.id, "firm": str(agent.pk),
        "appointment": str(appointment.pk),
    }  # fmt: skip


def _supervision(world: World) -> None:
    log = EventLog.objects.create(code="elsewhere", name="别的系统")
    body = world.house.organisation
    WatchedCase.objects.create(log=log, number="E-1", organisation=body.code)
    card = Card(
        key="Y2026-000001", colour="yellow", rule="near_limit", mark="1", log=log, number="E-1",
        organisation=body.code, organisation_name=body.name, issued_at=clock.now(), source="test",
    )  # fmt: skip
    with transaction.atomic():
        save_record(platform("test"), card, "supervision.card_issued")
    world.keys |= {"card": card.key, "log": log.code, "log_case": "E-1"}
