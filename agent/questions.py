"""The questions that find out what is missing, each with its quick replies. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.resolve.lines import remaining
from agent.tasks import Desk
from agent.types import (
    Awaiting,
    Command,
    DecisionKind,
    Part,
    QuickReply,
    Request,
    Understanding,
)
from tools.domain import (
    Language,
    Order,
    PaymentMethod,
)

MOST_CHOICES = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What serving one request comes to in this turn. A request that is not `done` stays first in the queue."""

    kind: DecisionKind
    rule: str
    parts: tuple[Part, ...]
    done: bool
    request: Request
    awaiting: Awaiting | None = None
    action: str | None = None
    command: Command | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    offers_person: bool = False


def asked(request: Request, slot: str) -> Request:
    times = request.times + 1 if request.asked == slot else 1
    return replace(request, asked=slot, times=times)


def ask_identity(request: Request, understanding: Understanding) -> Step:
    number = understanding.first("order_id")
    request = replace(request, order_id=number) if number and not request.order_id else request
    values = {"intent": request.intent, "order_id": request.order_id, "answered": False}
    return Step(
        "ask", "identity.needed", (Part("ask_identity", values),), False, request, awaiting="identity"
    )


def ask_order(
    request: Request, listed: tuple[Order, ...], language: Language, before: tuple[Part, ...] = ()
) -> Step:
    parts = (*before, Part("ask_order", {"orders": listed, "intent": request.intent}))
    quick = tuple(QuickReply(f"{o.id} · {o.lines[0].name.in_(language)}", o.id) for o in listed)
    return Step(
        "ask",
        "order.which",
        parts,
        False,
        asked(request, "order_id"),
        awaiting="order_id",
        quick_replies=quick,
    )


def ask_items(request: Request, order: Order, language: Language) -> Step:
    left = [line for line in order.lines if remaining(order, line) > 0]
    quick = tuple(
        QuickReply(line.name.in_(language), line.name.in_(language)) for line in left[:MOST_CHOICES]
    )
    everything = "全部" if language == "zh" else "All of them"
    parts = (Part("ask_items", {"order": order, "lines": left, "intent": request.intent}),)
    rule = "return.items" if request.intent == "return_item" else f"{request.intent}.items"
    return Step(
        "ask", rule, parts, False, asked(request, "items"),
        awaiting="items", quick_replies=(*quick, QuickReply(everything, everything)),
    )  # fmt: skip


def ask_reason(request: Request, language: Language) -> Step:
    zh = language == "zh"
    if request.intent == "cancel_order":
        choices: tuple[str, ...] = (
            ("不需要了", "下错单了") if zh else ("No longer needed", "Ordered by mistake")
        )
        rule = "cancel.reason"
    else:
        choices = (
            ("质量问题", "收到时破损", "发错商品", "尺码不合适", "不想要了")
            if zh
            else ("Faulty", "Arrived damaged", "Wrong item", "Doesn't fit", "I don't want it")
        )
        rule = "return.reason" if request.intent == "return_item" else "exchange.reason"
    quick = tuple(QuickReply(choice, choice) for choice in choices)
    parts = (Part("ask_reason", {"intent": request.intent}),)
    return Step("ask", rule, parts, False, asked(request, "reason"), awaiting="reason", quick_replies=quick)


def ask_new_item(request: Request, order: Order, desk: Desk, language: Language) -> Step:
    known = {swap.line_no for swap in request.swaps}
    line = order.line(next(number for number in request.lines or () if number not in known))
    product = desk.evidence.products.get(line.product_id)
    available = [v for v in product.variants if v.has(line.quantity)] if product else []
    offered = [v for v in available if v.sku in request.offered and v.sku != line.sku]
    shown = offered or [v for v in available if v.sku != line.sku]
    quick = tuple(
        QuickReply(v.described().in_(language), v.described().in_(language)) for v in shown[:MOST_CHOICES]
    )
    values = {"line": line, "variants": shown, "narrowed": bool(offered), "said": bool(request.offered)}
    return Step(
        "ask", "exchange.new_item", (Part("ask_new_item", values),), False, asked(request, "new_item"),
        awaiting="new_item", quick_replies=quick,
    )  # fmt: skip


def ask_method(request: Request, desk: Desk, language: Language) -> Step:
    methods = desk.customer.payment_methods
    names = {each.id: method_name(each, language) for each in methods}
    parts = (Part("ask_method", {"methods": methods, "names": names}),)
    quick = tuple(QuickReply(*[method_name(each, language)] * 2) for each in methods[:MOST_CHOICES])
    return Step(
        "ask", "payment.which", parts, False, asked(request, "payment_method"),
        awaiting="payment_method", quick_replies=quick,
    )  # fmt: skip


def method_name(method: PaymentMethod, language: Language) -> str:
    """A payment method as a customer would call it."""
    kind, last4 = method.kind.value, method.last4
    brand = method.brand.capitalize()
    zh = {
        "card": "银行卡",
        "alipay": "支付宝",
        "wechat_pay": "微信支付",
        "paypal": "PayPal",
        "gift_card": "礼品卡",
    }
    en = {
        "card": "card",
        "alipay": "Alipay",
        "wechat_pay": "WeChat Pay",
        "paypal": "PayPal",
        "gift_card": "gift card",
    }
    name = (zh if language == "zh" else en)[kind]
    if not last4:
        return name
    return (
        f"尾号 {last4} 的{brand}{name}" if language == "zh" else f"{brand} {name} ending in {last4}".strip()
    )


def action_name(intent: str) -> str:
    """What the API calls an action; a return has been "return" from the first version on."""
    return "return" if intent == "return_item" else intent


def person_reply(language: Language) -> tuple[QuickReply, ...]:
    return (
        QuickReply("转人工客服", "转人工")
        if language == "zh"
        else QuickReply("Talk to a person", "Talk to a person"),
    )


def confirm_replies(language: Language) -> tuple[QuickReply, ...]:
    """The two buttons under a proposal."""
    if language == "zh":
        return (QuickReply("确认提交", "确认"), QuickReply("先不办了", "先不办了"))
    return (QuickReply("Confirm", "Yes, confirm"), QuickReply("Don't do it", "No, cancel"))


def ask_words(request: Request) -> Step:
    """ "I want to complain." What about is for the customer to say, in whatever words."""
    parts = (Part("sorry", {"complaint": request.complaint or "other"}), Part("ask_complaint"))
    return Step("ask", "complaint.words", parts, False, asked(request, "reason"), awaiting="reason")


def complaint_reply(language: Language) -> QuickReply:
    if language == "zh":
        return QuickReply("登记投诉", "登记投诉")
    return QuickReply("File a complaint", "File a complaint")


def first_steps(language: Language, complaint: str = "") -> tuple[QuickReply, ...]:
    """What most customers want; of an angry one, what helps with that."""
    zh = language == "zh"
    track = (
        QuickReply("查订单", "查一下我的订单") if zh else QuickReply("Check my order", "Where is my order?")
    )
    back = QuickReply("我要退货", "我要退货") if zh else QuickReply("Return it", "I want to return it")
    return {"logistics": (track,), "quality": (back,), "counterfeit": (back,), "service": ()}.get(
        complaint, (track, back)
    )
