"""The one API object: who calls, how a refusal is answered, how it describes itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.utils import check_csrf

import guanggu
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.identity.public import actor_of
from guanggu.web.problems import BadRequest, answer, as_problem

Bearer = Callable[[HttpRequest, str], Actor | None]
_bearers: list[Bearer] = []
_SAFE = ("GET", "HEAD", "OPTIONS")
PROBLEMS = frozenset({400, 401, 403, 404, 409, 422, 429, 503})

_UNKNOWN = T(
    "请先登录，或在 Authorization 头中提供有效的访问令牌。",
    "Sign in first, or give a valid access token in the Authorization header.",
)
_NO_TOKEN = T(
    "请求没有防伪令牌。浏览器内调用须带 X-CSRFToken 头。",
    "The request has no CSRF token. Calls from a browser need the header X-CSRFToken.",
)
_DO_NOT_FIT = T(
    "请求内容与接口说明不符，请按提示更正。",
    "The request does not fit the description; see its fields.",
)
_BY_TYPE = {
    "missing": T("缺少此项，请补上。", "This is missing; add it."),
    "extra_forbidden": T("接口没有此项，请删除。", "This is not part of the interface; remove it."),
}
_DOES_NOT_FIT = T(
    "此项不符合接口说明（{}），请更正。", "This does not fit the description ({}); correct it."
)


class FieldProblem(Schema):
    field: str
    detail: str


class ProblemDocument(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[FieldProblem] = []
    request_id: str = ""


class Unauthorised(Problem):
    status = 401
    code = "unauthorised"


def actor_of_bearer(request: HttpRequest, token: str) -> Actor | None:
    """Whose token it is; None: nobody's. Raises what the token's own rules raise."""
    for resolve in _bearers:
        actor = resolve(request, token)
        if actor is not None:
            return actor
    return None


def accept_bearer(resolve: Bearer) -> None:
    """Let ``resolve(request, token)`` say whose token it is; None: not one of its own."""
    _bearers.append(resolve)


def who(request: HttpRequest) -> Actor:
    """The caller: by bearer token, else by session (then with CSRF token), else a visitor."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        known = actor_of_bearer(request, token.strip())
        if known is None:
            raise Unauthorised(_UNKNOWN)
        request._actor = known  # type: ignore[attr-defined]
        return known
    actor = actor_of(request)
    if request.method not in _SAFE:
        if not actor.is_known:
            raise Unauthorised(_UNKNOWN)
        if check_csrf(request) is not None:
            raise Forbidden(_NO_TOKEN, code="csrf")
    return actor


def _of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {}
    for each in error.errors:
        # ("body", "given", "values", "name"): people know only the last parts.
        place = [str(part) for part in each.get("loc", ())]
        text = _BY_TYPE.get(each.get("type", "")) or _DOES_NOT_FIT.format(each.get("msg", ""))
        fields[".".join(place[2:] or place[1:] or place)] = text
    return answer(request, Invalid(_DO_NOT_FIT, fields=fields))


def _of_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    problem = BadRequest(_DO_NOT_FIT)
    problem.status = error.status_code
    return answer(request, problem)


def _of_other(request: HttpRequest, error: Exception) -> HttpResponse:
    problem = as_problem(error)
    if problem is None:
        raise error
    return answer(request, problem)


class Api(NinjaAPI):
    """Answers what goes wrong as problems, whatever raised it."""

    def __init__(self, **given: Any):
        super().__init__(docs_url=None, auth=who, **given)
        self.add_exception_handler(Problem, answer)
        self.add_exception_handler(ValidationError, _of_validation)
        self.add_exception_handler(HttpError, _of_http_error)
        self.add_exception_handler(Exception, _of_other)

    def get_openapi_schema(self, **given: Any) -> Any:
        """The description, with problems under their own media type."""
        schema = super().get_openapi_schema(**given)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation.get("responses", {}).items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content["application/problem+json"] = content.pop("application/json")
        return schema


ABOUT = {
    "title": "{0.zh} {0.en}".format(T("光谷", "Guanggu")),
    "version": guanggu.__version__,
    "description": "One resource for each register. Errors are RFC 9457 problems in the language "
    "of Accept-Language (zh or en).",
}
# Described by ``describing``, together with the registers.
api = Api(urls_namespace="api", openapi_url=None, **ABOUT)
