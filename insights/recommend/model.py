"""The model: products that the same customers bought, by the item-to-item models of the `implicit` library."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from implicit.nearest_neighbours import ItemItemRecommender, normalize
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from insights.recommend.purchases import Purchases

# "together" counts who bought both, and so leans on what sells; "cosine" divides by what sells. Which of them hits
# more depends on how much of a shop's demand is taste: `measure.choose` looks.
Kind = Literal["together", "cosine"]
KINDS: tuple[Kind, ...] = ("together", "cosine")
MOST_NEIGHBOURS = 1000


@dataclass(frozen=True, slots=True)
class Pick:
    """A product that fits, the product of the customer that speaks for it most ("" for none), and how much (> 0)."""

    product_id: str
    because: str
    score: float


@dataclass(frozen=True)
class Model:
    """What was learned from `purchases`; `library` is the fitted model, None where there is nothing to learn."""

    purchases: Purchases
    kind: Kind
    column: dict[str, int]
    library: Any

    def picks(self, customer_id: str, n: int, allowed: Collection[str] | None = None) -> list[Pick]:
        """The best `n` for a customer, nothing that they had before. `allowed` are product ids, None for all."""
        row = self.purchases.customers.get(customer_id)
        if row is None or self.library is None:
            return []
        mine = self.purchases.matrix[row]
        without = self._without(self.purchases.had[customer_id], allowed)
        ids, scores = self.library.recommend(row, mine, N=n, filter_items=without)
        # The library gives as many more as it left out.
        found = zip(ids.tolist(), scores.tolist(), strict=True)
        fits = [(at, score) for at, score in found if score > 0][:n]
        return [Pick(self._name(at), self._because(at, mine.indices), score) for at, score in fits]

    def alike(self, product_id: str, n: int, allowed: Collection[str] | None = None) -> list[Pick]:
        """Products that the buyers of one product bought too, the nearest first."""
        at = self.column.get(product_id)
        if at is None or self.library is None:
            return []
        without = self._without((product_id,), allowed)
        ids, scores = self.library.similar_items(at, N=n, filter_items=without)
        found = zip(ids.tolist(), scores.tolist(), strict=True)
        return [Pick(self._name(at), product_id, score) for at, score in found if score > 0][:n]

    def many(self, customers: Sequence[str], n: int) -> list[list[str]]:
        """The products of `picks` for many customers at once, without the reasons."""
        rows = np.array([self.purchases.customers[each] for each in customers])
        most = max((len(self.purchases.had[each]) for each in customers), default=0)
        ids, scores = self.library.recommend(
            rows, self.purchases.matrix[rows], N=n + most, filter_already_liked_items=True
        )
        return [
            self._new(customer, ids[at], scores[at])[:n] for at, customer in enumerate(customers)
        ]  # fmt: skip

    def _new(self, customer: str, ids: NDArray[np.int32], scores: NDArray[np.float64]) -> list[str]:
        had = set(self.purchases.had[customer])
        names = (self._name(at) for at, score in zip(ids.tolist(), scores.tolist(), strict=True) if score > 0)
        return [name for name in names if name not in had]

    def _name(self, at: int) -> str:
        return self.purchases.products[at]

    def _without(self, had: Collection[str], allowed: Collection[str] | None) -> list[int]:
        taboo = {self.column[each] for each in had}
        if allowed is not None:
            taboo |= {at for name, at in self.column.items() if name not in allowed}
        return sorted(taboo)

    def _because(self, at: int, mine: NDArray[np.int32]) -> str:
        near = np.asarray(self.library.similarity[:, [at]].todense()).ravel()[mine]
        return self._name(int(mine[int(np.argmax(near))]))


def learn(purchases: Purchases, kind: Kind = "together") -> Model:
    """Learn from purchases: a second for 100,000 customers, so it is done anew whenever they are read."""
    column = {name: at for at, name in enumerate(purchases.products)}
    if not purchases.matrix.nnz:
        return Model(purchases, kind, column, None)
    neighbours = min(len(column), MOST_NEIGHBOURS) + 1
    library = ItemItemRecommender(K=neighbours, num_threads=1)
    counted = normalize(purchases.matrix.T).T if kind == "cosine" else purchases.matrix
    # Its matrix products are in double precision.
    library.fit(csr_matrix(counted, dtype=np.float64), show_progress=False)
    return Model(purchases, kind, column, library)
