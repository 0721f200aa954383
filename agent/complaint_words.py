"""Which words ask for a complaint to be recorded, and which only threaten with one or ask after one. Pure.

The line: a complaint is recorded for who asks for that in words ("I want to complain"). Who is only angry hears that
we are sorry, gets what can be done at once, and is offered a record; a threat to complain is no wish for one either.
"""

from __future__ import annotations

import re

from agent.understand.clauses import says
from agent.understand.entities import find_entities

_ASKS = re.compile(
    r"(?:要|想|得|给我|帮我|请|麻烦|可以|能|来)(?:你们?)?(?:再|正式|现在|先)?(?:提交|登记|发起|做)?(?:一?个|一下)?(?:正式)?的?(?:投诉|举报|complain)"
    r"|(?:提交|登记|发起|记录|受理)(?:一?个|一下)?(?:我的)?投诉|记(?:一?个|一下)[^，。]{0,8}投诉|(?:投诉|举报)(?:一下|你们|你|他|她|客服|快递|商家|卖家|店|这)"
    r"|(?:^|[，。！？；,.!?;\s])(?:顺便|还要?|必须|直接)?投诉(?!了|过|电话|渠道|热线|流程|方式|邮箱|途径|单|编号|的|进|处理|结果|怎|有|吗|率|部)"
    r"|\b(?:fil|mak|lodg|rais|submitt?|regist(?:e)?r|open|logg?|record|putt? in|plac|tak)(?:e|ing)?\b[^.?!;]{0,20}\bcomplaint\b|\bput\b[^.?!;]{0,10}\bcomplaint\b"
    r"|\b(?:want|like|wish|need|have|going|here|can i|could i|may i|let me|please)\b[^.?!;]{0,20}\b(?:to )?complain\b"
    r"|\bformal(?:ly)? compla|\bi(?:'m| am) complaining\b|\bas a (?:formal )?complaint\b|\bcomplaint,? please\b|\b(?:is|be) a complaint\b"
    r"|^\W*(?:a )?complain\b[\W_]*(?:$|about|against)|\bcomplaint (?:about|against)\b|^\W*(?:a )?complaint\b(?! (?:status|process|procedure|line|department))",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:不想|不要|不用|不是(?:要|来|想)?|别|没(?:有)?(?:想|要)|无意|不会|懒得)(?:再|去)?(?:投诉|举报)"
    r"|\b(?:don'?t|do not|not|no need|rather not|never|won'?t|hate|without)\b[^.?!;]{0,20}\bcompla",
    re.IGNORECASE,
)
_THREAT = re.compile(
    r"(?:再(?:不|这样|敢|没|拖(?:下去|着|的话))|如果|要是|不然|否则|要不(?!要)|小心|信不信)[^。！？.!?]{0,20}(?:投诉|举报)|(?:就|只好|只能)(?:去|要|得)?(?:投诉|举报)"
    r"|\b(?:or (?:else )?|otherwise|unless|if|next time|before|until)\b[^.?!;]{0,60}\bcompla",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"(?:怎么(?:样)?(?:才)?能?|如何|哪里|哪儿|去哪|找谁|向谁|可不可以在哪)[^，。]{0,4}(?:投诉|举报)|投诉(?:电话|渠道|热线|流程|方式|邮箱|途径|要(?:多久|几天|什么)|需要|一般|多久|几天)"
    r"|\b(?:how|where|who)\b[^.?!;]{0,40}\bcompla|\bcomplaints? (?:line|number(?! ?\d)|hotline|process|procedure|department|policy|e-?mail|address|desk|take)",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"我(?:的|那个|那条|上次的?|之前的?)[^，。]{0,6}投诉|投诉(?:单|编号|的(?:事|结果|进度))|CP-\w+|\b(?:my|the|that) (?:\w+ ){0,2}complaint(?! (?:about|against|line|process|department))",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"(?:上次|上周|上个?月|之前|昨天|前天|早上|刚才|已经)[^，。]{0,6}投诉|(?<![要就想去])投诉(?:了|过)|升级[^，。]{0,4}投诉|投诉[^，。]{0,4}升级|投诉(?:怎么样|怎样|进展|进度|处理|结果|到哪|有(?:没有)?(?:消息|回复|结果|人|进展))"
    r"|\b(?:i|we)(?:'ve| have|'d| had)? (?:already )?(?:complained|(?:filed|made|sent|raised|lodged|submitted) (?:a|the|my) complaint)"
    r"|\b(?:status|update|news|progress|happen\w*|outcome|answer\w*)\b[^.?!;]{0,30}\bcomplaint",
    re.IGNORECASE,
)
_WISH_AGAIN = re.compile(
    r"[要想]再?投诉|\b(?:want|like|need|wish|going) to (?:\w+ ){0,3}compla|\b(?:file|make|lodge|raise|submit|register) a(?:nother)? (?:new )?compla|\b(?:file|make|lodge|raise|submit|register|log|record|put) my compla",
    re.IGNORECASE,
)
_REPAIR = re.compile(r"repair|fix\b|mend|维修|修(?:一下|好|理)|保修", re.IGNORECASE)
_ASKING = re.compile(
    r"[?？]|吗|哪|什么时候|多久|怎么还|查|催|退款|退钱|\b(?:where|when|track|refund|status|how long|check)\b",
    re.IGNORECASE,
)
_DIRECTLY = re.compile(
    r"转|人工|真人|机器人?|(?:叫|找|让)[^，。]{0,4}(?:经理|主管|领导)|\b(?:speak|talk) (?:to|with)\b|\bhuman\b|(?:real|actual|live) person"
    r"|\b(?:machine|bot|robot)\b|\bget me (?:a|the|your) (?:manager|supervisor)",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"^\W*(?:also|and\b|add|plus|another thing|还有|另外|补充|再加|加上|而且)|\badd (?:that|this)\b",
    re.IGNORECASE,
)
# What stands around what happened.
_AROUND = re.compile(
    r"投诉|举报|登记|提交|发起|正式|你们|他们|我们|这个|那个|客服|商家|卖家|快递(?:员|公司)?|物流|订单|产品|商品|东西|服务|态度|质量|价格|问题|公司|平台|店|一下|麻烦|帮我|给我|关于|您好|你好|现在|今天|我|你|您|他|她|要|想|请|的|了|吧|啊|呀|啦|呢|一|个|这|那|对|向|就|是|再"
    r"|\b(?:i|we|you|your|yours|my|me|the|a|an|this|that|it|is|am|was|to|of|on|in|for|with|about|against|regarding|concerning|and|please|pls|hi|hello|hey|thanks|thank|now|want|wanna|would|like|'?d|need|wish|have|can|could|may|let|going|here|file|make|lodge|raise|submit|register|open|log|record|put|place|take|complain|complaint|complaining|formal|formally|official|order|orders|parcel|product|item|purchase|recent|latest|last|shop|store|company|team|staff|agent|support|customer|department|service|quality|delivery|price|right|'?m|'?ll)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
# People hurt, or about to be: too few trained messages tell of that for the head of urgency.
_HARM = re.compile(
    r"触电|漏电|被电|电(?:了|到)(?:我|他|她|孩子|一下|手)|着火|起火|冒烟|爆炸|炸(?:了|开|伤)|烫伤|烧伤|割伤|划伤|砸伤|受伤|流血|中毒|窒息|急诊|住院|送医|(?:进|送|去|到|在)了?医院|出人命"
    r"|\b(?:electric shock|shocked (?:me|him|her|us|my)|electrocut\w+|caught fire|on fire|in flames|smoke (?:came|coming|started|poured)|explod\w+|blew up"
    r"|burn(?:ed|t|s)? (?:me|him|her|us|(?:my|his|her|our|the (?:baby|kid|child)'?s?) \w+)|bleeding|injur\w+|(?:in|to)(?: the| a)? hospital|emergency room|poison\w*|chok(?:ed|ing)|got hurt|stitches in)\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[#A-Za-z]*\d[A-Za-z0-9-]*")


def files_complaint(text: str) -> bool:
    """Whether the words ask for a complaint to be recorded, now and without an if."""
    if not _ASKS.search(text) or _NOT.search(text) or _THREAT.search(text) or _HOW.search(text):
        return False
    return bool(_WISH_AGAIN.search(text)) or not (_MINE.search(text) or _EARLIER.search(text))


def asks_how(text: str) -> bool:
    """Whether somebody wants to know how complaints work here: the documents say it."""
    return bool(_HOW.search(text)) and not _MINE.search(text)


def asks_after(text: str) -> bool:
    """Whether somebody asks how a complaint of theirs stands."""
    return not files_complaint(text) and bool(_MINE.search(text) or _EARLIER.search(text))


def speaks_of_complaints(text: str) -> bool:
    """Whether a text is about filing one or about one that was filed: then it is not what would stand in one."""
    return files_complaint(text) or asks_after(text) or asks_how(text)


def wants_person_instead(text: str) -> bool:
    """ "I want to complain about your agents" names agents; "put me through" wants one."""
    return bool(_DIRECTLY.search(text))


def tells_of_harm(text: str) -> bool:
    """Whether somebody was hurt, or fire, current or poison came near."""
    return bool(_HARM.search(text))


def keeps_it_back(text: str) -> bool:
    """ "No need to complain", "or else I will complain": none is wanted now."""
    return bool(_NOT.search(text) or _THREAT.search(text))


def stands_beside(name: str, text: str) -> bool:
    """Whether the words of a complaint also want this; what was merely suffered is no wish."""
    if name == "repair":
        return bool(_REPAIR.search(text))
    return says(name, text) or bool(_ASKING.search(text))


def tells_something(text: str) -> bool:
    """Whether anything is left of a text besides that it is a complaint and about whom."""
    return bool(_LETTER.search(_AROUND.sub(" ", _NUMBERS.sub(" ", text))))


def adds_to_it(text: str) -> bool:
    """ "Also, he shouted at me": more of the same."""
    return bool(_ADDS.search(text))


def only_facts(text: str) -> bool:
    """A mail address or a number alone does not say what happened."""
    for entity in sorted(find_entities(text), key=lambda each: -each.start):
        text = text[: entity.start] + text[entity.end :] if entity.kind in ("email", "order_id") else text
    return not _LETTER.search(text)
