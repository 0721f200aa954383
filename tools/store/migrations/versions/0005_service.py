"""Handling of complaints, the outbox, ratings, thumbs and consents; the warehouse of a parcel.

Revision 0005, after 0004, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "purpose", name=op.f("pk_consents")),
    )
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("thumb", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("thumb in (-1, 1)", name="thumb"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"], unique=False)
    op.create_index(op.f("ix_feedback_conversation_id"), "feedback", ["conversation_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("lease", sa.Text(), server_default="", nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_state_next_at"), "outbox", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_outbox_subject_id"), "outbox", ["subject_id"], unique=False)
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score between 1 and 5", name="score"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_at"), "ratings", ["at"], unique=False)
    op.create_table(
        "complaint_steps",
        sa.Column("complaint_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_complaint_steps_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("complaint_id", "seq", name=op.f("pk_complaint_steps")),
    )
    op.add_column("complaints", sa.Column("language", sa.Text(), server_default="", nullable=False))
    op.add_column("complaints", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("complaints", sa.Column("priority", sa.Text(), server_default="normal", nullable=False))
    op.add_column("complaints", sa.Column("plan", sa.Text(), server_default="", nullable=False))
    op.add_column("complaints", sa.Column("department", sa.Text(), server_default="", nullable=False))
    op.add_column("complaints", sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("resolve_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("outcome", sa.Text(), server_default="", nullable=False))
    op.add_column("complaints", sa.Column("compensation", sa.BigInteger(), nullable=True))
    op.add_column("complaints", sa.Column("compensation_limit", sa.BigInteger(), nullable=True))
    op.create_index(
        op.f("ix_complaints_status_answer_by"), "complaints", ["status", "answer_by"], unique=False
    )
    op.add_column("shipments", sa.Column("warehouse", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("shipments", "warehouse")
    op.drop_index(op.f("ix_complaints_status_answer_by"), table_name="complaints")
    op.drop_column("complaints", "compensation_limit")
    op.drop_column("complaints", "compensation")
    op.drop_column("complaints", "outcome")
    op.drop_column("complaints", "closed_at")
    op.drop_column("complaints", "escalated_at")
    op.drop_column("complaints", "acknowledged_at")
    op.drop_column("complaints", "resolve_by")
    op.drop_column("complaints", "answer_by")
    op.drop_column("complaints", "department")
    op.drop_column("complaints", "plan")
    op.drop_column("complaints", "priority")
    op.drop_column("complaints", "urgent")
    op.drop_column("complaints", "language")
    op.drop_table("complaint_steps")
    op.drop_index(op.f("ix_ratings_at"), table_name="ratings")
    op.drop_table("ratings")
    op.drop_index(op.f("ix_outbox_subject_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_state_next_at"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_feedback_conversation_id"), table_name="feedback")
    op.drop_index(op.f("ix_feedback_at"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_table("consents")
