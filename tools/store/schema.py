"""Every table of the service in one `MetaData`; what compares or creates the whole schema imports it from here."""

from __future__ import annotations

from tools.store import fact_tables, service_tables
from tools.store.tables import metadata

__all__ = ["fact_tables", "metadata", "service_tables"]
