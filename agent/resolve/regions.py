"""Provinces and large cities, countries, and the forms of their postcodes: what an address is recognised by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

MUNICIPALITIES: Mapping[str, str] = MappingProxyType(
    {"北京": "beijing", "上海": "shanghai", "天津": "tianjin", "重庆": "chongqing"}
)
# A region's whole name, and its larger cities without 市. Who leaves the province out means one of these.
_CITIES = {
    "河北省": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水",
    "山西省": "太原 大同 长治 晋城 运城 临汾",
    "辽宁省": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 辽阳 盘锦 葫芦岛",
    "吉林省": "长春 四平 通化 松原",
    "黑龙江省": "哈尔滨 齐齐哈尔 大庆 牡丹江 佳木斯",
    "江苏省": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 江阴 张家港 常熟",
    "浙江省": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 慈溪 余姚",
    "安徽省": "合肥 芜湖 蚌埠 淮南 马鞍山 安庆 黄山 滁州 阜阳 六安",
    "福建省": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江",
    "江西省": "南昌 景德镇 九江 新余 赣州 吉安 宜春 上饶",
    "山东省": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "河南省": "郑州 开封 洛阳 平顶山 安阳 新乡 焦作 许昌 南阳 商丘 信阳 周口",
    "湖北省": "武汉 黄石 十堰 宜昌 襄阳 荆门 孝感 荆州 黄冈 咸宁",
    "湖南省": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化",
    "广东省": "广州 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 清远 东莞 中山 潮州 揭阳",
    "海南省": "海口 三亚 儋州",
    "四川省": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 达州",
    "贵州省": "贵阳 遵义 六盘水 安顺",
    "云南省": "昆明 曲靖 玉溪 丽江 大理",
    "陕西省": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康",
    "甘肃省": "兰州 嘉峪关 天水 酒泉",
    "青海省": "西宁 海东",
    "台湾省": "",
    "内蒙古自治区": "呼和浩特 包头 赤峰 鄂尔多斯",
    "广西壮族自治区": "南宁 柳州 桂林 梧州 北海 玉林",
    "西藏自治区": "拉萨 日喀则",
    "宁夏回族自治区": "银川 石嘴山 吴忠",
    "新疆维吾尔自治区": "乌鲁木齐 克拉玛依 喀什",
    "香港特别行政区": "",
    "澳门特别行政区": "",
}
_SUFFIX = re.compile(r"省|(?:壮族|回族|维吾尔)?自治区|特别行政区")
COUNTRIES: Mapping[str, str] = MappingProxyType(
    {
        "usa": "US", "us": "US", "united states": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US",
        "the united states": "US", "the us": "US", "the usa": "US", "america": "US", "美国": "US", "china": "CN",
        "p.r. china": "CN", "pr china": "CN", "中国": "CN", "canada": "CA", "加拿大": "CA", "uk": "GB",
        "united kingdom": "GB", "the uk": "GB", "great britain": "GB", "england": "GB", "英国": "GB", "germany": "DE",
        "德国": "DE", "france": "FR", "法国": "FR", "italy": "IT", "意大利": "IT", "spain": "ES", "西班牙": "ES",
        "japan": "JP", "日本": "JP", "south korea": "KR", "korea": "KR", "韩国": "KR", "singapore": "SG", "新加坡": "SG",
        "malaysia": "MY", "马来西亚": "MY", "thailand": "TH", "泰国": "TH", "australia": "AU", "澳大利亚": "AU",
        "new zealand": "NZ", "新西兰": "NZ", "hong kong": "HK", "netherlands": "NL", "the netherlands": "NL",
        "荷兰": "NL",
    }
)  # fmt: skip
_US_STATES = re.compile(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
    "OR PA RI SC SD TN TX UT VT VA WA WV WI WY".replace(" ", "|")
)
# Cities that are a region of their own, in English.
CITY_REGIONS = frozenset({*MUNICIPALITIES.values(), "singapore", "kuala lumpur", "berlin", "hong kong"})


@cache
def regions() -> Mapping[str, str]:
    """The whole name of each region by that and by its short name: {"浙江": "浙江省", …}."""
    found = {short: f"{short}市" for short in MUNICIPALITIES} | {f"{s}市": f"{s}市" for s in MUNICIPALITIES}
    for name in _CITIES:
        found |= {name: name, _SUFFIX.sub("", name): name}
    return found


@cache
def cities() -> Mapping[str, str]:
    """The region of each larger city by its name, with 市 and without."""
    found: dict[str, str] = {}
    for region, names in _CITIES.items():
        for name in names.split():
            found |= {name: region, f"{name}市": region}
    return found


def country_of(region: str, postcode: str, default: str) -> str:
    """The country of an address that names none: a state and five digits are American."""
    american = _US_STATES.fullmatch(region.strip()) and re.fullmatch(r"\d{5}(?:-\d{4})?", postcode)
    return "US" if american else COUNTRIES.get(region.casefold(), default)
