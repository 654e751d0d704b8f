"""Is this server able to answer? For supervisors, balancers and ``guanggu serve``."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, 503 where it does not; never cached, nothing secret."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse(
            {"state": "database"}, status=503, headers={"Cache-Control": "no-store"}
        )
    return JsonResponse({"state": "ready"}, headers={"Cache-Control": "no-store"})
