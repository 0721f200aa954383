"""Who bought what, as the matrix that the model learns from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.sparse import csr_matrix
from sqlalchemy import Engine, select

from tools.domain import OrderStatus, ReturnReason
from tools.store.database import answering, reader
from tools.store.tables import order_lines, orders, return_lines, returns

# Goods that came back for these reasons say nothing against the customer's taste: it was the piece, or the size.
_NO_DISLIKE = frozenset({ReturnReason.WRONG_SIZE, ReturnReason.DAMAGED, ReturnReason.WRONG_ITEM})


@dataclass(frozen=True, slots=True)
class Purchase:
    """One product in one order. `liked` is false where it was sent back because it did not please."""

    customer_id: str
    product_id: str
    at: datetime
    liked: bool = True


@dataclass(frozen=True)
class Purchases:
    """`matrix` is customers × products (float32), 1 where something was bought and liked.

    `had` are all products that a customer ever bought, liked or not, latest last.
    """

    customers: Mapping[str, int]
    products: tuple[str, ...]
    matrix: csr_matrix
    had: Mapping[str, tuple[str, ...]]

    @property
    def buyers(self) -> np.ndarray:
        """How many customers bought and liked each product, in the order of `products`."""
        return np.asarray(self.matrix.sum(axis=0)).ravel()


def read_purchases(engine: Engine) -> list[Purchase]:
    """Every product of every order that was not cancelled, oldest first."""
    sold = (
        select(orders.c.customer_id, order_lines.c.product_id, orders.c.placed_at, orders.c.id, order_lines.c.line_no)
        .join(order_lines, order_lines.c.order_id == orders.c.id)
        .where(orders.c.status != OrderStatus.CANCELLED)
        .order_by(orders.c.placed_at, orders.c.id, order_lines.c.line_no)
    )  # fmt: skip
    back = select(return_lines.c.order_id, return_lines.c.line_no).join(
        returns, returns.c.id == return_lines.c.return_id
    )
    disliked = back.where(returns.c.reason.not_in(sorted(_NO_DISLIKE)))
    with answering(), reader(engine).begin() as connection:
        unwanted = {(order, line) for order, line in connection.execute(disliked)}
        return [
            Purchase(customer, product, at, (order, line) not in unwanted)
            for customer, product, at, order, line in connection.execute(sold)
        ]


def as_matrix(purchases: Iterable[Purchase]) -> Purchases:
    """Purchases in the form for learning; products and customers in the order of their names."""
    bought = list(purchases)
    products = tuple(sorted({each.product_id for each in bought}))
    customers = {name: row for row, name in enumerate(sorted({each.customer_id for each in bought}))}
    column = {name: number for number, name in enumerate(products)}
    cells = {(customers[each.customer_id], column[each.product_id]) for each in bought if each.liked}
    rows, columns = zip(*sorted(cells), strict=True) if cells else ((), ())
    shape = (len(customers), len(products))
    matrix = csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    return Purchases(customers, products, matrix, _had(bought))


def _had(bought: Iterable[Purchase]) -> dict[str, tuple[str, ...]]:
    had: dict[str, dict[str, None]] = {}
    for each in bought:
        mine = had.setdefault(each.customer_id, {})
        mine.pop(each.product_id, None)
        mine[each.product_id] = None
    return {customer: tuple(mine) for customer, mine in had.items()}
