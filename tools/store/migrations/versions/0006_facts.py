"""The read model of what the shop learns.

Revision 0006, after 0005, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_cases",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("order_id", sa.Text(), server_default="", nullable=False),
        sa.Column("customer_id", sa.Text(), server_default="", nullable=False),
        sa.Column("conversation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("product_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sku", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("warehouse", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("tier", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("process", "case_id", name=op.f("pk_fact_cases")),
    )
    op.create_index(op.f("ix_fact_cases_conversation_id"), "fact_cases", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_fact_cases_order_id"), "fact_cases", ["order_id"], unique=False)
    op.create_index(op.f("ix_fact_cases_process_day"), "fact_cases", ["process", "day"], unique=False)
    op.create_table(
        "fact_conversations",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("customer_id", sa.Text(), server_default="", nullable=False),
        sa.Column("tier", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("order_id", sa.Text(), server_default="", nullable=False),
        sa.Column("product_id", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("warehouse", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("complaint", sa.Text(), server_default="", nullable=False),
        sa.Column("turns", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("sentiment", sa.Float(), nullable=False),
        sa.Column("sentiment_low", sa.Float(), nullable=False),
        sa.Column("sentiment_last", sa.Float(), nullable=False),
        sa.Column("sentiment_trend", sa.Float(), nullable=False),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False),
        sa.Column("came_back", sa.Boolean(), nullable=False),
        sa.Column("handover_reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "unanswered", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("refused", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("csat", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "thumbs_up", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "thumbs_down", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("answer_ms", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_fact_conversations")),
    )
    op.create_index(
        op.f("ix_fact_conversations_customer_id_started_at"),
        "fact_conversations",
        ["customer_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_fact_conversations_day_started_at_conversation_id"),
        "fact_conversations",
        ["day", "started_at", "conversation_id"],
        unique=False,
    )
    op.create_index(
        "ix_fact_conversations_chart",
        "fact_conversations",
        [
            "day", "channel", "language", "product_id", "reason", "complaint", "resolution", "handover_reason",
            "came_back", "unanswered", "refused", "csat", "sentiment", "answer_ms",
        ],
        unique=False,
    )  # fmt: skip
    op.create_index(op.f("ix_fact_conversations_order_id"), "fact_conversations", ["order_id"], unique=False)
    op.create_index(
        "ix_fact_conversations_products",
        "fact_conversations",
        ["product_id", "day", "channel", "language", "complaint", "sentiment"],
        unique=False,
    )
    op.create_table(
        "fact_goods",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "product_id", name=op.f("pk_fact_goods")),
    )
    op.create_index(op.f("ix_fact_goods_product_id_day"), "fact_goods", ["product_id", "day"], unique=False)
    op.create_table(
        "fact_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fact_marks")),
    )
    op.create_table(
        "fact_reasons",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "reason", name=op.f("pk_fact_reasons")),
    )
    op.create_index(op.f("ix_fact_reasons_reason_day"), "fact_reasons", ["reason", "day"], unique=False)
    op.create_table(
        "fact_rules",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("turns", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "kind", "rule", name=op.f("pk_fact_rules")),
    )
    op.create_index(op.f("ix_fact_rules_kind_day"), "fact_rules", ["kind", "day"], unique=False)
    op.create_table(
        "fact_stages",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("warehouse", sa.Text(), server_default="", nullable=False),
        sa.Column("product_id", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("process", "case_id", "stage", name=op.f("pk_fact_stages")),
    )
    op.create_index(
        "ix_fact_stages_chart",
        "fact_stages",
        [
            "process", "stage", "step", "day", "carrier", "warehouse", "product_id", "reason", "region", "channel",
            "language",
        ],
        unique=False,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_fact_stages_chart", table_name="fact_stages")
    op.drop_table("fact_stages")
    op.drop_index(op.f("ix_fact_rules_kind_day"), table_name="fact_rules")
    op.drop_table("fact_rules")
    op.drop_index(op.f("ix_fact_reasons_reason_day"), table_name="fact_reasons")
    op.drop_table("fact_reasons")
    op.drop_table("fact_marks")
    op.drop_index(op.f("ix_fact_goods_product_id_day"), table_name="fact_goods")
    op.drop_table("fact_goods")
    op.drop_index("ix_fact_conversations_products", table_name="fact_conversations")
    op.drop_index("ix_fact_conversations_chart", table_name="fact_conversations")
    op.drop_index(
        op.f("ix_fact_conversations_day_started_at_conversation_id"), table_name="fact_conversations"
    )
    op.drop_index(op.f("ix_fact_conversations_order_id"), table_name="fact_conversations")
    op.drop_index(op.f("ix_fact_conversations_customer_id_started_at"), table_name="fact_conversations")
    op.drop_table("fact_conversations")
    op.drop_index(op.f("ix_fact_cases_process_day"), table_name="fact_cases")
    op.drop_index(op.f("ix_fact_cases_order_id"), table_name="fact_cases")
    op.drop_index(op.f("ix_fact_cases_conversation_id"), table_name="fact_cases")
    op.drop_table("fact_cases")
