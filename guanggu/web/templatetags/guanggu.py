"""The words, dates and components that templates of this house are made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import template
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from guanggu.base.bilingual import T
from guanggu.web import charts, curves, dates, maps
from guanggu.web.controls import SUMMARY_TITLE, Control, from_bound_field
from guanggu.web.icons import icon as draw_icon
from guanggu.web.measures import unit_text, value_text

register = template.Library()


@register.simple_tag
def t(zh: str, en: str, *args: Any, **kwargs: Any) -> SafeString:
    """``{% t "共 {n} 件" "{n} cases" n=count %}``, also ``as name``; values are escaped."""
    text = conditional_escape(str(T(zh, en)))
    if not (args or kwargs):
        return mark_safe(text)
    return format_html(text, *args, **kwargs)


@register.simple_tag
def request_key() -> SafeString:
    """Hidden input that makes the form's action happen once, however often it is sent."""
    return format_html('<input type="hidden" name="request_key" value="{}">', uuid4().hex)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return draw_icon(name, label)


TONES = ("ok", "warn", "bad", "quiet", "info", "")


@register.simple_tag
def badge(text: Any, tone: str = "") -> SafeString:
    """A state in a word; ``tone``: ok, warn, bad, quiet, or none for plain."""
    return format_html('<span class="badge {}">{}</span>', tone if tone in TONES else "", text)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The present query string with some parameters changed; ``None`` or "" takes one out."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = str(value)
    return "?" + params.urlencode()


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """``<time>`` with 2026年11月23日 or 23 Nov 2026; an empty value is a dash."""
    if not isinstance(value, date):
        return mark_safe("—")
    stamp = value.isoformat() if not isinstance(value, datetime) else value.date().isoformat()
    return format_html('<time datetime="{}">{}</time>', stamp, dates.day_text(value))


@register.filter
def instant(value: datetime | None) -> SafeString:
    """``<time>`` with 2026年11月23日 14:05, on the district's clock."""
    if not isinstance(value, datetime):
        return day(value)
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), dates.instant_text(value)
    )


@register.filter
def working_days(value: int | None) -> T:
    return dates.working_days_text(value)


@register.filter
def money(value: Any) -> Any:
    """Yuan with separators: ``1,200.00 元`` / ``CNY 1,200.00``."""
    if value in (None, ""):
        return "—"
    try:
        text = f"{value:,.2f}"
    except (TypeError, ValueError):
        return str(value)
    return T("{} 元", "CNY {}").format(text)


@register.filter
def or_dash(value: Any) -> Any:
    """Empty values read as a dash, yes and no as words."""
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if value is True:
        return T("是", "Yes")
    if value is False:
        return T("否", "No")
    return value


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """``mapping|at:key``: the entry of a dict or list, empty where there is none."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return ""


@register.inclusion_tag("guanggu/field.html")
def field(bound: BoundField | Control) -> dict[str, Any]:
    """Label, hint, error and control of a Django field or a ``Control``."""
    return {"c": bound if isinstance(bound, Control) else from_bound_field(bound)}


@register.inclusion_tag("guanggu/fields.html")
def fields(form: Any) -> dict[str, Any]:
    """Every field of a Django form, in its order."""
    return {"controls": [from_bound_field(bound) for bound in form]}


@register.inclusion_tag("guanggu/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What is wrong with the form, each line leading to its field (GOV.UK pattern)."""
    if hasattr(form, "summary"):
        return {"title": SUMMARY_TITLE, "problems": form.summary()}
    problems: list[tuple[str, Any]] = []
    if getattr(form, "is_bound", False) and form.errors:
        problems += [("", message) for message in form.non_field_errors()]
        for bound in form:
            problems += [(from_bound_field(bound).anchor, message) for message in bound.errors]
    return {"title": SUMMARY_TITLE, "problems": problems}


@register.inclusion_tag("guanggu/table.html", takes_context=True)
def table(context: template.Context, table: Any) -> dict[str, Any]:
    """A ``guanggu.web.table.Table``: caption, sortable columns, rows."""
    return {"table": table, "request": context.get("request")}


@register.inclusion_tag("guanggu/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """Next and previous of a ``guanggu.web.paging.Page``, with its bounded count."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("guanggu/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Entries with ``at``, ``title``, and optionally ``who``, ``text``, ``tone``, ``changes``."""
    return {"entries": entries}


@register.inclusion_tag("guanggu/stages.html")
def stages(steps: Iterable[Any]) -> dict[str, Any]:
    """Steps with ``title``, ``state`` (done, now, paused, stopped, next) and ``note``."""
    return {"steps": steps}


@register.inclusion_tag("guanggu/tiles.html")
def tiles(items: Iterable[Any]) -> dict[str, Any]:
    """Figures with ``label``, ``value``, and optionally ``unit``, ``note``, ``href``, ``tone``."""
    return {"items": items}


@register.inclusion_tag("guanggu/empty.html")
def empty(title: Any, text: Any = "", href: str = "", action: Any = "") -> dict[str, Any]:
    return {"title": title, "text": text, "href": href, "action": action}


@register.inclusion_tag("guanggu/summary.html")
def summary(rows: Iterable[Any]) -> dict[str, Any]:
    """Pairs of label and value as a summary list."""
    return {"rows": rows}


@register.inclusion_tag("guanggu/notice.html")
def notice(text: Any, tone: str = "", title: Any = "") -> dict[str, Any]:
    names = {"ok": "check", "warn": "warning", "bad": "alarm"}
    return {"text": text, "tone": tone, "title": title, "icon_name": names.get(tone, "info")}


@register.inclusion_tag("guanggu/schema_form.html")
def schema_fields(form: Any) -> dict[str, Any]:
    """All sections, fields and rows of a ``guanggu.web.schema_form.SchemaForm``."""
    return {"nodes": form.nodes(), "form": form}


@register.simple_tag
def bar_chart(title: Any, labels: Any, series: Any, unit: Any = "", stacked: bool = False) -> str:
    """``series``: pairs of name and values, or one list of values."""
    return charts.bars(title, labels, series, unit=unit, stacked=stacked)


@register.simple_tag
def line_chart(title: Any, labels: Any, series: Any, unit: Any = "", target: Any = None) -> str:
    return charts.lines(title, labels, series, unit=unit, target=target)


@register.simple_tag
def curve_chart(chart: curves.Chart) -> SafeString:
    """Curves over a window of time, see ``guanggu.web.curves``."""
    return curves.draw(chart)


@register.simple_tag
def map_view(view: maps.MapView) -> SafeString:
    """A map of layers, see ``guanggu.web.maps``."""
    return maps.draw(view)


@register.filter
def measured(value: float | None) -> str:
    """A measured value at four significant digits."""
    return value_text(value)


@register.filter
def unit(ucum: str) -> str:
    """A UCUM code as people write it."""
    return unit_text(ucum)


@register.simple_tag
def meter(share: Any, label: Any, tone: str = "") -> SafeString:
    """A bar filled to ``share`` (0 to 1), read out as its label."""
    return charts.meter(share, label, tone)


@register.simple_tag
def scripts() -> SafeString:
    """The enhancements that are installed; every page works where none is."""
    found = (p for p in ("vendor/htmx.min.js", "guanggu/guanggu.js") if finders.find(p))
    return format_html_join("", '<script src="{}" defer></script>', ((static(p),) for p in found))


@register.simple_tag
def attributes(control: Control, choice: bool = False) -> SafeString:
    """The attributes that every kind of control shares; a choice of a group needs fewer."""
    pairs: dict[str, str] = {}
    if control.required and not choice:
        pairs["required"] = ""
    if control.error:
        pairs["aria-invalid"] = "true"
    if control.described_by and not choice:
        pairs["aria-describedby"] = control.described_by
    pairs |= control.attributes
    return format_html_join(
        "", " {}{}", ((n, format_html('="{}"', v) if v else "") for n, v in pairs.items())
    )


@register.filter
def message_tone(level: str) -> str:
    """The look of a Django message level."""
    return {"success": "ok", "warning": "warn", "error": "bad"}.get(level, "")


@register.simple_tag
def without(request: Any, name: str) -> str:
    """The present query string without one parameter, from the first page."""
    params = request.GET.copy()
    for each in (name, "after", "before"):
        params.pop(each, None)
    return "?" + params.urlencode()
