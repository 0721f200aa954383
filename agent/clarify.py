"""Where it stays open what a message wants, the customer is asked, with choices. Pure.

Only where nothing else is open, never twice in a row, and never where an answer from the documents does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from agent.asked import new_requests
from agent.complaints import COMPLAINT, STATUS, with_grievance
from agent.questions import person_reply
from agent.types import Decision, Evidence, Part, QuickReply, SecondLook, State, Unclear, Understanding
from agent.understand.labels import KNOWLEDGE_INTENTS
from agent.understand.second_look import wish
from tools.domain import Language
from tools.policy.cards import PolicyCards

# A wrong guess at these does no harm: the documents answer, or the reply offers what can be done.
_HARMLESS = KNOWLEDGE_INTENTS | {COMPLAINT}
# A reading that the heads give less is no choice; the model may still name it.
LEAST_CHOICE = 0.05
# What a customer says for an intent; the heads have to be sure of each, which a test holds.
SAYINGS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "order_status": {"zh": "查一下我的订单", "en": "Check the status of my order"},
        "tracking": {"zh": "我的包裹到哪了？", "en": "Where is my parcel?"},
        "delivery_time": {"zh": "送货要多久？", "en": "How long does delivery take?"},
        "return_item": {"zh": "我要退货", "en": "I want to return it"},
        "exchange_item": {"zh": "我要换货", "en": "I want to exchange it"},
        "repair": {"zh": "我要报修", "en": "I want to have it repaired"},
        "cancel_order": {"zh": "我要取消订单", "en": "I want to cancel the order"},
        "change_address": {"zh": "我要改订单的收货地址", "en": "I want to change the delivery address of my order"},
        "change_items": {"zh": "我要修改订单里的商品", "en": "I want to change the items in my order"},
        "change_payment": {"zh": "我要改订单的付款方式", "en": "I want to change the payment method of my order"},
        "update_profile": {"zh": "我要修改账户资料", "en": "I want to update my account details"},
        "refund_status": {"zh": "我的退款到哪一步了？", "en": "Where is my refund?"},
        "return_status": {"zh": "我的退货处理到哪一步了？", "en": "What is the status of my return?"},
        "policy_question": {"zh": "店里有什么规定？", "en": "What are your rules on this?"},
        "product_question": {"zh": "这款商品是什么材质，多大尺寸？", "en": "What are the product's specifications?"},
        "stock_question": {"zh": "还有货吗？", "en": "Is it in stock?"},
        "price_protection": {"zh": "买完降价了，能补差价吗？", "en": "The price dropped, can I get the difference back?"},
        "invoice": {"zh": "我要开发票", "en": "I need an invoice"},
        "coupon_points": {"zh": "优惠券和积分怎么用？", "en": "How do coupons and points work?"},
        "gift_card": {"zh": "礼品卡怎么用？", "en": "How do gift cards work?"},
        "payment_problem": {"zh": "我付款失败了", "en": "My payment failed"},
        "account": {"zh": "我的账户登录不了", "en": "I can't log in to my account"},
        "complaint": {"zh": "登记投诉", "en": "File a complaint"},
    }
)  # fmt: skip
# What its button says, where that is less than the message has to say.
_TITLES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "policy_question": {"zh": "了解规则", "en": "Ask about your rules"},
        "product_question": {"zh": "咨询商品", "en": "Ask about a product"},
    }
)


def clarify(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """The question which of the likely readings is meant; None where there is nothing to ask."""
    look = understanding.second_look
    if look is None or look.agreed or not _nothing_open(state) or understanding.act.label == "abuse":
        return None
    intents = choices(look)
    if len(intents) < 2 or _rules_know(understanding, evidence, state):
        return None
    if COMPLAINT in intents:
        # Who then wants one recorded need not say again what about.
        state = with_grievance(understanding, state)
    quick = tuple(_reply(intent, understanding.language) for intent in intents)
    unclear = Unclear(understanding.text, intents)
    return Decision(
        "ask", "clarify", (Part("clarify", {"intents": intents}),), awaiting="choice",
        quick_replies=quick + person_reply(understanding.language),
        state=replace(state, awaiting="choice", unclear=unclear, offered_person=True),
    )  # fmt: skip


def choices(look: SecondLook) -> tuple[str, ...]:
    """The two best readings of the heads and the model's own, each wish once; none where the best does no harm."""
    best = look.heads[0].label if look.heads else ""
    if best in _HARMLESS or best not in SAYINGS:
        return ()
    likely = [score.label for score in look.heads[:2] if score.probability >= LEAST_CHOICE]
    found: dict[str, str] = {}
    for intent in (*likely, look.said):
        if intent in SAYINGS:
            found.setdefault(wish(intent), intent)
    return tuple(found.values())


def _nothing_open(state: State) -> bool:
    return state.awaiting in (None, "anything_else") and not state.requests and state.proposal is None


def _rules_know(understanding: Understanding, evidence: Evidence, state: State) -> bool:
    """Whether a rule reads the message all the same: "then the sneakers", a number, the words of a complaint."""
    heard = {*understanding.intent_names, *(name for each in understanding.clauses for name in each.intents)}
    found = {request.intent for request in new_requests(understanding, evidence, state)}
    return bool(found & {COMPLAINT, STATUS} or found - heard - KNOWLEDGE_INTENTS)


def _reply(intent: str, language: Language) -> QuickReply:
    text = SAYINGS[intent][language]
    return QuickReply(_TITLES.get(intent, SAYINGS[intent])[language], text)
