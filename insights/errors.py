"""What can go wrong in `insights`."""

from __future__ import annotations

from tools.errors import ToolError


class InsightsError(ToolError):
    """Something that was asked of the insights and cannot be given; the message says what and why."""


class FilterError(InsightsError):
    """A filter that no conversation could match, such as one that ends before it begins."""
