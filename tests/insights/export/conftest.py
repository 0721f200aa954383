"""Some weeks of service, as the dashboard's tests have them."""

from __future__ import annotations

from tests.insights.facts.conftest import engine  # noqa: F401
from tests.insights.queries.conftest import served  # noqa: F401
from tests.tools.conftest import (  # noqa: F401
    database_url,
    migrated_postgres,
    postgres_schema,
    sqlite_template,
)
