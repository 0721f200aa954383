"""A shop as a folder of CSV files: what `load_folder` reads, one file a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path
from typing import Any

from tools.codec import encode
from tools.domain import Shop, Text, Variant
from tools.shopdata.csv_head import head_rows
from tools.shopdata.csv_header import OPTION_PARTS
from tools.shopdata.csv_tables import HEAD, TOP, Table, all_tables, columns_of, linked_by_field
from tools.shopdata.draft import Head, Watch, unwatched

STEP = 5000


def dump_folder(shop: Shop, folder: Path, watch: Watch = unwatched) -> None:
    """Write every table, also those without rows, into a folder that is there and empty."""
    options = max((len(each.options) for item in shop.products for each in item.variants), default=0)
    with ExitStack() as files:

        def opened(name: str) -> Any:
            # With the mark, spreadsheets take the file for UTF-8; line ends as RFC 4180 has them.
            file = (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="")
            return csv.writer(files.enter_context(file), lineterminator="\r\n")

        opened(HEAD).writerows(head_rows(Head(shop.name, shop.currency, shop.sample, shop.extras)))
        writers = {table.name: _TableWriter(table, opened(table.name), options) for table in all_tables()}
        for table in TOP:
            items = getattr(shop, table.name)
            for at, item in enumerate(items):
                if at % STEP == 0:
                    watch(f"writing {table.file}", at, len(items))
                _write(writers, table, "", item)


def _write(writers: dict[str, _TableWriter], table: Table, link: str, item: Any) -> None:
    """Write one row, and those of other tables that belong to it."""
    writers[table.name].write(link, item)
    key = link if table.key == table.link else getattr(item, table.key)
    for name, inner in table.inside:
        found = getattr(item, name)
        below = found if isinstance(found, tuple) else () if found is None else (found,)
        for each in below:
            _write(writers, inner, key, each)


class _TableWriter:
    """Writes the rows of one table; the first is the header."""

    def __init__(self, table: Table, writer: Any, options: int) -> None:
        columns = columns_of(table)
        self._writer = writer
        self._linked = bool(table.link) and not linked_by_field(table)
        self._options = options if table.kind is Variant else 0
        self._get: list[Callable[[Any], Any]] = [attrgetter(".".join(each.path)) for each in columns]
        header = [table.link] if self._linked else []
        header += [column.name for column in columns]
        header += [f"option{at}.{part}" for at in range(1, self._options + 1) for part in OPTION_PARTS]
        writer.writerow(header)

    def write(self, link: str, item: Any) -> None:
        cells: list[Any] = [link] if self._linked else []
        cells += [_cell(get(item)) for get in self._get]
        if self._options:
            cells += _options(item.options, self._options)
        self._writer.writerow(cells)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else encode(value)


def _options(options: dict[str, Text], width: int) -> list[str]:
    cells = [text for name, both in options.items() for text in (name, both.zh, both.en)]
    return cells + [""] * (len(OPTION_PARTS) * width - len(cells))
