"""A large sheet is taken in by the worker, its owner watching; cut off, it is finished later."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.identity.public import acting_for
from guanggu.kernel.journal.public import Progress, long_job, start_job

from .importing import import_rows
from .sheets import read_sheets, rows_to_import
from .writing import declared

LONG_FROM_ROWS = 1_000  # a person waits for fewer
NAME = "register.import_sheet"
TITLE = T("导入表格", "Import a sheet")
READING = T("读取文件", "Reading the file")
TAKING = T("逐行导入", "Taking in the rows")
GONE = T("上传的文件已被清除，请重新上传。", "The uploaded file is gone; upload it again.")
TOLD = T(
    "新增 {}，修改 {}，未变 {}，隔离 {}。",
    "{} created, {} changed, {} unchanged, {} in quarantine.",
)


def _allows(actor: Actor, /, *, collection: str, **_: Any) -> bool:
    change = declared(collection).change
    return change is not None and change.is_possible(actor)


@long_job(NAME, TITLE, allows=_allows)
def import_sheet(
    progress: Progress, *, collection: str, path: str, file_name: str, address: str
) -> dict[str, Any]:
    """path: of the sheet in the default storage; removed at the end. address: of the run's page,
    with {} for its number."""
    actor = acting_for(progress.owner, progress.capacity)
    if not default_storage.exists(path):
        raise Missing(GONE)
    progress.phase(READING)
    with default_storage.open(path) as file:
        content = file.read()
    rows = rows_to_import(declared(collection), read_sheets(content, file_name))
    progress.phase(TAKING, len(rows))
    run = import_rows(
        actor, key=progress.key, collection=collection, rows=rows, file_name=file_name,
        tell=progress.step,
    )  # fmt: skip
    default_storage.delete(path)
    text = TOLD.format(run.created, run.changed, run.unchanged, run.quarantined)
    progress.log(text)
    return {"text": text.as_dict(), "address": address.format(run.pk)}


def import_later(
    actor: Actor, *, key: str, collection: str, path: str, file_name: str, address: str
) -> str:
    """Have the worker take the sheet in; answers the key of the job."""
    title = TITLE + T(f"：{file_name}", f": {file_name}")
    return start_job(actor, NAME, key=key, title=title, collection=collection, path=path,
                     file_name=file_name, address=address)  # fmt: skip
