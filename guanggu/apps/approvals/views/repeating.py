"""A form that comes twice (double click, lost answer, back button) is answered, not done again."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.journal.public import ActionReceipt

DONE_ALREADY = T(
    "该表单已经提交过，没有重复办理。以下是目前的情况。",
    "This form was submitted already and was not acted on again. This is how things stand.",
)


def repeated(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """What the form's first sending answered; None where this is the first."""
    key = request.POST.get("request_key", "")
    if request.method != "POST" or not key:
        return None
    receipt = ActionReceipt.objects.filter(key=key[:64], actor=actor.ref).first()
    if receipt is None:
        return None
    messages.info(request, str(DONE_ALREADY))
    return json.loads(receipt.result)
