"""A database with facts, ratings and thumbs as they are planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from tests.tools.conftest import postgres_schema as postgres_schema
from tools.store.database import make_engine, migrate
from tools.store.fact_tables import fact_conversations
from tools.store.service_tables import feedback, ratings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Planted:
    """Conversations with what was said about them, one a minute."""

    engine: Engine
    made: int = 0

    def talk(
        self, score: int | None = None, thumb: int = 0, reason: str = "", language: str = "zh", channel: str = "web",
        days: int = 0, resolution: str = "solved",
    ) -> str:  # fmt: skip
        """A conversation, rated or with one thumb; its id."""
        self.made += 1
        name, at = f"c_{self.made:05}", NOON + timedelta(days=days, minutes=self.made)
        fact: dict[str, Any] = {
            "conversation_id": name, "started_at": at, "last_at": at, "day": at.date(), "language": language,
            "channel": channel, "resolution": resolution, "csat": score, "thumbs_up": int(thumb > 0),
            "thumbs_down": int(thumb < 0), "sentiment": 0.0, "sentiment_low": 0.0, "sentiment_last": 0.0,
            "sentiment_trend": 0.0, "came_back": False, "answer_ms": 0.0,
        }  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(fact_conversations).values(fact))
            said = {"conversation_id": name, "at": at, "reason": reason}
            if score is not None:
                connection.execute(insert(ratings).values(said | {"score": score}))
            if thumb:
                connection.execute(insert(feedback).values(said | {"turn_id": f"t_{name}", "thumb": thumb}))
        return name


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('satisfaction') / 'kefu.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_schema")
    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def planted(engine: Engine) -> Planted:
    with engine.begin() as connection:
        for table in (fact_conversations, ratings, feedback):
            connection.execute(table.delete())
    return Planted(engine)
