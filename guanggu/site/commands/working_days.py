"""`guanggu import working-days`: a year's notice of the State Council goes into the calendar.

A running server and its worker read the file anew by themselves: nothing needs restarting.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.calendar import operator_table, working_calendar
from guanggu.base.errors import Invalid
from guanggu.base.ids import Ref
from guanggu.base.working_days import import_notice
from guanggu.site.command import both
from guanggu.site.commands.capacity import acting

NAME = "working-days"
SOME_ROWS_WAIT = 3
_NO_ROW = T(
    "文件中没有可用的行。第一行应为表头：日期，类型，节日，文号；类型写“休”或“班”。",
    "No row of the file can be used. Its first row is the heading day,kind,occasion,notice; "
    "the kind is holiday or working.",
)
_UNREADABLE = T("无法读取文件 {}:{}", "The file {} cannot be read: {}")


def _take_in(actor: Actor, *, notice: str) -> dict[str, Any]:
    """Keep the good rows; answers how many, and the errors. Raises Invalid where none is good."""
    from guanggu.kernel.journal.public import append

    target = operator_table()
    assert target is not None, "the environment names the folder"
    try:
        good, errors = import_notice(Path(notice), target)
    except (OSError, csv.Error) as error:
        raise Invalid(_UNREADABLE.format(notice, error)) from error
    found = {f"{error.row} {error.column}": error.message for error in errors}
    if not good:
        raise Invalid(_NO_ROW, fields=found)
    days = [day.as_row() for day in good]
    append(Ref("calendar", NAME), "site.working_days_imported", actor, {"days": days})
    return {"days": len(days), "errors": {place: text.as_dict() for place, text in found.items()}}


def run(options: argparse.Namespace) -> int:
    """0 where every row went in, 3 where some are wrong. Raises Invalid, Missing or Forbidden."""
    from guanggu.kernel.identity.public import permission
    from guanggu.kernel.journal.public import action

    may = permission(
        "site.import_working_days",
        scope=lambda actor: actor.kind == "platform" or "administer" in actor.roles,
    )
    title = T("导入节假日安排", "Import working days")
    take_in = action(
        "site.import_working_days", allows=lambda actor, **_: may.is_possible(actor), title=title
    )(_take_in)
    done = take_in(acting(options.account, may), notice=str(options.file))
    for place, text in done["errors"].items():
        print(f"  {options.file.name}!{place}: {text['zh']} · {text['en']}", file=sys.stderr)
    told = T("写入 {} 天，工作日历现到 {}", "{} days kept; the calendar now reaches {}")
    print(both(told.format(done["days"], working_calendar().last_on.isoformat())))
    return SOME_ROWS_WAIT if done["errors"] else 0
