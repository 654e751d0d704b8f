"""The screens of approvals: applicants, the public, officials."""

from __future__ import annotations

from django.urls import path

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.web import addresses, navigation

from . import applying, matters, overview, procedures, progress, steering, work

APPLY = "apply/<slug:item>/<slug:draft>/"
MATTER = "matters/<slug:number>/"
CASE = "work/cases/<slug:number>/"

urlpatterns = [
    path("apply/<slug:item>/", applying.introduce, name="introduce"),
    path(APPLY, applying.resume, name="resume"),
    path(APPLY + "upload/", applying.upload, name="upload"),
    path(APPLY + "remove/", applying.remove_file, name="remove_file"),
    path(APPLY + "discard/", applying.discard, name="discard"),
    path(APPLY + "<slug:step>/", applying.step, name="step"),
    path("matters/", matters.listing, name="matters"),
    path(MATTER, matters.detail, name="matter"),
    path(MATTER + "receipt/", matters.receipt, name="receipt"),
    path(MATTER + "qr.svg", matters.progress_code, name="progress_code"),
    path(MATTER + "correct/", matters.correct, name="correct"),
    path(MATTER + "withdraw/", matters.withdraw, name="withdraw"),
    path(MATTER + "appeal/", matters.appeal, name="appeal"),
    path(MATTER + "rate/", matters.rate, name="rate"),
    path(MATTER + "files/<slug:file>/", matters.material, name="material"),
    path(MATTER + "papers/<slug:paper>/", matters.paper, name="paper"),
    path("progress/", progress.progress, name="progress"),
    path("work/", work.worklist_page, name="work"),
    path("work/overview/", overview.overview, name="overview"),
    path(CASE, work.case_page, name="case"),
    path(CASE + "tasks/<int:task>/", work.decide, name="decide"),
    path(CASE + "tasks/<int:task>/claim/", work.claim, name="claim"),
    path(CASE + "tasks/<int:task>/release/", work.release, name="release"),
    path(CASE + "<slug:deed>/", steering.steer, name="steer"),
    path("procedures/", procedures.listing, name="procedures"),
    path("procedures/publish/", procedures.publish, name="publish"),
    path("procedures/<str:code>/<int:version>/", procedures.detail, name="procedure"),
]


def _works(actor: Actor) -> bool:
    return actor.kind == "official" and actor.has("accept", "review", "decide", "head", "deliver")


navigation.entry(
    "mine", T("我的办件", "My matters"), "/approvals/matters/", order=10,
    allows=navigation.residents_and_firms,
)  # fmt: skip
navigation.entry(
    "services", T("办件进度", "Progress of a matter"), "/approvals/progress/", order=30
)
navigation.entry("work", T("待办任务", "Worklist"), "/approvals/work/", order=10, allows=_works)
navigation.entry(
    "work", T("办件总览", "Overview"), "/approvals/work/overview/", order=20, allows=_works
)
navigation.entry(
    "administration", T("审批程序", "Procedures"), "/approvals/procedures/", order=40,
    allows=lambda actor: actor.kind == "official" and actor.has("administer", "catalogue"),
)  # fmt: skip
addresses.declare("cases", "/approvals/work/cases/{key}/")
addresses.declare("drafts", "/approvals/matters/")
