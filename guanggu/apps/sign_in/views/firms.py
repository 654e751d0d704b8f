"""Firms that a person may act for, and the agents whom a legal representative names."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import (
    FirmClaim,
    Representation,
    actor_of,
    add_agent,
    decide_firm_claim,
    end_representation,
    get,
    in_force,
)

from ..actions import claim_firm
from ..queries import LEGAL, OWN_REPRESENTATIONS, REVIEW_CLAIMS, agents_of
from ..rules import FINDINGS
from .deciding import decision_page
from .forms import AgentForm, FirmForm
from .posting import acting, confirm_page, form_page, key_of, own_account

HOME = "/accounts/firms/"
STATES = {
    "open": (T("待审核", "Awaiting review"), "warn"),
    "accepted": (T("已通过", "Accepted"), "ok"),
    "refused": (T("未通过", "Refused"), "bad"),
}


@require_safe
def firms(request: HttpRequest) -> HttpResponse:
    account = own_account(request)
    acting(request, OWN_REPRESENTATIONS)
    held = Representation.objects.filter(in_force(), account=account).order_by("firm_name")
    claims = [
        (claim, *STATES[claim.state])
        for claim in FirmClaim.objects.filter(account=account).order_by("-pk")[:20]
    ]
    return render(request, "sign_in/firms.html", {"held": held, "claims": claims})


@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    actor = acting(request, OWN_REPRESENTATIONS)
    form = FirmForm(request.POST or None)

    def perform(values: dict[str, Any]) -> str:
        answer = claim_firm(actor, key=key_of(request), **values)
        if "claim" in answer:
            said = T(
                "与法人信息库比对未能直接通过，已转工作人员审核，结果请在本页查看。",
                "The register could not confirm it; an official reviews it. Look here later.",
            )
            messages.warning(request, str(said))
        else:
            messages.success(request, str(T("绑定成功。", "You act for the firm now.")))
        return HOME

    return form_page(
        request,
        form,
        perform,
        title=T("绑定企业", "Act for a firm"),
        submit=T("提交", "Submit"),
        back=HOME,
        lead=T(
            "由法定代表人本人办理。姓名和登记电话与法人信息库一致的当场绑定，否则转工作人员审核。",
            "By the legal representative. Where name and telephone agree with the register it is "
            "done at once, else an official reviews it.",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agents(request: HttpRequest, pk: int) -> HttpResponse:
    """Agents of the firm of one's own representation ``pk``."""
    actor = actor_of(request)
    own = get(actor, Representation, OWN_REPRESENTATIONS, pk=pk, account=actor.account, role=LEGAL)
    form = AgentForm(request.POST or None)
    address = f"{HOME}{pk}/agents/"

    def perform(values: dict[str, Any]) -> str:
        add_agent(actor, key=key_of(request), firm=own.firm, **values)
        return address

    page = form_page(
        request,
        form,
        perform,
        title=T("增加代办人", "Add an agent"),
        submit=T("增加", "Add"),
        back=HOME,
        done=T("已增加代办人。", "Agent added."),
    )
    if page.status_code == 302:
        return page
    values = {"own": own, "agents": agents_of(own.firm).exclude(pk=own.pk), "form": form}
    return render(request, "sign_in/agents.html", values, status=page.status_code)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = get(actor, Representation.objects.filter(in_force()), OWN_REPRESENTATIONS, pk=pk)

    def perform() -> str:
        end_representation(actor, key=key_of(request), representation=pk)
        return HOME

    return confirm_page(
        request,
        perform,
        title=T("解除代办关系", "End the representation"),
        text=T("解除后，{}不能再代表“{}”办理业务。", "{} may then no longer act for “{}”.").format(
            row.account.name, row.firm_name
        ),
        action=T("解除", "End"),
        back=HOME,
        done=T("已解除。", "Ended."),
    )


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The official's list of claims that wait."""
    acting(request, REVIEW_CLAIMS)
    waiting = FirmClaim.objects.filter(state="open").select_related("account").order_by("pk")[:100]
    rows = [(claim, FINDINGS.get(claim.finding, claim.finding)) for claim in waiting]
    return render(request, "sign_in/claims.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def decide_claim(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request, REVIEW_CLAIMS)
    claim = get(actor, FirmClaim, REVIEW_CLAIMS, pk=pk)

    def perform(accepted: bool, remark: str) -> str:
        decide_firm_claim(actor, key=key_of(request), claim=pk, accepted=accepted, remark=remark)
        return "/administration/firm-claims/"

    rows = [
        (T("申请人", "Who"), claim.account.name),
        (T("身份证件号码", "Identity number"), claim.account.citizen_id_masked),
        (T("企业名称", "Firm"), claim.firm_name),
        (T("统一社会信用代码", "Unified code"), claim.firm),
        (T("系统比对结果", "What the check found"), FINDINGS.get(claim.finding, claim.finding)),
        (T("提交时间", "Claimed"), claim.claimed_at),
    ]
    return decision_page(
        request,
        perform,
        title=T("审核企业绑定申请", "Decide a claim to a firm"),
        rows=rows,
        yes=T("通过", "Accept"),
        no=T("不通过", "Refuse"),
        back="/administration/firm-claims/",
        remark_needed=True,
    )
