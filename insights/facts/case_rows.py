"""From the history of an order to the rows of its cases: a delivery, returns, exchanges, repairs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from insights.facts.dimensions import NOBODY, NOTHING, Buyer, Goods, Line
from insights.facts.order_history import Happening, OrderHistory, Record
from insights.facts.processes import DELIVERY, OF_ORDERS, Course, Process, course_of, step_of
from tools.store.fact_tables import STAGE_DIMENSIONS


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation in which a case began."""

    channel: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CaseRows:
    case: dict[str, Any]
    stages: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lends its dimensions to cases: goods by order, buyers by customer, conversations by id."""

    goods: Mapping[str, Goods]
    buyers: Mapping[str, Buyer]
    talks: Mapping[str, Talk]
    zone: ZoneInfo


def goods_rows(history: OrderHistory, around: Surroundings) -> list[dict[str, Any]]:
    """One row for each product of an order that the shop has."""
    if history.placed_at is None:
        return []
    lines = around.goods.get(history.order_id, NOTHING).lines
    day = history.placed_at.astimezone(around.zone).date()
    held = dict.fromkeys(line.product_id for line in lines)
    return [{"order_id": history.order_id, "product_id": product_id, "day": day} for product_id in held]


def cases_of(history: OrderHistory, around: Surroundings) -> list[CaseRows]:
    """The rows of every case of an order."""
    return [*_delivery(history, around), *_others(history, around)]


def _delivery(history: OrderHistory, around: Surroundings) -> Iterator[CaseRows]:
    if history.placed_at is None:
        return
    line = around.goods.get(history.order_id, NOTHING).line(None)
    told = {"order_id": history.order_id, "customer_id": history.customer_id}
    course = course_of(DELIVERY, history.placed_at, history.moments)
    yield rows(DELIVERY, history.order_id, course, told | of_line(line), around)


def _others(history: OrderHistory, around: Surroundings) -> Iterator[CaseRows]:
    for process in OF_ORDERS:
        records = {record.case_id: record for record in history.records.get(process.name, ())}
        happened = _by_case(process, history.happenings, records)
        for case_id in dict.fromkeys([*records, *happened]):
            found = _case(process, case_id, records.get(case_id), happened.get(case_id, ()), history, around)
            if found is not None:
                yield found


def _case(
    process: Process, case_id: str, record: Record | None, happened: Sequence[Happening],
    history: OrderHistory, around: Surroundings,
) -> CaseRows | None:  # fmt: skip
    opening = next((each for each in happened if each.kind == process.opens), None)
    if opening is None and record is None:
        return None
    moments: dict[str, datetime] = {}
    for each in happened:
        moments.setdefault(each.kind, each.at)
    opened_at = opening.at if opening else record.opened_at if record else happened[0].at
    course = course_of(process, opened_at, moments, record.status if record else "")
    line = around.goods.get(history.order_id, NOTHING).line(record.line_no if record else None)
    told = {
        "order_id": history.order_id,
        "customer_id": history.customer_id or (opening.customer_id if opening else ""),
        "conversation_id": opening.conversation_id if opening else "",
        "reason": record.reason if record and record.reason else opening.why if opening else "",
    }
    return rows(process, case_id, course, told | of_line(line) | _told(happened), around)


def _told(happened: Sequence[Happening]) -> dict[str, str]:
    """Carrier and warehouse as the case's own events tell them, the last one that does."""
    names = ("carrier", "warehouse")
    return {name: each.data[name] for each in happened for name in names if each.data.get(name)}


def _by_case(
    process: Process, happenings: Sequence[Happening], records: Mapping[str, Record]
) -> dict[str, list[Happening]]:
    """Events by case, in their order. One that names no case belongs to the oldest that runs."""
    found: dict[str, list[Happening]] = {}
    for each in happenings:
        if each.kind not in process.kinds:
            continue
        case_id = each.data.get(process.id_key, "")
        if not case_id and each.kind == process.opens:
            case_id = process.prefix + each.proposal_id.removeprefix("P-").upper()
        case_id = case_id or _running(process, found, records)
        if case_id:
            found.setdefault(case_id, []).append(each)
    return found


def _running(process: Process, found: Mapping[str, list[Happening]], records: Mapping[str, Record]) -> str:
    closed = {key for key, each in found.items() if any(one.kind in process.closes for one in each)}
    return next((key for key in dict.fromkeys([*found, *records]) if key not in closed), "")


def of_line(line: Line) -> dict[str, str]:
    return {"product_id": line.product_id, "sku": line.sku, "category": line.category}


def rows(
    process: Process, case_id: str, course: Course, told: Mapping[str, str], around: Surroundings
) -> CaseRows:
    """The rows of a case: `told` is what is known of it, the rest comes from its surroundings."""
    goods = around.goods.get(told.get("order_id", ""), NOTHING)
    buyer = around.buyers.get(told.get("customer_id", ""), NOBODY)
    talk = around.talks.get(told.get("conversation_id", ""), Talk())
    key = {"process": process.name, "case_id": case_id}
    borrowed = {
        "conversation_id": "", "reason": "", "carrier": goods.carrier, "warehouse": goods.warehouse,
        "channel": talk.channel, "language": talk.language, "tier": buyer.tier, "region": buyer.region,
    }  # fmt: skip
    case = {
        **key, "opened_at": course.opened_at, "closed_at": course.closed_at,
        "day": course.opened_at.astimezone(around.zone).date(), **borrowed, **told, "outcome": course.outcome,
        "hours": course.hours,
    }  # fmt: skip
    lent = {name: case[name] for name in ("day", *STAGE_DIMENSIONS)}
    stages = [
        {
            **key, "seq": each.seq, "stage": each.name, "began_at": each.began_at, "ended_at": each.ended_at,
            "hours": each.hours, "step": step_of(each.hours), **lent,
        }
        for each in course.stages
    ]  # fmt: skip
    return CaseRows(case, stages)
