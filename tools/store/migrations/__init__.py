"""Alembic revisions; run by `tools.store.database.migrate`."""
