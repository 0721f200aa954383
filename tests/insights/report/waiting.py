"""Customers of a simulated year who wait for something at a given moment, so that there is a reason to write."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from tools.domain import ComplaintStatus, OrderStatus
from tools.store.tables import complaints, conversations, orders, shipments


def wait(engine: Engine, now: datetime) -> tuple[str, str]:
    """One parcel is ten days late and one complaint a day: the order's and the complaint's id.

    They are of customers who have written before, and of two different ones.
    """
    order, told = orders.c, complaints.c
    talked = select(conversations.c.customer_id).where(conversations.c.customer_id.is_not(None))
    with engine.begin() as connection:
        complaint_id, complaining = connection.execute(
            select(told.id, told.customer_id).where(told.customer_id.in_(talked)).order_by(told.id).limit(1)
        ).one()
        order_id = connection.execute(
            select(order.id).where(order.customer_id.in_(talked), order.customer_id != complaining)
            .where(order.status == OrderStatus.DELIVERED).order_by(order.id.desc()).limit(1)
        ).scalar_one()  # fmt: skip
        sent = {
            "shipped_at": now - timedelta(days=15),
            "expected_at": now - timedelta(days=10),
            "delivered_at": None,
        }
        connection.execute(update(shipments).where(shipments.c.order_id == order_id).values(sent))
        connection.execute(update(orders).where(order.id == order_id).values(status=OrderStatus.SHIPPED))
        open_still = {
            "status": ComplaintStatus.OPEN, "opened_at": now - timedelta(days=2), "answer_by": now - timedelta(days=1),
            "resolve_by": now + timedelta(days=2), "acknowledged_at": None, "closed_at": None,
        }  # fmt: skip
        connection.execute(update(complaints).where(told.id == complaint_id).values(open_still))
    return order_id, complaint_id
