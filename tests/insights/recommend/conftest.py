"""A migrated, empty database, on SQLite and on PostgreSQL."""

from tests.tools.conftest import (
    database_url,
    empty_sql_store,
    migrated_postgres,
    postgres_schema,
    sqlite_template,
)

__all__ = ["database_url", "empty_sql_store", "migrated_postgres", "postgres_schema", "sqlite_template"]
