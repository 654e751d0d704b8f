"""Standing pages that explain the platform itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T


def accessibility(request: HttpRequest) -> HttpResponse:
    """GET /help/accessibility/: the statement that GB/T 37668-2019 sites give."""
    crumbs = [(T("无障碍说明", "Accessibility"), "")]
    return render(request, "guanggu/accessibility.html", {"crumbs": crumbs})
