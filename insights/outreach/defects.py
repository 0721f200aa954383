"""Batches that the findings hold to be bad, as the outreach looks for their owners."""

from __future__ import annotations

from insights.outreach.world import Defect
from insights.process.report import Report


def defects_in(report: Report) -> tuple[Defect, ...]:
    """One for each finding of a bad batch: its SKU, and the first and last day of the orders it came with."""
    found = ((dict(each.subject).get("sku"), each.window) for each in report.findings if each.kind == "batch")
    return tuple(Defect(sku, *window) for sku, window in found if sku and window)
