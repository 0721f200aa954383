"""Provinces of China in one spelling, and the seven regions and two halves that they are counted to."""

from __future__ import annotations

import re
from functools import cache

# Province in Chinese and English, by the region's name in Chinese.
_PROVINCES = {
    "华北": "北京 Beijing, 天津 Tianjin, 河北 Hebei, 山西 Shanxi, 内蒙古 Inner Mongolia",
    "东北": "辽宁 Liaoning, 吉林 Jilin, 黑龙江 Heilongjiang",
    "华东": "上海 Shanghai, 江苏 Jiangsu, 浙江 Zhejiang, 安徽 Anhui, 福建 Fujian, 江西 Jiangxi, 山东 Shandong, "
    "台湾 Taiwan",
    "华中": "河南 Henan, 湖北 Hubei, 湖南 Hunan",
    "华南": "广东 Guangdong, 广西 Guangxi, 海南 Hainan, 香港 Hong Kong, 澳门 Macao",
    "西南": "重庆 Chongqing, 四川 Sichuan, 贵州 Guizhou, 云南 Yunnan, 西藏 Tibet",
    "西北": "陕西 Shaanxi, 甘肃 Gansu, 青海 Qinghai, 宁夏 Ningxia, 新疆 Xinjiang",
}
# North of the Qinling mountains and the Huai river.
_NORTHERN = ("华北", "东北", "西北")
_NORTHERN_TOO = ("山东", "河南")
_OTHER_SPELLINGS = {"macau": "澳门", "xizang": "西藏", "nei mongol": "内蒙古", "hongkong": "香港"}
_SUFFIX = re.compile(
    r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$"
    r"|\s+(province|municipality|city|sar|autonomous region|(zhuang|hui|uygur|uyghur) autonomous region)$"
)


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Province and group by every spelling."""
    found: dict[str, tuple[str, str]] = {}
    for group, line in _PROVINCES.items():
        for each in line.split(", "):
            zh, en = each.split(" ", 1)
            found[zh] = found[en.lower()] = (zh, group)
    return found | {other: found[zh] for other, zh in _OTHER_SPELLINGS.items()}


def _known(region: str) -> tuple[str, str] | None:
    return _names().get(_SUFFIX.sub("", region.strip().lower()))


def province(region: str) -> str:
    """`广东省`, `Guangdong` and `guangdong province` are `广东`; what is no province of China stays as it is."""
    known = _known(region)
    return known[0] if known else region.strip()


def region_group(region: str) -> str:
    """One of the seven regions, such as `华南`; of other countries the region itself."""
    known = _known(region)
    return known[1] if known else region.strip()


def half(region: str) -> str:
    """`南方` or `北方`; "" outside China."""
    known = _known(region)
    if known is None:
        return ""
    return "北方" if known[1] in _NORTHERN or known[0] in _NORTHERN_TOO else "南方"
