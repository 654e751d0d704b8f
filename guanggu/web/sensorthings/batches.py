"""Batch requests (18-088 clause 12): multipart/mixed with change sets, and the JSON form that
newer clients speak (OData JSON Format 4.01, clause 19)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from django.db import transaction

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem
from guanggu.base.ids import new_id

from .answering import Answer, Call, answer
from .data_writing import stored_together
from .faults import bad
from .told import told

REQUESTS_MAX = 500
_LINE = re.compile(r"(GET|POST|PATCH|PUT|DELETE)\s+(\S+)(?:\s+HTTP/[\d.]+)?\s*")
_NOT_BATCH = T("批量请求格式有误，请核对。", "The batch cannot be read; check it.")


class _Failed(Exception):
    """One of a change set failed: all of it is taken back."""

    def __init__(self, answered: Answer):
        super().__init__()
        self.answered = answered


def answer_batch(call: Call) -> Answer:
    if call.content_type.startswith("application/json"):
        return _json(call)
    if call.content_type.startswith("multipart/mixed"):
        return _multipart(call)
    raise _malformed()


def _malformed() -> Problem:
    return bad(_NOT_BATCH)


def _one(
    call: Call, method: str, url: str, body: bytes, content_type: str, made: dict[str, str]
) -> Answer:
    """Problems become their answers; ``$name`` at the front of the url is what was made before."""
    try:
        return answer(_inner(call, method, url, body, content_type, made))
    except Problem as problem:
        return told(problem)


def _inner(
    call: Call, method: str, url: str, body: bytes, content_type: str, made: dict[str, str]
) -> Call:
    for name, link in made.items():
        if url.strip("/").split("/")[0] == f"${name}":
            url = url.replace(f"${name}", link, 1).lstrip("/")
        body = body.replace(b'"@iot.id":"$' + name.encode() + b'"', _id_of(link))
        body = body.replace(b'"@iot.id": "$' + name.encode() + b'"', _id_of(link))
    parts = urlsplit(url)
    path = parts.path
    root = urlsplit(call.base).path
    if path.startswith(root + "/"):
        path = path.removeprefix(root)
    if "$batch" in path:
        raise _malformed()
    return replace(
        call, method=method, path=unquote(path), body=body, content_type=content_type,
        pairs=parse_qsl(parts.query, keep_blank_values=True), wants_nothing=False,
    )  # fmt: skip


def _id_of(link: str) -> bytes:
    identifier = link[link.index("(") + 1 : link.rindex(")")]
    return b'"@iot.id":' + identifier.replace("'", '"').encode()


def _together(run: Callable[[], list[Answer]]) -> list[Answer]:
    """All or nothing. Raises _Failed with the answer of the one that failed."""
    with transaction.atomic(), stored_together():
        answers = run()
        for each in answers:
            if each.status >= 400:
                raise _Failed(each)
    return answers


# -- JSON


def _json(call: Call) -> Answer:
    try:
        given = orjson.loads(call.body)["requests"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise _malformed() from error
    if not isinstance(given, list) or len(given) > REQUESTS_MAX:
        raise _malformed()
    if not all(isinstance(each, dict) and isinstance(each.get("url"), str) for each in given):
        raise _malformed()
    made: dict[str, str] = {}
    responses: list[dict[str, Any]] = []
    for group in _groups(given):
        responses += _json_group(call, group, made)
    return Answer(200, {"responses": responses})


def _groups(given: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Neighbours of one atomicity group together, the others alone."""
    groups: list[list[dict[str, Any]]] = []
    for each in given:
        name = each.get("atomicityGroup")
        if name and groups and groups[-1][0].get("atomicityGroup") == name:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _json_group(
    call: Call, group: list[dict[str, Any]], made: dict[str, str]
) -> list[dict[str, Any]]:  # fmt: skip
    def run() -> list[Answer]:
        answers = []
        for each in group:
            body = orjson.dumps(each.get("body")) if each.get("body") is not None else b""
            headers = {str(n).lower(): str(v) for n, v in (each.get("headers") or {}).items()}
            kind = headers.get("content-type", "application/json")
            method = str(each.get("method", "GET")).upper()
            answered = _one(call, method, each["url"], body, kind, made)
            if "Location" in answered.headers and each.get("id") is not None:
                made[str(each["id"])] = answered.headers["Location"]
            answers.append(answered)
        return answers

    if not group[0].get("atomicityGroup"):
        return [_response(group[0], run()[0])]
    try:
        return [_response(e, a) for e, a in zip(group, _together(run), strict=True)]
    except _Failed as failed:
        return [_response(each, failed.answered) for each in group]


def _response(given: dict[str, Any], answered: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {"id": given.get("id"), "status": answered.status}
    if "Location" in answered.headers:
        found["location"] = answered.headers["Location"]
    if answered.content is not None:
        content = answered.content
        found["body"] = _text(content) if isinstance(content, bytes) else content
    return found


def _text(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content.decode()


# -- multipart


def _multipart(call: Call) -> Answer:
    boundary = f"batch_{new_id().hex}"
    made: dict[str, str] = {}
    parts = []
    for part in _parts(call.content_type, call.body):
        if part.get_content_type() == "multipart/mixed":
            parts.append(_change_set(call, part, made))
        else:
            parts.append(_http_part(_of_part(call, part, made), part))
    content = _joined(boundary, parts)
    return Answer(200, content, content_type=f"multipart/mixed;boundary={boundary}")


def _parts(content_type: str, body: bytes) -> list[Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if not parts or len(parts) > REQUESTS_MAX:
        raise _malformed()
    return parts


def _of_part(call: Call, part: Any, made: dict[str, str]) -> Answer:
    raw = part.get_payload(decode=True) or b""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, _, rest = head.decode("utf-8", "replace").partition("\n")
    line = _LINE.fullmatch(first.strip())
    if line is None:
        return told(_malformed())
    found = re.search(r"(?im)^content-type:\s*(.+)$", rest)
    kind = found[1].strip() if found else "application/json"
    answered = _one(call, line[1], line[2], body.strip(), kind, made)
    name = part.get("Content-ID")
    if name and "Location" in answered.headers:
        made[str(name).strip()] = answered.headers["Location"]
    return answered


def _change_set(call: Call, part: Any, made: dict[str, str]) -> bytes:
    inner = list(part.iter_parts())
    try:
        answers = _together(lambda: [_of_part(call, each, made) for each in inner])
    except _Failed as failed:
        return _http_part(failed.answered, inner[0])
    boundary = f"changeset_{new_id().hex}"
    told_parts = [_http_part(a, p) for a, p in zip(answers, inner, strict=True)]
    head = f"Content-Type: multipart/mixed;boundary={boundary}\r\n\r\n".encode()
    return head + _joined(boundary, told_parts)


def _http_part(answered: Answer, part: Any) -> bytes:
    lines = ["Content-Type: application/http"]
    if part.get("Content-ID"):
        lines.append(f"Content-ID: {part.get('Content-ID')}")
    lines += ["", f"HTTP/1.1 {answered.status} {_PHRASES.get(answered.status, 'Answer')}"]
    if "Location" in answered.headers:
        lines.append(f"Location: {answered.headers['Location']}")
    content = answered.content
    if content is not None and not isinstance(content, bytes):
        content = orjson.dumps(content)
        lines.append("Content-Type: application/json")
    return "\r\n".join([*lines, "", ""]).encode() + (content or b"")


def _joined(boundary: str, parts: list[bytes]) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


_PHRASES = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 404: "Not Found"}
