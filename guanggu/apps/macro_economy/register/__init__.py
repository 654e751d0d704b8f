"""Registers of the economy, its ways in, and the words of its events."""

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.indicator.public import keeps_indicators
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..models import EconomicSeries, SdmxUpload
from ..queries.scopes import CHANGE_SERIES, VIEW_SERIES, VIEW_UPLOADS

register(
    Register(
        model=EconomicSeries,
        title=T("经济序列", "Series of the economy"),
        one=T("经济序列", "Series"),
        view=VIEW_SERIES,
        change=CHANGE_SERIES,
        columns=("key", "indicator", "code", "reporting", "is_adjusted"),
        filters=("reporting", "is_headline"),
        sections=(
            Section(
                T("序列", "Series"),
                ("indicator", "code", "reporting", "is_adjusted", "is_headline", "rank",
                 "is_sample"),
            ),
        ),
        search=("key", "code"),
        scopes=lambda one: ("public",) if one.indicator.is_public else ("staff",),
        order="rank",
        new_key=lambda one: one.indicator.key,
        in_menu=False,
    )
)  # fmt: skip
register(
    Register(
        model=SdmxUpload,
        title=T("SDMX 数据文件", "SDMX files"),
        one=T("SDMX 数据文件", "SDMX file"),
        view=VIEW_UPLOADS,
        columns=("name", "by", "state", "observed", "added", "updated_at"),
        filters=("state",),
        sections=(
            Section(
                T("文件", "File"),
                ("name", "sha256", "by", "reason", "state", "observed", "added", "unchanged"),
            ),
        ),
        search=("key", "name"),
        new_key=lambda upload: f"SX-{readable_code(8)}",
        order="-key",
        in_menu=False,
    )
)

addresses.declare("economic_series", "/macro_economy/series/{key}/")
addresses.declare("sdmx_uploads", "/macro_economy/sdmx/{key}/")
for _order, (_title, _href, _allows) in enumerate(
    (
        (T("宏观经济", "Economy"), "/macro_economy/", None),
        (T("数据交换", "Exchange"), "/macro_economy/sdmx/", keeps_indicators),
    ),
    30,
):
    navigation.entry("data", _title, _href, order=_order, allows=_allows)
for _kind, _said, _tone in (
    ("adjusted", T("季节调整", "Seasonally adjusted"), ""),
    ("nowcast_made", T("全年预测", "Nowcast made"), ""),
    ("upload_received", T("收到数据文件", "File received"), ""),
    ("upload_taken_in", T("数据文件入库", "File taken in"), "ok"),
    ("upload_refused", T("数据文件未入库", "File refused"), "bad"),
    ("sample_laid", T("导入经济序列", "Series laid"), ""),
):
    event_words.say(f"macro_economy.{_kind}", _said, _tone)
