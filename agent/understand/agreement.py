"""Reads a yes to a proposal piece by piece: every piece has to be known to agree, or to be harmless. Pure.

No head is asked. Whatever is not known (a but, an if, another thing, a question) makes it no yes, so the words that
agree may be many. Doubts are forgiven only to those who end with the order to carry it out: "hmm, I think that's
right, go ahead".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from agent.understand.assent import other_action
from agent.understand.entities import normalise

# What a piece does. GO orders, YES agrees, ACTION names what was read back, DOUBT wavers, ASIDE is neither here nor there.
_GO, _YES, _ACTION, _DOUBT, _ASIDE = "go", "yes", "action", "doubt", "aside"
_LONGEST = 160
# A question, scorn in pictures or words, or dots that trail off.
_SCORN = re.compile(
    r"[?？\u2753\u2754\U0001f620\U0001f621\U0001f624\U0001f62c\U0001f60f\U0001f611\U0001f612\U0001f615\U0001f643\U0001f644"
    r"\U0001f914\U0001f926\U0001f928\U0001f92c\U0001f937\U0001f44e]|呵|\byeah,? right\b|\boh,? (?!yes|yep|ok)|\bperfect,? just\b"
    r"|\bwhatever\b|(?:\.{2,}|…|。{2,})[\s!！~～]*$",
    re.IGNORECASE,
)
_DOTS = re.compile(r"\.{2,}|…|。{2,}")
_BETWEEN = re.compile(
    r"[\s,.!;:，。！；：、~～…\-—'\"“”‘’()（）\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+"
)
_IT = (
    r"(?: (?:with )?(?:it|that|this|them|so|(?:the|my|this|that) (?:(?:return|exchange|refund|repair|change|cancellation) )?"
    r"(?:request|application|form|order|return|exchange|repair|cancellation|change|complaint)))?"
)
_FINE = (
    r"(?:right|correct|cor+ect|fine|ok|okay|good|great|perfect|accurate|in order|as it should be|all there"
    r"|(?:exactly |just |precisely )?what i (?:need(?:ed)?|want(?:ed)?|asked for|meant|said|had in mind)"
    r"|the (?:right|correct) (?:one|ones|order|item|items|address|amount|method))"
)
_VERY = r"(?:(?:all|quite|exactly|absolutely|totally|perfectly|completely|just|now|still|both) )?"
_SUBJECT = r"(?:(?:all of )?(?:that|it|this)|everything|all|the (?:details|address|amount|summary|refund|list|order)|they|those)"
_ABOUT_ZH = r"(?:信息|内容|地址|金额|订单号?|单号|商品|明细|资料|东西|以上|上面(?:的|这些|说的|写的)?|这些|这个|都|全|全部)"
_WORDS: tuple[tuple[str, str], ...] = (
    (
        _GO,
        rf"go ahe?ad{_IT}(?: and)?|go for it|go on(?: then)?|go|(?:i )?(?:con?firm|comfirm|confrim|cofirm)(?:ed|ing)?{_IT}|proceed{_IT}|procede"
        rf"|submit{_IT}|send (?:it|that) (?:off|in|through)|do (?:it|that|so)|please do|get (?:on with it|it done|it going|it started|going)|make it so|make it happen"
        rf"|let'?s (?:go|do (?:it|that|this))|(?:carry|crack) on|process{_IT}|book it|put it through|arrange it|finish it"
        r"|确认(?:无误)?|确任|确定|提交|提交申请|办理?|下单吧|执行|照办|照做|走流程|搞起|走起|弄吧|整吧|搞吧|开始吧|就(?:按|照)(?:这|你说的)(?:个|样)?(?:来|办|做|弄)?|按你?们?说的(?:来|办|做)?",
    ),
    (
        _YES,
        rf"ye+s+|yse|yea+h*|yep+|yup+|ye|ya|aye|y|uh huh|k+|sure(?: thing)?|of course|certainly|absolutely|definitely|exactly|indeed|affirmative|agreed?|i agree|accept(?:ed)?|i accept(?: (?:it|that))?"
        rf"|(?:fine|ok|okay|happy|good) with (?:paying )?(?:the (?:price )?(?:difference|price|fee|postage|cost|amount|refund)|that|it|this)|{_VERY}{_FINE}(?: (?:with|by|for|to) me)?|al+right|all right|all good|no (?:problems?|issues?|objections?|changes?|corrections?)|nothing to change|works(?: for me)?|sounds {_VERY}{_FINE}(?: to me)?|(?:{_SUBJECT} )?looks? {_VERY}{_FINE}(?: to me)?"
        rf"|{_SUBJECT}(?:'?s|'?re| is| are| was| seems)? {_VERY}{_FINE}(?: (?:with|by|for|to) me)?|i'?m happy with (?:that|it|this)"
        r"|ok(?:ay|ey|ie)?|(?:that|this|it)(?:'?ll| will)? (?:works?|does it|do)(?: for me)?|lovely|brilliant|wonderful|excellent|super|cool|deal"
        rf"|好(?:的呢|的|呀|啊|嘞|滴|哒|了|哦|咧|哩|呢|嘛)?|行(?:的|啊|呀|了)?|可以(?:的|啊|呀|了)?|可已|阔以|嗯+[呐哪那呢]?|恩+|对(?!了|不)(?:的呢|的|呀|啊|头|滴|哒|呢)?|是(?:的呢|的|啊|呀|滴)|是(?=$|[\s,，。.!！])"
        rf"|(?:这[回次下]|现在|这就)(?:就|才)?(?:都)?(?:对|好|可以)了|{_ABOUT_ZH}{{0,3}}(?:是|都)?(?:对的?|正确的?|没错儿?|没有错|无误|没问题|没有问题|没毛病)|都对|全对|没错儿?|没有错|没(?:有)?(?:问题|毛病|意见|异议)|不会?错的"
        r"|(?:差价|差额|运费|邮费|费用)(?:可以|没问题|行|我出|我付|我补|我接受|能接受)|(?:能|可以|我)?接受|同意|正是(?:我要的|这样)|就是(?:这样|这个|它)|就这样(?:吧)?|那?这样吧|就?这么[办定着退换改]|就它|正确|中|成|妥了?|得嘞|要得|欧克|当然|这样(?:就)?(?:可以|行|好)(?:了)?",
    ),
    (
        _DOUBT,
        rf"h+m+|u+h+|u+m+|e+r+m*|well|oh|let me see|i (?:think|believe|guess) (?:so|(?:that|it|this|everything)(?:'?s| is)? {_VERY}{_FINE}|{_FINE})|(?:that|it|this) should be {_VERY}{_FINE}|seems {_FINE}"
        rf"|呃+|额+|唔+|emm+|{_ABOUT_ZH}{{0,2}}(?:应该|好像|大概|估计)(?:是|都)?(?:对的?|没错|没问题|可以|行|好了|没有错)|我(?:想想|看看)",
    ),
    (
        _ASIDE,
        r"(?:many |lots of )?thanks?(?: you)?(?: (?:so|very) much| a lot| a million| again| in advance)?|thx|ty|cheers|ta|please|pls|plz|kindly|mate|sir|dear|love|much appreciated|i appreciate (?:it|that|your help)"
        r"|you(?:'?re| are) (?:great|the best|a star|so kind)|for (?:me|us)|for (?:your|the) (?:help|patience)|now|right away|right now|at once|immediately|asap|as soon as (?:you can|possible)|quickly?|quick|hurry(?: up)?|already|today|then|and|so|too|also|as well"
        r"|just(?= (?:do it|go|submit|confirm|get|process|proceed))|got it|i (?:see|understand)|understood|fair enough|i(?: have|'?ve)? (?:re-?)?(?:read|checked|went through|gone through|looked) ?(?:it|that|everything|at it)?(?: all)? ?(?:twice|again|over|through|carefully)?|double[- ]checked"
        r"|no (?:rush|worries)|that'?s (?:all|it|everything)|i'?d like (?:that|this|it)|i want (?:that|this|it)|i (?:do|am|will)|we do|it|that|this|them|i|we|me|the|as (?:above|described|listed|stated|you said)|with (?:it|that|this)"
        r"|(?:谢谢|多谢|感谢)(?:你们?|您)?(?:啦|了|哈)?|多谢|感谢|谢了|辛苦(?:你|您)?(?:啦|了)?|麻烦(?:你|您)?(?:啦|了)?|亲(?:亲|爱的)?|帮我|帮忙|给我|请|现在|马上|立刻|立马|尽快|赶紧的?|赶快|快(?:点儿?|些)?|麻溜的?|别磨蹭了?|别耽误(?:时间)?了?|一下下?|那就|那|就|我|你|您|吧|了|的|啊|呀|哈+|啦|哦|噢|哒|呗|嘛|申请|订单|这个|它|来"
        r"|(?:我)?(?:都)?(?:又)?(?:看|核对|检查|对|读|确认)(?:过)?了?(?:[一两二三几]遍|好几遍|一下)?(?:了)?(?=$|[\s,，。.!！])|(?:我)?看(?:清楚|明白|好|过)了|核对(?:过|好)了|检查(?:过|好)了|知道了|明白了?|了解了?|懂了|清楚了|收到(?:了)?|没别的了|我确认过了",
    ),
)
# A letter of the alphabet ends a word; Chinese words end anywhere.
_END = r"(?:(?<![A-Za-z0-9])|(?![A-Za-z0-9]))"
_PIECES = tuple((kind, re.compile(rf"(?:{pattern}){_END}", re.IGNORECASE)) for kind, pattern in _WORDS)
_OWN: Mapping[str, str] = MappingProxyType(
    {
        "return_item": r"退货?(?!到|款|给|回|一|[两三四五六七八九])(?:掉|了)?(?:这个|它|它们|这件|这些)?|(?:the |my )?return(?:ing)?(?: (?:it|them|this|these))?|(?:the )?refund|send(?:ing)? (?:it|them|this) back",
        "exchange_item": r"换货?(?!成|回|个|一)(?:掉|了)?(?:这个|它)?|更换|(?:the |my )?(?:exchange|swap)(?: (?:it|them|this))?",
        "change_items": r"[改换更](?:换|改)?(?!成|回|个|一)(?:掉|了)?|修改|(?:the )?(?:change|swap|exchange|update)(?: (?:it|them|this|the (?:order|items?)))?",
        "cancel_order": r"取消(?:掉|了)?(?:订单|它|这个)?|(?:the )?cancel(?:l?ation|l?ing)?(?: (?:it|that|this|the (?:whole )?order|my order))?(?: and refund(?: (?:it|me))?)?|退款(?!到|给)",
        "change_address": r"[改换更](?:换|改)?(?!成|回|个|一)(?:掉|了|过来)?|修改|(?:收货)?地址|(?:the )?(?:change|update)(?: (?:it|this|the (?:delivery |shipping )?address))?",
        "change_payment": r"[改换更](?:换|改)?(?!成|回|个|一)(?:掉|了|过来)?|修改|(?:付款|支付)方式|(?:the )?(?:change|switch|update)(?: (?:it|this|the payment(?: method)?))?",
        "update_profile": r"[改换更](?:换|改|新)?(?!成|回|个|一)(?:掉|了|过来)?|修改|(?:默认)?(?:收货)?地址|(?:the )?(?:change|update)(?: (?:it|this|the (?:default )?address))?",
        "repair": r"报?修(?!改)(?:吧|了)?|送修|维修|(?:the )?(?:repair|fix)(?: (?:it|this))?",
        "complaint": r"登记|投诉|(?:the )?complaint|(?:file|record|send|submit|log|register)(?: (?:it|that|this|the complaint))?",
    }
)
_OWN_PIECES = MappingProxyType(
    {intent: re.compile(rf"(?:{pattern}){_END}", re.IGNORECASE) for intent, pattern in _OWN.items()}
)
# "The blue one", 蓝色的那款: words around a name.
_NAMING = re.compile(
    rf"(?:the|one|ones|in|and|item|items|那|这|款|个|件|种|双|台|本|[和跟与])(?:{_END})", re.IGNORECASE
)


def agrees(text: str, intent: str, names: Iterable[str] = ()) -> bool:
    """Whether a message, word by word, is a yes to what was read back and to nothing else.

    `intent` is what was read back, `names` the words for what that is about; without them no goods may be named.
    """
    said = normalise(text).replace("’", "'")
    if len(said) > _LONGEST or _SCORN.search(said) or (intent and other_action(said, intent)):
        return False
    pieces = _pieces(said, intent, tuple(sorted({name for name in names if name}, key=len, reverse=True)))
    if pieces is None:
        return False
    weighty = [piece for piece in pieces if piece != _ASIDE]
    if _DOUBT in weighty or _DOTS.search(said):
        return bool(weighty) and weighty[-1] == _GO
    # "Cancel" alone may stop the proposal as well as carry it out.
    return bool({_GO, _YES} & set(weighty)) or (_ACTION in weighty and intent != "cancel_order")


def _pieces(text: str, intent: str, names: tuple[str, ...]) -> list[str] | None:
    """What each piece does, in order; None as soon as one is not known."""
    found: list[str] = []
    at = 0
    while at < len(text):
        if space := _BETWEEN.match(text, at):
            at = space.end()
            continue
        kind, end = max(_readings(text, at, intent, names), key=lambda each: each[1], default=("", at))
        if end == at:
            return None
        found.append(kind)
        at = end
    return found


def _readings(text: str, at: int, intent: str, names: tuple[str, ...]) -> Iterable[tuple[str, int]]:
    """What may stand at a place, with its end; of two as long the first."""
    for kind, pattern in _PIECES:
        if match := pattern.match(text, at):
            yield kind, match.end()
    if (own := _OWN_PIECES.get(intent)) and (match := own.match(text, at)):
        yield _ACTION, match.end()
    if names and (match := _NAMING.match(text, at)):
        yield _ASIDE, match.end()
    low = text[at:].casefold()
    if name := next((each for each in names if low.startswith(each.casefold())), None):
        yield _ASIDE, at + len(name)
