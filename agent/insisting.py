"""Who does not accept a refusal hears it again with its rule, and is offered a person. Pure.

Nothing else that they say for it (a colleague's word, half the money, an old customer) changes what the cards decide.
"""

from __future__ import annotations

import re
from dataclasses import replace

from agent.questions import person_reply
from agent.request_queue import run_queue
from agent.resolve.lines import named_items, named_order
from agent.resolve.orders import numbered
from agent.tasks import TASKS
from agent.types import Decision, Evidence, Part, Request, State, Understanding
from agent.understand.clauses import says
from tools.policy.cards import PolicyCards

_INSISTS = re.compile(
    r"通融|破(?:个|一次)?例|例外|特批|特殊(?:处理|照顾)|行行好|求(?:求)?(?:你|您)|拜托|再(?:给我)?(?:查查|查一下|看看|看一下|想想|考虑)|凭(?:什么|啥)|为(?:什么|啥|何)(?:就)?不(?:能|行|给|可以|退|让)|怎么就?不(?:能|行|给|可以)"
    r"|(?:都|已经|明明)?(?:说|答应|承诺|同意)(?:好)?(?:了|过)?(?:的)?(?:可以|行|能|没问题|给)|就(?:超|过|差|晚|多)(?:了|出)?(?:那么|这么|个|没)?(?:几|一|两|三|些|点|\d)|退?(?:我)?一半|对半|折中|一口价|打(?:个|点)?折退|让(?:一)?步|商量(?:商量|一下|下)?|不行也得|必须(?:给我|得)?(?:退|换|取消|办|改)"
    r"|我不(?:管|服|同意|接受|甘心)|不管(?:怎样|怎么样|你)|(?:少|别)废话|就(?:是)?(?:要|得)(?:退|换|取消|改)|不(?:讲理|合理|公平)|霸王条款|给个面子|下不为例|就这一次|老(?:顾客|客户|会员)|\d+\s?(?:块|元)?(?:总行|也行|就行|行不行|成交|行吧|行了吧)|最后(?:报价|一次|一口)|你(?:说了)?(?:不)?算(?:老几|什么)"
    r"|\bexceptions?\b|\b(?:oh |aw |ah )?come on\b|\bjust (?:this|the) once\b|\bone[- ]time\b|\bbend the (?:rules|policy)\b|\bwho are you to\b|\b(?:look|check|try|think) again\b|\breconsider\b|\bwhy (?:not|can['’]?t|won['’]?t|on earth)\b"
    r"|\b(?:said|says|told me|promised|assured|agreed|confirmed)\b[^.?!]{0,40}\b(?:yes|ok(?:ay)?|fine|can|could|it(?:'s| was)|would|no problem)\b|\b(?:said|says) (?:yes|so|ok)\b|\b(?:only|just|barely|hardly) (?:a )?(?:couple|few|one|two|three|\d+)\b[^.?!]{0,12}\b(?:days?|hours?|over|late|past)\b|\bdays? (?:over|late)\b"
    r"|\bhalf\b|\b(?:final|last|best) offer\b|\bmeet me\b|\bsplit the difference\b|\bi (?:insist|demand|don['’]?t care|won['’]?t accept|refuse to accept)\b|\bnot (?:good enough|acceptable|fair)\b|\bunfair\b|\bridiculous\b|\b(?:loyal|regular|long[- ]?(?:time|standing)|good|old) customer\b|\bdo it any ?way\b|\bfair['’]?s fair\b|\b(?:pretty |oh )?please\W*$|\bbegging\b|\bgoodwill\b|\blet it slide\b|\bpull (?:some|a few) strings\b",
    re.IGNORECASE,
)


def insists(text: str) -> bool:
    """Whether somebody presses for what they asked for, with whatever reasons."""
    return bool(_INSISTS.search(text))


def insisting(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """The refusal that stands, said again; None where it does not stand any more, or another thing is asked for."""
    refused = state.refused
    waiting = state.requests or state.awaiting not in (None, "anything_else")
    if refused is None or waiting or evidence.identified is None or not insists(understanding.text):
        return None
    if _another(refused, understanding, evidence):
        return None
    # The words of this message are about the refusal, not about goods or reasons.
    silent = replace(understanding, text="", entities=(), clauses=(), intents=())
    again = run_queue((replace(refused, times=0),), [], silent, evidence, state, cards)
    if again.kind != "refuse":
        return None
    return replace(
        again, parts=(Part("still_refused"), *again.parts, Part("person_instead")), awaiting="anything_else",
        quick_replies=person_reply(understanding.language),
        state=replace(again.state, refused=refused, awaiting="anything_else", offered_person=True),
    )  # fmt: skip


def _another(refused: Request, understanding: Understanding, evidence: Evidence) -> bool:
    """Whether the message is about another order, other goods of it, or another wish."""
    text = understanding.text
    if any(
        name != refused.intent and says(name, text) for name in understanding.intent_names if name in TASKS
    ):
        return True
    order = next((each for each in evidence.orders if each.id == refused.order_id), None)
    if order is None:
        return True
    numbers = numbered(text, evidence.orders)
    if numbers:
        return order not in numbers
    named = named_items(understanding, order)
    if named:
        wanted = {item.line_no for item in refused.items or ()}
        return bool(wanted) and not wanted & {item.line_no for item in named}
    other = named_order(understanding, evidence.orders)
    return other is not None and other.id != order.id
