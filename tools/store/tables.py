"""All tables of the service in one `MetaData`. Columns are named as the domain's fields.

Proposals, events and conversations have no foreign key into the shop: they outlive a
re-imported shop, and an audit trail that a cascade can delete is none. Triggers of the migrations
keep events append-only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    sql,
)

from tools import domain
from tools.store.columns import Cents, Choice, Stock, Typed, Utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, autoincrement=False)


def _of_order() -> Column[str]:
    return Column("order_id", ForeignKey("orders.id", ondelete="CASCADE"), nullable=False)


def _translated(name: str) -> Column[domain.Text]:
    return Column(name, Typed(domain.Text), nullable=False)


meta = Table("meta", metadata, Column("key", Text, primary_key=True), _text("value"))

customers = Table(
    "customers",
    metadata,
    _id(),
    _text("name"),
    _text("email"),
    _text("phone"),
    _text("language"),
    Column("tier", Choice(domain.Tier), nullable=False),
    Column("address", Typed(domain.Address), nullable=False),
    # Comparable forms, see identity.py.
    Column("email_key", Text, nullable=False, index=True),
    Column("phone_key", Text, nullable=False, index=True),
    Column("name_key", Text, nullable=False),
    Column("postcode_key", Text, nullable=False),
    Index(None, "name_key", "postcode_key"),
)

payment_methods = Table(
    "payment_methods",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
    _whole("seq"),
    _text("id"),
    Column("kind", Choice(domain.PaymentKind), nullable=False),
    _text("last4"),
    Column("balance", Cents),
    Column("brand", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("customer_id", "id"),
)

products = Table(
    "products",
    metadata,
    _id(),
    _translated("name"),
    Column("category", Choice(domain.Category), nullable=False, index=True),
    _translated("description"),
    Column("final_sale", Boolean, nullable=False),
)

variants = Table(
    "variants",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), nullable=False, index=True),
    _whole("seq"),
    Column("options", Typed(dict[str, domain.Text]), nullable=False),
    Column("price", Cents, nullable=False),
    Column("stock", Stock, nullable=False, autoincrement=False),
)

orders = Table(
    "orders",
    metadata,
    _id(),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    _text("currency"),
    Column("status", Choice(domain.OrderStatus), nullable=False, index=True),
    Column("placed_at", Utc, nullable=False),
    Column("shipping_fee", Cents, nullable=False),
    Column("discount", Cents, nullable=False),
    Column("address", Typed(domain.Address), nullable=False),
    _text("cancel_reason"),
    Column("expected_ship_at", Utc),
    Column("presale", Boolean, nullable=False),
)

order_lines = Table(
    "order_lines",
    metadata,
    _of_order(),
    _whole("seq"),
    _whole("line_no"),
    Column("sku", ForeignKey("variants.sku"), nullable=False, index=True),
    Column("product_id", ForeignKey("products.id"), nullable=False, index=True),
    _translated("name"),
    _translated("options"),
    Column("category", Choice(domain.Category), nullable=False),
    _whole("quantity"),
    Column("unit_price", Cents, nullable=False),
    Column("final_sale", Boolean, nullable=False),
    PrimaryKeyConstraint("order_id", "line_no"),
)

status_changes = Table(
    "status_changes",
    metadata,
    _of_order(),
    _whole("seq"),
    Column("status", Choice(domain.OrderStatus), nullable=False),
    Column("at", Utc, nullable=False),
    PrimaryKeyConstraint("order_id", "seq"),
)

shipments = Table(
    "shipments",
    metadata,
    Column("order_id", ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    _translated("carrier"),
    Column("tracking_no", Text, nullable=False, index=True),
    Column("shipped_at", Utc, nullable=False),
    Column("delivered_at", Utc),
    Column("expected_at", Utc),
    Column("warehouse", Text, nullable=False, server_default=""),
)

tracking_events = Table(
    "tracking_events",
    metadata,
    Column("order_id", ForeignKey("shipments.order_id", ondelete="CASCADE"), nullable=False),
    _whole("seq"),
    Column("at", Utc, nullable=False),
    _translated("place"),
    _translated("text"),
    PrimaryKeyConstraint("order_id", "seq"),
)

payments = Table(
    "payments",
    metadata,
    _of_order(),
    _whole("seq"),
    _text("method_id"),
    Column("kind", Choice(domain.PaymentKind), nullable=False),
    Column("amount", Cents, nullable=False),
    Column("at", Utc, nullable=False),
    PrimaryKeyConstraint("order_id", "seq"),
)

refunds = Table(
    "refunds",
    metadata,
    _id(),
    _of_order(),
    _whole("seq"),
    Column("amount", Cents, nullable=False),
    _text("method_id"),
    Column("at", Utc, nullable=False),
    _text("reason"),
    UniqueConstraint("order_id", "seq"),
)

returns = Table(
    "returns",
    metadata,
    _id(),
    _of_order(),
    _whole("seq"),
    Column("status", Choice(domain.ReturnStatus), nullable=False),
    Column("reason", Choice(domain.ReturnReason), nullable=False),
    Column("refund", Cents, nullable=False),
    Column("postage", Cents, nullable=False),
    _text("refund_to"),
    Column("requested_at", Utc, nullable=False),
    _text("rule"),
    UniqueConstraint("order_id", "seq"),
)

return_lines = Table(
    "return_lines",
    metadata,
    Column("return_id", ForeignKey("returns.id", ondelete="CASCADE"), nullable=False),
    _text("order_id"),
    _whole("seq"),
    _whole("line_no"),
    _whole("quantity"),
    Column("refund", Cents, nullable=False),
    PrimaryKeyConstraint("return_id", "line_no"),
    ForeignKeyConstraint(["order_id", "line_no"], ["order_lines.order_id", "order_lines.line_no"]),
    Index(None, "order_id", "line_no"),
)


def _swap_columns() -> tuple[Column[Any], ...]:
    return (
        _text("order_id"),
        _whole("seq"),
        _whole("line_no"),
        _whole("quantity"),
        _text("old_sku"),
        _text("new_sku"),
        _translated("old_options"),
        _translated("new_options"),
        Column("old_price", Cents, nullable=False),
        Column("new_price", Cents, nullable=False),
    )


exchanges = Table(
    "exchanges",
    metadata,
    _id(),
    _of_order(),
    _whole("seq"),
    Column("status", Choice(domain.ExchangeStatus), nullable=False),
    Column("reason", Choice(domain.ReturnReason), nullable=False),
    Column("due", Cents, nullable=False),
    Column("refund", Cents, nullable=False),
    Column("postage", Cents, nullable=False),
    _text("method_id"),
    Column("requested_at", Utc, nullable=False),
    _text("rule"),
    UniqueConstraint("order_id", "seq"),
)

exchange_lines = Table(
    "exchange_lines",
    metadata,
    Column("exchange_id", ForeignKey("exchanges.id", ondelete="CASCADE"), nullable=False),
    *_swap_columns(),
    PrimaryKeyConstraint("exchange_id", "seq"),
    Index(None, "order_id"),
)

repairs = Table(
    "repairs",
    metadata,
    _id(),
    _of_order(),
    _whole("seq"),
    _whole("line_no"),
    _whole("quantity"),
    Column("status", Choice(domain.RepairStatus), nullable=False),
    _text("fault"),
    Column("warranty_until", Date, nullable=False),
    Column("requested_at", Utc, nullable=False),
    _text("rule"),
    UniqueConstraint("order_id", "seq"),
)

item_changes = Table(
    "item_changes",
    metadata,
    _id(),
    _of_order(),
    _whole("seq"),
    Column("due", Cents, nullable=False),
    Column("refund", Cents, nullable=False),
    _text("method_id"),
    Column("at", Utc, nullable=False),
    _text("rule"),
    UniqueConstraint("order_id", "seq"),
)

item_change_lines = Table(
    "item_change_lines",
    metadata,
    Column("item_change_id", ForeignKey("item_changes.id", ondelete="CASCADE"), nullable=False),
    *_swap_columns(),
    PrimaryKeyConstraint("item_change_id", "seq"),
    Index(None, "order_id"),
)

complaints = Table(
    "complaints",
    metadata,
    _id(),
    Column("customer_id", Text, nullable=False, index=True),
    _text("order_id"),
    _text("conversation_id"),
    Column("kind", Choice(domain.ComplaintKind), nullable=False),
    _text("text"),
    Column("status", Choice(domain.ComplaintStatus), nullable=False),
    Column("opened_at", Utc, nullable=False),
    # How it is handled (tools/policy/complaints.py); "" and null on rows older than handling plans.
    Column("language", Text, nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False, server_default=sql.false()),
    Column("priority", Choice(domain.ComplaintPriority), nullable=False, server_default="normal"),
    Column("plan", Text, nullable=False, server_default=""),
    Column("department", Text, nullable=False, server_default=""),
    Column("answer_by", Utc),
    Column("resolve_by", Utc),
    Column("acknowledged_at", Utc),
    Column("answered_at", Utc),
    Column("answer", Text, nullable=False, server_default=""),
    Column("escalated_at", Utc),
    Column("closed_at", Utc),
    Column("outcome", Text, nullable=False, server_default=""),
    # Of the two amounts below; "" where there are none.
    Column("currency", Text, nullable=False, server_default=""),
    Column("compensation", Cents),
    Column("compensation_limit", Cents),
    # The deadline that somebody was last reminded of: "answer", "resolve" or "review"; then "overdue".
    Column("reminded_of", Text, nullable=False, server_default=""),
    Index(None, "status", "answer_by"),
)

# What a handling plan asks of whom; a row is written with its complaint, only `done_*` moves.
complaint_steps = Table(
    "complaint_steps",
    metadata,
    Column("complaint_id", ForeignKey("complaints.id", ondelete="CASCADE"), nullable=False),
    _whole("seq"),
    _translated("text"),
    _text("department"),
    Column("due_at", Utc),
    Column("done_at", Utc),
    Column("done_by", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("complaint_id", "seq"),
)

hand_overs = Table(
    "hand_overs",
    metadata,
    _id(),
    Column("conversation_id", Text, nullable=False, unique=True),
    _text("customer_id"),
    _text("reason"),
    _text("summary"),
    Column("at", Utc, nullable=False),
)

# Failed attempts to prove who one is. `fact` is a digest.
identity_failures = Table(
    "identity_failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("source", Text, nullable=False, index=True),
    Column("fact", Text, nullable=False, index=True),
)

proposals = Table(
    "proposals",
    metadata,
    _id(),
    _text("kind"),
    _text("digest"),
    Column("conversation_id", Text, nullable=False, index=True),
    _text("customer_id"),
    Column("order_id", Text, nullable=False, index=True),
    _text("currency"),
    Column("command", JSON, nullable=False),
    Column("effect", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    _text("status"),
    Column("receipt", JSON(none_as_null=True)),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
    _text("kind"),
    _text("customer_id"),
    Column("order_id", Text, nullable=False, index=True),
    Column("conversation_id", Text, nullable=False, index=True),
    _text("proposal_id"),
    _text("rule"),
    Column("actor", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    _text("receipt_id"),
    Column("data", JSON, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _text("channel"),
    Column("customer_id", Text, index=True),
    _text("locale"),
    Column("source", Text, nullable=False, server_default=""),
    Column("created_at", Utc, nullable=False),
    Column("state", JSON, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    _id(),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Text),
    _whole("seq"),
    Column("at", Utc, nullable=False, index=True),
    Column("record", JSON, nullable=False),
    UniqueConstraint("conversation_id", "message_id"),
    UniqueConstraint("conversation_id", "seq"),
)

# What a shop's own order system was told and has not answered for certain; gone once it has.
intents = Table(
    "intents",
    metadata,
    Column("proposal_id", Text, primary_key=True),
    _text("body"),
    Column("receipt", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    Column("at", Utc, nullable=False),
)

# Every text that a document ever had; a row is written once, only its `state` moves.
document_revisions = Table(
    "document_revisions",
    metadata,
    _id(),
    _text("document"),
    _whole("number"),
    _text("text"),
    _text("digest"),
    Column("removes", Boolean, nullable=False),
    _text("source"),
    _text("author"),
    _text("comment"),
    Column("at", Utc, nullable=False),
    _text("state"),
    UniqueConstraint("document", "number"),
)

# Which revisions customers were answered from, and since when. `previous` is unique: of two publications that
# began from the same one, only the first lands.
publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("previous", Integer, unique=True),
    _text("kind"),
    _text("author"),
    _text("comment"),
    Column("at", Utc, nullable=False),
    _text("snapshot_id"),
)

publication_revisions = Table(
    "publication_revisions",
    metadata,
    Column("publication_id", ForeignKey("publications.id", ondelete="CASCADE"), nullable=False),
    Column("revision_id", ForeignKey("document_revisions.id"), nullable=False, index=True),
    PrimaryKeyConstraint("publication_id", "revision_id"),
)

# Questions that no document answered, in the customers' words without their numbers and mail addresses.
unanswered = Table(
    "unanswered",
    metadata,
    Column("turn_id", Text, primary_key=True),
    Column("at", Utc, nullable=False, index=True),
    _text("question"),
    _text("language"),
    _text("channel"),
    _text("snapshot_id"),
)

# Children of an order in the order in which they are written.
ORDER_PARTS = (
    order_lines,
    status_changes,
    shipments,
    tracking_events,
    payments,
    refunds,
    returns,
    return_lines,
    exchanges,
    exchange_lines,
    repairs,
    item_changes,
    item_change_lines,
)
SHOP_TABLES = (meta, customers, payment_methods, products, variants, orders, *ORDER_PARTS)
