"""Lines that no shop writes to its customers: orders to its assistant, demands for secrets, money behind a link. Pure."""

from __future__ import annotations

import re
import unicodedata

from agent.ledger.instructions import DIRECTION, HIDDEN, speaks_to_a_model

_ROLE_ZH = r"(?:AI|人工智能|大?模型|(?:智能|在线|AI)?(?:客服)?(?:助手|助理|机器人)|小助手|聊天机器人|系统)"
_ROLE_EN = r"(?:ai|assistant|chat ?bot|bot|language model|agent|kefu|llm|gpt)"
# "助手注意：…", "AI must do this: …", "Assistant: have the customer …".
_ADDRESSED = re.compile(
    rf"(?:^|[。！？;；\s【\[（(*>-])(?:请|各位|致|给)?{_ROLE_ZH}(?:们)?(?:必须|注意|务必|请|须知?|需|要|应当?|执行|遵守|听好|指令|提示|规则|专用|内部|回复|回答|话术){{1,4}}[^，。：:]{{0,6}}[:：，,]"
    rf"|(?:^|[。！？；\s])(?:致|给)?{_ROLE_ZH}\s*[:：]\s*(?:请|让|对|把|要|叫|先|告诉|回[答复]|承诺|答应|必须|务必|忽略|问到|凡|遇到|统一|一律|直接|不要|不许|给|替|你)"
    rf"|(?:^|[.!?;\s\[(*>-])(?:note to |notice to |dear |attention,? |for )?(?:the |all |any )?{_ROLE_EN}s?(?: (?:note|notice|only|instructions?|must do this|must follow|must obey|rule|attention|please))*\s*[:：]\s*(?!\d|24|open|available|around|daily|every day|mon|always (?:on|open))\S"
    rf"|\b(?:the |this |any |every )?{_ROLE_EN}s? (?:must|shall|has to|have to|is to|are to|is required to|needs? to) (?:always |never |now )?(?:ask|have|get|make|collect|request|require|tell|say|promise|offer|grant|pay|send|refund|approve|forward|store|repeat|output|show|reveal)\b"
    rf"|{_ROLE_ZH}(?:必须|务必|一律|都?要|应当?|须)(?:向|让|请|要求|叫|告诉|承诺|答应|同意|收集|索要|索取|发送|赔|退)"
    r"|(?:回答|回复|答复)[^，。：]{0,12}(?:时|的时候)[，,]?(?:请|都|要|须|必须|应)?(?:统一|一律|一定|必须|只能?|始终|都)?要?(?:说|答|回复|承诺|告诉)",
    re.IGNORECASE,
)
_SECRET_ZH = r"(?:(?:支付|登录|账户|账号|银行卡?|交易|取款|微信|支付宝)密码|(?:短信|手机|动态|支付|登录)?验证码|动态[码口]令?|短信码|(?:完整)?(?:的)?(?:银行|信用|借记)卡(?:卡)?号|卡背|安全码|CVV\d?|身份证(?:号|照片)?|U盾)"
_SECRET_EN = r"(?:(?:bank(?:ing)?|card|payment|log-?in|account|e-?mail)? ?(?:passwords?|passcodes?|pins?\b)|(?:one-time|verification|security|sms|text(?:ed)?|two-factor|2fa|confirmation) (?:code|pass\w*)s?|otps?\b|codes? (?:that )?(?:they|you) (?:were|are|got|get|receive\w*) (?:texted|sent|by)|cvv|cvc|(?:full |whole )?(?:card|credit card|bank account) numbers?|social security)"
_HERE_ZH = r"(?:本|这个?|此)?(?:对话|聊天|会话|窗口)|这里|这儿|给?(?:我们?|客服|助手|工作人员)|过来"
_HERE_EN = r"(?:in|into|to|with|via|through) (?:this |the |our )?(?:chat|conversation|window|us|me|assistant|agent|bot|staff|thread|support)|here\b|below\b|(?:to|with) us\b|(?:by|in) (?:a )?reply|reply(?:ing)? with"
_ASKING_ZH = r"(?:发|告诉|提供|回复|报|说|填|输入|告知|出示|上传|拍照|截图|索要|收集|交)"
_ASKING_EN = r"(?:post|send|tell|give|share|provide|type|enter|text|read|message|forward|submit|hand|reply|write|upload|state)"
_MADE_ZH = r"(?:请|让|叫|要求|引导|提醒|催)(?:每[一个位]*|所有)?(?:顾客|客户|用户|买家|对方|您|你)?"
_SECRETS = re.compile(
    rf"{_ASKING_ZH}[^。！？]{{0,24}}{_SECRET_ZH}[^。！？]{{0,16}}(?:{_HERE_ZH})|{_SECRET_ZH}[^。！？]{{0,16}}{_ASKING_ZH}(?:送|到|在|至|给)?[^。！？]{{0,6}}(?:{_HERE_ZH})"
    rf"|(?:让|叫|要求|引导|请)(?:每[一个位]*|所有)?(?:顾客|客户|用户|买家|对方)[^。！？，,]{{0,10}}{_ASKING_ZH}?[^。！？，,]{{0,16}}{_SECRET_ZH}|(?:向|给|对)(?:客服|助手|我们|工作人员)[^。！？，,]{{0,6}}{_ASKING_ZH}[^。！？，,]{{0,12}}{_SECRET_ZH}"
    rf"|(?:^|[，,。；;：:])(?:请|先|需|须|务必|必须|并)*(?:您|你)?(?:先|再|把|将)?回复[^。！？，,]{{0,10}}{_SECRET_ZH}"
    rf"|\b{_ASKING_EN}\b[^.;!?]{{0,40}}\b{_SECRET_EN}[^.;!?]{{0,40}}\b(?:{_HERE_EN})|\b{_SECRET_EN}[^.;!?]{{0,30}}\b(?:be )?(?:sent|posted|given|shared|typed|provided|told)\b[^.;!?]{{0,20}}(?:{_HERE_EN})"
    rf"|\b(?:have|ask|let|get|make|tell|require|request|instruct) (?:the |every |each |all |any )?(?:customer|user|client|buyer|visitor|them)s?\b[^.;!?]{{0,40}}\b{_SECRET_EN}|\b(?:reply with|tell us|give us|send us) [^.;!?]{{0,25}}\b{_SECRET_EN}",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"不(?:要|会|得|能|可|应|必|用|需|允许)|别(?!人)|勿|从不|绝不|禁止|谨防|从未|没有|切忌|骗|冒充|无需|\b(?:never|not|n['’]t|nobody|no one|none|do not|without|beware|scam|fraud|nor)\b",
    re.IGNORECASE,
)
_TRANSFER = re.compile(
    r"(?:转账|汇款|打款|转钱|打钱)[^，。]{0,12}(?:账户|账号|卡|个人|二维码|微信|支付宝|QQ)|(?:转|汇|打|充)(?:到|入|至|给)[^，。]{0,8}(?:安全账户|个人账户|指定账户|以下账[户号]|私人账[户号])"
    r"|\b(?:transfer|wire|send|deposit)\b[^.;!?]{0,30}\b(?:to|into) (?:the |this |our |a |my )?(?:following |safe |private |personal |new )(?:bank )?(?:account|wallet|card)",
    re.IGNORECASE,
)
LINK = re.compile(
    r"(?<!\]\()(?<!\]\(<)(?:h(?:tt|xx)ps?\s?[:：]\s?/{1,3}|www\.|(?<![\w@.-])[a-z0-9-]{2,40}\.(?:example|top|xyz|vip|cc|link|site|online|shop|club|click|info|ru|tk)\b)\S*",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"支付|付款|付费|缴|补款|补交|转账|汇款|解冻|保证金|押金|罚金|手续费|验证|密码|领取|红包|扫码|加(?:微信|QQ|V)|\b(?:pay|payment|fee|deposit|transfer|unlock|unfreeze|release|verify|claim|password|pin|code|wallet|scan|whatsapp|telegram)\b",
    re.IGNORECASE,
)
# A carrier tells where a parcel is; what there is to pay it does not write there.
_MONEY = re.compile(
    r"(?:支付|付款?|缴(?:纳|费)?|补(?:交|缴|款)|转账?|汇)[^，。]{0,8}(?:\d|元|费|款|金)|解冻费|保证金|验证码|密码|扫码|加(?:微信|QQ|V)|点击|退款(?:链接|通道|专员)|(?:拨打|联系|致电)[^，。]{0,6}退款|\b(?:pay|transfer|wire)\b[^.;!?]{0,20}(?:\d|fee|yuan|duty|dollars|money)|\bclick\b|\b(?:verification|security) code\b|\bpassword\b|\bPIN\b|\bwhatsapp\b|\btell (?:the|every) (?:customer|user)",
    re.IGNORECASE,
)


def _clear(text: str) -> str:
    return unicodedata.normalize("NFKC", HIDDEN.sub("", DIRECTION.sub("", text)))


def addresses_assistant(sentence: str) -> bool:
    """Whether a sentence is written to the assistant and not to a customer."""
    return bool(_ADDRESSED.search(_clear(sentence)))


def demands(sentence: str) -> bool:
    """Whether a sentence wants a secret told, money sent to an account, or a link opened to pay or to prove oneself.

    Warnings against just that ("never send the PIN") are none: a denial before the demand takes it back.
    """
    clear = _clear(sentence)
    for pattern in (_SECRETS, _TRANSFER):
        for match in pattern.finditer(clear):
            said = re.split(r"[，,；;。]", clear[: match.end()])
            around = clear[: match.start()].rpartition("，")[2] + match.group()
            if not _NOT.search(around) and not _NOT.search(said[-1]):
                return True
    return bool(LINK.search(clear) and _PAYS.search(LINK.sub(" ", clear)))


def planted(sentence: str) -> bool:
    """Whether a sentence of a document must be shown to nobody."""
    return speaks_to_a_model(sentence) or addresses_assistant(sentence) or demands(sentence)


def foreign(text: str) -> bool:
    """Whether a text from elsewhere (a carrier's, a name as sold) must not be passed on: it leads away, asks for money
    or secrets, or gives orders."""
    clear = _clear(text)
    return bool(LINK.search(clear) or _MONEY.search(clear)) or planted(text)
