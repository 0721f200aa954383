"""Tables of the service around an order: what has to be told to whom, what customers thought of it, what they allow.

Nothing here has a foreign key into the shop: a re-imported shop keeps them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from tools.store.columns import Utc
from tools.store.tables import metadata

# What departments have to be told. A row is written in the transaction of the fact that it tells; its `id` is made
# of that fact ("ticket:CP-…"), so a fact is told once.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False, index=True),
    Column("department", Text, nullable=False),
    Column("transport", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # Of the first attempt: a notice is given up by how long it was tried, not by how long nobody could try.
    Column("first_at", Utc),
    # "waiting", "delivered" or "failed" (given up; a person has to look).
    Column("state", Text, nullable=False, server_default="waiting"),
    # Which worker has it in hand, and until when nobody else takes it.
    Column("lease", Text, nullable=False, server_default=""),
    Column("leased_until", Utc),
    Column("delivered_at", Utc),
    # The receiver's own number for it, where it told one.
    Column("reference", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Index(None, "state", "next_at"),
)

# How satisfied a customer was with a conversation: 1 (not at all) to 5.
ratings = Table(
    "ratings",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("score", Integer, nullable=False, autoincrement=False),
    Column("reason", Text, nullable=False, server_default=""),
    # When it was last changed, and when it was first given; null where it was never changed.
    Column("at", Utc, nullable=False, index=True),
    Column("first_at", Utc),
    CheckConstraint("score between 1 and 5", name="score"),
)

# A thumb for one reply: 1 up, -1 down.
feedback = Table(
    "feedback",
    metadata,
    Column("turn_id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("thumb", Integer, nullable=False, autoincrement=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False, index=True),
    CheckConstraint("thumb in (-1, 1)", name="thumb"),
)

# What a customer allows or forbids. Without a row no message is sent unasked; recommendations are shown until refused.
consents = Table(
    "consents",
    metadata,
    Column("customer_id", Text, nullable=False),
    # "proactive_messages", "recommendations"
    Column("purpose", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("customer_id", "purpose"),
)
