"""Why something is sent back or cancelled, read from words. Pure.

The shop's own faults come before preferences. What is only denied ("nothing wrong with it", 质量没问题) and what
puts a number right ("I mixed them up, I mean W1000002") is no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.understand.misspellings import respelled
from tools.domain import ReturnReason

R = ReturnReason
_BAD_ZH = r"质量问题|问题|毛病|瑕疵|破损|损坏|故障|缺陷|坏|破|碎|裂|脏|色差|褪色|掉色|发错|异味"
_BAD_EN = r"wrong|broken|damaged?|faulty|fault|faults|defective|defects?|cracked|torn|fake|dead|mistake|problem with"
# What is said not to be so. "Not just broken" and "质量不好" deny nothing.
_DENIED = re.compile(
    rf"(?:没有?|并?不是|并非|不存在|无|未)(?:什么|任何|啥|一点|半点|太大的?)?(?:{_BAD_ZH})[了啦]?"
    r"|(?:质量|做工|品质)(?:都|也|还|是|倒|真的?|其实|本身|方面)*(?:没(?:有|啥|什么)?(?:问题|毛病|得说)|很好|挺好|不错|不差|可以|蛮好|好的|过关|没话说)"
    r"|(?:尺码|尺寸|大小|码数|码子)(?:都|也|还|是|倒)*(?:没(?:有|啥|什么)?问题|合适|正好|刚好|可以|正合适|对的|没错)"
    rf"|\b(?:nothing|not|isn['’]?t|wasn['’]?t|aren['’]?t|weren['’]?t|never|no|without)\s+(?:actually |really |exactly |at all |even |any |a |the |is |was |got |it's |because it's )*(?:{_BAD_EN})\b"
    r"|\b(?:quality|condition|size|fit|sizing)\s+(?:itself )?(?:is|was|are|seems?|feels?)\s+(?:actually |really |just |all |very |perfectly |pretty )*(?:fine|good|great|ok|okay|right|perfect|excellent|nice|alright)\b"
    r"|\b(?:fits?|works)\s+(?:me )?(?:fine|well|perfectly|great|ok|okay)\b|\bin (?:good|perfect) condition\b|\bgood quality\b"
    # Who has gone off something wants it no more; the food itself has gone off.
    r"|\b(?:i|we)(?:['’]?ve| have)?(?: (?:kind of|sort of|rather|totally|just|really))? gone off\b",
    re.IGNORECASE,
)
# What is said of a number, an address or the last message, not of goods.
_CORRECTS = re.compile(
    r"(?:单号|订单号?|邮箱|地址|号码?|数字|字|电话|手机号?)(?:填|写|打|发|给|输|说|报|弄|看|记)?错(?:了|啦)?|(?:打|写|说|看|输|报|记|弄|发|讲|搞)(?:错|混|反)(?:了|啦)?(?:字|号|单号|邮箱|数字)?(?=[，,。.！!～~ ]|是|应该)"
    r"|手滑(?:了|啦)?(?=[，,]?\s*(?:打|写|邮箱|单号|订单号|是\s?W))"
    r"|\b(?:sorry|oops|oh wait|wait|no|nope|whoops)?[,.! ]*(?:i |it'?s |it was |that was |had )*(?:my mistake|a typo|typo|mis(?:read|typed|spelled|spelt)|mixed (?:them|it|those|that|the two|the numbers) up|got (?:them|it) mixed up|wrote it wrong|wrong (?:order )?(?:number|digit|email|e-mail|address|postcode|zip|order))\b[^.!?]{0,25}?(?=[,.!?;]|\bit'?s\b|\bi mean|$)",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"(?<![a-z0-9])W\s?\d{7}|@|\bi mean|\bit'?s\b|应该是|才对|不对|是\s?W|邮箱|订单|单号", re.IGNORECASE
)
_VERY_ZH = r"(?:有点儿?|有些|偏|太|过|显|略|稍微?|特别|非常|好|真|还是)"
_ROOM_ZH = (
    r"客厅|房间|卧室|屋里|屋子|厨房|阳台|家里|放不(?:下|进)|摆不(?:下|开)|占地|占地方|没地方|桌上|桌子|墙"
)
_ROOM_EN = r"room|living ?room|bedroom|kitchen|flat|apartment|house|home|wall|balcony|desk|table|shelf|space|place|corner|door|hallway|car|boot|trunk|cabinet"
_PICTURE_ZH = r"(?:商品)?(?:描述|图片|照片|图|宣传|介绍|详情|页面|直播|广告|网上|视频|模特)"
_PICTURE_EN = (
    r"(?:photos?|pictures?|pics?|description|listing|images?|websites?|site|page|adverti?s?e?ments?|ads?)\b"
)
_AFTER_USE_ZH = (
    r"(?:才|刚|没|不到|用|戴|穿|玩|开|洗|骑|坐|买)(?:了|过)?(?:没)?(?:[一二两三四五六七八九十几半\d]+)(?:天|次|个?月|周|回|下|个?小时|年|星期)"
    r"[^，。,.!！?？]{0,6}(?:坏|断|裂|破|散|烂|掉|死|挂|废)"
    r"|一(?:用|穿|戴|拉|按|开|碰|坐|洗|拧)就[^，。,.]{0,5}(?:坏|断|裂|破|散|掉|烂)"
)
_AFTER_USE_EN = (
    r"\b(?:broke|broken|snapped|cracked|died|dead|tore|ripped|split|stopped|gone|failed)\b[^.!?]{0,20}\b(?:after|within|the first time|on first use|on the first)\b"
    r"|\b(?:after|within|in|only|just|not even)\s+(?:only |just |about )?(?:\d+|an?|one|two|three|four|five|six|seven|a few|a couple(?: of)?)\s+(?:days?|weeks?|months?|uses|hours?|washes|wash)\b[^.!?]{0,30}\b(?:broke|broken|snapped|cracked|died|dead|tore|ripped)\b"
    r"|\b(?:\d+|two|three|four|five) (?:days?|weeks?|uses|months?) (?:and|later|in)\b[^.!?]{0,20}\b(?:broke|broken|snapped|died|dead|gone|tore)\b"
)
_OWN_EN = r"\b(?:i|we|my \w+)(?:['’]ve)? (?:\w+ )?(?:ordered|bought|picked|chose|chosen|selected|clicked|got myself|took|put)(?: on)? "

_TABLE: tuple[tuple[ReturnReason, str], ...] = (
    (R.WRONG_ITEM, r"(?:发|寄|给|送|配|装|拿)错|错发|不是我(?:买|订|拍|要|下单|点|选)的|货不对(?!板)|(?:完全|根本)?不是(?:同|一)个(?:东西|商品|款)"
     r"|(?:买|订|拍|要|下单|选)的(?:明明)?是?[^，。,.]{1,14}[，, ]*(?:你们|结果|却|怎么|可|但是?|收到|到手)*(?:发|寄|送|收到|给|来|到手|拿到)(?:来|到|过来|我|了)*的?(?:却|竟然|居然|结果)?(?:是|成|了?一?[个件双条台])"
     r"|(?:发|寄|送)(?:来|过来|给我)的?(?:却|竟然|居然)?是?(?:别的|另一|其他|不一样)|收到的(?:却|竟然|居然)?(?:是)?(?:别的|另一|其他)|跟我(?:下单|买|拍|订)的(?:都|完全|根本)?不(?:一样|同|对)"
     r"|wrong (?:item|product|one|colou?r|thing|model|version|article|pair|goods|order in)\b|not what (?:i|we) (?:ordered|bought|asked|paid)"
     r"|(?:sen[dt]|gave|shipped|delivered|received|got|packed)(?: me| us)? (?:the |a |an |some )?(?:wrong|different|other|another)|(?:someone|somebody) else['’]?s (?:order|parcel|stuff|item|things?|package)"
     r"|\bordered\b[^.!?]{1,40}\b(?:but|yet|instead|and)\b[^.!?]{0,12}\b(?:got|received|sent|came|arrived)\b(?: me)? (?:with )?(?:an? |the |some )(?!week|day|parcel|mail|damaged|broken)|\b(?:got|received|sent)\b[^.!?]{1,30}\binstead\b"
     r"|\bordered [^.!?,]{1,25},? (?:but )?(?:i |we )?(?:got|received) (?:an? )?(?:black|white|blue|red|green|grey|gray|pink|size|large|small|medium|something)"),
    (R.NOT_AS_DESCRIBED, rf"描述不(?:符|一|同|对)|(?:与|和|跟|同|比)[^，。,.]{{0,6}}{_PICTURE_ZH}(?:上|里|中|的|说|写|显示|看)*[^，。,.]{{0,8}}(?:不|差|两|出入|大相)|{_PICTURE_ZH}(?:跟|和|与|同)?(?:实物)?[^，。,.]{{0,3}}(?:不符|不一|不对版|骗人)"
     r"|实物[^，。,.]{0,6}(?:不|差|丑|两)|色差|货不对板|假货|不是正品|(?:是|像)?高仿|山寨|仿冒|虚假宣传|照骗|没有?(?:描述|图片|照片|宣传|图上|介绍)[^，。,.]{0,4}(?:那么|那样|好)"
     r"|not as (?:described|advertised|pictured|shown|promised)"
     rf"|(?:does|do|did|is|was|are|were)(?:n['’]?t| not)[^.!?]{{0,25}}(?:match|look|like|resemble|same as)[^.!?]{{0,25}}\b{_PICTURE_EN}|\bnothing like[^.!?]{{0,25}}(?:{_PICTURE_EN}|described|shown|advertised)"
     rf"|\b(?:different|differs?|off|darker|lighter|duller|brighter|not like|unlike|not the same)\b[^.!?]{{0,25}}\b(?:{_PICTURE_EN}|online|on screen|shown|advertised)|\b{_PICTURE_EN}[^.!?]{{0,25}}\b(?:different|misleading|lied?|fake)\b"
     r"|false(?:ly)? advertis|misleading|\bfake\b|counterfeit|knock-?off|not (?:genuine|authentic|the real)\b"),
    (R.QUALITY, rf"{_AFTER_USE_ZH}|{_AFTER_USE_EN}"),
    (R.DAMAGED, r"破损|破(?:了|掉|洞|的|个|皮|口|裂)|(?:打|摔|压|碰|撞|磕|敲|震|碾|全|都|给)?碎(?:了|掉|成|得|的(?!花))|[摔压挤砸磕撞弄][得的]?(?:坏|烂|扁|瘪|变形|断|裂|碎|破)|裂(?:了|开|的|痕|缝|纹|口)|(?<![中打])断(?:了(?!货|网|电|码)|的(?!码)|成|裂|掉|开(?!连))|烂(?:了|掉|的)"
     r"|漏(?:了(?!发)|液|水|油|气|出)|(?:是|就|都)坏的|(?<![忙急气累吓饿乐坑害])坏(?:掉|了|的|果)|变质|发霉|霉了|长毛了|馊|腐烂|凹(?:了|进|陷)|瘪了|变形|划(?:痕|伤|花)|掉漆|磕(?:碰|了)|撕(?:了|裂|破|坏)|缺(?:了?(?:一个)?角|口)|磨损|散架"
     r"|\bbroke(?:n)?\b|\bdamaged?\b|\bcrack(?:ed|s)?\b|smashed|shattered|\bleak(?:ed|ing|s|y)?\b|\btorn\b|\bripped\b|\bdent(?:ed|s)?\b|crushed|squashed|snapped|\bbent\b|scratch(?:ed|es)?\b|chipped|\bburst\b|rotten|mou?ld(?:y)?\b|spoil(?:ed|t)|gone (?:off|bad)|went (?:off|bad)|in (?:pieces|bits)|in two\b|split (?:open|apart|in)"),
    (R.QUALITY, r"质量|品质(?:差|不|问题)|瑕疵|毛病|故障|(?<!我)(?<!还)(?<!没)有(?:点|些|严重|大|很大的?)?问题(?!想|要|请|咨询|问)|用不(?:了|成)(?!的?上)|[开启][不没](?:了)?机|打不开|不能用|没法用|没法(?:开|充|连)|不好(?:使|用)|不工作|不[亮凉热转响](?![丽快])(?:了|啊|呢|$|[，。,.!！])|不(?:制冷|加热|通电|出水|出声|出风|充电|启动|吸水|保温|粘)|没(?:声音?|反应|电流|信号|画面|图像)(?!过)|充不(?:进|上|了)"
     r"|连不[上了]|接触不良|黑屏|花屏|死机|卡死|失灵|不灵|异响|杂音|噪音|电流声|漏电|冒烟|短路|自动关机|重启|掉(?:色|毛|线|皮|扣|底|跟|钻|渣)|褪色|缩水|开(?:线|胶)|脱(?:线|胶|皮|落)|起(?:球|毛|皱|泡)|做工|次品|残次|劣质|粗糙|线头|过敏|异味|难闻|刺鼻|味道?(?:很|太|好|特别)(?:大|重|冲)|闪(?:个不停|退|烁|来闪去)|一闪一闪|太次|破质量|(?:开|换)?坏了又"
     r"|defect(?:ive|s)?\b|\bfault(?:y|s)?\b(?! of)|quality|(?:does|do|did|is|are|will|can|has|have|would|wo|ca)(?:n['’]?t| not|not)\s+(?:even |really |properly |be )?(?:work\w*|turn(?:ed)? on|turn|switch(?:ed)? on|start|charge|power|heat|cool|function|light|spin|connect|pair|ring|close|open|respond|stay on|hold|stick)\b|\bnot (?:working|charging|heating|cooling|turning|responding|functioning|connecting)|stop(?:s|ped) \w+ing\b"
     r"|\bdead\b|\bdied\b|\bdoa\b|malfunction|fall(?:s|ing)? (?:apart|to (?:bits|pieces)|off)|fell (?:apart|off|to (?:bits|pieces))|(?:came|come|comes|coming) (?:apart|off|undone|loose|unstitched)|\bno (?:sound|power|signal|picture|heat)\b|flicker|overheat|smok(?:es|ing)\b|short.?circuit|keeps? (?:crash|freez|disconnect|cutting|dying|shutting|turning off|restart)\w*"
     r"|crackl(?:es?|ing)|\bbuzz(?:es|ing)?\b|rattl(?:es?|ing)|\bsmells\b|\bstinks?\b|\bstain(?:s|ed)?\b|\bholes? in\b|loose (?:threads?|seams?|stitch\w*)|stitching|\bfad(?:ed|ing)\b|shrank|shrunk|peel(?:s|ing|ed)|pilling|rust(?:y|ed|s)\b|fray(?:ed|ing)|something(?:'s| is) wrong with (?:it|the|my)|\bjunk\b|piece of (?:crap|rubbish|garbage|trash)|\bbusted\b|kaput|out of order|conked out|giv(?:es|en) up"),
    (R.WRONG_SIZE, rf"尺(?:码|寸)(?!的)|码数|码子?(?:不对|{_VERY_ZH}[大小])|(?<![音声味量噪字风])(?:{_VERY_ZH}|穿着|试着)(?:大|小|紧|松|长|短|窄|宽|肥|瘦)(?!气|方|众|心|期|时|久|度|家)|(?<![长音声变问])(?:大|小|紧|松|短|窄|肥)了(?:一?(?:点|些|码|号|圈|截))?|不合(?:身|脚)|[挤夹顶磨卡]脚|勒(?:得|脖|肚)|穿不(?:下|上|进|了)|戴不(?:下|上|进)|换[大小](?:一?[码号])?|[大小]一?[码号]"
     r"|(?:买|拍|选|拿)(?:大|小)了?"
     r"|\btoo (?:big|small|tight|large|loose|short|long|tiny|huge|narrow|wide|baggy|snug|roomy)\b|(?:does|did|do|is|are|was|wo)(?:n['’]?t| not) (?:really |quite |even )?(?:fit\b|my size)|runs? (?:too |very |a bit |rather )?(?:big|small|large|tight)|wrong size|\bsiz(?:e|ing) (?:is|was|runs|feels|seems)\b|\bsize (?:issue|problem|too|wrong|off)|(?:a|one|two|half a) sizes? (?:too|up|down|bigger|smaller|larger|off)"
     r"|(?:fits?|fit) (?:too|badly|poorly|weird|tight|loose)|can['’]?t (?:get|squeeze) (?:into|in|it on|them on|my)|(?:bad|poor) fit|(?:need|want|take|get) (?:a |one |the )?(?:bigger|smaller|larger) (?:size|one)|(?:is|are|was|were|runs?|comes? up|turned out|bit|little) (?:a bit |a little |way |rather |pretty |quite |far )?(?:small|big|tight|large|loose)\b(?! (?:deal|problem|issue|help|number|surprise))|^\W*(?:it'?s |because of )?(?:the )?(?:siz(?:e|ing)|尺码)\W*$"),
    (R.NO_LONGER_WANTED, r"不(?:太|是很|怎么|大|咋|很|再)?想要|不要(?:了|它|这个|那个)|不(?:太|是很|怎么|大|咋|很|怎)?(?:喜欢|合适|适合|满意|习惯|好看|中意|想买)|(?:买|拍|选|点|下单?)错|后悔|不(?:是很)?需要|用不(?:上|着|到|完)|[吃喝]不完|[买拍囤](?:得|的)?(?:太)?多了|买多|重复(?:买|下单|购买)|(?:家里|已经|之前)(?:已经|就|都)?有(?:了|一[个件台]|类似|同款|差不多|很多)|有类似的了?|多余|改(?:变)?了?主意|冲动|无理由|放不(?:下|进)|摆不(?:下|开)|占地方|没地方放|不实用|没用(?!过|多久|几)|闲置|看不上|显(?:胖|黑|老|矮)|(?:太|有点)(?:丑|土|花|艳|素|老气|幼稚)|难看|不舒服"
     r"|(?:人|友|家|公|婆|妈|爸|事|司|弟|妹|哥|姐)(?:已经|刚好|又|也)?(?:送|给买?)(?:了|过)(?:我|咱)?(?:一|个|新|同)|只是不想"
     r"|(?:光|灯光|颜色|声音|味道|手感|款式|样式)[^，。,.]{0,3}太[^，。,.]{1,2}"
     r"|(?:do|does|did|wo|would)(?:n['’]?t| not)\s+(?:really |actually |even |particularly |much )?(?:want|need|like|love|suit|care for)\b(?! (?:to (?:cancel|keep|lose|wait|return|pay|be|have|wait|go|talk|speak|chat)|a refund|the money|your|you\b|an? exchange|another))|\bno longer (?:want|need|require)|chang(?:ed?|ing) (?:my|our|his|her|their) minds?|change of (?:mind|heart|plan)|plans? (?:have |has )?changed|not for me|by (?:mistake|accident)|accidentally|regret|no reason"
     r"|\bclash(?:es)? with|\b(?:does|do)(?:n['’]?t| not) (?:go|match) with\b"
     r"|second thoughts|not (?:really |quite |exactly )?my (?:taste|style|thing|colou?r)|(?:for|to) my (?:taste|liking)|not (?:really |exactly )?(?:a fan|into|keen|happy with|what i (?:expected|hoped|imagined|had in mind|was looking for))|already (?:have|got|own|bought) (?:one|two|it|another|the same|something)|(?:gave|bought|got|gifted|given)(?: \w+)? (?:me|us) (?:one|another|the same|a new)|was (?:given|gifted) (?:one|another)|bought (?:too many|one too many)|ordered (?:too many|twice|two by)|no use for|uncomfortable|impulse|on a whim|looks? (?:ugly|awful|silly|bad|terrible|horrible|cheap) on|makes me look|(?:is|are|it's|looks?) (?:so |just |really |too )?ugly"),
)  # fmt: skip
_COMPILED = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _TABLE)
# "I ordered the wrong one" is nobody's fault but one's own.
_OWN_MISTAKE = re.compile(
    rf"{_OWN_EN}(?:the |a |an )?wrong (?!size)\w+|(?:my|our) (?:own )?(?:mistake|fault)\b", re.IGNORECASE
)
# A thing that is too big for a room is no wrong size of clothing.
_TOO_BIG_FOR_A_ROOM = re.compile(
    rf"(?:太|有点|偏|过)[大高宽长][^。.!！]{{0,8}}(?:{_ROOM_ZH})|(?:{_ROOM_ZH})[^。.!！]{{0,6}}(?:太|有点|偏|过)[大高宽长]"
    rf"|(?:\btoo (?:big|large|huge|tall|wide|long)\b[^.!?]{{0,12}}\b(?:for|in)|\b(?:does|wo|do)(?:n['’]?t| not) fit (?:in|into|on|under|through|inside)) (?:\w+ ){{0,3}}(?:{_ROOM_EN})\b",
    re.IGNORECASE,
)
# Only as an answer to "why?": said by itself none of it is a wish to send anything back.
_WHEN_ASKED = re.compile(
    r"没(?:有)?(?:什么|啥|特别的?|特殊的?|为什么)*(?:原因|理由|为什么)|(?:一定|必须|非)得?要?(?:说|给)?(?:个)?(?:原因|理由)|(?:原因|理由)?说不(?:上来|清)|不(?:方便|想)说|就是(?:想|不想)|便宜|降价|太?贵|不值|其他原因|别的原因|个人原因|不用了|不合适"
    r"|\bno (?:particular|special|real|specific) reason|do i (?:need|have to)|need a reason|rather not (?:say|tell)|just because|can['’]?t (?:really )?say why|cheaper|better (?:price|deal)|too (?:expensive|pricey|loud|heavy|bright|dark|dear)|\bother\b|something else|personal reason|none of (?:these|those|your)",
    re.IGNORECASE,
)


def find_return_reasons(text: str) -> tuple[tuple[ReturnReason, int, int], ...]:
    """The reasons that a text gives for sending something back, each once, with where it stands (approximately
    where the spelling had to be put right)."""
    found: dict[ReturnReason, tuple[int, int]] = {}
    for reason, start, end in _reasons(_told(respelled(text))):
        found.setdefault(reason, (min(start, len(text)), min(end, len(text))))
    return tuple((reason, *span) for reason, span in found.items())


def return_reason(text: str, asked: bool = False) -> ReturnReason | None:
    """The reason that counts: a fault of the shop outweighs a size, a size any other preference.

    `asked`: the text answers "why?", so that less will do.
    """
    found = find_return_reasons(text)
    faults = sorted((start, reason) for reason, start, _ in found if reason.shop_fault)
    if faults:
        return faults[0][1]
    others = [reason for reason, _, _ in found]
    if others:
        return R.WRONG_SIZE if R.WRONG_SIZE in others else others[0]
    return R.NO_LONGER_WANTED if asked and _WHEN_ASKED.search(respelled(text)) else None


def without_corrections(text: str) -> str:
    """The text without what it only puts right, in number, address or the last message; all places stay."""
    return _CORRECTS.sub(_blank, text) if _CORRECTED.search(text) else text


def _told(text: str) -> str:
    return _DENIED.sub(_blank, without_corrections(text))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _reasons(text: str) -> Iterator[tuple[ReturnReason, int, int]]:
    if own := _OWN_MISTAKE.search(text):
        yield R.NO_LONGER_WANTED, *own.span()
        text = _OWN_MISTAKE.sub(_blank, text)
    if big := _TOO_BIG_FOR_A_ROOM.search(text):
        yield R.NO_LONGER_WANTED, *big.span()
        text = _TOO_BIG_FOR_A_ROOM.sub(_blank, text)
    after_use = False
    for reason, pattern in _COMPILED:
        match = pattern.search(text)
        # What broke in use was not damaged on its way.
        if match and not (reason is R.DAMAGED and after_use):
            after_use = after_use or reason is R.QUALITY
            yield reason, *match.span()
