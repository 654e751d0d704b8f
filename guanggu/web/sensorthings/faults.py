"""What a request to this interface can have wrong, in the words of its answers."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem


class Malformed(Problem):
    """400: the address or an option cannot be read (18-088 clause 9.3, 10)."""

    status = 400
    code = "malformed"


class Unauthorised(Problem):
    status = 401
    code = "unauthorised"


class NotAllowed(Problem):
    status = 405
    code = "not_allowed"


def bad(message: T, *values: object) -> Malformed:
    return Malformed(message.format(*values) if values else message)


UNKNOWN_CALLER = T(
    "请提供有效的访问密钥：Authorization: Bearer 密钥，或以密钥为口令的 Basic 认证。",
    "Give a valid access key: Authorization: Bearer KEY, or Basic with the key as password.",
)
