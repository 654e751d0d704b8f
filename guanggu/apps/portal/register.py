"""The registers of notices and of bookable counters."""

from pathlib import Path

from django.utils.text import slugify

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.register.public import (
    ImportRun,
    Register,
    Section,
    import_rows,
    read_sheets,
    register,
    rows_to_import,
)

from .models import Counter, Notice
from .queries import CHANGE_NOTICES, VIEW_COUNTERS, VIEW_NOTICES
from .rules import slots_of_day

_DATA = Path(__file__).resolve().parent / "data"


def _new_key(notice: Notice) -> str:
    """Day and title, of characters that stand in an address; asked before the row is checked."""
    day = notice.published_on or clock.today()
    return f"{day:%Y%m%d}-{slugify(notice.title_en[:30]) or 'notice'}"


NOTICES = register(
    Register(
        model=Notice,
        title=T("通知公告", "Notices"),
        one=T("公告", "Notice"),
        view=VIEW_NOTICES,
        change=CHANGE_NOTICES,
        columns=("key", "title", "issuer", "published_on", "pinned"),
        filters=("pinned",),
        search=("title", "title_en", "body", "body_en"),
        scopes=lambda notice: ("public",),
        order="-published_on",
        new_key=_new_key,
        sections=(
            Section(T("公告", "Notice"), (
                "title", "title_en", "issuer", "issuer_en", "published_on", "pinned", "valid_from",
                "valid_until",
            )),
            Section(T("正文", "Text"), ("body", "body_en")),
        ),
    )
)  # fmt: skip


COUNTERS = register(
    Register(
        model=Counter,
        title=T("预约窗口", "Bookable counters"),
        one=T("窗口", "Counter"),
        view=VIEW_COUNTERS,
        change=CHANGE_NOTICES,
        columns=("key", "name", "address", "hours", "places"),
        search=("name", "name_en", "address"),
        scopes=lambda counter: ("staff",),
        check=lambda counter: slots_of_day(clock.today(), counter.hours, counter.slot_minutes),
        sections=(
            Section(T("窗口", "Counter"), ("name", "name_en", "address", "address_en")),
            Section(T("预约", "Booking"), ("hours", "slot_minutes", "places", "days_ahead")),
        ),
    )
)  # fmt: skip


def take_in_shipped(actor: Actor, *, key: str = "portal:shipped") -> list[ImportRun]:
    """Create or renew the counters and notices that come with the house, marked as samples."""
    return [
        import_rows(
            actor, key=f"{key}:{declared.collection}", collection=declared.collection,
            rows=rows_to_import(declared, read_sheets(path.read_bytes(), path.name)),
            file_name=path.name,
        )
        for declared, path in (
            (COUNTERS, _DATA / "counters.csv"), (NOTICES, _DATA / "notices.csv"),
        )
    ]  # fmt: skip
