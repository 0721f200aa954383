"""Puts rows of facts in the place of earlier ones; writing the same again changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select

from insights.facts.case_rows import CaseRows
from insights.facts.conversation_rows import ConversationRows
from insights.facts.processes import COMPLAINT
from insights.facts.returners import mark_returners
from tools.store.fact_tables import (
    fact_cases,
    fact_conversations,
    fact_goods,
    fact_reasons,
    fact_rules,
    fact_stages,
)

OF_CONVERSATIONS = (fact_conversations, fact_reasons, fact_rules)


def write_conversations(
    connection: Connection, ids: Collection[str], rows: Iterable[ConversationRows]
) -> None:
    """Replace the facts of the conversations `ids`; of those without a row they are only taken away."""
    written = list(rows)
    before = _customers(connection, ids)
    for table in OF_CONVERSATIONS:
        connection.execute(delete(table).where(table.c.conversation_id.in_(ids)))
    _insert(connection, fact_conversations, [each.conversation for each in written])
    _insert(connection, fact_reasons, [row for each in written for row in each.reasons])
    _insert(connection, fact_rules, [row for each in written for row in each.rules])
    mark_returners(connection, before | {each.conversation["customer_id"] for each in written})


def _customers(connection: Connection, ids: Collection[str]) -> set[str]:
    table = fact_conversations
    return set(
        connection.execute(select(table.c.customer_id).where(table.c.conversation_id.in_(ids))).scalars()
    )


def write_order_cases(connection: Connection, order_ids: Collection[str], rows: Iterable[CaseRows]) -> None:
    """Replace every case of these orders but their complaints."""
    where = and_(fact_cases.c.order_id.in_(order_ids), fact_cases.c.process != COMPLAINT.name)
    _replace_cases(connection, where, rows)


def write_goods(connection: Connection, order_ids: Collection[str], rows: list[dict[str, Any]]) -> None:
    """Replace what is known of the goods of these orders."""
    connection.execute(delete(fact_goods).where(fact_goods.c.order_id.in_(order_ids)))
    _insert(connection, fact_goods, rows)


def write_complaints(
    connection: Connection, complaint_ids: Collection[str], rows: Iterable[CaseRows]
) -> None:
    """Replace the cases of these complaints."""
    where = and_(fact_cases.c.case_id.in_(complaint_ids), fact_cases.c.process == COMPLAINT.name)
    _replace_cases(connection, where, rows)


def _replace_cases(connection: Connection, where: ColumnElement[bool], rows: Iterable[CaseRows]) -> None:
    # Two orders whose events name the same case would be damage, and no reason to stop.
    by_key = {(each.case["process"], each.case["case_id"]): each for each in rows}
    keys, written = list(by_key), list(by_key.values())
    old = connection.execute(select(fact_cases.c.process, fact_cases.c.case_id).where(where))
    for process, case_ids in _by_process([*old, *keys]).items():
        for table in (fact_stages, fact_cases):
            of_them = and_(table.c.process == process, table.c.case_id.in_(case_ids))
            connection.execute(delete(table).where(of_them))
    _insert(connection, fact_cases, [each.case for each in written])
    _insert(connection, fact_stages, [row for each in written for row in each.stages])


def _by_process(keys: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for process, case_id in keys:
        found.setdefault(process, set()).add(case_id)
    return found


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
