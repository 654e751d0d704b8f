"""What can go wrong, said so that the reader knows what to do next.

A ``Problem`` carries a stable ``code``, a bilingual ``message`` and, for input, the errors by
field. The web answers each kind with its ``status``; nothing else in the house knows HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping

from .bilingual import T


class Problem(Exception):
    status = 400
    code = "problem"

    def __init__(
        self, message: T, *, code: str | None = None, fields: Mapping[str, T] | None = None
    ):
        super().__init__(message.zh)
        self.message = message
        self.code = code or self.code
        self.fields: dict[str, T] = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class Invalid(Problem):
    """The input does not fit; ``fields`` names each place and its mend."""

    status = 422
    code = "invalid"


class Forbidden(Problem):
    """The actor may not do this here."""

    status = 403
    code = "forbidden"


class Missing(Problem):
    """No such thing, or none that this actor may know of."""

    status = 404
    code = "missing"


class Conflict(Problem):
    """Somebody else was first, or the thing has moved on."""

    status = 409
    code = "conflict"


class TooMany(Problem):
    """A rate or count limit is reached."""

    status = 429
    code = "too_many"


class Unavailable(Problem):
    """An engine outside does not answer; said openly, never passed over."""

    status = 503
    code = "unavailable"
