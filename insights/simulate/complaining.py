"""Complaints and how they are handled: acknowledged, answered, closed, the slow ones escalated."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from insights.simulate.aftercare import reached
from insights.simulate.chance import about, later
from insights.simulate.data import read
from insights.simulate.purchases import Purchase
from insights.simulate.world import World
from tools.domain import ComplaintKind, ComplaintPriority, ComplaintStatus, Text
from tools.store.tables import complaint_steps, complaints

KINDS = (
    (ComplaintKind.QUALITY, ComplaintKind.LOGISTICS, ComplaintKind.SERVICE, ComplaintKind.PRICE,
     ComplaintKind.COUNTERFEIT, ComplaintKind.OTHER),
    (30, 25, 20, 12, 3, 10),
)  # fmt: skip
PRIORITIES = (tuple(ComplaintPriority), (20, 55, 18, 7))
FIRST_ACTION_H, SOLUTION_H, ANSWER_H, RESOLVE_H = 9.0, 50.0, 24, 72
COMPENSATED = 0.15
STEPS = (
    (Text("联系顾客，确认情况", "Contact the customer and find out what happened"), ANSWER_H),
    (Text("给出处理结果", "Give the customer a solution"), RESOLVE_H),
)


def kind_of(rng: Random) -> ComplaintKind:
    return rng.choices(*KINDS)[0]


def open_complaint(
    world: World,
    rng: Random,
    made: Purchase,
    kind: ComplaintKind,
    text: str,
    at: datetime,
    conversation_id: str,
) -> str:
    """A complaint with its steps and events, as it stands at the end of the plan; answers with its id."""
    number = f"CP-{world.next('complaint'):08d}"
    priority = rng.choices(*PRIORITIES)[0]
    first = later(at, about(rng, FIRST_ACTION_H, 0.6))
    closed = later(first, about(rng, SOLUTION_H, 0.5))
    escalated = later(at, ANSWER_H) if first > later(at, ANSWER_H) else None
    paid = f"{rng.choice((10, 20, 30))}.00" if rng.random() < COMPENSATED else ""
    department = read("world")["departments"][kind.value]
    _tell(
        world,
        made,
        conversation_id,
        number,
        at,
        first,
        closed,
        escalated,
        kind=kind.value,
        priority=priority.value,
        department=department,
        paid=paid,
    )
    handled = {"acknowledged_at": first, "closed_at": closed, "escalated_at": escalated}
    known = {name: moment if moment and moment < world.plan.end else None for name, moment in handled.items()}
    steps = [(ComplaintStatus.OPEN, at), (ComplaintStatus.ANSWERED, first), (ComplaintStatus.CLOSED, closed)]
    row: dict[str, Any] = {
        "id": number, "customer_id": made.person.customer.id, "order_id": made.id, "conversation_id": conversation_id,
        "kind": kind, "text": text, "status": reached(steps, world.plan.end), "opened_at": at,
        "language": made.person.customer.language, "urgent": priority is ComplaintPriority.URGENT, "priority": priority,
        "plan": kind.value, "department": department, "answer_by": later(at, ANSWER_H), "resolve_by": later(at, RESOLVE_H),
        "outcome": "solved" if known["closed_at"] else "", "compensation": None, "compensation_limit": None, **known,
    }  # fmt: skip
    world.add(complaints, row)
    _steps(world, number, department, at, (first, closed))
    return number


def _steps(world: World, number: str, department: str, at: datetime, done: tuple[datetime, ...]) -> None:
    for seq, ((text, hours), when) in enumerate(zip(STEPS, done, strict=True)):
        over = when < world.plan.end
        row = {
            "complaint_id": number,
            "seq": seq,
            "text": text,
            "department": department,
            "due_at": later(at, hours),
        }
        world.add(
            complaint_steps, row | {"done_at": when if over else None, "done_by": "staff" if over else ""}
        )


def _tell(
    world: World, made: Purchase, conversation_id: str, number: str, at: datetime, first: datetime, closed: datetime,
    escalated: datetime | None, *, kind: str, priority: str, department: str, paid: str,
) -> None:  # fmt: skip
    who, order = made.person.customer.id, made.id
    opened = {"complaint_id": number, "kind": kind, "priority": priority, "department": department}
    world.log.add(
        "ComplaintOpened", at, "customer", who, order, conversation_id, receipt_id=f"R-{number}", **opened
    )
    if escalated:
        world.log.add("ComplaintReminded", later(at, ANSWER_H - 4), "agent", who, order, complaint_id=number)
        world.log.add("ComplaintEscalated", escalated, "agent", who, order, complaint_id=number)
    world.log.add("ComplaintAcknowledged", first, "staff", who, order, complaint_id=number)
    if paid:
        world.log.add("ComplaintCompensated", closed, "staff", who, order, complaint_id=number, amount=paid)
    world.log.add("ComplaintClosed", closed, "staff", who, order, complaint_id=number, outcome="solved")
