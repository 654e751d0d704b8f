"""Accounts, organisations, officials and applications on the web."""

from __future__ import annotations

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.web import navigation

from ..queries import ADMINISTER, AUDIT, OVERSEE, REVIEW_CLAIMS, SECURE
from . import applications, auditing, delegations, firms, officials, organisations, own_account

AT_ROOT = True

urlpatterns = [
    path("accounts/", own_account.overview, name="own_account"),
    path("accounts/register/", own_account.register, name="register"),
    path("accounts/contact/", own_account.contact, name="contact"),
    path("accounts/activity/", own_account.own_activity, name="activity"),
    path("accounts/firms/", firms.firms, name="firms"),
    path("accounts/firms/bind/", firms.bind, name="bind_firm"),
    path("accounts/firms/<int:pk>/agents/", firms.agents, name="agents"),
    path("accounts/firms/<int:pk>/end/", firms.end, name="end_representation"),
    path("accounts/delegations/", delegations.delegations, name="delegations"),
    path("accounts/delegations/new/<int:post>/", delegations.new, name="delegate"),
    path("accounts/delegations/<int:pk>/revoke/", delegations.revoke, name="revoke_delegation"),
    path("organisations/", organisations.tree, name="organisations"),
    path("organisations/new/", organisations.new, name="new_organisation"),
    path("organisations/posts/<int:pk>/edit/", organisations.edit_post, name="edit_post"),
    path("organisations/posts/<int:pk>/close/", organisations.shut_post, name="close_post"),
    path("organisations/posts/<int:pk>/roles/", organisations.roles, name="roles"),
    path("organisations/<slug:code>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:code>/edit/", organisations.edit, name="edit_organisation"),
    path("organisations/<slug:code>/move/", organisations.move, name="move_organisation"),
    path("organisations/<slug:code>/close/", organisations.close, name="close_organisation"),
    path("organisations/<slug:code>/posts/new/", organisations.new_post, name="new_post"),
    path("administration/officials/", officials.listing, name="officials"),
    path("administration/officials/new/", officials.new, name="new_official"),
    path("administration/officials/<uuid:sub>/", officials.official, name="official"),
    path("administration/officials/<uuid:sub>/propose/", officials.propose, name="propose"),
    path("administration/officials/<uuid:sub>/close/", officials.close, name="close_official"),
    path("administration/officials/<uuid:sub>/password/", officials.new_password, name="password"),
    path("administration/appointments/<int:pk>/end/", officials.dismiss, name="dismiss"),
    path("administration/confirmations/", officials.confirmations, name="confirmations"),
    path("administration/confirmations/<int:pk>/", officials.confirm, name="confirm"),
    path("administration/firm-claims/", firms.claims, name="firm_claims"),
    path("administration/firm-claims/<int:pk>/", firms.decide_claim, name="firm_claim"),
    path("administration/applications/", applications.listing, name="applications"),
    path("administration/applications/new/", applications.new, name="new_application"),
    path("administration/applications/<str:key>/edit/", applications.edit, name="application"),
    path("administration/applications/<str:key>/secret/", applications.secret, name="secret"),
    path("administration/applications/<str:key>/remove/", applications.remove, name="remove"),
    path("administration/sign-ins/", auditing.log, name="log"),
]

navigation.account_link(T("账户与安全", "Account and security"), "/accounts/", order=10)
navigation.account_link(
    T("我的企业", "My firms"), "/accounts/firms/", order=20,
    allows=navigation.residents_and_firms,
)  # fmt: skip
navigation.account_link(
    T("岗位委托", "Delegations"), "/accounts/delegations/", order=20,
    allows=navigation.officials,
)  # fmt: skip
for _title, _href, _order, _may in (
    (T("公务人员", "Officials"), "/administration/officials/", 10, OVERSEE),
    (T("任职确认", "Confirmations"), "/administration/confirmations/", 20, SECURE),
    (T("企业绑定审核", "Claims to firms"), "/administration/firm-claims/", 30, REVIEW_CLAIMS),
    (T("接入应用", "Applications"), "/administration/applications/", 40, ADMINISTER),
    (T("登录与授权日志", "Sign-in log"), "/administration/sign-ins/", 50, AUDIT),
):
    navigation.entry("administration", _title, _href, order=_order, allows=_may.is_possible)
navigation.entry("data", T("组织机构", "Organisations"), "/organisations/", order=90)
