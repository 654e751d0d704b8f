"""Reading a schema as what a form is made of: fields, sections and tables of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guanggu.base.bilingual import T

Schema = Mapping[str, Any]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
DEEPEST = 6  # sections inside sections; deeper is a mistake of the schema


@dataclass(frozen=True, slots=True)
class Choice:
    value: Any  # the constant as JSON
    label: T


@dataclass(frozen=True, slots=True)
class Node:
    """One property. ``kind``: field, choice, choices, boolean, lines, section or rows."""

    path: str
    name: str
    kind: str
    type: str
    label: T
    required: bool
    schema: Schema
    choices: tuple[Choice, ...] = ()
    children: tuple[Node, ...] = field(default=())

    @property
    def help(self) -> T:
        return words(self.schema, "x-help")

    @property
    def format(self) -> str:
        return str(self.schema.get("format", ""))

    @property
    def condition(self) -> Mapping[str, Any]:
        return self.schema.get("x-show-when") or {}

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


def words(schema: Schema, keyword: str) -> T:
    """A text keyword in both languages; without English the Chinese stands for both."""
    zh = schema.get(keyword, "")
    if isinstance(zh, Mapping):
        return T(str(zh.get("zh", "")), str(zh.get("en", zh.get("zh", ""))))
    english = "x-title-en" if keyword == "title" else f"{keyword}-en"
    return T(str(zh), str(schema.get(english) or zh))


def choices_of(schema: Schema) -> tuple[Choice, ...]:
    """The values of ``enum``, or of ``oneOf`` with a ``const`` each."""
    one_of = schema.get("oneOf")
    if isinstance(one_of, list) and one_of and all("const" in o for o in one_of):
        return tuple(
            Choice(o["const"], words(o, "title") or T(str(o["const"]), str(o["const"])))
            for o in one_of
        )
    if "enum" in schema:
        return tuple(Choice(v, T(str(v), str(v))) for v in schema["enum"] if v is not None)
    return ()


def type_of(schema: Schema) -> str:
    found = schema.get("type", "string" if not schema.get("properties") else "object")
    if isinstance(found, list):
        found = next((t for t in found if t != "null"), "string")
    return str(found)


def _node(name: str, path: str, schema: Schema, required: bool, depth: int) -> Node:
    if not _NAME.fullmatch(name) or depth > DEEPEST:
        raise ValueError(f"a form cannot ask for {path!r}")
    label = words(schema, "title") or T(name, name)
    kind, children, choices = "field", (), choices_of(schema)
    type_name = type_of(schema)
    if type_name == "object":
        kind, children = "section", children_of(schema, f"{path}.", depth + 1)
    elif type_name == "array":
        items = schema.get("items") or {}
        choices = choices_of(items)
        if choices:
            kind = "choices"
        elif type_of(items) == "object":
            kind, children = "rows", children_of(items, f"{path}.#.", depth + 1)
            if any(child.condition or child.kind == "rows" for child in children):
                raise ValueError(f"rows of {path!r} cannot hold conditions or rows")
        else:
            kind = "lines"
    elif choices:
        kind = "choice"
    elif type_name == "boolean":
        kind = "boolean"
    return Node(path, name, kind, type_name, label, required, schema, choices, children)


def children_of(schema: Schema, prefix: str = "", depth: int = 0) -> tuple[Node, ...]:
    """The nodes of an object schema, in the order they are written.

    Raises ValueError for names that cannot be those of inputs, and for deeper than DEEPEST."""
    required = set(schema.get("required", ()))
    # A database may reorder the names of an object; ``x-order`` keeps the place of a field.
    properties = (schema.get("properties") or {}).items()
    ordered = sorted(properties, key=lambda pair: pair[1].get("x-order", 0))
    return tuple(
        _node(name, f"{prefix}{name}", part, name in required, depth) for name, part in ordered
    )


def look_up(data: Any, path: str) -> Any:
    """The value at a dotted path, None where there is none."""
    for part in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part[:6]) < len(data):
            data = data[int(part[:6])]
        else:
            return None
    return data


def is_shown(node: Node, data: Mapping[str, Any]) -> bool:
    """True where every condition of the node holds in the data."""
    for path, wanted in node.condition.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        found = look_up(data, path)
        held = found if isinstance(found, list) else [found]
        if not any(type(h) is type(v) and h == v for h in held for v in values):
            return False
    return True
