"""Whether a message that sounds like a yes says hardly anything else. Pure.

The trained heads judge moods; a yes that moves goods or money is read word by word. What is left of it without the
words of a yes, of politeness, and of the very thing that was read back has to be nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

# One Chinese character more than the words of a yes may be a particle that is not listed.
_STRAY_CHINESE = 1
_SAYS_YES = re.compile(
    r"(?<![你您太选弄最更真还正刚做修收装用说写])好(?=[的吧呀啊嘞滴哒了哦好咧哩叭呢呗嘛，,。.！!\s]|$|就|那|帮|可以|行|麻烦|谢|请|退|办|提|继续)(?:的呢|的|吧|呀|啊|嘞|滴|哒|了|哦|咧|哩|叭|呢|呗|嘛)?"
    r"|(?<![国银进旅流发同])行(?=[的吧啊呀了行呗叭嘞嘛，,。.！!\s]|$|就|那)(?:的|吧|啊|呀|了|呗|叭|嘞|嘛)?|(?:当然)?(?:可以|阔以)(?:的|啊|呀|了)?|嗯+[呐哪那呢]?|恩+"
    r"|对(?=[的呀啊对头滴哒呢，,。.！!\s]|$|就)(?:的呢|的|呀|啊|头|滴|哒|呢)?|是(?=[的啊呀滴呢，,。.！!\s]|$)(?:的|啊|呀|滴|呢)?"
    r"|确认(?:无误)?|确定|(?:没|木)(?:有)?(?:问题|毛病|意见|异议)(?!了)|没错儿?|同意|赞成|批准|批了|准了|得嘞|要得|要的|需要的|妥妥?的|妥了?(?=$|[，,。！!\s])"
    r"|(?:^|(?<=[，,。！!\s]))(?:成|中|得|可|要|准|冲|安排|肯定|必须的?|正确|当然|愿意)(?=$|[，,。！!\s]|吧|啊)|成交|(?:能)?接受|欧克|欧了|来吧|[弄整搞办][吧起]|走起|执行|照办|照做"
    r"|提交|办理?|就这样|就这么[办定着整弄]?|就这么着|走流程|就按这个|照这么|按你?们?[说讲]的[做办]?|听你的|听您的|听你安排|你看着办|您看着办"
    r"|\b(?:y|ya|aye|ye[sap]h?|yess+|yea|yeah|yup|yep|ok(?:ay|ie|ey)?(?: dokey| dokie)?|k|sure(?: thing)?|fine|correct|right|exactly|perfect|great|absolutely|definitely|of course|certainly|affirmative"
    r"|agreed?|accept(?:ed)?|confirm(?:ed)?|approved?|alright|all right|go ahead|go for it|go on|do (?:it|that|so)|please do|proceed|submit|make it so|let'?s go|no problem|by all means|make it happen|indeed|deal|carry on|crack on|continue|be my guest|that'?ll (?:do|work)|sounds like a plan|arrange|process|get it started|uh huh"
    r"|(?:that|it|this)(?:'?s| is) (?:right|correct|fine|ok|okay|good|great)|(?:sounds|looks) (?:good|great|fine|right)|all good|works)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\W*(?:好(?:的|吧|呀|啊|嘞)|行(?:的|吧|啊)|可以(?:的|啊|呀)?|嗯|对的|是的|确认|没问题|同意|\b(?:yes|yeah|yep|yup|ok(?:ay)?|sure|confirm(?:ed)?|i confirm|please proceed|go ahead)\b)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"谢谢|多谢|感谢|辛苦|麻烦|帮我|帮忙|给我|现在|马上|立刻|尽快|快点?|麻溜|赶紧|赶快|全部|一下|这个|那就|就|这样|这么|定|来|请|吧|了|的|啊|呀|哈|亲|您|你|我|它|那|按|这|申请|订单"
    r"|\b(?:i|it|that|this|them|these|the|a|an|to|for|with|by|of|my|me|you|your|we|us|let'?s?|is|are|am|please|pls|plz|thanks?|thx|thank|very|much|so much|now|right away|asap|and|then"
    r"|mate|cheers|request|order|item|items|want|would|like|'?d|'?s|'?m|can|will|as|described|above|everything|sir|dear|boss|lovely|brilliant|awesome|certainly)\b",
    re.IGNORECASE,
)
# Words that name what is being done: harmless about just that, something else about anything else.
_DOING: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "return": re.compile(r"退货|退(?!到|款|给)|\breturn\w*|\bsend(?:ing)? (?:it|them|this) back\b", re.IGNORECASE),
        "refund": re.compile(r"退款(?!到|给)|\brefund\w*(?! (?:to|me|in|on|by)\b)", re.IGNORECASE),
        "exchange": re.compile(r"换货|调换|(?<!更)换|\bexchang\w*|\bswap\w*", re.IGNORECASE),
        "cancel": re.compile(r"取消|撤销|\bcancel\w*", re.IGNORECASE),
        "change": re.compile(r"修改|更[改换新]|变更|改|\b(?:chang|updat|modif)\w*", re.IGNORECASE),
        "repair": re.compile(r"维修|报修|修(?!改)|\b(?:repair|fix)\w*", re.IGNORECASE),
        "person": re.compile(r"转接?|人工|真人|\b(?:person|human|agent|someone|connect|transfer|put (?:me )?through)\b", re.IGNORECASE),
        "complaint": re.compile(r"投诉|登记|\b(?:compla\w*|fil(?:e|ing))\b", re.IGNORECASE),
    }
)  # fmt: skip
_OF_INTENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "return_item": ("return", "refund"),
        "exchange_item": ("exchange", "return", "change"),
        "cancel_order": ("cancel", "refund"),
        "change_items": ("change", "exchange"),
        "change_address": ("change", "exchange"),
        "change_payment": ("change", "exchange"),
        "update_profile": ("change", "exchange"),
        "repair": ("repair",),
        "complaint": ("complaint",),
        # The offer of a person.
        "person": ("person",),
    }
)
_HESITATES = re.compile(
    r"\.{2,}|…|。{2,}|[\U0001f620\U0001f621\U0001f624\U0001f62c\U0001f611\U0001f612\U0001f615\U0001f644\U0001f914\U0001f928\U0001f92c\U0001f44e\u2753\u2754]"
    r"|^\W*(?:is|are|was|were|does|did|do (?!it|that|so)|can|could|will|would|should|am|has)\b|呵|啥|算了|好像|似乎|然后|的话|\byeah,? right\b|\b(?:hang|hold) on\b|\bwhatever\b|\bjust\b|\boh\b",
    re.IGNORECASE,
)
# "ok的" is two words.
_BESIDE_CHINESE = re.compile(r"(?<=[A-Za-z0-9])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9@]+")


def hesitates(text: str) -> bool:
    """Dots that trail off, a rolling eye, a scornful word: what looks like a yes here may be none."""
    return bool(_HESITATES.search(text))


def begins_with_yes(text: str) -> bool:
    """Whether the first word is a yes; no head is needed then where nothing else is said."""
    return bool(_BEGINS.match(text))


def other_action(text: str, intent: str) -> bool:
    """Whether a text names another action than the one that was read back: "yes, cancel it" is no yes to a return."""
    own = _OF_INTENT.get(intent, ())
    return any(pattern.search(text) for name, pattern in _DOING.items() if name not in own)


def says_only_yes(text: str, intent: str = "", names: Iterable[str] = ()) -> bool:
    """Whether a text is a yes and nothing besides. `intent` is what was read back, `names` what that is about."""
    text = _BESIDE_CHINESE.sub(" ", text)
    if hesitates(text) or not _SAYS_YES.search(text):
        return False
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    for action in _OF_INTENT.get(intent, ()):
        text = _DOING[action].sub(" ", text)
    left = _AROUND.sub(" ", _SAYS_YES.sub(" ", text))
    return len(_CHINESE.findall(left)) <= _STRAY_CHINESE and not _WORD.search(left)
