"""Booking a place at a counter: which counter, which day, which time."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.identity.public import actor_of
from guanggu.web.dates import instant_text

from .. import queries
from ..actions import book_slot, cancel_booking
from ..models import Counter

_TITLE = T("预约办理", "Book a counter")
_SIGN_IN = T("请先登录再预约。", "Sign in to book.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def booking_page(request: HttpRequest) -> HttpResponse:
    """GET /booking/?counter=&day= ; POST counter, starts_at to book."""
    values = request.POST if request.method == "POST" else request.GET
    key, problem = values.get("counter", ""), None
    if request.method == "POST":
        try:
            return _book(request, key)
        except (Conflict, Invalid) as refused:
            problem = refused
    counters = list(Counter.objects.order_by("key"))
    counter = next((c for c in counters if c.key == key), None)
    days = queries.open_days(counter) if counter else []
    day = _day(values.get("day", ""))
    context = {
        "counters": counters,
        "counter": counter,
        "days": days,
        "day": day,
        "times": queries.open_times(counter, day) if counter and day else [],
        "problem": problem,
        "may_book": actor_of(request).kind in ("person", "firm"),
        "crumbs": [(_TITLE, "")],
    }
    status = problem.status if problem else 200
    return render(request, "portal/booking.html", context, status=status)


def _request_key(request: HttpRequest) -> str:
    """The key of the form, without what a database would refuse."""
    return request.POST.get("request_key", "").replace("\x00", "")[:64] or uuid4().hex


def _book(request: HttpRequest, counter: str) -> HttpResponse:
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(_SIGN_IN, code="sign_in")
    if not Counter.objects.filter(key=counter.replace("\x00", "")[:64]).exists():
        raise Invalid(T("请选择窗口。", "Choose a counter."))
    starts_at = request.POST.get("starts_at", "")[:40]
    made = book_slot(actor, key=_request_key(request), counter=counter, starts_at=starts_at)
    text = T("预约成功，预约码 {}。请按时到达。", "Booked, code {}. Please come in time.")
    messages.success(request, text.format(made["code"]))
    return redirect("portal:my_bookings")


@require_GET
def my_bookings(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(_SIGN_IN, code="sign_in")
    context = {
        "bookings": list(queries.bookings(actor)[:50]),
        "crumbs": [(_TITLE, "/booking/"), (T("我的预约", "My bookings"), "")],
    }
    return render(request, "portal/bookings.html", context)


@require_POST
def cancel(request: HttpRequest, slot: int) -> HttpResponse:
    cancel_booking(actor_of(request), key=_request_key(request), slot=slot)
    messages.success(request, T("已取消预约。", "The booking is cancelled."))
    return redirect("portal:my_bookings")


@require_GET
def desk_page(request: HttpRequest) -> HttpResponse:
    """Who comes today, for those who sit at the counter."""
    actor = actor_of(request)
    if not (actor.kind == "official" and actor.has("accept", "catalogue")):
        raise Forbidden(T("仅窗口工作人员可查看。", "For the staff of the counters."))
    day = _day(request.GET.get("day", "")) or clock.today()
    rows = [(slot, instant_text(slot.starts_at)) for slot in queries.desk_bookings(day)[:500]]
    return render(request, "portal/desk.html", {"rows": rows, "day": day})
