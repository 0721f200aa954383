"""Handing a conversation to a person: at once, once, on the record. No right or money depends on it."""

from __future__ import annotations

from datetime import datetime

from tools.codec import UNSTORABLE
from tools.desk.records import Event
from tools.domain import HandOver
from tools.store.protocol import OrderStore

LONGEST = 4000


def hand_over(
    store: OrderStore, conversation_id: str, customer_id: str, reason: str, summary: str, now: datetime
) -> HandOver:
    """Put the conversation on the desk of a person; asked again, the same hand-over comes back.

    `customer_id` is "" while nobody knows who is asking.
    """
    with store.unit_of_work() as unit:
        earlier = unit.hand_over(conversation_id)
        if earlier is not None:
            return earlier
        # A person is needed, whatever bytes somebody has sent.
        reason, summary = (UNSTORABLE.sub("\ufffd", text[:LONGEST]) for text in (reason, summary))
        item = HandOver(f"HO-{conversation_id}", conversation_id, customer_id, reason, summary, now)
        unit.add_hand_over(item)
        unit.add_event(
            Event(
                "HandedOver", now, "agent", customer_id, "", conversation_id, why=reason, receipt_id=item.id
            )
        )
        unit.commit()
        return item
