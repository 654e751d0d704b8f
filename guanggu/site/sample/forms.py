"""Answers to any form of a service item: what its schema asks for, as somebody plausible says it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guanggu.standards import gb_11643_1999 as gb_11643

from . import words


@dataclass(frozen=True)
class Applicant:
    """Who applies: ``code`` and ``firm_name`` are empty for a person."""

    name: str
    phone: str
    account: int | None = None
    ref: str = ""
    code: str = ""
    firm_name: str = ""
    address: str = ""

    @property
    def title(self) -> str:
        return self.firm_name or self.name


_TEXTS = {
    "mobile": lambda rng, who: who.phone,
    "email": lambda rng, who: "sample@example.org",
    "representative": lambda rng, who: who.name,
    "code": lambda rng, who: who.code or f"SAMPLE-{rng.randrange(10**8):08d}",
}


def answers(
    rng: random.Random, schema: Mapping[str, Any], who: Applicant, today: date
) -> dict[str, Any]:
    """A filled form: required fields always, others now and then."""
    return _object(rng, schema, who, today, "")


def _object(
    rng: random.Random, schema: Mapping[str, Any], who: Applicant, today: date, path: str
) -> dict[str, Any]:
    required = set(schema.get("required") or ())
    found: dict[str, Any] = {}
    for name, inner in (schema.get("properties") or {}).items():
        if name in required or inner.get("type") in ("object", "boolean") or rng.random() < 0.7:
            found[name] = _value(rng, inner, who, today, f"{path}{name}")
    return found


def _value(
    rng: random.Random, schema: Mapping[str, Any], who: Applicant, today: date, path: str
) -> Any:
    kind = schema.get("type")
    if "const" in schema:
        return schema["const"]
    choices = schema.get("enum") or [c["const"] for c in schema.get("oneOf") or () if "const" in c]
    if choices:
        return rng.choice(list(choices))
    if kind == "object":
        return _object(rng, schema, who, today, f"{path}.")
    if kind == "array":
        return _array(rng, schema, who, today, path)
    if kind == "boolean":
        return schema.get("const", True)
    if kind in ("integer", "number"):
        least = int(schema.get("minimum", schema.get("exclusiveMinimum", 0)) or 0) + 1
        most = int(schema.get("maximum", least + 500))
        return rng.randint(least, max(least, min(most, least + 500)))
    return _text(rng, schema, who, today, path)


def _array(
    rng: random.Random, schema: Mapping[str, Any], who: Applicant, today: date, path: str
) -> list[Any]:
    inner = schema.get("items") or {}
    choices = inner.get("enum") or [c["const"] for c in inner.get("oneOf") or () if "const" in c]
    if choices:
        return sorted(rng.sample(list(choices), min(len(choices), rng.randint(1, 2))))
    count = max(1, int(schema.get("minItems", 1)))
    return [_value(rng, inner, who, today, f"{path}.") for _ in range(count)]


def _text(
    rng: random.Random, schema: Mapping[str, Any], who: Applicant, today: date, path: str
) -> str:
    form, name = schema.get("format", ""), path.rpartition(".")[2]
    if form == "date":
        return (today + timedelta(days=rng.randint(20, 400))).isoformat()
    if form == "email":
        return "sample@example.org"
    if form in ("uscc", "unified-code"):
        return who.code
    if form in ("citizen-id", "citizen_id") or name.endswith("_id"):
        born = date(1965, 1, 1) + timedelta(days=rng.randrange(14_000))
        return gb_11643.generate(rng, born)
    if name in _TEXTS:
        return _TEXTS[name](rng, who)
    if name == "name":
        return _name(rng, schema, who, path)
    if "address" in name or name in ("place", "site", "location"):
        return words.address(rng)
    return _within(schema, f"样例内容{rng.randrange(1000):03d}")


def _name(rng: random.Random, schema: Mapping[str, Any], who: Applicant, path: str) -> str:
    if path.startswith("firm"):
        return who.title
    if path.startswith(("person", "contact")):
        return who.name
    if path.startswith("project"):
        return f"{words.brand(rng)}样例建设项目"
    if path.startswith(("premises", "shop")):
        return f"{words.brand(rng)}样例店"
    if int(schema.get("minLength", 0)) >= 4:  # no person's name is as long as that
        return f"武汉{words.brand(rng)}样例机构"
    return words.person_name(rng)


def _within(schema: Mapping[str, Any], text: str) -> str:
    least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", 200))
    return (text * (least // len(text) + 1) if len(text) < least else text)[:most]
