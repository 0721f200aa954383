"""The index of the charts in the order in which contacts are counted.

Revision 0010, after 0009, 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_fact_conversations_chart", "fact_conversations"
BEFORE = ("day", "channel", "language", "product_id", "reason")
AFTER = ("day", "reason", "channel", "language", "product_id")
REST = (
    "complaint",
    "resolution",
    "handover_reason",
    "came_back",
    "unanswered",
    "refused",
    "csat",
    "sentiment",
    "answer_ms",
)


def upgrade() -> None:
    _made_anew(AFTER)


def downgrade() -> None:
    _made_anew(BEFORE)


def _made_anew(first: Sequence[str]) -> None:
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, [*first, *REST], unique=False)
