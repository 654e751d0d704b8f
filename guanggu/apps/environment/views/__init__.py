"""Screens of the environment."""

from django.urls import path

from .cases import case_page, cases_page, paper_page

urlpatterns = [
    path("cases/", cases_page, name="cases"),
    path("cases/<str:key>/", case_page, name="case"),
    path("cases/<str:key>/papers/<str:paper>/", paper_page, name="paper"),
]
