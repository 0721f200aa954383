"""Cuts a message into the parts that each want something, and says what each wants.

The trained heads judge whole messages; words that name an action beyond doubt decide for a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agent.types import Clause, Score
from agent.understand.heads import Heads
from agent.understand.misspellings import respelled

Embed = Callable[[str], NDArray[np.float32]]

_SENTENCE = re.compile(r"(?<=[。！？!?])\s*|(?<=[a-z0-9)\"'])\.\s+(?=[A-Z\u4e00-\u9fff])|\n+")
_SURE = 0.55
# A part that does not say so in words is a task only where the heads have hardly a doubt.
_SURE_TASK = 0.8
_MOST = 8
# 啥时候送到的 and 还没寄到 ask after a parcel.
_SENT_TO = r"(?<!时候)(?<!几点)(?<!哪天)(?<!几号)(?<![没未已能会何])(?:寄到|送到)(?!(?:家|手|货|我(?:家|这儿?|手)?(?:里|上|边)?)?(?:哪|了|的|没|吗|呢|啊|吧|都|就|时|后|以后|之后|已经|却|才|也|全|还|呀|发现|一看|打开|$|[?？，。\s]))"
_ADDRESS = rf"address|deliver(?:ed)? (?:it |them |this |that |(?:my|the) (?:\w+ )?(?:order|parcel|package|stuff|\w+) )?to\b|(?:send|ship)\b[^.]* to \d|地址|改寄|{_SENT_TO}|收货人"
_METHOD = r"(?:gift ?card|ali ?pay|we ?chat(?: pay)?|pay ?pal|(?:credit|debit|bank|visa|master) ?card|visa|my card|(?:the )?card ending)"
_METHOD_ZH = r"(?:支付宝|微信|礼品卡|信用卡|银行卡|储蓄卡|花呗|贝宝|paypal|尾号)"
# Words that name an action. The first that fits decides; a question about something else does not come here.
_CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern, re.IGNORECASE))
    for intent, pattern in (
        ("update_profile", r"(?:default|profile|account|home)(?:'s)?(?: default)? address\b(?! in)[^.]*\b(?:to|is|should)\b|^(?!.*(?:\borders?\b|\bparcel|\bpackage|\bdelivery\b|W\d{7})).*\b(?:i|we)(?:['’]?ve| have| just)? (?:just |recently )?moved\b|address (?:in|on) my (?:profile|account)[^.]*\b(?:to|should)\b"
         r"|(?:默认|账户|账号|个人资料|资料)(?:里|的|中)*(?:默认)?(?:收货)?地址[^。]*(?:改|换|更新|应该是)|^(?!.*(?:订单|单子|[这那]一?单|包裹|快递|没发货|W\d{7})).*我?们?刚?搬(?:家|了家|到)"
         # It is the account's address that changes, not an order's to that one.
         r"|(?:[改换]|更新|更换)(?:一?下|掉|个)?(?:我|的|在|你们|店|里|账户|账号|个人资料|资料|上|中)*(?:默认|常用)的?(?:收货|收件)?地址"
         r"|\b(?:chang\w+|updat\w+|edit\w*|modify\w*|replac\w+)\b (?:my |the |our )?(?:account's |saved )?(?:default|profile|account|home)(?: (?:delivery|shipping|account))? address\b"
         r"|\b(?:chang\w+|updat\w+|edit\w*|modify\w*|replac\w+)\b (?:my |the )?address (?:in|on|of|for) (?:my|the) (?:profile|account)\b"),
        ("change_address", rf"(?=.*(?:{_ADDRESS}))(?:.*(?:\bchange|\bupdate|\bset (?:the|my|its)\b|\bmodify|\bwrong|\bshould be|\binstead|\bneed\b|\bredirect|\bcan you send|\bdeliver|改|换|错|{_SENT_TO}))"),
        ("change_payment", r"(?:change|switch|update|modify)\b[^.]*\bpayment\b|pay(?:ing)? (?:for )?[^.]*\bwith\b[^.]*\binstead|\b(?:paid|pay|charged|checked out)\b[^.?!]*\b(?:wrong|different|another|other) (?:\w+ )?(?:method|card|way|account|wallet)|\bwrong (?:payment|card|method)\b(?! number)|付款?(?:方式)?(?:选|用|弄|点|搞)错|支付(?:方式)?(?:选|用|弄|点|搞)错|用错(?:了)?(?:卡|支付|付款|账户)|(?:支付|付款)(?:方式)?[^。]*(?:改|换)|(?:改|换)(?:成|用)?[^。]*(?:支付|付款)(?!单)"
         rf"|(?:change|switch|move)\b(?:(?!\b(?:and|difference|refund|exchange|return|gap)\b)[^.,;])*?\b(?:to|onto|from)\s+(?:my |the |a )?{_METHOD}\b"
         rf"|(?<!差价)(?:改|换)(?:成|用|为|到|走|刷)我?的?{_METHOD_ZH}"),
        ("exchange_item", r"\bexchang\w+|\bswap\w*|换货|调换|(?:想|要|帮我|可以|能)换(?!支付|付款|地址)|换一?(?:个|件|双|台|款)|换成|换大|换小"),
        ("cancel_order", r"\bcancel(?!l?ed\b)\w*|\b(?:needs? to|should|must|has to)\s+be\s+cancell?ed\b|\b(?:want|like) (?:it|this|that|the order|my order) (?:to be )?cancell?ed\b|\bcall off\b|\bremove\b[^.]*\border\b|取消(?!的|了?以?后|了?之后|了的|了吗|了没|成功|掉?了以|状态)|撤销(?:这|那)?(?:个|笔)?订单|撤(?:了|掉)?(?:这|那)?一?单|撤了吧|不买了.{0,4}退钱|去掉|删掉"),
        ("change_items", r"(?:change|modify|update|switch|adjust|edit)\b[^.]*\b(?:order|items?|to|become)\b|should become|\b(?:can|could|may|would|want|like|please|prefer)\b(?:(?!\b(?:refund|return|exchang\w*|credit|cancel|deliver\w*|ship|sent|send|pay|money|pick)\b)[^.?!])*\b(?:instead of|rather than)\b(?! (?:a |an |the )?(?:refund|return|exchang|credit|wait|cancel|deliver|pay))|\bmake (?:it|them|that|(?:the|my) (?!return|refund|payment|complaint)\w+(?: \w+)?) (?:an? (?!complaint|return|refund|exchange|gift|payment)|the (?=\w+ one)|in (?=\w+\b)|size )|(?:改|修改)[^。]*(?:订单|商品|款式|规格|尺码|颜色)|改成|下错款"),
        ("return_item", r"\breturn(?!s\b|ed\b|ing policy)\w*|send (?:it|them|this|back|the)\b[^.]*\bback|take (?:it|them|this|these) back|退货(?!政策|规则|流程|进度|状态|运费|地址|期)|(?<![款钱货])退(?:了吧|一下|吧|给你们)|(?:给我|帮我|我要|我想|麻烦|赶紧|直接|把[^，。,.]{1,14}|一起|一并)退(?!款|钱|的|了没|了吗|差)|^[^，。,.]{1,12}(?<![款钱货])退了[，,。.!！]?(?![吗没么?？])|[，,。]\s*退(?:了|掉|货)?[!！。.]*$|退掉|想退|要退|可以退吗|能退吗|帮我退|[都全就]退(?!款|钱|了|还)"),
    )
)  # fmt: skip
# A part that only adds to the one before: how to be paid, why, who one is.
_ADDS = re.compile(
    r"^\s*(?:please )?(?:refund (?:it|them|that|everything)?|use|put|pay|my (?:name|email|e-mail|zip)|i(?:'m| am) \w+ \w+$|it(?:'s| is| was)|they|because|since|the reason|everything else)\b"
    r"|^\s*(?:钱|差价|退到|用我?的|因为|原因|我的?(?:邮箱|姓名|名字|邮编)|我叫|是|不需要|不想要|现在用不上|下错|误拍|其他规格)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"[?？]|^\s*(?:and |also )?(?:what|how|when|where|which|who|why|is|are|do|does|did|will|could i|can i)\b|多少|什么|怎么|吗\s*$|几(?!天就|次就)|哪|[啥咋]|(?:到|发|退|收|好|完|有|了)没(?:有)?\s*$|(?:回|退|补|转|打)[^，。都也还就]{0,6}没有?\s*$",
    re.IGNORECASE,
)
_ALIKE = (frozenset({"update_profile", "change_address"}), frozenset({"exchange_item", "change_items"}))
# Beside a task these are only words about it.
_KNOWN = frozenset({"policy_question", "gift_card", "payment_problem", "product_question", "refund_status"})
_WH = re.compile(
    r"^\s*(?:\w+[,.!]\s*)?(?:how (?:many|long|much|often|soon|do)|what|when|where|which|who|why)\b|几天|多久|多少|怎么|谁|什么|哪",
    re.IGNORECASE,
)
_ABOUT_ORDERS = frozenset({"order_status", "tracking", "refund_status", "return_status"})
_SURE_ORDER = 0.85
_ORDERLY = re.compile(
    r"订单|单子|快递|物流|包裹|单号|发货|到哪|到货|送到|派送|签收|退款|退货|退钱|补[了没差]|换货|东西|买的|下单|催"
    r"|\b(?:order|parcel|package|track|deliver|ship|arriv|refund|return|courier|purchase|bought|stuff|item)",
    re.IGNORECASE,
)
_TASKS = frozenset(name for name, _ in _CUES)
# Where one sentence goes on to another wish.
_GOES_ON = re.compile(
    r"[,，;；]\s*|\s*(?=另外|还有|然后|同时|顺便|并且|再(?=[把帮取]))|\s+(?=and\b|also\b|then\b|plus\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9])[W#]?\d{7}(?!\d)", re.IGNORECASE)
_OF_AN_ORDER = frozenset({"change_items", "exchange_item", "cancel_order", "change_payment"})
# What the customer has cancelled already; 帮我给取消了 asks for it.
_CANCELLED = re.compile(
    r"(?<![帮给替为让])我(?:自己|已经|都|就|后来|当时|上[周月]|昨天|把它|给它?)*取消了(?!吧|呗)"
)
_MOVED = re.compile(
    r"^\W*(?:i(?:'ve| have)?(?: just)? moved(?: \w+){0,3}|我?(?:刚|最近)?搬家了?)\W*$", re.IGNORECASE
)
# Who does not know how it is done hears that first.
_HOW_TO = re.compile(
    r"(?:不知道|不清楚|不晓得|不会)(?:该|要)?(?:怎么|咋|如何)(?:操作|办理|弄|申请|退|换)|\bdon['’]?t know how to\b",
    re.IGNORECASE,
)
# "Could I get it in coral rather than rose?" wants something, whatever else it asks.
_INSTEAD = re.compile(
    r"\b(?:can|could|may) (?:i|we|you|it|they|both|the)\b[^.?!]*\b(?:instead of|rather than)\b", re.IGNORECASE
)
# "Don't cancel the entire order", "别取消": what is named only to be ruled out.
_ASKED = re.compile(r"[?？]|[吗么]\s*$")
_NOT_EN = r"\b(?:do not|don['’]?t|dont|never|no need to|not (?:going )?to|rather not)\s+(?:(?:want|wish|need|have)\s+(?:you\s+)?to\s+)?(?:please\s+)?"
_NOT_ZH = (
    r"(?:别|甭|不要|不用|不必|不想|不是(?:想|要|说要)?|先不|没说要|没有要)(?:再|给我|帮我|把它|全部|整单)?"
)
_RULED_OUT: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern, re.IGNORECASE))
    for intent, pattern in (
        ("cancel_order", rf"{_NOT_EN}cancel|{_NOT_ZH}取消"),
        ("return_item", rf"{_NOT_EN}(?:return|send (?:it|them|this) back)|{_NOT_ZH}退(?!款|钱)"),
        ("exchange_item", rf"{_NOT_EN}(?:exchange|swap)|{_NOT_ZH}(?:换货|换(?=[，,。.!！]|$))"),
    )
)


def read_clauses(text: str, intents: tuple[Score, ...], heads: Heads, embed: Embed) -> tuple[Clause, ...]:
    """The parts of a message with their intents; parts without any of their own belong to the one before."""
    sentences = [part for sentence in split_sentences(text) for part in _two_wishes(sentence)]
    whole = tuple(score.label for score in intents if not _far_fetched(score, text)) or _unserved(
        intents, text
    )
    if len(sentences) == 1:
        return (Clause(text, _named(text, whole)),)
    clauses: list[Clause] = []
    moved = ""
    for sentence in sentences[:_MOST]:
        if _MOVED.match(sentence) and any(_cue(each) == "change_address" for each in sentences):
            # Only why an order shall go elsewhere.
            moved = f"{moved} {sentence}".strip()
            continue
        cued = _cue(sentence)
        own = _named(sentence, _judged(sentence, heads, embed))
        if clauses and not cued and (_ADDS.search(sentence) or not own):
            clauses[-1] = Clause(f"{clauses[-1].text} {sentence}", clauses[-1].intents)
        elif not own:
            clauses.append(Clause(sentence, ()))
        elif clauses and own == clauses[-1].intents and not cued:
            clauses[-1] = Clause(f"{clauses[-1].text} {sentence}", own)
        else:
            clauses.append(Clause(sentence, own))
    found = _without_greetings(clauses)
    if moved and found:
        found[0] = Clause(f"{moved} {found[0].text}", found[0].intents)
    if len(found) == 1 and not found[0].intents:
        return (Clause(text, _named(text, whole)),)
    if len(found) == 1:
        return (Clause(text, found[0].intents),)
    return tuple(found)


def _far_fetched(score: Score, text: str) -> bool:
    """An order, where nothing in the text is about one and the heads are not quite sure."""
    return score.label in _ABOUT_ORDERS and score.probability < _SURE_ORDER and not _ORDERLY.search(text)


def _unserved(intents: tuple[Score, ...], text: str) -> tuple[str, ...]:
    """A question that is about no order after all is one for the documents."""
    return ("policy_question",) if intents and _QUESTION.search(text) else ()


def split_sentences(text: str) -> list[str]:
    """Sentences in order; at least one."""
    parts = [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]
    return parts or [text]


def _two_wishes(sentence: str) -> list[str]:
    """A sentence cut where it goes on to another action for another order, or to another place for the same one."""
    for match in _GOES_ON.finditer(sentence):
        first, second = sentence[: match.start()].strip(), sentence[match.end() :].strip()
        one, other = _cue(first), _cue(second)
        numbers = [set(_NUMBER.findall(part)) for part in (first, second)]
        if not one or not other or _one_of_them(one, other):
            continue
        two_orders = all(numbers) and numbers[0].isdisjoint(numbers[1])
        place = {one, other} & {"change_address"} and {one, other} & _OF_AN_ORDER
        # What can be cancelled has not come yet, and cannot be sent back.
        apart = {one, other} >= {"cancel_order"} and {one, other} & {"return_item", "exchange_item"}
        if two_orders or apart or (place and not (numbers[1] - numbers[0])):
            return [first, *_two_wishes(second)]
    return _asks_after_another(sentence) or [sentence]


def _asks_after_another(sentence: str) -> list[str]:
    """ "Return the lamp, and has W1000002 shipped yet?": a task, and a question about another order."""
    for match in reversed(list(_GOES_ON.finditer(sentence))):
        first, second = sentence[: match.start()].strip(), sentence[match.end() :].strip()
        new = set(_NUMBER.findall(second)) - set(_NUMBER.findall(first))
        if new and _cue(first) and not _cue(second) and _QUESTION.search(second):
            return [first, second]
    return []


def _without_greetings(clauses: list[Clause]) -> list[Clause]:
    """What wants nothing stands with what comes after it: "Hello. I ordered a lamp. I want to return it." """
    found: list[Clause] = []
    waiting = ""
    for clause in clauses:
        if not clause.intents and clause is not clauses[-1]:
            waiting = f"{waiting} {clause.text}".strip()
        else:
            found.append(Clause(f"{waiting} {clause.text}".strip(), clause.intents))
            waiting = ""
    return found


def _judged(sentence: str, heads: Heads, embed: Embed) -> tuple[str, ...]:
    scores = heads.score(sentence, embed(sentence))
    return tuple(
        score.label
        for score in scores.intents[:2]
        if score.probability >= (_SURE_TASK if score.label in _TASKS else _SURE)
    )


def _cue(sentence: str) -> str:
    sentence = respelled(sentence)
    found = (intent for intent, pattern in _CUES if pattern.search(sentence))
    return next((intent for intent in found if not _ruled_out(intent, sentence)), "")


def _ruled_out(intent: str, sentence: str) -> bool:
    """Whether the words say that this is not wanted; a rule may be asked for all the same."""
    patterns = (pattern for name, pattern in _RULED_OUT if name == intent)
    return any(pattern.search(sentence) for pattern in patterns) and not _ASKED.search(sentence)


def _one_of_them(name: str, cue: str) -> bool:
    """Whether two names stand for one wish here: it is the one that the words name."""
    return name == cue or any(name in group and cue in group for group in _ALIKE)


def says(intent: str, sentence: str) -> bool:
    """Whether the words themselves name this action."""
    sentence = respelled(sentence)
    return any(name == intent and pattern.search(sentence) for name, pattern in _CUES)


def _named(sentence: str, judged: tuple[str, ...]) -> tuple[str, ...]:
    """What the heads say, put right by the words: a task that is named is wanted."""
    if _HOW_TO.search(sentence):
        return ("policy_question",)
    judged = tuple(name for name in judged if not _ruled_out(name, sentence))
    cue = _cue(sentence)
    if not cue:
        # "It was cancelled, did you refund me?" only asks; the heads' second thought does nothing.
        only_asks = bool(judged) and judged[0] not in _TASKS and bool(_QUESTION.search(sentence))
        return tuple(name for name in judged if not (only_asks and name in _TASKS))
    if cue in judged:
        if cue == "cancel_order" and judged[0] == "refund_status" and _CANCELLED.search(sentence):
            return tuple(name for name in judged if name not in _TASKS)
        more = (name for name in judged if name not in _KNOWN and not _one_of_them(name, cue))
        return (cue, *(name for name in more if name not in _TASKS or says(name, sentence)))
    # "What a joke" asks nothing.
    asks = _QUESTION.search(sentence) and not _INSTEAD.search(sentence)
    if asks and set(judged) - {"complaint"} and not set(judged) & _TASKS:
        return judged
    if _WH.search(sentence) and not judged:
        # "How many days do I have to return a coat?" asks for the rule.
        return ("policy_question",)
    others = tuple(name for name in judged if name not in _TASKS and name in ("complaint", "talk_to_human"))
    return (cue, *others)
