"""What the lake takes in: every declared register, and what kernels keep beside registers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.case.public import Case, Procedure, Task
from guanggu.kernel.document.public import Document, StoredFile
from guanggu.kernel.identity.public import Organisation, Post
from guanggu.kernel.register.public import REGISTERS, Record

from .columns import Field, fields_of

# Of every version, beside the record's own columns: since when until when it was so (UTC), and
# the event that made it so.
VERSION_COLUMNS = (
    ("known_from", "TIMESTAMP"), ("known_to", "TIMESTAMP"), ("event_id", "BIGINT"),
    ("event_actor", "VARCHAR"), ("event_sequence", "BIGINT"),
)  # fmt: skip
EVENTS = "journal_events"
EVENT_COLUMNS: tuple[tuple[str, str, T, bool], ...] = (
    ("event_id", "BIGINT", T("事件编号", "Event"), False),
    ("transaction_id", "BIGINT", T("事务", "Transaction"), False),
    ("subject", "VARCHAR", T("对象", "Subject"), False),
    ("collection", "VARCHAR", T("对象类别", "Collection"), False),
    ("key", "VARCHAR", T("对象编号", "Key"), False),
    ("sequence", "BIGINT", T("对象事件序号", "Sequence"), False),
    ("kind", "VARCHAR", T("事件类型", "Kind"), False),
    ("happened_at", "TIMESTAMP", T("时间(UTC)", "At (UTC)"), False),
    ("actor", "VARCHAR", T("操作人", "Actor"), True),
    ("actor_name", "VARCHAR", T("操作人姓名", "Actor's name"), True),
    ("post", "VARCHAR", T("岗位", "Post"), False),
    ("on_behalf_of", "VARCHAR", T("代为操作", "On behalf of"), True),
    ("data", "VARCHAR", T("内容(JSON)", "Data (JSON)"), True),
)
OBSERVATIONS = "observations"
OBSERVATION_COLUMNS: tuple[tuple[str, str, T, bool], ...] = (
    ("stream", "INTEGER", T("数据流", "Datastream"), False),
    ("time", "TIMESTAMP", T("监测时间(UTC)", "Phenomenon time (UTC)"), False),
    ("result", "DOUBLE", T("监测值", "Result"), False),
    ("mark", "UTINYINT", T("质量标记", "Quality mark"), False),
    ("raw", "DOUBLE", T("原始值", "Received value"), False),
    ("extra", "VARCHAR", T("附加数据", "Further data"), False),
)


@dataclass(frozen=True)
class Source:
    """A table of the database that the lake follows.

    collection: whose events tell that a row has changed; told_by: the paths whose values, joined
    by a full stop, are the key of such an event; key: the column by which a row stays the same
    row; is_told: whether events say of each column what it was before, so that every version can
    be had again from the journal
    """

    name: str
    title: T
    model: type[models.Model]
    collection: str
    told_by: tuple[str, ...]
    key: str
    is_told: bool
    personal: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.model, self.personal, table_name)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(name, type) of the record's own."""
        return tuple((field.name, field.column.type) for field in self.fields)

    @property
    def key_type(self) -> str:
        return dict(self.columns)[self.key]


def table_name(model: type) -> str:
    """The lake table of a model; empty where the lake has none."""
    for name, source in _kernel_sources().items():
        if source.model is model:
            return name
    collection = getattr(model, "collection", "")
    return _name(REGISTERS[collection].model) if collection in REGISTERS else ""


def _name(model: type[Record]) -> str:
    return f"{model._meta.app_label}_{model.collection}"


def _kernel_sources() -> dict[str, Source]:
    """Kept by kernels and no register: rows follow from events, but these do not tell columns."""
    return {source.name: source for source in _KERNELS}


_KERNELS = (
    Source(
        "case_cases", T("办件", "Cases"), Case, "cases", ("number",), "number",
        False,
        ("title", "data", "firm"),
    ),
    Source(
        "case_tasks", T("办件任务", "Tasks of cases"), Task, "cases", ("case__number",), "id",
        False, ("data",),
    ),
    Source(
        "case_procedures", T("办理流程", "Procedures"), Procedure, "procedures",
        ("code", "version"), "id", False,
    ),
    Source(
        "identity_organisations", T("机构", "Organisations"), Organisation, "organisations",
        ("code",), "code", False,
    ),
    Source("identity_posts", T("岗位", "Posts"), Post, "posts", ("pk",), "id", False),
    Source(
        "document_documents", T("公文与证照", "Documents"), Document, "documents", ("key",),
        "key", True, ("title", "data", "verification_code"),
    ),
    Source(
        "document_files", T("文件目录", "Files kept"), StoredFile, "files", ("key",), "key",
        True, ("name", "owner"),
    ),
)  # fmt: skip


def sources() -> dict[str, Source]:
    """By name; what is registered later is in the next answer."""
    found = _kernel_sources()
    for collection, register in REGISTERS.items():
        name = _name(register.model)
        found[name] = Source(
            name,
            register.title,
            register.model,
            collection,
            ("key",),
            "key",
            True,
            register.personal,
        )
    return dict(sorted(found.items()))


def by_collection(known: dict[str, Source]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for source in known.values():
        found.setdefault(source.collection, []).append(source)
    return found
