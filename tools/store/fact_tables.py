"""The read model of `insights`: one row a conversation, a contact reason, a rule that stopped it, a case and a stage of it.

Facts are computed from conversations, events and orders (`insights/facts/`), never written by hand, and can be
thrown away and made again. Days are the shop's. Text columns hold "" where nothing is known, never null, so that a
filter needs no second form.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from tools.store.columns import Utc
from tools.store.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, autoincrement=False, server_default=text("0"))


STAGE_DIMENSIONS = ("carrier", "warehouse", "product_id", "reason", "region", "channel", "language")

fact_conversations = Table(
    "fact_conversations",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("started_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("day", Date, nullable=False),
    _text("channel"),
    _text("language"),
    _text("customer_id"),
    _text("tier"),
    _text("region"),
    # The order and product that were first spoken of; carrier and warehouse are that order's.
    _text("order_id"),
    _text("product_id"),
    _text("category"),
    _text("carrier"),
    _text("warehouse"),
    # What it was about first: an intent that asks for something, "" for small talk alone.
    _text("reason"),
    # "" or a kind of complaint, as the head said it with the strongest bad mood.
    _text("complaint"),
    _count("turns"),
    # −1 (very angry) … 1 (delighted): mean, lowest and last turn; trend is last minus first half.
    Column("sentiment", Float, nullable=False),
    Column("sentiment_low", Float, nullable=False),
    Column("sentiment_last", Float, nullable=False),
    Column("sentiment_trend", Float, nullable=False),
    # "solved", "handed_over", "abandoned" or "open"
    _text("resolution"),
    Column("came_back", Boolean, nullable=False),
    _text("handover_reason"),
    _count("unanswered"),
    _count("refused"),
    _count("done"),
    # 1 … 5, null where nobody rated.
    Column("csat", Integer, autoincrement=False),
    _count("thumbs_up"),
    _count("thumbs_down"),
    # Mean time to answer, in ms.
    Column("answer_ms", Float, nullable=False),
    # Lists, newest first.
    Index(None, "day", "started_at", "conversation_id"),
    # Everything that charts count, so that they need not read the rows. Day and reason come first: contacts are
    # counted in this order and need no sorting.
    Index(
        "ix_fact_conversations_chart",
        "day",
        "reason",
        "channel",
        "language",
        "product_id",
        "complaint",
        "resolution",
        "handover_reason",
        "came_back",
        "unanswered",
        "refused",
        "csat",
        "sentiment",
        "answer_ms",
    ),
    Index(None, "customer_id", "started_at"),
    Index(
        "ix_fact_conversations_products", "product_id", "day", "channel", "language", "complaint", "sentiment"
    ),
    Index(None, "order_id"),
)

# Every reason of a conversation, its first one included.
fact_reasons = Table(
    "fact_reasons",
    metadata,
    Column("conversation_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("conversation_id", "reason"),
    Index(None, "reason", "day"),
)

# The rules by which a conversation was refused something or handed over, and in how many of its turns.
fact_rules = Table(
    "fact_rules",
    metadata,
    Column("conversation_id", Text, nullable=False),
    # "refuse" or "handover"
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("day", Date, nullable=False),
    _count("turns"),
    PrimaryKeyConstraint("conversation_id", "kind", "rule"),
    Index(None, "kind", "day"),
)

# One run of a process: a delivery (its id is the order's), a return, an exchange, a repair, a complaint.
fact_cases = Table(
    "fact_cases",
    metadata,
    # "delivery", "return", "exchange", "repair", "complaint"
    Column("process", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("day", Date, nullable=False),
    _text("order_id"),
    _text("customer_id"),
    _text("conversation_id"),
    _text("product_id"),
    _text("sku"),
    _text("category"),
    _text("carrier"),
    _text("warehouse"),
    _text("reason"),
    _text("channel"),
    _text("language"),
    _text("tier"),
    _text("region"),
    # How it ended: "delivered", "refunded", "rejected", "completed", "repaired", "closed"; "" while it runs.
    _text("outcome"),
    # Hours from opening to closing, null while it runs.
    Column("hours", Float),
    PrimaryKeyConstraint("process", "case_id"),
    Index(None, "process", "day"),
    Index(None, "conversation_id"),
    Index(None, "order_id"),
)

# Which products an order holds, for rates; cancelled orders too.
fact_goods = Table(
    "fact_goods",
    metadata,
    Column("order_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("order_id", "product_id"),
    Index(None, "product_id", "day"),
)

# One stage of a case, named by what it waits for: "approved", "sent_back", "received", "refunded"; "shipped",
# "delivered"; "acknowledged", "closed".
fact_stages = Table(
    "fact_stages",
    metadata,
    Column("process", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("seq", Integer, nullable=False, autoincrement=False),
    Column("stage", Text, nullable=False),
    Column("began_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("hours", Float),
    # The hours on a scale with steps of 5 %, null while it runs: distributions are counted, not sorted.
    Column("step", Integer, autoincrement=False),
    # Of the case, so that a chart needs no join.
    Column("day", Date, nullable=False),
    *map(_text, STAGE_DIMENSIONS),
    PrimaryKeyConstraint("process", "case_id", "stage"),
    # Counted in this order, distributions need no sorting.
    Index("ix_fact_stages_chart", "process", "stage", "step", "day", *STAGE_DIMENSIONS),
)

# How far the facts have been computed: name and value.
fact_marks = Table(
    "fact_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

FACT_TABLES = (
    fact_conversations,
    fact_reasons,
    fact_rules,
    fact_cases,
    fact_stages,
    fact_goods,
    fact_marks,
)
