"""A register is declared once; list, detail, form, filters, sheets, REST and search follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Permission

from .records import Record, guard_records

if TYPE_CHECKING:
    from .importing import Row
    from .sheets import Sheet


class Workbook(Protocol):
    """A register whose records do not fit one row: its own sheets, out and in without loss."""

    def write(self, records: Iterable[Any]) -> bytes:
        """The records as XLSX of several sheets."""

    def flat(self, records: Iterable[Any]) -> Iterable[list[Any]]:
        """Heading row and rows of what fits one sheet, for CSV."""

    def rows(self, sheets: list[Sheet]) -> list[Row]:
        """The rows to take in from sheets of either. Raises Invalid for foreign sheets."""


@dataclass(frozen=True)
class Section:
    """A group of fields under one heading, on the detail page, in the form and in the sheet."""

    title: T
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A button on the detail page: title, and the address made from the record."""

    title: T
    address: Callable[[Record], str]
    shown: Callable[[Actor, Record], bool] = lambda actor, record: True


_SAMPLE = {"sample": T("样例", "Sample")}


@dataclass(frozen=True, kw_only=True)
class Register:
    """The declaration of one collection.

    model: the Record; its ``collection`` names it everywhere
    title, one: what many and one of them are called
    view, change: who may see and who may change; no change permission: read only on the web
    columns: fields of the list; filters: fields that can be chosen in the list
    sections: fields of detail, form and sheet, in order
    search: fields whose text is found; scopes: who may find a record (see ``search``)
    order: field of the list's order, with "-" for falling
    check: domain rules on a record before it is saved; raises Invalid
    new_key: makes the key of a record created without one
    workbook: sheets of its own, where a record does not fit one row
    then: what follows once a record was created or changed, in the same transaction
    canonical: the present key of a key whose record was joined with another's
    personal: fields that identify or reach a natural person; they leave the lake only masked or
    under a recorded purpose (what the names tell, as ``phone``, is taken as such without it)
    sources: words for the values of ``source``, for readers who follow data to where it came from
    """

    model: type[Record]
    title: T
    one: T
    view: Permission
    change: Permission | None = None
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ("key",)
    scopes: Callable[[Any], Iterable[str]] = lambda record: ("staff",)
    order: str = "key"
    check: Callable[[Any], None] = lambda record: None
    new_key: Callable[[Any], str] | None = None
    then: Callable[[Actor, Any], None] = lambda actor, record: None
    canonical: Callable[[str], str] = lambda key: key
    links: tuple[Link, ...] = ()
    help: T | None = None
    personal: tuple[str, ...] = ()
    sources: Mapping[str, T] = field(default_factory=lambda: dict(_SAMPLE))
    in_menu: bool = True
    workbook: Workbook | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def collection(self) -> str:
        return self.model.collection

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @cached_property
    def fields(self) -> tuple[models.Field, ...]:
        """The fields people write, in the order of the sections."""
        names = [name for section in self.sections for name in section.fields]
        return tuple(self.model._meta.get_field(name) for name in names)  # type: ignore[misc]

    def label(self, name: str) -> T:
        """The field's bilingual name. A field without one is a defect of the declaration."""
        label = self.model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        if not isinstance(label, T):
            raise TypeError(f"{self.collection}.{name} has no T as its verbose_name")
        return label


REGISTERS: dict[str, Register] = {}


def register(declared: Register) -> Register:
    """Make the declaration known to the web, the interfaces, search and ``verify``.

    Raises RuntimeError where another model has the collection's name, or a name does not resolve.
    """
    known = REGISTERS.get(declared.collection)
    if known is not None and known.model is not declared.model:
        raise RuntimeError(f"two registers are named {declared.collection}")
    if not declared.collection:
        raise RuntimeError(f"{declared.model.__name__} has no collection")
    for name in {*declared.columns, *declared.filters, *(f.name for f in declared.fields)}:
        declared.label(name)
    REGISTERS[declared.collection] = declared
    guard_records(declared.model)
    return declared


def register_of(collection: str) -> Register | None:
    return REGISTERS.get(collection)
