"""From the filters of a finding to the query that lists its conversations."""

from __future__ import annotations

from collections.abc import Mapping

from insights.errors import FilterError
from insights.queries.selection import Selection

# What a finding says of conversations, as filters of them.
_ENDED: Mapping[str, Mapping[str, object]] = {
    "handed_over": {"resolution": "handed_over"},
    "abandoned": {"resolution": "abandoned"},
    "unanswered": {"unanswered": True},
    "low_csat": {"csat": "low"},
    "came_back": {"came_back": True},
}
_CASES = {"returned": "return", "exchanged": "exchange", "repaired": "repair", "complained": "complaint"}


def selection_for(filters: Mapping[str, tuple[str, ...]]) -> Selection | None:
    """None where conversations cannot be chosen by all of these filters: then only the examples can be opened."""
    if any(len(values) != 1 for values in filters.values()):
        return None
    chosen: dict[str, object] = {name: values[0] for name, values in filters.items()}
    outcome = str(chosen.pop("outcome", ""))
    verb, _, reason = outcome.partition(":")
    if outcome in _ENDED:
        chosen |= _ENDED[outcome]
    elif verb in _CASES and "reason" not in chosen:
        chosen |= {"process": _CASES[verb]} | ({"reason": reason} if reason else {})
    elif outcome:
        return None
    return _made(chosen)


def _made(chosen: Mapping[str, object]) -> Selection | None:
    from msgspec import ValidationError, convert

    try:
        return convert(chosen, Selection)
    except (ValidationError, FilterError):
        return None
