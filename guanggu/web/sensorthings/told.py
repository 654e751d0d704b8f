"""A problem as this interface tells it: status and a JSON object with the message."""

from __future__ import annotations

from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing, Problem

from .answering import Answer

# Input that does not fit is 400 in the standard (clause 9.1, 10.2), 422 elsewhere in the house.
_STATUS = {Invalid: 400, Forbidden: 403, Missing: 404, Conflict: 409}


def told(problem: Problem) -> Answer:
    status = next((code for kind, code in _STATUS.items() if isinstance(problem, kind)), None)
    status = status or problem.status
    content = {
        "code": status, "type": "error", "reason": problem.code, "message": str(problem.message),
    }  # fmt: skip
    if problem.fields:
        content["errors"] = {name: str(text) for name, text in problem.fields.items()}
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="SensorThings"'
    return Answer(status, content, headers)
