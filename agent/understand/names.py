"""Which name a message gives for its writer or for who receives the parcel. Pure."""

from __future__ import annotations

import re

# Surnames that most people have; a name without any word that announces it has to begin with one.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍"
    "韦申尤毕聂柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯"
    "阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和"
)
_COMPOUND = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|东方|独孤|南宫"
# Common words that begin with one of these.
_NOT_NAMES = (
    r"(?!金卡|银卡|白金|会员|高级|马上|常客|安全|单位|成人|方[便式]|来[退换问查看]|都[是说没不给]|和[我你它]|应该|明[天年白]|原[来因]|全[部都]|包[邮裹]"
    r"|华为|家|商家|解决|查|连|卖|关于|任何|通过|乐意|谢谢|知道|时候|没|算|那|平时|古|车|计划|毛[衣病]|白色|黄色|蓝[色莓]|黑|温|冷|高|快|单|花|万一|项|米|成都|上海|应|终|郁闷|甘|强|金额|明细|汤|水|池|麻烦|宝|钱|班|官方|客服|莫|易|党|司|原|全|都|沙发|石|充|连)"
)
_ZH_BARE = rf"{_NOT_NAMES}(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}?|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
_ZH = r"[\u4e00-\u9fff]{2,4}?"
_EN = r"[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,3}"
_EN_FULL = r"[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){1,3}"
_LOOSE = r"[A-Za-z][A-Za-z'’-]+(?:\s+[A-Za-z][A-Za-z'’-]+){1,3}"
_STOP = r"(?=[,，。.;；:：、!！\s邮手电\d哈啊呀]|的?$|这[边里]|就是)"
# Words that are said of a parcel's receiver or of oneself, and what 我是 begins besides names.
_CUE_ZH = r"(?:我叫(?!你|他|她|人|客服)|本人(?:叫|是)?|姓名[:：是叫]?\s?|名字[:：是叫]?\s?|(?:收货|收件|下单|订货)人(?:姓名|名字)?(?:[:：]|是|叫|为|写的是?)?\s?)(?![改换要应填不可能怎没])"
_CUE_EN = (
    r"(?i:my (?:full )?name(?:'s|’s| is)|(?:the )?name(?:'s|’s| is)?[:：]?|this is|it(?:'s|’s| is)|i am|i['’]?m"
    r"|(?:under|in) the name(?: of)?|(?:the )?(?:recipient|receiver)(?:'s name)?(?:'s|’s| is)?[:：]?|(?:ordered|order(?:ed)? (?:under|as))|我(?:叫|是)|姓名[:：是]?|收[货件]人[:：是]?)"
)
_BESIDE = r"[\s,，、;；:：.。-]*(?i:(?:我的|my|the|and|and the|with)?\s?(?:邮政编码|邮编|手机号?码?|电话号?码?|号码|postal code|post\s?code|zip(?: code)?|phone(?: number)?|mobile|cell|number|tel)?)[\s:：是]*(?i:is\s)?\+?\d[\d -]{4,}\d"
_PATTERNS = (
    re.compile(rf"{_CUE_ZH}({_ZH}){_STOP}"),
    re.compile(rf"我是\s?({_ZH_BARE}){_STOP}"),
    re.compile(rf"(?<![A-Za-z]){_CUE_EN}\s*({_EN})", re.UNICODE),
    re.compile(rf"(?<![A-Za-z])(?i:(?:my )?name(?:'s|’s| is)|i['’]?m|i am|this is)\s+({_LOOSE}?)(?={_BESIDE})"),
    re.compile(rf"(?:^|[\s,，。.;；:：!！?？])(?:就是|那就|是)?\s?({_ZH_BARE})(?={_BESIDE})"),
    re.compile(
        rf"(?:邮政编码|邮编|电话|手机号?|(?i:post\s?code|zip(?: code)?|phone))[\s:：是]*(?i:is\s)?\d[\d -]{{4,}}\d(?i:\s*and)?[\s,，、;；]+({_ZH_BARE}|{_EN_FULL})\s*[.。]?\s*$"
    ),
    re.compile(rf"^\s*(?:\d{{5,6}}|1\d{{10}})[\s,，、;；]+({_ZH_BARE}|{_LOOSE})\s*[.。]?\s*$"),
    re.compile(rf"^\s*(?!谢|马上)({_ZH})(?<![发退换查寄送到])(?=[\s,，、;；:：]+(?:邮编)?[\s:：是]*\d{{5,6}}\s*[.。]?\s*$)"),
    re.compile(rf"(?:^|[\s,，。.;；:：!！?？])(?:(?i:ok|okay|then|try|it's|and|so|well|here|hi|hello|sorry)[\s,]+)*({_EN_FULL})(?:\s+here)?(?={_BESIDE})"),
    re.compile(rf"^\s*({_LOOSE})(?=[\s,，、;；:：]+(?i:postcode|zip(?: code)?)?[\s:：]*\d{{5,6}}\s*[.。]?\s*$)"),
)  # fmt: skip
# A whole message that is a name and nothing more; to be asked only where a name was asked for.
_ALONE = (
    re.compile(rf"^\s*(?:就是|是|那就)?\s?({_ZH_BARE})(?:啊|呀|哈)?\s*[,，。.!！]?(?:\s*$|[,，])"),
    re.compile(rf"^\s*(?i:it(?:'s|’s| is)\s+|ok\s+)?({_EN_FULL})(?:\s+here)?\s*[.!]?(?:\s*$|,)"),
    re.compile(rf"^\s*({_LOOSE})\s*[.!]?\s*$"),
)
_WORDS = re.compile(
    r"\b(?:yes|no|not|the|my|i|you|your|it|this|that|is|are|was|do|does|have|has|had|with|without|account|order|number|what|where|why|how|who|when|thanks?|thank|ok|okay|please|hello|hi|hey|dunno"
    r"|can|could|can't|don't|won't|isn't|never|mind|want|need|help|email|e-mail|mail|phone|postcode|zip|code|name|and|or|to|for|of|in|on|at|bye|sure|good|right|wait|sorry|nothing|guest|forgot|refund|return|cancel"
    r"|parcel|delivery|real|person|agent|human|somebody|someone|later|now|as|so|really|very|still|just|about|again|no-one|nope)\b|保修|维修|收货|下单",
    re.IGNORECASE,
)


def find_name(text: str) -> tuple[str, int, int] | None:
    """The name that a message gives, with where it starts and ends: after words that announce one, or beside a
    postcode or a phone number."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _WORDS.search(match[1]):
                return match[1], match.start(1), match.end(1)
    return None


def bare_name(text: str) -> str:
    """The name that is all of a message, "" for any other; only where a name was asked for is that one."""
    matches = (pattern.search(text) for pattern in _ALONE)
    return next((match[1] for match in matches if match and not _WORDS.search(match[1])), "")
