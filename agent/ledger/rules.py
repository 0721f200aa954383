"""Rule words: what a clause allows, forbids, requires, spares, limits, gives free or promises of all."""

from __future__ import annotations

import re
from dataclasses import dataclass

import rjieba

from agent.ledger.negation import denies
from agent.ledger.words import language_of
from retrieval.tokenizer import stem
from tools.domain import Language

# Name, Chinese, English. Whether a clause says no is asked apart from these.
_WORDS = {
    "allow": (r"(?<![不无])(?:可以?(?!能|恢|用电)|能(?!否|不能)|支持|允许|照样)", r"\b(?:can|may|able|allowed|possible|eligible|entitled|welcome)\b(?!\s?n[o']t)"),
    "require": (r"必须|(?<![不无])须|(?<![不无])需要?(?!求)|务必|应当|应该|(?<![想不主需只重])要(?!求|么|是|付的)|得先", r"\bmust\b(?!\s?n[o']t)|\b(?<!not )(?:need|have|has|needs) to\b|\b(?<!not )(?:required|needed|necessary)\b|\bmandatory\b|\bobliged\b|\bha(?:ve|s) to be\b"),
    "spare": (r"不用|不必|无需|无须|不需要|不须|不要求|免(?!费|邮|运|收)|也没关系", r"\bneed(?:s)? not\b|needn't|\bno need\b|(?:do|does) ?n[o']t (?:need|have to|require)|(?:is|are) not (?:required|needed|necessary)|\bno \w+(?: \w+)? (?:is|are) (?:needed|required|necessary)|unnecessary|without (?:having to|applying)|\bneeds? no\b"),
    "only": (r"(?<!不)只(?!要|是|好)|仅|唯一|限(?=一次|同|于|在|[\d])|只限|仅限", r"\bonly\b(?! after)|\bsolely\b|\bexclusively\b|\blimited to\b|\bnothing but\b"),
    "free": (r"免费|免(?:邮|运|收|除|¥|\s?¥|退货)|包邮|不收(?:费|其他|取|任何|钱)?|不要钱|¥\s?0(?![\d.])|不用付|无需付|无需支付|不扣", r"\bfree\b|\bno (?:extra )?(?:charge|fee|cost)s?\b|\bcosts? nothing\b|without (?:a |any |extra )?(?:fee|charge|cost)s?\b|\bpay(?:s)? (?:nothing|none|no \w+)|¥\s?0(?![\d.])|\bnot (?:be )?charged\b|\bwaived\b|charges? nothing|\bnothing is charged\b|\bdeduct\w* nothing"),
    "all": (r"所有|任何|一律|全都|无论|不论|不管|全部(?=商品|订单|品类)|每[件个]商品", r"\ball (?!parts|of it)\b|\bany(?:thing|one|body)?\b|\bevery(?:thing|one)?\b|\balways\b|\bwhatever\b|\bregardless\b|\bno matter\b|\bnever\b"),
    "automatic": (r"自动", r"\bautomatic(?:ally)?\b|\bby (?:itself|themselves)\b|\bon (?:its|their) own\b"),
    "at once": (r"立即|立刻|马上|当场|即时|秒到|实时", r"\bat once\b|\bimmediate(?:ly)?\b|\bstraight away\b|\bright away\b|\binstant(?:ly)?\b|\bon the spot\b"),
    "in full": (r"全额|全款|全部退", r"\bin full\b|\bfull (?:refund|amount|price)\b|\bfully refund\w*|\beverything\b|\bwhole (?:amount|order|price)\b|\bentire\b"),
    "guarantee": (r"保证|确保|承诺", r"\bguarantee\w*|\bensure\w*|\bpromise\w*"),
    "both": (r"(?<=[、和与及或些者两])[^，。；]{1,16}(?:都(?!不|没)|均(?!价))", r"\bboth\b"),
    "unlimited": (r"不限(?!于)|无限|随便几|多[次张件个台](?!不)|任意|(?:没有|无)(?:上限|限制)|几[次张]都", r"\bunlimited\b|\bas (?:often|many|much)(?: \w+)? as\b|\bany number\b|\bmultiple\b|\bseveral\b|\b(?:many|several) times\b|\bmore than once\b|\b(?:no|without(?: a)?) limit"),
    "certain": (r"(?<!不)一定(?!的)|肯定|必定|必然|必能|绝对|百分之?百|100%|(?<!不)总是|始终|永远|终身|包(?:您|你)", r"\b(?:certain|definite|sure|undoubted|absolute)ly\b|\balways\b|\bfor sure\b|\bwithout fail\b|\bin any case\b|\bsure to\b|\bforever\b|\blifetime\b"),
    "any time": (r"随时|任何时候|随时随地|全天|什么时候都|多久都|不限时", r"\b(?:at )?any ?time\b|\bwhenever\b|\bat all times\b|\bround the clock\b|\bno time limit\b|\ball day\b"),
    "wholly": (r"完全|彻底|全免|一分钱|统统|通通", r"\bcomplete(?:ly)?\b|\btotal(?:ly)?\b|\bentirely\b|\bwholly\b|\bfully\b|\b100 ?%"),
    "optional": (r"可选|自愿|任选", r"\boptional(?:ly)?\b|\bvoluntar\w+"),
    "compensation": (r"赔偿|补偿|赔付|双倍|三倍", r"\bcompensat\w+|\bdouble\b|\btriple\b|\bbonus\b"),
}  # fmt: skip
# What a source may say instead: "goods and delivery fee come back" is everything.
_OFFERED = {
    "only": (r"才|只|仅|限", r"\bonly\b|\blimited\b|\bjust\b|\bonce\b"),
    "all": (r"所有|任何|一律|全|都|均|每[件个单位种]|不论|不管|无论|也", r"\b(?:all|any|every\w*|each|always|never|whole|both|neither|none|nor|no|even|too|whatever|other)\b|\bnot\b"),
    "both": (r"都|均|全|所有|一律|也|同样|任何|不论|每|、|和|或", r"\b(?:both|all|any|each|and|or|either|neither|too)\b"),
    "in full": (r"全额|全部|全款|整单|如数|付清|(?:货款|商品).{0,6}和.{0,4}运费", r"\b(?:full|fully|everything|whole|all|entire)\b"),
    "at once": (r"立即|立刻|马上|当场|当面|即时|生效后|即可", r"\bat once\b|\bimmediate|\bstraight away|\bright away|\binstant|\bon the spot\b|\bwhile\b"),
    "automatic": (r"自动|直接", r"\bautomatic|\bby (?:itself|themselves)\b|\bwithout applying\b"),
    "certain": (r"(?<!不)一定|肯定|必定|必然|绝对|总是|始终|永远|终身|从不|绝不", r"\b(?:certain|definite|sure|absolute)ly\b|\balways\b|\bin any case\b|\bforever\b|\blifetime\b|\bnever\b"),
    "any time": (r"随时|任何时候|全天|24 ?小时|不限", r"\bany ?time\b|\bwhenever\b|\balways\b|\b24 hours\b"),
    "wholly": (r"完全|彻底|全部|全额|全免|全都", r"\bcomplete|\btotal|\bentire|\bwhol|\bfull|\beverything\b"),
    "guarantee": (r"保证|确保|承诺|负责", r"\bguarantee|\bensure|\bpromise"),
}  # fmt: skip
_IMPERATIVE = re.compile(
    r"请|^\s*(?:give|send|ask|claim|tell|choose|keep|contact|check|return|refuse|photograph|provide|use|pay|describe|sign|add|call|write|hang|back|claim|try|click|pick|take|order|request|state|include|show|stop|report)\b|\bplease\b",
    re.IGNORECASE,
)
_STEPS = re.compile(r"提供|附上?|说明|告诉|联系|申请|核对|确认|保持|留|发给|拍", re.IGNORECASE)
_LANGUAGES = ("zh", "en")


def _compiled(words: dict[str, tuple[str, str]]) -> dict[Language, dict[str, re.Pattern[str]]]:
    return {
        "zh": {name: re.compile(pair[0], re.IGNORECASE) for name, pair in words.items()},
        "en": {name: re.compile(pair[1], re.IGNORECASE) for name, pair in words.items()},
    }


_SAID, _GIVEN = _compiled(_WORDS), _compiled({**_WORDS, **_OFFERED})
_CHARGES = re.compile(r"收费|收取|要收|另收|收[^到货件]{0,4}(?:费|[¥\d])|要付|需要付|自付|扣除|\b(?:charged?|costs?|fee applies|pay(?!ment|ing)|deduct\w*)\b", re.IGNORECASE)  # fmt: skip
_VERDICT = {
    "zh": re.compile(r"(?P<no>不(?:能|可以|可|会|支持|得|允许|接受|需要?|用|必|要)|无法|无需|禁止|不(?=[退补换收开送算扣含]))|(?P<yes>(?<![不无])(?:可以|能(?!否)|支持|允许|会(?!员)|需要|须|必须|要(?!求)))"),
    "en": re.compile(r"\b(?P<no>cannot|can ?n[o'’]t|can not|may not|must not|do(?:es)? n[o'’]t|do(?:es)? not|will not|won['’]t|need not|never|(?:is|are|was|were) not|not|neither|(?:nothing|nobody|no one|none)\s(?:can|may|is|are|will))\b|\b(?P<yes>can|may|must|will|have to|has to|need to|is|are|was|were)\b", re.IGNORECASE),
}  # fmt: skip
_AFTER_EN = re.compile(r"\s+(?:(?:be|been|still|also|only|even|just|then|to|simply|always|directly|already|usually|normally|both|all|longer)\s+)*(?P<v>[a-z]+)", re.IGNORECASE)  # fmt: skip
_AFTER_ZH = re.compile(
    r"(?:再|立即|立刻|马上|直接|自行|申请|单独|一起|随时|免费|也|先|都|自己|仍|照样)*(?P<v>[\u4e00-\u9fff]{1,6})"
)
_EMPTY_VERBS = frozenset(
    ["have", "has", "get", "make", "take", "give", "go", "want", "like", "do", "use", "know"]
)
# What has to be in the source in so many words; of some of them it counts whether they are denied.
POLAR = frozenset({"certain", "guarantee", "automatic", "at once", "optional", "compensation"})
STRONG = (
    "both",
    "unlimited",
    "only",
    "free",
    "all",
    "automatic",
    "at once",
    "in full",
    "guarantee",
    "optional",
    "compensation",
    "certain",
    "any time",
    "wholly",
)


@dataclass(frozen=True, slots=True)
class RuleWord:
    rule: str
    start: int
    end: int


def rule_words(text: str, language: Language) -> list[RuleWord]:
    """The rule words of a text in its order; "not" is the rule "deny"."""
    found = [
        RuleWord(rule, match.start(), match.end())
        for rule, pattern in _SAID[language].items()
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda each: (each.start, each.end))


def rules_in(text: str, language: Language) -> frozenset[str]:
    bare = _SAID[language]["spare"].sub(" ", text)
    found = {
        rule
        for rule, pattern in _SAID[language].items()
        if pattern.search(bare if rule == "require" else text)
    }
    return frozenset(found | ({"deny"} if denies(text) else set()))


def says_no(text: str) -> bool:
    """Whether a clause says no to something but a price: "不用付运费" gives it free."""
    for rule in ("free", "spare"):
        text = _SAID[language_of(text)][rule].sub(" ", text)
    return denies(text)


_DOUBT = re.compile(r"能否|是否|(?<!不)想(?:要|换|增|改|补)|希望|而异|而定|取决|不保证|尽量|尝试|不一定|为准|要?看(?=[^，。]{1,8}(?:情况|网点|答复|而定|决定))|\b(?:depends?|tries|try|might)\b|without a guarantee", re.IGNORECASE)  # fmt: skip


def doubts(text: str) -> bool:
    """Whether a clause leaves open what will be."""
    return bool(_DOUBT.search(text))


def charges(text: str) -> bool:
    text = _SAID[language_of(text)]["free"].sub(" ", text)
    return bool(_CHARGES.search(text)) and not denies(text)


def verdicts(text: str, language: Language) -> frozenset[tuple[str, bool]]:
    """What a text says may, must or will be done, or not: ("指定", False) for "不能指定"."""
    found = set()
    after = _AFTER_ZH if language == "zh" else _AFTER_EN
    for match in _VERDICT[language].finditer(text):
        if (verb := after.match(text, match.end())) and verb["v"].lower() not in _EMPTY_VERBS:
            word = next(iter(rjieba.cut(verb["v"]))) if language == "zh" else stem(verb["v"].lower())
            found.add((word, bool(match["yes"])))
    return frozenset(found)


def offers(text: str, rule: str, language: Language) -> re.Match[str] | None:
    """The words of a source that carry a rule word of a sentence."""
    return _GIVEN[language][rule].search(text)


def asks(text: str) -> bool:
    """Whether a clause asks for something without a rule word: "Please add photos", "提供订单号"."""
    return bool(_IMPERATIVE.search(text) or _STEPS.search(text))
