"""The list as a sheet: what the filters show, never more than the reader may see."""

from __future__ import annotations

from itertools import chain

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.limits import EXPORT_ROWS_MAX
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.register.public import Register, rows_of, workbook_of, write_csv

from . import filtering
from .listing import rows_for
from .values import related_names

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOO_MANY = T(
    "筛选结果超过 {} 行，一次导出不了。请用筛选条件缩小范围后分次导出。",
    "More than {} rows match. Narrow the list with filters and export in parts.",
)


def export_screen(
    request: HttpRequest, register: Register, kind: str
) -> HttpResponse | StreamingHttpResponse:
    """GET /<app>/<collection>/export.csv and export.xlsx. Raises Invalid beyond the limit."""
    actor = actor_of(request)
    rows = filtering.narrowed(register, actor, rows_for(register, actor), request.GET)
    if rows.order_by()[: EXPORT_ROWS_MAX + 1].count() > EXPORT_ROWS_MAX:
        raise Invalid(_TOO_MANY.format(f"{EXPORT_ROWS_MAX:,}"))
    names = tuple(field.name for field in register.fields)
    rows = rows.select_related(*related_names(register.model, names)).order_by("key")
    found = rows.iterator(chunk_size=1_000)
    response: HttpResponse | StreamingHttpResponse
    if kind == "csv":
        sheet = rows_of(register, found)
        # The headings are made now: a stream is written after the reader's language is forgotten.
        sheet = chain([next(sheet)], sheet)
        response = StreamingHttpResponse(write_csv(sheet), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(workbook_of(register, found), content_type=XLSX)
    name = f"{register.title}-{clock.today():%Y%m%d}.{kind}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
