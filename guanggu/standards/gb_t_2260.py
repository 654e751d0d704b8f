"""GB/T 2260 codes of administrative divisions: provinces, and Wuhan with its districts.

A table of all counties changes every year and belongs in a register; this one carries what codes of
other standards need to be read. Rows marked local are used in the province, yet not national.
"""

from __future__ import annotations

from dataclasses import dataclass

from guanggu.base.bilingual import T


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: T
    local: bool = False


_PROVINCES = """
11 北京市 Beijing;12 天津市 Tianjin;13 河北省 Hebei;14 山西省 Shanxi;15 内蒙古自治区 Inner Mongolia;
21 辽宁省 Liaoning;22 吉林省 Jilin;23 黑龙江省 Heilongjiang;31 上海市 Shanghai;32 江苏省 Jiangsu;
33 浙江省 Zhejiang;34 安徽省 Anhui;35 福建省 Fujian;36 江西省 Jiangxi;37 山东省 Shandong;
41 河南省 Henan;42 湖北省 Hubei;43 湖南省 Hunan;44 广东省 Guangdong;45 广西壮族自治区 Guangxi;
46 海南省 Hainan;50 重庆市 Chongqing;51 四川省 Sichuan;52 贵州省 Guizhou;53 云南省 Yunnan;
54 西藏自治区 Tibet;61 陕西省 Shaanxi;62 甘肃省 Gansu;63 青海省 Qinghai;64 宁夏回族自治区 Ningxia;
65 新疆维吾尔自治区 Xinjiang;71 台湾省 Taiwan;81 香港特别行政区 Hong Kong;82 澳门特别行政区 Macao
"""
_WUHAN = """
420100 武汉市 Wuhan;420102 江岸区 Jiang'an District;420103 江汉区 Jianghan District;
420104 硚口区 Qiaokou District;420105 汉阳区 Hanyang District;420106 武昌区 Wuchang District;
420107 青山区 Qingshan District;420111 洪山区 Hongshan District;420112 东西湖区 Dongxihu District;
420113 汉南区 Hannan District;420114 蔡甸区 Caidian District;420115 江夏区 Jiangxia District;
420116 黄陂区 Huangpi District;420117 新洲区 Xinzhou District
"""
# From the numbering of administrative powers of Hubei (draft for comment), not in the national table.
_LOCAL = """
420118 东湖新技术开发区 East Lake High-tech Development Zone;
420119 武汉经济技术开发区 Wuhan Economic and Technological Development Zone
"""


def _read(text: str, *, local: bool = False) -> dict[str, Region]:
    regions = {}
    for row in text.replace("\n", "").split(";"):
        code, zh, en = row.split(" ", 2)
        code = code.ljust(6, "0")
        regions[code] = Region(code, T(zh, en), local)
    return regions


REGIONS: dict[str, Region] = _read(_PROVINCES) | _read(_WUHAN) | _read(_LOCAL, local=True)
NATIONAL = "100000"  # registrars of the state itself
_WUHAN_PREFIX = "4201"


def name_of(code: str) -> T | None:
    """Name of the region itself, or of its province where only that is known."""
    region = REGIONS.get(code) or REGIONS.get(code[:2] + "0000")
    if code == NATIONAL:
        return T("国家", "National")
    return region.name if region else None


def is_plausible(code: str) -> bool:
    """Six digits in a known province; in Wuhan, whose districts are all listed, a listed one.

    420101 (市辖区) and 420199 stand for the city's own organs in real codes.
    """
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return False
    if code == NATIONAL:
        return True
    if code.startswith(_WUHAN_PREFIX):
        return code in REGIONS or code in ("420101", "420199")
    return code[:2] + "0000" in REGIONS
