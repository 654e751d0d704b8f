"""The front door of the district, at the root of the site."""

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.web import navigation

from . import booking, choosing, home, mine, notices, searching, verifying

AT_ROOT = True

urlpatterns = [
    path("", home.home_page, name="home"),
    path("search/", searching.search_page, name="search"),
    path("choose/", choosing.choose_page, name="choose"),
    path("mine/", mine.my_page, name="mine"),
    path("mine/documents/", mine.documents_page, name="documents"),
    path("mine/documents/<str:key>/file/", mine.document_file, name="document_file"),
    path("verify/", verifying.verify_page, name="verify"),
    path("verify/<str:code>", verifying.verify_code, name="verify_code"),
    path("booking/", booking.booking_page, name="booking"),
    path("booking/mine/", booking.my_bookings, name="my_bookings"),
    path("booking/desk/", booking.desk_page, name="desk"),
    path("booking/<int:slot>/cancel/", booking.cancel, name="cancel_booking"),
    path("notices/", notices.notices_page, name="notices"),
    path("notices/<str:key>/", notices.notice_page, name="notice"),
]

navigation.entry("home", T("首页", "Home"), "/", order=0)
navigation.entry("services", T("引导选择", "Guided choice"), "/choose/", order=15)
navigation.entry("services", T("证照核验", "Check a document"), "/verify/", order=40)
navigation.entry("services", T("预约办理", "Book a counter"), "/booking/", order=45)
navigation.entry(
    "mine", T("我的预约", "My bookings"), "/booking/mine/", order=30,
    allows=navigation.residents_and_firms,
)  # fmt: skip
navigation.entry(
    "work", T("预约名单", "Bookings"), "/booking/desk/", order=60,
    allows=lambda actor: actor.kind == "official" and actor.has("accept", "catalogue"),
)  # fmt: skip
navigation.entry("services", T("通知公告", "Notices"), "/notices/", order=50)
navigation.entry(
    "mine", T("我的首页", "My page"), "/mine/", order=5, allows=navigation.residents_and_firms
)
navigation.entry(
    "mine", T("我的证照", "My documents"), "/mine/documents/", order=20,
    allows=navigation.residents_and_firms,
)  # fmt: skip
navigation.entry(
    "administration", T("公告管理", "Notices"), "/portal/notices/", order=30,
    allows=lambda actor: actor.has("catalogue"),
)  # fmt: skip
