"""The screens of the data centre: at the root, for the open page and the CKAN interface."""

from django.urls import path

from .catalogue import catalogue_page, items_page, resource_page
from .ckan import action_endpoint
from .dcat import catalogue_file
from .lineage import lineage_page
from .open_data import open_file, open_list, open_page
from .quality import quality_page, resource_quality_page, rule_page
from .requests import new_request_page, request_page, requests_page
from .workbench import workbench_page

AT_ROOT = True
urlpatterns = [
    path("data/", catalogue_page, name="catalogue"),
    path("data/catalog.<str:kind>", catalogue_file, name="dcat"),
    path("data/resources/<str:key>/", resource_page, name="resource"),
    path("data/resources/<str:key>/items/", items_page, name="items"),
    path("data/resources/<str:key>/lineage/", lineage_page, name="lineage"),
    path("data/resources/<str:key>/quality/", resource_quality_page, name="resource-quality"),
    path("data/resources/<str:key>/request/", new_request_page, name="new-request"),
    path("data/requests/", requests_page, name="requests"),
    path("data/requests/<str:key>/", request_page, name="request"),
    path("data/workbench/", workbench_page, name="workbench"),
    path("data/quality/", quality_page, name="quality"),
    path("data/quality/rules/<str:key>/", rule_page, name="rule"),
    path("opendata/", open_list, name="open-list"),
    path("opendata/<str:key>/", open_page, name="open-page"),
    path("opendata/<str:key>/data.<str:kind>", open_file, name="open-file"),
    path("api/3/action/<str:name>", action_endpoint, name="ckan"),
    path("api/action/<str:name>", action_endpoint, name="ckan-newest"),
]
