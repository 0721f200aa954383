"""What can be wrong with a perturbation that is asked for."""

from __future__ import annotations


class PerturbationError(ValueError):
    """A kind that does not exist, or a table that cannot be used; the message says which and where."""
