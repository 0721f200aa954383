"""Computes the facts of a batch: reads in one moment of the database, writes in one short transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from insights.facts.case_rows import CaseRows, Surroundings, Talk, cases_of, goods_rows
from insights.facts.complaint_rows import complaint_case, read_complaints
from insights.facts.conversation_rows import ConversationRows, Spoken, rows_of
from insights.facts.conversation_source import read_conversations
from insights.facts.dimensions import buyers_of, goods_of
from insights.facts.order_history import read_histories
from insights.facts.write import write_complaints, write_conversations, write_goods, write_order_cases
from tools.store.database import reader, writer
from tools.store.tables import conversations


@dataclass(frozen=True, slots=True)
class Done:
    """What a batch came to. `damaged` names turns and orders with records that cannot be read."""

    rows: int
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batches:
    """`zone` is the shop's, `now` the moment by which a conversation counts as over."""

    engine: Engine
    zone: ZoneInfo
    now: datetime

    def conversations(self, ids: Collection[str]) -> Done:
        """Compute these conversations anew; one that is gone loses its facts."""
        with reader(self.engine).begin() as connection:
            spoken = read_conversations(connection, ids)
            rows = self._spoken_rows(connection, spoken)
        with writer(self.engine).begin() as connection:
            write_conversations(connection, ids, rows)
        damaged = (turn for each in spoken for turn in each.turns if not turn.readable)
        return Done(len(rows), tuple(f"turn {turn.turn_id}" for turn in damaged))

    def _spoken_rows(self, connection: Connection, spoken: list[Spoken]) -> list[ConversationRows]:
        named = {order for each in spoken for turn in each.turns for order in turn.order_ids}
        goods = goods_of(connection, named | {order for each in spoken for order in each.events_of})
        buyers = buyers_of(connection, {each.customer_id for each in spoken})
        return [rows_of(each, goods, buyers, self.zone, self.now) for each in spoken]

    def orders(self, ids: Collection[str]) -> Done:
        """Compute every case of these orders but their complaints."""
        with reader(self.engine).begin() as connection:
            histories = list(read_histories(connection, ids).values())
            talks = {one.conversation_id for each in histories for one in each.happenings}
            buyers = {each.customer_id for each in histories}
            buyers |= {one.customer_id for each in histories for one in each.happenings}
            around = self._around(connection, ids, buyers, talks)
        rows = [row for history in histories for row in cases_of(history, around)]
        held = [row for history in histories for row in goods_rows(history, around)]
        with writer(self.engine).begin() as connection:
            write_order_cases(connection, ids, rows)
            write_goods(connection, ids, held)
        return Done(len(rows), tuple(f"order {each.order_id}" for each in histories if each.damaged))

    def complaints(self, ids: Collection[str]) -> Done:
        """Compute the cases of these complaints."""
        with reader(self.engine).begin() as connection:
            found = read_complaints(connection, ids)
            around = self._around(
                connection, {row.order_id for row in found}, {row.customer_id for row in found},
                {row.conversation_id for row in found},
            )  # fmt: skip
        rows: list[CaseRows] = [complaint_case(row, around) for row in found]
        with writer(self.engine).begin() as connection:
            write_complaints(connection, ids, rows)
        return Done(len(rows))

    def _around(
        self, connection: Connection, order_ids: Collection[str], customer_ids: Iterable[str],
        conversation_ids: Collection[str],
    ) -> Surroundings:  # fmt: skip
        goods, buyers = goods_of(connection, order_ids), buyers_of(connection, set(customer_ids))
        return Surroundings(goods, buyers, _talks(connection, conversation_ids), self.zone)


def _talks(connection: Connection, ids: Collection[str]) -> dict[str, Talk]:
    head = conversations.c
    rows = connection.execute(select(head.id, head.channel, head.locale).where(head.id.in_(ids)))
    return {row.id: Talk(row.channel, "en" if row.locale.lower().startswith("en") else "zh") for row in rows}
