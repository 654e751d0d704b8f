"""Addresses and ways in of the sensing's own pages, and the words of its events."""

from __future__ import annotations

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import REVIEW, SEE_ALARMS, SEE_INSIDE
from guanggu.web import addresses, event_words, navigation

from .alarms import alarm_page, alarms_page
from .arrival import arrival_page, station_arrival_page
from .held import held_page
from .review import review_page, station_review_page

urlpatterns = [
    path("sensing/alarms/", alarms_page, name="sensing-alarms"),
    path("sensing/alarms/<str:key>/", alarm_page, name="sensing-alarm"),
    path("sensing/review/", review_page, name="sensing-review"),
    path("sensing/review/held/", held_page, name="sensing-held"),
    path("sensing/review/<str:key>/", station_review_page, name="sensing-review-station"),
    path("sensing/arrival/", arrival_page, name="sensing-arrival"),
    path("sensing/arrival/<str:key>/", station_arrival_page, name="sensing-arrival-station"),
]
addresses.declare("alarms", "/sensing/alarms/{key}/")
for _title, _href, _order, _allows in (
    (T("报警", "Alarms"), "/sensing/alarms/", 10, SEE_ALARMS.is_possible),
    (T("数据审核", "Data review"), "/sensing/review/", 15, REVIEW.is_possible),
    (T("补传待定", "Re-sent data"), "/sensing/review/held/", 16, REVIEW.is_possible),
    (T("到报率与缺测", "What arrived"), "/sensing/arrival/", 20, SEE_INSIDE.is_possible),
):
    navigation.entry("sensing", _title, _href, order=_order, allows=_allows)
for _kind, _said, _tone in (
    ("alarm_opened", T("产生报警", "Alarm opened"), "bad"),
    ("alarm_worsened", T("级别升高", "More severe"), "bad"),
    ("alarm_stretched", T("补传数据并入", "Data sent late joined"), ""),
    ("alarm_acknowledged", T("确认报警", "Acknowledged"), "ok"),
    ("alarm_cleared", T("数据恢复正常", "Cleared"), "ok"),
    ("alarm_escalated", T("超时未确认，已转办", "Passed on"), "warn"),
    ("alarm_linked", T("关联办件", "Case linked"), ""),
    ("alarm_closed", T("关闭报警", "Closed"), "ok"),
    ("factor_adopted", T("采用未登记因子", "Factor adopted"), "ok"),
    ("frames_replayed", T("留存报文补存完成", "Frames in quarantine stored"), ""),
    ("data_reviewed", T("数据审核", "Data reviewed"), "ok"),
    ("data_expired", T("到期数据清除", "Expired data removed"), ""),
    ("stations_laid", T("登记监测设施", "Stations registered"), ""),
):
    event_words.say(f"observation.{_kind}", _said, _tone)
