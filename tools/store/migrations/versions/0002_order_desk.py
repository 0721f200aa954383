"""The order desk: exchanges, repairs, item changes, complaints, hand-overs; an audit trail that only grows.

Revision 0002, after 0001, 2026-11-22.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEVER = "events are only ever added"
TABLES = (
    "item_change_lines", "exchange_lines", "repairs", "item_changes", "exchanges",
    "identity_failures", "hand_overs", "complaints",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_customer_id"), "complaints", ["customer_id"], unique=False)
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_hand_overs_conversation_id")),
    )
    op.create_table(
        "identity_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_failures")),
    )
    op.create_index(
        op.f("ix_identity_failures_conversation_id"), "identity_failures", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_identity_failures_fact"), "identity_failures", ["fact"], unique=False)
    op.create_index(op.f("ix_identity_failures_source"), "identity_failures", ["source"], unique=False)
    op.create_table(
        "exchanges",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.Column("postage", sa.BigInteger(), nullable=False),
        sa.Column("method_id", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_exchanges_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
        sa.UniqueConstraint("order_id", "seq", name=op.f("uq_exchanges_order_id_seq")),
    )
    op.create_table(
        "item_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.Column("method_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_item_changes_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_changes")),
        sa.UniqueConstraint("order_id", "seq", name=op.f("uq_item_changes_order_id_seq")),
    )
    op.create_table(
        "repairs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("warranty_until", sa.Date(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_repairs_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
        sa.UniqueConstraint("order_id", "seq", name=op.f("uq_repairs_order_id_seq")),
    )
    op.create_table(
        "exchange_lines",
        sa.Column("exchange_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("old_sku", sa.Text(), nullable=False),
        sa.Column("new_sku", sa.Text(), nullable=False),
        sa.Column("old_options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("new_options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("old_price", sa.BigInteger(), nullable=False),
        sa.Column("new_price", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchanges.id"], name=op.f("fk_exchange_lines_exchange_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("exchange_id", "seq", name=op.f("pk_exchange_lines")),
    )
    op.create_index(op.f("ix_exchange_lines_order_id"), "exchange_lines", ["order_id"], unique=False)
    op.create_table(
        "item_change_lines",
        sa.Column("item_change_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("old_sku", sa.Text(), nullable=False),
        sa.Column("new_sku", sa.Text(), nullable=False),
        sa.Column("old_options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("new_options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("old_price", sa.BigInteger(), nullable=False),
        sa.Column("new_price", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_change_id"],
            ["item_changes.id"],
            name=op.f("fk_item_change_lines_item_change_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_change_id", "seq", name=op.f("pk_item_change_lines")),
    )
    op.create_index(op.f("ix_item_change_lines_order_id"), "item_change_lines", ["order_id"], unique=False)
    op.add_column("conversations", sa.Column("source", sa.Text(), server_default="", nullable=False))
    op.add_column("events", sa.Column("actor", sa.Text(), server_default="", nullable=False))
    op.add_column("events", sa.Column("why", sa.Text(), server_default="", nullable=False))
    op.add_column("payment_methods", sa.Column("brand", sa.Text(), server_default="", nullable=False))
    _receipts(_new_receipt)
    _append_only()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER events_append_only ON events")
        op.execute("DROP TRIGGER events_never_emptied ON events")
        op.execute("DROP FUNCTION kefu_append_only()")
    else:
        op.execute("DROP TRIGGER events_no_update")
        op.execute("DROP TRIGGER events_no_delete")
        op.execute("DROP TRIGGER IF EXISTS events_no_replace")
    _receipts(_old_receipt)
    op.drop_column("payment_methods", "brand")
    op.drop_column("events", "why")
    op.drop_column("events", "actor")
    op.drop_column("conversations", "source")
    for table in TABLES:
        op.drop_table(table)


def _append_only() -> None:
    """Whoever writes past our code cannot rewrite history by mistake."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION kefu_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{NEVER}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events "
            "FOR EACH ROW EXECUTE FUNCTION kefu_append_only()"
        )
        op.execute(
            "CREATE TRIGGER events_never_emptied BEFORE TRUNCATE ON events "
            "FOR EACH STATEMENT EXECUTE FUNCTION kefu_append_only()"
        )
        return
    for what in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER events_no_{what} BEFORE {what.upper()} ON events "
            f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        )
    # INSERT OR REPLACE removes the old row without telling the trigger above.
    op.execute(
        "CREATE TRIGGER events_no_replace BEFORE INSERT ON events "
        "WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
    )


def _receipts(convert: Any) -> None:
    proposals = sa.table("proposals", sa.column("id", sa.Text()), sa.column("receipt", sa.JSON()))
    connection = op.get_bind()
    done = connection.execute(sa.select(proposals).where(proposals.c.receipt.is_not(None))).all()
    for row in done:
        if row.receipt is not None:
            new = convert(dict(row.receipt))
            connection.execute(sa.update(proposals).where(proposals.c.id == row.id).values(receipt=new))


def _new_receipt(receipt: dict[str, Any]) -> dict[str, Any]:
    receipt["subject_id"] = receipt.pop("return_id")
    receipt["method_id"] = receipt.pop("refund_to")
    return receipt | {"due": "0.00"}


def _old_receipt(receipt: dict[str, Any]) -> dict[str, Any]:
    receipt["return_id"] = receipt.pop("subject_id")
    receipt["refund_to"] = receipt.pop("method_id")
    receipt.pop("due")
    return receipt
