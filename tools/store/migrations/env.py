"""Run by Alembic. The connection comes from `tools.store.database.migrate`, already inside a transaction.

No ini file and no environment variable is read: which database is meant is decided in one place.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from tools.store.schema import metadata


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write the database's own type into a revision: it must not change when our code does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        raise RuntimeError("migrations run through tools.store.database.migrate(engine)")
    context.configure(connection=connection, target_metadata=metadata, render_item=plain_type)
    with context.begin_transaction():
        context.run_migrations()


run()
