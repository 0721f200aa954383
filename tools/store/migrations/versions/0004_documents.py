"""Documents with their revisions and publications; questions that no document answered.

Revision 0004, after 0003, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _at() -> sa.Column[object]:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "document_revisions",
        _text("id"),
        _text("document"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _text("text"),
        _text("digest"),
        sa.Column("removes", sa.Boolean(), nullable=False),
        _text("source"),
        _text("author"),
        _text("comment"),
        _at(),
        _text("state"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_revisions")),
        sa.UniqueConstraint("document", "number", name=op.f("uq_document_revisions_document_number")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("previous", sa.Integer(), nullable=True),
        _text("kind"),
        _text("author"),
        _text("comment"),
        _at(),
        _text("snapshot_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("previous", name=op.f("uq_publications_previous")),
    )
    op.create_table(
        "publication_revisions",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_publication_revisions_publication_id_publications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["document_revisions.id"],
            name=op.f("fk_publication_revisions_revision_id_document_revisions"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "revision_id", name=op.f("pk_publication_revisions")),
    )
    op.create_index(op.f("ix_publication_revisions_revision_id"), "publication_revisions", ["revision_id"])
    op.create_table(
        "unanswered",
        _text("turn_id"),
        _at(),
        _text("question"),
        _text("language"),
        _text("channel"),
        _text("snapshot_id"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_unanswered")),
    )
    op.create_index(op.f("ix_unanswered_at"), "unanswered", ["at"])


def downgrade() -> None:
    op.drop_table("unanswered")
    op.drop_table("publication_revisions")
    op.drop_table("publications")
    op.drop_table("document_revisions")
