"""Writes tables to CSV or Parquet a few thousand rows at a time; a file appears whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Connection, Date, Engine, Float, Integer, select

from insights.errors import InsightsError
from insights.export.tables import TABLES, Exported, shown
from insights.facts.filters import Filter
from insights.pseudonyms import Masks
from tools.store.columns import Cents, Stock, Utc
from tools.store.database import answering, reader

Format = Literal["csv", "parquet"]
BATCH = 5000
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Rows = Iterable[list[dict[str, Any]]]
Write = Callable[[Path, Sequence[Column[Any]], Rows], None]


class ExportRefused(InsightsError):
    """A place that files are not written to; nothing was written."""


def export(
    engine: Engine, folder: Path, form: Format, wanted: Filter, zone: ZoneInfo, masks: Masks,
    progress: Callable[[str, int], None] = lambda name, rows: None,
) -> dict[Path, int]:  # fmt: skip
    """Write every table of `TABLES` to `folder`; answers with the files and their numbers of rows.

    All files show one moment of the database, and take the place of earlier ones together, once all are written.
    Only the days of the filter are applied. Raises `ExportRefused`, `StoreUnavailable`.
    """
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(f"{folder} is no folder")
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[Path, int] = {}
    with answering(), reader(engine).begin() as connection, _partials() as partials:
        for exported in TABLES:
            path = folder / f"{exported.name}.{form}"
            if path.is_dir():
                raise ExportRefused(f"{path} is a folder")
            partials[path] = folder / f".{path.name}.{uuid4().hex}.partial"
            counts[path] = 0
            read = _batches(connection, exported, wanted, zone, masks)
            _WRITERS[form](partials[path], exported.columns, _counted(read, path, counts, progress))
    return counts


@contextmanager
def _partials() -> Iterator[dict[Path, Path]]:
    """Files by the name that they get in the end; taken away where it does not come to that."""
    found: dict[Path, Path] = {}
    try:
        yield found
        for path, partial in found.items():
            partial.replace(path)
    finally:
        for partial in found.values():
            partial.unlink(missing_ok=True)


def _batches(
    connection: Connection, exported: Exported, wanted: Filter, zone: ZoneInfo, masks: Masks
) -> Iterator[list[dict[str, Any]]]:
    query = select(*exported.columns).where(*exported.conditions(wanted, zone))
    ordered = query.order_by(*exported.table.primary_key.columns)
    rows = connection.execution_options(yield_per=BATCH).execute(ordered)
    while batch := list(islice(rows, BATCH)):
        yield [shown(exported, dict(row._mapping), masks) for row in batch]


def _counted(
    batches: Rows, path: Path, counts: dict[Path, int], progress: Callable[[str, int], None]
) -> Iterator[list[dict[str, Any]]]:
    for batch in batches:
        yield batch
        counts[path] += len(batch)
        progress(path.name, counts[path])


def _write_csv(path: Path, columns: Sequence[Column[Any]], batches: Rows) -> None:
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([column.name for column in columns])
        for batch in batches:
            writer.writerows([_cell(row[column.name]) for column in columns] for row in batch)
        out.flush()
        os.fsync(out.fileno())


def _cell(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date) else value


def _write_parquet(path: Path, columns: Sequence[Column[Any]], batches: Rows) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(column.name, _arrow(column)) for column in columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in batches:
            plain = [{name: _value(value) for name, value in row.items()} for row in batch]
            out.write_table(pa.Table.from_pylist(plain, schema=schema))


def _arrow(column: Column[Any]) -> Any:
    import pyarrow as pa

    kinds: Mapping[type[Any], Any] = {
        Utc: pa.timestamp("us", tz="UTC"), Date: pa.date32(), Cents: pa.decimal128(18, 2), Stock: pa.int32(),
        Boolean: pa.bool_(), Integer: pa.int32(), Float: pa.float64(),
    }  # fmt: skip
    return next((arrow for kind, arrow in kinds.items() if isinstance(column.type, kind)), pa.string())


def _value(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value


_WRITERS: Mapping[Format, Write] = {"csv": _write_csv, "parquet": _write_parquet}
