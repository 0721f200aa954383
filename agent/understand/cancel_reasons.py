"""Why an order is to be cancelled, read from words. Pure."""

from __future__ import annotations

import re

from agent.understand.misspellings import respelled
from agent.understand.reasons import without_corrections
from tools.domain import CancelReason

R = CancelReason
# The first that fits: whoever has found it cheaper does not want it any more either.
_TABLE: tuple[tuple[CancelReason, str], ...] = (
    (R.FOUND_CHEAPER, r"便宜|降价|(?:价格?|价钱)(?:更|要|还)?低|(?:别家|别处|别的(?:店|平台|地方)|隔壁|另一家|其他(?:店|平台|家))[^，。,.]{0,8}(?:才|只要?|卖|低|划算)"
     r"|\bcheaper\b|better (?:price|deal|offer)|lower price|price (?:has |just )?(?:dropped|drop|went down|fell|is lower)|\b(?:for|costs?|is) (?:way |much |a lot |far )?less\b|less (?:money|expensive)|(?:half|lower) (?:the )?price|(?:saw|found|got|get|buy) (?:it|one|the same \w*|this) (?:\w+ )?(?:elsewhere|somewhere else) (?:for|at)"),
    (R.TOO_SLOW, r"太慢|[太好]久|这么(?:久|慢|多天)|那么(?:久|慢)|一直(?:不|没)(?:发|动|寄|送)|等不(?:及|了|住|起)|不等了|还不发|(?:迟迟|老是?|总)(?:没|不|未)(?:有)?发(?:货|出)?|(?:怎么|为什么|为啥)(?:还|都)?(?:没|不)发|来不及|赶不(?:上|及)|拖(?:了|得|着|到)|慢死|等了[^，。,.]{1,6}(?:天|周|星期|个?月)|猴年马月"
     r"|too (?:slow|long|late)\b|\btak(?:ing|es|e) (?:forever|ages|so long|too long|way too|weeks|months)|wait(?:ed|ing)? (?:too|so|for ?ever|long enough|ages|weeks|for (?:weeks|days|ages))|(?:tired|sick|done|fed up) (?:of |with )?waiting|can(?:['’]?t|not) wait\b|(?:wo|would|will|does|do|is|are)(?:n['’]?t| not)[^.!?]{0,20}\b(?:in|on) time\b|miss(?:es|ed)? (?:the|my|her|his|our) (?:birthday|deadline|date|party|trip)"
     r"|(?:\bstill\b[^.!?]{0,12}(?:not|n['’]?t)\b|\bnever\b)[^.!?]{0,12}(?:shipped|sent|dispatched|moved)|\bslow\b|\bdelay(?:ed|s)?\b|need(?:ed)? it (?:sooner|earlier|faster|by (?:now|yesterday|then))"),
    (R.ORDERED_BY_MISTAKE, r"(?:下|拍|买|选|点|订|定|按|加)错|[搞弄]错了?(?!吧)|错(?:拍|买|下|点)|误(?:拍|下|操作|点|触|买|订)|下重|重复|多(?:拍|买|下|点|订)了?|(?:拍|买|下|订)(?:多|重)了?|手(?:滑|快|抖|误)|不小心|(?:拍|买|下|订)了?(?:两|二|2)(?:次|个|遍|单|份)|小孩|孩子|(?:儿子|女儿|娃)[^，。,.]{0,6}(?:拍|点|买|下)"
     r"|by (?:mistake|accident)|\baccident(?:al(?:ly)?)?\b|\bmistake(?:nly|n)?\b|in error|(?:order|bought|buy|click|place|paid|press|submit|tap)\w*\b[^.!?]{0,20}\btwice\b|double(?: |-)?order|duplicate|\bwrong (?:one|item|thing|product|size|colou?r|model|version|quantity|amount|variant|option|shade|style)s?\b|\bwrongly\b|(?:order|bought|pick|chose|click|select)\w*\b[^.!?]{0,12}\bwrong\b|mis-?click|misorder|fat.?finger|did(?:n['’]?t| not) mean to|meant to (?:order|buy|get)|too many|\bmy (?:kid|son|daughter|toddler|child|cat|husband|wife|grandma|mum|mom|dad) (?:ordered|bought|clicked|pressed)"),
    (R.NO_LONGER_NEEDED, r"(?<!要)不(?:再|想|太想|是很)?(?:要|需要|想要)(?!取消|退|紧|发|动|改|寄|再|整单|忘|催|给|跟)|不想(?:买|要)|用不(?:上|着|到|完|了)|(?<=[\u4e00-\u9fffA-Za-z0-9])不用(?:了|买)|改(?:变)?了?主意|后悔|不(?:太|怎么|是很)?喜欢|(?:人|友|家|公|婆|妈|爸|事|司)(?:已经|刚好|又|也)?(?:送|给|买)(?:了|过)|已经(?:有|买)|(?<!没)有(?:了|类似|同款)|计划|行程|不买了|不打算|没必要|冲动|多余|暂时不"
     r"|no longer|(?:do|does|did|wo|would)(?:n['’]?t| not|nt)\s+(?:really |actually |even |need to )?(?:need|want|like|require)\b(?! (?:to (?:cancel|keep|lose|wait|return|pay|be|have|go|talk|speak|chat)|a refund|the money|you\b))|not (?:be )?(?:need|want)(?:ed|ing)|chang(?:ed?|ing) (?:my|our|his|her|their) minds?|change of (?:mind|heart|plan)|plans? (?:have |has |just )?changed|needed (?:it )?(?:any|no)|regret|second thoughts|(?:gave|got|bought|gifted|given|has|have|had)(?: \w+)? (?:me|us|myself) (?:one|it|another|the same)|already (?:have|got|own|bought|has)|was (?:given|gifted)|ca(?:n['’]?t|nnot) afford|impulse|not interested|no use for|(?:trip|event|party|wedding|project|move) (?:is|was|got|has been) (?:off|cancelled|canceled)"),
    (R.OTHER, r"其他原因|别的原因|个人原因|其它原因|另有原因|原因不(?:方便|想)|不(?:方便|想)(?:说|透露)|\bother (?:reasons?|personal)|\bother\b\W*$|^\W*other\b|^\W*(?:it'?s )?something else\W*$|personal reason|rather not say|none of (?:these|those|the above)"),
)  # fmt: skip
_COMPILED = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _TABLE)
# Somebody who has none, or keeps it to themselves, was asked all the same.
_NONE = re.compile(
    r"没(?:有)?(?:什么|啥|特别的?|特殊的?)*(?:原因|理由|为什么)|(?:一定|必须|非)得?要?(?:说|给)?(?:个)?(?:原因|理由)|说不(?:上来|清)|不想说|就是想|不知道|不清楚|不晓得"
    r"|no (?:particular |special |real |specific )?reason|do i (?:need|have to)|just because|can['’]?t (?:really )?say|don['’]?t know|not sure|no idea",
    re.IGNORECASE,
)

# "The one that hasn't shipped" says which order, not why.
_WHICH = re.compile(
    r"(?:还|都)?(?:没|未)(?:有)?发(?:货|出)?的(?=[那这个一单订]|$|[^\u4e00-\u9fff])"
    r"|\b(?:that|which|the one)(?: (?:one|order))?(?:['’]?s| is| has| was| hasn['’]?t| isn['’]?t| wasn['’]?t)(?: still)?(?: not)?(?: yet)?(?: been)? (?:shipped|sent|dispatched|gone out|left)(?: out)?(?: yet)?"
    r"|\b(?:not yet|un)[ -]?shipped(?= (?:order|one))",
    re.IGNORECASE,
)

# That it has not left says that it may be cancelled; where another reason is given, it is that one.
_UNSENT = re.compile(
    r"(?:还|都)?(?:没|未)(?:有)?发(?:货|出)?|\b(?:has|is|was)(?:n['’]?t| not)(?: been)? (?:shipped|sent|dispatched)(?: out)?(?: yet)?",
    re.IGNORECASE,
)


def cancel_reason(text: str, asked: bool = False) -> CancelReason | None:
    """Why an order is to be cancelled; None where the text does not say. `asked`: it answers "why?"."""
    told = _WHICH.sub(" ", without_corrections(respelled(text)))
    found = next((reason for reason, pattern in _COMPILED if pattern.search(told)), None)
    if found is R.TOO_SLOW:
        bare = _UNSENT.sub(" ", told)
        found = next((reason for reason, pattern in _COMPILED if pattern.search(bare)), found)
    return found or (R.OTHER if asked and _NONE.search(told) else None)
