"""What no shop's desk can do: advice on medicines, private prices, and answers to somebody's lawyer. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.asking import asks
from agent.complaints import with_grievance
from agent.documents import answers
from agent.questions import complaint_reply, person_reply
from agent.request_queue import run_queue
from agent.talk import social
from agent.tasks import TASKS
from agent.types import Decision, Evidence, Part, Request, State, Understanding
from agent.understand.clauses import says
from agent.understand.labels import NO_COMPLAINT
from tools.policy.cards import PolicyCards

_MEDICINE = (
    r"(?:降压|降糖|降脂|消炎|感冒|退烧|止痛|抗抑郁|安眠|避孕|处方|西|中|心脏病?|抗过敏)药|药(?:物|片|丸|效)|吃(?:着)?药|服药|用药|抗生素|头孢|阿司匹林|布洛芬|胰岛素|华法林|青霉素"
    r"|\b(?:medic(?:ine|ines|ation|ations)|meds|beta[- ]?blockers?|blood (?:thinners?|pressure (?:pills?|tablets?|meds?|medication))|antibiotics?|antidepressants?|statins?|insulin|warfarin|aspirin|ibuprofen|paracetamol|prescriptions?|painkillers?|sleeping pills?|the pill|chemo\w*)\b"
)
_ADVICE = (
    r"一起(?:吃|喝|服|用)|同(?:时)?(?:吃|服|喝)|(?:能|可以|可不可以|能不能|适合|敢)[^，。？]{0,8}(?:吃|喝|服|用)|相克|冲突|禁忌|副作用|几(?:片|粒|颗|次)|剂量|多少(?:片|粒|毫克)|影响(?:药效|吸收)"
    r"|\bsafe\b|\binteract\w*|\bhow (?:many|much)\b|\bdos(?:e|es|age)\b|\btogether\b|\b(?:can|may|should|could) (?:i|he|she|they|my \w+) (?:\w+ )?(?:take|eat|drink|use|have|mix)\b|\bmix(?:ing)?\b|\bside effects?\b|\bok(?:ay)? (?:with|to)\b|\balongside\b"
)
_MEDICAL = re.compile(
    rf"(?:{_MEDICINE})[\s\S]{{0,80}}(?:{_ADVICE})|(?:{_ADVICE})[\s\S]{{0,80}}(?:{_MEDICINE})", re.IGNORECASE
)
_LAW = re.compile(
    r"起诉|打官司|法[院庭](?:上)?见|(?:上|去)(?:法院|法庭)|告(?:到|上)法[院庭]|(?:去|要|就)告(?:你|您|倒)们?|律师函|(?:我|我们)(?:的)?律师|走?法律(?:途径|程序|手段|武器)|仲裁|传票"
    r"|\b(?:tak|see|drag|haul)\w*\b[^.!?]{0,30}\b(?:to|in|through) (?:the )?(?:small claims(?: court)?|courts?)\b(?! (?:street|road|lane|house|square|shoes))|\b(?:will|'ll|’ll|going to|gonna|have to|happy to|ready to|prepared to) sue\b|\bsue (?:you|the shop|the company|your|them)\b|\bsuing\b|\blegal (?:action|proceedings|steps|advice)\b"
    r"|\b(?:my|our) (?:lawyer|solicitor|attorney|barrister|legal team)\b|\b(?:lawyer|solicitor|attorney)['’]?s? letter\b|\bletter before (?:action|claim)\b|\bsmall claims\b|\bsee you in court\b",
    re.IGNORECASE,
)
# A price, a code or a promise for oneself alone, behind the shop's back or against its rules.
_HAGGLES = re.compile(
    r"(?:私下|偷偷|悄悄|背着|破(?:个)?例|内部价|走后门|老板(?:又|反正)?不(?:会)?知道|没人(?:会)?知道)[^。？?!！]{0,24}(?:便宜|优惠|折|减|少|降|价|券|码|\d)"
    r"|(?:便宜|优惠|少|减|抹)(?:点|一点|个|掉|我)?(?:零头|\d+)?(?:块|元|钱)?(?:呗|嘛|行不行|成不成|行不|成不)|(?:编|造|瞎写|随便(?:给|来|写))[^。，]{0,8}(?:优惠|折扣|内部)?(?:码|券|暗号)"
    r"|\b(?:make up|invent|slip me|sneak me|cook up)\b[^.?!]{0,30}\b(?:codes?|discounts?|coupons?|vouchers?)|\bsecret (?:codes?|discounts?|prices?|deals?)\b"
    r"|\b(?:nobody (?:checks|will know|needs to know)|between you and me|off the record|won['’]?t tell (?:a soul|anyone|anybody))\b[^.]{0,60}(?:\boff\b|discount|code|price|deal|refund|\d)"
    r"|(?:\boff\b|discount|code|price|deal|refund)[\s\S]{0,80}\b(?:nobody (?:checks|will know|needs to know)|between you and me|off the record|won['’]?t tell (?:a soul|anyone|anybody))\b"
    r"|\b(?:under the table|private|staff) (?:price|deal|discount)\b|\b(?:final offer|shake (?:hands|on it)|cash on the table|meet me half ?way)\b|我出\d+",
    re.IGNORECASE,
)
# What a chat cannot give: its word of honour for what no rule and no order says.
_PROMISES = re.compile(
    r"保证书|承诺书|写(?:个|份|张)?(?:保证|承诺)|(?:你|您)?(?:发|起)(?:个)?(?:毒)?誓|拍胸脯|立(?:个)?字据"
    r"|\bswear (?:to me|to god|on|it)\b|\bon your honou?r\b|\b(?:guarantee|promise)\b[^.?!]{0,30}\bin writing\b|\b(?:write|say|type|reply|answer)\b[^.?!]{0,12}[\"“‘']\s*(?:we|i|yes)[^.?!]{0,12}\b(?:guarantee|promise)|\b(?:guarantee|promise)\w*[\s\S]{0,90}\b(?:black on white|in black and white)\b|\bwritten (?:guarantee|promise)\b|\bpinky (?:swear|promise)\b",
    re.IGNORECASE,
)
# What nobody may be told in a chat, whoever asks.
_SECRET_ZH = r"卡密|(?:卡号和?)?密码|验证码|安全码|兑换码"
_SECRET_EN = (
    r"(?:passwords?|passcodes?|pin(?: codes?)?|cvv|cvc|security codes?|verification codes?|card codes?)"
)
_SECRETS = re.compile(
    rf"(?:{_SECRET_ZH})(?:[^，。？！]{{0,6}}(?:念|报|发|告诉|透露|说)(?:一?下|出来)?(?:给|我)|给我)|(?:念|报|发给|告诉|透露)(?:给|我|一下)?[^，。？！]{{0,10}}(?:{_SECRET_ZH})"
    rf"|\b(?:tell|give|read|show|whisper|send|reveal|print|dump|hand)\b (?:me |us |out |over )?(?:(?!\b(?:where|how|why|if|whether|when|what)\b)[^.?!]){{0,40}}\b{_SECRET_EN}\b(?! (?:reset|link|page|form))",
    re.IGNORECASE,
)
_OWN_ACCESS = re.compile(
    r"重置|找回|忘|改密码|怎么|如何|哪里|在哪|(?:要|让|叫|问|找)我|收不到|没收到|再发|重发|\b(?:reset|forgot\w*|chang\w*|resend|new|again|never (?:got|came)|recover|(?:ask|want|tell|told)\w* (?:me|us) (?:to|for))\b",
    re.IGNORECASE,
)
# How the shop works inside: what its staff may grant, its pass words, what a model was told.
_INTERNALS = re.compile(
    r"(?:你们?|您|客服|前台|主管)[^，。？]{0,10}(?:手里|权限|内部|后台)[^，。？]{0,10}(?:最多|顶多|上限|额度|底线|能批|能赔|多少|几)|(?:内部|后台)的?[^，。？]{0,6}(?:额度|权限|底线|上限|话术|口令|暗号)|(?:系统|初始|隐藏)提示词|暗号(?:是|给|多少)"
    r"|\b(?:your|the) (?:internal|secret|hidden|confidential) [^.?!]{0,20}\b(?:limits?|budgets?|guidelines?|rules?|polic(?:y|ies)|sheets?|tables?|notes?|scripts?|manuals?|instructions?|prompts?)\b|\bsystem prompt\b"
    r"|\b(?:complaints?|support|your) (?:people|team|agents?|staff|desk|department)\b[^.?!]{0,30}\b(?:sheet|matrix|ceiling|cap|budget|(?:allowed|authori[sz]ed|permitted) to (?:give|offer|pay|grant))\b",
    re.IGNORECASE,
)
# What goods may do to people.
_UNWELL = re.compile(
    r"过敏|红疹|起疹|皮疹|发痒|红肿|拉肚子|腹泻|呕吐|吐了|食物中毒|烫伤|刺痛"
    r"|\b(?:rash(?:es)?|itch(?:y|es|ing)?|allerg\w+|swollen|hives|(?:was|got|been|being|is|are|were|felt|made (?:me|us|him|her)) (?:\w+ )?(?:sick|ill|unwell)|threw up|throwing up|vomit\w*|diarrh\w+|food poisoning|burn(?:ed|t|ing))\b",
    re.IGNORECASE,
)
# Bodies outside of the shop that may be asked about without wanting anybody of ours.
OUTSIDE = re.compile(
    r"维权|消协|消费者协会|12315|工商局?|市场监管|监管部门|主管部门|仲裁|\bconsumer (?:\w+ )?(?:hotline|helpline|line|body|association|protection|council|rights|authority|agency)\b|\bombudsman\b|\bregulators?\b|\btrading standards\b|\bwatchdog\b|\b(?:outside|external|independent|third[- ]party) (?:\w+ )?(?:body|hotline|agency|authority|mediat\w*|arbitrat\w*)\b",
    re.IGNORECASE,
)


def asks_medical_advice(text: str) -> bool:
    """Whether somebody wants to know what may be taken with a medicine, or how much of it."""
    return bool(_MEDICAL.search(text))


def threatens_law(text: str) -> bool:
    """Whether somebody speaks of lawyers or courts."""
    return bool(_LAW.search(text))


def haggles(text: str) -> bool:
    """Whether somebody begs for a price, a code or a favour that no rule gives."""
    return bool(_HAGGLES.search(text))


def wants_secrets(text: str) -> bool:
    """Whether somebody wants a password, a code or a card's secret read out; who lost their own is helped elsewhere."""
    return bool(_SECRETS.search(text)) and not _OWN_ACCESS.search(text)


def asks_internals(text: str) -> bool:
    """Whether somebody wants to hear how the shop works inside: what staff may grant, pass words, a model's orders."""
    return bool(_INTERNALS.search(text))


def begs_promise(text: str) -> bool:
    """Whether somebody wants a word of honour or a paper that binds the shop."""
    return bool(_PROMISES.search(text))


def beyond(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """No advice on medicines, no price behind the shop's back, no secrets, no word of honour; and for who speaks of a court and
    asks for nothing, a complaint or a person."""
    text = understanding.text
    if asks_medical_advice(text) and not _wants_something(understanding):
        return social(understanding, state, "medical", "talk.out_of_scope")
    if haggles(text) and not _wants_something(understanding):
        return social(understanding, state, "haggling", "talk.haggling")
    if wants_secrets(text):
        return social(understanding, state, "no_secrets", "talk.no_secrets")
    if asks_internals(text) and not _wants_something(understanding):
        return social(understanding, state, "no_internals", "talk.no_internals")
    if begs_promise(text) and not _wants_something(understanding):
        return social(understanding, state, "no_promise", "talk.no_promise")
    if not threatens_law(text) or OUTSIDE.search(text) or _wants_something(understanding):
        return None
    # What a document says of courts and exports is told; somebody's landlord is out of scope.
    if "out_of_scope" in understanding.intent_names or (asks(text) and answers(evidence)):
        return None
    language = understanding.language
    awaiting = state.awaiting if state.requests else "anything_else"
    left = replace(with_grievance(understanding, state), awaiting=awaiting, offered_person=True)
    return Decision(
        "ask", "talk.legal", (Part("legal"),), awaiting=awaiting,
        quick_replies=(complaint_reply(language), *person_reply(language)), state=left,
    )  # fmt: skip


def answered_after_all(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Who has come to harm by something bought is not out of scope where a document says what to do."""
    harmed = understanding.complaint.label != NO_COMPLAINT or _UNWELL.search(understanding.text)
    if "out_of_scope" not in understanding.intent_names or not harmed:
        return None
    if not answers(evidence):
        return None
    request = Request("policy_question", understanding.text)
    return run_queue((request, *state.requests), [], understanding, evidence, state, cards)


def _wants_something(understanding: Understanding) -> bool:
    """Whether a task is asked for in so many words: that can be served whatever else is said."""
    return any(says(name, understanding.text) for name in understanding.intent_names if name in TASKS)
