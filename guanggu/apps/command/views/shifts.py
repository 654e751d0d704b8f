"""One shift: its log, who signed when, and whether the log is still what was signed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get
from guanggu.web.templatetags.guanggu import instant

from ..models import DutyShift
from ..queries.desk import digest_of, entries_of
from ..queries.scopes import VIEW_SHIFTS
from ..rules import SHIFT_STATES, TURNS
from .desk import entry_shown


@require_safe
def shift_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /command/shifts/<key>/"""
    rows = DutyShift.objects.select_related("organisation")
    row = get(actor_of(request), rows, VIEW_SHIFTS, key=key)
    signed = [
        (T("到岗", "Begun"), row.officer_name, instant(row.begun_at)),
        (T("交班签字", "Handed over"), row.officer_name if row.handed_at else "", instant(row.handed_at)),
        (T("接班签字", "Taken over"), row.taken_by_name, instant(row.taken_at)),
    ]  # fmt: skip
    return render(
        request,
        "command/shift.html",
        {
            "row": row, "state": SHIFT_STATES[row.state], "signed": signed,
            "entries": [entry_shown(each) for each in entries_of(row)],
            "is_whole": row.digest == digest_of(row) if row.digest else None,
            "rows": [
                (T("值班单位", "Desk of"), row.organisation.title), (T("班次", "Turn"), TURNS[row.turn]),
                (T("时间", "Time"), T("{} 至 {}", "{} to {}").format(instant(row.starts_at), instant(row.ends_at))),
                (T("带班领导", "Leader"), row.leader_name or "—"),
                (T("值班人员", "On the roster"), row.members or "—"),
                (T("值班电话", "Telephone"), row.phone or "—"),
            ],
            "crumbs": [(T("值班台", "Duty desk"), "/command/"),
                       (T("值班安排", "Roster"), "/command/duty_shifts/"), (str(row), "")],
        },
    )  # fmt: skip
