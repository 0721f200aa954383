"""What is wrong with documents before they are published: pure functions, no model, no database, no network."""

from knowledge.check.findings import Finding, Severity, file_line
from knowledge.check.run import check_documents

__all__ = ["Finding", "Severity", "check_documents", "file_line"]
