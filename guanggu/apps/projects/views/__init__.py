"""Screens of the projects."""

from django.urls import path

from .bulletins import bulletin_file, bulletin_page, bulletins_page
from .overview import gantt_page, overview_page
from .project import advance_page, project_page
from .reviewing import photo_page, report_page, review_page
from .sending import send_photo, send_report
from .warnings import warning_page, warnings_page
from .writing import write_page, writing_page

urlpatterns = [
    path("", overview_page, name="overview"),
    path("gantt/", gantt_page, name="gantt"),
    path("project/<str:key>/", project_page, name="project"),
    path("project/<str:key>/advance/", advance_page, name="advance"),
    path("write/", writing_page, name="writing"),
    path("write/<str:key>/", write_page, name="write"),
    path("sending/report/", send_report, name="send_report"),
    path("sending/photo/", send_photo, name="send_photo"),
    path("review/", review_page, name="review"),
    path("report/<str:key>/", report_page, name="report"),
    path("report/<str:key>/photos/<str:file>/", photo_page, name="photo"),
    path("warnings/", warnings_page, name="warnings"),
    path("warnings/<str:key>/", warning_page, name="warning"),
    path("bulletins/", bulletins_page, name="bulletins"),
    path("bulletins/<str:key>/", bulletin_page, name="bulletin"),
    path("bulletins/<str:key>/bulletin.pdf", bulletin_file, name="bulletin_file"),
]
