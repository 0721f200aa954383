"""How long the order desk takes beside the bare driver that sends the same statements.

    python benchmarks/order_desk.py [--postgres URL] [--orders N]

Each statement that a read (one order with everything in it) or a write (propose and confirm a cancellation:
two transactions) sends through SQLAlchemy is recorded once, then sent again by `sqlite3` or `psycopg` alone,
rows fetched and thrown away. Both take turns in one run, so the ratio holds on a noisy machine; the
milliseconds are those of the machine it ran on. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal, Receipt
from tools.domain import (
    Address,
    CancelOrder,
    CancelReason,
    Category,
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    Product,
    Shop,
    StatusChange,
    Text,
    Tier,
    Variant,
)
from tools.policy.cards import PolicyCards, load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

POLICIES = Path(__file__).resolve().parents[1] / "examples" / "policies"
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ROUNDS = 5
Statement = tuple[str, Any, bool]


def small_shop(orders: int) -> Shop:
    """As many pending orders of two lines, each with a customer of its own."""
    price = Money(Decimal("59.00"))
    variant = Variant("SKU-1", {"size": Text("M", "M")}, price)
    product = Product("P-1", Text("衬衫", "shirt"), Category.APPAREL, Text("", ""), (variant,))
    address = Address("王小明", "13800000001", "文三路 1 号", "杭州", "浙江", "310012")
    method = PaymentMethod("PM-1", PaymentKind.GIFT_CARD, balance=Money(Decimal("10.00")))
    line = OrderLine(1, "SKU-1", "P-1", product.name, Text("M", "M"), Category.APPAREL, 1, price)
    placed = NOW - timedelta(hours=1)
    order = Order(
        "", "", OrderStatus.PENDING, placed, (line, replace(line, line_no=2)), Money.zero(), Money.zero(),
        address, (StatusChange(OrderStatus.PENDING, placed),),
        payments=(Payment("PM-1", PaymentKind.GIFT_CARD, price * 2, placed),),
    )  # fmt: skip
    customers = tuple(
        Customer(f"C{n}", f"Wang {n}", f"w{n}@example.com", "", "zh", Tier.STANDARD, address, (method,))
        for n in range(orders)
    )
    made = tuple(replace(order, id=f"O{n}", customer_id=f"C{n}") for n in range(orders))
    return Shop(Text("店", "shop"), "CNY", False, (product,), customers, made)


def write(store: SqlStore, cards: PolicyCards, number: int) -> None:
    command = CancelOrder(f"O{number}", CancelReason.NO_LONGER_NEEDED)
    proposal = propose(store, cards, f"K{number}", f"C{number}", command, NOW)
    assert isinstance(proposal, Proposal)
    receipt = confirm(store, cards, proposal.id, proposal.digest, f"K{number}", f"C{number}", NOW)
    assert isinstance(receipt, Receipt)


def read(store: SqlStore, number: int) -> None:
    store.order(f"O{number}", f"C{number}")


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """Everything that goes to the driver, with "COMMIT" where a transaction lands."""
    found: list[Statement] = []

    def statement(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        found.append((sql, values, many))

    def commit(_c: Any) -> None:
        found.append(("COMMIT", None, False))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    event.listen(engine, "rollback", commit)
    yield found
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)
    event.remove(engine, "rollback", commit)


def bare(connection: Any, statements: list[Statement]) -> None:
    """Send them again; SQLite's transactions begin by themselves in the recording."""
    cursor = connection.cursor()
    for sql, values, many in statements:
        if sql == "COMMIT":
            connection.commit()
        elif many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values if values else ())
            if cursor.description:
                cursor.fetchall()
    connection.commit()


def timed(work: Callable[[int], None], numbers: range) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for number in numbers:
        started = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - started) * 1000)
    return times


def compare(ours: Callable[[int], None], theirs: Callable[[int], None], orders: int) -> dict[str, float]:
    """Take turns in `ROUNDS` blocks; medians in ms, and the median of the blocks' ratios."""
    block, mine, plain, ratios = orders // ROUNDS, [], [], []
    for number in range(ROUNDS):
        numbers = range(number * block, (number + 1) * block)
        one, two = timed(ours, numbers), timed(theirs, numbers)
        mine += one
        plain += two
        ratios.append(sum(one) / sum(two))
    tail = sorted(mine)[int(len(mine) * 0.95)]
    return {
        "ours_ms": round(statistics.median(mine), 3),
        "ours_p95_ms": round(tail, 3),
        "driver_ms": round(statistics.median(plain), 3),
        "ratio": round(statistics.median(ratios), 2),
    }


def measure(fresh: Callable[[], tuple[Engine, Any]], orders: int) -> dict[str, Any]:
    """`fresh` gives a new database with the shop in it: its engine, and a bare connection to it."""
    cards = load_policy_book(POLICIES).at(NOW)
    recording, _ = fresh()
    writes: list[list[Statement]] = []
    reads: list[list[Statement]] = []
    for number in range(orders):
        for kept, work in ((reads, read), (writes, lambda s, n: write(s, cards, n))):
            with recorded(recording) as found:
                work(SqlStore(recording), number)
            kept.append([each for each in found if not each[0].startswith("PRAGMA")])
    recording.dispose()
    engine, _ = fresh()
    _, connection = fresh()
    store = SqlStore(engine)
    result = {
        "read": compare(lambda n: read(store, n), lambda n: bare(connection, reads[n]), orders),
        "write": compare(lambda n: write(store, cards, n), lambda n: bare(connection, writes[n]), orders),
    }
    connection.close()
    engine.dispose()
    parallel, _ = fresh()
    shared = SqlStore(parallel)
    with ThreadPoolExecutor(4) as pool:
        started = time.perf_counter()
        list(pool.map(lambda n: write(shared, cards, n), range(orders)))
        result["write"]["per_s_4_threads"] = round(orders / (time.perf_counter() - started), 1)
    parallel.dispose()
    return result


def sqlite_databases(folder: Path, orders: int) -> Callable[[], tuple[Engine, Any]]:
    count = iter(range(100))

    def fresh() -> tuple[Engine, Any]:
        path = folder / f"{next(count)}.sqlite3"
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        SqlStore(engine).import_shop(small_shop(orders))
        connection = sqlite3.connect(path, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        return engine, connection

    return fresh


def postgres_databases(url: str, orders: int, made: list[str]) -> Callable[[], tuple[Engine, Any]]:
    def fresh() -> tuple[Engine, Any]:
        name = f"kefu_bench_{time.time_ns()}"
        admin = make_engine(url)
        with admin.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        admin.dispose()
        made.append(name)
        ours = make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
        engine = make_engine(ours.render_as_string(hide_password=False))
        migrate(engine)
        SqlStore(engine).import_shop(small_shop(orders))
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return engine, psycopg.connect(plain, options=f"-csearch_path={name}")

    return fresh


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=200, help="how many of each (at least 5)")
    parser.add_argument("--postgres", default="", help="URL of a PostgreSQL to use a schema of, for a while")
    arguments = parser.parse_args()
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        result["sqlite"] = measure(sqlite_databases(Path(folder), arguments.orders), arguments.orders)
    if arguments.postgres:
        made: list[str] = []
        try:
            fresh = postgres_databases(arguments.postgres, arguments.orders, made)
            result["postgresql"] = measure(fresh, arguments.orders)
        finally:
            admin = make_engine(arguments.postgres)
            with admin.begin() as connection:
                for name in made:
                    connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
            admin.dispose()
    for database, parts in result.items():
        for what, figures in parts.items():
            print(f"{database:10} {what:5} " + "  ".join(f"{k} {v}" for k, v in figures.items()))
    about = {"date": datetime.now(UTC).date().isoformat(), "python": platform.python_version()}
    print(json.dumps(result | about | {"orders": arguments.orders}))


if __name__ == "__main__":
    main()
