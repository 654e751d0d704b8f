"""The screens of the office."""

from django.urls import path

from .document import document_page, file_page, scan_page
from .drafting import change_page, new_page
from .receiving import received, register_page
from .tasks import tasks

urlpatterns = [
    path("", tasks, name="tasks"),
    path("documents/new/", new_page, name="new"),
    path("documents/<str:key>/", document_page, name="document"),
    path("documents/<str:key>/change/", change_page, name="change"),
    path("documents/<str:key>/file.pdf", file_page, name="file"),
    path("documents/<str:key>/scans/<str:scan>/", scan_page, name="scan"),
    path("received/", received, name="received"),
    path("received/new/", register_page, name="register"),
]
