"""Where a thing of any system is looked at: from its Ref to the address of its page.

Registers have theirs by declaration; an app that keeps other things says so once::

    addresses.declare("cases", "/approvals/cases/{key}/")
"""

from __future__ import annotations

from urllib.parse import quote

from guanggu.base.ids import Ref
from guanggu.kernel.register.public import Record, Register, register_of

_patterns: dict[str, str] = {}


def declare(collection: str, pattern: str) -> None:
    """Things of this collection are shown at ``pattern`` with ``{key}`` filled in."""
    _patterns[collection] = pattern


def collection_address(register: Register) -> str:
    return f"/{register.app}/{register.collection}/"


def record_address(record: Record) -> str:
    """The page of a record, "" where its collection has none."""
    return address_of(record.ref)


def address_of(ref: Ref | str) -> str:
    """The page of the thing, "" where nobody declared one."""
    try:
        found = ref if isinstance(ref, Ref) else Ref.parse(ref)
    except ValueError:
        return ""
    if found.collection in _patterns:
        return _patterns[found.collection].replace("{key}", quote(found.key, safe=""))
    register = register_of(found.collection)
    return f"{collection_address(register)}{quote(found.key, safe='')}/" if register else ""
