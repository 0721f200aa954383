"""When a rating was first given, from which the time counts in which it may be changed.

Revision 0009, after 0008, 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ratings", sa.Column("first_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("ratings", "first_at")
