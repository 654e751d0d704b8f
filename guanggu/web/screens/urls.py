"""Addresses of the generic screens, one set for each declared register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLResolver, include, path
from django.views.decorators.http import require_http_methods

from guanggu.kernel.register.public import REGISTERS, Register
from guanggu.web import navigation

from .detail import detail_screen
from .editing import change_screen, create_screen, remove_screen
from .exporting import export_screen
from .importing import import_screen
from .listing import list_screen
from .quarantine import row_screen, run_screen, sheet_screen

_READ, _WRITE = ["GET", "HEAD"], ["GET", "HEAD", "POST"]


def _bound(
    screen: Callable[..., HttpResponseBase], register: Register, methods: list[str], **fixed: Any
) -> Callable[..., HttpResponseBase]:
    def view(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        return screen(request, register, **fixed, **arguments)

    return require_http_methods(methods)(view)


def screens_of(register: Register) -> URLResolver:
    """The paths of one register, found by its prefix; those that write only where it may be
    written."""
    name, one = register.collection, "<str:key>/"
    made = [path("", _bound(list_screen, register, _READ), name=f"{name}-list")]
    for kind in ("csv", "xlsx"):
        view = _bound(export_screen, register, _READ, kind=kind)
        made.append(path(f"export.{kind}", view, name=f"{name}-{kind}"))
    if register.change is not None:
        for route, screen, title, methods in (
            ("new/", create_screen, "new", _WRITE),
            ("import/", import_screen, "import", _WRITE),
            ("import/<int:run>/", run_screen, "run", _READ),
            ("import/<int:run>/rows.csv", sheet_screen, "quarantine", _READ),
            ("import/<int:run>/<int:row>/", row_screen, "row", _WRITE),
            (f"{one}change/", change_screen, "change", _WRITE),
            (f"{one}remove/", remove_screen, "remove", _WRITE),
        ):
            made.append(path(route, _bound(screen, register, methods), name=f"{name}-{title}"))
    made.append(path(one, _bound(detail_screen, register, _READ), name=f"{name}-detail"))
    return path(f"{register.app}/{name}/", include(made))


def screens() -> list[URLResolver]:
    """The paths of every register known by now; puts each into the menu as well."""
    found = []
    for register in REGISTERS.values():
        found.append(screens_of(register))
        if register.in_menu:
            navigation.entry(
                register.extra.get("area", "data"),
                register.title,
                f"/{register.app}/{register.collection}/",
                order=register.extra.get("order", 50),
                allows=register.extra.get("allows", register.view.is_possible),
            )
    return found
