"""The words that a service item is written in: each code with its name in both languages."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.standards import gb_t_39554_1_2020 as standard

ITEM_TYPES = standard.ITEM_TYPES
ITEM_KINDS = standard.ITEM_KINDS
SUBJECTS = standard.SERVICE_OBJECTS

STATUSES = {
    "in_force": T("在用", "In force"),
    "suspended": T("暂停办理", "Suspended"),
    "ended": T("取消", "Ended"),
}

# How the case kernel runs an application; each is a procedure there.
PROCEDURES = {
    "immediate": T("即时办结", "Settled at once"),
    "general": T("一般程序", "Ordinary procedure"),
    "with_inspection": T("含现场勘验", "With an inspection on site"),
    "with_hearing": T("含听证", "With a hearing"),
    "expert_review": T("含专家评审", "With an expert review"),
    "joint_review": T("多部门联合审查", "Joint review by departments"),
}

# 行政许可法第四十五条: the time of these is not counted and is told in writing.
SPECIAL_STEPS = {
    "inspection": T("现场勘验", "Inspection on site"),
    "testing": T("检验、检测、检疫", "Testing or quarantine"),
    "appraisal": T("鉴定", "Appraisal"),
    "expert_review": T("专家评审", "Expert review"),
    "hearing": T("听证", "Hearing"),
    "publicity": T("公示", "Publication for comment"),
}

DELIVERY_WAYS = {
    "window": T("窗口领取", "At the counter"),
    "post": T("邮寄送达", "By post"),
    "online": T("电子证照", "Electronic certificate"),
}

MATERIAL_KINDS = {
    "original": T("原件", "Original"),
    "copy": T("复印件", "Copy"),
    "original_and_copy": T("原件及复印件", "Original and copy"),
}
FORMS = {
    "electronic": T("电子", "Electronic"),
    "paper": T("纸质", "Paper"),
    "both": T("纸质或电子", "Paper or electronic"),
}
SOURCES = {
    "applicant": T("申请人自备", "Made by the applicant"),
    "government": T("政府部门核发", "Issued by a government body"),
    "intermediary": T("中介机构出具", "Made by a licensed intermediary"),
    "shared": T("部门共享，免提交", "Shared between departments; need not be submitted"),
    "form": T("线上填报即生成，免提交", "Made from the online form; need not be submitted"),
}
FILE_TYPES = ("pdf", "jpg", "png", "ofd", "doc", "docx", "xls", "xlsx", "dwg", "zip")

# Guided choice: what somebody wants to do, in his own words.
THEMES = {
    "open_business": T("我要办企业", "Start a business"),
    "open_shop": T("我要开店", "Open a shop or restaurant"),
    "build": T("我要盖楼", "Build or fit out"),
    "occupy_road": T("我要占道、挖路", "Use or dig up a road"),
    "water_drainage": T("我要用水、排水", "Take or discharge water"),
    "environment": T("我要做环保手续", "Meet environmental duties"),
    "advertise": T("我要做广告、办活动", "Advertise or hold an event"),
    "school_clinic": T("我要办学、办医", "Run a school or clinic"),
    "culture": T("我要办文化娱乐", "Culture and entertainment"),
    "transport_danger": T("我要搞运输、危化品", "Transport and dangerous goods"),
    "innovate": T("我要科技创新", "Innovate"),
    "talent": T("我要办人才", "Talent and housing"),
    "employ": T("我要用工", "Employ people"),
    "invest": T("我要投资立项", "Invest in a project"),
}

# Kinds of form field as a clerk writes them, with their JSON Schema.
FIELD_KINDS = {
    "section": T("分节", "Section"),
    "table": T("表格", "Table"),
    "text": T("文本", "Text"),
    "long_text": T("多行文本", "Long text"),
    "integer": T("整数", "Whole number"),
    "number": T("数字", "Number"),
    "yes_no": T("是否", "Yes or no"),
    "tick": T("勾选确认", "Tick to confirm"),
    "choice": T("单选", "One of"),
    "choices": T("多选", "Some of"),
    "date": T("日期", "Date"),
    "uscc": T("统一社会信用代码", "Unified social credit code"),
    "citizen-id": T("身份证号码", "Citizen identity number"),
    "mobile": T("手机号码", "Mobile number"),
    "phone": T("电话", "Telephone"),
    "email": T("电子邮箱", "E-mail"),
    "postcode": T("邮政编码", "Postcode"),
}
