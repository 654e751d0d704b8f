"""What names and addresses of the sample are put together from."""

from __future__ import annotations

import random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
)
_GIVEN_ONE = "伟芳娜敏静强磊军洋勇艳杰娟涛明超霞平刚华玉萍鹏飞宇浩琳丹倩晨阳雪峰婷凯瑞欣悦"
_GIVEN_TWO = "文志建国海思雨佳子俊梦一晓春秋云天嘉雅晨宏永立新启若美家诗书逸泽博安宁乐"
BRANDS = (
    "楚天", "长江", "汉星", "江城", "珞珈", "喻家", "南湖", "东湖", "光芯", "锐谱", "华睿", "启明", "宏图", "博远",
    "恒泰", "瑞安", "联创", "智联", "飞跃", "中科", "天汉", "星源", "佳和", "万象", "新元", "云帆", "凌云", "鼎盛",
    "君安", "维康", "百灵", "青禾", "明德", "致远", "卓越", "科信", "三江", "九峰", "荆楚", "黄鹤", "晴川", "高新",
    "创想", "源启", "和光", "同辉", "正道", "嘉业", "永信", "众合", "优品", "悦享", "汇智", "融通",
)  # fmt: skip
_BRAND_TAILS = "科达源创泰信通联盛瑞宏远景和安兴益丰茂德诚业"
ROADS = (
    "关山大道", "珞喻路", "光谷大道", "高新大道", "高新二路", "高新四路", "高新六路", "佳园路", "民族大道", "雄楚大道", "南湖大道",
    "流芳园路", "神墩一路", "神墩三路", "九峰一路", "光谷三路", "光谷五路", "光谷七路", "软件园路", "关东园路", "未来一路", "财富一路",
    "黄龙山路", "豹子溪路", "左岭大道", "花城大道",
)  # fmt: skip
# Trade, its GB/T 4754 code, whether it needs a shop, share among enterprises in percent.
TRADES: tuple[tuple[str, str, int], ...] = (
    ("光电技术", "C3976", 6), ("激光设备", "C3569", 3), ("通信设备", "C3921", 4),
    ("软件", "I6513", 12), ("信息技术", "I6531", 10), ("生物医药", "C2761", 4),
    ("医疗器械", "C3581", 4), ("基因检测", "M7340", 1), ("智能装备", "C3490", 4),
    ("新能源", "C3825", 2), ("环保工程", "N7721", 3), ("建筑工程", "E4710", 5),
    ("装饰工程", "E5011", 4), ("餐饮管理", "H6210", 7), ("食品", "F5229", 4),
    ("商贸", "F5191", 7), ("物流", "G5431", 3), ("文化传媒", "R8810", 4),
    ("教育咨询", "P8391", 3), ("人力资源", "L7261", 2), ("物业管理", "K7020", 2),
    ("电子商务", "F5292", 3), ("药房", "F5251", 2), ("酒店管理", "H6110", 1),
)  # fmt: skip
SHOPS = (
    ("小吃店", "H6210"), ("面馆", "H6210"), ("奶茶店", "H6233"), ("便利店", "F5212"),
    ("水果店", "F5223"), ("理发店", "O8040"), ("洗衣店", "O8030"), ("五金店", "F5272"),
    ("打印社", "C2319"), ("汽修店", "O8111"), ("药店", "F5251"), ("书店", "F5243"),
)  # fmt: skip


def person_name(rng: random.Random) -> str:
    given = rng.choice(_GIVEN_ONE)
    if rng.random() < 0.72:
        given = rng.choice(_GIVEN_TWO) + given
    return rng.choice(SURNAMES) + given


def brand(rng: random.Random) -> str:
    return rng.choice(BRANDS) + (rng.choice(_BRAND_TAILS) if rng.random() < 0.75 else "")


def address(rng: random.Random, *, short: bool = False) -> str:
    """A place that sounds like the district; numbers beyond those that are in use."""
    street = f"{rng.choice(ROADS)}{rng.randint(1, 980)}号"
    if short:
        return f"武汉市东湖新技术开发区{street}"
    inside = f"{rng.randint(1, 24)}栋{rng.randint(1, 30)}层{rng.randint(1, 16):02d}室"
    return f"武汉市东湖新技术开发区{street}{inside}"


def mobile(number: int) -> str:
    """Numbers of one block, so that nobody's real telephone is meant."""
    return f"1990{number % 10_000_000:07d}"
