"""Who is to receive a parcel, and under which number, where that stands beside an address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.understand.entities import find_entities, normalise

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季"
    "俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋"
)  # fmt: skip
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|夏侯"
_ZH = rf"(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}"
_EN = r"[A-Z][\w'’-]+(?: [A-Z][\w'’.-]*){1,3}"
_CALLED = re.compile(
    rf"(?:收件人|收货人|收件|联系人|\b(?:recipient|addressee|receiver|attn|attention|c/o))(?:的?姓名|改?成|换?成|改为|\s(?:is|should be))?\s*(?:是|叫|[:：])?\s*(?P<name>{_ZH}(?:女士|先生)?|{_EN})",
    re.UNICODE,
)
_CUE = r"(?:(?:手机|联系|收件)?(?:电话|号码|手机)(?:号码?)?(?:是|为)?|\b(?:phone|tel(?:ephone)?|mobile|cell|contact)(?: number| no\.?)?(?: is)?)\s*[:：.]?\s*"
# What leads up to a bare name: 应该是郑…, 寄给我妈张….
_LEADS = r"(?:[^A-Za-z]{0,20}?(?:应该是|是|改成|换成|改为|给))?(?:我?(?:妈妈?|爸爸?|姐姐?|妹妹?|哥哥?|弟弟?|老公|老婆|女儿|儿子|同事|朋友))?"
_ALONE = re.compile(rf"\s*{_LEADS}\s*(?P<name>{_ZH}|{_EN})\s*(?:女士|先生)?收?\s*", re.UNICODE)
# Capital letters alone make no name.
_NO_NAMES = re.compile(
    r"\b(?:thanks?|thank you|please|hi|hello|hey|dear|new|order|address|china|street|road|district|county|city|province|state"
    r"|north|south|east|west|united|kingdom|states|area|building|room|best|regards)\b"
    r"|[省市区县镇乡路街道州]$|谢谢|多谢|方便|时间|马上|尽快|包裹|毛衣|安排|全部|公司|单位|学校",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[^,，、;；:：。！？\n]+")
_ORDER = re.compile(r"[W#]?\s?-?\d{7}(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contact:
    """A recipient and a phone; "" where none is named. `rest` is the text without them."""

    recipient: str
    phone: str
    rest: str


def read_contact(text: str) -> Contact:
    """Take a recipient and a phone out of a text that holds an address."""
    plain = normalise(text)
    phones = [each for each in find_entities(plain) if each.kind == "phone"]
    phone = phones[-1].value if phones else ""
    for each in sorted(phones, key=lambda found: -found.start):
        cue = re.search(rf"{_CUE}$", plain[: each.start], re.IGNORECASE)
        plain = f"{plain[: cue.start() if cue else each.start]}，{plain[each.end :]}"
    if called := _CALLED.search(plain):
        rest = f"{plain[: called.start()]}，{plain[called.end() :]}"
        return Contact(called["name"].removesuffix("女士").removesuffix("先生"), phone, rest)
    for piece in _PIECE.finditer(plain):
        alone = _ALONE.fullmatch(piece.group()) or _before_place(piece.group())
        if alone and not _NO_NAMES.search(alone["name"]) and _beside(plain, piece, bool(phone)):
            start, end = piece.start() + alone.start("name"), piece.start() + alone.end()
            return Contact(alone["name"], phone, f"{plain[:start]}，{plain[end:]}")
    return Contact("", phone, plain)


def _before_place(piece: str) -> re.Match[str] | None:
    """ "张桂兰 浙江省…": a name, a space, and the place."""
    return re.match(rf"\s*(?P<name>{_ZH})\s+(?=[\u4e00-\u9fff]{{2,8}}(?:省|市|自治区|区|县))", piece)


def _beside(text: str, piece: re.Match[str], with_phone: bool) -> bool:
    """Whether a bare name stands where a recipient does: right before the street, or after all of it."""
    before, after = text[: piece.start()], text[piece.end() :].lstrip("，, :：;；、")
    digits_before = re.search(r"\d", _ORDER.sub("", before))
    if digits_before:
        # After the address; a name there stands with a phone or ends the message.
        return with_phone or not after.strip(" .。!！")
    following = _PIECE.match(after)
    return bool(following and re.search(r"\d", following.group()))
