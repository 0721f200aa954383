"""What customers of a case's shop may like: learned from that shop, not from the one that is installed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from agent.recommending import Recommendation
from insights.recommend.shop import ShopRecommender
from tools.store.database import make_engine


class Tastes:
    """`Recommender` over a shop's file. Whoever asks first has it learn and all others wait for that: what one case
    is recommended must not depend on which other one is played beside it."""

    def __init__(self, database: Path) -> None:
        self._engine = make_engine(f"sqlite:///{database}")
        self._shop = ShopRecommender(self._engine)
        self._learning = Lock()
        self._learned = False

    def recommend(
        self, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        """What this customer may like, best first."""
        return self._ready(now).recommend(customer_id, now, n, exclude)

    def alternatives(
        self, product_id: str, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        """What may be bought in the place of a product, nearest first."""
        return self._ready(now).alternatives(product_id, customer_id, now, n, exclude)

    def close(self) -> None:
        self._engine.dispose()

    def _ready(self, now: datetime) -> ShopRecommender:
        with self._learning:
            if not self._learned:
                self._shop.refresh(now)
                self._learned = True
        return self._shop
