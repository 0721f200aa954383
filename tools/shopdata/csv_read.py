"""A shop from a folder of CSV files, as docs/shop-format.md describes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.codec import BAD, Decoder
from tools.domain import Shop
from tools.errors import ImportRefused, Problem
from tools.shopdata.checks import draft_problems
from tools.shopdata.csv_head import read_head
from tools.shopdata.csv_lines import orphans, placed
from tools.shopdata.csv_table import TableReader
from tools.shopdata.csv_tables import CUSTOMERS, HEAD, ORDERS, PRODUCTS, Table, all_tables
from tools.shopdata.draft import Draft, Watch, unwatched, whole

# The rows of a table by what they belong to; `BAD` stands for each that could not be read.
# None for a table that cannot be used at all.
Belonging = dict[str, list[Any]] | None


def load_folder(folder: Path, watch: Watch = unwatched) -> Shop:
    """Read and check a shop; raise `ImportRefused` with every problem as "orders.csv: line 3: column: …"."""
    head, currency, problems = read_head(folder / f"{HEAD}.csv", watch)
    problems += _strangers(folder)
    reader = _Reader(folder, Decoder(currency), watch)
    draft = reader.draft()
    problems += reader.problems
    if reader.complete:
        problems += placed(folder, draft, draft_problems(draft, watch), watch)
    if problems or head is None:
        raise ImportRefused(problems)
    return whole(head, draft)


def _strangers(folder: Path) -> Iterator[Problem]:
    """A misspelt name of a table that may be missing would otherwise lose its rows without a word."""
    known = {f"{HEAD}.csv", *(table.file for table in all_tables())}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            yield Problem((), f"no such table; there are {', '.join(sorted(known))}", path.name)


class _Reader:
    """Puts the tables together, first what belongs to others; notes problems instead of stopping."""

    def __init__(self, folder: Path, decoder: Decoder, watch: Watch) -> None:
        self.problems: list[Problem] = []
        # Without one of the tables, nothing can be said about references to it.
        self.complete = True
        self._folder = folder
        self._decoder = decoder
        self._watch = watch

    def draft(self) -> Draft:
        products, unread_products = self._top(PRODUCTS)
        customers, unread_customers = self._top(CUSTOMERS)
        orders, _ = self._top(ORDERS)
        return Draft(products, customers, orders, unread_products, unread_customers)

    def _top(self, table: Table) -> tuple[list[Any], frozenset[str]]:
        items: list[Any] = []
        unread: set[str] = set()
        for _, key, item in self._items(self._open(table)):
            items.append(None if item is BAD else item)
            if item is BAD:
                unread.add(key)
        return items, frozenset(unread)

    def _belonging(self, table: Table) -> Belonging:
        reader = self._open(table)
        found: dict[str, list[Any]] = {}
        for link, _, item in self._items(reader):
            found.setdefault(link, []).append(item)
        return found if reader.usable else None

    def _open(self, table: Table) -> TableReader:
        reader = TableReader(table, self._folder, self._decoder, self._watch)
        self.problems += reader.problems
        self.complete &= reader.usable
        return reader

    def _items(self, reader: TableReader) -> Iterator[tuple[str, str, Any]]:
        """Of every row: what it belongs to, its own key, and its value or `BAD`."""
        table = reader.table
        inside = {name: self._belonging(inner) for name, inner in table.inside}
        keys: set[str] = set()
        for row in reader.rows():
            link, key = reader.link(row), reader.key(row)
            parts = {name: [BAD] if part is None else part.pop(key, []) for name, part in inside.items()}
            item = reader.read(row, _given(table, parts))
            if table.inside and key in keys:
                item = reader.bad(row, table.key, f"{key!r} stands twice")
            keys.add(key)
            if item is BAD or any(each is BAD for part in parts.values() for each in part):
                self.problems += reader.taken_problems()
                item = BAD
            yield link, key, item
        if reader.usable:
            for name, inner in table.inside:
                self.problems += orphans(self._folder, inner, table, inside[name] or {}, self._watch)


def _given(table: Table, parts: dict[str, list[Any]]) -> dict[str, Any]:
    """What belongs to a row, as the fields of its value."""
    return {
        name: (parts[name][0] if parts[name] else None) if inner.single else tuple(parts[name])
        for name, inner in table.inside
    }
