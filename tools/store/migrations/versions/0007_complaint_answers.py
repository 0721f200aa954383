"""What a complaint was answered and when, its currency, and of which deadline somebody was reminded.

Revision 0007, after 0006, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaints", sa.Column("currency", sa.Text(), server_default="", nullable=False))
    op.add_column("complaints", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("answer", sa.Text(), server_default="", nullable=False))
    op.add_column("complaints", sa.Column("reminded_of", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("complaints", "reminded_of")
    op.drop_column("complaints", "answer")
    op.drop_column("complaints", "answered_at")
    op.drop_column("complaints", "currency")
