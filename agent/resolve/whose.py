"""Whose a mail address, number or name is that somebody writes: their own, or said to be another's. Pure.

What a customer knows of somebody else proves nothing about who is writing. "I bought it for my wife, mail a@b.c" gives
one's own; "my wife's mail is a@b.c" does not.
"""

from __future__ import annotations

import re

_WHO_EN = (
    r"(?:boss|manager|supervisor|colleague|co-?worker|wife|husband|hubby|partner|spouse|fianc[eé]e?|girl ?friend|boy ?friend|gf|bf|ex(?:-\w+)?|friend|mate|buddy|pal|flatmate"
    r"|room ?mate|housemate|neighbou?r|mum|mom|mam|mother|dad|father|parent|son|daughter|kid|child|brother|sister|sibling|aunt(?:ie)?|uncle|cousin|nephew|niece|nan|gran(?:ny)?"
    r"|grand(?:ma|pa|mother|father|son|daughter)|(?:mother|father|sister|brother)-in-law|client|landlord|landlady|teacher|secretary|assistant|accountant)"
)
_WHO_ZH = (
    r"(?:老板娘?|领导|上司|经理|主管|同事|老公|丈夫|先生|老婆|妻子|太太|媳妇|爱人|对象|男朋友|女朋友|男友|女友|前任|前男友|前女友|前夫|前妻|朋友|闺蜜|哥们儿?|兄弟|室友|舍友|同学|邻居|亲戚"
    r"|妈妈?|母亲|爸爸?|父亲|父母|婆婆|公公|岳母|岳父|丈母娘|老丈人|儿子|女儿|孩子|哥哥?|姐姐?|弟弟?|妹妹?|[表堂][哥姐弟妹]|叔叔?|阿姨|舅舅?|姑姑?|姨妈?|爷爷|奶奶|外公|外婆|姥姥|姥爷|客户|老师|房东|学生)"
)
_MAIL_EN = r"(?:e-?mail|mail|account|log-?in|user ?name|id|phone|mobile|number|name)"
_MAIL_ZH = r"(?:账号|账户|帐号|帐户|邮箱|邮件|电子邮件|e-?mail|mail|手机号?|电话|号码|名字)"
# Between the other person and the fact nobody else comes in.
_GAP_EN = r"(?:(?!\b(?:my|mine|i|i'm|me)\b)[^.!?;\n]){0,30}"
_GAP_ZH = r"[^。！？!?；;\n我]{0,12}"
_BEFORE = re.compile(
    rf"\b{_WHO_EN}(?:['’]s|s['’]) (?:\w+ ){{0,2}}{_MAIL_EN}\b{_GAP_EN}$"
    rf"|\b(?:my|our|his|her|their|an?|the) (?:\w+ ){{0,2}}{_WHO_EN}\s*(?:,?\s*(?:is|'s|’s|=|:|uses|has|goes by|called|named|whose {_MAIL_EN}(?: address)? is|under|at))?\s*[(<\"“]?\s*$"
    rf"|\b(?:his|her|their|somebody else['’]?s?|someone else['’]?s?) (?:\w+ )?{_MAIL_EN}\b{_GAP_EN}$"
    rf"|\b(?:on behalf of|(?:check|look|asking|ask|writing) (?:it |this |that |them )?(?:up )?for) (?:my|our|his|her|an?|the) (?:\w+ ){{0,2}}{_WHO_EN}\b{_GAP_EN}$"
    rf"|{_WHO_ZH}(?:他|她)?的?(?:那个|注册|下单|购物|登录)?的?{_MAIL_ZH}{_GAP_ZH}$"
    rf"|(?:我|咱|俺|他|她|一个|个)(?:们)?(?:的|家|那个?|公司)?{_WHO_ZH}(?:是|叫|用的是|用的|用|[:：])?\s*[（(“\"]?\s*$"
    rf"|(?:他|她|人家|别人|对方|其他人)(?:们)?的?(?:注册|下单|购物|登录)?的?{_MAIL_ZH}{_GAP_ZH}$"
    rf"|(?:帮|替|代|给|为)(?:我)?(?:们)?(?:的|家|那个?|一?个)?{_WHO_ZH}(?:查|看|问|找|催|退|取消|办){_GAP_ZH}$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"^[\s,，)）\"”]*(?:[-–(（]\s*)?(?:(?:that|it|this|which)(?:['’]s| is)|is|belongs to|=|[(（])\s*(?:my|our|his|her|their|a|the) (?:\w+ )?{_WHO_EN}(?:['’]s)?\b"
    rf"|^[\s,，)）\"”]*(?:(?:that|it|this|which)(?:['’]s| is)|is)\s*(?:not (?:mine|me)|his|hers|theirs|some(?:one|body) else)\b"
    rf"|^[\s,，)）\"”]*(?:[（(]\s*)?(?:这|那)?(?:个)?(?:邮箱|账号)?(?:是|属于|归)(?:我|咱|俺|一个)?(?:们)?(?:的|家|公司)?(?:{_WHO_ZH}|(?:他|她|别人|人家)的)"
    rf"|^\s*[（(](?:我)?{_WHO_ZH}(?:的)?[）)]",
    re.IGNORECASE,
)
_END = re.compile(r"[。！？!?；;\n]|\.(?=\s)")


def of_another(text: str, start: int, end: int) -> bool:
    """Whether the fact from `start` to `end` of a text is said to be another person's."""
    before = text[:start]
    ends = [match.end() for match in _END.finditer(before)]
    following = _END.search(text, end)
    after = text[end : following.start() if following else len(text)]
    return bool(_BEFORE.search(before[ends[-1] if ends else 0 :]) or _AFTER.search(after))
