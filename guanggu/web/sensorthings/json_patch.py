"""JSON Patch (RFC 6902) as far as a PATCH of an entity needs it (18-088 clause 10.3)."""

from __future__ import annotations

import copy
from typing import Any

import orjson

from guanggu.base.bilingual import T

from .faults import Malformed, bad

_OPERATIONS = ("add", "replace", "remove", "test", "move", "copy")


def patched(document: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The properties of the document that the patch changed, as PATCH takes them. Raises
    Malformed; a failing ``test`` is one too."""
    try:
        steps = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _wrong() from error
    if not isinstance(steps, list):
        raise _wrong()
    after = copy.deepcopy(document)
    for step in steps:
        if not isinstance(step, dict) or step.get("op") not in _OPERATIONS:
            raise _wrong()
        _apply(after, step)
    names = document.keys() | after.keys()
    return {n: after.get(n) for n in names if document.get(n) != after.get(n)}


def _wrong() -> Malformed:
    return bad(T("JSON Patch 有误，请核对。", "The JSON patch cannot be applied; check it."))


def _apply(document: dict[str, Any], step: dict[str, Any]) -> None:
    operation = step["op"]
    holder, name = _place(document, step.get("path"))
    if operation in ("move", "copy"):
        source, source_name = _place(document, step.get("from"))
        value = copy.deepcopy(_read(source, source_name))
        if operation == "move":
            _remove(source, source_name)
        _add(holder, name, value)
    elif operation == "remove":
        _remove(holder, name)
    elif operation == "test":
        if _read(holder, name) != step.get("value"):
            raise _wrong()
    elif "value" not in step:
        raise _wrong()
    elif operation == "replace":
        _read(holder, name)
        holder[_index(holder, name)] = step["value"]
    else:
        _add(holder, name, step["value"])


def _place(document: dict[str, Any], pointer: Any) -> tuple[Any, str]:
    """(what holds the member, its name) of an RFC 6901 pointer."""
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise _wrong()
    names = [each.replace("~1", "/").replace("~0", "~") for each in pointer[1:].split("/")]
    holder: Any = document
    for name in names[:-1]:
        holder = _read(holder, name)
    return holder, names[-1]


def _index(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return name
    if isinstance(holder, list) and name.isdecimal() and int(name) < len(holder):
        return int(name)
    raise _wrong()


def _read(holder: Any, name: str) -> Any:
    place = _index(holder, name)
    if isinstance(holder, dict) and name not in holder:
        raise _wrong()
    return holder[place]


def _remove(holder: Any, name: str) -> None:
    _read(holder, name)
    del holder[_index(holder, name)]


def _add(holder: Any, name: str, value: Any) -> None:
    if isinstance(holder, list):
        place = len(holder) if name == "-" else int(name) if name.isdecimal() else -1
        if not 0 <= place <= len(holder):
            raise _wrong()
        holder.insert(place, value)
    elif isinstance(holder, dict):
        holder[name] = value
    else:
        raise _wrong()
