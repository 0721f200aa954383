"""Questions that no passage answered: kept, grouped by meaning, listed for authors as what to write next."""

from knowledge.gaps.grouping import Gap, Nearest, group
from knowledge.gaps.listing import gaps
from knowledge.gaps.reference import Reference, read_reference
from knowledge.gaps.unanswered import Unanswered, UnansweredStore
from knowledge.gaps.wording import has_content, same_words

__all__ = [
    "Gap",
    "Nearest",
    "Reference",
    "Unanswered",
    "UnansweredStore",
    "gaps",
    "group",
    "has_content",
    "read_reference",
    "same_words",
]
