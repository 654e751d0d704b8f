"""What the web itself serves beside the apps: the capacity switch and the gallery."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from guanggu.web.capacity import switch
from guanggu.web.gallery import gallery

urlpatterns = [path("accounts/capacity/", switch, name="switch_capacity")]
if not settings.PRODUCTION:
    urlpatterns.append(path("gallery/", gallery, name="gallery"))
