"""Screens of their own: the register's desk, origins of fields, pairs side by side, merges."""

from __future__ import annotations

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.web import event_words, navigation

from ..queries import VIEW_SOURCES
from .correcting import correct
from .desk import desk
from .merging import merge, split
from .origins import sources
from .pairs import pair
from .words import HOME

for _kind, _title in {
    "legal_entities.created": T("建立法人记录", "Entity created"),
    "legal_entities.changed": T("法人信息更新", "Entity changed"),
    "legal_entities.merged": T("归并", "Merged"),
    "legal_entities.merged_away": T("并入其他法人", "Joined into another"),
    "legal_entities.split": T("拆分", "Split"),
    "legal_entities.received": T("接收来源数据", "Received from a source"),
    "legal_entities.corrected": T("人工更正", "Corrected by an official"),
    "legal_entities.moved": T("转入其他法人", "Moved to another entity"),
    "legal_entities.pair_found": T("发现疑似重复", "Possible duplicate found"),
    "legal_entities.pair_decided": T("核实疑似重复", "Pair decided"),
}.items():
    event_words.say(_kind, _title)

navigation.entry(
    "data", T("法人库工作台", "Register desk"), HOME, order=9, allows=VIEW_SOURCES.is_possible
)

urlpatterns = [
    path("desk/", desk, name="desk"),
    path("entity/<str:key>/sources/", sources, name="sources"),
    path("entity/<str:key>/correct/", correct, name="correct"),
    path("entity/<str:key>/merge/", merge, name="merge"),
    path("pairs/<str:key>/", pair, name="pair"),
    path("merges/<str:key>/split/", split, name="split"),
]
