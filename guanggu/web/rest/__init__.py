"""The interface for programs: OpenAPI at /api/openapi.json, read by people at /api/docs.

Every register has its own resources under /api/v1/<collection>/. An app's ``rest.py`` adds what
is not a register::

    from guanggu.web.rest import ProblemDocument, PROBLEMS, Router, api

    router = Router(tags=["cases"])
    api.add_router("/v1/cases", router)

    @router.get("/{key}", response={200: CaseOut, PROBLEMS: ProblemDocument})
    def one_case(request, key: str): ...

The acting person is ``actor_of(request)``, a visitor where nobody signed in; Problems that a view
raises are answered as ``application/problem+json``.
"""

from ninja import Router

from .interface import PROBLEMS, ProblemDocument, accept_bearer, actor_of_bearer, api

__all__ = ["PROBLEMS", "ProblemDocument", "Router", "accept_bearer", "actor_of_bearer", "api"]
