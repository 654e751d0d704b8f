"""How the events of a matter read in its history."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.web import event_words

_WORDS: dict[str, tuple[T, str]] = {
    "submitted": (T("提交申请，取得收件凭证", "Application handed in, receipt given"), "ok"),
    "accepted": (T("予以受理", "Accepted"), "ok"),
    "deemed_accepted": (
        T("逾期未告知，视为受理", "Deemed accepted: time passed in silence"),
        "warn",
    ),
    "notice_given": (T("一次性告知补正", "One-time notice given"), "warn"),
    "second_notice_attempted": (
        T("试图再次告知补正（已拒绝）", "Second notice attempted, refused"),
        "bad",
    ),
    "corrected": (T("申请人提交补正", "Applicant handed in corrections"), ""),
    "declined": (T("不予受理", "Declined"), "bad"),
    "special_begun": (T("启动特别程序", "Special procedure begun"), "warn"),
    "special_ended": (T("特别程序完成", "Special procedure done"), ""),
    "clock_paused": (T("暂停计时", "Limits paused"), "warn"),
    "clock_resumed": (T("恢复计时", "Limits resumed"), ""),
    "extended": (T("延长审批期限", "Limit extended"), "warn"),
    "decided": (T("作出决定", "Decided"), "ok"),
    "returned": (T("退回重新审查", "Returned for review"), "warn"),
    "terminated": (T("终止办理", "Terminated"), "bad"),
    "certificate_issued": (T("制发证件", "Certificate made out"), "ok"),
    "delivered": (T("送达", "Delivered"), "ok"),
    "withdrawn": (T("申请人撤回", "Withdrawn by the applicant"), "bad"),
    "stage_skipped": (T("跳过法定环节", "Stage skipped"), "bad"),
    "appealed": (T("提出申诉", "Appealed"), "warn"),
    "appeal_answered": (T("申诉答复", "Appeal answered"), ""),
    "reopened": (T("重新办理", "Reopened"), "warn"),
    "rated": (T("评价", "Rated"), ""),
    "follow_up_answered": (T("差评整改答复", "Follow-up answered"), ""),
    "fee_noticed": (T("通知缴费", "Notice of a fee"), ""),
    "fee_outside_item": (T("收取事项外费用", "Fee outside the item"), "bad"),
    "fee_paid": (T("缴费登记", "Payment recorded"), ""),
    "draft_started": (T("开始填写申请", "Application begun"), ""),
    "draft_saved": (T("保存草稿", "Draft saved"), ""),
    "draft_discarded": (T("草稿提交或删除", "Draft submitted or discarded"), ""),
}
for _name, (_title, _tone) in _WORDS.items():
    event_words.say(f"approvals.{_name}", _title, _tone)
