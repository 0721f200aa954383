"""What the insights' routes work with: the database, the shop's time zone, and how ids and texts are shown."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from agent.understand.masking import masked
from insights.pseudonyms import Masks, masks
from service.turns import TurnService

IN_CLEAR = Masks()


@dataclass(frozen=True, slots=True)
class InsightsDesk:
    """`masks` is how personal data is shown to whoever has not asked to see it."""

    engine: Engine
    zone: ZoneInfo
    masks: Masks


def desk_of(turns: TurnService) -> InsightsDesk:
    """The desk over the database that the turns are kept in."""
    return InsightsDesk(
        turns.conversations.engine, turns.parts.policies.timezone, masks(turns.sources.key, masked)
    )
