"""What somebody who is not known yet has said of themselves, over several messages. Pure.

A name alone is half of what is needed: it is kept, and the other half is asked for. What was kept is never said back,
and nobody is told which half did not fit.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace

from agent.resolve.others import own_fact
from agent.types import State, Understanding
from agent.understand.names import bare_name
from tools.desk.identify import Facts

_KINDS = ("email", "phone", "name", "postcode")
# What stands around a name or a number that is given when we ask who is writing.
_AROUND = re.compile(
    r"收[货件]人|下单人?|姓名|名字|邮编|邮政编码|手机号?|电话|号码|邮箱|我叫|我是|本人|就是|那就|这个|用|的|是|叫|为|写|查|哈|啊|呀|吧|了|呢"
    r"|\b(?:my|the|name'?s?|is|i'?m|i|am|it'?s|this|here|and|with|postcode|post ?code|zip|code|phone|number|mobile|email|e-mail|recipient|under|of|in|ok|okay|then|so|try|sorry|well)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\w")
_FEW = 4
_NO_ACCOUNT = re.compile(
    r"(?:没有?|还没|未|从没|没有过)(?:注册)?(?:过)?(?:账号|账户|帐号|帐户|注册|下过?单|买过|订单)|不是(?:你们?的?)?(?:会员|顾客|客户)"
    r"|(?:\bno|\bnot (?:have|got) an?|\bwithout an?|n['’]t (?:have|got)(?: an?| any)?|\bnever (?:had|made|opened) an?) account\b"
    r"|\b(?:have|['’]ve|has)?\s?(?:never|not|n['’]t)(?: yet)? (?:ordered|bought|registered|signed up)\b|\bnot a (?:customer|member)\b|\bno order(?:s)?\b",
    re.IGNORECASE,
)


def given(understanding: Understanding, state: State) -> Facts:
    """The facts of this message alone. A bare name is one where we have asked who is writing."""
    facts = Facts(**{kind: own_fact(understanding, kind) for kind in _KINDS})
    if facts.name or understanding.first("name") or state.awaiting != "identity":
        return facts
    return replace(facts, name=bare_name(understanding.text))


def to_try(understanding: Understanding, state: State) -> Facts:
    """What is to be matched now: what this message says, and what was kept where it gives only a part.

    Empty where the message says nothing new: the same facts are not tried, nor counted, twice.
    """
    now = given(understanding, state)
    if now.email or not now.given():
        return now
    return _joined(state.told, now)


def kept(understanding: Understanding, state: State) -> Facts:
    """What to keep for the next message. A mail address is never a half, so none is kept."""
    return replace(_joined(state.told, given(understanding, state)), email="")


def missing_half(told: Facts) -> str:
    """ "postcode", where a name was given, else "name"; "" where nothing was told."""
    if not told.given():
        return ""
    return "postcode" if told.name else "name"


def only_introduces(understanding: Understanding, state: State) -> bool:
    """Whether a message tells who is writing and hardly anything else, so that it asks for nothing new."""
    if state.awaiting != "identity" or not given(understanding, state).given():
        return False
    text = understanding.text
    for kind in _KINDS:
        for value in (*understanding.values(kind), getattr(given(understanding, state), kind)):
            text = text.replace(value, " ") if value else text
    return len(_LETTER.findall(_AROUND.sub(" ", text))) <= _FEW


def has_no_account(text: str) -> bool:
    """Somebody says that they have no account, or never bought anything."""
    return bool(_NO_ACCOUNT.search(text))


def _joined(before: Facts, now: Facts) -> Facts:
    found = {each.name: getattr(now, each.name) or getattr(before, each.name) for each in fields(Facts)}
    return Facts(**found)
