"""Alembic revisions; run by `tools.database.migrate`."""
