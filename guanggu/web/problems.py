"""A Problem becomes a page for people or ``application/problem+json`` (RFC 9457) for programs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from guanggu.base.bilingual import T, current_language
from guanggu.base.errors import Forbidden, Missing, Problem

_NOT_ALLOWED = T("该地址不支持这种操作。", "This address does not take that kind of request.")
log = logging.getLogger("guanggu.web")

TITLES = {
    400: T("请求有误", "We could not read this request"),
    401: T("需要登录", "Sign in first"),
    403: T("没有权限", "You may not do this"),
    404: T("页面不存在", "Page not found"),
    405: T("不支持该操作", "This cannot be done here"),
    409: T("内容已有变化", "This has changed"),
    413: T("提交内容过大", "This is too large"),
    422: T("填写内容有误", "Some of this needs correcting"),
    429: T("操作过于频繁", "Too many attempts"),
    500: T("服务出现故障", "Something went wrong on our side"),
    503: T("服务暂不可用", "This service is not available now"),
}
ADVICE = {
    400: T("请返回上一页，刷新后重试。", "Go back, reload the page and try again."),
    403: T(
        "如需办理，请切换到有权限的身份，或联系本单位管理员。",
        "Switch to a post that may do this, or ask your administrator.",
    ),
    404: T(
        "请核对网址，或从首页、搜索重新进入。该内容也可能已不对您开放。",
        "Check the address, or start again from the home page. It may also no longer be open to you.",
    ),
    409: T(
        "请返回并刷新页面，查看最新内容后再办理。", "Go back, reload, and look at the latest state."
    ),
    413: T("请缩小文件后重新提交。", "Make the file smaller and send it again."),
    422: T("请按提示更正后重新提交。", "Correct what is named above and send it again."),
    429: T("请稍候几分钟再试。", "Wait a few minutes and try again."),
    500: T(
        "您提交的内容可能没有保存，请稍后重试；如仍有问题，请联系我们。",
        "What you sent may not be saved. Try again later; contact us if it goes on.",
    ),
    503: T(
        "请稍后重试；紧急事项请前往服务窗口办理。",
        "Try again later, or come to the service counter.",
    ),
}


class BadRequest(Problem):
    status = 400
    code = "bad_request"


class NotAllowed(Problem):
    status = 405
    code = "not_allowed"


class Failure(Problem):
    status = 500
    code = "failure"


def wants_json(request: HttpRequest) -> bool:
    """Programs ask under /api/ or by an Accept header that does not name HTML."""
    if request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def problem_document(request: HttpRequest, problem: Problem) -> dict[str, Any]:
    """The members of RFC 9457 3.1, with ``errors`` by field and the request's number."""
    title = TITLES.get(problem.status, TITLES[400])
    document: dict[str, Any] = {
        "type": f"urn:guanggu:problem:{problem.code}",
        "title": str(title),
        "status": problem.status,
        "detail": str(problem.message),
        "code": problem.code,
        "instance": request.path,
    }
    if problem.fields:
        document["errors"] = [{"field": n, "detail": str(m)} for n, m in problem.fields.items()]
    if getattr(request, "request_id", ""):
        document["request_id"] = request.request_id  # type: ignore[attr-defined]
    return document


def _page(request: HttpRequest, problem: Problem) -> str:
    from guanggu.base.actor import VISITOR

    referrer = request.headers.get("Referer", "")
    same = urlsplit(referrer).netloc == request.META.get("HTTP_HOST", "")
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and problem.status != 500 and user.is_authenticated)
    values = {
        "status": problem.status,
        "title": TITLES.get(problem.status, TITLES[400]),
        "message": problem.message,
        "problems": list(problem.fields.items()),
        "advice": ADVICE.get(problem.status, ADVICE[400]),
        "offer_sign_in": problem.status in (403, 404) and not signed_in,
        "back": referrer if same and request.method == "POST" else "",
        "request_id": getattr(request, "request_id", ""),
    }
    if problem.status == 500:  # nothing that could fail again: no session, no database
        values |= {"actor": VISITOR, "nav_areas": [], "nav_entries": [], "request": None}
        values |= {"language": current_language()}
        return render_to_string("guanggu/error.html", values)
    return render_to_string("guanggu/error.html", values, request=request)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The response that says what is wrong and what to do, in the form the asker reads."""
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse(
            problem_document(request, problem),
            status=problem.status,
            content_type="application/problem+json; charset=utf-8",
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        response = HttpResponse(_page(request, problem), status=problem.status)
    seconds = getattr(problem, "retry_after_seconds", None)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def as_problem(error: BaseException) -> Problem | None:
    """The Problem that a framework's refusal amounts to; None for a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return Missing(T("没有找到您要的内容。", "There is nothing here."))
    if isinstance(error, PermissionDenied):
        return Forbidden(T("您没有办理此事项的权限。", "You do not have the right to do this."))
    if isinstance(error, RequestDataTooBig):
        return BadRequest(T("提交内容过大。", "This is too large."), code="too_large")
    if isinstance(error, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return BadRequest(T("请求内容无法识别。", "This request could not be read."))
    return None


class ProblemMiddleware:
    """Turns what views raise into answers; faults of ours go on to the log and the 500 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and "json" not in response.headers["Content-Type"]:
            told = answer(request, NotAllowed(_NOT_ALLOWED))
            told.headers["Allow"] = response.headers.get("Allow", "")
            return told
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = as_problem(error)
        if problem is None:
            return None
        log.info("problem %s %s", problem.status, problem.code)
        return answer(request, problem)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, as_problem(exception) or BadRequest(ADVICE[400]))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, as_problem(exception) or Forbidden(ADVICE[403]))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Missing(T("没有找到您要的内容。", "There is nothing here.")))


def failure(request: HttpRequest) -> HttpResponse:
    return answer(
        request, Failure(T("系统处理时出错，已记录。", "An error happened and was recorded."))
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: mostly a session that ended while the page was open."""
    return answer(
        request,
        Forbidden(
            T(
                "页面已过期，内容没有提交。请返回、刷新页面后重新提交。",
                "The page was open too long and nothing was sent. Go back, reload and send again.",
            ),
            code="page_expired",
        ),
    )
