"""Recommendations of a running shop: learned again every so often, and only what is allowed, open and in stock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, Engine, Select, exists, select

from agent.recommending import Recommendation
from insights.recommend.purchases import as_matrix, read_purchases
from tools.domain import ComplaintStatus
from tools.store.database import answering, reader
from tools.store.service_tables import consents
from tools.store.tables import complaints, products, variants

if TYPE_CHECKING:
    from insights.recommend.model import Model, Pick

PURPOSE = "recommendations"
KEPT_FOR = timedelta(hours=6)
_SOLD_OUT = 0
_log = structlog.get_logger(__name__)
_Ask = Callable[["Model", frozenset[str]], "list[Pick]"]


@dataclass
class ShopRecommender:
    """`Recommender` of the agent over the shop's own database. The first question after `KEPT_FOR` learns anew; while one
    thread learns, the others answer from what there is, which at first is nothing.

    Nobody is shown anything who said no to recommendations, or whose complaint is not closed.
    """

    engine: Engine
    _learning: Lock = field(default_factory=Lock)
    _model: Model | None = None
    _learned_at: datetime | None = None

    def recommend(
        self, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        """What this customer may like, best first, each with a product that they bought."""
        return self._answer(
            customer_id, now, lambda model, stocked: model.picks(customer_id, n, stocked), exclude
        )

    def alternatives(
        self, product_id: str, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        """Products of the same category that the buyers of this one bought too."""

        def near(model: Model, stocked: frozenset[str]) -> list[Pick]:
            return model.alike(product_id, n, stocked & self._of_category(product_id))

        found = self._answer(customer_id, now, near, exclude)
        return tuple(Recommendation(each.product_id) for each in found)

    def refresh(self, now: datetime) -> Model:
        """Learn from what has been bought until now. Raises `StoreUnavailable`."""
        # The library takes a second to load, which a server's start need not wait for.
        from insights.recommend.measure import choose
        from insights.recommend.model import learn

        purchases = read_purchases(self.engine)
        self._model, self._learned_at = learn(as_matrix(purchases), choose(purchases)), now
        return self._model

    def _answer(
        self, customer_id: str, now: datetime, ask: _Ask, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        try:
            model = self._current(now)
            if model is None or not self._may_be_shown(customer_id):
                return ()
            picks = ask(model, self._stocked() - set(exclude))
        except Exception as error:
            # Nobody waits for a recommendation; whatever is wrong, the turn goes on without one.
            _log.warning("no recommendations", reason=repr(error))
            return ()
        return tuple(Recommendation(each.product_id, each.because) for each in picks)

    def _current(self, now: datetime) -> Model | None:
        old = self._learned_at is None or now - self._learned_at > KEPT_FOR
        if old and self._learning.acquire(blocking=False):
            try:
                return self.refresh(now)
            finally:
                self._learning.release()
        return self._model

    def _may_be_shown(self, customer_id: str) -> bool:
        said_no = select(consents.c.customer_id).where(
            consents.c.customer_id == customer_id,
            consents.c.purpose == PURPOSE,
            consents.c.granted.is_(False),
        )
        unsolved = select(complaints.c.id).where(
            complaints.c.customer_id == customer_id, complaints.c.status != ComplaintStatus.CLOSED
        )
        with answering(), reader(self.engine).begin() as connection:
            return not (_any(connection, said_no) or _any(connection, unsolved))

    def _stocked(self) -> frozenset[str]:
        query = select(variants.c.product_id).where(variants.c.stock != _SOLD_OUT).distinct()
        with answering(), reader(self.engine).begin() as connection:
            return frozenset(connection.execute(query).scalars())

    def _of_category(self, product_id: str) -> frozenset[str]:
        category = select(products.c.category).where(products.c.id == product_id).scalar_subquery()
        query = select(products.c.id).where(products.c.category == category)
        with answering(), reader(self.engine).begin() as connection:
            return frozenset(connection.execute(query).scalars())


def _any(connection: Connection, query: Select[tuple[str]]) -> bool:
    return bool(connection.scalar(select(exists(query))))
