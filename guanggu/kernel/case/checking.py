"""Faults of a procedure's definition, each with its place and what to mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guanggu.base.bilingual import T

from .definition import APPLICANT, HEAD, PLATFORM, Definition, Outcome, Step, parse
from .guards import fault_of
from .schemas import schema_fault

Fault = tuple[str, T]

KINDS = ("task", "parallel", "wait", "end")
DEEDS = ("start", "pause", "resume", "stop")
SINCE = ("now", "case_opened", "step_opened")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PREFIX = re.compile(r"[A-Z][A-Z0-9-]{0,11}")


def faults_of(code: str, raw: Any) -> dict[str, T]:
    """Every fault by place, such as ``steps.review.outcomes.accept.to``; empty for none."""
    shape = dict(_shape_faults(raw))
    if shape:
        return shape
    try:
        definition = parse(code, 0, raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return {"": T(f"流程定义的结构不对:{error}", f"The definition has a wrong shape: {error}")}
    faults: dict[str, T] = {}
    for place, message in _all(definition, raw):
        faults.setdefault(place, message)
    return faults


def _shape_faults(raw: Any) -> Iterator[Fault]:
    if not isinstance(raw, Mapping):
        yield "", T("流程定义应为 JSON 对象。", "A definition is a JSON object.")
        return
    for name in ("kind", "title", "title_en", "prefix", "start"):
        if not isinstance(raw.get(name), str) or not raw[name]:
            yield name, T("缺少此项。", "This is missing.")
    steps = raw.get("steps")
    if not isinstance(steps, list) or not steps:
        yield "steps", T("至少要有一个步骤。", "There must be at least one step.")
        return
    seen: set[str] = set()
    for place, step in enumerate(steps):
        key = step.get("key") if isinstance(step, Mapping) else None
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            yield (
                f"steps.{place}.key",
                T(
                    "步骤代码应为小写字母开头的字母、数字、下划线。",
                    "A step's key is lower-case letters, digits and underscores.",
                ),
            )
            continue
        if key in seen:
            yield f"steps.{key}", T("步骤代码重复。", "Two steps have this key.")
        seen.add(key)
        if not step.get("title") or not (step.get("title_en") or step.get("x-title-en")):
            yield f"steps.{key}.title", T("请写明中英文名称。", "Give the title in both languages.")
    for name, rule in (raw.get("clocks") or {}).items():
        if not isinstance(rule, Mapping) or "days" not in rule:
            yield f"clocks.{name}.days", T("请写明工作日数。", "Say how many working days.")


def _all(definition: Definition, raw: Mapping[str, Any]) -> Iterator[Fault]:
    if not _PREFIX.fullmatch(definition.prefix):
        yield "prefix", T("编号前缀应为大写字母或数字。", "A prefix is capitals and digits.")
    if definition.schema is not None and (fault := schema_fault(definition.schema)):
        yield "data", T(f"JSON Schema 不成立:{fault}", f"Not a JSON Schema: {fault}")
    for step in definition.steps.values():
        yield from _step_faults(definition, step)
    yield from _graph_faults(definition)
    yield from _clock_faults(definition, raw)
    for key in definition.reopen_to:
        if key not in definition.steps or definition.steps[key].kind == "end":
            yield "reopen.to", _no_step(key)


def _no_step(key: str) -> T:
    return T("没有步骤“{}”。", "There is no step “{}”.").format(key)


def _step_faults(definition: Definition, step: Step) -> Iterator[Fault]:
    at = f"steps.{step.key}"
    if step.kind not in KINDS:
        yield (
            f"{at}.kind",
            T("步骤类型只能是 {}。", "A kind is one of {}.").format(", ".join(KINDS)),
        )
        return
    if step.kind == "end":
        if step.outcomes:
            yield f"{at}.outcomes", T("结束步骤没有办理结果。", "An end has no outcomes.")
        return
    if not step.role:
        yield f"{at}.role", T("未指明由哪个职责办理。", "No role is named to do this.")
    if not step.outcomes:
        yield f"{at}.outcomes", T("至少要有一个办理结果。", "There must be an outcome.")
    if step.kind == "parallel":
        if not step.organisations:
            yield f"{at}.organisations", T("未指明参与单位。", "No organisation is named.")
        if not step.join:
            yield f"{at}.join", T("未指明汇总后去向。", "Nothing says where it goes when joined.")
        elif step.join[-1].when:
            yield (
                f"{at}.join",
                T("最后一个汇总去向不能带条件。", "The last way on must hold without a condition."),
            )
    for key in step.not_same_person_as:
        if key not in definition.steps:
            yield f"{at}.not_same_person_as", _no_step(key)
    yield from _expression_faults(definition, step, at)
    for outcome in step.outcomes.values():
        yield from _outcome_faults(definition, step, outcome, f"{at}.outcomes.{outcome.key}")
    for outcome in step.join:
        yield from _way_faults(definition, outcome, f"{at}.join.{outcome.key}")
    for number, timer in enumerate(step.timers):
        if timer.outcome and timer.outcome not in step.outcomes:
            yield (
                f"{at}.timers.{number}",
                T(
                    "定时结果“{}”不在办理结果中。", "The timer's outcome “{}” is not an outcome."
                ).format(timer.outcome),
            )
    timed = {timer.outcome for timer in step.timers}
    for outcome in step.outcomes.values():
        if outcome.key in timed and outcome.schema and outcome.schema.get("required"):
            message = T(
                "到时自动办理的结果不能有必填项。",
                "An outcome that a timer gives cannot require entries.",
            )
            yield f"{at}.outcomes.{outcome.key}.data", message


def _expression_faults(definition: Definition, step: Step, at: str) -> Iterator[Fault]:
    given: list[tuple[str, Any]] = [("days", step.days), ("organisations", step.organisations)]
    given += [(f"timers.{n}.days", timer.days) for n, timer in enumerate(step.timers)]
    if step.kind != "parallel" and step.organisation.startswith(("data.", "case.")):
        given.append(("organisation", step.organisation))
    for name, value in given:
        if isinstance(value, str) and value and (fault := fault_of(value)):
            yield f"{at}.{name}", _unreadable(value, fault)


def _unreadable(expression: str, fault: str) -> T:
    return T("表达式“{}”有误:{}", "The expression “{}” cannot be read: {}").format(
        expression, fault
    )


def _outcome_faults(
    definition: Definition, step: Step, outcome: Outcome, at: str
) -> Iterator[Fault]:
    if not outcome.title.zh or outcome.title.zh == outcome.key:
        yield f"{at}.title", T("请写明中英文名称。", "Give the title in both languages.")
    if outcome.schema is not None and (fault := schema_fault(outcome.schema)):
        yield f"{at}.data", T(f"JSON Schema 不成立:{fault}", f"Not a JSON Schema: {fault}")
    if step.kind == "parallel":
        if outcome.to:
            yield f"{at}.to", T("并行步骤的去向写在 join 中。", "Ways on stand in join.")
        yield from _effect_faults(definition, outcome, at)
        if outcome.when and (fault := fault_of(outcome.when)):
            yield f"{at}.when", _unreadable(outcome.when, fault)
        return
    yield from _way_faults(definition, outcome, at)


def _way_faults(definition: Definition, outcome: Outcome, at: str) -> Iterator[Fault]:
    if not outcome.to:
        yield f"{at}.to", T("未指明去向。", "Nothing says where this goes.")
    elif outcome.to not in definition.steps:
        yield f"{at}.to", _no_step(outcome.to)
    if outcome.when and (fault := fault_of(outcome.when)):
        yield f"{at}.when", _unreadable(outcome.when, fault)
    yield from _effect_faults(definition, outcome, at)


def _effect_faults(definition: Definition, outcome: Outcome, at: str) -> Iterator[Fault]:
    for effect in outcome.effects:
        if effect.do not in DEEDS or effect.since not in SINCE:
            yield f"{at}.effects", T("计时操作有误。", "No such effect on a clock.")
        elif effect.clock != "*" and effect.clock not in definition.clocks:
            yield f"{at}.effects", _no_clock(effect.clock)


def _no_clock(name: str) -> T:
    return T("没有计时“{}”。", "There is no clock “{}”.").format(name)


def _ways(step: Step) -> Iterable[Outcome]:
    return step.join if step.kind == "parallel" else step.outcomes.values()


def _graph_faults(definition: Definition) -> Iterator[Fault]:
    steps = definition.steps
    if definition.start not in steps:
        yield "start", _no_step(definition.start)
        return
    ends = {step.key for step in steps.values() if step.kind == "end"}
    if not ends:
        yield "steps", T("没有结束步骤。", "There is no end.")
    onward = {key: {way.to for way in _ways(step)} & set(steps) for key, step in steps.items()}
    reached = _closure({definition.start, *definition.reopen_to} & set(steps), onward)
    back: dict[str, set[str]] = {key: set() for key in steps}
    for key, targets in onward.items():
        for target in targets:
            back[target].add(key)
    finishing = _closure(ends, back)
    for key in steps:
        if key not in reached:
            yield f"steps.{key}", T("无法到达此步骤。", "Nothing leads to this step.")
        elif ends and key not in finishing:
            yield f"steps.{key}", T("从此步骤无法到达结束。", "No way leads from here to an end.")


def _closure(start: set[str], onward: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        for target in onward[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found


def _clock_faults(definition: Definition, raw: Mapping[str, Any]) -> Iterator[Fault]:
    started: set[str] = set()
    for step in definition.steps.values():
        for name, effects in (("on_enter", step.on_enter), ("on_leave", step.on_leave)):
            for effect in effects:
                if effect.do not in DEEDS or effect.since not in SINCE:
                    yield f"steps.{step.key}.{name}", T("计时操作有误。", "No such effect.")
                elif effect.clock != "*" and effect.clock not in definition.clocks:
                    yield f"steps.{step.key}.{name}", _no_clock(effect.clock)
        every = [*step.on_enter, *step.on_leave]
        every += [e for way in [*step.outcomes.values(), *step.join] for e in way.effects]
        for effect in every:
            if effect.do == "start":
                started |= set(definition.clocks) if effect.clock == "*" else {effect.clock}
    for name, rule in definition.clocks.items():
        if name not in started:
            yield f"clocks.{name}", T("此计时从未启动。", "Nothing ever starts this clock.")
        for value in (rule.days, rule.extension_days):
            if isinstance(value, str) and (fault := fault_of(value)):
                yield f"clocks.{name}.days", _unreadable(value, fault)


def undeclared_roles(definition: Definition, declared: set[str]) -> dict[str, str]:
    """Roles that nobody declared, by step: checked where ``raw`` lists its roles."""
    known = declared | {APPLICANT, PLATFORM, HEAD}
    return {
        f"steps.{step.key}.role": step.role
        for step in definition.steps.values()
        if step.kind != "end" and step.role and step.role not in known
    }
