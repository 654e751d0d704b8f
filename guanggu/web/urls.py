"""What the web itself serves beside the apps: the screens of the registers, and the gallery."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from guanggu.web.capacity import switch
from guanggu.web.connectors.views import urlpatterns as connectors
from guanggu.web.features.urls import urlpatterns as features
from guanggu.web.gallery import gallery
from guanggu.web.help import accessibility
from guanggu.web.indicators.urls import urlpatterns as indicators
from guanggu.web.jobs.views import urlpatterns as jobs
from guanggu.web.ngsi_ld.views import urlpatterns as ngsi_ld
from guanggu.web.observation_sheets import urlpatterns as observation_sheets
from guanggu.web.observations.urls import urlpatterns as observations
from guanggu.web.observing import health, metrics
from guanggu.web.rest import api
from guanggu.web.rest.describing import openapi_json, register_paths
from guanggu.web.rest.docs import docs
from guanggu.web.screens.urls import screens
from guanggu.web.sensorthings.views import urlpatterns as sensorthings

urlpatterns = [
    path("api/docs", docs, name="api_docs"),
    path("api/openapi.json", openapi_json, name="openapi_json"),
    # What an app adds beside its register (…/changes) comes before the register's <key>.
    path("api/", api.urls),
    path("api/", include(register_paths())),
    path("healthz", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("help/accessibility/", accessibility, name="accessibility"),
    path("accounts/capacity/", switch, name="switch_capacity"),
    *ngsi_ld,
    *sensorthings,
    *connectors,
    *features,
    *jobs,
    *observations,
    *indicators,
    *observation_sheets,
    *screens(),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("gallery/", gallery, name="gallery"))
