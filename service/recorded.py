"""Questions that customers asked of the documents, from the record of turns, without what says who they are."""

from __future__ import annotations

from agent.understand.masking import masked
from knowledge.impact import Asked
from service.conversations import ConversationStore

# How many turns are looked through for each question that is wanted.
_LOOK = 10
_MOST_LOOKED = 20_000


def recorded_questions(conversations: ConversationStore, limit: int) -> list[Asked]:
    """At most `limit` different ones, the newest first."""
    found: dict[str, Asked] = {}
    for record in conversations.newest(min(limit * _LOOK, _MOST_LOOKED)):
        turn = record["turn"]
        if not turn["decision"]["rule"].startswith("knowledge."):
            continue
        question = masked(turn["text"])
        found.setdefault(question, Asked(question, turn["language"], "recorded", turn["turn_id"]))
        if len(found) == limit:
            break
    return list(found.values())
