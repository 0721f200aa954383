"""Rows of the shop's tables as pandas frames, without building a domain value for each of a million cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, Integer, String, select, type_coerce

from tools.store.columns import Cents, Choice, Typed, Utc

if TYPE_CHECKING:
    import pandas as pd

_PLAIN = ((Cents, Integer), (Choice, String), (Typed, JSON), (Utc, String))


def frame(connection: Connection, columns: list[Column[Any]], *where: ColumnElement[bool]) -> pd.DataFrame:
    """One row each; amounts are whole cents, moments `datetime64[ns, UTC]`, typed values what their JSON holds."""
    import pandas as pd

    result = connection.execute(select(*map(_plain, columns)).where(*where))
    found = pd.DataFrame.from_records(list(result), columns=[column.name for column in columns])
    for column in columns:
        if isinstance(column.type, Utc):
            moments = pd.to_datetime(found[column.name], utc=True, format="ISO8601")
            found[column.name] = moments.astype("datetime64[ns, UTC]")
        elif isinstance(column.type, Cents) and not column.nullable:
            found[column.name] = found[column.name].astype("int64")
    return found


def _plain(column: Column[Any]) -> Any:
    for kind, plain in _PLAIN:
        if isinstance(column.type, kind):
            return type_coerce(column, plain).label(column.name)
    return column
