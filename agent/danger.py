"""Whether somebody may take their life or hurt themselves. Pure.

The line: words about one's own death or about doing oneself harm, said outright or hinted at, also of somebody near.
What people say of prices, of goods and in a temper ("killing me", "要我命", "气死我了") is no danger. Where words can
be meant either way they are taken at their word: a person who looks in vain loses a minute.
"""

from __future__ import annotations

import re
import unicodedata

_MEANT = r"难受|难过|痛苦|绝望|抑郁|压抑|崩溃|孤独"
# Figures of speech; they are taken out before anything is looked for.
_FIGURES_ZH = (
    r"(?:自杀|自殺)(?:小队|特遣队|突击队|式|论|率)|跳楼(?:价|甩|大|机|清|式|促|特|狂|折|处理|的?价)|跳海鲜|跳河粉",
    r"想死(?:你|妳|您|他|她|它|我|那|这|家|磕|机|角|心|守|板|胡同|记|扛|撑|缠|等|盯|咬|党)",
    r"(?<!(?:受|过|苦|望|郁|抑|溃|独))(?:得|到|的)(?:我)?(?:都|真|快|就)?(?:想|要)死(?!了算|掉算)|(?:笑|热|冷|饿|困|渴|馋|烦|美|尬|尴尬|丑|可爱|好吃)(?:得|到)(?:我)?[^，。！？]{0,3}死",
    r"不想活(?:动|得|成|跃|络|泼|页|捉|儿|该|塞|扣|生生)|上吊(?:牌|带|坠|灯|饰|钩|环|卡|扇|顶|篮|兰|椅|床|瓶|绳|柜|装|起|着)|(?:墙|顶|杆|架|衣服|领|袖|裤|包|鞋)上吊",
    r"(?:不会|不至于|总不能|又不|不可能|用不着)(?:去)?(?:自杀|自残|跳楼|跳河|上吊|寻死)|防(?:自杀|自残|跳楼)|(?:你|妳|您|店家|商家|卖家|快递)们?(?:家|店|公司)?(?:是|真是|怕是|这是)?不想活",
)
_ZH = (
    rf"(?:{_MEANT})(?:得|到|的)(?:我)?(?:都|真|就)?想(?:去)?死|自杀|自殺|自尽|自缢|轻生|寻短见|寻死|寻死觅活|自残|自伤|割腕|割脉|服毒|喝(?:农药|百草枯|敌敌畏)|卧轨|跳轨|遗书|绝命书|(?:想|要|去)(?:自鲨|自sha|zi杀|紫砂(?![壶锅杯煲茶泥罐盆的]))",
    r"不(?:太|大|再)?想(?:再)?活|活不(?:下去|成了)|没法(?:再)?活|没脸活|活够了|不想(?:再)?(?:醒|待在这(?:个)?世)|(?<![你们是])活腻了|不如(?:让我)?死了|死了(?:算了|干净|一了百了)|一了百了|生无可恋[^的，。]{0,2}(?:想|不)",
    r"活着[^，。！？]{0,6}(?:没(?:有)?(?:什么|啥)?(?:意思|意义|劲|盼头|用|希望)|太累|好累|为了(?:啥|什么)|干(?:嘛|什么|啥))|(?:人生|生活|日子)[^，。！？]{0,4}没(?:有)?(?:什么|啥)?(?:盼头|活头|意义)",
    r"我(?:真的?|现在|都|只|就|好|很|特别|今晚|今天|明天|已经|早就|每天|总|老|一直|有时候?|经常|确实){0,3}(?:想|打算|准备|决定|只能|只好|干脆|宁愿|宁可|不如|还是)(?:去|要)?(?:死|跳楼|跳河|跳江|跳桥|跳海|上吊|吊死|了断|自我了断)(?!守|磕|机|心|角|板|胡同|记|扛|撑|不)",
    r"(?:就|要|去|给|想|会|准备|打算|威胁)(?:从[^，。]{0,8})?(?:跳楼|跳河|跳江|跳桥|跳海|上吊)|(?:从|站在|在)[^，。！？]{0,8}(?:楼|楼顶|阳台|天台|桥|窗户?|悬崖)(?:上|边|口)?[^，。！？]{0,4}(?:往下跳|跳下|跳了|要跳|想跳|一跃)|(?:我|人)?(?:已经)?在(?:天台|楼顶|桥边|桥上|江边|河边)(?:上|了)?[^，。]{0,8}(?:跳|了断|结束|告别|不想)",
    r"(?:结束|了结|了断|放弃)(?:掉|了)?(?:自己的?|我的?|自个儿的?|这(?:条|段|个|一)?)?(?:这条)?(?:生命|一生|命|性命|人生)|(?:了断|了结)(?:自己|一切|此生|残生)|(?:离开|告别)(?:这个?|这)?(?:世界|人世|人间)|从(?:这个?)?世界(?:上)?消失|(?<!去旅行)永远睡(?:过去|着|下去)|(?:再也)?不(?:用|想|要)再?醒(?:过)?来",
    r"死给(?:你|您|妳)们?看|死在(?:你|您)们?(?:[^，。]{0,4}(?:门口|面前|公司|店))|以死(?:明志|相逼|谢罪|证)|(?:我|让我)(?:这就|马上|现在)?去死(?!吧你)|(?:带着|抱着|和|跟)[^，。]{0,4}(?:孩子|娃|女儿|儿子|全家)[^，。]{0,4}(?:一起)?(?:死|跳楼|跳河|跳江|寻死|走绝路)|走(?:上)?绝路|(?:最后|只剩)(?:一条)?死路|只有死路",
    r"伤害(?:我)?自己|想(?:要)?(?:拿|用)?刀?[^，。]{0,3}(?:割|划|捅)自己|(?:拿|用)[^，。]{0,3}刀[^，。]{0,4}(?:割|划|捅)(?:我)?自己|划(?:自己|我)的?(?:手腕|手臂|胳膊)",
    r"(?:吃|吞|喝)(?:了|下|光|完)?[^，。！？]{0,4}(?:一?整?瓶|一?整?盒|很多|好多|一把|大把|几十[片粒颗])[^，。！？]{0,3}(?:安眠药|安定|药片|药)|安眠药[^，。！？]{0,6}(?:都|已经|全)?(?:买好|备好|准备好|吃(?:了|下|完|光)|吞)|吞(?:了)?(?:安眠)?药(?!困难|难)",
    r"没(?:有)?人(?:会)?(?:想|在乎|在意|记得|发现|关心)我(?:的)?(?:死|走|没了|不在|活|消失)|(?:没有|少了)我[^，。！？]{0,8}(?:更好|解脱|轻松|一样过)|我(?:死|走|没|不在)了(?:你们|他们|大家|她|他|孩子|家里|爸妈|以后)[^，。！？]{0,8}(?:满意|解脱|开心|高兴|好过|轻松|清净|怎么办)|我(?:真的|快|实在|就|已经){0,3}(?:撑|熬|活|扛|坚持)不下去(?!.{0,3}(?:手机|机|包|电))",
)  # fmt: skip
_FIGURES_EN = (
    r"\bsuicide (?:squad|doors?|grips?|knob|burnout|run|drills?|mission|wings)\b|\b(?:career|commercial|financial|political|social|brand|business|pr|marketing) suicide\b",
    r"\b(?:not|n'?t|never|without|nearly|almost) (?:(?:going|gonna|trying|want(?:ing)?|about|planning) ?(?:to )?)?kill(?:ed|ing)? (?:my|him|her|them)sel(?:f|ves)\b|\bkill(?:ing)? (?:my|your|him|her|them)sel(?:f|ves) (?:laughing|with laughter|carrying|assembling|tripping|trying|lifting|working|on (?:it|this|that|the|these|those)|for (?!good\b|real\b)\w+ing|for not)",
    r"\bso (?:\w+ )?(?:cute|pretty|good|beautiful|gorgeous|nice|embarrass\w+|funny|comfy|cosy|cozy|hot|ugly|bad|awkward|lovely|soft)\b[^.!?]{0,12}\b(?:want to|wanna|could) die\b|\b(?:want to|wanna|going to|gonna) die (?:laughing|of|from|for|in (?:it|this|these|them|that)|on (?:that|this) hill)\b|\bdie (?:for|laughing|of (?:laughter|shame|boredom|embarrassment|cold|heat|hunger|thirst|cuteness|old age))\b",
    r"\b(?:hurt|harm|cut|stab|burn)(?:ing)? (?:my|him|her|them)sel(?:f|ves) (?:on|with (?:it|this|that|these|those|your|the (?:lid|edge|blade|sharp))|when|while|if|because|opening|using|getting|taking|by accident|accidentally)\b|\btop myself up\b|\bsho(?:o)?t(?:ing)? (?:my|your|him|her|them)sel(?:f|ves) in the foot\b|(?<!to )(?<!gonna )(?<!wanna )(?<!will )(?<!'ll )(?<!just )\boff myself\b|\bend it all (?:inclusive|in)\b",
)
_WILL = r"(?:going to|gonna|gunna|gona|will|'?ll|want(?:ed|s|ing)? to|wanna|might|may|about to|thinking (?:of|about)|thought(?:s)? (?:of|about)|think(?:s)? about|feel(?:ing)? like|urge to|plan(?:s|ning|ned)? (?:to|on)|ready to|try(?:ing)? to|tried to|decided to|have to|need to|rather|should(?: just)?|just|could(?: just)?|let me|like to)"
_SELF = r"(?:my ?self|me self|him ?self|her ?self|them ?sel(?:f|ves))"
_EN = (
    rf"\b(?:kil+|unalive|off|hang|drown|shoot|poison|starve|slit|top)(?:ing)? {_SELF}\b|\bdo(?:ing)? {_SELF} in\b|\b{_WILL} (?:\w+ )?(?:hurt|harm|cut|stab|burn)(?:ing)? {_SELF}\b|\bself[- ]harm|\bsuicid|\bsuicide\b",
    r"\bend(?:ing)? (?:(?:it|this) all|my (?:own )?life|his (?:own )?life|her (?:own )?life|everything tonight)\b|\btak(?:e|ing) (?:my|his|her|their) (?:own )?li(?:fe|ves)\b|\b(?:want|wish)(?:ed)?(?: (?:it|this|everything))* (?:all )?to (?:be over|end)\b(?! (?:the|my|this) (?:chat|call|order|subscription|contract|membership))(?=[^\w]*$|[ ,.!;]* (?:i |for good|forever|tonight|now\b))|\bput an end to (?:my|his|her) life\b",
    r"\b(?:i|he|she|they|just|really) (?:\w+ ){0,3}(?:want|wants|wanted|ready|rather|prefer|like) (?:to )?(?:be )?(?:die|dead)\b|\b(?:i )?wanna (?:die|be dead)\b|\bi(?:'?d| would) rather (?:die|be dead)(?=[^\w]*$| than (?:live|go on|be alive))|\bwish(?:ed)? (?:i|that i) (?:was|were|had never been|'d never been) (?:dead|born)|\bbetter off (?:dead|without me)\b|\b(?:i'?m|i am|i will|i'?ll|i'?m gonna|going to) (?:just )?die tonight\b",
    r"\b(?:don'?t|do not|doesn'?t|didn'?t|no longer|not|never) (?:really |even |ever |actually )?(?:want|wanna|wants|wish|care)(?: to)?(?: be)? (?:live\b(?! (?:here|there|in\b|with|near|at|chat|on\b))|living\b(?! (?:here|there|in\b|room))|alive|exist\b|wake up(?! (?:early|before|at|so|the))|here any ?more|go on living)|\b(?:can(?:'?t|not)|don'?t want to) (?:go|keep|carry) on(?: (?:like this|living|any ?more|with (?:life|living)))?(?=[^\w]*$|[.,!?;])|\bcan(?:'?t|not) live (?:like this|any ?more)\b",
    r"\b(?:no|any|another) (?:reason|point|will|desire) (?:left )?(?:for me )?(?:to|in|of) (?:live|living|go on|going on|be alive|being alive|wake up)\b|\bnothing (?:left )?to live for\b|\blife (?:is ?n[o']?t|'?s not|is no longer|isnt) worth\b|\bnot worth living\b|\bpoint (?:of|in) (?:living|being alive|going on|life)\b|\btired of (?:living|being alive|life)\b",
    rf"\b{_WILL} (?:\w+ )?jump(?:ing)?\b[^.!?]{{0,20}}\b(?:bridge|roof|building|balcony|window|cliff|train|ledge|floor|tracks)\b|\b(?:standing|sitting|am|i'?m) (?:up )?on (?:the|a|my) (?:bridge|roof|ledge|edge|balcony)\b[^.!?]{{0,30}}\b(?:jump|end|over|goodbye|done)\b|\bjump(?:ing)? in front of (?:a|the) (?:train|bus|car|lorry|truck|tube)\b|\bslit(?:ting)? my (?:wrists?|throat)\b|\bcut(?:ting)? my wrists?\b",
    r"\b(?:i|he|she)(?:'?m|'?ve| have| am| has| is| will|'?ll)? (?:\w+ ){0,3}(?:overdos(?:e|ed|ing)|od'?(?:ed|ing))\b|\b(?:took|taken|swallow(?:ed|ing)?|taking|take) (?:a|the|an|all|my)? ?(?:whole|entire|full|all|of)? ?(?:of )?(?:the |my )?(?:bottle|box|packet|pack|handful|lot) of (?:\w+ )?(?:pills|tablets|paracetamol|sleeping)|\b(?:took|taken|swallowed|take) all (?:of )?(?:the|my|these) (?:\w+ )?(?:pills|tablets)\b|\bpills (?:are )?(?:ready|in (?:my hand|front of me))\b|\b(?:got|have) (?:the|my) (?:pills|rope|gun|blade|razor) (?:ready|here|right here|next to me|in my hand)",
    r"\b(?:nobody|no ?one|no body|none of you) (?:will|would|'?ll|'?d|is going to|even) (?:\w+ )?(?:miss me|notice (?:if|when) i'?m (?:gone|dead)|care (?:if|when) i (?:die|am gone|'m gone|was gone|were gone))|\bcare if i'?m (?:dead|alive)\b|\b(?:suicide|goodbye) (?:note|letter)\b|\bgoodbye,? (?:cruel )?world\b|\bmy last (?:night|day|hours?) (?:alive|on (?:this )?earth)\b|\bwon'?t (?:be alive|live to see|see (?:the morning|another day))\b|\bnever wake up(?: again)?\b|\b(?:make|want) (?:all )?the pain (?:to )?stop\b|\bwhen i'?m (?:dead|gone) (?:you|they|maybe|everyone)",
)  # fmt: skip


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)


_FIGURES = _compiled((*_FIGURES_ZH, *_FIGURES_EN))
_DANGER = _compiled((*_ZH, *_EN))
_QUOTES = str.maketrans("’‘＇`", "''''")


def in_danger(text: str) -> bool:
    """Whether a message says, plainly or between the lines, that somebody may kill or hurt themselves."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    # A figure of speech is replaced by a mark that breaks every pattern, so that nothing is read across it.
    plain = _FIGURES.sub(" ◦ ", plain)
    return bool(_DANGER.search(" ".join(plain.split())))
