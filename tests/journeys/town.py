"""A small district to walk in: departments, officials, residents, and the shipped items."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Thread

from django.db import connections

from guanggu.apps.approvals.actions import attach_file, save_draft, start_draft, submit_draft
from guanggu.apps.approvals.queries import applicable_materials, open_item
from guanggu.apps.approvals.rules import asks_for_contact, is_sent
from guanggu.apps.approvals.tests.people import a_pdf
from guanggu.apps.powers.register.shipped import take_in_shipped_items
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.kernel.document.public import receive
from guanggu.kernel.identity.public import Account, Organisation
from guanggu.kernel.identity.testing import (
    _kept,
    a_person,
    an_official,
    an_organisation,
)
from guanggu.kernel.journal.public import run_until_quiet
from guanggu.site.sample.forms import Applicant, answers
from guanggu.standards import gb_11643_1999

PASSWORD = "Guang-gu-2026!"
SECRET = base64.b32encode(b"guanggu-journeys-key").decode()
CITIZEN = gb_11643_1999.generate(random.Random(11), date(1990, 5, 17))
FIRM = "91350100M000100Y43"
BODIES = {
    "scj": ("市场监督管理局", "Market Regulation Bureau", "武新市监"),
    "cgj": ("城市管理局", "City Management Bureau", "武新城管"),
    "jsj": ("建设管理局", "Construction Bureau", "武新建"),
    "fgj": ("发展和改革局", "Development and Reform Bureau", "武新发改"),
    "gaj": ("公安分局", "Public Security Branch", "武新公"),
    "hsj": ("生态环境和水务湖泊局", "Environment and Water Bureau", "武新环水"),
    "jyj": ("教育局", "Education Bureau", "武新教"),
    "kcj": ("科技创新局", "Science Bureau", "武新科"),
    "rcj": ("人才工作局", "Talent Bureau", "武新人才"),
    "rsj": ("人力资源和社会保障局", "Human Resources Bureau", "武新人社"),
    "swj": ("商务局", "Commerce Bureau", "武新商"),
    "wjj": ("卫生健康局", "Health Bureau", "武新卫健"),
    "wlj": ("文化和旅游局", "Culture and Tourism Bureau", "武新文旅"),
    "yjj": ("应急管理局", "Emergency Bureau", "武新应急"),
    "zrj": ("自然资源和规划局", "Natural Resources Bureau", "武新自规"),
    "zwb": ("政务服务局", "Government Services Bureau", "武新政务"),
    "jwj": ("纪检监察工委", "Discipline and Supervision", "武新纪"),
}


@dataclass
class Town:
    """Organisations by short code; people are made as a journey needs them."""

    bodies: dict[str, Organisation] = field(default_factory=dict)

    def official(self, body: str, roles: Iterable[str], name: str) -> Actor:
        return an_official(self.bodies[body], roles, name)

    def resident(self, name: str) -> Actor:
        return a_person(name)

    def work(self) -> None:
        """The worker does all that waits.

        In a thread of its own, as Playwright keeps an event loop in this one and signing needs one.
        """
        shared = connections["default"]
        shared.inc_thread_sharing()
        failures: list[BaseException] = []

        def run() -> None:
            connections["default"] = shared
            try:
                run_until_quiet()
            except BaseException as failure:
                failures.append(failure)

        thread = Thread(target=run)
        thread.start()
        thread.join()
        shared.dec_thread_sharing()
        if failures:
            raise failures[0]


def a_town() -> Town:
    district = an_organisation(
        "武汉东湖新技术开发区管委会", "district", code="wehdz", document_word="武新管",
        name_en="East Lake High-tech Zone",
    )  # fmt: skip
    town = Town({"": district})
    for code, (name, english, word) in BODIES.items():
        town.bodies[code] = an_organisation(
            f"东湖高新区{name}", code=f"wehdz-{code}", name_en=english, parent=district,
            document_word=word, short_name=name,
        )  # fmt: skip
    run = take_in_shipped_items(platform("tests"))
    assert run.quarantined == 0
    town.work()
    return town


def handed_in(applicant: Actor, item: str, *, town: Town) -> str:
    """The number of a complete application, for journeys that begin behind the counter."""
    found = open_item(item)
    who = Applicant(applicant.name, "13800000001", code=FIRM, firm_name="武汉东湖小馆餐饮有限公司")
    form = answers(random.Random(7), found["form_schema"], who, clock.today())
    draft = start_draft(applicant, item=item)["draft"]
    save_draft(applicant, draft=draft, part="form", values=form)
    if not asks_for_contact(found["form_schema"]):
        values = {"contact_name": applicant.name, "contact_phone": "13800000001",
                  "address": "光谷大道77号", "code": CITIZEN, "legal_representative": "张光谷"}  # fmt: skip
        save_draft(applicant, draft=draft, part="applicant", values=values)
    for material in applicable_materials(found, form):
        if material.get("required") and is_sent(material):
            received = receive(a_pdf(material["key"]), f"{material['name']}.pdf").as_dict()
            attach_file(applicant, draft=draft, material=material["key"], received=received)
    number = submit_draft(applicant, draft=draft, declared=True)["number"]
    town.work()
    return number


def with_password(actor: Actor, username: str, *, codes: bool = False) -> Account:
    """The account signs in by password; with ``codes`` by one-time codes of SECRET as well."""
    from allauth.mfa.totp.internal.auth import TOTP

    account = Account.objects.get(pk=actor.account)
    account.username = username
    account.set_password(PASSWORD)
    _kept(account)
    if codes:
        TOTP.activate(account, SECRET)
    return account


def present_code() -> str:
    """What an authenticator app shows now for SECRET."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
