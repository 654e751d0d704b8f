"""The published directory: what the district does for people and firms, and how to apply."""

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.web import navigation

from .directory import directory_page
from .guide import guide_page

urlpatterns = [
    path("", directory_page, name="directory"),
    path("items/<str:key>/", guide_page, name="guide"),
]

navigation.entry("services", T("办事指南", "Service guide"), "/powers/", order=10)
navigation.entry(
    "administration", T("权力事项管理", "Service items"), "/powers/service_items/", order=20,
    allows=lambda actor: actor.has("catalogue"),
)  # fmt: skip
