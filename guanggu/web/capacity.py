"""Switching the post or firm in which one acts: the account menu posts here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import switch_capacity


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act in the posted ``code`` from now on and go back to ``next``. Raises Forbidden."""
    switch_capacity(request, request.POST.get("code", ""))
    messages.success(request, str(T("已切换身份。", "You now act in another capacity.")))
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else "/")
