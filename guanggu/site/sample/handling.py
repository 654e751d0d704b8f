"""The year goes by: every application is handled by the platform's own actions, in order of time."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from guanggu.apps.approvals.actions import (
    appeal_matter,
    apply,
    correct_matter,
    decide_task,
    extend_limit,
    move_matter,
    notify_fee,
    rate_matter,
    record_payment,
    withdraw_matter,
)
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.errors import Conflict, Problem
from guanggu.kernel.case.public import Task, complete_task, keep_deadlines

from . import pace
from .forms import Applicant, answers
from .matters import Matter
from .opinions import data_for, text

STEP_DAYS = {
    "acceptance": 0.7, "review": 1.6, "decision": 1.0, "decision_review": 1.0, "delivery": 1.0,
    "refusal_delivery": 1.5, "joint": 2.2, "examine": 5.0, "contact": 2.0,
}  # fmt: skip
SPECIAL_DAYS = 4.5
# Procedures whose review cannot end before the special step was taken once.
DEMANDING = ("with_inspection", "with_hearing", "expert_review")
SWEEPS_MAX = 50
MOVES_MAX = 60  # no matter goes round for ever


@dataclass
class Staff:
    """Who may do what: actors by (organisation code, role), heads by organisation code."""

    by_role: Mapping[tuple[str, str], list[Actor]]
    heads: Mapping[str, Actor]

    def one(self, rng: random.Random, organisation: str, role: str) -> Actor:
        return rng.choice(self.by_role[organisation, role])


class Year:
    """The handling of all matters between two instants."""

    def __init__(
        self, rng: random.Random, staff: Staff, items: Mapping[str, Mapping[str, Any]],
        until_at: datetime, progress: Callable[[int], None] = lambda done: None,
    ):  # fmt: skip
        self.rng, self.staff, self.items = rng, staff, items
        self.until_at, self.progress = until_at, progress
        self.counts: Counter[str] = Counter()
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._swept_on: date | None = None

    def run(self, matters: list[Matter]) -> None:
        for matter in matters:
            self._at(matter.opened_at, partial(self._open, matter))
        done = 0
        while self._queue:
            at, _, act = heapq.heappop(self._queue)
            if at > self.until_at:
                continue
            self._sweep(clock.local(at).date())
            with clock.fixed_at(at):
                act()
            done += 1
            if done % 100 == 0:
                self.progress(self.counts["opened"])
        self._sweep(clock.local(self.until_at).date())

    def _at(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (at, next(self._order), act))

    def _later(self, matter: Matter, days: float, act: Callable[[], None]) -> None:
        self._at(pace.in_office(self.rng, clock.now(), days), act)

    def _sweep(self, day: date) -> None:
        """Each morning what the days have brought: deemed acceptance, limits near and over."""
        if self._swept_on == day:
            return
        first = self._swept_on is None
        self._swept_on = day
        if first:
            return
        midnight = datetime.combine(day, datetime.min.time(), clock.DISTRICT_ZONE)
        with clock.fixed_at(midnight + timedelta(minutes=5)):
            for _ in range(SWEEPS_MAX):
                if not keep_deadlines():
                    break

    def _open(self, matter: Matter) -> None:
        item, who = self.items[matter.item], matter.who
        answer = apply(
            platform("sample"), item=matter.item,
            form=answers(self.rng, item["form_schema"], who, clock.today()),
            applicant={"name": who.title, "code": who.code, "contact_name": who.name,
                       "contact_phone": who.phone, "address": who.address},
            delivery={"way": self._way(item)}, holder=who.account, firm=who.code,
            ref=f"legal_entities/{who.code}" if who.code else who.ref,
            without_papers=not matter.papers,
        )  # fmt: skip
        matter.number, matter.case = answer["number"], answer["case"]
        self.counts["opened"] += 1
        if matter.draws["withdraw"]:
            self._later(matter, 1 + self.rng.random() * 6, lambda: self._withdraw(matter))
        self._go_on(matter, answer)

    def _way(self, item: Mapping[str, Any]) -> str:
        ways = [w for w in ("online", "window", "post") if w in (item["delivery"] or ())]
        return self.rng.choices(ways, (7, 2, 1)[: len(ways)])[0]

    def _withdraw(self, matter: Matter) -> None:
        try:
            withdraw_matter(applicant_actor(matter.who), number=matter.number,
                            reason=text(self.rng, "withdraw"))  # fmt: skip
            self.counts["withdrawn"] += 1
        except Conflict:
            self.counts["too_late_to_withdraw"] += 1

    def _go_on(self, matter: Matter, answer: Mapping[str, Any]) -> None:
        """Arrange what comes next for each open task."""
        if answer["state"] != "open":
            self._after_the_end(matter, str(answer["outcome"]))
            return
        step = str(answer["step"])
        matter.moves += 1
        if matter.moves > MOVES_MAX or (matter.draws["stuck"] and step == "review"):
            self.counts["left_lying"] += 1
            return
        bodies = [matter.organisation] * len(answer["tasks"])
        if step == "joint":
            bodies = list(self.items[matter.item]["joint_organisations"])
        for task, body in zip(answer["tasks"], bodies, strict=False):
            if task not in matter.arranged:  # the other branches of a joint review go on waiting
                matter.arranged.add(task)
                self._arrange(matter, step, task, body)

    def _arrange(self, matter: Matter, step: str, task: int, body: str) -> None:
        if step == "correction":
            if not matter.draws["no_answer"]:
                days = 1 + self.rng.random() * 7
                self._later(matter, days, lambda: self._correct(matter))
            return
        if step == "acceptance" and matter.draws["silence"]:
            self._later(matter, 7, lambda: self._look(matter))
            return
        if step == "delivery" and self._waits_for_papers(matter):
            return
        mean = STEP_DAYS.get(step, SPECIAL_DAYS)
        days = pace.step_days(self.rng, body, mean)
        self._later(matter, days, lambda: self._decide(matter, step, task, body))

    def _waits_for_papers(self, matter: Matter) -> bool:
        """Papers that go online are delivered by the platform once they are sealed."""
        return matter.papers

    def _decide(self, matter: Matter, step: str, task: int, body: str) -> None:
        role = {"acceptance": "accept", "decision": "decide", "delivery": "deliver",
                "refusal_delivery": "deliver", "decision_review": "accept"}.get(step, "review")  # fmt: skip
        actor = self._actor(matter, step, body, role)
        outcome = self._outcome(matter, step)
        data = data_for(self.rng, step, outcome, self.items[matter.item])
        if outcome == "skip":
            self._skip(matter, actor)
            return
        # Only a notice needs more than the kernel's own action: a second one is told and refused.
        decide = decide_task if outcome == "notice" else complete_task
        try:
            answer = decide(actor, task=task, outcome=outcome, data=data)
        except Conflict:
            self._look(matter)
            return
        except Problem as problem:
            self.counts[f"refused {step}.{outcome} {problem.code}"] += 1
            return
        self.counts[f"{step}.{outcome}"] += 1
        if answer.get("refused"):  # the second notice, which the platform tells to supervision
            outcome = self._acceptance(matter, 3)
            data = data_for(self.rng, step, outcome, self.items[matter.item])
            answer = complete_task(actor, task=task, outcome=outcome, data=data)
        self._beside(matter, step, outcome)
        self._go_on(matter, answer)

    def _actor(self, matter: Matter, step: str, body: str, role: str) -> Actor:
        both = [a for a in self.staff.by_role[body, role] if a.has("accept") and a.has("decide")]
        plain = [a for a in self.staff.by_role[body, role] if a not in both]
        if matter.draws["same_person"] and both and role in ("accept", "decide"):
            return both[0]
        return self.rng.choice(plain or both)

    def _outcome(self, matter: Matter, step: str) -> str:
        matter.entries[step] = entry = matter.entries.get(step, 0) + 1
        draws, item = matter.draws, self.items[matter.item]
        if step == "acceptance":
            return self._acceptance(matter, entry)
        if step == "review":
            kinds = [s["kind"] for s in item["special_steps"] or ()]
            demanded = len(kinds) if draws["special"] else item["procedure"] in DEMANDING
            if kinds and entry <= demanded:
                return str(kinds[entry - 1])
            if draws["skip"]:
                return "skip"
            return "reject" if draws["reject"] else "approve"
        if step == "decision":
            if draws["returned"] and entry == 1:
                return "return"
            if draws["terminate"]:
                return "terminate"
            return "refuse" if draws["reject"] else "grant"
        if step in ("delivery", "refusal_delivery"):
            return self.rng.choices(("online", "window", "post"), (7, 2, 1))[0]
        if step == "joint":
            return self.rng.choices(("agree", "conditional", "disagree"), (88, 9, 3))[0]
        return {"decision_review": "checked"}.get(step, "done")

    def _acceptance(self, matter: Matter, entry: int) -> str:
        draws = matter.draws
        if draws["decline"]:
            return "decline"
        if draws["notice"] and entry == 1:
            return "notice"
        if draws["notice"] and draws["second_notice"] and entry == 2:
            return "notice"
        return "grant" if self.items[matter.item]["procedure"] == "immediate" else "accept"

    def _beside(self, matter: Matter, step: str, outcome: str) -> None:
        """What happens along the way: fees, extensions."""
        accepted = step == "acceptance" and outcome == "accept"
        fees = self.items[matter.item]["fees"] or ()
        clerk = self.staff.one(self.rng, matter.organisation, "accept")
        if accepted and matter.draws["outside_fee"]:
            notify_fee(clerk, number=matter.number, name="资料整理费", amount_fen=20_000,
                       outside_item=True, reason=text(self.rng, "outside_fee"))  # fmt: skip
            record_payment(clerk, number=matter.number, name="资料整理费", voucher="SAMPLE-FEE")
        if accepted and fees and self.rng.random() < 0.8:
            fee = fees[0]
            notify_fee(clerk, number=matter.number, name=fee["name"], amount_fen=fee["amount_fen"])
            record_payment(clerk, number=matter.number, name=fee["name"], voucher="SAMPLE-PAID")
        if accepted and matter.draws["extend"]:
            self._later(matter, 3, lambda: self._extend(matter))

    def _extend(self, matter: Matter) -> None:
        head = self.staff.heads[matter.organisation]
        try:
            extend_limit(head, number=matter.number, days=self.rng.choice((5, 10)),
                         reason=text(self.rng, "extend"))  # fmt: skip
            self.counts["extended"] += 1
        except Problem:
            self.counts["not_extended"] += 1

    def _skip(self, matter: Matter, reviewer: Actor) -> None:
        """A head hurries a matter past the decision: supervision is to see it."""
        head = self.staff.heads[matter.organisation]
        try:
            answer = move_matter(head, number=matter.number, step="delivery",
                                 reason=text(self.rng, "skip"))  # fmt: skip
        except Problem as problem:
            self.counts[f"not_moved {problem.code}"] += 1
            return
        self.counts["skipped"] += 1
        self._go_on(matter, answer)

    def _correct(self, matter: Matter) -> None:
        try:
            answer = correct_matter(applicant_actor(matter.who), number=matter.number, received=[],
                                    note=text(self.rng, "correction"))  # fmt: skip
        except Problem:
            self._look(matter)
            return
        self.counts["corrected"] += 1
        self._go_on(matter, answer)

    def _look(self, matter: Matter) -> None:
        """The clock has moved the matter on meanwhile: take it up where it stands."""
        tasks = list(Task.objects.filter(case=matter.case, state="open").order_by("pk"))
        if not tasks or matter.moves > MOVES_MAX:
            return
        self.counts["taken_up"] += 1
        matter.draws["silence"] = False
        found = {"state": "open", "step": tasks[0].step, "tasks": [t.pk for t in tasks]}
        self._go_on(matter, found)

    def _after_the_end(self, matter: Matter, outcome: str) -> None:
        self.counts[f"ended {outcome}"] += 1
        refused = outcome in ("refused", "declined")
        if matter.draws["appeal_refused" if refused else "appeal_granted"]:
            matter.draws["appeal_refused"] = matter.draws["appeal_granted"] = False
            self._later(matter, 2 + self.rng.random() * 8, lambda: self._appeal(matter))
        if matter.draws["rated"] and outcome != "withdrawn":
            matter.draws["rated"] = False
            self._later(matter, self.rng.random() * 5, lambda: self._rate(matter, refused))

    def _rate(self, matter: Matter, refused: bool) -> None:
        level = max(1, matter.level - (2 if refused and self.rng.random() < 0.4 else 0))
        try:
            answer = rate_matter(applicant_actor(matter.who), number=matter.number, level=level,
                                 text=text(self.rng, f"rating_{level}"))  # fmt: skip
        except Problem:
            return
        self.counts[f"rated {level}"] += 1
        if answer["follow_up"]:
            self._side_case(matter, answer["follow_up"], "contact")

    def _appeal(self, matter: Matter) -> None:
        try:
            answer = appeal_matter(applicant_actor(matter.who), number=matter.number,
                                   reason=text(self.rng, "appeal"))  # fmt: skip
        except Problem:
            return
        self.counts["appealed"] += 1
        self._side_case(matter, answer["appeal"], "examine")

    def _side_case(self, matter: Matter, number: str, step: str) -> None:
        days = pace.step_days(self.rng, matter.organisation, STEP_DAYS[step])
        self._later(matter, days, lambda: self._answer_side_case(matter, number, step))

    def _answer_side_case(self, matter: Matter, number: str, step: str) -> None:
        task = Task.objects.filter(case__number=number, state="open").first()
        if task is None:
            return
        upheld = self.rng.random() < 0.35
        outcome = {"contact": "mended", "examine": "reopen" if upheld else "dismiss"}[step]
        data = data_for(self.rng, step, outcome, self.items[matter.item])
        head = self.staff.heads[matter.organisation]
        try:
            decide_task(head, task=task.pk, outcome=outcome, data=data)
        except Problem as problem:
            self.counts[f"refused {step}.{outcome} {problem.code}"] += 1
            return
        self.counts[f"{step}.{outcome}"] += 1
        if outcome == "reopen":
            matter.draws |= {"reject": False, "decline": False, "notice": False}
            self._look(matter)


def applicant_actor(who: Applicant) -> Actor:
    """The applicant himself, or the firm's representative acting for it."""
    kind = "firm" if who.code else "person"
    return Actor(who.account, who.ref, who.name, kind, firm=who.code)
