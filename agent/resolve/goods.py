"""What customers call goods: the words of a name, the shorter ones for it, and other words for the same thing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from tools.domain import Category, OrderLine

_CJK = re.compile(r"[\u3400-\u9fff]+")
# "(Final Sale)" and 《》 are no part of what a thing is called.
_NOTE = re.compile(r"[（(][^（()）]*[)）]")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]+")
_WEAK = frozenset(
    ["set", "one", "pack", "case", "bag", "pro", "new", "free", "size", "light", "home", "kit", "box", "day", "tea",
     "high", "speed", "early", "three", "four", "five", "the", "and", "with", "for", "clear", "natural", "hands-on",
     "canal", "child", "children", "dishes", "meals", "special", "daily", "front", "wall"]
)  # fmt: skip
# How a thing is cut or packed: 三文鱼切段 is called 三文鱼.
_PACKED = re.compile(r"(?<=..)(?:切[段片块丁]|礼盒装?|套装|[一两]对)$")
_WEAK_ZH = frozenset(["英寸", "公斤", "毫升", "主动", "智能", "天然", "动手", "一日", "孩子", "透明", "经典", "系列", "礼盒"])  # fmt: skip
# As the last character these are enough; "邮箱" is no box, 说明书 no book.
_SINGLE: Mapping[str, str] = MappingProxyType(
    {
        "鞋": "鞋", "灯": "灯", "锅": "锅", "杯": "(?<!世界)杯", "壳": "壳", "裤": "裤", "裙": "裙", "袜": "袜", "靴": "靴",
        "椅": "椅", "桌": "桌(?!面)", "垫": "(?<!先)垫(?!付|钱)", "箱": "(?<!邮)(?<!信)箱", "壶": "壶", "被": "被子", "茶": "茶",
        "书": "(?<![明证文])书(?!面|[店架柜包])",
    }
)  # fmt: skip
# Words that are common in other senses: "in case", "phone number", 手机号.
_GUARDED: Mapping[str, str] = MappingProxyType(
    {
        "case": r"(?<!in )(?<!any )(?<!that )(?<!this )(?<!which )\bcases?\b(?! number)",
        "phone": r"\b(?:mobile )?phones?\b(?! (?:number|no\b|call|line|case|cover))",
        "mobile": r"\bmobiles?\b(?! (?:number|no\b))",
        "手机": r"手机(?!号|上|端|壳|套|尾号|下单|银行|支付|是)",
        "light": r"\blights?\b(?! (?:hooded|down))",
    }
)
# Groups of words for one thing. A name that ends in one of them goes by the others as well.
_SAME: tuple[tuple[str, ...], ...] = (
    ("sneakers", "trainers", "running shoes", "runners", "shoes"),
    ("sandals", "shoes"),
    ("boots", "shoes"),
    ("sweater", "jumper", "pullover", "jersey", "knit"),
    ("coat", "overcoat"),
    ("t-shirt", "tee", "t shirt", "tshirt"),
    ("jeans", "trousers", "pants"),
    ("down jacket", "puffer", "puffer jacket", "jacket"),
    ("headphones", "headset", "earphones"),
    ("earbuds", "earphones", "headphones"),
    ("smartphone", "phone", "mobile", "cellphone", "cell phone"),
    ("tablet", "ipad"),
    ("phone case", "case", "phone cover"),
    ("power bank", "powerbank", "portable charger", "battery pack"),
    ("smart watch", "smartwatch", "watch"),
    ("tv", "television", "telly"),
    ("refrigerator", "fridge"),
    ("washing machine", "washer"),
    ("air conditioner", "ac", "a/c", "aircon", "air con"),
    ("air purifier", "purifier"),
    ("hair dryer", "hairdryer", "blow dryer", "blow-dryer", "dryer"),
    ("robot vacuum and mop", "robot", "vacuum", "hoover", "mop", "robot vacuum"),
    ("kettle", "water boiler"),
    ("suitcase", "luggage", "trolley"),
    ("backpack", "rucksack", "bag"),
    ("tote bag", "tote", "bag"),
    ("bookcase", "bookshelf", "shelf", "shelves"),
    ("sofa", "couch", "settee"),
    ("office chair", "chair"),
    ("standing desk", "desk"),
    ("desk lamp", "lamp", "light"),
    ("bedding set", "bedding", "duvet cover", "sheets", "bed linen"),
    ("vacuum flask", "flask", "thermos", "bottle", "cup", "mug", "tumbler"),
    ("wok", "pan"),
    ("storage box", "box", "container"),
    ("bath towel", "towel"),
    ("scented candle", "candle"),
    ("sunscreen", "sun cream", "suncream", "sunblock"),
    ("moisture cream", "moisturiser", "moisturizer", "face cream", "cream"),
    ("boxer briefs", "boxers", "underpants", "underwear", "briefs", "pants"),
    ("comfort bra", "bra"),
    ("socks", "sock"),
    ("off-roader", "rc car", "car", "remote control car", "remote-control car", "toy car"),
    ("building blocks", "blocks", "bricks"),
    ("plush toy", "plushie", "plush", "cuddly toy", "stuffed animal"),
    ("yoga mat", "mat"),
    ("dumbbells", "weights"),
    ("racket", "racquet"),
    ("eggs", "egg"),
    ("tea", "longjing"),
    ("noodle box", "noodles"),
    ("mixed nuts", "nuts"),
    ("运动鞋", "跑鞋", "跑步鞋", "球鞋", "波鞋", "鞋子"),
    ("凉鞋", "鞋子", "凉拖"),
    ("切尔西靴", "靴子", "皮靴", "鞋子"),
    ("毛衣", "毛衫", "针织衫", "羊绒衫", "羊毛衫", "线衣"),
    ("大衣", "呢子", "风衣", "外套"),
    ("羽绒服", "羽绒衣", "羽绒外套", "外套"),
    ("衬衫", "衬衣"),
    ("t 恤", "t恤", "体恤", "短袖"),
    ("牛仔裤", "裤子"),
    ("连衣裙", "裙子"),
    ("耳机", "耳麦"),
    ("手机壳", "壳子", "保护壳", "手机套"),
    ("智能手机", "手机"),
    ("充电宝", "移动电源"),
    ("电视", "电视机", "彩电"),
    ("电饭煲", "电饭锅", "饭煲", "饭锅", "煮饭锅"),
    ("电热水壶", "热水壶", "水壶", "烧水壶"),
    ("吹风机", "电吹风", "吹风筒"),
    ("空调挂机", "空调"),
    ("扫拖一体机器人", "扫地机", "扫地机器人", "拖地机", "机器人"),
    ("行李箱", "拉杆箱", "旅行箱", "箱子"),
    ("双肩包", "背包", "书包", "包包"),
    ("托特包", "帆布包", "手提袋", "包包"),
    ("保温杯", "水杯", "杯子"),
    ("书架", "书柜", "架子"),
    ("书桌", "桌子", "升降桌"),
    ("办公椅", "椅子", "电脑椅"),
    ("四件套", "床单", "被套", "床品"),
    ("浴巾", "毛巾"),
    ("收纳箱", "箱子", "盒子"),
    ("炒锅", "锅子"),
    ("香薰蜡烛", "蜡烛", "香薰"),
    ("防晒乳", "防晒", "防晒霜"),
    ("保湿面霜", "面霜"),
    ("口红", "唇膏"),
    ("洗发水", "洗头水", "洗发露"),
    ("平角内裤", "内裤", "内衣"),
    ("文胸", "胸罩", "内衣"),
    ("中筒袜", "袜子"),
    ("遥控越野车", "遥控车", "玩具车", "小汽车", "车子"),
    ("拼装积木", "积木"),
    ("毛绒玩具", "玩偶", "公仔", "毛绒"),
    ("木质拼图", "拼图"),
    ("瑜伽垫", "垫子"),
    ("羽毛球拍", "球拍"),
    ("骑行头盔", "头盔"),
    ("土鸡蛋", "鸡蛋"),
    ("西湖龙井", "龙井", "茶叶"),
    ("咖啡豆", "咖啡"),
    ("晒面礼盒", "面条"),
    ("混合坚果", "坚果"),
    ("百花蜂蜜", "蜂蜜"),
)  # fmt: skip
_KINDS: Mapping[Category, tuple[str, ...]] = MappingProxyType(
    {
        Category.BOOKS: ("书", "书本", "book"),
        Category.TOYS: ("玩具", "toy"),
        Category.APPAREL: ("衣服",),
        Category.SHOES_BAGS: ("鞋",),
        Category.FRESH_FOOD: ("水果", "fruit"),
        Category.GIFT_CARD: ("gift card", "礼品卡"),
    }
)
_NO_FRUIT = re.compile(r"蛋|鱼|egg|salmon|fish", re.IGNORECASE)


def bare(name: str) -> str:
    """A name without its notes and title marks."""
    return _NOTE.sub("", name).strip(" 《》")


def heads(line: OrderLine) -> tuple[str, ...]:
    """Shorter names that customers use for a line, the longest first: "keyboard" for "Mechanical Keyboard",
    耳机 for 主动降噪蓝牙耳机, "fridge" for a refrigerator. Others of the order may go by the same."""
    found = {*_english_heads(bare(line.name.en)), *_chinese_heads(bare(line.name.zh)), *_same(line)}
    return tuple(sorted(found | set(_of_kind(line)), key=lambda head: (-len(head), head)))


def main_heads(line: OrderLine) -> tuple[str, ...]:
    """Those of them that name the thing itself and not a quality of it."""
    words = _ENGLISH.findall(bare(line.name.en))
    last = {word.lower() for word in words[-1:] if len(word) > 2 and word.lower() not in _WEAK}
    runs = _CJK.findall(bare(line.name.zh))
    tails = {runs[-1][-2:]} if runs and len(runs[-1]) > 1 and runs[-1][-2:] not in _WEAK_ZH else set()
    return tuple(sorted(last | tails | set(_same(line))))


def pattern_of(name: str) -> re.Pattern[str]:
    """Where a name or a head stands in a text, in the singular or the plural."""
    if guarded := _SINGLE.get(name) or _GUARDED.get(name):
        return re.compile(guarded, re.IGNORECASE)
    if _CJK.search(name):
        return re.compile(re.escape(name), re.IGNORECASE)
    stem = (
        name[:-1]
        if name.lower().endswith("s") and not name.lower().endswith("ss") and len(name) > 4
        else name
    )
    words = r"[\s-]*".join(re.escape(word) for word in re.split(r"[\s-]+", stem.strip()))
    return re.compile(rf"(?<![A-Za-z]){words}(?:e?s)?(?![A-Za-z])", re.IGNORECASE)


def _english_heads(name: str) -> set[str]:
    words = _ENGLISH.findall(name)
    last = {word.lower() for word in words[-1:] if len(word) > 2 or word.isupper()}
    return (last | {word.lower() for word in words[:-1] if len(word) > 4}) - _WEAK


def _chinese_heads(name: str) -> set[str]:
    found: set[str] = set()
    runs = _CJK.findall(name)
    for run in (*runs, *(_PACKED.sub("", run) for run in runs if _PACKED.search(run))):
        found |= {run[-size:] for size in (4, 3, 2) if len(run) > size or run != name}
        found |= {run[:2]} if len(run) > 3 else set()
        found |= {run[-1]} & set(_SINGLE)
    return {head for head in found if len(head) > 1 or head in _SINGLE} - _WEAK_ZH


def _same(line: OrderLine) -> set[str]:
    """The other words of the groups that the name ends with."""
    names = (bare(line.name.en).casefold(), bare(line.name.zh).casefold())
    groups = (group for group in _SAME if any(_ends_with(name, group[0]) for name in names))
    return {word for group in groups for word in group}


def _ends_with(name: str, word: str) -> bool:
    if _CJK.search(word):
        return any(
            run.endswith(word.replace(" ", "")) for run in (*_CJK.findall(name), name.replace(" ", ""))
        )
    return bool(re.search(rf"(?<![a-z]){re.escape(word)}$", name))


def _of_kind(line: OrderLine) -> tuple[str, ...]:
    if line.category is Category.FRESH_FOOD and _NO_FRUIT.search(f"{line.name.zh} {line.name.en}"):
        return ()
    return _KINDS.get(line.category, ())
