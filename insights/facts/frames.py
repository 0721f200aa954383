"""The facts as pandas frames, for analyses that look at all of them at once.

`day` is a naive midnight in the shop's time zone (`datetime64[ns]`), moments are UTC (`datetime64[ns, UTC]`),
`hours` and sentiments are floats with NaN where nothing is known, texts are "" where nothing is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Date, Engine, Integer, Select, String, select, type_coerce

from insights.facts.filters import Filter, conditions, equals
from tools.store.columns import Cents, Utc
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_cases, fact_conversations, fact_reasons, fact_stages
from tools.store.tables import order_lines

if TYPE_CHECKING:
    import pandas as pd

_OWN_REASON = frozenset({"reason", "day"})
EVERYTHING = Filter()


def conversations(engine: Engine, wanted: Filter = EVERYTHING) -> pd.DataFrame:
    """One row a conversation, with the columns of `fact_conversations`, oldest first."""
    table = fact_conversations
    query = select(*map(_plain, table.c)).where(*conditions(wanted, table.c))
    return _frame(engine, query.order_by(table.c.started_at, table.c.conversation_id), table.c)


def reasons(engine: Engine, wanted: Filter = EVERYTHING) -> pd.DataFrame:
    """One row a conversation and reason, with the conversation's columns; its first reason is `first_reason`."""
    told, table = fact_reasons, fact_conversations
    own = [column for column in table.c if column.name not in _OWN_REASON]
    columns = [told.c.reason, told.c.day, *own]
    query = (
        select(*map(_plain, columns), table.c.reason.label("first_reason"))
        .join(table, table.c.conversation_id == told.c.conversation_id)
        .where(*conditions(wanted, table.c))
        .order_by(table.c.started_at, told.c.conversation_id, told.c.reason)
    )
    return _frame(engine, query, columns)


def cases(engine: Engine, wanted: Filter = EVERYTHING) -> pd.DataFrame:
    """One row a case, with the columns of `fact_cases`, oldest first; days and filters are those of its opening."""
    table = fact_cases
    query = select(*map(_plain, table.c)).where(*conditions(wanted, table.c))
    return _frame(engine, query.order_by(table.c.opened_at, table.c.process, table.c.case_id), table.c)


def stages(engine: Engine, wanted: Filter = EVERYTHING) -> pd.DataFrame:
    """One row a stage of a case; `hours` are the stage's, and the case's columns follow (`case_hours`)."""
    stage, case = fact_stages, fact_cases
    own = [column for column in case.c if column.name not in stage.c]
    columns = [*(column for column in stage.c if column.name != "step"), *own]
    query = (
        select(*map(_plain, columns), case.c.hours.label("case_hours"))
        .join(case, (case.c.process == stage.c.process) & (case.c.case_id == stage.c.case_id))
        .where(*conditions(wanted, case.c))
        .order_by(case.c.opened_at, stage.c.process, stage.c.case_id, stage.c.seq)
    )
    return _frame(engine, query, [*columns, fact_cases.c.hours])


def sales(engine: Engine, wanted: Filter = EVERYTHING) -> pd.DataFrame:
    """One row an order line: day, order_id, customer_id, product_id, sku, category, quantity, amount, carrier,
    warehouse, region, tier.

    `amount` is quantity × unit price in the shop's currency. Cancelled orders are left out; channel and language
    of a sale are not known, so a filter by them is not applied.
    """
    line, order = order_lines, fact_cases
    of_line = [line.c.order_id, line.c.product_id, line.c.sku, line.c.category, line.c.quantity]
    of_order = [order.c[name] for name in ("day", "customer_id", "carrier", "warehouse", "region", "tier")]
    days = Filter(wanted.since, wanted.until)
    query = (
        select(*map(_plain, [*of_line, *of_order]), _plain(line.c.unit_price))
        .join(order, (order.c.process == "delivery") & (order.c.case_id == line.c.order_id))
        .where(order.c.outcome != "cancelled", *conditions(days, order.c))
        .order_by(order.c.opened_at, line.c.order_id, line.c.line_no)
    )
    if wanted.product_id:
        query = query.where(equals(line.c.product_id, wanted.product_id))
    frame = _frame(engine, query, [*of_line, *of_order])
    frame["amount"] = frame.pop("unit_price") * frame["quantity"] / 100
    first = ["day", "order_id", "customer_id", "product_id", "sku", "category", "quantity", "amount"]
    return frame[[*first, "carrier", "warehouse", "region", "tier"]]


def _plain(column: Column[Any]) -> Any:
    """The column as the driver gives it: building a datetime or Decimal for each of a million values takes long."""
    if isinstance(column.type, Utc | Date):
        return type_coerce(column, String).label(column.name)
    if isinstance(column.type, Cents):
        return type_coerce(column, Integer).label(column.name)
    return column


def _frame(engine: Engine, query: Select[Any], columns: Any) -> pd.DataFrame:
    import pandas as pd

    with answering(), reader(engine).begin() as connection:
        result = connection.execute(query)
        frame = pd.DataFrame.from_records(list(result), columns=list(result.keys()))
    for column in columns:
        if column.name not in frame:
            continue
        if isinstance(column.type, Utc):
            moments = pd.to_datetime(frame[column.name], utc=True, format="ISO8601")
            frame[column.name] = moments.astype("datetime64[ns, UTC]")
        elif isinstance(column.type, Date):
            frame[column.name] = pd.to_datetime(frame[column.name]).astype("datetime64[ns]")
    for name in ("hours", "case_hours", "csat"):
        if name in frame:
            frame[name] = frame[name].astype("float64")
    return frame
