"""The labels that the trained heads know, in the words of the field."""

from __future__ import annotations

INTENTS = (
    "order_status", "tracking", "return_item", "exchange_item", "repair", "cancel_order", "change_address",
    "change_items", "change_payment", "update_profile", "refund_status", "return_status", "policy_question",
    "product_question", "stock_question", "price_protection", "invoice", "coupon_points", "gift_card",
    "payment_problem", "complaint", "praise", "talk_to_human", "account", "delivery_time", "smalltalk",
    "out_of_scope",
)  # fmt: skip
ACTS = (
    "request", "question", "inform", "affirm", "deny", "correct", "partial_yes", "ask_back", "thanks",
    "greeting", "farewell", "abuse", "wait", "repeat",
)  # fmt: skip
SENTIMENTS = ("positive", "neutral", "negative")
COMPLAINTS = ("quality", "logistics", "service", "price", "counterfeit", "other")
NO_COMPLAINT = "none"
# What documents and the catalogue answer, without a look at an order.
KNOWLEDGE_INTENTS = frozenset(
    {
        "policy_question", "product_question", "stock_question", "price_protection", "invoice", "coupon_points",
        "gift_card", "payment_problem", "account", "delivery_time",
    }
)  # fmt: skip
