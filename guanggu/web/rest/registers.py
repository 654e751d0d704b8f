"""Resources of each register: list, read, create, change, history; scoped like the screens."""

# No "from __future__ import annotations": the shapes are made at run time and must be seen.

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import Header, Query, Router, Schema
from pydantic import Field

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.base.limits import COUNT_MAX
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.register.public import REGISTERS, Register, change_record, create_record
from guanggu.web.paging import keyset_page
from guanggu.web.screens.detail import fetch, history_entries
from guanggu.web.screens.filtering import narrowed
from guanggu.web.screens.listing import order_of, rows_for
from guanggu.web.screens.values import related_names

from .interface import PROBLEMS, Api, ProblemDocument, api
from .shapes import Strict, page_shape, query_shape, record_json, record_shape, values_shape

_READ_ONLY = T("该登记册只读。", "This register is read only.")


class Written(Schema):
    key: str
    version: int


class ChangeOfField(Schema):
    label: str
    before: str
    after: str


class HistoryEntry(Schema):
    number: int
    at: datetime
    title: str
    who: str
    changes: list[ChangeOfField]


class HistoryQuery(Schema):
    before: int = Field(default=0, ge=0, lt=10**9)


def _key(given: str | None) -> str:
    return given or uuid4().hex


def _may_write(request: HttpRequest, register: Register) -> Any:
    if register.change is None:
        raise Forbidden(_READ_ONLY)
    actor = actor_of(request)
    demand(actor, register.change)
    return actor


def router_of(register: Register) -> Router:
    """The resources of one register."""
    router = Router(tags=[f"{register.title.zh} / {register.title.en}"])
    record_type = record_shape(register)
    _reading(router, register, record_type)
    if register.change is not None:
        _writing(router, register)
    return router


def _reading(router: Router, register: Register, record_type: type[Schema]) -> None:
    name = register.collection
    page_type, query_type = page_shape(register, record_type), query_shape(register)
    names = tuple(f.name for f in register.fields)

    @router.get(
        "/", response={200: page_type, PROBLEMS: ProblemDocument}, operation_id=f"list_{name}"
    )
    def list_records(request: HttpRequest, given: Query[query_type]) -> Any:  # type: ignore[valid-type]
        actor = actor_of(request)
        values = {n: str(v) for n, v in given.dict().items()}
        rows = narrowed(register, actor, rows_for(register, actor), values)
        page = keyset_page(
            rows.select_related(*related_names(register.model, names)),
            order=order_of(register, values["sort"]),
            after=values["after"],
            before=values["before"],
            rows=given.limit,
        )
        count = page.count or 0
        return 200, {
            "items": [record_json(register, record) for record in page],
            "next": page.next,
            "previous": page.previous,
            "count": min(count, COUNT_MAX),
            "count_is_exact": count <= COUNT_MAX,
        }

    @router.get(
        "/{key}", response={200: record_type, PROBLEMS: ProblemDocument}, operation_id=f"get_{name}"
    )
    def get_record(request: HttpRequest, key: str) -> Any:
        return 200, record_json(register, fetch(request, register, key))

    @router.get(
        "/{key}/history",
        response={200: list[HistoryEntry], PROBLEMS: ProblemDocument},
        operation_id=f"history_{name}",
    )
    def get_history(request: HttpRequest, key: str, given: Query[HistoryQuery]) -> Any:
        record = fetch(request, register, key)
        before = str(given.before) if given.before else ""
        entries, _ = history_entries(register, record, before)
        for entry in entries:
            entry["title"], entry["who"] = str(entry["title"]), str(entry["who"])
            entry["changes"] = [{n: str(v) for n, v in c.items()} for c in entry["changes"]]
        return 200, entries


def _writing(router: Router, register: Register) -> None:
    name = register.collection
    new_type, values_type = values_shape(register, new=True), values_shape(register, new=False)

    class Change(Strict):
        """``version`` is the one that was read; another one in store is a conflict."""

        version: int = Field(ge=1, lt=2**31)
        values: values_type  # type: ignore[valid-type]

    Change.__name__ = Change.__qualname__ = f"{register.model.__name__}Change"
    once = Header(None, alias="Idempotency-Key", max_length=64, pattern=r"^[\x21-\x7e]+$")

    @router.post(
        "/", response={201: Written, PROBLEMS: ProblemDocument}, operation_id=f"create_{name}"
    )
    def post_record(
        request: HttpRequest,
        given: new_type,
        idempotency_key: str | None = once,  # type: ignore[valid-type]
    ) -> Any:
        actor = _may_write(request, register)
        values = given.dict(exclude_unset=True)  # type: ignore[attr-defined]
        return 201, create_record(
            actor, key=_key(idempotency_key), collection=name, values=values, source="api"
        )

    @router.patch(
        "/{key}", response={200: Written, PROBLEMS: ProblemDocument}, operation_id=f"change_{name}"
    )
    def patch_record(
        request: HttpRequest, key: str, given: Change, idempotency_key: str | None = once
    ) -> Any:
        actor = _may_write(request, register)
        fetch(request, register, key)
        return 200, change_record(
            actor, key=_key(idempotency_key), collection=name, record=key,
            version=given.version, values=given.values.dict(exclude_unset=True),
        )  # fmt: skip


class Resources:
    """The addresses of one register; its shapes are made when one of them is first asked.

    The shapes of sixty registers take a server 60 MB and half a second, and most districts' programs
    ask a handful of them.
    """

    def __init__(self, register: Register):
        self.register = register
        self.prefix = f"v1/{register.collection}/"

    def paths(self) -> list[URLPattern]:
        name = self.register.collection
        return [
            path(f"{self.prefix}{tail}", self._view(f"{self.prefix}{tail}"), name=f"{what}_{name}")
            for tail, what in (("", "list"), ("<key>", "get"), ("<key>/history", "history"))
        ]

    def _view(self, route: str) -> Callable[..., HttpResponse]:
        @csrf_exempt  # the interface demands the token itself of who comes with a session
        def answer(request: HttpRequest, **given: Any) -> HttpResponse:
            return self._views[route](request, **given)

        return answer

    @cached_property
    def _views(self) -> dict[str, Callable[..., HttpResponse]]:
        own = Api(urls_namespace=f"api_{self.register.collection}", openapi_url=None)
        own.add_router(self.prefix, router_of(self.register))
        return {str(each.pattern): each.callback for each in own.urls[0]}


def registers_served() -> list[Register]:
    """Every register known by now, but those whose place an app's ``rest.py`` has taken."""
    taken = {prefix.strip("/") for prefix, _ in api._routers}
    return [each for each in REGISTERS.values() if f"v1/{each.collection}" not in taken]


def register_paths() -> list[URLPattern]:
    return [each for register in registers_served() for each in Resources(register).paths()]
